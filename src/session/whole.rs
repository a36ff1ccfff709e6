//! Small files that are there whole or as they were before, and that nobody but their owner reads.
#![expect(clippy::disallowed_methods, reason = "writes the file")]

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

/// Writes the file beside its place (mode 0600) and moves it there.
///
/// # Errors
/// Where its folder is not there or cannot be written.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let draft = path.with_extension(format!("{}.new", std::process::id()));
    // What a process of this number left behind, or what somebody else put there, is not written into.
    match fs::remove_file(&draft) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    file.write_all(bytes)?;
    drop(file);
    fs::rename(&draft, path)
}

/// The same; its folder is made where it is not there.
///
/// # Errors
/// Where the folder cannot be made, or the file not be written.
pub fn write_in_new_folder(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    write(path, bytes)
}

/// Waits until nobody else holds this file, and holds it until the answer is dropped: who reads, changes and writes it
/// back loses nothing that others wrote meanwhile. The file itself is not touched; the lock lies beside it.
///
/// # Errors
/// Where its folder cannot be made or the lock not be opened.
pub fn hold(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let lock = path.with_extension("lock");
    let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(lock)?;
    while let Err(error) = flock(&file, FlockOperation::LockExclusive) {
        // A file system without locks is no reason to do nothing.
        if error != Errno::INTR {
            break;
        }
    }
    Ok(file)
}
