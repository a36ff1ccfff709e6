//! Where the lines of a long log are put aside: a file without a name, gone with the process.
#![expect(clippy::disallowed_methods, reason = "makes and unlinks files")]

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::text::store::Shelf;

/// A shelf on disk; the file is made when the first bytes come.
pub(super) struct Spill {
    dir: PathBuf,
    file: Option<File>,
    end: u64,
}

impl Spill {
    /// A shelf whose file is made in `dir`.
    pub(super) fn boxed(dir: &Path) -> Box<dyn Shelf> {
        Box::new(Self { dir: dir.to_owned(), file: None, end: 0 })
    }

    /// A file without a name in `dir`.
    pub(super) fn make(dir: &Path) -> io::Result<File> {
        for attempt in 0..100 {
            let path = dir.join(format!(".ktui-log-{}-{attempt}", std::process::id()));
            // Never follows what somebody else put there: the file must be new.
            match OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path) {
                Ok(file) => {
                    std::fs::remove_file(&path)?;
                    return Ok(file);
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }
}

impl Shelf for Spill {
    fn put(&mut self, bytes: &[u8]) -> io::Result<u64> {
        let file = match &mut self.file {
            Some(file) => file,
            empty => empty.insert(Self::make(&self.dir)?),
        };
        let at = self.end;
        file.write_all_at(bytes, at)?;
        file.flush()?;
        self.end += bytes.len() as u64;
        Ok(at)
    }

    fn get(&self, place: u64, bytes: &mut [u8]) -> io::Result<()> {
        self.file.as_ref().ok_or(io::ErrorKind::NotFound)?.read_exact_at(bytes, place)
    }

    fn rewind(&mut self, place: u64) {
        self.end = self.end.min(place);
    }
}

/// A text that is read in place.
pub(super) struct Standing(pub(super) Arc<File>);

impl Shelf for Standing {
    fn put(&mut self, _bytes: &[u8]) -> io::Result<u64> {
        Err(io::ErrorKind::ReadOnlyFilesystem.into())
    }

    fn get(&self, place: u64, bytes: &mut [u8]) -> io::Result<()> {
        self.0.read_exact_at(bytes, place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_comes_back_and_no_name_stays() {
        let dir = tempfile::tempdir().unwrap();
        let mut shelf = Spill::boxed(dir.path());
        let first = shelf.put(b"first").unwrap();
        let second = shelf.put(b"second chunk").unwrap();
        let mut room = [0; 12];
        shelf.get(second, &mut room).unwrap();
        assert_eq!(&room, b"second chunk");
        shelf.get(first, &mut room[..5]).unwrap();
        assert_eq!(&room[..5], b"first");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
        assert!(shelf.get(second, &mut [0; 100]).is_err());
        assert!(Spill::boxed(Path::new("/nowhere")).put(b"x").is_err());
    }
}
