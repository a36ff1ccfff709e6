//! Events of a growing or finished session file.
//!
//! Owns the promise that reading never fails half-way: a damaged line becomes a [`Note::Gap`] and costs only
//! itself, a torn last line is nothing until it is completed. What a line means is `cast`'s business.

#![expect(clippy::disallowed_methods, reason = "session files are read here")]

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek as _, SeekFrom};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use super::cast::{BadLine, Decoder, Header, Version};
use super::lines::{Line, Lines};
use crate::event::{Event, Note, Timed};
use crate::locale::{Speak, Text, both};

/// The longest line that is read; a longer one becomes a gap.
pub const LONGEST_LINE: usize = 64 * 1024 * 1024;
/// About how much of the file one [`Reader::poll`] takes.
const PORTION: u64 = 4 * 1024 * 1024;

/// Why a file cannot be read at all.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.said().en)]
pub enum ReadError {
    /// The operating system refuses.
    Open {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// It is a folder.
    Folder {
        /// The folder.
        path: PathBuf,
    },
}

impl Speak for ReadError {
    fn said(&self) -> Text {
        match self {
            Self::Open { path, source } => Text::verbatim(format!("{}: {source}", path.display())),
            Self::Folder { path } => {
                let path = path.display();
                both!("{path}: a folder; expected a recording", "{path}：是目录；应为会话记录")
            }
        }
    }
}

/// Follows a file that may grow.
#[derive(Debug)]
pub struct Reader {
    path: PathBuf,
    file: File,
    identity: (u64, u64),
    offset: u64,
    feed: Feed,
}

impl Reader {
    /// Opens a recording and reads its header, if it is there already.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, ReadError> {
        let path = path.as_ref();
        let failed = |source| ReadError::Open { path: path.to_owned(), source };
        let file = File::open(path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if metadata.is_dir() {
            return Err(ReadError::Folder { path: path.to_owned() });
        }
        let mut reader = Self {
            path: path.to_owned(),
            file,
            identity: identity(&metadata),
            offset: 0,
            feed: Feed::default(),
        };
        reader.fill().map_err(failed)?;
        reader.feed.read_header();
        Ok(reader)
    }

    /// The file's header; that of an 80×24 terminal as long as there is none.
    pub fn header(&self) -> &Header {
        &self.feed.header
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The events that came since the last call; empty when there are none right now. One call takes about
    /// 4 MiB of the file, so who wants to catch up calls until it gets none.
    pub fn poll(&mut self) -> io::Result<Vec<Timed>> {
        let mut events = Vec::new();
        let from = self.offset;
        loop {
            while let Some(timed) = self.feed.next() {
                events.push(timed);
            }
            if !events.is_empty() && self.offset - from >= PORTION {
                return Ok(events);
            }
            if self.fill()? == 0 {
                if events.is_empty() && self.was_replaced() {
                    events.push(self.start_over()?);
                }
                return Ok(events);
            }
        }
    }

    fn fill(&mut self) -> io::Result<usize> {
        let n = self.feed.lines.fill(&mut self.file)?;
        self.offset += n as u64;
        Ok(n)
    }

    /// Whether the name leads to another file now, or to one that became shorter.
    fn was_replaced(&self) -> bool {
        let Ok(now) = std::fs::metadata(&self.path) else { return false };
        now.is_file() && (identity(&now) != self.identity || now.len() < self.offset)
    }

    fn start_over(&mut self) -> io::Result<Timed> {
        let mut file = File::open(&self.path)?;
        self.identity = identity(&file.metadata()?);
        file.seek(SeekFrom::Start(0))?;
        self.file = file;
        self.offset = 0;
        let gap = self.feed.gap(
            1,
            both!(
                "the file was replaced or cut short; it is read from its start",
                "文件被替换或截短；将从头读取"
            ),
        );
        self.feed.start_over();
        Ok(gap)
    }
}

fn identity(metadata: &Metadata) -> (u64, u64) {
    (metadata.dev(), metadata.ino())
}

/// The events of a finished recording, block by block.
///
/// If reading fails in the middle, the last event is a gap that says why.
#[derive(Debug)]
pub struct Events<R> {
    source: R,
    feed: Feed,
    over: bool,
}

impl Events<File> {
    /// The events of a file.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, ReadError> {
        let path = path.as_ref();
        let failed = |source| ReadError::Open { path: path.to_owned(), source };
        let file = File::open(path).map_err(failed)?;
        if file.metadata().map_err(failed)?.is_dir() {
            return Err(ReadError::Folder { path: path.to_owned() });
        }
        Self::new(file).map_err(failed)
    }
}

impl<R: Read> Events<R> {
    /// The events of any bytes; reads up to the header.
    pub fn new(mut source: R) -> io::Result<Self> {
        let mut feed = Feed::default();
        let mut over = false;
        while !over && !feed.read_header() {
            over = feed.lines.fill(&mut source)? == 0;
        }
        let mut events = Self { source, feed, over: false };
        if over {
            events.end();
        }
        Ok(events)
    }

    /// The recording's header.
    pub fn header(&self) -> &Header {
        &self.feed.header
    }

    /// The last line may lack its newline; one that is cut in the middle is nothing.
    fn end(&mut self) {
        self.over = true;
        self.feed.last();
    }
}

impl<R: Read> Iterator for Events<R> {
    type Item = Timed;

    fn next(&mut self) -> Option<Timed> {
        loop {
            if let Some(timed) = self.feed.next() {
                return Some(timed);
            }
            if self.over {
                return None;
            }
            match self.feed.lines.fill(&mut self.source) {
                Ok(0) => self.end(),
                Ok(_) => {}
                Err(error) => {
                    self.over = true;
                    let line = self.feed.lines.number() + 1;
                    return Some(
                        self.feed
                            .gap(line, both!("reading failed here: {error}", "从此处起读取失败：{error}")),
                    );
                }
            }
        }
    }
}

/// Lines into events.
#[derive(Debug)]
struct Feed {
    lines: Lines,
    decoder: Decoder,
    header: Header,
    header_read: bool,
    /// Found while looking for something else; comes next.
    ahead: Option<Timed>,
}

impl Default for Feed {
    fn default() -> Self {
        Self {
            lines: Lines::new(LONGEST_LINE),
            decoder: Decoder::new(Version::V3),
            header: Header::default(),
            header_read: false,
            ahead: None,
        }
    }
}

impl Feed {
    fn next(&mut self) -> Option<Timed> {
        if !self.header_read && !self.read_header() {
            return None;
        }
        if let Some(ahead) = self.ahead.take() {
            return Some(ahead);
        }
        loop {
            let event = match self.lines.next()? {
                Line::TooLong => Err(too_long()),
                Line::Whole(bytes) => decode(&mut self.decoder, bytes),
            };
            match event {
                Ok(None) => {}
                Ok(Some(timed)) => return Some(timed),
                Err(bad) => return Some(self.gap(self.lines.number(), bad.why)),
            }
        }
    }

    /// Whether the first line has been read. If it is no header it is judged as any other line.
    fn read_header(&mut self) -> bool {
        if !self.header_read {
            let Some(line) = self.lines.next() else { return false };
            self.header_read = true;
            let (bad, event) = match line {
                Line::TooLong => (too_long(), None),
                Line::Whole(bytes) => match std::str::from_utf8(bytes) {
                    Err(_) => (not_utf8(), None),
                    Ok(text) => match Header::parse(text.trim_start_matches('\u{FEFF}')) {
                        Ok((header, version)) => {
                            self.header = header;
                            self.decoder = self.decoder.goes_on(version);
                            return true;
                        }
                        Err(bad) => (bad, self.decoder.line(text).ok().flatten()),
                    },
                },
            };
            self.ahead = Some(event.unwrap_or_else(|| self.gap(1, bad.why)));
        }
        true
    }

    /// What follows the last newline.
    fn last(&mut self) {
        let Some(Line::Whole(bytes)) = self.lines.rest() else { return };
        if self.header_read {
            self.ahead = decode(&mut self.decoder, bytes).ok().flatten();
        } else if let Some((header, _)) =
            std::str::from_utf8(bytes).ok().and_then(|text| Header::parse(text).ok())
        {
            self.header = header;
        }
        self.header_read = true;
    }

    fn gap(&self, line: u64, why: Text) -> Timed {
        Timed { at: self.decoder.now(), event: Event::Note(Note::Gap { line, why }) }
    }

    fn start_over(&mut self) {
        let decoder = self.decoder.goes_on(Version::V3);
        *self = Self { decoder, header: std::mem::take(&mut self.header), ..Self::default() };
    }
}

fn decode(decoder: &mut Decoder, bytes: &[u8]) -> Result<Option<Timed>, BadLine> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return decoder.line(text);
    }
    // Its interval may still be good; the damage must not shift what follows.
    let _time_is_all_that_is_wanted = decoder.line(&String::from_utf8_lossy(bytes));
    Err(not_utf8())
}

fn not_utf8() -> BadLine {
    BadLine { why: both!("not UTF-8", "不是 UTF-8") }
}

fn too_long() -> BadLine {
    let most = LONGEST_LINE / 1024 / 1024;
    BadLine { why: both!("longer than {most} MiB", "长于 {most} MiB") }
}

#[cfg(test)]
mod tests;
