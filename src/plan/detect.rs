//! Which plans fit a tree, and why.

use regex::bytes::Regex;

use super::schema::Plan;
use super::tree::{self, Tree};
use crate::locale::Lang;

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

/// Looks at a tree with a plan's `detect`.
pub fn fit(plan: &Plan, tree: &dyn Tree, lang: Lang) -> Fit {
    let mut fit = Fit { fits: false, because: Vec::new(), against: Vec::new() };
    for path in &plan.detect.files {
        let there = tree::any(tree, &path.value);
        let list = if there { &mut fit.because } else { &mut fit.against };
        list.push(worded(if there { Word::Has } else { Word::Lacks }, &path.value, lang));
    }
    for path in &plan.detect.not_files {
        let there = tree::any(tree, &path.value);
        let list = if there { &mut fit.against } else { &mut fit.because };
        list.push(worded(if there { Word::Has } else { Word::Lacks }, &path.value, lang));
    }
    for (file, pattern) in &plan.detect.contains {
        let head = tree.head(file, HEAD).unwrap_or_default();
        let holds = Regex::new(&format!("(?m){}", pattern.value)).is_ok_and(|regex| regex.is_match(&head));
        let list = if holds { &mut fit.because } else { &mut fit.against };
        list.push(worded(
            if holds { Word::Says(&pattern.value) } else { Word::SaysNot(&pattern.value) },
            file,
            lang,
        ));
    }
    fit.fits = fit.against.is_empty() && !fit.because.is_empty();
    fit
}

#[derive(Clone, Copy)]
enum Word<'a> {
    Has,
    Lacks,
    Says(&'a str),
    SaysNot(&'a str),
}

fn worded(word: Word<'_>, path: &str, lang: Lang) -> String {
    match (lang, word) {
        (Lang::En, Word::Has) => format!("{path} is there"),
        (Lang::Zh, Word::Has) => format!("有 {path}"),
        (Lang::En, Word::Lacks) => format!("there is no {path}"),
        (Lang::Zh, Word::Lacks) => format!("没有 {path}"),
        (Lang::En, Word::Says(pattern)) => format!("{path} says {pattern}"),
        (Lang::Zh, Word::Says(pattern)) => format!("{path} 中有 {pattern}"),
        (Lang::En, Word::SaysNot(pattern)) => format!("{path} does not say {pattern}"),
        (Lang::Zh, Word::SaysNot(pattern)) => format!("{path} 中没有 {pattern}"),
    }
}
