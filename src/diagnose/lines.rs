//! The stream as rows: complete, cleaned, numbered, with the recent past at hand.
//!
//! Bytes come in any chunking; rows leave whole. A row ends at `\n` or `\r`; only `\n` counts a line. Rows
//! that need no cleaning are copied in bulk, so that the scan over them runs at memory speed. Memory is bounded
//! whatever comes: a row by [`LONGEST_ROW`], the past by [`KEPT`].

use memchr::{memchr_iter, memchr2, memrchr2};

use crate::text::plain::{self, LONGEST_ROW};

/// How much of the past stays readable, in bytes.
pub(super) const KEPT: usize = 128 * 1024;
/// How much is taken in before it is scanned.
const PORTION: usize = 256 * 1024;
/// When the past is cut.
const FULL: usize = KEPT + 3 * PORTION;

/// Rows taken in and the recent past.
#[derive(Debug, Clone, Default)]
pub(super) struct Lines {
    /// Cleaned rows, each with its `\n` or `\r`.
    text: Vec<u8>,
    /// How much was cut off in front of `text`.
    cut: u64,
    /// Where the rows that were not scanned begin.
    fresh: usize,
    /// `\n` before `fresh`.
    newlines: u64,
    /// The row that has no end yet, raw.
    partial: Vec<u8>,
    /// The rest of the row is beyond the bound.
    dropping: bool,
}

/// A row by its place in [`Lines`]; valid until the next `take`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) start: usize,
    pub(super) end: usize,
    /// 1-based.
    pub(super) line: u64,
}

impl Lines {
    /// Takes a portion of `data` in and gives back the rest. Scan what is fresh before the next call.
    pub(super) fn take<'d>(&mut self, data: &'d [u8]) -> &'d [u8] {
        self.forget();
        let (portion, rest) = data.split_at(data.len().min(PORTION));
        let mut portion = portion;
        if !self.partial.is_empty() || self.dropping {
            let Some(end) = memchr2(b'\n', b'\r', portion) else {
                self.hold(portion);
                return rest;
            };
            self.hold(&portion[..end]);
            let partial = std::mem::take(&mut self.partial);
            self.dropping = false;
            self.add(&partial);
            self.partial = partial;
            self.partial.clear();
            self.text.push(portion[end]);
            portion = &portion[end + 1..];
        }
        let whole = memrchr2(b'\n', b'\r', portion).map_or(0, |end| end + 1);
        self.add_rows(&portion[..whole]);
        self.hold(&portion[whole..]);
        rest
    }

    /// Ends the row that has no end yet; its line goes on.
    pub(super) fn flush(&mut self) {
        self.forget();
        if self.partial.is_empty() && !self.dropping {
            return;
        }
        let partial = std::mem::take(&mut self.partial);
        self.dropping = false;
        self.add(&partial);
        self.text.push(b'\r');
    }

    fn hold(&mut self, bytes: &[u8]) {
        let room = LONGEST_ROW - self.partial.len();
        self.dropping |= bytes.len() > room;
        self.partial.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    /// Adds complete rows.
    fn add_rows(&mut self, mut rows: &[u8]) {
        while !rows.is_empty() {
            let plain = plain_rows(rows);
            self.text.extend_from_slice(&rows[..plain]);
            rows = &rows[plain..];
            let Some(end) = memchr2(b'\n', b'\r', rows) else { break };
            self.add(&rows[..end]);
            self.text.push(rows[end]);
            rows = &rows[end + 1..];
        }
    }

    /// Adds one row's text, cleaned; further rows that it paints stay on its line.
    fn add(&mut self, row: &[u8]) {
        let row = &row[..row.len().min(LONGEST_ROW)];
        if plain::is_plain(row) {
            self.text.extend_from_slice(row);
            return;
        }
        let mut first = true;
        plain::rows(row, |text| {
            if !first {
                self.text.push(b'\r');
            }
            first = false;
            self.text.extend_from_slice(text.as_bytes());
        });
    }

    /// Cuts the past off when there is too much of it.
    fn forget(&mut self) {
        if self.text.len() < FULL {
            return;
        }
        let cut = self.fresh.saturating_sub(KEPT);
        let cut = memchr2(b'\n', b'\r', &self.text[cut..]).map_or(cut, |end| cut + end + 1).min(self.fresh);
        self.text.drain(..cut);
        self.cut += cut as u64;
        self.fresh -= cut;
    }

    /// The text that is kept, and where its fresh part begins.
    pub(super) fn text(&self) -> (&[u8], usize) {
        (&self.text, self.fresh)
    }

    /// All fresh rows were dealt with.
    pub(super) fn done(&mut self) {
        self.newlines += newlines(&self.text[self.fresh..]);
        self.fresh = self.text.len();
    }

    /// The line that the first fresh row stands on.
    pub(super) fn fresh_line(&self) -> u64 {
        self.newlines + 1
    }

    /// Lines so far; one that has text but no end counts.
    pub(super) fn count(&self) -> u64 {
        let open =
            !self.partial.is_empty() || self.dropping || self.text.last().is_some_and(|&byte| byte != b'\n');
        self.newlines + u64::from(open)
    }

    /// A place that outlives the cutting of the past.
    pub(super) fn absolute(&self, at: usize) -> u64 {
        self.cut + at as u64
    }

    /// Where an absolute place is now, if it is among what is kept however the chunks fell.
    pub(super) fn recent(&self, at: u64) -> Option<usize> {
        let at = at.checked_sub(self.cut).and_then(|at| usize::try_from(at).ok())?;
        (at < self.text.len() && self.text.len() - at <= KEPT / 2).then_some(at)
    }

    /// The bytes of a row, without its end.
    pub(super) fn bytes(&self, place: Place) -> &[u8] {
        &self.text[place.start..place.end]
    }

    /// The row around `at`, which stands on `line`.
    pub(super) fn around(&self, at: usize, line: u64) -> Place {
        let start = memrchr2(b'\n', b'\r', &self.text[..at]).map_or(0, |end| end + 1);
        let end = memchr2(b'\n', b'\r', &self.text[at..]).map_or(self.text.len(), |end| at + end);
        Place { start, end, line }
    }

    /// Rows from `place.start` on (that row included).
    pub(super) fn rows_from(&self, start: usize, line: u64) -> impl Iterator<Item = Place> + '_ {
        let mut at = start;
        let mut line = line;
        std::iter::from_fn(move || {
            if at >= self.text.len() {
                return None;
            }
            let end = memchr2(b'\n', b'\r', &self.text[at..]).map_or(self.text.len(), |end| at + end);
            let place = Place { start: at, end, line };
            line += u64::from(self.text.get(end) == Some(&b'\n'));
            at = end + 1;
            Some(place)
        })
    }

    /// Rows before the one that begins at `start` on `line`, nearest first, as far as the past is kept.
    pub(super) fn rows_before(&self, start: usize, line: u64) -> impl Iterator<Item = Place> + '_ {
        let floor = start.saturating_sub(KEPT / 2);
        let mut at = start;
        let mut line = line;
        std::iter::from_fn(move || {
            if at <= floor || at == 0 {
                return None;
            }
            let end = at - 1;
            line -= u64::from(self.text[end] == b'\n');
            let begin = memrchr2(b'\n', b'\r', &self.text[..end]).map_or(0, |end| end + 1);
            // A row that is cut by the floor would be seen or not as the chunks happen to fall.
            if begin < floor {
                return None;
            }
            at = begin;
            Some(Place { start: begin, end, line })
        })
    }

    /// Where the text ends and on which line.
    pub(super) fn end(&self) -> (usize, u64) {
        (self.text.len(), self.newlines + 1 + newlines(&self.text[self.fresh..]))
    }
}

/// How many bytes from the start are rows that need no cleaning and no cutting.
fn plain_rows(rows: &[u8]) -> usize {
    // Every row before `safe` is known to be short enough.
    let (mut seen, mut safe) = (0, 0);
    // Small steps, so that one coloured row does not slow its neighbours down.
    for step in rows.chunks(512) {
        if step.iter().fold(false, |dirty, &byte| dirty | may_be_dirty(byte)) {
            let dirty = step.iter().position(|&byte| may_be_dirty(byte)).unwrap_or(0);
            let before = memrchr2(b'\n', b'\r', &rows[..seen + dirty]).map_or(0, |end| end + 1);
            return if before > safe && first_is_short(&rows[safe..before]) { before } else { safe };
        }
        seen += step.len();
        if seen - safe > LONGEST_ROW / 2 {
            if !first_is_short(&rows[safe..seen]) {
                return safe;
            }
            safe += memrchr2(b'\n', b'\r', &rows[safe..seen]).map_or(0, |end| end + 1);
        }
    }
    seen
}

/// A control, or the first byte of a C1 control or of a character that reorders others, among other characters: those
/// rows are looked at one by one.
fn may_be_dirty(byte: u8) -> bool {
    plain::is_control(byte) || matches!(byte, 0xc2 | 0xd8 | 0xe2)
}

/// Whether the first row stays within the bound, as far as can be seen.
fn first_is_short(rows: &[u8]) -> bool {
    memchr2(b'\n', b'\r', rows).unwrap_or(rows.len()) <= LONGEST_ROW
}

/// How many lines end in `text`.
pub(super) fn newlines(text: &[u8]) -> u64 {
    memchr_iter(b'\n', text).count() as u64
}

#[cfg(test)]
mod tests;
