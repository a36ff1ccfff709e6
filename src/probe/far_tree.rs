//! A source tree on another target, looked at from here.
//!
//! One question lists the upper levels; files and deeper folders are asked for as they are needed, once.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use crate::locale::Text;
use crate::plan::tree::Tree;
use crate::target::{Target, call, quoted};

/// How long one look may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// Levels that the first look lists.
const LEVELS: usize = 3;

/// A tree on a target.
pub struct FarTree {
    target: Target,
    dir: String,
    upper: BTreeSet<String>,
    heads: RefCell<BTreeMap<String, Option<Vec<u8>>>>,
    deeper: RefCell<BTreeMap<String, Vec<String>>>,
}

impl FarTree {
    /// Looks at a folder.
    ///
    /// # Errors
    /// In words: the target cannot be reached or has no such folder.
    pub fn at(target: &Target, dir: &Path) -> Result<Self, Text> {
        let dir = dir.to_string_lossy().into_owned();
        let text = format!(
            "cd -- {} || exit 1\nfind . -maxdepth {LEVELS} ! -path './.git/*' -print0 2>/dev/null || true\n",
            quoted(&dir)
        );
        let said = call::call(target, &text, PATIENCE)?.good()?;
        let upper = names(&said).map(|path| path.trim_start_matches("./").to_owned()).collect();
        Ok(Self { target: target.clone(), dir, upper, heads: RefCell::default(), deeper: RefCell::default() })
    }

    fn ask(&self, text: &str) -> Option<Vec<u8>> {
        let text = format!("cd -- {} || exit 1\n{text}\n", quoted(&self.dir));
        call::call(&self.target, &text, PATIENCE).ok()?.good().ok()
    }
}

fn names(said: &[u8]) -> impl Iterator<Item = String> + '_ {
    said.split(|byte| *byte == 0)
        .filter(|name| !name.is_empty())
        .map(|name| String::from_utf8_lossy(name).into_owned())
}

fn levels(path: &str) -> usize {
    path.split('/').filter(|part| !part.is_empty() && *part != ".").count()
}

impl Tree for FarTree {
    fn entries(&self, folder: &str) -> Vec<String> {
        if levels(folder) < LEVELS {
            let lead = if folder.is_empty() { String::new() } else { format!("{folder}/") };
            let below = |path: &String| path.strip_prefix(&lead).map(str::to_owned);
            let direct = |name: &String| !name.is_empty() && name != "." && !name.contains('/');
            return self.upper.iter().filter_map(below).filter(direct).collect();
        }
        let look = || {
            let text = format!(
                "find {} -maxdepth 1 -mindepth 1 -print0 2>/dev/null",
                quoted(&format!("./{folder}"))
            );
            let said = self.ask(&text).unwrap_or_default();
            names(&said).filter_map(|path| Some(path.rsplit_once('/')?.1.to_owned())).collect::<Vec<_>>()
        };
        self.deeper.borrow_mut().entry(folder.to_owned()).or_insert_with(look).clone()
    }

    fn exists(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/').trim_start_matches("./");
        match path.rsplit_once('/') {
            _ if levels(path) <= LEVELS => path.is_empty() || self.upper.contains(path),
            Some((folder, name)) => self.entries(folder).iter().any(|entry| entry == name),
            None => false,
        }
    }

    fn head(&self, path: &str, most: usize) -> Option<Vec<u8>> {
        let file = quoted(&format!("./{path}"));
        let look = || self.ask(&format!("test -f {file} && head -c {most} {file}"));
        self.heads.borrow_mut().entry(path.to_owned()).or_insert_with(look).clone()
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests touch the world")]
mod tests {
    use super::*;
    use crate::plan::tree::{any, glob};

    #[test]
    fn a_far_tree_is_seen_as_one_here() {
        let folder = tempfile::tempdir().unwrap();
        for path in ["scripts/build", "a/b/c/d/e.go", "go.mod", "odd name/x"] {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "module x\n").unwrap();
        }
        let tree = FarTree::at(&Target::Local, folder.path()).unwrap();
        assert!(tree.exists("scripts/build") && tree.exists("a/b/c/d/e.go") && tree.exists("odd name"));
        assert!(!tree.exists("scripts/none") && !tree.exists("a/b/c/d/f.go"));
        assert_eq!(glob(&tree, "a/*/c/*/*.go"), ["a/b/c/d/e.go"]);
        assert!(any(&tree, "scripts/*") && !any(&tree, "scripts/*/x"));
        assert_eq!(tree.head("go.mod", 6).unwrap(), b"module");
        assert_eq!(tree.head("none", 6), None);
        assert!(FarTree::at(&Target::Local, Path::new("/no/such")).is_err());
    }
}
