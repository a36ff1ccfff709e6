//! Source files that messages point at: the lines around a place, and what git says of the file.
//!
//! A log decides which file is asked for, so only plain text files inside the tree (git's work tree, else the
//! folder) are opened, and git only reads objects: its own `diff` would run what the tree's settings and attributes
//! name (`filter.*.clean`), so texts are compared here.
#![expect(clippy::disallowed_methods, reason = "reads source files")]

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use similar::TextDiff;

use super::place::{Mute, Place};
use crate::diagnose::source::{Frame, Location, Tracked};
use crate::event::Answer;
use crate::locale::{Text, both};

/// Larger files are not read.
const MOST: u64 = 5 * 1024 * 1024;

/// Longer than this is not looked for the smallest difference.
const COMPARING: Duration = Duration::from_millis(500);

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
        let inside = path.strip_prefix(&tree).ok().and_then(Path::to_str).unwrap_or_default();
        let top = Place { dir: tree.clone(), ..place.clone() };
        frame.git = tracked(&top, inside, &text, location.line).map(|mut tracked| {
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

/// Runs git so that only git runs: no hooks, no pager, no network, no locks. What converts files (filters, diffs) is
/// not to be called for at all, since settings cannot switch it off by every name.
fn git(place: &Place, arguments: &[&str]) -> Option<String> {
    let quiet = [
        "env",
        "GIT_OPTIONAL_LOCKS=0",
        "GIT_NO_LAZY_FETCH=1",
        // For a git that does not know that one.
        "GIT_ALLOW_PROTOCOL=",
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
    ];
    let argv: Vec<&str> = quiet.iter().chain(arguments).copied().collect();
    match place.run_up_to(MOST + 1, &argv, false) {
        Ok(said) if said.ok => Some(said.text),
        Ok(_) | Err(Mute::Missing | Mute::Because(_)) => None,
    }
}

/// The top of the work tree. Found without git: most logs name files that are not here at all.
fn work_tree(dir: &Path) -> Option<PathBuf> {
    dir.ancestors().find(|folder| folder.join(".git").symlink_metadata().is_ok()).map(Path::to_owned)
}

/// A file, by its path from the work tree's top (the place), against HEAD; `None` where HEAD does not have it, or where the
/// two are not the same text by intention. Line ends are not compared: git may have changed them on the way.
fn tracked(place: &Place, path: &str, text: &str, line: u64) -> Option<Tracked> {
    let blob = git(place, &["cat-file", "blob", &format!("HEAD:{path}")])?;
    if blob.len() as u64 > MOST || blob.contains('\0') {
        return None;
    }
    let (old, new) = (blob.replace("\r\n", "\n"), text.replace("\r\n", "\n"));
    if old == new {
        return Some(Tracked::default());
    }
    // In the middle of a merge there is more than one side to go back to: nothing to be said by a diff.
    if converted(place, path)? || !git(place, &["ls-files", "--unmerged", "--", path])?.is_empty() {
        return None;
    }
    let diff = TextDiff::configure().timeout(COMPARING).diff_lines(&old, &new);
    Some(Tracked::from_diff(&diff.unified_diff().to_string(), line))
}

/// Whether git keeps the file in another form than it lies in the tree (LFS, encryption, another encoding).
fn converted(place: &Place, path: &str) -> Option<bool> {
    let attributes = ["check-attr", "-z", "filter", "working-tree-encoding", "ident", "--"];
    let said = git(place, &[&attributes[..], &[path]].concat())?;
    let mut values = said.split('\0').skip(2).step_by(3);
    Some(values.any(|value| value != "unspecified" && value != "unset"))
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
        assert_eq!(ran(&[dir, &dir.join("pkg")]), Vec::<String>::new());
    }

    /// What programs that the tree names left behind.
    fn ran(folders: &[&Path]) -> Vec<String> {
        let entries = folders.iter().flat_map(|folder| std::fs::read_dir(folder).expect("listed"));
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        names.filter(|name| name.starts_with("ran-")).collect()
    }

    #[test]
    fn a_source_frame_runs_no_filter_of_the_trees() {
        let tree = tempfile::tempdir().expect("a folder");
        let dir = tree.path();
        if !run(dir, &["git", "init", "-q"]) {
            eprintln!("skipped: no git here");
            return;
        }
        std::fs::write(dir.join("x.c"), "int x;\n").expect("written");
        std::fs::write(dir.join("y.c"), "int y;\n").expect("written");
        assert!(run(dir, &["git", "add", "-A"]) && run(dir, &["git", "commit", "-qm", "a"]));
        std::fs::write(dir.join(".gitattributes"), "x.c filter=evil\n").expect("written");
        for key in ["filter.evil.clean", "filter.evil.smudge", "filter.evil.process"] {
            assert!(run(dir, &["git", "config", key, &format!("touch ran-{key}; cat")]));
        }
        std::fs::write(dir.join("x.c"), "int @x;\n").expect("written");
        std::fs::write(dir.join("y.c"), "int @y;\n").expect("written");
        // What HEAD holds of a filtered file is another text by intention: nothing is said of it.
        assert_eq!(asked(dir, "x.c:1:5").expect("a frame").git, None);
        assert!(asked(dir, "y.c:1:5").expect("a frame").git.expect("tracked").differs());
        assert_eq!(ran(&[dir]), Vec::<String>::new());
    }

    #[test]
    fn line_ends_alone_are_no_difference() {
        let tree = tempfile::tempdir().expect("a folder");
        let dir = tree.path();
        if !run(dir, &["git", "init", "-q"]) {
            eprintln!("skipped: no git here");
            return;
        }
        let long = (0..60_000).map(|number| format!("line {number}\n")).collect::<Vec<_>>().concat();
        std::fs::write(dir.join("long.txt"), &long).expect("written");
        assert!(run(dir, &["git", "add", "-A"]) && run(dir, &["git", "commit", "-qm", "a"]));
        std::fs::write(dir.join("long.txt"), long.replace('\n', "\r\n")).expect("written");
        let same = asked(dir, "long.txt:9:0").expect("a frame").git.expect("tracked");
        assert!(!same.differs(), "{same:?}");
        let changed = long.replace('\n', "\r\n").replace("line 59000\r", "LINE 59000\r");
        std::fs::write(dir.join("long.txt"), changed).expect("written");
        let git = asked(dir, "long.txt:59001:0").expect("a frame").git.expect("tracked");
        assert_eq!((git.added, git.removed, git.here), (1, 1, true));
    }
}
