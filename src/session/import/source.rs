//! Where a log comes from: a file, standard input, or bytes. Opened, unpacked, its first part looked at.

#![expect(clippy::disallowed_methods, reason = "imported logs and their timing files are opened here")]

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use super::gb18030::{self, Decoded, Encoding};
use super::unpack::Compression;
use super::{ImportError, detect, utf16};

/// How much is looked at to tell what a log is.
const HEAD: usize = 64 * 1024;
/// With this much a log that still flows is told apart, rather than waiting for more.
const ENOUGH: usize = 512;

const BOM: &[u8] = "\u{FEFF}".as_bytes();

/// Where a log comes from.
pub enum Source {
    /// A file.
    File(PathBuf),
    /// Standard input.
    Stdin,
    /// Anything else that can be read.
    Bytes {
        /// What to call it.
        name: String,
        /// The log.
        bytes: Box<dyn Read + Send>,
    },
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Source").field(&self.name()).finish()
    }
}

impl From<&Path> for Source {
    fn from(path: &Path) -> Self {
        Self::named(path)
    }
}

impl From<PathBuf> for Source {
    fn from(path: PathBuf) -> Self {
        Self::named(path)
    }
}

/// A log that can be read.
pub(super) struct Opened {
    /// The name without its folder.
    pub(super) name: String,
    pub(super) compression: Option<Compression>,
    /// The first part of `bytes`.
    pub(super) head: Vec<u8>,
    /// All of it, unpacked.
    pub(super) bytes: Box<dyn Read + Send>,
    /// The file whose bytes these are, where nothing had to be undone to read them, and where they begin in it.
    pub(super) file: Option<(File, u64)>,
}

impl Source {
    /// As on a command line: `-` is standard input.
    pub fn named(argument: impl AsRef<Path>) -> Self {
        let path = argument.as_ref();
        if path == Path::new("-") { Self::Stdin } else { Self::File(path.to_owned()) }
    }

    fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Stdin => "-".to_owned(),
            Self::Bytes { name, .. } => name.clone(),
        }
    }

    /// The folder that names beside this one count from.
    pub(super) fn folder(&self) -> PathBuf {
        match self {
            Self::File(path) => path.parent().unwrap_or(Path::new("")).to_owned(),
            Self::Stdin | Self::Bytes { .. } => PathBuf::new(),
        }
    }

    /// The timing file that most likely belongs to this typescript.
    pub(super) fn timing_beside(&self) -> Option<PathBuf> {
        let Self::File(path) = self else { return None };
        let file_name = path.file_name()?.to_string_lossy();
        let mut names = Vec::new();
        for ending in ["timing", "tm", "time"] {
            names.push(path.with_file_name(format!("{file_name}.{ending}")));
            names.push(path.with_extension(ending));
        }
        names.push(path.with_file_name("timing"));
        names.push(path.with_file_name("timingfile"));
        names.into_iter().filter(|name| name != path).find(|name| {
            let mut head = Vec::new();
            let read = File::open(name).and_then(|file| file.take(HEAD as u64).read_to_end(&mut head));
            read.is_ok() && detect::is_timing(&head)
        })
    }

    /// Opens it, undoes its compression and refuses what is no log.
    pub(super) fn open(self) -> Result<Opened, ImportError> {
        let name = self.name();
        let unreadable = |source: io::Error| match source.kind() {
            io::ErrorKind::IsADirectory => ImportError::Folder { name: name.clone() },
            _ => ImportError::Unreadable { name: name.clone(), source },
        };
        let mut kept = None;
        let (mut bytes, patient, short): (Box<dyn Read + Send>, bool, String) = match self {
            Self::File(path) => {
                let file = File::open(&path).map_err(unreadable)?;
                let metadata = file.metadata().map_err(unreadable)?;
                let is_file = metadata.is_file();
                // Files that the kernel makes up have no size.
                if is_file && metadata.len() > 0 {
                    kept = file.try_clone().ok().map(|file| (file, 0));
                }
                let short =
                    path.file_name().map_or_else(|| name.clone(), |name| name.to_string_lossy().into_owned());
                (Box::new(file), is_file, short)
            }
            Self::Stdin => (Box::new(io::stdin()), false, name.clone()),
            Self::Bytes { bytes, .. } => (bytes, true, name.clone()),
        };
        let mut head;
        (head, bytes) = look(bytes, patient).map_err(unreadable)?;
        let compression = Compression::of(&head);
        if let Some(compression) = compression {
            kept = None;
            let damaged = |source| ImportError::Damaged { name: name.clone(), compression, source };
            (head, bytes) = look(compression.unpack(bytes), patient).map_err(damaged)?;
        }
        if let Some(order) = utf16::order(&head) {
            kept = None;
            let bytes_of_text = Box::new(utf16::Utf16::new(bytes, order));
            (head, bytes) = look(bytes_of_text, patient).map_err(unreadable)?;
        }
        let mut encoding = gb18030::guess(&head);
        if let (Encoding::Open, Some((file, _))) = (encoding, &kept) {
            encoding = tail(file).map_or(encoding, |tail| gb18030::guess(&tail));
        }
        if encoding == Encoding::Chinese {
            kept = None;
            (head, bytes) = look(Box::new(Decoded::new(bytes, encoding)), patient).map_err(unreadable)?;
        } else if encoding == Encoding::Open && kept.is_none() {
            bytes = Box::new(Decoded::new(bytes, encoding));
        }
        if head.starts_with(BOM) {
            head.drain(..BOM.len());
            kept = kept.map(|(file, _)| (file, BOM.len() as u64));
            bytes.read_exact(&mut [0; BOM.len()]).map_err(unreadable)?;
        }
        if head.is_empty() {
            return Err(ImportError::Empty { name });
        }
        if let Some(what) = detect::binary(&head) {
            return Err(ImportError::Binary { name, what });
        }
        Ok(Opened { name: short, compression, head, bytes, file: kept })
    }
}

/// The last rows of a file: how a log ends is told in the language of its machine, even where all before is English.
fn tail(file: &File) -> io::Result<Vec<u8>> {
    let from = file.metadata()?.len().saturating_sub(HEAD as u64);
    let mut tail = vec![0; HEAD];
    let len = file.read_at(&mut tail, from)?;
    tail.truncate(len);
    let first = if from == 0 { 0 } else { memchr::memchr(b'\n', &tail).map_or(0, |end| end + 1) };
    tail.drain(..first);
    Ok(tail)
}

/// Reads the first part, of a pipe that still flows only as much as it takes; gives it and the whole.
fn look(mut source: Box<dyn Read + Send>, patient: bool) -> io::Result<(Vec<u8>, Box<dyn Read + Send>)> {
    let mut head = vec![0; HEAD];
    let mut len = 0;
    let mut failure = None;
    while len < HEAD {
        match source.read(&mut head[len..]) {
            Ok(0) => break,
            Ok(n) => len += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) if len == 0 => return Err(error),
            // What came before the damage is still worth reading.
            Err(error) => {
                failure = Some(error);
                break;
            }
        }
        if !patient && len >= ENOUGH && head[..len].contains(&b'\n') {
            break;
        }
    }
    head.truncate(len);
    let whole = Cursor::new(head.clone()).chain(Failing(failure)).chain(source);
    Ok((head, Box::new(whole)))
}

/// Fails once, if it is to fail, and is empty then.
struct Failing(Option<io::Error>);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}
