//! The whole log in bounded memory: only an index of it and a window of lines stay.
//!
//! Owns how lines are packed and found again. Lines that were built from output are packed into chunks on a
//! [`Shelf`]; a log that is a text already is not copied: its blocks are read where they stand. Where a shelf has
//! its bytes (a temporary file, the log itself) is its maker's business; when the shelf fails, chunks stay in
//! memory up to a limit and are then given up, visibly.

mod chunk;
mod raw;

use std::io;
use std::sync::Arc;

use super::index::Block;
use super::style::Line;
use chunk::Chunk;
use raw::Raw;

/// A chunk is sealed when it holds this many lines…
const CHUNK_LINES: usize = 512;
/// … or this many bytes of text.
const CHUNK_BYTES: usize = 64 * 1024;
/// Unpacked chunks that are kept for scrolling.
const CACHED: usize = 8;
/// Packed bytes that stay in memory before the shelf is used.
const KEPT: usize = 8 << 20;
/// Packed bytes that stay in memory where the shelf fails.
const KEPT_AT_MOST: usize = 256 << 20;
/// No more of a block is read than this: what is longer is one endless line.
const BLOCK_AT_MOST: usize = 4 << 20;

/// Lines near the end of a text that is not counted yet have numbers from here on.
pub const UNCOUNTED: u64 = 1 << 48;

/// Where sealed chunks are put, or where the text is.
pub trait Shelf: Send + Sync {
    /// Keeps `bytes`; the place is for [`Shelf::get`].
    fn put(&mut self, bytes: &[u8]) -> io::Result<u64>;
    /// Fills `bytes` with what stands at `place`.
    fn get(&self, place: u64, bytes: &mut [u8]) -> io::Result<()>;
    /// What stands at `place` and after it is not needed any more.
    fn rewind(&mut self, _place: u64) {}
}

/// No shelf: everything stays in memory, up to the limit.
struct Nowhere;

impl Shelf for Nowhere {
    fn put(&mut self, _bytes: &[u8]) -> io::Result<u64> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn get(&self, _place: u64, _bytes: &mut [u8]) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

enum Place {
    Kept(Box<[u8]>),
    Shelf {
        at: u64,
        len: u32,
    },
    /// A block of a text, as it stands there.
    Text {
        at: u64,
        len: u32,
    },
    Lost,
}

struct Sealed {
    /// First line, from 0.
    first: u64,
    place: Place,
}

/// Lines that were unpacked.
#[derive(Clone)]
enum Lines {
    Packed(Arc<Chunk>),
    Raw(Arc<Raw>),
}

impl Lines {
    fn line(&self, index: usize) -> Option<Line> {
        match self {
            Self::Packed(chunk) => chunk.line(index),
            // Who cut the text short meanwhile must not shift what follows.
            Self::Raw(raw) => Some(raw.line(index).unwrap_or_else(|| Line::plain("\u{fffd}"))),
        }
    }
}

/// The lines of a log, from 0.
pub struct Store {
    shelf: Box<dyn Shelf>,
    sealed: Vec<Sealed>,
    open: Chunk,
    /// The last lines of a text, as long as those before them are being counted.
    tail: Option<Raw>,
    /// Whether the lines are those of a text that is read in place…
    is_text: bool,
    /// … and some of them are still being counted, or arriving.
    counting: bool,
    /// Lines in sealed chunks.
    settled: u64,
    kept: usize,
    cache: Vec<(usize, Lines)>,
}

impl Default for Store {
    fn default() -> Self {
        Self::new(Box::new(Nowhere))
    }
}

impl Store {
    /// Puts what memory should not hold on `shelf`.
    pub fn new(shelf: Box<dyn Shelf>) -> Self {
        Self {
            shelf,
            sealed: Vec::new(),
            open: Chunk::default(),
            tail: None,
            is_text: false,
            counting: false,
            settled: 0,
            kept: 0,
            cache: Vec::new(),
        }
    }

    /// The lines of the text on `shelf`, as far as its blocks become known.
    pub fn of_text(shelf: Box<dyn Shelf>) -> Self {
        Self { is_text: true, counting: true, ..Self::new(shelf) }
    }

    /// Lines so far; beyond [`UNCOUNTED`] where the end is known and the way to it is not counted yet.
    pub fn len(&self) -> u64 {
        match &self.tail {
            Some(tail) => UNCOUNTED + tail.lines() as u64,
            None => self.settled + self.open.lines() as u64,
        }
    }

    /// Whether there is no line yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Lines that are numbered for good.
    pub fn counted(&self) -> u64 {
        self.settled + self.open.lines() as u64
    }

    /// Whether the lines are those of a text that is read in place.
    pub fn is_text(&self) -> bool {
        self.is_text
    }

    /// Whether more lines of a text are to become known.
    pub fn is_counting(&self) -> bool {
        self.counting
    }

    /// Whether the last lines are known before those in front of them.
    pub fn has_gap(&self) -> bool {
        self.tail.is_some()
    }

    /// Forgets every line; the shelf's bytes are not reused.
    pub fn clear(&mut self) {
        self.sealed.clear();
        self.cache.clear();
        self.open = Chunk::default();
        self.tail = None;
        self.settled = 0;
        self.kept = 0;
    }

    /// Only the first lines stay.
    pub fn truncate(&mut self, lines: u64) {
        if self.is_text || lines >= self.len() {
            return;
        }
        let index = self.chunk_of(lines);
        let first = self.first_of(index);
        let mut open = Chunk::default();
        for line in first..lines {
            if let (Some(line), Some(came)) = (self.line(line), self.raw(line)) {
                open.push(&line, &came);
            }
        }
        for sealed in self.sealed.drain(index..).rev() {
            match sealed.place {
                Place::Kept(bytes) => self.kept -= bytes.len(),
                Place::Shelf { at, .. } => self.shelf.rewind(at),
                Place::Text { .. } | Place::Lost => {}
            }
        }
        self.cache.retain(|(at, _)| *at < index);
        (self.open, self.settled) = (open, first);
    }

    /// Appends a line that came as its text.
    pub fn push(&mut self, line: &Line) {
        self.keep(line, line.text.as_bytes());
    }

    /// Appends a line that came as these bytes.
    pub fn keep(&mut self, line: &Line, came: &[u8]) {
        self.open.push(line, came);
        if self.open.lines() >= CHUNK_LINES || self.open.size() >= CHUNK_BYTES {
            self.seal();
        }
    }

    /// The next block of the text.
    pub fn found(&mut self, block: Block) {
        let len = usize::try_from(block.len).unwrap_or(BLOCK_AT_MOST).min(BLOCK_AT_MOST) as u32;
        self.sealed.push(Sealed { first: self.settled, place: Place::Text { at: block.at, len } });
        self.settled += u64::from(block.lines);
    }

    /// The text's last lines, while those before them are not counted.
    pub fn ends_with(&mut self, bytes: Vec<u8>) {
        self.tail = Some(Raw::new(bytes));
    }

    /// Every block is known. Answers by how much the numbers of the last lines shrink, where they were provisional.
    pub fn all_found(&mut self) -> Option<u64> {
        self.counting = false;
        let tail = self.tail.take()?;
        (UNCOUNTED + tail.lines() as u64).checked_sub(self.settled)
    }

    fn seal(&mut self) {
        let chunk = std::mem::take(&mut self.open);
        let packed = chunk.pack();
        let place = if self.kept + packed.len() <= KEPT { None } else { self.shelf.put(&packed).ok() };
        let place = match place {
            Some(at) => Place::Shelf { at, len: packed.len() as u32 },
            None if self.kept + packed.len() <= KEPT_AT_MOST => {
                self.kept += packed.len();
                Place::Kept(packed.into_boxed_slice())
            }
            None => Place::Lost,
        };
        let first = self.settled;
        self.settled += chunk.lines() as u64;
        self.remember(self.sealed.len(), Lines::Packed(Arc::new(chunk)));
        self.sealed.push(Sealed { first, place });
    }

    fn remember(&mut self, index: usize, lines: Lines) {
        if self.cache.len() >= CACHED {
            self.cache.remove(0);
        }
        self.cache.push((index, lines));
    }

    /// Number of chunks, the open one included.
    pub fn chunks(&self) -> usize {
        self.sealed.len() + 1
    }

    /// The first line of a chunk.
    pub fn first_of(&self, index: usize) -> u64 {
        let open = if self.tail.is_some() { UNCOUNTED } else { self.settled };
        self.sealed.get(index).map_or(open, |sealed| sealed.first)
    }

    /// The chunk that holds `line`.
    pub fn chunk_of(&self, line: u64) -> usize {
        if line >= self.settled {
            self.sealed.len()
        } else {
            self.sealed.partition_point(|s| s.first <= line) - 1
        }
    }

    /// Runs `read` over the text of a chunk: lines without colours, a newline between them. `room` is for whoever
    /// reads many.
    pub(super) fn with_text<T>(&self, index: usize, room: &mut Vec<u8>, read: impl FnOnce(&[u8]) -> T) -> T {
        let Some(sealed) = self.sealed.get(index) else {
            return match &self.tail {
                Some(tail) => read(&raw::text(tail.bytes())),
                None => read(self.open.whole().as_bytes()),
            };
        };
        let text = match &sealed.place {
            Place::Kept(bytes) => chunk::text(bytes),
            Place::Shelf { at, len } if self.fetch(*at, *len, room) => chunk::text(room),
            Place::Text { at, len } if self.fetch(*at, *len, room) => return read(&raw::text(room)),
            _ => None,
        };
        match text {
            Some(text) => read(text),
            None => read(Chunk::lost(self.lines_in(index)).whole().as_bytes()),
        }
    }

    /// About how many bytes of text a chunk has, without looking at it.
    pub(super) fn size_of(&self, index: usize) -> usize {
        match self.sealed.get(index).map(|sealed| &sealed.place) {
            Some(Place::Text { len, .. }) => *len as usize,
            Some(_) => CHUNK_BYTES,
            None => self.tail.as_ref().map_or(self.open.size(), |tail| tail.bytes().len()),
        }
    }

    fn fetch(&self, at: u64, len: u32, room: &mut Vec<u8>) -> bool {
        room.resize(len as usize, 0);
        self.shelf.get(at, room).is_ok()
    }

    /// Lines of a chunk.
    pub fn lines_in(&self, index: usize) -> usize {
        match self.sealed.get(index) {
            Some(sealed) => {
                let next = self.sealed.get(index + 1).map_or(self.settled, |next| next.first);
                (next - sealed.first) as usize
            }
            None => self.tail.as_ref().map_or(self.open.lines(), Raw::lines),
        }
    }

    fn unpack(&self, index: usize) -> Lines {
        let lines = self.lines_in(index);
        let mut bytes = Vec::new();
        let chunk = match &self.sealed[index].place {
            Place::Kept(bytes) => Chunk::unpack(bytes),
            Place::Shelf { at, len } if self.fetch(*at, *len, &mut bytes) => Chunk::unpack(&bytes),
            Place::Text { at, len } if self.fetch(*at, *len, &mut bytes) => {
                return Lines::Raw(Arc::new(Raw::new(bytes)));
            }
            _ => None,
        };
        let chunk = chunk.filter(|chunk| chunk.lines() == lines).unwrap_or_else(|| Chunk::lost(lines));
        Lines::Packed(Arc::new(chunk))
    }

    /// The bytes of a line as they came, without its end.
    pub fn raw(&mut self, number: u64) -> Option<Vec<u8>> {
        if let Some(tail) = self.tail.as_ref().filter(|_| number >= UNCOUNTED) {
            return tail.raw(usize::try_from(number - UNCOUNTED).ok()?);
        }
        if let Some(in_open) = number.checked_sub(self.settled) {
            return self.open.came(usize::try_from(in_open).ok()?).map(<[u8]>::to_vec);
        }
        self.line(number)?;
        let index = self.chunk_of(number);
        let (_, lines) = self.cache.iter().find(|(at, _)| *at == index)?;
        let at = (number - self.sealed[index].first) as usize;
        match lines {
            Lines::Raw(raw) => raw.raw(at),
            Lines::Packed(chunk) => chunk.came(at).map(<[u8]>::to_vec),
        }
    }

    /// Line `number`, from 0; `None` past the end and where nothing is known yet.
    pub fn line(&mut self, number: u64) -> Option<Line> {
        if number >= self.settled {
            return match &self.tail {
                Some(tail) => tail.line(usize::try_from(number.checked_sub(UNCOUNTED)?).ok()?),
                None => self.open.line((number - self.settled) as usize),
            };
        }
        let index = self.chunk_of(number);
        let first = self.sealed[index].first;
        let found = self.cache.iter().position(|(at, _)| *at == index);
        let lines = if let Some(at) = found {
            self.cache[at].1.clone()
        } else {
            let lines = self.unpack(index);
            self.remember(index, lines.clone());
            lines
        };
        lines.line((number - first) as usize)
    }
}

#[cfg(test)]
mod tests;
