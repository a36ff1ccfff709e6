//! A zip on a web server, read in pieces: one small file out of a module of many megabytes.
//!
//! A module proxy that answers range requests so becomes a mirror of every file of every module. Pure; who fetches
//! a range is injected.

use std::collections::BTreeMap;
use std::io::{self, Read, Seek, SeekFrom};

use crate::locale::{Fault, both};

/// Read at once. The directory of Kubernetes' zip has some megabytes.
const BLOCK: u64 = 1 << 20;

/// Fetches the bytes `from..to`.
pub type Fetch<'a> = dyn FnMut(u64, u64) -> io::Result<Vec<u8>> + 'a;

/// A file of known length behind range requests.
pub struct Remote<'a> {
    fetch: Box<Fetch<'a>>,
    length: u64,
    at: u64,
    blocks: BTreeMap<u64, Vec<u8>>,
}

impl<'a> Remote<'a> {
    /// A file of this many bytes.
    pub fn new(length: u64, fetch: Box<Fetch<'a>>) -> Self {
        Self { fetch, length, at: 0, blocks: BTreeMap::new() }
    }

    fn block(&mut self, number: u64) -> io::Result<&[u8]> {
        if !self.blocks.contains_key(&number) {
            let from = number * BLOCK;
            let to = (from + BLOCK).min(self.length);
            let bytes = (self.fetch)(from, to)?;
            if bytes.len() as u64 != to - from {
                return Err(io::Error::new(
                    io::ErrorKind::UnexpectedEof,
                    Fault(both!("the server sent less than was asked for", "服务器发来的少于所请求的")),
                ));
            }
            self.blocks.insert(number, bytes);
        }
        Ok(self.blocks.get(&number).map_or(&[], Vec::as_slice))
    }
}

impl Read for Remote<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.length || buffer.is_empty() {
            return Ok(0);
        }
        let (number, inside) = (self.at / BLOCK, (self.at % BLOCK) as usize);
        let block = self.block(number)?;
        let rest = block.get(inside..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Remote<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.length.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or_else(|| {
            io::Error::new(
                io::ErrorKind::InvalidInput,
                Fault(both!("before the beginning", "位置在开头之前")),
            )
        })?;
        Ok(self.at)
    }
}

/// The text of a file in the zip; `None` where it has none of this name.
///
/// # Errors
/// What comes is no zip, or the fetching fails.
pub fn text_in(zip: impl Read + Seek, name: &str, most: u64) -> io::Result<Option<String>> {
    let mut archive = zip::ZipArchive::new(zip).map_err(io::Error::other)?;
    let file = match archive.by_name(name) {
        Ok(file) => file,
        Err(zip::result::ZipError::FileNotFound) => return Ok(None),
        Err(error) => return Err(io::Error::other(error)),
    };
    let mut text = String::new();
    file.take(most).read_to_string(&mut text)?;
    Ok(Some(text))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::io::{Cursor, Write};

    use super::*;

    #[test]
    fn one_file_costs_a_few_pieces_of_a_large_zip() {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let stored =
            zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        for number in 0..8 {
            zip.start_file(format!("m@v1/big{number}"), stored).unwrap();
            zip.write_all(&vec![b'x'; 1 << 20]).unwrap();
        }
        zip.start_file("m@v1/.go-version", zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(b"1.23.6\n").unwrap();
        let bytes = zip.finish().unwrap().into_inner();
        let fetched = Cell::new(0);
        let open = || {
            let fetch = |from: u64, to: u64| {
                fetched.set(fetched.get() + to - from);
                Ok(bytes[from as usize..to as usize].to_vec())
            };
            Remote::new(bytes.len() as u64, Box::new(fetch))
        };
        assert_eq!(text_in(open(), "m@v1/.go-version", 100).unwrap().as_deref(), Some("1.23.6\n"));
        assert!(fetched.get() < 3 * BLOCK, "{} of {}", fetched.get(), bytes.len());
        assert_eq!(text_in(open(), "m@v1/none", 100).unwrap(), None);
        assert!(text_in(Cursor::new(b"<html>"), "x", 100).is_err());
        let short = Remote::new(5000, Box::new(|_, _| Ok(vec![0; 3])));
        assert!(text_in(short, "x", 100).is_err());
    }
}
