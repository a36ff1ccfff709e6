//! A downloaded toolchain becomes a folder: whole, or not at all, and nothing of it outside.
//!
//! Owns the unpacking of module zips and published archives. Where they come from and whether they are what was
//! asked for is `install`'s business.
#![expect(clippy::disallowed_methods, reason = "writes the toolchain's files")]

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Component, Path, PathBuf};

use super::super::installed::version_of;
use crate::locale::{Fault, both};

/// Fills a folder beside the wanted one and moves it there when it is whole.
pub(super) fn put(root: &Path, fill: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
    let beside = root.with_extension(format!("new-{}", std::process::id()));
    clear(&beside)?;
    fs::create_dir_all(&beside)?;
    let filled = fill(&beside).and_then(|()| {
        if version_of(&beside).is_none() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                Fault(both!("what was unpacked is no Go toolchain", "解包得到的不是 Go 工具链")),
            ));
        }
        clear(root)?;
        fs::rename(&beside, root)
    });
    if filled.is_err() {
        let _ = clear(&beside);
    }
    filled
}

fn clear(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// A path inside the folder; nothing that leads out of it.
fn inside(folder: &Path, name: &str) -> io::Result<PathBuf> {
    let path = Path::new(name);
    if name.is_empty() || path.components().any(|part| !matches!(part, Component::Normal(_))) {
        let name = name.escape_debug();
        let why = both!("a file in the archive is called `{name}`", "归档中有名为 `{name}` 的文件");
        return Err(io::Error::new(io::ErrorKind::InvalidData, Fault(why)));
    }
    Ok(folder.join(path))
}

/// A module zip has neither modes nor nested go.mod files: programs are told by where they lie, and `_go.mod`
/// stands for `go.mod`.
pub(super) fn unzip(zip: &Path, folder: &Path, lead: &str) -> io::Result<()> {
    let mut archive = zip::ZipArchive::new(File::open(zip)?).map_err(io::Error::other)?;
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).map_err(io::Error::other)?;
        let name = file.name().map_err(io::Error::other)?.into_owned();
        let Some(name) = name.strip_prefix(lead) else {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                Fault(both!("the module zip holds another module", "该模块 zip 中是另一个模块")),
            ));
        };
        let restored = match name.strip_suffix("/_go.mod") {
            Some(folder) => format!("{folder}/go.mod"),
            None => name.to_owned(),
        };
        let path = inside(folder, &restored)?;
        let mode = if is_program(name) { 0o755 } else { 0o644 };
        write(&path, mode, &mut file)?;
    }
    Ok(())
}

fn is_program(name: &str) -> bool {
    let script = || {
        name.starts_with("lib/")
            && name.rsplit('/').next().is_some_and(|n| n.starts_with("go_") && n.ends_with("_exec"))
    };
    name.starts_with("bin/") || name.starts_with("pkg/tool/") || script()
}

fn write(path: &Path, mode: u32, from: &mut dyn Read) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
    io::copy(from, &mut file)?;
    file.flush()
}

/// `go/…` of the published archive, without the leading folder.
pub(super) fn untar(tar: &Path, folder: &Path) -> io::Result<()> {
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(io::BufReader::new(File::open(tar)?)));
    for entry in archive.entries()? {
        let mut entry = entry?;
        let name = entry.path()?.to_string_lossy().into_owned();
        let Some(name) = name.strip_prefix("go/").filter(|name| !name.is_empty()) else { continue };
        let kind = entry.header().entry_type();
        let path = inside(folder, name.trim_end_matches('/'))?;
        if kind.is_dir() {
            fs::create_dir_all(&path)?;
        } else if kind.is_file() {
            let mode = entry.header().mode()? & 0o777;
            write(&path, 0o644, &mut entry)?;
            fs::set_permissions(&path, fs::Permissions::from_mode(mode | 0o600))?;
        }
        // Go's archives hold neither links nor devices; others of theirs are not taken over.
    }
    Ok(())
}
