//! Which Go a tree needs, and why: what its files say, weighed by who will check it. Pure.

use super::kubernetes::{self, Pinned};
use super::source::{self, Kind, Source};
use super::version::GoVersion;
use crate::locale::Lang;
use crate::locale::ui::Say;
use crate::plan::tree::Tree;

/// Who compares the version in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// k3s, when the finished binary starts as a server or agent: another one than Kubernetes' is refused.
    AtRunTime,
    /// k3s' scripts/validate only, in CI.
    InValidation,
    /// Kubernetes' scripts, which fetch exactly this version unless told otherwise.
    ByScripts,
    /// The go command: not less than go.mod says.
    ByGo,
}

impl Check {
    /// Whether any other version is wrong, not only an older one.
    pub fn is_exact(self) -> bool {
        matches!(self, Self::AtRunTime | Self::ByScripts)
    }
}

/// What a Kubernetes release was built with, and who says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upstream {
    /// The version.
    pub version: GoVersion,
    /// File, URL or table.
    pub place: String,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Required {
    /// The version to build with, and the source that decides; `None` where nothing in the tree names one.
    pub wanted: Option<Source>,
    /// The least version that the go command accepts.
    pub least: Option<GoVersion>,
    /// What the go command takes by itself where it may switch: the higher of `go` and `toolchain`.
    pub suggested: Option<GoVersion>,
    /// Who compares.
    pub check: Check,
    /// Everything that names a version.
    pub sources: Vec<Source>,
    /// The Kubernetes release of a k3s tree.
    pub kubernetes: Option<Pinned>,
    /// Whether that release's Go had to be left open.
    pub open: bool,
}

/// Whether what a Kubernetes release was built with matters for this tree, and so must be looked up.
pub fn asks_for(tree: &dyn Tree) -> Option<Pinned> {
    matches!(check(tree), Check::AtRunTime | Check::InValidation).then(|| kubernetes::pinned(tree)).flatten()
}

/// Weighs what the tree says; `upstream` is what [`asks_for`] led to.
pub fn required(tree: &dyn Tree, upstream: Option<Upstream>) -> Required {
    let mut sources = source::sources(tree);
    let check = check(tree);
    let kubernetes = kubernetes::pinned(tree);
    let asked = asks_for(tree);
    let open = asked.is_some() && upstream.is_none();
    if let (Some(pinned), Some(upstream)) = (&asked, upstream) {
        let line = format!("Kubernetes {}: golang: upstream version: {}", pinned.release, upstream.version);
        let (kind, place) = (Kind::Kubernetes, upstream.place);
        sources.insert(0, Source { kind, place, version: upstream.version, line });
    }
    let highest = |kinds: &[Kind]| {
        sources
            .iter()
            .filter(|source| kinds.contains(&source.kind))
            .map(|source| &source.version)
            .max()
            .cloned()
    };
    let least = highest(&[Kind::Least]);
    let suggested = highest(&[Kind::Least, Kind::Suggested]);
    let first = |kind: Kind| sources.iter().find(|source| source.kind == kind);
    let order: &[Kind] = match check {
        Check::AtRunTime | Check::InValidation => &[Kind::Kubernetes, Kind::Image],
        Check::ByScripts => &[Kind::Pinned],
        Check::ByGo => &[Kind::Pinned, Kind::Suggested],
    };
    let named = order.iter().find_map(|kind| first(*kind));
    // What is older than the go line cannot be used, whoever names it.
    let usable = named.filter(|source| least.as_ref().is_none_or(|least| source.version >= *least));
    let floor = || {
        sources
            .iter()
            .filter(|s| matches!(s.kind, Kind::Least | Kind::ScriptFloor))
            .max_by(|a, b| a.version.cmp(&b.version))
    };
    let wanted = usable.or_else(floor).cloned();
    Required { wanted, least, suggested, check, sources, kubernetes, open }
}

/// The era's rule, told by the tree's own scripts.
fn check(tree: &dyn Tree) -> Check {
    let holds = |file: &str, word: &str| source::text(tree, file).is_some_and(|text| text.contains(word));
    let k3s = ["module github.com/k3s-io/k3s", "module github.com/rancher/k3s"]
        .iter()
        .any(|module| holds("go.mod", module));
    if k3s {
        if !holds("scripts/version.sh", "VERSION_GOLANG") {
            return Check::ByGo;
        }
        return if holds("scripts/build", "UpstreamGolang") { Check::AtRunTime } else { Check::InValidation };
    }
    if tree.exists("hack/lib/golang.sh") && tree.exists(".go-version") {
        Check::ByScripts
    } else {
        Check::ByGo
    }
}

impl Required {
    /// The version to build with.
    pub fn version(&self) -> Option<&GoVersion> {
        self.wanted.as_ref().map(|wanted| &wanted.version)
    }

    /// Sources that name another version than the one to build with, where only one can be right.
    pub fn others(&self) -> Vec<&Source> {
        let Some(wanted) = &self.wanted else { return Vec::new() };
        self.sources.iter().filter(|source| source.version != wanted.version).collect()
    }

    /// One sentence: who compares, and what that means.
    pub fn rule(&self, lang: Lang) -> &'static str {
        let rule = match self.check {
            Check::AtRunTime => Say::RuleAtRunTime,
            Check::InValidation => Say::RuleInValidation,
            Check::ByScripts => Say::RuleByScripts,
            Check::ByGo => Say::RuleByGo,
        };
        rule.text(lang)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::tree::Table;

    const K3S: &str = "module github.com/k3s-io/k3s\n\ngo 1.23.3\n\nreplace k8s.io/kubernetes => github.com/k3s-io/kubernetes v1.32.3-k3s1\n";

    #[expect(clippy::unnecessary_wraps, reason = "as it is asked for")]
    fn upstream(version: &str) -> Option<Upstream> {
        Some(Upstream { version: version.parse().unwrap(), place: "build/dependencies.yaml".into() })
    }

    fn k3s_of_2025() -> Table {
        Table::of([
            ("go.mod", K3S),
            ("scripts/version.sh", "VERSION_GOLANG=\"go\"$(curl -sL \"${DEPENDENCIES_URL}\" | yq e '…' -)\n"),
            ("scripts/build", "-X ${PKG}/pkg/version.UpstreamGolang=${VERSION_GOLANG}\n"),
            ("Dockerfile.dapper", "ARG GOLANG=golang:1.23.6-alpine3.21\n"),
        ])
    }

    #[test]
    fn what_the_finished_k3s_compares_decides_not_go_mod() {
        let tree = k3s_of_2025();
        assert_eq!(asks_for(&tree).unwrap().release, "v1.32.3");
        let required = required(&tree, upstream("1.23.6"));
        assert_eq!(required.version().unwrap().as_str(), "1.23.6");
        assert_eq!((required.check, required.open), (Check::AtRunTime, false));
        assert_eq!(required.least.as_ref().unwrap().as_str(), "1.23.3");
        let others: Vec<_> = required.others().iter().map(|source| source.place.clone()).collect();
        assert_eq!(others, ["go.mod:3"]);
    }

    #[test]
    fn without_a_network_the_image_of_the_release_tells() {
        let required = required(&k3s_of_2025(), None);
        assert!(required.open);
        assert_eq!(required.wanted.unwrap().place, "Dockerfile.dapper:1");
    }

    #[test]
    fn eras_and_their_rules() {
        for (version_sh, build, check) in [
            ("VERSION_GOLANG=x", "UpstreamGolang", Check::AtRunTime),
            ("VERSION_GOLANG=x", "go build", Check::InValidation),
            (". ./scripts/platform.sh", "go build", Check::ByGo),
        ] {
            let tree =
                Table::of([("go.mod", K3S), ("scripts/version.sh", version_sh), ("scripts/build", build)]);
            assert_eq!(required(&tree, None).check, check, "{version_sh} {build}");
        }
        let kubernetes = Table::of([
            ("go.mod", "module k8s.io/kubernetes\ngo 1.24.0\n"),
            (".go-version", "1.24.2\n"),
            ("hack/lib/golang.sh", ""),
        ]);
        let required = required(&kubernetes, None);
        assert_eq!((required.check, required.version().unwrap().as_str()), (Check::ByScripts, "1.24.2"));
    }

    #[test]
    fn a_pin_below_the_go_line_is_not_believed() {
        let tree = Table::of([("go.mod", "module x\ngo 1.24.1\n"), (".go-version", "1.22.0\n")]);
        assert_eq!(required(&tree, None).version().unwrap().as_str(), "1.24.1");
        let tree = Table::of([("go.mod", "module x\ngo 1.21\ntoolchain go1.23.4\n")]);
        let found = required(&tree, None);
        assert_eq!(
            (found.version().unwrap().as_str(), found.suggested.as_ref().unwrap().as_str()),
            ("1.23.4", "1.23.4")
        );
        assert_eq!(required(&Table::default(), None).wanted, None);
    }
}
