//! The tour's project: from the embedded files to a folder in which it can be built, and broken.
//!
//! What stands in the files is the business of `plans/tour/`; here is how they get to the disk, and how the
//! breaks are made to hold on any machine: a PATH that mirrors the user's without yq, and a proxy address at
//! which nobody listens.
#![expect(clippy::disallowed_methods, reason = "unpacks the tour's project")]

use std::collections::BTreeSet;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::locale::{Fault, both};

/// The id of the tour's plan.
pub const PLAN: &str = "tour";

/// The embedded file (below `plans/`) that holds the tour's fixes.
pub const OVERLAY: &str = "tour/overlay/tour.yaml";

/// Where the project's files lie among the embedded ones.
const PROJECT: &str = "tour/project/";

/// The file by which an unpacked tour is known; only such a folder is ever written over.
const MARKER: &str = "ktui-tour.md";

/// What must not be found on the tour's PATH.
const HIDDEN: [&str; 1] = ["yq"];

/// Programs that pose as the compiler and look for the real one further along PATH, where there is none.
const MASQUERADES: [&str; 5] = ["ccache", "distcc", "sccache", "icecc", "colorgcc"];

/// The names under which they pose.
const COMPILERS: [&str; 6] = ["cc", "gcc", "clang", "c++", "g++", "clang++"];

/// Ports that proxies often have; the first at which nobody listens is the tour's dead one.
const PROXY_PORTS: [u16; 5] = [7890, 1080, 8118, 10809, 20171];

/// Stands for the dead proxy's port in the project's files.
const PORT_MARK: &str = "@PORT@";

/// Writes the project to `dir`, which is new, empty or an earlier tour (that is replaced).
///
/// `embedded` are the files below `plans/` by path, `path` is the user's PATH.
///
/// # Errors
/// The operating system's, and `AlreadyExists` for a folder that holds anything else.
pub fn unpack(dir: &Path, embedded: &[(String, Vec<u8>)], path: &str) -> io::Result<()> {
    make_room(dir)?;
    let port = dead_port();
    for (name, bytes) in embedded {
        let Some(name) = name.strip_prefix(PROJECT) else { continue };
        write(&dir.join(name), bytes, port)?;
    }
    mirror_path(&dir.join("tools/host"), path)?;
    std::fs::create_dir_all(dir.join("tools/bin"))
}

/// Whether a folder holds an unpacked tour.
pub fn is_tour(dir: &Path) -> bool {
    dir.join(MARKER).is_file() && dir.join("scripts/package-cli").is_file()
}

fn make_room(dir: &Path) -> io::Result<()> {
    match std::fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
        Ok(mut entries) => {
            if is_tour(dir) {
                std::fs::remove_dir_all(dir)?;
            } else if entries.next().is_some() {
                let dir = dir.display();
                let why = both!("{dir} is not empty and holds no tour", "{dir} 不是空目录，也不是导览");
                return Err(io::Error::new(io::ErrorKind::AlreadyExists, Fault(why)));
            }
        }
    }
    std::fs::create_dir_all(dir)
}

fn write(to: &Path, bytes: &[u8], port: u16) -> io::Result<()> {
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let text = String::from_utf8_lossy(bytes).replace(PORT_MARK, &port.to_string());
    std::fs::write(to, &text)?;
    let mode = if text.starts_with("#!") { 0o755 } else { 0o644 };
    std::fs::set_permissions(to, std::fs::Permissions::from_mode(mode))
}

/// A port of this machine at which a connection is refused.
fn dead_port() -> u16 {
    let is_dead = |port: &u16| {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, *port));
        TcpStream::connect_timeout(&address, Duration::from_millis(300)).is_err()
    };
    // Port 9 is `discard`, which nothing runs any more.
    PROXY_PORTS.into_iter().find(is_dead).unwrap_or(9)
}

/// Links to every program on `path` but the hidden ones, the first of a name counting as in a shell.
fn mirror_path(to: &Path, path: &str) -> io::Result<()> {
    std::fs::create_dir_all(to)?;
    let mut seen: BTreeSet<std::ffi::OsString> = BTreeSet::new();
    for folder in path.split(':').filter(|folder| folder.starts_with('/') && !is_windows(folder)) {
        // A folder on PATH that is not there, or not ours to read, is nothing unusual.
        let Ok(entries) = std::fs::read_dir(folder) else { continue };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let hidden = name.to_str().is_some_and(|name| HIDDEN.contains(&name));
            let program: PathBuf = entry.path();
            if hidden || seen.contains(&name) || !is_program(&program) {
                continue;
            }
            symlink(&program, to.join(&name))?;
            seen.insert(name);
        }
    }
    Ok(())
}

fn is_program(path: &Path) -> bool {
    path.metadata().is_ok_and(|about| about.is_file() && about.permissions().mode() & 0o111 != 0)
        && !is_posing(path)
}

fn is_posing(path: &Path) -> bool {
    let name = |path: &Path| path.file_name().and_then(|name| name.to_str()).map(str::to_owned);
    let compiler = name(path).is_some_and(|name| COMPILERS.contains(&name.as_str()));
    let real = || path.canonicalize().ok().as_deref().and_then(name);
    compiler && real().is_some_and(|real| MASQUERADES.contains(&real.as_str()))
}

/// Windows' own folders, which WSL puts on PATH: thousands of files, slow to look at, none for us.
fn is_windows(folder: &str) -> bool {
    let drive = folder.strip_prefix("/mnt/").map(|rest| rest.split('/').next().unwrap_or_default());
    drive.is_some_and(|drive| drive.len() == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mirrored_path_has_everything_but_yq_and_compilers_in_disguise() {
        let dir = tempfile::tempdir().unwrap();
        let (first, second, to) = (dir.path().join("a"), dir.path().join("b"), dir.path().join("host"));
        for (folder, names) in
            [(&first, &["ccache", "yq", "tool"][..]), (&second, &["gcc-12", "yq", "tool", "own"])]
        {
            std::fs::create_dir(folder).unwrap();
            for name in names {
                std::fs::write(folder.join(name), "").unwrap();
                let mode = if *name == "own" { 0o644 } else { 0o755 };
                std::fs::set_permissions(folder.join(name), std::fs::Permissions::from_mode(mode)).unwrap();
            }
        }
        symlink("ccache", first.join("cc")).unwrap();
        symlink("gcc-12", second.join("cc")).unwrap();
        let path = format!("{}:relative:/no/where:{}", first.display(), second.display());
        mirror_path(&to, &path).unwrap();
        let mut names: Vec<_> = std::fs::read_dir(&to)
            .unwrap()
            .flatten()
            .map(|entry| entry.file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names, ["cc", "ccache", "gcc-12", "tool"]);
        assert_eq!(std::fs::read_link(to.join("cc")).unwrap(), second.join("cc"));
        assert_eq!(std::fs::read_link(to.join("tool")).unwrap(), first.join("tool"));
    }

    #[test]
    fn windows_folders_are_left_alone() {
        assert!(is_windows("/mnt/c/Windows/System32"));
        assert!(!is_windows("/mnt/tools/bin") && !is_windows("/usr/bin"));
    }
}
