//! The log pane: the lines, where the user is in them, and what is searched for.
//!
//! Owns scrolling, following, wrapping and the marks between lines (a stage begins, a part is missing). What a
//! line is made of is `text`'s business; how rows are drawn is `view`'s.

mod asks;
mod bookmark;
mod filter;
mod finder;
mod fold;
mod marks;
mod parts;
mod place;
mod reference;
mod rows;
mod selection;
mod sift;
mod stop;
mod text;
mod times;

use std::ops::Range;
use std::rc::Rc;

use crate::text::build::Builder;
use crate::text::came::Came;
use crate::text::store::{Shelf, Store};
use crate::text::style::Line;
use crate::text::visible::visible;

pub use asks::Asks;
pub use bookmark::{Bookmark, Bookmarks};
pub use filter::Filter;
pub use finder::{Finder, PIECE, Prompt, Wanted};
pub use fold::FoldBy;
pub use marks::{Mark, MarkKind};
pub use place::Place;
pub use reference::Reference;
pub use rows::{Behind, Row, Shown};
pub use selection::{COPY_AT_MOST, Selection, Taken, WRITE_AT_MOST};
pub use sift::Sift;
pub use stop::Stop;
pub use times::Times;

/// A place in the log: a line and one of its rows, marks before it included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// Line from 0; the number of lines means the end.
    pub line: u64,
    /// Row within it.
    pub row: usize,
}

/// The log and the user's place in it.
#[expect(clippy::struct_excessive_bools, reason = "switches that have nothing to do with each other")]
pub struct LogView {
    builder: Builder,
    store: Store,
    pending: Option<Line>,
    /// What the line that is being written came as.
    came: Came,
    /// When lines arrived.
    arrivals: place::Arrivals,
    /// Ascending by line.
    pub marks: Vec<Mark>,
    /// First visible row.
    pub top: Spot,
    /// Stay at the end as it grows.
    pub follow: bool,
    /// Long lines over several rows.
    pub wrap: bool,
    /// Line numbers.
    pub numbers: bool,
    /// First visible column, where lines are not wrapped.
    pub left: usize,
    /// Lines that a finding shows as its evidence.
    pub lit: Option<Range<u64>>,
    /// The search, where there is one.
    pub finder: Option<Finder>,
    /// The pattern being written, where one is.
    pub prompt: Option<Prompt>,
    /// What stands before a line about when it arrived.
    pub times: Times,
    /// The bytes as they came, controls made visible.
    pub raw: bool,
    /// Filters, folds, collapsed repeats.
    pub sift: Sift,
    /// Lines to copy, while some are selected.
    pub selection: Option<Selection>,
    /// Lines to find again, with notes.
    pub bookmarks: Bookmarks,
    /// Lines that findings are about, ascending.
    pub accused: Vec<u64>,
    /// The line that the user clicked or was led to last.
    pointed: Option<u64>,
    /// What is visible, as of the last [`LogView::fit`].
    pub rows: Vec<Row>,
    /// A line that the next [`LogView::fit`] brings into view: only then is it known how much fits.
    wanted: Option<u64>,
    width: usize,
    height: usize,
}

impl LogView {
    /// An empty log whose chunks go to `shelf`.
    pub fn new(shelf: Option<Box<dyn Shelf>>) -> Self {
        Self::of(shelf.map_or_else(Store::default, Store::new))
    }

    fn of(store: Store) -> Self {
        Self {
            builder: Builder::new(80),
            store,
            pending: None,
            came: Came::default(),
            arrivals: place::Arrivals::default(),
            marks: Vec::new(),
            top: Spot::default(),
            follow: true,
            wrap: true,
            numbers: false,
            left: 0,
            lit: None,
            finder: None,
            prompt: None,
            times: Times::default(),
            raw: false,
            sift: Sift::default(),
            selection: None,
            bookmarks: Bookmarks::new(),
            accused: Vec::new(),
            pointed: None,
            rows: Vec::new(),
            wanted: None,
            width: 80,
            height: 20,
        }
    }

    /// Forgets the lines (a replay goes back); the user's settings stay.
    pub fn clear(&mut self) {
        self.builder = Builder::new(80);
        self.store.clear();
        self.pending = None;
        self.came.end();
        self.arrivals = place::Arrivals::default();
        self.marks.clear();
        self.lit = None;
        self.pointed = None;
        self.selection = None;
        self.finder = self.finder.take().map(Finder::again);
        self.sift_again();
    }

    /// Takes output.
    pub fn output(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let piece;
            (piece, rest) = rest.split_at(memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1));
            self.came.feed(piece);
            for line in self.builder.feed(piece) {
                self.store.keep(&line, self.came.line());
                self.came.end();
            }
        }
        self.pending = self.builder.pending();
    }

    /// The child's terminal changed.
    pub fn resize(&mut self, cols: u16) {
        self.builder.resize(cols);
    }

    /// Ends a half-written line, where there is one: what follows comes from another command.
    pub fn break_line(&mut self) -> bool {
        self.pending = None;
        let line = self.builder.finish();
        if let Some(line) = &line {
            self.store.keep(line, self.came.line());
        }
        self.came.end();
        line.is_some()
    }

    /// Lines, the one being written included.
    pub fn len(&self) -> u64 {
        self.store.len() + u64::from(self.pending.is_some())
    }

    /// Whether there is nothing yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0 && self.marks.is_empty()
    }

    /// Line `number` from 0.
    pub fn line(&mut self, number: u64) -> Option<Line> {
        if number == self.store.len() { self.pending.clone() } else { self.store.line(number) }
    }

    /// Whether a line is being written.
    pub fn has_pending(&self) -> bool {
        self.pending.is_some()
    }

    /// The column at which the command writes on.
    pub fn column(&self) -> usize {
        self.builder.column()
    }

    /// The pane has this size now; computes what is visible.
    pub fn fit(&mut self, width: usize, height: usize) {
        self.width = width.saturating_sub(self.gutter()).max(1);
        self.height = height.max(1);
        self.allow();
        let last = self.last_top();
        if self.follow || self.top > last {
            self.top = last;
        }
        self.rows = self.visible();
        // What is not counted yet is waited for.
        let known =
            self.wanted.is_some_and(|line| self.region(line).contains(&line) || !self.store.has_gap());
        if let Some(line) = self.wanted.take_if(|_| known).filter(|line| !self.shows(*line)) {
            self.top = Spot { line, row: 0 };
            self.up(self.height / 3);
            self.top = self.top.min(last);
            self.rows = self.visible();
        }
    }

    fn shows(&self, line: u64) -> bool {
        self.rows.iter().any(|row| row.line() == Some(line))
    }

    /// Columns before a line's text: a sign, when it arrived, its number.
    pub fn gutter(&self) -> usize {
        let sign = usize::from(!self.bookmarks.is_empty() || self.selection.is_some()) * 2;
        sign + self.times.width() + self.number_width()
    }

    /// Columns that line numbers take.
    pub fn number_width(&self) -> usize {
        if self.numbers { self.counted().max(1).to_string().len().max(4) + 1 } else { 0 }
    }

    /// Rows that the pane has.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Scrolls up; the end is no longer followed.
    pub fn up(&mut self, rows: usize) {
        self.follow = false;
        for _ in 0..rows {
            if self.top.row > 0 {
                self.top.row -= 1;
            } else if let Some(before) = self.before(self.top.line) {
                self.top.line = before;
                self.top.row = self.row_count(before).saturating_sub(1);
            } else {
                break;
            }
        }
    }

    /// Scrolls down; whoever arrives at the end follows it again.
    pub fn down(&mut self, rows: usize) {
        let last = self.last_top();
        let end = self.region(self.top.line).end;
        for _ in 0..rows {
            if self.top >= last {
                break;
            }
            self.top.row += 1;
            if self.top.row >= self.row_count(self.top.line) {
                let next = self.at_or_after(self.top.line + 1);
                if next >= end && end < self.len() {
                    self.top.row = self.top.row.saturating_sub(1);
                    break;
                }
                self.top = Spot { line: next, row: 0 };
            }
        }
        self.follow = self.top >= last;
    }

    /// To the first line.
    pub fn start(&mut self) {
        self.follow = false;
        self.top = Spot::default();
    }

    /// To the end, and stay there.
    pub fn end(&mut self) {
        self.follow = true;
        self.wanted = None;
        self.top = self.last_top();
    }

    /// Leads the user to a line; where it is not visible, it comes to stand a third down the pane. What hides it is
    /// opened.
    pub fn reveal(&mut self, line: u64) {
        let line = line.min(self.len().saturating_sub(1));
        self.pointed = Some(line);
        self.uncover(line);
        self.bring(line);
    }

    /// The same where it is not hidden.
    fn bring(&mut self, line: u64) {
        self.follow = false;
        self.wanted = Some(line);
    }

    /// Makes a line visible, or else the next one that is seen.
    fn reveal_near(&mut self, line: u64) {
        let near = self.at_or_after(line);
        let near = if near >= self.len() { self.before(near).unwrap_or(0) } else { near };
        self.bring(near.min(self.len().saturating_sub(1)));
    }

    /// Shows the mark that stands before `line` at the top.
    pub fn show_mark(&mut self, line: u64) {
        self.follow = false;
        self.top = Spot { line, row: 0 }.min(self.last_top());
    }

    /// The first line that is visible.
    pub fn first_visible(&self) -> u64 {
        self.rows.iter().find_map(Row::line).unwrap_or(self.top.line)
    }

    fn row_count(&mut self, line: u64) -> usize {
        let marks = self.marks_at(line).len();
        let wrap = self.wrap;
        let width = self.width;
        if !self.sees(line) {
            return marks;
        }
        let text = match self.drawn(line) {
            Some(line) if wrap => rows::breaks(&line.text, width).len(),
            Some(_) => 1,
            None => 0,
        };
        marks + text
    }

    fn last_top(&mut self) -> Spot {
        let mut left = self.height;
        let mut line = self.len();
        loop {
            let count = self.row_count(line);
            if count >= left {
                return Spot { line, row: count - left };
            }
            left -= count;
            let Some(before) = self.before(line) else { return Spot { line, row: 0 } };
            line = before;
        }
    }

    fn visible(&mut self) -> Vec<Row> {
        let mut rows = Vec::with_capacity(self.height + 1);
        let mut skip = self.top.row;
        let end = self.region(self.top.line).end;
        let mut number = self.at_or_after(self.top.line);
        loop {
            let mut made: Vec<Row> = self.marks_at(number).map(Row::Mark).collect();
            if self.sees(number)
                && let Some(line) = self.drawn(number)
            {
                let hits =
                    self.finder.as_ref().map_or_else(Vec::new, |finder| finder.search.matches(&line.text));
                let shown = Rc::new(Shown { line, hits, behind: self.behind(number) });
                made.extend(rows::rows(number, &shown, self.wrap.then_some(self.width)));
            }
            let skipped = skip.min(made.len());
            skip -= skipped;
            rows.extend(made.into_iter().skip(skipped));
            if rows.len() >= self.height {
                rows.truncate(self.height);
                break;
            }
            if number >= end {
                break;
            }
            number = self.at_or_after(number + 1);
        }
        rows
    }

    /// What is hidden behind a line that is seen.
    fn behind(&mut self, line: u64) -> Behind {
        if !self.sift.is_on() {
            return Behind::default();
        }
        let (repeats, folded) = (self.repeats(line), self.folded(line));
        let accused = |at: u64| self.accused.partition_point(|accused| *accused < at);
        let findings = if folded > 0 { accused(line + folded + 1) - accused(line + 1) } else { 0 };
        Behind { repeats, folded, findings: findings as u64 }
    }

    /// A line as it is shown: with its colours, or the bytes that it came as.
    pub fn drawn(&mut self, number: u64) -> Option<Line> {
        if !self.raw {
            return self.line(number);
        }
        let is_pending = self.has_pending() && number == self.store.len();
        let came = if is_pending { Some(self.came.line().to_vec()) } else { self.store.raw(number) };
        came.map(|bytes| Line::plain(visible(&bytes)))
    }
}

#[cfg(test)]
mod tests;
