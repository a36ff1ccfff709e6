//! Foreign logs as the same events.
//!
//! Owns what can be read (asciicast v2 and v3, `script` typescripts, text with or without time stamps, each
//! also gzip, zstd or xz) and how it is told apart; one file a format. Everything streams: a log of any size
//! needs only the memory of its longest block. Nothing that a file holds makes it panic.

mod detect;
mod gb18030;
mod source;
mod stamp;
mod text;
mod typescript;
mod unpack;
mod utf16;

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::cast::Header;
use super::reader::Events;
use crate::event::{Event, Note, SessionStart, Timed};
use crate::locale::{Speak, Text as Said, both};
use detect::Kind;
use source::Opened;
use stamp::Stamps;
use text::Text;
use typescript::Typescript;

pub use source::Source;
pub use unpack::Compression;

/// Why something cannot be read as a log.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.said().en)]
pub enum ImportError {
    /// The operating system refuses.
    Unreadable {
        /// The input as the user named it.
        name: String,
        /// The reason.
        source: io::Error,
    },
    /// It is a folder.
    Folder {
        /// The folder.
        name: String,
    },
    /// There is nothing in it.
    Empty {
        /// The input.
        name: String,
    },
    /// It is no text.
    Binary {
        /// The input.
        name: String,
        /// What it seems to be, and what to do.
        what: Said,
    },
    /// Its compressed data is damaged from the start.
    Damaged {
        /// The input.
        name: String,
        /// How it says to be compressed.
        compression: Compression,
        /// What the decoder says.
        source: io::Error,
    },
    /// A timing file that is none.
    Timing {
        /// The timing file.
        name: String,
        /// 1-based line.
        line: u64,
    },
}

impl Speak for ImportError {
    fn said(&self) -> Said {
        match self {
            Self::Unreadable { name, source } => Said::verbatim(format!("{name}: {source}")),
            Self::Folder { name } => {
                both!("{name}: a folder; expected a log file", "{name}：是目录；应为日志文件")
            }
            Self::Empty { name } => both!("{name}: empty; expected a log", "{name}：为空；应为日志"),
            Self::Binary { name, what } => both!(
                "{name}: {what}; expected a log as text, asciicast or typescript (gzip, zstd or xz is fine)",
                "{name}：{what}；应为文本、asciicast 或 typescript 形式的日志（可用 gzip、zstd 或 xz 压缩）",
                what
            ),
            Self::Damaged { name, compression, source } => both!(
                "{name}: damaged {compression} data: {source}",
                "{name}：{compression} 数据已损坏：{source}"
            ),
            Self::Timing { name, line } => both!(
                "{name}:{line}: not a timing file of `script`: expected «SECONDS BYTES» or «O SECONDS BYTES»",
                "{name}:{line}：不是 `script` 的计时文件；应为 «SECONDS BYTES» 或 «O SECONDS BYTES»"
            ),
        }
    }
}

/// What a log was recognised as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// asciicast v2.
    AsciicastV2,
    /// asciicast v3, which is also ktui's own.
    AsciicastV3,
    /// Output of `script` together with its timing file.
    TimedTypescript,
    /// Output of `script` alone.
    Typescript,
    /// Text whose lines begin with date and time, as GitHub Actions and `docker logs -t` write.
    StampedText,
    /// Plain progress of BuildKit.
    BuildKit,
    /// Any other text.
    Text,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AsciicastV2 => "asciicast v2",
            Self::AsciicastV3 => "asciicast v3",
            Self::TimedTypescript => "typescript with timing",
            Self::Typescript => "typescript",
            Self::StampedText => "text with time stamps",
            Self::BuildKit => "BuildKit log",
            Self::Text => "text",
        })
    }
}

/// A log as events.
pub struct Imported {
    /// The input's name, without its folder.
    pub name: String,
    /// What it was recognised as.
    pub format: Format,
    /// How it was compressed.
    pub compression: Option<Compression>,
    /// Size of the terminal, time of the start, as far as known.
    pub header: Header,
    /// The events in order, read as they are asked for. Where reading fails in the middle a [`Note::Gap`] says
    /// so and ends it. Unless it is a session of ktui's, the first is a [`Note::Session`] of the input's name.
    pub events: Box<dyn Iterator<Item = Timed> + Send>,
}

impl fmt::Debug for Imported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, format, compression, header, events: _ } = self;
        f.debug_struct("Imported")
            .field("name", name)
            .field("format", format)
            .field("compression", compression)
            .field("header", header)
            .finish_non_exhaustive()
    }
}

type Stream = Box<dyn Iterator<Item = Timed> + Send>;

/// A log as nothing but what it shows.
pub struct Raw {
    /// The input's name, without its folder.
    pub name: String,
    /// What it was recognised as.
    pub format: Format,
    /// How it was compressed.
    pub compression: Option<Compression>,
    /// The bytes of a text; the output alone of a recording.
    pub bytes: Box<dyn Read + Send>,
}

impl Read for Raw {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.bytes.read(buf)
    }
}

impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, format, compression, bytes: _ } = self;
        f.debug_struct("Raw")
            .field("name", name)
            .field("format", format)
            .field("compression", compression)
            .finish_non_exhaustive()
    }
}

/// Any log as events. A typescript's timing file is found by its name (`build.log` and `build.log.timing`,
/// `build.timing`, `build.tm`…); [`open_with_timing`] takes it by any name.
pub fn open(source: impl Into<Source>) -> Result<Imported, ImportError> {
    let source = source.into();
    let (timing, beside) = (source.timing_beside(), source.folder());
    import(source.open()?, &beside, timing)
}

/// A typescript as events, with the timing file that `script --log-timing` wrote.
pub fn open_with_timing(source: impl Into<Source>, timing: &Path) -> Result<Imported, ImportError> {
    let source = source.into();
    let beside = source.folder();
    import(source.open()?, &beside, Some(timing.to_owned()))
}

/// A log as it is best shown.
#[derive(Debug)]
pub enum Log {
    /// Something that was timed.
    Recording(Imported),
    /// Lines without times.
    Text(TextLog),
}

/// A text of any size.
pub struct TextLog {
    /// The input's name, without its folder.
    pub name: String,
    /// The event that says what it is.
    pub start: Timed,
    /// Where its bytes are.
    pub body: Body,
}

/// Where the bytes of a [`TextLog`] are.
pub enum Body {
    /// In a file, from this byte on.
    File(File, u64),
    /// They come as they are read.
    Stream(Box<dyn Read + Send>),
}

impl fmt::Debug for TextLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TextLog").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Any log, as it is best shown. A text whose lines carry times is a recording, unless it is so long that nobody
/// would play it.
pub fn log(source: impl Into<Source>, timing: Option<&Path>) -> Result<Log, ImportError> {
    let source = source.into();
    let beside = source.folder();
    let timing = timing.map(Path::to_owned).or_else(|| source.timing_beside());
    let opened = source.open()?;
    let untimed = match detect::kind(&opened.head) {
        Kind::Text(Stamps::None) => true,
        Kind::Text(_) => opened
            .file
            .as_ref()
            .and_then(|(file, _)| file.metadata().ok())
            .is_some_and(|of| of.len() > PLAYED),
        _ => false,
    };
    if !untimed {
        return import(opened, &beside, timing).map(Log::Recording);
    }
    let body = match opened.file {
        Some((file, from)) => Body::File(file, from),
        None => Body::Stream(opened.bytes),
    };
    Ok(Log::Text(TextLog { start: session(&opened.name), name: opened.name, body }))
}

/// A text with times that is longer than this is read, not played.
const PLAYED: u64 = 64 << 20;

/// Any log as the bytes it shows, for whoever needs no times.
pub fn raw(source: impl Into<Source>) -> Result<Raw, ImportError> {
    let opened = source.into().open()?;
    let (name, compression) = (opened.name.clone(), opened.compression);
    let (format, bytes): (_, Box<dyn Read + Send>) = match detect::kind(&opened.head) {
        Kind::Cast(version) => {
            let unreadable = |source| ImportError::Unreadable { name: name.clone(), source };
            (version.into(), Box::new(Shown::new(Events::new(opened.bytes).map_err(unreadable)?)))
        }
        Kind::Typescript => (Format::Typescript, Box::new(Shown::new(Text::typescript(opened.bytes)))),
        Kind::Timing => return Err(no_typescript(name)),
        Kind::Text(stamps) => (stamps.into(), opened.bytes),
    };
    Ok(Raw { name, format, compression, bytes })
}

fn import(opened: Opened, beside: &Path, timing: Option<PathBuf>) -> Result<Imported, ImportError> {
    let (name, compression) = (opened.name.clone(), opened.compression);
    let is_session = detect::is_session(&opened.head);
    let (format, mut header, events): (Format, Header, Stream) = match detect::kind(&opened.head) {
        Kind::Cast(version) => {
            let unreadable = |source| ImportError::Unreadable { name: name.clone(), source };
            let events = Events::new(opened.bytes).map_err(unreadable)?;
            (version.into(), events.header().clone(), Box::new(events))
        }
        Kind::Typescript => {
            let header = typescript::header(&opened.head);
            match timing {
                Some(path) => {
                    let timing = Source::File(path).open()?;
                    let events = Typescript::new(opened.bytes, timing)?;
                    (Format::TimedTypescript, header, Box::new(events))
                }
                None => (Format::Typescript, header, Box::new(Text::typescript(opened.bytes))),
            }
        }
        Kind::Timing => {
            // The timing file was named; in its newer form it says where the output is.
            let Some(log) = typescript::output_log(&opened.head) else { return Err(no_typescript(name)) };
            let log = Source::File(beside.join(log)).open()?;
            let header = typescript::header(&log.head);
            let events = Typescript::new(log.bytes, opened)?;
            (Format::TimedTypescript, header, Box::new(events))
        }
        Kind::Text(stamps) => {
            let timestamp = stamp::first(stamps, &opened.head);
            let header = Header { timestamp, ..Header::default() };
            (stamps.into(), header, Box::new(Text::new(opened.bytes, stamps)))
        }
    };
    let first = (!is_session).then(|| session(&name));
    header.title.get_or_insert_with(|| name.clone());
    Ok(Imported { name, format, compression, header, events: Box::new(first.into_iter().chain(events)) })
}

fn no_typescript(name: String) -> ImportError {
    let what = both!(
        "the timing file of a typescript; name the typescript itself",
        "是 typescript 的计时文件；请指定 typescript 本身"
    );
    ImportError::Binary { name, what }
}

/// The first event of a log that ktui did not record.
fn session(name: &str) -> Timed {
    let start = SessionStart {
        ktui: env!("CARGO_PKG_VERSION").to_owned(),
        plan: name.to_owned(),
        dir: PathBuf::new(),
        target: "local".to_owned(),
        stages: Vec::new(),
        inputs: BTreeMap::new(),
        resumes: None,
    };
    Timed { at: Duration::ZERO, event: Event::Note(Note::Session(start)) }
}

/// What the output of a recording shows, as bytes: where they were no UTF-8, those that stood there.
pub fn shown(events: impl Iterator<Item = Timed>) -> impl Read {
    Shown::new(events)
}

/// See [`shown`].
struct Shown<I> {
    events: I,
    exact: Option<Vec<u8>>,
    bytes: Vec<u8>,
    given: usize,
}

impl<I> Shown<I> {
    fn new(events: I) -> Self {
        Self { events, exact: None, bytes: Vec::new(), given: 0 }
    }
}

impl<I: Iterator<Item = Timed>> Read for Shown<I> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while self.given == self.bytes.len() {
            let Some(timed) = self.events.next() else { return Ok(0) };
            match timed.event {
                Event::Exact(bytes) => self.exact = Some(bytes),
                Event::Output(text) => {
                    self.bytes = self.exact.take().unwrap_or_else(|| text.into_bytes());
                    self.given = 0;
                }
                _ => {}
            }
        }
        let n = buf.len().min(self.bytes.len() - self.given);
        buf[..n].copy_from_slice(&self.bytes[self.given..self.given + n]);
        self.given += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests;
