//! The code guide: what a tree's folders and files are for, and how a subcommand travels through them.
//!
//! Pure; the texts stand in `guide/*.yaml`. A place may hold only for some trees, so several may describe one path:
//! the first whose condition holds is the one.

use std::path::Path;

use schemars::JsonSchema;
use serde::Deserialize;

use super::detect::unmet;
use super::schema::TreeWhen;
use super::tree::{Tree, any, part_matches};
use crate::locale::{Lang, Text, both};
use crate::yaml::{self, Problem, Spanned};

/// One project's guide.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Guide {
    /// The project, as `detect.project` of its plans.
    pub guide: String,
    /// How such a tree is told.
    pub when: TreeWhen,
    /// Folders and files.
    pub places: Vec<Place>,
    /// Subcommands and programs.
    #[serde(default)]
    pub commands: Vec<Call>,
}

/// A folder or file.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Its path in the tree, `.` is the tree; `*` and `?` within one part.
    #[schemars(with = "String")]
    pub path: Spanned<String>,
    /// In which trees this holds.
    #[serde(default)]
    pub when: TreeWhen,
    /// What it is for.
    pub is: Text,
}

/// A subcommand, and its way through the tree.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// Its name.
    #[schemars(with = "String")]
    pub name: Spanned<String>,
    /// What it does.
    pub does: Text,
    /// Through which places, in order.
    pub way: Vec<Step>,
}

/// A station on a subcommand's way.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The path.
    pub path: String,
    /// What happens there.
    pub does: Text,
}

/// Reads a guide and looks for what is wrong with it.
pub fn load(file: &str, text: &str) -> (Option<Guide>, Vec<Problem>) {
    let (guide, mut problems) = yaml::parse_all::<Guide>(file, text);
    if let Some(guide) = &guide {
        let mut say = |at: &Spanned<String>, message: Text| problems.push(Problem::at(file, at, message));
        let lacking = || {
            both!(
                "lacks a text in one language: expected `en` and `zh`",
                "缺少一种语言的文本；应有 `en` 和 `zh`"
            )
        };
        let whole = |text: &Text| !text.en.trim().is_empty() && !text.zh.trim().is_empty();
        for (at, place) in guide.places.iter().enumerate() {
            let path = place.path.value.as_str();
            if path.is_empty() || path.starts_with('/') || path.split('/').any(|part| part == "..") {
                say(
                    &place.path,
                    both!(
                        "is no path inside the tree: expected one such as pkg/agent",
                        "不是源码树内的路径；应类似 pkg/agent"
                    ),
                );
            }
            if !whole(&place.is) {
                say(&place.path, lacking());
            }
            let hidden = |other: &Place| other.path.value == path && other.when == TreeWhen::default();
            if guide.places[..at].iter().any(hidden) {
                say(
                    &place.path,
                    both!(
                        "is described above for every tree: expected this one before it",
                        "上文已有适用于所有源码树的说明；这一条应在其之前"
                    ),
                );
            }
        }
        for (at, call) in guide.commands.iter().enumerate() {
            if guide.commands[..at].iter().any(|other| other.name.value == call.name.value) {
                say(
                    &call.name,
                    both!(
                        "stands here for the second time: expected it once",
                        "在此第二次出现；只应出现一次"
                    ),
                );
            }
            if call.way.is_empty() {
                say(&call.name, both!("leads nowhere: expected at least one step", "没有路径；至少应有一步"));
            }
            if !whole(&call.does) || call.way.iter().any(|step| !whole(&step.does)) {
                say(&call.name, lacking());
            }
        }
    }
    (guide, problems)
}

/// The parts of a path inside the tree, tidied: `./scripts//build/` is `scripts/build`.
fn parts(path: &str) -> Vec<&str> {
    path.split('/').filter(|part| !part.is_empty() && *part != ".").collect()
}

impl Guide {
    /// Whether it is about this tree.
    pub fn fits(&self, tree: &dyn Tree) -> bool {
        unmet(&self.when, tree, None, Lang::En).is_none()
    }

    /// The guide as it holds for this tree, where it is about it: what is of other eras is left out.
    pub fn of_tree(mut self, tree: &dyn Tree) -> Option<Self> {
        self.fits(tree).then_some(())?;
        self.places.retain(|place| unmet(&place.when, tree, None, Lang::En).is_none());
        Some(self)
    }

    /// The guide where the tree cannot be looked at: only what is so in every one.
    #[must_use]
    pub fn of_any_tree(mut self) -> Self {
        self.places.retain(|place| place.when == TreeWhen::default());
        self
    }

    /// What is known about a path: one entry for each folder on the way to it and for itself, outermost first.
    pub fn about(&self, path: &str) -> Vec<(String, &Text)> {
        let parts = parts(path);
        let on_the_way = (1..=parts.len()).map(|count| &parts[..count]);
        on_the_way.filter_map(|parts| Some((parts.join("/"), self.text(parts)?))).collect()
    }

    /// What a folder or file, or the nearest folder around it, is for.
    pub fn nearest(&self, path: &str) -> Option<(String, &Text)> {
        self.about(path).pop()
    }

    /// The same for a file as a tool's message names it: relative to the tree, or below its folder `dir`.
    pub fn around(&self, file: &str, dir: &Path, lang: Lang) -> Option<(String, String)> {
        let path = Path::new(file);
        let path = if path.is_absolute() { path.strip_prefix(dir).ok()? } else { path };
        let (at, text) = self.nearest(path.to_str()?)?;
        Some((at, text.pick(lang).to_owned()))
    }

    /// What the tree as a whole is.
    pub fn whole(&self) -> Option<&Text> {
        self.text(&[])
    }

    fn text(&self, path: &[&str]) -> Option<&Text> {
        let is_it = |place: &&Place| {
            let pattern = parts(&place.path.value);
            pattern.len() == path.len()
                && pattern.iter().zip(path).all(|(p, name)| part_matches(p, name) || p == name)
        };
        Some(&self.places.iter().find(is_it)?.is)
    }

    /// The places of the outermost folders that this tree has, in the guide's order.
    pub fn outline(&self, tree: &dyn Tree) -> Vec<(&str, &Text)> {
        let mut found: Vec<(&str, &Text)> = Vec::new();
        for place in &self.places {
            let path = place.path.value.as_str();
            let inside = path != "." && !path.contains('/') && any(tree, path);
            if inside && found.iter().all(|(known, _)| *known != path) {
                found.push((path, &place.is));
            }
        }
        found
    }

    /// A subcommand.
    pub fn call(&self, name: &str) -> Option<&Call> {
        self.commands.iter().find(|call| call.name.value == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::tree::Table;

    const GUIDE: &str = "guide: k3s\nwhen: {contains: {go.mod: 'k3s-io/k3s'}}\nplaces:\n\
        - {path: ., is: {en: all, zh: 全部}}\n- {path: pkg, is: {en: code, zh: 代码}}\n\
        - {path: pkg/*.go, is: {en: a file, zh: 文件}}\n\
        - {path: Makefile, when: {exists: [Dockerfile.dapper]}, is: {en: dapper, zh: d}}\n\
        - {path: Makefile, is: {en: buildkit, zh: b}}\n\
        commands:\n- {name: server, does: {en: x, zh: x}, way: [{path: pkg, does: {en: x, zh: x}}]}\n";

    #[test]
    fn a_path_is_explained_from_the_outside_in_and_by_the_trees_era() {
        let (guide, problems) = load("f", GUIDE);
        assert!(problems.is_empty(), "{problems:?}");
        let guide = guide.unwrap();
        let old = Table::of([
            ("go.mod", "module github.com/k3s-io/k3s"),
            ("Makefile", ""),
            ("Dockerfile.dapper", ""),
        ]);
        let new =
            Table::of([("go.mod", "module github.com/k3s-io/k3s/v2"), ("Makefile", ""), ("pkg/a/b.go", "")]);
        assert!(guide.clone().of_tree(&Table::default()).is_none());
        let told = |path: &str, tree: &Table| -> Vec<String> {
            let guide = guide.clone().of_tree(tree).unwrap();
            guide.about(path).into_iter().map(|(at, text)| format!("{at}: {}", text.en)).collect()
        };
        assert_eq!(told("./pkg//x.go", &new), ["pkg: code", "pkg/x.go: a file"]);
        assert_eq!(told("pkg/a/b.go", &new), ["pkg: code"]);
        assert_eq!(told("Makefile", &old), ["Makefile: dapper"]);
        assert_eq!(told("Makefile", &new), ["Makefile: buildkit"]);
        assert!(told("../etc", &new).is_empty());
        assert_eq!(guide.outline(&new).len(), 2);
        assert!(guide.call("server").is_some() && guide.call("agent").is_none());
    }

    #[test]
    fn what_is_wrong_with_a_guide_is_told_with_its_place() {
        let bent = GUIDE.replace("path: pkg,", "path: ../pkg,").replace("zh: 文件", "zh: ''");
        let bent = bent.replace("when: {exists: [Dockerfile.dapper]}, ", "");
        let (_, problems) = load("f", &bent);
        let lines: Vec<u64> = problems.iter().map(|problem| problem.line).collect();
        assert_eq!(lines, [5, 6, 8], "{problems:?}");
    }
}
