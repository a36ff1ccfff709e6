//! The whole log, kept in bounded memory: sealed chunks go to a [`Shelf`], only an index and a window stay.
//!
//! Owns how lines are packed and found again. Where a shelf puts the bytes (a temporary file, memory) is its
//! maker's business; when the shelf fails, chunks stay in memory up to a limit and are then given up, visibly.

use std::io;
use std::rc::Rc;

use super::style::{Color, Line, Run, Style};

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

/// Where sealed chunks are put.
pub trait Shelf: Send {
    /// Keeps `bytes`; the place is for [`Shelf::get`].
    fn put(&mut self, bytes: &[u8]) -> io::Result<u64>;
    /// Reads back what was put.
    fn get(&self, place: u64, len: usize) -> io::Result<Vec<u8>>;
}

/// No shelf: everything stays in memory, up to the limit.
struct Nowhere;

impl Shelf for Nowhere {
    fn put(&mut self, _bytes: &[u8]) -> io::Result<u64> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn get(&self, _place: u64, _len: usize) -> io::Result<Vec<u8>> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

enum Place {
    Kept(Box<[u8]>),
    Shelf { at: u64, len: u32 },
    Lost,
}

struct Sealed {
    /// First line, from 0.
    first: u64,
    place: Place,
}

/// The lines of a log, from 0.
pub struct Store {
    shelf: Box<dyn Shelf>,
    sealed: Vec<Sealed>,
    open: Chunk,
    /// Lines in sealed chunks.
    settled: u64,
    kept: usize,
    cache: Vec<(usize, Rc<Chunk>)>,
}

impl Default for Store {
    fn default() -> Self {
        Self::new(Box::new(Nowhere))
    }
}

impl Store {
    /// Puts what memory should not hold on `shelf`.
    pub fn new(shelf: Box<dyn Shelf>) -> Self {
        Self { shelf, sealed: Vec::new(), open: Chunk::default(), settled: 0, kept: 0, cache: Vec::new() }
    }

    /// Lines so far.
    pub fn len(&self) -> u64 {
        self.settled + self.open.lines() as u64
    }

    /// Whether there is no line yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Forgets every line; the shelf's bytes are not reused.
    pub fn clear(&mut self) {
        self.sealed.clear();
        self.cache.clear();
        self.open = Chunk::default();
        self.settled = 0;
        self.kept = 0;
    }

    /// Appends a line.
    pub fn push(&mut self, line: &Line) {
        self.open.push(line);
        if self.open.lines() >= CHUNK_LINES || self.open.text.len() >= CHUNK_BYTES {
            self.seal();
        }
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
        self.remember(self.sealed.len(), Rc::new(chunk));
        self.sealed.push(Sealed { first, place });
    }

    fn remember(&mut self, index: usize, chunk: Rc<Chunk>) {
        if self.cache.len() >= CACHED {
            self.cache.remove(0);
        }
        self.cache.push((index, chunk));
    }

    /// Number of chunks, the open one included.
    pub(super) fn chunks(&self) -> usize {
        self.sealed.len() + 1
    }

    /// The first line of a chunk.
    pub(super) fn first_of(&self, index: usize) -> u64 {
        self.sealed.get(index).map_or(self.settled, |sealed| sealed.first)
    }

    /// The chunk that holds `line`.
    pub(super) fn chunk_of(&self, line: u64) -> usize {
        if line >= self.settled {
            self.sealed.len()
        } else {
            self.sealed.partition_point(|s| s.first <= line) - 1
        }
    }

    /// Runs `read` over the text of a chunk without remembering it; colours may be missing.
    pub(super) fn with_chunk<T>(&self, index: usize, read: impl FnOnce(&Chunk) -> T) -> T {
        if index >= self.sealed.len() {
            return read(&self.open);
        }
        if let Some((_, chunk)) = self.cache.iter().find(|(at, _)| *at == index) {
            return read(chunk);
        }
        read(&self.unpack(index, false))
    }

    fn unpack(&self, index: usize, colours: bool) -> Chunk {
        let sealed = &self.sealed[index];
        let lines = (self.first_of(index + 1) - sealed.first) as usize;
        let chunk = match &sealed.place {
            Place::Kept(bytes) => Chunk::unpack(bytes, colours),
            Place::Shelf { at, len } => {
                self.shelf.get(*at, *len as usize).ok().and_then(|bytes| Chunk::unpack(&bytes, colours))
            }
            Place::Lost => None,
        };
        chunk.filter(|chunk| chunk.lines() == lines).unwrap_or_else(|| Chunk::lost(lines))
    }

    /// Line `number`, from 0; `None` past the end.
    pub fn line(&mut self, number: u64) -> Option<Line> {
        if number >= self.len() {
            return None;
        }
        let index = self.chunk_of(number);
        if index >= self.sealed.len() {
            return self.open.line((number - self.settled) as usize);
        }
        let first = self.sealed[index].first;
        let found = self.cache.iter().position(|(at, _)| *at == index);
        let chunk = if let Some(at) = found {
            Rc::clone(&self.cache[at].1)
        } else {
            let chunk = Rc::new(self.unpack(index, true));
            self.remember(index, Rc::clone(&chunk));
            chunk
        };
        chunk.line((number - first) as usize)
    }
}

/// Some lines: all text in one string, a newline after each, and all style changes in one list.
#[derive(Default)]
pub(super) struct Chunk {
    text: String,
    /// Where each line's text ends.
    ends: Vec<u32>,
    /// Where each line's runs end.
    run_ends: Vec<u32>,
    runs: Vec<Run>,
}

impl Chunk {
    pub(super) fn lines(&self) -> usize {
        self.ends.len()
    }

    fn push(&mut self, line: &Line) {
        self.text.push_str(&line.text);
        self.ends.push(self.text.len() as u32);
        self.text.push('\n');
        self.runs.extend_from_slice(&line.runs);
        self.run_ends.push(self.runs.len() as u32);
    }

    /// The text of all lines.
    pub(super) fn whole(&self) -> &str {
        &self.text
    }

    pub(super) fn text(&self, index: usize) -> &str {
        let start = if index == 0 { 0 } else { self.ends[index - 1] as usize + 1 };
        self.ends.get(index).and_then(|end| self.text.get(start..*end as usize)).unwrap_or("")
    }

    fn line(&self, index: usize) -> Option<Line> {
        let last = *self.run_ends.get(index)? as usize;
        let first = if index == 0 { 0 } else { self.run_ends[index - 1] as usize };
        Some(Line { text: self.text(index).to_owned(), runs: self.runs.get(first..last)?.to_vec() })
    }

    fn lost(lines: usize) -> Self {
        let mut chunk = Self::default();
        for _ in 0..lines {
            chunk.push(&Line::plain("\u{fffd}"));
        }
        chunk
    }

    fn pack(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.text.len() + self.lines() * 4 + self.runs.len() * 6);
        number(&mut bytes, self.text.len() as u32);
        bytes.extend_from_slice(self.text.as_bytes());
        number(&mut bytes, self.lines() as u32);
        let mut end = 0;
        for line_end in &self.ends {
            number(&mut bytes, line_end - end);
            end = *line_end;
        }
        let mut first = 0;
        for run_end in &self.run_ends {
            number(&mut bytes, run_end - first);
            for run in &self.runs[first as usize..*run_end as usize] {
                number(&mut bytes, run.start);
                bytes.push(run.style.attrs);
                color(&mut bytes, run.style.fg);
                color(&mut bytes, run.style.bg);
            }
            first = *run_end;
        }
        bytes
    }

    /// The lines of a packed chunk; without `colours` only their text, which is all that a search reads.
    fn unpack(bytes: &[u8], colours: bool) -> Option<Self> {
        let mut rest = bytes;
        let len = take_number(&mut rest)? as usize;
        let text = String::from_utf8(rest.get(..len)?.to_vec()).ok()?;
        rest = &rest[len..];
        let lines = take_number(&mut rest)?;
        let mut chunk = Self { text, ..Self::default() };
        let mut end = 0u32;
        for _ in 0..lines {
            end = end.checked_add(take_number(&mut rest)?)?;
            chunk.ends.push(end);
        }
        for _ in 0..if colours { lines } else { 0 } {
            for _ in 0..take_number(&mut rest)? {
                let start = take_number(&mut rest)?;
                let attrs = take_byte(&mut rest)?;
                let style = Style { attrs, fg: take_color(&mut rest)?, bg: take_color(&mut rest)? };
                chunk.runs.push(Run { start, style });
            }
            chunk.run_ends.push(chunk.runs.len() as u32);
        }
        Some(chunk)
    }
}

/// LEB128.
fn number(bytes: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

fn take_byte(rest: &mut &[u8]) -> Option<u8> {
    let (first, tail) = rest.split_first()?;
    *rest = tail;
    Some(*first)
}

fn take_number(rest: &mut &[u8]) -> Option<u32> {
    let mut value = 0u32;
    for shift in (0..35).step_by(7) {
        let byte = take_byte(rest)?;
        value |= u32::from(byte & 0x7f).checked_shl(shift)?;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

fn color(bytes: &mut Vec<u8>, color: Color) {
    match color {
        Color::Default => bytes.push(0),
        Color::Indexed(index) => bytes.extend([1, index]),
        Color::Rgb(r, g, b) => bytes.extend([2, r, g, b]),
    }
}

fn take_color(rest: &mut &[u8]) -> Option<Color> {
    Some(match take_byte(rest)? {
        0 => Color::Default,
        1 => Color::Indexed(take_byte(rest)?),
        _ => Color::Rgb(take_byte(rest)?, take_byte(rest)?, take_byte(rest)?),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A shelf in memory that counts what it holds, and can fail.
    #[derive(Default)]
    struct Board {
        bytes: Vec<u8>,
        full: bool,
    }

    impl Shelf for Board {
        fn put(&mut self, bytes: &[u8]) -> io::Result<u64> {
            if self.full {
                return Err(io::ErrorKind::StorageFull.into());
            }
            let at = self.bytes.len() as u64;
            self.bytes.extend_from_slice(bytes);
            Ok(at)
        }

        fn get(&self, place: u64, len: usize) -> io::Result<Vec<u8>> {
            let start = place as usize;
            self.bytes
                .get(start..start + len)
                .map(<[u8]>::to_vec)
                .ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
        }
    }

    fn sample(number: u64) -> Line {
        let style = Style { fg: Color::Rgb(1, 2, number as u8), bg: Color::Indexed(7), attrs: 3 };
        let text = format!("line {number} 行 {}", "x".repeat((number % 200) as usize));
        Line { runs: vec![Run { start: 5, style }, Run { start: 6, style: Style::default() }], text }
    }

    #[test]
    fn every_line_comes_back_from_the_shelf() {
        let mut store = Store::new(Box::new(Board::default()));
        let lines = 150_000;
        for number in 0..lines {
            store.push(&sample(number));
        }
        assert_eq!(store.len(), lines);
        assert!(store.kept <= KEPT, "{} bytes stay in memory", store.kept);
        assert!(matches!(store.sealed.last().expect("sealed").place, Place::Shelf { .. }));
        for number in [0, 1, 511, 512, 70_000, lines - 600, lines - 1] {
            assert_eq!(store.line(number), Some(sample(number)), "line {number}");
        }
        assert_eq!(store.line(lines), None);
    }

    #[test]
    fn a_full_disk_keeps_lines_in_memory() {
        let mut store = Store::new(Box::new(Board { full: true, ..Board::default() }));
        for number in 0..100_000 {
            store.push(&sample(number));
        }
        assert_eq!(store.line(99_000), Some(sample(99_000)));
    }

    proptest! {
        #[test]
        fn packing_round_trips(lines in proptest::collection::vec(("\\PC{0,20}", any::<u8>(), any::<(u8, u8, u8)>()), 0..30)) {
            let mut chunk = Chunk::default();
            let lines: Vec<Line> = lines.into_iter().map(|(text, attrs, (r, g, b))| {
                let style = Style { fg: Color::Rgb(r, g, b), bg: Color::Indexed(r), attrs };
                Line { runs: vec![Run { start: 0, style }], text }
            }).collect();
            for line in &lines {
                chunk.push(line);
            }
            let back = Chunk::unpack(&chunk.pack(), true).expect("what was packed unpacks");
            let back: Vec<Line> = (0..back.lines()).filter_map(|index| back.line(index)).collect();
            prop_assert_eq!(back, lines);
        }

        #[test]
        fn damaged_chunks_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            drop(Chunk::unpack(&bytes, true));
        }
    }
}
