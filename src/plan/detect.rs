//! Which plans fit a tree, and why.

use std::collections::BTreeMap;

use regex::bytes::Regex;

use super::schema::{Era, FromFile, Plan, StageWhen, TreeWhen};
use super::tree::{self, Tree};
use crate::locale::Lang;
use crate::locale::ui::Tell;
use crate::yaml::one_of;

/// How much of a file `contains` looks at, in bytes.
const HEAD: usize = 64 * 1024;

/// Whether a plan fits a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fit {
    /// Whether every condition holds. A plan without conditions fits nothing by itself.
    pub fits: bool,
    /// What speaks for it: one entry a condition that holds.
    pub because: Vec<String>,
    /// What speaks against it.
    pub against: Vec<String>,
}

/// Looks at a tree with a plan's `detect`; `arch` is the machine's, where it is known.
pub fn fit(plan: &Plan, tree: &dyn Tree, arch: Option<&str>, lang: Lang) -> Fit {
    let mut fit = Fit { fits: false, because: Vec::new(), against: Vec::new() };
    for path in &plan.detect.files {
        let names: Vec<&str> = path.value.split('|').collect();
        match names.iter().find(|name| tree::any(tree, name)) {
            Some(name) => fit.because.push(presence(name, true, lang)),
            None if names.len() > 1 => {
                fit.against.push(presence(one_of(names).pick(lang), false, lang));
            }
            None => fit.against.push(presence(&path.value, false, lang)),
        }
    }
    for path in &plan.detect.not_files {
        let there = tree::any(tree, &path.value);
        let list = if there { &mut fit.against } else { &mut fit.because };
        list.push(presence(&path.value, there, lang));
    }
    for (file, pattern) in &plan.detect.contains {
        let holds = says(tree, file, &pattern.value);
        let list = if holds { &mut fit.because } else { &mut fit.against };
        let (path, pattern) = (file.as_str(), pattern.value.as_str());
        let tell = if holds { Tell::FileSays { path, pattern } } else { Tell::FileSaysNot { path, pattern } };
        list.push(tell.text(lang));
    }
    fit.against.extend(refusals(plan, tree, arch, lang));
    fit.fits = fit.against.is_empty() && !fit.because.is_empty();
    fit
}

fn presence(path: &str, there: bool, lang: Lang) -> String {
    let tell = if there { Tell::TreeHas { path } } else { Tell::TreeLacks { path } };
    tell.text(lang)
}

/// Why the plan cannot serve this tree on this machine, although it is of its kind.
pub fn refusals(plan: &Plan, tree: &dyn Tree, arch: Option<&str>, lang: Lang) -> Vec<String> {
    let refused =
        plan.detect.refuse.iter().filter(|refusal| unmet(&refusal.when, tree, arch, lang).is_none());
    refused.map(|refusal| refusal.why.pick(lang).trim().to_owned()).collect()
}

/// The era of a tree: the plan's first whose condition holds.
pub fn era<'a>(plan: &'a Plan, tree: &dyn Tree, arch: Option<&str>) -> Option<&'a Era> {
    plan.eras.iter().find(|era| unmet(&era.when, tree, arch, Lang::En).is_none())
}

/// Why a condition does not hold, where it does not. On a machine that is not known no `arch` does.
pub fn unmet(when: &TreeWhen, tree: &dyn Tree, arch: Option<&str>, lang: Lang) -> Option<String> {
    if !when.exists.is_empty() && !when.exists.iter().any(|path| tree::any(tree, path)) {
        let paths = when.exists.join(", ");
        return Some(Tell::WhenLacks { paths: &paths }.text(lang));
    }
    if let Some(path) = when.missing.iter().find(|path| tree::any(tree, path)) {
        return Some(Tell::WhenHas { path }.text(lang));
    }
    if let Some((file, pattern)) = when.contains.iter().find(|(file, it)| !says(tree, file, &it.value)) {
        return Some(Tell::FileSaysNot { path: file, pattern: &pattern.value }.text(lang));
    }
    if let Some((file, pattern)) = when.lacks.iter().find(|(file, it)| says(tree, file, &it.value)) {
        return Some(Tell::FileSays { path: file, pattern: &pattern.value }.text(lang));
    }
    if !when.arch.is_empty() && !when.arch.iter().any(|name| Some(name.as_str()) == arch) {
        let (all, is) = (when.arch.join(", "), arch.unwrap_or("?"));
        return Some(Tell::WhenArch { all: &all, is }.text(lang));
    }
    None
}

/// What the conditions of a plan's stages and requirements are held against.
pub struct Circumstances<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The tree.
    pub tree: &'a dyn Tree,
    /// The machine's GOARCH name, where it is known.
    pub arch: Option<&'a str>,
    /// Id of the tree's era; empty where the plan tells none apart.
    pub era: &'a str,
    /// The plan's inputs, with every value put in.
    pub inputs: &'a BTreeMap<String, String>,
    /// Language of the reasons.
    pub lang: Lang,
}

impl Circumstances<'_> {
    /// Why a condition does not hold here, where it does not.
    pub fn unmet(&self, when: &StageWhen) -> Option<String> {
        if let Some(why) = unmet(&when.of_tree(), self.tree, self.arch, self.lang) {
            return Some(why);
        }
        let named = |era: &str| when.era.iter().any(|id| id.value == era);
        if !when.era.is_empty() && !named(self.era) {
            let eras = self.plan.eras.iter().filter(|era| named(&era.id.value));
            let titles: Vec<&str> = eras.map(|era| era.title.pick(self.lang)).collect();
            return Some(Tell::WhenEra { titles: &self.lang.joined(&titles) }.text(self.lang));
        }
        let given = |name: &str| self.inputs.get(name).map_or("", String::as_str);
        let is = |name: &str, values: &str| values.split('|').any(|value| given(name) == value);
        let (name, value) = when.input.iter().find(|(name, values)| !is(name, values))?;
        Some(Tell::WhenInput { name, given: given(name), value }.text(self.lang))
    }
}

/// The value that the tree holds at the first of these places that has it.
pub fn value(places: &[FromFile], tree: &dyn Tree) -> Option<String> {
    places.iter().find_map(|place| {
        let file = tree::glob(tree, &place.file.value).into_iter().next()?;
        let head = tree.head(&file, HEAD)?;
        let regex = Regex::new(&format!("(?m){}", place.pattern.value)).ok()?;
        let found = regex.captures(&head)?;
        let value = String::from_utf8(found.get(1).or(found.get(0))?.as_bytes().to_vec()).ok()?;
        Some(value.trim().to_owned()).filter(|value| !value.is_empty())
    })
}

/// Whether the beginning of a file matches.
fn says(tree: &dyn Tree, file: &str, pattern: &str) -> bool {
    let head = tree.head(file, HEAD).unwrap_or_default();
    Regex::new(&format!("(?m){pattern}")).is_ok_and(|regex| regex.is_match(&head))
}
