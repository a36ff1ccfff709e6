//! Where room comes from on a full disk, by what is on the machine. Pure.
//!
//! Only what can be made again is removed by a command; what may hold somebody's work is told of, with the way to look
//! at it first.

use std::collections::BTreeMap;

use crate::diagnose::rule::Risk;
use crate::locale::Lang;
use crate::locale::ui::Say;
use crate::remedy::{Fix, Machine, as_root};

/// The tools that [`ways`] knows how to take room from.
pub const TOOLS: [&str; 6] = ["go", "docker", "podman", "apt-get", "dnf", "journalctl"];

/// What can be freed, the least costly first; `has` tells which tools are there.
pub fn ways(has: &dyn Fn(&str) -> bool, machine: &Machine, lang: Lang) -> Vec<Fix> {
    let way = |id: &str, title: Say, risk: Risk, command: &str, guide: &str| Fix {
        id: id.to_owned(),
        title: title.text(lang).to_owned(),
        risk,
        commands: if command.is_empty() { Vec::new() } else { vec![command.to_owned()] },
        env: BTreeMap::new(),
        guide: guide.to_owned(),
        verify: String::new(),
    };
    let root = |command: &str| as_root(command, machine);
    let mut ways = Vec::new();
    for tool in TOOLS.into_iter().filter(|tool| has(tool)) {
        match tool {
            "go" => {
                ways.push(way("go-cache", Say::RoomGoCache, Risk::Safe, "go clean -cache", ""));
                ways.push(way("go-modules", Say::RoomGoModules, Risk::Safe, "go clean -modcache", ""));
            }
            "docker" => {
                ways.push(way("docker-builds", Say::RoomBuilds, Risk::System, "docker builder prune -f", ""));
                let guide = "docker system df; docker ps -a; docker system prune";
                ways.push(way("docker-prune", Say::RoomContainers, Risk::Destructive, "", guide));
            }
            "podman" => {
                let guide = "podman system df; podman ps -a; podman system prune";
                ways.push(way("podman-prune", Say::RoomContainers, Risk::Destructive, "", guide));
            }
            "apt-get" | "dnf" => {
                let clean = if tool == "dnf" { "dnf clean all" } else { "apt-get clean" };
                ways.push(way("packages", Say::RoomPackages, Risk::System, &root(clean), ""));
            }
            _ => {
                let command = root("journalctl --vacuum-size=200M");
                ways.push(way("journal", Say::RoomJournal, Risk::System, &command, ""));
            }
        }
    }
    ways
}
