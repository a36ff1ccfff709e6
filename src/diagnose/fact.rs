//! What may be asked about a target, and how a question is written.
//!
//! The written form is one line, `VERB ARGUMENT`, the same in rules, in the session log and on screen. Who
//! answers is injected: `probe` on a live target, recorded answers in replay, a table in a test.

use std::fmt;
use std::str::FromStr;

use crate::locale::{Speak, Text, both};

/// A question about the target.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ask {
    /// `arch`: GOARCH name of the machine.
    Arch,
    /// `distro`: os-release `ID`.
    Distro,
    /// `distro-like`: os-release `ID_LIKE`.
    DistroLike,
    /// `package-manager`: apt, dnf, apk, pacman, zypper or brew.
    PackageManager,
    /// `user`: login name; `root` matters.
    User,
    /// `memory`: bytes of RAM, or of the cgroup's limit where that is lower.
    Memory,
    /// `memory-available`: bytes available now.
    MemoryAvailable,
    /// `swap`: bytes of swap.
    Swap,
    /// `disk PATH`: bytes free on the file system of PATH.
    Disk(String),
    /// `oom-kills`: how often the kernel or the cgroup killed for memory, where it can be read.
    OomKills,
    /// `which TOOL`: its path.
    Which(String),
    /// `version TOOL`: its first line of `--version` (or `version`).
    Version(String),
    /// `package NAME`: the installed version according to the package manager.
    Package(String),
    /// `pkg-config MODULE`: its version.
    PkgConfig(String),
    /// `file PATH`: `file`, `folder`, `link` … Absent where there is none.
    File(String),
    /// `env NAME`: its value in the stage's environment.
    Env(String),
    /// `resolve HOST`: the first address.
    Resolve(String),
    /// `reachable URL`: the HTTP status of a HEAD request through the environment's proxy.
    Reachable(String),
    /// `listening HOST:PORT`: `true` where a connection is accepted.
    Listening(String),
    /// `go-env NAME`: what `go env NAME` says outside of any tree, without changing to another toolchain.
    GoEnv(String),
    /// `compiles HEADER`: `true` where a C file that includes it compiles; absent where the compiler says no.
    Compiles(String),
    /// `links LIBRARY`: `true` where a C program links with `-lLIBRARY`.
    Links(String),
    /// `inodes PATH`: free inodes on the file system of PATH.
    Inodes(String),
    /// `cgroups`: `v1`, `v2` or `hybrid`, then the controllers that are on.
    Cgroups,
    /// `kernel-config NAME`: `y` or `m`; absent where the kernel was built without.
    KernelConfig(String),
    /// `clock`: seconds since 1970 as the target has it.
    Clock,
    /// `charmap`: the locale's encoding.
    Charmap,
    /// `engine docker`: its daemon's version; absent where no daemon answers.
    Engine(String),
    /// `engine-root docker`: the folder on this machine in which it keeps images and containers.
    EngineRoot(String),
    /// `connect PROXY HOST:PORT`: the status that the proxy answers a CONNECT with; for SOCKS `200` where it opens.
    Connect(String, String),
    /// `git-remote URL`: the commit that HEAD is there, as git itself gets it.
    GitRemote(String),
    /// `issuer URL`: who signed the certificate that answers there; ends with ` (not trusted)` where this machine does
    /// not trust it.
    Issuer(String),
    /// `from-container ENGINE HOST:PORT`: `true` where a container of the engine reaches that address.
    FromContainer(String, String),
    /// `source FILE:LINE:COLUMN`: the lines around that place and what git says of the file, as the JSON of a
    /// [`Frame`](super::source::Frame); column 0 where none is known.
    Source(super::source::Location),
}

impl fmt::Display for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Arch => f.write_str("arch"),
            Self::Distro => f.write_str("distro"),
            Self::DistroLike => f.write_str("distro-like"),
            Self::PackageManager => f.write_str("package-manager"),
            Self::User => f.write_str("user"),
            Self::Memory => f.write_str("memory"),
            Self::MemoryAvailable => f.write_str("memory-available"),
            Self::Swap => f.write_str("swap"),
            Self::OomKills => f.write_str("oom-kills"),
            Self::Disk(a) => write!(f, "disk {a}"),
            Self::Which(a) => write!(f, "which {a}"),
            Self::Version(a) => write!(f, "version {a}"),
            Self::Package(a) => write!(f, "package {a}"),
            Self::PkgConfig(a) => write!(f, "pkg-config {a}"),
            Self::File(a) => write!(f, "file {a}"),
            Self::Env(a) => write!(f, "env {a}"),
            Self::Resolve(a) => write!(f, "resolve {a}"),
            Self::Reachable(a) => write!(f, "reachable {a}"),
            Self::Listening(a) => write!(f, "listening {a}"),
            Self::GoEnv(a) => write!(f, "go-env {a}"),
            Self::Compiles(a) => write!(f, "compiles {a}"),
            Self::Links(a) => write!(f, "links {a}"),
            Self::Inodes(a) => write!(f, "inodes {a}"),
            Self::Cgroups => f.write_str("cgroups"),
            Self::KernelConfig(a) => write!(f, "kernel-config {a}"),
            Self::Clock => f.write_str("clock"),
            Self::Charmap => f.write_str("charmap"),
            Self::Engine(a) => write!(f, "engine {a}"),
            Self::EngineRoot(a) => write!(f, "engine-root {a}"),
            Self::Connect(proxy, to) => write!(f, "connect {proxy} {to}"),
            Self::GitRemote(a) => write!(f, "git-remote {a}"),
            Self::Issuer(a) => write!(f, "issuer {a}"),
            Self::FromContainer(engine, to) => write!(f, "from-container {engine} {to}"),
            Self::Source(place) => write!(f, "source {place}"),
        }
    }
}

/// A question that is not in the grammar.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.said().en)]
pub struct NotAQuestion(pub String);

impl Speak for NotAQuestion {
    fn said(&self) -> Text {
        let text = &self.0;
        both!(
            "`{text}` is no question: expected one of {alone}, or {one} with one argument, \
             or connect with a proxy and HOST:PORT, or from-container with an engine and HOST:PORT",
            "`{text}` 不是问题；应为 {alone} 之一，或带一个参数的 {one}，\
             或 connect 加代理和 HOST:PORT，或 from-container 加容器引擎和 HOST:PORT",
            alone = "arch, distro, distro-like, package-manager, user, memory, memory-available, swap, oom-kills, \
                     cgroups, clock, charmap",
            one = "disk, which, version, package, pkg-config, file, env, resolve, reachable, listening, go-env, \
                   compiles, links, inodes, kernel-config, engine, engine-root, git-remote, issuer, source"
        )
    }
}

impl FromStr for Ask {
    type Err = NotAQuestion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (verb, argument) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
        let argument = argument.trim().to_owned();
        let plain = argument.is_empty();
        Ok(match (verb, plain) {
            ("arch", true) => Self::Arch,
            ("distro", true) => Self::Distro,
            ("distro-like", true) => Self::DistroLike,
            ("package-manager", true) => Self::PackageManager,
            ("user", true) => Self::User,
            ("memory", true) => Self::Memory,
            ("memory-available", true) => Self::MemoryAvailable,
            ("swap", true) => Self::Swap,
            ("oom-kills", true) => Self::OomKills,
            ("disk", false) => Self::Disk(argument),
            ("which", false) => Self::Which(argument),
            ("version", false) => Self::Version(argument),
            ("package", false) => Self::Package(argument),
            ("pkg-config", false) => Self::PkgConfig(argument),
            ("file", false) => Self::File(argument),
            ("env", false) => Self::Env(argument),
            ("resolve", false) => Self::Resolve(argument),
            ("reachable", false) => Self::Reachable(argument),
            ("listening", false) => Self::Listening(argument),
            ("go-env", false) => Self::GoEnv(argument),
            ("compiles", false) => Self::Compiles(argument),
            ("links", false) => Self::Links(argument),
            ("inodes", false) => Self::Inodes(argument),
            ("cgroups", true) => Self::Cgroups,
            ("kernel-config", false) => Self::KernelConfig(argument),
            ("clock", true) => Self::Clock,
            ("charmap", true) => Self::Charmap,
            ("engine", false) => Self::Engine(argument),
            ("engine-root", false) => Self::EngineRoot(argument),
            ("git-remote", false) => Self::GitRemote(argument),
            ("connect", false) => {
                let (proxy, to) = argument.split_once(' ').ok_or_else(|| NotAQuestion(text.to_owned()))?;
                Self::Connect(proxy.to_owned(), to.trim().to_owned())
            }
            ("issuer", false) => Self::Issuer(argument),
            ("from-container", false) => {
                let (engine, to) = argument.split_once(' ').ok_or_else(|| NotAQuestion(text.to_owned()))?;
                Self::FromContainer(engine.to_owned(), to.trim().to_owned())
            }
            ("source", false) => Self::Source(argument.parse().map_err(|_| NotAQuestion(text.to_owned()))?),
            _ => return Err(NotAQuestion(text.to_owned())),
        })
    }
}
