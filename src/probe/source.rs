//! Source files that messages point at: the lines around a place, and what git says of the file.
//!
//! A log decides which file is asked for, so only plain text files inside the tree (git's work tree, else the
//! folder) are opened, and git runs without anything that the tree or its owner could hook in.
#![expect(clippy::disallowed_methods, reason = "reads source files")]

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::place::{Mute, Place};
use crate::diagnose::source::{Frame, Location, Tracked};
use crate::event::Answer;
use crate::locale::{Text, both};

/// Larger files are not read.
const MOST: u64 = 5 * 1024 * 1024;

/// So many names are tried for a patch.
const MOST_PATCHES: u32 = 99;

/// The frame around a place, as JSON.
pub(super) fn frame(place: &Place, location: &Location) -> Answer {
    if !place.is_local() {
        return Answer::Unknown(both!("source files are read on this machine only", "只读取本机上的源文件"));
    }
    let Ok(dir) = place.dir.canonicalize() else { return Answer::Absent };
    let top = work_tree(&dir);
    let tree = top.clone().unwrap_or_else(|| dir.clone());
    let Some(path) = find(&dir, &tree, &location.file) else { return Answer::Absent };
    let text = match read(&path) {
        Ok(text) => text,
        Err(why) => return Answer::Unknown(why),
    };
    let shown = path.strip_prefix(&dir).unwrap_or(&path);
    let Some(shown) = shown.to_str().filter(|shown| !shown.chars().any(char::is_control)) else {
        return Answer::Unknown(both!("the file's name is not text", "文件名不是文本"));
    };
    let Some(mut frame) = Frame::around(shown, &text, location) else {
        let line = location.line;
        return Answer::Unknown(both!("{shown} has no line {line}", "{shown} 没有第 {line} 行"));
    };
    if top.is_some() {
        frame.git = tracked(place, shown, location.line).map(|mut tracked| {
            if tracked.differs() {
                tracked.patch = free_name(&dir, shown).unwrap_or_default();
            }
            tracked
        });
    }
    serde_json::to_string(&frame).map_or_else(|e| Answer::Unknown(Text::verbatim(e)), Answer::Is)
}

/// The file as the log names it: from the folder, or from the top of the work tree. Only inside the tree.
fn find(dir: &Path, tree: &Path, file: &str) -> Option<PathBuf> {
    [dir.join(file), tree.join(file)]
        .into_iter()
        .filter_map(|path| path.canonicalize().ok())
        .find(|path| path.starts_with(tree) && !in_git(path, tree) && path.is_file())
}

/// Whether it is one of git's own files.
fn in_git(path: &Path, tree: &Path) -> bool {
    path.strip_prefix(tree).is_ok_and(|path| path.components().any(|part| part.as_os_str() == ".git"))
}

fn read(path: &Path) -> Result<String, Text> {
    let file = File::open(path).map_err(Text::verbatim)?;
    let found = file.metadata().map_err(Text::verbatim)?;
    if !found.is_file() {
        return Err(both!("no regular file", "不是普通文件"));
    }
    let mut bytes = Vec::new();
    file.take(MOST + 1).read_to_end(&mut bytes).map_err(Text::verbatim)?;
    if bytes.len() as u64 > MOST {
        let most = MOST >> 20;
        return Err(both!("larger than {most} MB", "大于 {most} MB"));
    }
    if bytes.iter().take(8000).any(|byte| *byte == 0) {
        return Err(both!("no text file", "不是文本文件"));
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Runs git so that only git runs: no hooks, no pager, no external diff, no conversion, no network, no locks.
fn git(place: &Place, arguments: &[&str]) -> Option<String> {
    let quiet = [
        "env",
        "GIT_OPTIONAL_LOCKS=0",
        "GIT_NO_LAZY_FETCH=1",
        "GIT_TERMINAL_PROMPT=0",
        "git",
        "--no-pager",
        "--literal-pathspecs",
        "-c",
        "core.fsmonitor=false",
        "-c",
        "core.hooksPath=/dev/null",
        "-c",
        "core.quotePath=false",
        "-c",
        "diff.external=",
    ];
    let argv: Vec<&str> = quiet.iter().chain(arguments).copied().collect();
    match place.run(&argv, false) {
        Ok(said) if said.ok => Some(said.text),
        Ok(_) | Err(Mute::Missing | Mute::Because(_)) => None,
    }
}

/// The top of the work tree. Found without git: most logs name files that are not here at all.
fn work_tree(dir: &Path) -> Option<PathBuf> {
    dir.ancestors().find(|folder| folder.join(".git").symlink_metadata().is_ok()).map(Path::to_owned)
}

/// The file against HEAD; `None` where HEAD does not have it.
fn tracked(place: &Place, path: &str, line: u64) -> Option<Tracked> {
    // `ls-tree` takes paths from the folder, as `diff` does.
    let listed = git(place, &["ls-tree", "HEAD", "--", path])?;
    if listed.trim().is_empty() {
        return None;
    }
    let diff = git(
        place,
        &["diff", "--no-ext-diff", "--no-textconv", "--no-color", "--unified=3", "HEAD", "--", path],
    )?;
    // In the middle of a merge there is more than one side to go back to: nothing to be said by a diff.
    (!diff.contains("* Unmerged path")).then(|| Tracked::from_diff(&diff, line))
}

/// `FILE.ktui.patch`, or with a number where that is taken.
fn free_name(dir: &Path, shown: &str) -> Option<String> {
    let numbered = (2..MOST_PATCHES).map(|number| format!("{shown}.ktui-{number}.patch"));
    std::iter::once(format!("{shown}.ktui.patch"))
        .chain(numbered)
        .find(|name| dir.join(name).symlink_metadata().is_err())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::process::Command;
    use std::time::{Duration, Instant};

    use super::*;
    use crate::target::Target;

    fn place(dir: &Path) -> Place {
        let env: BTreeMap<String, String> = std::env::vars().collect();
        let until = Instant::now() + Duration::from_secs(20);
        Place { target: Target::Local, dir: dir.to_owned(), env, added: BTreeMap::new(), until }
    }

    fn asked(dir: &Path, text: &str) -> Result<Frame, Answer> {
        match frame(&place(dir), &text.parse().expect("a place")) {
            Answer::Is(json) => Ok(serde_json::from_str(&json).expect("a frame")),
            other => Err(other),
        }
    }

    fn run(dir: &Path, argv: &[&str]) -> bool {
        let mut command = Command::new(argv[0]);
        command.args(&argv[1..]).current_dir(dir).env("HOME", dir).env("GIT_CONFIG_NOSYSTEM", "1");
        for name in ["GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"] {
            command.env(name, "a@example.invalid");
        }
        command.output().is_ok_and(|output| output.status.success())
    }

    #[test]
    fn only_text_files_inside_the_folder_are_read() {
        let outside = tempfile::tempdir().expect("a folder");
        std::fs::write(outside.path().join("secret"), "x\n").expect("written");
        let tree = outside.path().join("tree");
        std::fs::create_dir(&tree).expect("made");
        std::fs::write(tree.join("a.sh"), "one\ntwo\n").expect("written");
        std::fs::write(tree.join("b.bin"), b"a\0b\n").expect("written");
        std::os::unix::fs::symlink("../secret", tree.join("link")).expect("linked");
        assert_eq!(asked(&tree, "a.sh:2:1").expect("a frame").lines, ["one", "two"]);
        let absolute = format!("{}/a.sh:1:0", tree.display());
        assert_eq!(asked(&tree, &absolute).expect("a frame").path, "a.sh");
        for refused in ["../secret:1:0", "link:1:0", "/etc/passwd:1:0", "/dev/zero:1:0", "none:1:0", ".:1:0"]
        {
            assert_eq!(asked(&tree, refused), Err(Answer::Absent), "{refused}");
        }
        for unreadable in ["b.bin:1:0", "a.sh:9:0"] {
            assert!(matches!(asked(&tree, unreadable), Err(Answer::Unknown(_))), "{unreadable}");
        }
    }

    #[test]
    fn git_tells_how_a_file_differs_and_runs_nothing_of_the_trees() {
        let tree = tempfile::tempdir().expect("a folder");
        let dir = tree.path();
        if !run(dir, &["git", "init", "-q"]) {
            eprintln!("skipped: no git here");
            return;
        }
        std::fs::create_dir(dir.join("pkg")).expect("made");
        std::fs::write(dir.join("pkg/a.go"), "package a\n\nfunc f() {\n}\n").expect("written");
        std::fs::write(dir.join(".gitattributes"), "*.go diff=evil\n").expect("written");
        assert!(run(dir, &["git", "add", "-A"]) && run(dir, &["git", "commit", "-qm", "a"]));
        for (key, value) in [
            ("diff.external", "touch ran-external"),
            ("diff.evil.command", "touch ran-command"),
            ("diff.evil.textconv", "touch ran-textconv"),
            ("core.pager", "touch ran-pager"),
            ("core.fsmonitor", "touch ran-fsmonitor"),
        ] {
            assert!(run(dir, &["git", "config", key, value]));
        }
        let same = asked(dir, "pkg/a.go:3:1").expect("a frame").git.expect("tracked");
        assert!(!same.differs());
        std::fs::write(dir.join("pkg/a.go"), "package a\n\nfunc f() {\n<<\n}\n").expect("written");
        std::fs::write(dir.join("pkg/new.go"), "package a\n").expect("written");
        let frame = asked(&dir.join("pkg"), "a.go:4:1").expect("a frame");
        let git = frame.git.expect("tracked");
        assert_eq!((git.added, git.removed, git.here), (1, 0, true));
        assert!(git.hunk.contains(&"+<<".to_owned()), "{git:?}");
        assert_eq!(git.patch, "a.go.ktui.patch");
        // From the top of the tree too, as make prints names; and what is not tracked is shown without git.
        assert_eq!(asked(&dir.join("pkg"), "pkg/a.go:4:1").expect("a frame").path, "a.go");
        assert_eq!(asked(dir, "pkg/new.go:1:0").expect("a frame").git, None);
        assert_eq!(asked(dir, ".git/config:1:0"), Err(Answer::Absent));
        let ran: Vec<_> = std::fs::read_dir(dir)
            .expect("listed")
            .chain(std::fs::read_dir(dir.join("pkg")).expect("listed"))
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter(|name| name.starts_with("ran-"))
            .collect();
        assert!(ran.is_empty(), "{ran:?}");
    }
}
