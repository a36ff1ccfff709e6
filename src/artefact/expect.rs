//! What a program is wanted to be, and where it is something else.

use std::str::FromStr;

use super::Artefact;
use crate::locale::ui::{Say, Tell};
use crate::locale::{Lang, Speak, Text, both};

/// One thing that is wanted, as a word: `riscv64`, `go1.23.6`, `v1.32.3+k3s1`, `static`, `clean`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expectation {
    /// A GOARCH name.
    Arch(String),
    /// Exactly this Go.
    Go(String),
    /// A version, or the beginning of one that ends at a `+` or `-`.
    Version(String),
    /// Needs nothing of the machine to start, or the opposite.
    Static(bool),
    /// Built from a tree without edits.
    Clean,
}

/// A word that says nothing that could be wanted of a program.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.said().en)]
pub struct NotAnExpectation(pub String);

impl Speak for NotAnExpectation {
    fn said(&self) -> Text {
        let word = &self.0;
        both!(
            "`{word}` is nothing that can be expected of a program: expected an architecture (riscv64), a Go version \
             (go1.23.6), a version (v1.32.3), `static`, `dynamic`, `clean`, or a plan's id",
            "`{word}` 不能作为对程序的要求；应为架构（riscv64）、Go 版本（go1.23.6）、版本（v1.32.3）、\
             `static`、`dynamic`、`clean`，或计划的 id"
        )
    }
}

/// GOARCH names that a program file can have.
const ARCHES: [&str; 15] = [
    "386", "amd64", "arm", "arm64", "loong64", "mips", "mips64", "mips64le", "mipsle", "ppc64", "ppc64le",
    "riscv32", "riscv64", "s390x", "armhf",
];

impl FromStr for Expectation {
    type Err = NotAnExpectation;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let digit = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
        // `linux/riscv64`, as Kubernetes writes platforms.
        let name = word.strip_prefix("linux/").unwrap_or(word);
        Ok(match name {
            "static" => Self::Static(true),
            "dynamic" => Self::Static(false),
            "clean" => Self::Clean,
            "armhf" => Self::Arch("arm".to_owned()),
            name if ARCHES.contains(&name) => Self::Arch(name.to_owned()),
            name if name.strip_prefix("go").is_some_and(digit) => Self::Go(name.to_owned()),
            name if name.strip_prefix('v').is_some_and(digit) => Self::Version(name.to_owned()),
            _ => return Err(NotAnExpectation(word.to_owned())),
        })
    }
}

/// A program is not what was wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deviation {
    /// What was wanted.
    pub wanted: Expectation,
    /// What it is.
    pub found: String,
}

impl Expectation {
    /// Where the program is something else. What it does not tell (a Go without recorded flags) is no deviation of
    /// a version or of a clean tree.
    pub fn deviation(&self, artefact: &Artefact) -> Option<Deviation> {
        let go = artefact.go.as_ref().map(|build| build.go.split(' ').next().unwrap_or_default());
        let (good, found) = match self {
            Self::Arch(arch) => (artefact.arch == *arch, artefact.arch.clone()),
            Self::Go(wanted) => (go == Some(wanted), go.unwrap_or("-").to_owned()),
            Self::Version(wanted) => match artefact.version() {
                Some(version) => (begins(version, wanted), version.to_owned()),
                None => (true, String::new()),
            },
            Self::Static(wanted) => {
                let is = artefact.linked.is_static;
                (is == *wanted, if is { "static" } else { "dynamic" }.to_owned())
            }
            Self::Clean => (artefact.dirty() != Some(true), artefact.version().unwrap_or("dirty").to_owned()),
        };
        (!good).then(|| Deviation { wanted: self.clone(), found })
    }

    /// The word that it was written as.
    pub fn word(&self) -> &str {
        match self {
            Self::Arch(word) | Self::Go(word) | Self::Version(word) => word,
            Self::Static(true) => "static",
            Self::Static(false) => "dynamic",
            Self::Clean => "clean",
        }
    }
}

fn begins(version: &str, wanted: &str) -> bool {
    version.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with(['+', '-']))
}

impl Deviation {
    /// One sentence, to stand after the file's name.
    pub fn text(&self, lang: Lang) -> String {
        let (wanted, found) = (self.wanted.word(), &self.found);
        match &self.wanted {
            // The plans' own words in their checks, which the rules know.
            Expectation::Arch(_) => Tell::WrongArch { wanted, found }.text(lang),
            Expectation::Go(_) => Tell::WrongGo { found, wanted }.text(lang),
            Expectation::Version(_) => Tell::WrongVersion { found, wanted }.text(lang),
            Expectation::Static(true) => Say::WrongDynamic.text(lang).to_owned(),
            Expectation::Static(false) => Say::WrongStatic.text(lang).to_owned(),
            Expectation::Clean => Tell::WrongDirty { found }.text(lang),
        }
    }
}
