//! Which Go a go command would really use in a tree. Pure.
//!
//! After <https://go.dev/doc/toolchain>: since 1.21 the go command changes its own version to what go.mod asks
//! for, unless GOTOOLCHAIN forbids it; before, it cannot even read such a go.mod.

use super::required::Required;
use super::version::GoVersion;
use crate::locale::Lang;
use crate::locale::ui::Tell;

/// What a go command does in a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Usage {
    /// Runs as it is installed.
    Installed(GoVersion),
    /// Fetches another version first.
    Fetched(GoVersion),
    /// Refuses: it is older than this.
    TooOld(GoVersion),
    /// Cannot read go.mod at all and is too old to say so well.
    CannotRead(GoVersion),
}

/// What the installed `go` does under this GOTOOLCHAIN (empty where not set).
pub fn usage(installed: &GoVersion, gotoolchain: &str, required: &Required) -> Usage {
    let least = required.least.as_ref();
    if !installed.can_switch() {
        return match least {
            Some(least) if least > installed => Usage::CannotRead(installed.clone()),
            _ => Usage::Installed(installed.clone()),
        };
    }
    let (base, may_switch) = match gotoolchain.split_once('+') {
        Some((base, _)) => (base, true),
        None if matches!(gotoolchain, "" | "auto" | "path") => ("local", true),
        None => (gotoolchain, false),
    };
    let named = base.strip_prefix("go").and_then(|_| base.parse::<GoVersion>().ok());
    let start = named.clone().unwrap_or_else(|| installed.clone());
    let too_old = least.is_some_and(|least| *least > start);
    if too_old && !may_switch {
        return Usage::TooOld(start);
    }
    let suggested = required.suggested.as_ref().filter(|suggested| may_switch && **suggested > start);
    match (suggested, named) {
        (Some(suggested), _) => Usage::Fetched(suggested.clone()),
        (None, Some(named)) if named != *installed => Usage::Fetched(named),
        _ => Usage::Installed(installed.clone()),
    }
}

impl Usage {
    /// The version that compiles, where anything does.
    pub fn version(&self) -> Option<&GoVersion> {
        match self {
            Self::Installed(version) | Self::Fetched(version) => Some(version),
            Self::TooOld(_) | Self::CannotRead(_) => None,
        }
    }

    /// Whether the build would be with what the tree needs.
    pub fn satisfies(&self, required: &Required) -> bool {
        let (Some(version), Some(wanted)) = (self.version(), required.version()) else {
            return self.version().is_some();
        };
        if required.check.is_exact() {
            version == wanted && version.suffix().is_empty()
        } else {
            version >= wanted
        }
    }

    /// One sentence.
    pub fn say(&self, lang: Lang) -> String {
        let (Self::Installed(go) | Self::Fetched(go) | Self::TooOld(go) | Self::CannotRead(go)) = self;
        let version = &go.to_string();
        let told = match self {
            Self::Installed(_) => Tell::UsesInstalled { version },
            Self::Fetched(_) => Tell::UsesFetched { version },
            Self::TooOld(_) => Tell::UsesTooOld { version },
            Self::CannotRead(_) => Tell::UsesCannotRead { version },
        };
        told.text(lang)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::tree::Table;
    use crate::toolchain::required::{Upstream, required};

    #[test]
    fn what_happens_in_a_k3s_tree() {
        let tree = Table::of([
            ("go.mod", "module github.com/k3s-io/k3s\ngo 1.23.3\nrequire k8s.io/kubernetes v1.32.3\n"),
            ("scripts/version.sh", "VERSION_GOLANG"),
            ("scripts/build", "UpstreamGolang"),
        ]);
        let upstream = Upstream { version: "1.23.6".parse().unwrap(), place: "x".into() };
        let required = required(&tree, Some(upstream));
        for (installed, gotoolchain, said, good) in [
            ("1.23.6", "auto", "Go 1.23.6 as installed", true),
            ("1.23.6", "local", "Go 1.23.6 as installed", true),
            ("1.26.8", "local", "Go 1.26.8 as installed", false),
            // The “strange downloading”: fetched, and still not the one that k3s compares with.
            ("1.22.9", "", "Go 1.23.3, which go fetches by itself", false),
            (
                "1.22.9",
                "local",
                "none: Go 1.22.9 is too old for go.mod, and GOTOOLCHAIN forbids another one",
                false,
            ),
            ("1.22.9", "go1.23.6", "Go 1.23.6, which go fetches by itself", true),
            ("1.22.9", "go1.23.1+auto", "Go 1.23.3, which go fetches by itself", false),
            (
                "1.19.5",
                "auto",
                "none: Go 1.19.5 is too old to read this go.mod, and to fetch a newer one",
                false,
            ),
            ("1.23.6-X:boringcrypto", "local", "Go 1.23.6-X:boringcrypto as installed", false),
        ] {
            let used = usage(&installed.parse().unwrap(), gotoolchain, &required);
            assert_eq!(
                (used.say(Lang::En).as_str(), used.satisfies(&required)),
                (said, good),
                "{installed} {gotoolchain}"
            );
        }
    }

    #[test]
    fn any_newer_go_does_for_a_plain_module() {
        let required = required(&Table::of([("go.mod", "module x\ngo 1.21\n")]), None);
        for (installed, good) in [("1.26.8", true), ("1.21.0", true), ("1.20.3", false)] {
            assert_eq!(
                usage(&installed.parse().unwrap(), "local", &required).satisfies(&required),
                good,
                "{installed}"
            );
        }
    }
}
