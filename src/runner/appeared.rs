//! The programs that a stage left although its plan does not say so: what makefiles, cargo, cmake and go link is seldom
//! known beforehand.
//!
//! Looks, changes nothing; and only on this machine, where looking costs nothing.
#![expect(clippy::disallowed_methods, reason = "looks at the files that a stage leaves")]

use std::fs;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::artefact;
use crate::event::Program;

/// Where programs are put, from the stage's folder.
const PLACES: [&str; 12] = [
    ".",
    "bin",
    "build",
    "build/bin",
    "build/src",
    "out",
    "dist",
    "src",
    "target/debug",
    "target/release",
    "_output/bin",
    "_build",
];
/// No more of a folder is looked at.
const MOST_ENTRIES: usize = 2_000;
/// No more programs are told of.
const MOST_PROGRAMS: usize = 20;
/// A file system's clock may be behind by so much.
const BEHIND: Duration = Duration::from_millis(50);

/// The programs in the usual places that are not older than this.
pub(super) fn programs(dir: &Path, since: SystemTime) -> Vec<Program> {
    let since = since.checked_sub(BEHIND).unwrap_or(since);
    let mut found: Vec<PathBuf> = PLACES.iter().flat_map(|place| files(&dir.join(place))).collect();
    found.sort();
    found.iter().filter_map(|path| program(path, since)).take(MOST_PROGRAMS).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let files = entries.take(MOST_ENTRIES).flatten().map(|entry| entry.file_name());
    let named = files.filter_map(|name| name.into_string().ok());
    // Libraries and objects may be executable, too, and nobody runs them.
    let library = |name: &str| name.split('.').skip(1).any(|part| matches!(part, "so" | "o"));
    let named = named.filter(|name| !name.starts_with('.') && !library(name));
    // Without the `.` that is the stage's own folder.
    let folder: PathBuf = folder.components().collect();
    named.map(|name| folder.join(name)).collect()
}

/// A file of this age that is a machine's program.
fn program(path: &Path, since: SystemTime) -> Option<Program> {
    let about = path.symlink_metadata().ok()?;
    let new = about.modified().is_ok_and(|time| time >= since);
    if !about.is_file() || about.permissions().mode() & 0o111 == 0 || !new {
        return None;
    }
    let mut head = Vec::new();
    fs::File::open(path).and_then(|file| file.take(artefact::HEAD as u64).read_to_end(&mut head)).ok()?;
    let arch = artefact::machine(&head)?;
    Some(Program { path: path.to_owned(), size: about.len(), arch })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_stage_linked_is_found_and_nothing_older_and_no_script() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path();
        let make = |name: &str, bytes: &[u8], mode| {
            let path = dir.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, bytes).unwrap();
            fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
            path
        };
        let mut elf = vec![0u8; 200];
        elf[..20].copy_from_slice(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\xf3\0");
        let now = SystemTime::now();
        let old = make("bin/old", &elf, 0o755);
        fs::File::options()
            .write(true)
            .open(old)
            .unwrap()
            .set_modified(now - Duration::from_secs(9))
            .unwrap();
        make("small", &elf, 0o755);
        make("target/debug/small", &elf, 0o755);
        make("target/debug/deps/small-0a1b", &elf, 0o755);
        make("target/debug/libsmall.so", &elf, 0o755);
        make("main.o", &elf, 0o644);
        make("configure", b"#!/bin/sh\n", 0o755);
        std::os::unix::fs::symlink("small", dir.join("other")).unwrap();
        let told: Vec<_> = programs(dir, now).into_iter().map(|it| (it.path, it.size, it.arch)).collect();
        let expected = |name: &str| (dir.join(name), 200, "riscv64".to_owned());
        assert_eq!(told, [expected("small"), expected("target/debug/small")]);
        assert_eq!(programs(&dir.join("nowhere"), now), []);
    }
}
