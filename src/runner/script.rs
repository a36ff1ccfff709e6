//! A script and its shell as an argument list.
//!
//! Normally `SHELL -c SCRIPT NAME`, so that the shell's own messages name the stage (`stage-build: line 3: …`).
//! The process list shows arguments to everybody and the kernel limits one to 128 KiB, so a script that holds a
//! secret or is that long goes through a private file in the session's folder.
#![expect(clippy::disallowed_methods, reason = "writes a script that may not stand in an argument list")]

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::locale::{Text, both};

/// Less than Linux' limit for one argument (32 pages) with room to spare.
const LONGEST: usize = 100 * 1024;

/// The argument list that runs the script; the error is in words.
pub(super) fn argv(
    folder: &Path,
    secrets: &[String],
    shell: &[String],
    script: &str,
    name: &str,
    run: u32,
) -> Result<Vec<String>, Text> {
    if shell.is_empty() {
        return Err(both!("the stage has no shell", "该阶段没有 shell"));
    }
    if script.contains('\0') {
        return Err(both!("the script holds a NUL byte", "脚本中含有 NUL 字节"));
    }
    let mut argv = shell.to_vec();
    if needs_file(secrets, script) {
        let path = private_file(folder, script, name, run).map_err(|e| {
            let folder = folder.display();
            both!("the script could not be written to {folder}: {e}", "脚本无法写入 {folder}：{e}")
        })?;
        argv.push(path.to_string_lossy().into_owned());
    } else {
        argv.extend(["-c".to_owned(), script.to_owned(), name.to_owned()]);
    }
    Ok(argv)
}

/// Whether a script may not stand in an argument list.
pub(super) fn needs_file(secrets: &[String], script: &str) -> bool {
    script.len() > LONGEST || secrets.iter().any(|value| !value.is_empty() && script.contains(value.as_str()))
}

/// Takes the file away that [`argv`] may have made.
pub(super) fn forget(folder: &Path, name: &str, run: u32) {
    let _ = std::fs::remove_file(place(folder, name, run));
}

fn place(folder: &Path, name: &str, run: u32) -> PathBuf {
    folder.join(format!("{name}.{run}"))
}

/// Writes what only this user may read, for a run; [`forget`] takes it away.
pub(super) fn private_file(folder: &Path, script: &str, name: &str, run: u32) -> io::Result<PathBuf> {
    let path = place(folder, name, run);
    forget(folder, name, run);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o700).open(&path)?;
    file.write_all(script.as_bytes())?;
    Ok(path)
}

/// The shell for a fix's commands: bash, which rules are written for, or sh where there is none.
pub(super) fn fix_shell() -> Vec<String> {
    vec![if which::which("bash").is_ok() { "bash" } else { "sh" }.to_owned()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bash() -> Vec<String> {
        ["bash", "-eu"].map(str::to_owned).to_vec()
    }

    #[test]
    fn a_script_is_one_argument() {
        let argv = argv(Path::new("/none"), &[], &bash(), "make && echo '$HOME'", "stage-build", 1).unwrap();
        assert_eq!(argv, ["bash", "-eu", "-c", "make && echo '$HOME'", "stage-build"]);
    }

    #[test]
    fn a_secret_does_not_reach_the_process_list() {
        let folder = tempfile::tempdir().unwrap();
        let script = "login hunter22";
        let argv = argv(folder.path(), &["hunter22".into()], &bash(), script, "stage-login", 3).unwrap();
        assert!(!argv.concat().contains("hunter22"), "{argv:?}");
        assert_eq!(std::fs::read_to_string(&argv[2]).unwrap(), script);
        forget(folder.path(), "stage-login", 3);
        assert!(!Path::new(&argv[2]).exists());
    }

    #[test]
    fn what_no_shell_can_take_is_refused() {
        argv(Path::new("/none"), &[], &bash(), "a\0b", "x", 1).unwrap_err();
        argv(Path::new("/none"), &[], &[], "a", "x", 1).unwrap_err();
    }
}
