//! Compressed bytes into bytes, as a stream.

use std::fmt;
use std::io::{self, Read};

use flate2::read::MultiGzDecoder;
use lzma_rust2::XzReader;
use ruzstd::decoding::errors::FrameDecoderError;
use ruzstd::decoding::errors::ReadFrameHeaderError;
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// More than any preset of xz needs; what asks for more is no log.
const XZ_MEMORY_KIB: u32 = 512 * 1024;

/// A compression that is undone by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// RFC 1952.
    Gzip,
    /// RFC 8878.
    Zstd,
    /// The .xz format.
    Xz,
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Xz => "xz",
        })
    }
}

impl Compression {
    /// By the first bytes.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        let magics: [(&[u8], Self); 3] = [
            (&[0x1F, 0x8B, 8], Self::Gzip),
            (&[0x28, 0xB5, 0x2F, 0xFD], Self::Zstd),
            (&[0xFD, b'7', b'z', b'X', b'Z', 0], Self::Xz),
        ];
        magics.into_iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, compression)| compression)
    }

    /// The bytes that `source` holds compressed. Several streams one after another are read as one.
    pub(super) fn unpack(self, source: Box<dyn Read + Send>) -> Box<dyn Read + Send> {
        match self {
            Self::Gzip => Box::new(MultiGzDecoder::new(source)),
            Self::Xz => Box::new(XzReader::new_mem_limit(source, true, XZ_MEMORY_KIB)),
            Self::Zstd => Box::new(Zstd { source, decoder: FrameDecoder::new(), within: false }),
        }
    }
}

/// Frames of zstd, one after another. The decoder beneath knows only one.
struct Zstd {
    source: Box<dyn Read + Send>,
    decoder: FrameDecoder,
    within: bool,
}

impl Read for Zstd {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if buf.is_empty() {
            return Ok(0);
        }
        loop {
            if !self.within && !self.next_frame()? {
                return Ok(0);
            }
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                let some = BlockDecodingStrategy::UptoBlocks(1);
                self.decoder.decode_blocks(&mut self.source, some).map_err(invalid)?;
            }
            match self.decoder.read(buf)? {
                0 => self.within = false,
                n => return Ok(n),
            }
        }
    }
}

impl Zstd {
    /// Goes to the next frame, past what is to be skipped; `false` at the end of the source.
    fn next_frame(&mut self) -> io::Result<bool> {
        loop {
            let Some(first) = first_byte(&mut self.source)? else { return Ok(false) };
            match self.decoder.init(io::Cursor::new([first]).chain(&mut self.source)) {
                Ok(()) => {
                    self.within = true;
                    return Ok(true);
                }
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    io::copy(&mut (&mut self.source).take(u64::from(length)), &mut io::sink())?;
                }
                Err(error) => return Err(invalid(error)),
            }
        }
    }
}

fn first_byte(source: &mut dyn Read) -> io::Result<Option<u8>> {
    let mut byte = [0];
    loop {
        match source.read(&mut byte) {
            Ok(0) => return Ok(None),
            Ok(_) => return Ok(Some(byte[0])),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

fn invalid(error: FrameDecoderError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}
