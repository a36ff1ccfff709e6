//! Which Kubernetes a tree pins, and which Go a Kubernetes release was built with, as far as that is known here.
//! Pure.

use super::source;
use super::version::GoVersion;
use crate::plan::tree::Tree;

/// Releases and their Go, for boards without a network. From the releases' own build/dependencies.yaml.
const KNOWN: &[(&str, &str)] = &[
    ("v1.24.12", "1.19.7"),
    ("v1.26.1", "1.19.5"),
    ("v1.29.2", "1.21.7"),
    ("v1.31.2", "1.22.8"),
    ("v1.32.3", "1.23.6"),
];

/// The Go of a release, where this program was told.
pub fn known(release: &str) -> Option<GoVersion> {
    KNOWN.iter().find(|(known, _)| *known == release).and_then(|(_, go)| go.parse().ok())
}

/// A module in Kubernetes' place: what the module cache and a proxy know it by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pinned {
    /// `v1.32.3`, as the release is called.
    pub release: String,
    /// `github.com/k3s-io/kubernetes`, or `k8s.io/kubernetes` itself.
    pub module: String,
    /// `v1.32.3-k3s1`.
    pub version: String,
    /// The line of go.mod that says so.
    pub line: usize,
}

/// The Kubernetes that a tree's go.mod pins, replacements followed.
pub fn pinned(tree: &dyn Tree) -> Option<Pinned> {
    const MODULE: &str = "k8s.io/kubernetes";
    let text = source::text(tree, "go.mod")?;
    let mut required = None;
    for (number, line) in text.lines().enumerate() {
        let code = line.split("//").next().unwrap_or_default().trim();
        let code = code.strip_prefix("replace ").or_else(|| code.strip_prefix("require ")).unwrap_or(code);
        let mut words = code.split_whitespace();
        if words.next() != Some(MODULE) {
            continue;
        }
        let words: Vec<&str> = words.collect();
        let pair = match words.iter().position(|word| *word == "=>") {
            // A folder in place of a module has no version.
            Some(at) => {
                words.get(at + 1).zip(words.get(at + 2)).map(|(module, version)| (*module, *version, true))
            }
            None => words.first().map(|version| (MODULE, *version, false)),
        };
        let Some((module, version, replaced)) = pair else { continue };
        let Some(release) = release_of(version) else { continue };
        let found =
            Pinned { release, module: module.to_owned(), version: version.to_owned(), line: number + 1 };
        if replaced {
            return Some(found);
        }
        required.get_or_insert(found);
    }
    required
}

/// `v1.32.3-k3s1` → `v1.32.3`; nothing for what is no release (v0.0.0, a commit).
fn release_of(version: &str) -> Option<String> {
    let release = version.split(['-', '+']).next()?;
    let number = release.strip_prefix('v')?;
    let numbers: Vec<u32> = number.split('.').map_while(|part| part.parse().ok()).collect();
    (numbers.len() == 3 && numbers[0] >= 1 && number.split('.').count() == 3).then(|| release.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::tree::Table;

    fn of(go_mod: &str) -> Option<Pinned> {
        pinned(&Table::of([("go.mod", go_mod)]))
    }

    #[test]
    fn replacements_decide() {
        let k3s = "module github.com/k3s-io/k3s\n\nreplace (\n\tk8s.io/api => github.com/k3s-io/kubernetes/staging/src/k8s.io/api v1.32.3-k3s1\n\tk8s.io/kubernetes => github.com/k3s-io/kubernetes v1.32.3-k3s1\n)\n\nrequire (\n\tk8s.io/kubernetes v1.32.3\n)\n";
        let found = of(k3s).unwrap();
        assert_eq!(
            (found.release.as_str(), found.module.as_str(), found.version.as_str(), found.line),
            ("v1.32.3", "github.com/k3s-io/kubernetes", "v1.32.3-k3s1", 5)
        );
        assert_eq!(of("require k8s.io/kubernetes v1.30.0\n").unwrap().release, "v1.30.0");
    }

    #[test]
    fn no_release_is_no_pin() {
        for text in [
            "",
            "require k8s.io/kubernetes v0.0.0\n",
            "replace k8s.io/kubernetes => ../kubernetes\n",
            "require k8s.io/kubernetesx v1.2.3\n",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    #[test]
    fn the_table_is_made_of_versions() {
        assert!(
            KNOWN
                .iter()
                .all(|(release, go)| release_of(release).is_some() && go.parse::<GoVersion>().is_ok())
        );
        assert_eq!(known("v1.32.3").unwrap().as_str(), "1.23.6");
        assert_eq!(known("v9.9.9"), None);
    }
}
