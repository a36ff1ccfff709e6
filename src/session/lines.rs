//! Blocks of bytes into lines, with a bound on the longest.
//!
//! Shared by everything here that reads; where the bytes come from is the caller's business. What follows the
//! last newline is kept until it is completed.

use std::io::{self, Read};

/// How much is read at a time.
const BLOCK: usize = 256 * 1024;

/// A line without its newline.
#[derive(Debug, PartialEq)]
pub(super) enum Line<'a> {
    Whole(&'a [u8]),
    /// It passed the bound; its bytes were dropped.
    TooLong,
}

#[derive(Debug)]
pub(super) struct Lines {
    /// Room for what is read; only up to `end` it holds something.
    buf: Vec<u8>,
    end: usize,
    /// Where the next line starts.
    start: usize,
    /// Up to where no newline is.
    scanned: usize,
    longest: usize,
    skipping: bool,
    number: u64,
}

impl Lines {
    pub(super) fn new(longest: usize) -> Self {
        Self { buf: Vec::new(), end: 0, start: 0, scanned: 0, longest, skipping: false, number: 0 }
    }

    /// 1-based number of the line that [`Self::next`] gave last.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Reads once; 0 means that there is nothing now.
    pub(super) fn fill(&mut self, source: &mut dyn Read) -> io::Result<usize> {
        self.make_room();
        loop {
            match source.read(&mut self.buf[self.end..]) {
                Ok(n) => {
                    self.end += n;
                    return Ok(n);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn make_room(&mut self) {
        self.buf.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.scanned -= self.start;
        self.start = 0;
        if self.end > self.longest {
            self.skipping = true;
            self.end = 0;
            self.scanned = 0;
        }
        if self.end < BLOCK && self.buf.len() > 8 * BLOCK {
            self.buf.truncate(2 * BLOCK);
            self.buf.shrink_to_fit();
        }
        if self.buf.len() - self.end < BLOCK {
            self.buf.resize((self.end + BLOCK).max(self.buf.len() * 2), 0);
        }
    }

    /// The next complete line of what was read.
    pub(super) fn next(&mut self) -> Option<Line<'_>> {
        let Some(at) = memchr::memchr(b'\n', &self.buf[self.scanned..self.end]) else {
            self.scanned = self.end;
            return None;
        };
        let (start, end) = (self.start, self.scanned + at);
        self.start = end + 1;
        self.scanned = self.start;
        self.number += 1;
        if std::mem::take(&mut self.skipping) || end - start > self.longest {
            return Some(Line::TooLong);
        }
        Some(Line::Whole(&self.buf[start..end]))
    }

    /// What follows the last newline, taken out when no more will come.
    pub(super) fn rest(&mut self) -> Option<Line<'_>> {
        let start = std::mem::replace(&mut self.start, self.end);
        self.scanned = self.end;
        self.number += u64::from(self.skipping || start < self.end);
        if std::mem::take(&mut self.skipping) || self.end - start > self.longest {
            return Some(Line::TooLong);
        }
        (start < self.end).then(|| Line::Whole(&self.buf[start..self.end]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_past_the_bound_costs_only_itself() {
        let text = format!("a\n{}\nb\n{}", "x".repeat(3 * BLOCK), "tail");
        let mut lines = Lines::new(1000);
        let mut source = text.as_bytes();
        let mut seen = Vec::new();
        loop {
            while let Some(line) = lines.next() {
                seen.push(match line {
                    Line::Whole(bytes) => String::from_utf8_lossy(bytes).into_owned(),
                    Line::TooLong => "too long".to_owned(),
                });
            }
            if lines.fill(&mut source).expect("memory can be read") == 0 {
                break;
            }
        }
        assert_eq!(seen, ["a", "too long", "b"]);
        assert_eq!(lines.rest(), Some(Line::Whole(b"tail")));
        assert_eq!(lines.rest(), None);
        assert_eq!(lines.number(), 4);
    }
}
