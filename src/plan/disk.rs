//! The plan layer's hands: looks at real trees, reads a tree's own plan, keeps what the user trusts.
#![expect(
    clippy::disallowed_methods,
    reason = "the one file of this layer that reads trees and the trust list"
)]

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::catalogue::OWN_FILE;
use super::tree::Tree;
use super::trust::Trust;
use crate::locale::{Text, both};
use crate::yaml::Problem;

/// The largest plan file that is read, in bytes.
const MOST_BYTES: u64 = 4 << 20;

/// A source tree on this machine.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// The tree at `root`.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }
}

impl Tree for Folder {
    fn entries(&self, folder: &str) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.root.join(folder)) else { return Vec::new() };
        entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect()
    }

    fn exists(&self, path: &str) -> bool {
        self.root.join(path).symlink_metadata().is_ok()
    }

    fn head(&self, path: &str, most: usize) -> Option<Vec<u8>> {
        let path = self.root.join(path);
        // A pipe or a device with a promising name must not be waited for.
        path.metadata().ok().filter(std::fs::Metadata::is_file)?;
        let mut bytes = Vec::new();
        File::open(path).ok()?.take(most as u64).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }
}

/// A tree's own plan: its file's name as problems show it, and its text. `None` where there is none.
///
/// # Errors
/// A placed problem where it is there and cannot be used as text.
pub fn own_plan(dir: &Path) -> Option<Result<(String, String), Problem>> {
    let path = dir.join(OWN_FILE);
    let about = path.metadata().ok()?;
    let shown = path.display().to_string();
    let bad = |why: Text| Some(Err(Problem::file(&shown, why)));
    if !about.is_file() {
        return bad(both!("is no file: expected a plan", "不是文件；应为计划"));
    }
    let mut bytes = Vec::new();
    let read = File::open(&path).and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes));
    if let Err(error) = read {
        return bad(both!("cannot be read: {error}", "无法读取：{error}"));
    }
    Some(as_text(shown, bytes))
}

/// The same of a tree that may lie on another machine; `shown` is what the file is called in messages.
///
/// # Errors
/// As of [`own_plan`].
pub fn own_plan_in(tree: &dyn Tree, shown: &str) -> Option<Result<(String, String), Problem>> {
    if !tree.exists(OWN_FILE) {
        return None;
    }
    let most = usize::try_from(MOST_BYTES + 1).unwrap_or(usize::MAX);
    Some(match tree.head(OWN_FILE, most) {
        Some(bytes) => as_text(shown.to_owned(), bytes),
        None => Err(Problem::file(shown, both!("cannot be read: expected a plan", "无法读取；应为计划"))),
    })
}

fn as_text(shown: String, bytes: Vec<u8>) -> Result<(String, String), Problem> {
    if bytes.len() as u64 > MOST_BYTES {
        let message =
            both!("is larger than {MOST_BYTES} bytes: expected a plan", "大于 {MOST_BYTES} 字节；应为计划");
        return Err(Problem::file(&shown, message));
    }
    let Ok(text) = String::from_utf8(bytes) else {
        let message = both!("is not UTF-8 text: expected a plan", "不是 UTF-8 文本；应为计划");
        return Err(Problem::file(&shown, message));
    };
    Ok((shown, text))
}

/// What the user trusts, as kept in `file`; nothing where there is no such file.
pub fn trust(file: &Path) -> Trust {
    std::fs::read_to_string(file).map(|text| Trust::read(&text)).unwrap_or_default()
}

/// Keeps what the user trusts, readable only for them. Written beside and moved, so that it is never half there.
///
/// # Errors
/// The operating system's.
pub fn keep_trust(file: &Path, trust: &Trust) -> io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;

    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let beside = file.with_extension(format!("new-{}", std::process::id()));
    let mut new =
        std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    new.write_all(trust.write().as_bytes())?;
    new.sync_all()?;
    std::fs::rename(&beside, file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::tree;

    #[test]
    fn a_real_tree_answers_like_a_table() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("build/static/charts")).unwrap();
        std::fs::write(dir.path().join("build/static/charts/a.tgz"), "abcdef").unwrap();
        let tree = Folder::at(dir.path());
        assert_eq!(tree::glob(&tree, "build/*/charts/*.tgz"), ["build/static/charts/a.tgz"]);
        assert!(!tree::any(&tree, "build/*.tgz") && !tree::any(&tree, "nothing"));
        assert_eq!(tree.head("build/static/charts/a.tgz", 3).as_deref(), Some(&b"abc"[..]));
        assert_eq!(tree.head("build", 3), None);
    }

    #[test]
    fn trust_is_kept_and_owned() {
        use std::os::unix::fs::PermissionsExt;

        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("state/trust");
        assert_eq!(trust(&file), Trust::default());
        let mut given = Trust::default();
        given.give("/tree", "plan: x");
        keep_trust(&file, &given).unwrap();
        keep_trust(&file, &given).unwrap();
        assert_eq!(trust(&file), given);
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(dir.path().join("state")).unwrap().count(), 1);
    }

    #[test]
    fn a_trees_own_plan_is_read_or_a_problem() {
        let dir = tempfile::tempdir().unwrap();
        assert!(own_plan(dir.path()).is_none());
        std::fs::write(dir.path().join("ktui.yaml"), "plan: x\n").unwrap();
        assert!(own_plan(dir.path()).unwrap().unwrap().0.ends_with("/ktui.yaml"));
        std::fs::write(dir.path().join("ktui.yaml"), b"\xff\xfe").unwrap();
        assert!(own_plan(dir.path()).unwrap().unwrap_err().message.en.contains("not UTF-8"));
        std::fs::remove_file(dir.path().join("ktui.yaml")).unwrap();
        std::fs::create_dir(dir.path().join("ktui.yaml")).unwrap();
        assert!(own_plan(dir.path()).unwrap().unwrap_err().message.en.contains("is no file"));
    }
}
