//! Files to another target: by rsync where both ends have it, else by tar through the target's shell.
#![expect(clippy::disallowed_methods, reason = "starts rsync and tar")]

use std::fmt::Write as _;
use std::io;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use super::{Line, Target, call, quoted, ssh};
use crate::locale::{Text, both};

/// How long the other end may think about what it has.
const PATIENCE: Duration = Duration::from_secs(20);

/// How files go over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Only what differs goes over.
    Rsync,
    /// Everything goes over.
    Tar,
}

/// What goes where.
#[derive(Debug, Clone)]
pub struct Load<'a> {
    /// The folder here that the paths are relative to.
    pub from: &'a Path,
    /// What: files and folders.
    pub paths: &'a [String],
    /// The target.
    pub target: &'a Target,
    /// The folder there; is made.
    pub into: &'a str,
    /// Whether these paths shall hold nothing else there.
    pub exact: bool,
    /// Whether a person watches.
    pub progress: bool,
}

/// The best way that both ends know.
pub fn way(target: &Target) -> Way {
    let here = which::which("rsync").is_ok();
    let there = || {
        let said = call::call(target, "command -v rsync >/dev/null", PATIENCE);
        said.is_ok_and(|said| said.status == Some(0))
    };
    let known = matches!(target, Target::Local | Target::Ssh { .. });
    if known && here && there() { Way::Rsync } else { Way::Tar }
}

/// Carries it over; what the tools have to say goes to this process' own output.
///
/// # Errors
/// In words.
pub fn carry(load: &Load<'_>, way: Way) -> Result<(), Text> {
    if let Some(path) = load.paths.iter().find(|path| leaves(path)) {
        return Err(not_below(path, load.from));
    }
    if let Some(path) = load.paths.iter().find(|path| load.from.join(path).symlink_metadata().is_err()) {
        let from = load.from.display();
        return Err(both!("{path} is missing in {from}", "{from} 中没有 {path}"));
    }
    let make = format!("mkdir -p -- {}", quoted(load.into));
    call::call(load.target, &make, PATIENCE)?.good()?;
    match way {
        Way::Rsync => rsync(load),
        Way::Tar => tar(load),
    }
}

/// A path that leads out of its folder.
pub(super) fn not_below(path: &str, dir: &Path) -> Text {
    let dir = dir.display();
    both!("{path}: expected a path below {dir}", "{path}：应为 {dir} 之下的路径")
}

fn leaves(path: &str) -> bool {
    path.is_empty() || path.starts_with(['/', '-']) || path.split('/').any(|part| part == "..")
}

fn rsync(load: &Load<'_>) -> Result<(), Text> {
    let mut command = Command::new("rsync");
    command.current_dir(load.from).args(["-a", "--relative"]);
    if load.exact {
        command.arg("--delete");
    }
    if load.progress {
        command.arg("--info=progress2");
    }
    let place = match load.target {
        Target::Ssh { host } => {
            let words: Vec<String> = ssh(Line::Pipe).iter().map(|word| quoted(word)).collect();
            // The path there is one word whatever it holds.
            command.args(["-e", &words.join(" "), "--protect-args"]);
            format!("{host}:{}/", load.into)
        }
        _ => format!("{}/", load.into),
    };
    command.arg("--").args(load.paths).arg(place);
    ended(&Text::verbatim("rsync"), command.status())
}

fn tar(load: &Load<'_>) -> Result<(), Text> {
    let into = quoted(load.into);
    let mut clear = String::new();
    for path in load.paths.iter().filter(|_| load.exact) {
        let _ = writeln!(clear, "rm -rf -- {}", quoted(path));
    }
    let text = format!("cd -- {into} || exit 1\n{clear}exec tar -xpf -\n");
    let argv = load.target.reach(&["sh", "-c", &text], Line::Pipe);
    let (name, arguments) = argv.split_first().ok_or_else(call::nothing_to_run)?;
    let mut pack = Command::new("tar")
        .current_dir(load.from)
        .args(["-cf", "-", "--"])
        .args(load.paths)
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| Text::verbatim(format!("tar: {e}")))?;
    let packed = pack.stdout.take().map_or_else(Stdio::null, Stdio::from);
    let unpacked = Command::new(name).args(arguments).stdin(packed).status();
    let packed = pack.wait();
    let target = load.target;
    ended(&both!("unpacking on {target}", "在 {target} 上解包"), unpacked)?;
    ended(&Text::verbatim("tar"), packed)
}

fn ended(what: &Text, status: io::Result<ExitStatus>) -> Result<(), Text> {
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(status.code().map_or_else(
            || both!("{what}: {status}", "{what}：{status}", what),
            |code| both!("{what}: exit status {code}", "{what}：退出状态 {code}", what),
        )),
        Err(error) => Err(both!("{what}: {error}", "{what}：{error}", what)),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::super::Manifest;
    use super::*;

    #[test]
    fn both_ways_carry_files_links_and_modes() {
        let from = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(from.path().join("build/static/charts")).unwrap();
        std::fs::write(from.path().join("build/static/charts/a b.tgz"), "chart").unwrap();
        std::fs::write(from.path().join("tool"), "x").unwrap();
        std::fs::set_permissions(from.path().join("tool"), PermissionsExt::from_mode(0o755)).unwrap();
        symlink("charts", from.path().join("build/static/link")).unwrap();
        let paths = ["build/static".to_owned(), "tool".to_owned()];
        let manifest = |dir: &Path| Manifest::of(&Target::Local, dir.to_str().unwrap(), &paths).unwrap();
        for way in [Way::Rsync, Way::Tar] {
            if way == Way::Rsync && which::which("rsync").is_err() {
                eprintln!("skipped: no rsync here");
                continue;
            }
            let root = tempfile::tempdir().unwrap();
            let into = root.path().join("the board's tree");
            std::fs::create_dir_all(into.join("build/static")).unwrap();
            std::fs::write(into.join("build/static/old"), "").unwrap();
            std::fs::write(into.join("build/kept"), "").unwrap();
            let load = Load {
                from: from.path(),
                paths: &paths,
                target: &Target::Local,
                into: into.to_str().unwrap(),
                exact: true,
                progress: false,
            };
            carry(&load, way).unwrap();
            let copy = manifest(&into);
            assert_eq!(manifest(from.path()).differences(&copy, true), [], "{way:?}");
            assert!(into.join("build/kept").exists(), "{way:?}: what was not sent stays");
            let paths = ["none".to_owned()];
            let error = carry(&Load { paths: &paths, ..load }, way).unwrap_err();
            assert!(error.en.starts_with("none is missing in"), "{error:?}");
        }
    }
}
