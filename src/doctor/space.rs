//! Where room comes from on a full disk, by what is on the machine. Pure.
//!
//! Only what can be made again is removed by a command; what may hold somebody's work is told of, with the way to look
//! at it first.

use std::collections::BTreeMap;

use crate::diagnose::rule::Risk;
use crate::locale::Lang;
use crate::locale::ui::{Say, Tell};
use crate::remedy::{Fix, Machine, as_root};

/// The tools that [`ways`] knows how to take room from.
pub const TOOLS: [&str; 6] = ["go", "docker", "podman", "apt-get", "dnf", "journalctl"];

/// What can be freed, the least costly first; `has` tells which tools are there.
pub fn ways(has: &dyn Fn(&str) -> bool, machine: &Machine, lang: Lang) -> Vec<Fix> {
    let way = |id: &str, title: &str, risk: Risk, command: &str, guide: &str| Fix {
        id: id.to_owned(),
        title: title.to_owned(),
        risk,
        commands: if command.is_empty() { Vec::new() } else { vec![command.to_owned()] },
        env: BTreeMap::new(),
        guide: guide.to_owned(),
        verify: String::new(),
    };
    let root = |command: &str| as_root(command, machine);
    let said = |say: Say| say.text(lang);
    let containers = |engine: &str| {
        let title = Tell::Labelled { name: engine, value: said(Say::RoomContainers) }.text(lang);
        let guide = format!("{engine} system df; {engine} ps -a; {engine} system prune");
        way(&format!("{engine}-prune"), &title, Risk::Destructive, "", &guide)
    };
    let mut ways = Vec::new();
    for tool in TOOLS.into_iter().filter(|tool| has(tool)) {
        match tool {
            "go" => {
                ways.push(way("go-cache", said(Say::RoomGoCache), Risk::Safe, "go clean -cache", ""));
                ways.push(way("go-modules", said(Say::RoomGoModules), Risk::Safe, "go clean -modcache", ""));
            }
            "docker" => {
                ways.push(way(
                    "docker-builds",
                    said(Say::RoomBuilds),
                    Risk::System,
                    "docker builder prune -f",
                    "",
                ));
                ways.push(containers(tool));
            }
            "podman" => ways.push(containers(tool)),
            "apt-get" | "dnf" => {
                let clean = if tool == "dnf" { "dnf clean all" } else { "apt-get clean" };
                ways.push(way("packages", said(Say::RoomPackages), Risk::System, &root(clean), ""));
            }
            _ => {
                let command = root("journalctl --vacuum-size=200M");
                ways.push(way("journal", said(Say::RoomJournal), Risk::System, &command, ""));
            }
        }
    }
    ways
}
