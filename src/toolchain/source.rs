//! Files of a tree that name a Go version, read for just that. Pure.

use std::sync::LazyLock;

use regex::Regex;

use super::version::GoVersion;
use crate::plan::tree::{self, Tree};

/// The largest beginning of a file that is looked at.
const MOST: usize = 1 << 20;

/// What kind of statement it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `go` line of go.mod or go.work: the least version.
    Least,
    /// `toolchain` line: what the go command takes where the installed one is older.
    Suggested,
    /// `.go-version`.
    Pinned,
    /// The image of a Dockerfile.
    Image,
    /// What the Kubernetes release of the tree was built with.
    Kubernetes,
    /// The least version that the tree's own scripts accept.
    ScriptFloor,
}

/// A place that names a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// What it means.
    pub kind: Kind,
    /// `go.mod:3`.
    pub place: String,
    /// The version.
    pub version: GoVersion,
    /// The line, trimmed.
    pub line: String,
}

/// Text of a file of the tree, as far as it is looked at.
pub(super) fn text(tree: &dyn Tree, path: &str) -> Option<String> {
    Some(String::from_utf8_lossy(&tree.head(path, MOST)?).into_owned())
}

/// Everything in the tree that names a version, in the order in which it is told.
pub fn sources(tree: &dyn Tree) -> Vec<Source> {
    let mut found = Vec::new();
    for file in ["go.mod", "go.work"] {
        found.extend(directives(tree, file));
    }
    found.extend(pinned(tree, ".go-version"));
    found.extend(dependencies(tree));
    found.extend(images(tree));
    found.extend(script_floor(tree));
    found
}

/// `go 1.23.3` and `toolchain go1.23.6`.
fn directives(tree: &dyn Tree, file: &str) -> Vec<Source> {
    let text = text(tree, file).unwrap_or_default();
    let one = |(number, line): (usize, &str)| {
        let code = line.split("//").next().unwrap_or_default().trim();
        let (word, version) = code.split_once(char::is_whitespace)?;
        let kind = match word {
            "go" => Kind::Least,
            "toolchain" => Kind::Suggested,
            _ => return None,
        };
        Some(Source {
            kind,
            place: format!("{file}:{}", number + 1),
            version: version.trim().parse().ok()?,
            line: code.to_owned(),
        })
    };
    text.lines().enumerate().filter_map(one).collect()
}

fn pinned(tree: &dyn Tree, file: &str) -> Option<Source> {
    let text = text(tree, file)?;
    let (number, line) = text.lines().enumerate().find(|(_, line)| !line.trim().is_empty())?;
    Some(Source {
        kind: Kind::Pinned,
        place: format!("{file}:{}", number + 1),
        version: line.parse().ok()?,
        line: line.trim().to_owned(),
    })
}

/// Kubernetes' own list, where the tree is Kubernetes.
fn dependencies(tree: &dyn Tree) -> Option<Source> {
    const FILE: &str = "build/dependencies.yaml";
    let text = text(tree, FILE)?;
    let (number, version) = upstream_golang(&text)?;
    Some(Source {
        kind: Kind::Pinned,
        place: format!("{FILE}:{number}"),
        line: format!("golang: upstream version: {version}"),
        version,
    })
}

/// The version of `golang: upstream version` in Kubernetes' dependencies.yaml, and its line.
pub fn upstream_golang(text: &str) -> Option<(usize, GoVersion)> {
    let name = |line: &str| {
        let rest = line.trim().trim_start_matches("- ").strip_prefix("name:")?;
        Some(rest.trim().trim_matches(['"', '\'']).to_owned())
    };
    let mut lines = text.lines().enumerate().map(|(at, line)| (at + 1, line));
    lines.find(|(_, line)| name(line).as_deref() == Some("golang: upstream version"))?;
    // The next entry would have a name of its own.
    lines.take_while(|(_, line)| name(line).is_none()).find_map(|(number, line)| {
        let value = line.trim().strip_prefix("version:")?;
        Some((number, value.trim().trim_matches(['"', '\'']).parse().ok()?))
    })
}

/// `FROM golang:1.23.6-alpine3.21`, `ARG GOLANG=golang:1.23.6-alpine3.21`, also with a registry in front.
fn images(tree: &dyn Tree) -> Vec<Source> {
    static IMAGE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let line = r#"^\s*(?:FROM|ARG)\s+(?:--platform=\S+\s+)?(?:[A-Z_]+=)?["']?(?:[\w.:/-]+/)?(?:golang|hardened-build-base):v?(\d+\.\d+[\w.]*)"#;
        let version = r#"|^\s*ARG\s+(?:GO|GOLANG)_?VERSION=["']?(\d+\.\d+[\w.]*)"#;
        Regex::new(&format!("{line}{version}")).ok()
    });
    let Some(image) = IMAGE.as_ref() else { return Vec::new() };
    let mut found: Vec<Source> = Vec::new();
    let mut files = tree::glob(tree, "Dockerfile*");
    files.retain(|file| file != "Dockerfile.dapper");
    files.insert(0, "Dockerfile.dapper".to_owned());
    for file in files {
        let text = text(tree, &file).unwrap_or_default();
        for (number, line) in text.lines().enumerate() {
            let Some(groups) = image.captures(line) else { continue };
            let version =
                groups.get(1).or_else(|| groups.get(2)).and_then(|group| group.as_str().parse().ok());
            let Some(version) = version else { continue };
            // One a file is enough: later lines repeat it.
            if found
                .iter()
                .any(|known| known.place.starts_with(&format!("{file}:")) && known.version == version)
            {
                continue;
            }
            let place = format!("{file}:{}", number + 1);
            found.push(Source { kind: Kind::Image, place, version, line: line.trim().to_owned() });
        }
    }
    found
}

/// `minimum_go_version=go1.22` of Kubernetes' hack/lib/golang.sh.
fn script_floor(tree: &dyn Tree) -> Option<Source> {
    const FILE: &str = "hack/lib/golang.sh";
    let text = text(tree, FILE)?;
    text.lines().enumerate().find_map(|(number, line)| {
        let value = line.trim().strip_prefix("minimum_go_version=")?;
        Some(Source {
            kind: Kind::ScriptFloor,
            place: format!("{FILE}:{}", number + 1),
            version: value.trim_matches(['"', '\'']).parse().ok()?,
            line: line.trim().to_owned(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::tree::Table;

    #[test]
    fn every_file_that_names_a_version_is_heard() {
        let tree = Table::of([
            ("go.mod", "module github.com/k3s-io/k3s\n\ngo 1.23.3 // least\n\ntoolchain go1.23.4\n"),
            (".go-version", "\n1.23.6\n"),
            ("Dockerfile.dapper", "ARG GOLANG=golang:1.23.5-alpine3.21\nFROM ${GOLANG}\n"),
            (
                "Dockerfile",
                "FROM --platform=$BUILDPLATFORM docker.io/library/golang:1.23.7-alpine3.22 AS base\nFROM alpine:3.21\n",
            ),
            ("hack/lib/golang.sh", "  local minimum\n  minimum_go_version=go1.22\n"),
            (
                "build/dependencies.yaml",
                "dependencies:\n  - name: \"golang: upstream version\"\n    version: 1.23.8\n    refPaths:\n    - path: .go-version\n  - name: x\n    version: 3\n",
            ),
        ]);
        let told: Vec<_> = sources(&tree).iter().map(|s| format!("{} {}", s.place, s.version)).collect();
        assert_eq!(
            told,
            [
                "go.mod:3 1.23.3",
                "go.mod:5 1.23.4",
                ".go-version:2 1.23.6",
                "build/dependencies.yaml:3 1.23.8",
                "Dockerfile.dapper:1 1.23.5",
                "Dockerfile:1 1.23.7",
                "hack/lib/golang.sh:2 1.22",
            ]
        );
    }

    #[test]
    fn an_entry_without_a_version_does_not_take_the_next_ones() {
        assert_eq!(
            upstream_golang("- name: \"golang: upstream version\"\n- name: other\n  version: 1.2\n"),
            None
        );
        assert_eq!(upstream_golang("404: Not Found"), None);
    }

    #[test]
    fn files_of_another_kind_name_nothing() {
        let tree =
            Table::of([("go.mod", "\u{0}\u{1}go\n"), (".go-version", "<html>"), ("Dockerfile", "FROM x\n")]);
        assert_eq!(sources(&tree), []);
    }
}
