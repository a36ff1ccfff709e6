//! Lines into the rows that a pane of some width shows.

use std::ops::Range;
use std::rc::Rc;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::text::style::Line;

/// A line that is visible, and where the search matches in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The line.
    pub line: Line,
    /// Byte ranges of matches.
    pub hits: Vec<Range<usize>>,
    /// What it stands for besides itself.
    pub behind: Behind,
}

/// Lines that are hidden behind one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Behind {
    /// Lines that say the same.
    pub repeats: u64,
    /// Lines of a fold that it is the head of.
    pub folded: u64,
    /// Findings among them.
    pub findings: u64,
}

/// One row of the pane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// A mark, by its index.
    Mark(usize),
    /// A part of a line.
    Text {
        /// Line from 0.
        line: u64,
        /// Whether this is the line's first row.
        first: bool,
        /// The whole line.
        shown: Rc<Shown>,
        /// The bytes of it that this row shows.
        part: Range<usize>,
    },
}

impl Row {
    /// The line that it shows.
    pub fn line(&self) -> Option<u64> {
        match self {
            Self::Text { line, .. } => Some(*line),
            Self::Mark(_) => None,
        }
    }
}

/// Where the rows of a text begin at `width` columns; at least one row.
pub(super) fn breaks(text: &str, width: usize) -> Vec<usize> {
    if text.is_ascii() {
        return (0..text.len().max(1)).step_by(width.max(1)).collect();
    }
    let mut starts = vec![0];
    let mut used = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        let wide = grapheme.width();
        if used + wide > width && used > 0 {
            starts.push(at);
            used = 0;
        }
        used += wide;
    }
    starts
}

/// The rows of line `number`, wrapped at `width` where one is given.
pub(super) fn rows(number: u64, shown: &Rc<Shown>, width: Option<usize>) -> Vec<Row> {
    let len = shown.line.text.len();
    let starts = width.map_or_else(|| vec![0], |width| breaks(&shown.line.text, width));
    let ends = starts.iter().skip(1).copied().chain(std::iter::once(len));
    starts
        .iter()
        .zip(ends)
        .map(|(start, end)| Row::Text {
            line: number,
            first: *start == 0,
            shown: Rc::clone(shown),
            part: *start..end,
        })
        .collect()
}
