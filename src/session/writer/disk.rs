//! The file under a writer, narrow enough to be replaced in a test by one that fails.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use crate::locale::{Fault, both};

/// What a writer needs of a disk.
pub(super) trait Disk: Send {
    /// Appends some of the bytes and tells how many.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize>;

    /// Whether what is written can still be found by its name.
    fn look(&mut self) -> io::Result<()>;

    /// Makes the file again if it is gone; tells whether it starts anew.
    fn restore(&mut self) -> io::Result<bool>;
}

/// The real one.
pub(super) struct File {
    path: PathBuf,
    file: fs::File,
}

impl File {
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        let file = fs::OpenOptions::new().append(true).create(true).mode(0o600).open(path)?;
        if file.metadata()?.len() > 0 {
            return Err(io::Error::new(
                io::ErrorKind::AlreadyExists,
                Fault(both!("there is a recording already", "已有会话记录")),
            ));
        }
        Ok(Self { path: path.to_owned(), file })
    }
}

impl Disk for File {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn look(&mut self) -> io::Result<()> {
        if self.file.metadata()?.nlink() == 0 {
            return Err(io::Error::new(
                io::ErrorKind::NotFound,
                Fault(both!("the session's file was deleted", "会话文件已被删除")),
            ));
        }
        Ok(())
    }

    fn restore(&mut self) -> io::Result<bool> {
        if self.look().is_ok() {
            return Ok(false);
        }
        *self = Self::create(&self.path)?;
        Ok(true)
    }
}
