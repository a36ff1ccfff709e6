//! Which package provides a tool, a header, a library: `diagnostics/packages.yaml`.
//!
//! Owns the table and the words of each package manager. Whether root is needed and how the commands are
//! shown is the caller's.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

use crate::diagnose::rule::RunsAs;
use crate::locale::{Text, both};
use crate::yaml::{self, Problem, Spanned};

/// A package manager that ktui can speak to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Manager {
    /// Debian, Ubuntu and their like.
    Apt,
    /// Fedora, openEuler, RHEL 8 and later.
    Dnf,
    /// Alpine.
    Apk,
    /// Arch.
    Pacman,
    /// openSUSE.
    Zypper,
    /// macOS.
    Brew,
}

impl Manager {
    /// All of them, in the order in which alternatives are shown.
    pub const ALL: [Self; 6] = [Self::Apt, Self::Dnf, Self::Apk, Self::Pacman, Self::Zypper, Self::Brew];

    /// The command's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Apt => "apt",
            Self::Dnf => "dnf",
            Self::Apk => "apk",
            Self::Pacman => "pacman",
            Self::Zypper => "zypper",
            Self::Brew => "brew",
        }
    }

    /// Commands that install packages without asking.
    pub fn install(self, packages: &[String]) -> Vec<String> {
        let list = packages.join(" ");
        match self {
            Self::Apt => vec!["apt-get update".to_owned(), format!("apt-get install -y {list}")],
            Self::Dnf => vec![format!("dnf install -y {list}")],
            Self::Apk => vec![format!("apk add {list}")],
            Self::Pacman => vec![format!("pacman -Sy --noconfirm --needed {list}")],
            Self::Zypper => vec![format!("zypper --non-interactive install {list}")],
            Self::Brew => vec![format!("brew install {list}")],
        }
    }

    /// The manager of a distribution by its os-release `ID` or `ID_LIKE` words.
    pub fn of_distro(id: &str) -> Option<Self> {
        DISTROS.iter().find(|(_, ids)| ids.contains(&id)).map(|(manager, _)| *manager)
    }

    /// The distributions that [`Manager::of_distro`] knows.
    pub fn distros() -> impl Iterator<Item = &'static str> + Clone {
        DISTROS.iter().flat_map(|(_, ids)| ids.iter().copied())
    }
}

/// Distributions by what installs their packages, as `ID` in os-release names them.
const DISTROS: [(Manager, &[&str]); 6] = [
    (Manager::Apt, &["debian", "ubuntu", "raspbian", "linuxmint", "kali", "deepin", "uos", "armbian"]),
    (
        Manager::Dnf,
        &[
            "fedora",
            "openeuler",
            "openEuler",
            "rhel",
            "centos",
            "rocky",
            "almalinux",
            "anolis",
            "opencloudos",
            "amzn",
            "kylin",
            "ol",
        ],
    ),
    (Manager::Apk, &["alpine"]),
    (Manager::Pacman, &["arch", "archarm", "manjaro", "endeavouros"]),
    (Manager::Zypper, &["opensuse", "opensuse-leap", "opensuse-tumbleweed", "sles", "suse"]),
    (Manager::Brew, &["macos", "darwin"]),
];

impl fmt::Display for Manager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Manager {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "apt-get" => Ok(Self::Apt),
            "yum" | "microdnf" => Ok(Self::Dnf),
            other => Self::ALL.into_iter().find(|manager| manager.name() == other).ok_or(()),
        }
    }
}

/// `packages.yaml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    packages: Vec<Entry>,
}

/// One thing that can be installed, under its names everywhere.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are the YAML keys that the file's head explains")]
pub struct Entry {
    pub name: String,
    #[serde(default)]
    pub tools: Vec<String>,
    #[serde(default)]
    pub headers: Vec<String>,
    #[serde(default)]
    pub pkg_config: Vec<String>,
    #[serde(default)]
    pub libraries: Vec<String>,
    #[serde(default)]
    pub sonames: Vec<String>,
    #[serde(default)]
    pub install: BTreeMap<String, Vec<String>>,
    #[serde(default, rename = "static")]
    pub static_link: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub commands: BTreeMap<String, Vec<String>>,
    #[serde(default, rename = "as")]
    pub runs_as: Option<RunsAs>,
    #[serde(default)]
    pub guide: Text,
    #[serde(default)]
    pub verify: String,
}

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted<'a> {
    /// A command.
    Tool(&'a str),
    /// A C header as included.
    Header(&'a str),
    /// A pkg-config module.
    PkgConfig(&'a str),
    /// A library, as after `-l`, or a soname.
    Library(&'a str),
    /// The same for static linking.
    StaticLibrary(&'a str),
    /// An entry by its name.
    Package(&'a str),
}

impl<'a> Wanted<'a> {
    /// The name that is looked for.
    pub fn name(self) -> &'a str {
        match self {
            Self::Tool(name)
            | Self::Header(name)
            | Self::PkgConfig(name)
            | Self::Library(name)
            | Self::StaticLibrary(name)
            | Self::Package(name) => name,
        }
    }
}

/// The table, ready to be asked.
#[derive(Debug, Clone, Default)]
pub struct Packages {
    entries: Vec<Entry>,
}

impl Packages {
    /// Loads the table; what could be read is kept.
    pub fn load(file: &str, text: &str) -> (Self, Vec<Problem>) {
        let table: Spanned<Table> = match yaml::parse(file, text) {
            Ok(table) => table,
            Err(problem) => return (Self::default(), vec![problem]),
        };
        let mut problems = Vec::new();
        let mut seen: BTreeMap<(&str, &str), &str> = BTreeMap::new();
        for entry in &table.value.packages {
            for manager in entry.install.keys().chain(entry.static_link.keys()).chain(entry.commands.keys()) {
                if manager != "any" && manager.parse::<Manager>().is_err() {
                    let name = &entry.name;
                    let message = both!(
                        "{name}: `{manager}` is no package manager: expected apt, dnf, apk, pacman, zypper, brew or any",
                        "{name}：`{manager}` 不是包管理器；应为 apt、dnf、apk、pacman、zypper、brew 或 any"
                    );
                    problems.push(Problem::file(file, message));
                }
            }
            let keys =
                entry.tools.iter().map(|t| ("tool", t)).chain(entry.headers.iter().map(|h| ("header", h)));
            for (kind, key) in keys {
                if let Some(other) = seen.insert((kind, key), &entry.name) {
                    let name = &entry.name;
                    let text = both!(
                        "{kind} {key} is in both {other} and {name}",
                        "{kind} {key} 同时出现在 {other} 和 {name} 中"
                    );
                    problems.push(Problem::file(file, text));
                }
            }
        }
        (Self { entries: table.value.packages }, problems)
    }

    /// Every entry.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Whether any entry is called so or provides something of this name.
    pub fn provides(&self, name: &str) -> bool {
        let ways = [
            Wanted::Package(name),
            Wanted::Tool(name),
            Wanted::Header(name),
            Wanted::PkgConfig(name),
            Wanted::Library(name),
        ];
        ways.into_iter().any(|wanted| self.find(wanted).is_some())
    }

    /// The entry that provides `wanted`.
    pub fn find(&self, wanted: Wanted<'_>) -> Option<&Entry> {
        let has = |list: &[String], name: &str| list.iter().any(|item| item == name);
        self.entries.iter().find(|entry| match wanted {
            Wanted::Tool(name) => has(&entry.tools, name),
            Wanted::Header(name) => entry.headers.iter().any(|header| header_matches(header, name)),
            Wanted::PkgConfig(name) => has(&entry.pkg_config, name),
            Wanted::Library(name) | Wanted::StaticLibrary(name) => {
                has(&entry.libraries, name) || has(&entry.sonames, name)
            }
            Wanted::Package(name) => entry.name == name,
        })
    }
}

/// `btrfs/*` covers the folder, `seccomp.h` itself only.
fn header_matches(listed: &str, wanted: &str) -> bool {
    match listed.strip_suffix("/*") {
        Some(folder) => wanted.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')),
        None => listed == wanted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "
packages:
  - name: libseccomp
    headers: [seccomp.h, seccomp/*]
    pkg_config: [libseccomp]
    libraries: [seccomp]
    install: {apt: [libseccomp-dev], dnf: [libseccomp-devel]}
";

    #[test]
    fn a_header_is_found_by_name_and_by_folder() {
        let (table, problems) = Packages::load("packages.yaml", TABLE);
        assert_eq!(problems, []);
        for header in ["seccomp.h", "seccomp/filter.h"] {
            assert_eq!(table.find(Wanted::Header(header)).map(|e| e.name.as_str()), Some("libseccomp"));
        }
        assert!(table.find(Wanted::Header("seccomp")).is_none());
        assert!(table.find(Wanted::PkgConfig("seccomp")).is_none());
    }

    #[test]
    fn an_unknown_manager_is_a_problem() {
        let (_, problems) = Packages::load("p.yaml", "packages: [{name: x, install: {aptt: [x]}}]");
        assert!(problems[0].message.en.contains("`aptt` is no package manager"), "{problems:?}");
    }
}
