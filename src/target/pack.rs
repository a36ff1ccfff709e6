//! Files for another machine in one file that any way may carry: the manifest first, then what it lists.
//!
//! Unpacking believes nothing: into a folder of its own first, compared with the manifest there, and only what is
//! the same to the byte takes its place in the tree.
#![expect(clippy::disallowed_methods, reason = "writes and reads the file")]

use std::fs::{self, DirBuilder, File};
use std::io::{self, BufReader, Read, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Component, Path, PathBuf};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use tar::{Archive, Builder, EntryType, Header};

use super::carry::not_below;
use super::manifest::Difference;
use super::{Manifest, Target};
use crate::locale::{Speak, Text, both};
use crate::net::download::checksum;

/// The first entry.
const MANIFEST: &str = "ktui.manifest";
/// A manifest is read to the end up to this size.
const MOST: u64 = 256 * 1024 * 1024;

/// Why a file is not unpacked.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.said().en)]
pub enum Refusal {
    /// It, or the tree, cannot be read or written.
    Io(PathBuf, io::Error),
    /// It is something else, or was cut off.
    NoPack(PathBuf, Text),
    /// It is not the file that was packed.
    Hash {
        /// The file.
        file: PathBuf,
        /// As it was when it was packed.
        wanted: String,
        /// As it is.
        found: String,
    },
    /// What it holds is not what its manifest lists.
    Differs(Vec<Difference>),
}

impl Speak for Refusal {
    fn said(&self) -> Text {
        match self {
            Self::Io(path, error) => Text::verbatim(format!("{}: {error}", path.display())),
            Self::NoPack(file, why) => {
                let file = file.display();
                both!(
                    "{file}: is no file that `ktui target pack` wrote: {why}",
                    "{file}：不是 `ktui target pack` 写出的文件：{why}",
                    why
                )
            }
            Self::Hash { file, wanted, found } => {
                let file = file.display();
                both!(
                    "{file}: SHA-256 is {found}, expected {wanted}",
                    "{file}：SHA-256 为 {found}，应为 {wanted}"
                )
            }
            Self::Differs(_) => both!("what it holds is not what was packed", "其中的内容与打包时不同"),
        }
    }
}

/// Packs files and folders below `dir`; answers the file's SHA-256 and how many files are in it. The sum goes into a
/// file beside it, too, as `sha256sum` writes it.
///
/// # Errors
/// In words.
pub fn pack(dir: &Path, paths: &[String], file: &Path) -> Result<(String, usize), Text> {
    if let Some(path) = paths.iter().find(|path| !is_below(path)) {
        return Err(not_below(path, dir));
    }
    let manifest = Manifest::of(&Target::Local, &dir.to_string_lossy(), paths)?;
    let at = |e: io::Error| Text::verbatim(format!("{}: {e}", file.display()));
    let part = beside(file, "part");
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(at)?;
    }
    let written = write(&part, dir, paths, &manifest.to_string());
    if let Err(error) = written.and_then(|()| fs::rename(&part, file)) {
        let _ = fs::remove_file(&part);
        return Err(at(error));
    }
    let sum = checksum(file).map_err(at)?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    fs::write(beside(file, "sha256"), format!("{sum}  {name}\n")).map_err(at)?;
    Ok((sum, manifest.len()))
}

fn write(part: &Path, dir: &Path, paths: &[String], manifest: &str) -> io::Result<()> {
    let mut tar = Builder::new(GzEncoder::new(File::create(part)?, Compression::fast()));
    tar.follow_symlinks(false);
    let mut header = Header::new_gnu();
    header.set_size(manifest.len() as u64);
    header.set_mode(0o644);
    tar.append_data(&mut header, MANIFEST, manifest.as_bytes())?;
    for path in paths {
        let from = dir.join(path);
        if from.symlink_metadata()?.is_dir() {
            tar.append_dir_all(path, &from)?;
        } else {
            tar.append_path_with_name(&from, path)?;
        }
    }
    let mut file = tar.into_inner()?.finish()?;
    file.flush()?;
    file.sync_all()
}

/// Verifies a packed file and puts what it holds in place below `dir`, where nothing else of these folders stays.
/// `wanted` is its SHA-256; without it, that of the `.sha256` file beside it, where there is one.
///
/// # Errors
/// Why nothing was put in place.
pub fn unpack(file: &Path, dir: &Path, wanted: Option<&str>) -> Result<usize, Refusal> {
    let at = |e: io::Error| Refusal::Io(file.to_owned(), e);
    let noted = fs::read_to_string(beside(file, "sha256")).ok();
    let noted = noted.as_deref().and_then(|text| text.split_whitespace().next());
    if let Some(wanted) = wanted.or(noted) {
        let found = checksum(file).map_err(at)?;
        if !found.eq_ignore_ascii_case(wanted) {
            return Err(Refusal::Hash { file: file.to_owned(), wanted: wanted.to_owned(), found });
        }
    }
    let room = dir.join(format!(".ktui-unpack-{}", std::process::id()));
    let _ = fs::remove_dir_all(&room);
    DirBuilder::new().mode(0o700).create(&room).map_err(|e| Refusal::Io(dir.to_owned(), e))?;
    let done = checked(file, &room).and_then(|manifest| {
        place(&room, dir, manifest.paths()).map_err(|e| Refusal::Io(dir.to_owned(), e))?;
        Ok(manifest.len())
    });
    let _ = fs::remove_dir_all(&room);
    done
}

/// What the file holds, in the room; its manifest, where all is as that says.
fn checked(file: &Path, room: &Path) -> Result<Manifest, Refusal> {
    let bad = |why: Text| Refusal::NoPack(file.to_owned(), why);
    let read = |e: io::Error| bad(e.said());
    let open = File::open(file).map_err(|e| Refusal::Io(file.to_owned(), e))?;
    let mut archive = Archive::new(GzDecoder::new(BufReader::new(open)));
    let mut entries = archive.entries().map_err(read)?;
    let mut first = match entries.next() {
        Some(first) => first.map_err(read)?,
        None => return Err(bad(both!("it is empty", "为空"))),
    };
    if first.path().map_err(read)? != Path::new(MANIFEST) {
        return Err(bad(both!("it does not begin with {MANIFEST}", "开头不是 {MANIFEST}")));
    }
    let mut text = String::new();
    first.by_ref().take(MOST).read_to_string(&mut text).map_err(read)?;
    let manifest = Manifest::parse(&text)
        .map_err(|line| bad(both!("line {line} of its manifest", "其清单第 {line} 行")))?;
    if manifest.is_empty() || !manifest.paths().iter().all(|path| is_below(path)) {
        return Err(bad(both!("its manifest lists nothing below the tree", "其清单中没有源码树之下的内容")));
    }
    for entry in entries {
        let mut entry = entry.map_err(read)?;
        let kind = entry.header().entry_type();
        if !matches!(kind, EntryType::Regular | EntryType::Directory | EntryType::Symlink) {
            return Err(bad(both!("it holds a {kind:?}", "含有 {kind:?}")));
        }
        if !entry.unpack_in(room).map_err(read)? {
            return Err(bad(both!("it holds a path that leads out of the tree", "含有指向源码树之外的路径")));
        }
    }
    let copy = Manifest::of(&Target::Local, &room.to_string_lossy(), manifest.paths()).map_err(bad)?;
    let differences = manifest.differences(&copy, true);
    if differences.is_empty() { Ok(manifest) } else { Err(Refusal::Differs(differences)) }
}

fn place(room: &Path, dir: &Path, paths: &[String]) -> io::Result<()> {
    for path in paths {
        let to = dir.join(path);
        match to.symlink_metadata() {
            Ok(found) if found.is_dir() => fs::remove_dir_all(&to)?,
            Ok(_) => fs::remove_file(&to)?,
            Err(_) => {
                if let Some(folder) = to.parent() {
                    fs::create_dir_all(folder)?;
                }
            }
        }
        fs::rename(room.join(path), to)?;
    }
    Ok(())
}

/// Whether a path of a manifest stays below its folder.
fn is_below(path: &str) -> bool {
    let plain = |part| matches!(part, Component::Normal(_));
    !path.is_empty() && !path.starts_with('-') && Path::new(path).components().all(plain)
}

fn beside(file: &Path, end: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(end);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::super::manifest::How;
    use super::*;

    fn tree() -> tempfile::TempDir {
        let tree = tempfile::tempdir().unwrap();
        for (path, text) in [("build/a b", "a"), ("build/src/deep", "b"), ("bin/k3s", "c")] {
            let path = tree.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        fs::set_permissions(tree.path().join("bin/k3s"), PermissionsExt::from_mode(0o755)).unwrap();
        symlink("k3s", tree.path().join("bin/kubectl")).unwrap();
        tree
    }

    fn packed(tree: &Path) -> PathBuf {
        let file = tree.join("out/split.tar.gz");
        let (sum, count) = pack(tree, &["build".to_owned(), "bin".to_owned()], &file).unwrap();
        assert_eq!(count, 4);
        let noted = fs::read_to_string(beside(&file, "sha256")).unwrap();
        assert_eq!(noted, format!("{sum}  split.tar.gz\n"));
        file
    }

    /// The same file with another entry list; `change` sees name and bytes.
    fn forged(file: &Path, change: impl Fn(&str, Vec<u8>) -> Option<Vec<u8>>) {
        let mut archive = Archive::new(GzDecoder::new(File::open(file).unwrap()));
        let mut made = Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        for entry in archive.entries().unwrap() {
            let mut entry = entry.unwrap();
            let name = entry.path().unwrap().display().to_string();
            let mut header = entry.header().clone();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            let Some(bytes) = change(&name, bytes) else { continue };
            header.set_size(bytes.len() as u64);
            header.set_cksum();
            made.append(&header, bytes.as_slice()).unwrap();
        }
        fs::write(file, made.into_inner().unwrap().finish().unwrap()).unwrap();
    }

    #[test]
    fn what_was_packed_takes_the_place_of_what_was_there() {
        let (here, there) = (tree(), tempfile::tempdir().unwrap());
        let file = packed(here.path());
        fs::create_dir_all(there.path().join("build/old")).unwrap();
        assert_eq!(unpack(&file, there.path(), None).unwrap(), 4);
        assert!(there.path().join("build/src/deep").exists() && !there.path().join("build/old").exists());
        assert_eq!(fs::read_link(there.path().join("bin/kubectl")).unwrap(), Path::new("k3s"));
        let mode = there.path().join("bin/k3s").metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o111, 0o111);
        assert_eq!(fs::read_dir(there.path()).unwrap().count(), 2, "no room is left behind");
    }

    #[test]
    fn a_tampered_file_is_refused_and_the_tree_is_left_alone() {
        let (here, there) = (tree(), tempfile::tempdir().unwrap());
        fs::create_dir(there.path().join("bin")).unwrap();
        fs::write(there.path().join("bin/mine"), "").unwrap();
        let file = packed(here.path());
        forged(&file, |name, bytes| Some(if name == "bin/k3s" { b"evil".to_vec() } else { bytes }));
        assert!(matches!(unpack(&file, there.path(), None), Err(Refusal::Hash { .. })));
        // Even where the sum beside it was changed, too, or is lost.
        fs::remove_file(beside(&file, "sha256")).unwrap();
        let Err(Refusal::Differs(differences)) = unpack(&file, there.path(), None) else {
            panic!("it must be refused")
        };
        assert_eq!((differences[0].path.as_str(), differences[0].how), ("bin/k3s", How::Changed));
        assert!(there.path().join("bin/mine").exists() && !there.path().join("build").exists());
        assert_eq!(fs::read_dir(there.path()).unwrap().count(), 1);

        let file = packed(here.path());
        let whole = fs::read(&file).unwrap();
        fs::write(&file, &whole[..whole.len() / 2]).unwrap();
        fs::remove_file(beside(&file, "sha256")).unwrap();
        assert!(matches!(unpack(&file, there.path(), None), Err(Refusal::NoPack(..))), "cut off");
        fs::write(&file, "<html>404</html>").unwrap();
        assert!(matches!(unpack(&file, there.path(), None), Err(Refusal::NoPack(..))), "something else");
    }

    #[test]
    fn a_path_that_leads_out_of_the_tree_is_refused() {
        let (here, there) = (tree(), tempfile::tempdir().unwrap());
        for path in ["../outside", "/etc/outside", "build/../../outside"] {
            let file = packed(here.path());
            fs::remove_file(beside(&file, "sha256")).unwrap();
            forged(&file, |name, bytes| {
                let text = String::from_utf8(bytes.clone()).unwrap_or_default();
                Some(if name == MANIFEST {
                    text.replace("in\tbin", &format!("in\t{path}")).into()
                } else {
                    bytes
                })
            });
            assert!(matches!(unpack(&file, there.path(), None), Err(Refusal::NoPack(..))), "{path}");
            assert!(pack(here.path(), &[path.to_owned()], &file).is_err());
        }
        assert_eq!(fs::read_dir(there.path()).unwrap().count(), 0);
    }
}
