//! A log that is a text and is read in place: its lines become known while they are counted, the last ones before
//! those in front of them.

use std::ops::Range;

use super::LogView;
use crate::text::index::Block;
use crate::text::store::{Shelf, Store, UNCOUNTED};

impl LogView {
    /// The lines of the text on `shelf`, as far as its blocks become known.
    pub fn of_text(shelf: Box<dyn Shelf>) -> Self {
        Self::of(Store::of_text(shelf))
    }

    /// Whether this is a text, which has no times and no stages.
    pub fn is_text(&self) -> bool {
        self.store.is_text()
    }

    /// The next blocks of the text.
    pub fn found(&mut self, blocks: &[Block]) {
        for block in blocks {
            self.store.found(*block);
        }
    }

    /// The text's last lines, while those before them are not counted.
    pub fn ends_with(&mut self, bytes: Vec<u8>) {
        self.store.ends_with(bytes);
    }

    /// Every block is known: the last lines get their numbers.
    pub fn all_found(&mut self) {
        let Some(by) = self.store.all_found() else { return };
        let shift = |line: &mut u64| {
            if *line >= UNCOUNTED {
                *line -= by;
            }
        };
        shift(&mut self.top.line);
        self.wanted.as_mut().map(shift);
        self.pointed.as_mut().map(shift);
        if let Some(selection) = &mut self.selection {
            shift(&mut selection.anchor);
            shift(&mut selection.head);
        }
        if let Some(lit) = &mut self.lit {
            shift(&mut lit.start);
            shift(&mut lit.end);
        }
        let bookmarks = std::mem::take(&mut self.bookmarks).into_iter();
        let numbered = |(mut line, bookmark)| {
            shift(&mut line);
            (line, bookmark)
        };
        self.bookmarks = bookmarks.map(numbered).collect();
        self.sift_shift(shift);
        if let Some(prompt) = &mut self.prompt {
            shift(prompt.place());
        }
        if let Some(finder) = &mut self.finder {
            finder.shift(&self.store, shift);
        }
    }

    /// Lines that have their numbers.
    pub fn counted(&self) -> u64 {
        self.store.counted() + u64::from(self.pending.is_some())
    }

    /// Lines after the last one that is seen.
    pub fn below(&self) -> u64 {
        let last = self.rows.iter().rev().find_map(|row| match row {
            super::Row::Text { line, .. } => Some(*line),
            super::Row::Mark(_) => None,
        });
        self.counted().saturating_sub(last.map_or(0, |line| line + 1))
    }

    /// Whether more lines are being counted.
    pub fn is_counting(&self) -> bool {
        self.store.is_counting()
    }

    /// The number of a line, from 1, where it is known.
    pub fn number(&self, line: u64) -> Option<u64> {
        (line < UNCOUNTED).then_some(line + 1)
    }

    /// The lines that can be reached from `line` one by one.
    pub(super) fn region(&self, line: u64) -> Range<u64> {
        match (self.store.has_gap(), line < UNCOUNTED) {
            (false, _) => 0..self.len(),
            (true, true) => 0..self.store.counted(),
            (true, false) => UNCOUNTED..self.len(),
        }
    }
}
