//! Which plans fit a tree, and why.

use regex::bytes::Regex;

use super::schema::Plan;
use super::tree::{self, Tree};
use crate::locale::Lang;
use crate::locale::ui::Tell;

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
        list.push(presence(&path.value, there, lang));
    }
    for path in &plan.detect.not_files {
        let there = tree::any(tree, &path.value);
        let list = if there { &mut fit.against } else { &mut fit.because };
        list.push(presence(&path.value, there, lang));
    }
    for (file, pattern) in &plan.detect.contains {
        let head = tree.head(file, HEAD).unwrap_or_default();
        let holds = Regex::new(&format!("(?m){}", pattern.value)).is_ok_and(|regex| regex.is_match(&head));
        let list = if holds { &mut fit.because } else { &mut fit.against };
        let (path, pattern) = (file.as_str(), pattern.value.as_str());
        let tell = if holds { Tell::FileSays { path, pattern } } else { Tell::FileSaysNot { path, pattern } };
        list.push(tell.text(lang));
    }
    fit.fits = fit.against.is_empty() && !fit.because.is_empty();
    fit
}

fn presence(path: &str, there: bool, lang: Lang) -> String {
    let tell = if there { Tell::TreeHas { path } } else { Tell::TreeLacks { path } };
    tell.text(lang)
}
