//! The log pane: the lines, where the user is in them, and what is searched for.
//!
//! Owns scrolling, following, wrapping and the marks between lines (a stage begins, a part is missing). What a
//! line is made of is `text`'s business; how rows are drawn is `view`'s.

mod finder;
mod place;
mod rows;
mod stop;
mod text;

use std::ops::Range;
use std::rc::Rc;
use std::time::Duration;

use crate::event::{Outcome, RunKind, RunStarted};
use crate::text::build::Builder;
use crate::text::store::{Shelf, Store};
use crate::text::style::Line;

pub use finder::{Finder, Prompt, Wanted};
pub use place::Place;
pub use rows::{Row, Shown};
pub use stop::Stop;

/// Something between two lines that is no output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// It stands before this line (from 0).
    pub line: u64,
    /// When.
    pub at: Duration,
    /// What.
    pub kind: MarkKind,
}

/// What a [`Mark`] says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MarkKind {
    /// A run begins.
    Began {
        /// What kind.
        kind: RunKind,
        /// The stage's title, or the fix's name.
        title: String,
        /// Which try.
        attempt: u32,
        /// The first line of what runs.
        command: String,
    },
    /// A run ended.
    Ended {
        /// What kind.
        kind: RunKind,
        /// How.
        outcome: Outcome,
        /// Exit status, where there was one.
        exit: Option<i32>,
        /// Signal, where there was one.
        signal: Option<String>,
        /// In words.
        why: Option<String>,
        /// How long it took.
        took: Duration,
    },
    /// A label of a foreign recording.
    Label(String),
    /// A part of the session file could not be read.
    Gap(String),
    /// What runs was silent for so long.
    Quiet(Duration),
}

/// A place in the log: a line and one of its rows, marks before it included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// Line from 0; the number of lines means the end.
    pub line: u64,
    /// Row within it.
    pub row: usize,
}

/// What the line that is being written seems to wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// A password; typing does not show.
    Secret,
    /// An answer.
    Answer,
}

/// The log and the user's place in it.
pub struct LogView {
    builder: Builder,
    store: Store,
    pending: Option<Line>,
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
        self.arrivals = place::Arrivals::default();
        self.marks.clear();
        self.lit = None;
        self.finder = self.finder.take().map(Finder::again);
    }

    /// Takes output.
    pub fn output(&mut self, bytes: &[u8]) {
        for line in self.builder.feed(bytes) {
            self.store.push(&line);
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
            self.store.push(line);
        }
        line.is_some()
    }

    /// Puts a mark after everything so far.
    pub fn mark(&mut self, at: Duration, kind: MarkKind) {
        self.break_line();
        self.marks.push(Mark { line: self.store.len(), at, kind });
    }

    /// A run begins.
    pub fn began(&mut self, run: &RunStarted, title: &str, at: Duration) {
        let title = title.to_owned();
        let command =
            run.command.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim().to_owned();
        self.mark(at, MarkKind::Began { kind: run.kind, title, attempt: run.attempt, command });
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

    /// Whether the line being written looks like a question to the user.
    pub fn asks(&self) -> Option<Asks> {
        let text = self.pending.as_ref()?.text.trim_end();
        if text.chars().count() > 200 || !text.ends_with([':', '：', '?', '？', ']', ')', '>']) {
            return None;
        }
        let lower = text.to_lowercase();
        if text.ends_with([':', '：'])
            && ["password", "passphrase", "密码", "口令"].iter().any(|w| lower.contains(w))
        {
            return Some(Asks::Secret);
        }
        let asks = ["[y/n]", "(y/n)", "(yes/no", "[y/n/", "y/n?", "continue?"]
            .iter()
            .any(|word| lower.contains(word));
        asks.then_some(Asks::Answer)
    }

    /// The title of the run that is looked at: the last one while the end is followed, else that of the first
    /// visible row.
    pub fn heading(&self) -> Option<&str> {
        let upto = if self.follow {
            self.marks.len()
        } else {
            self.marks.partition_point(|mark| mark.line <= self.top.line)
        };
        let began = |mark: &&Mark| matches!(mark.kind, MarkKind::Began { .. });
        let mark = self.marks[..upto].iter().rfind(began).or_else(|| self.marks.iter().find(began))?;
        match &mark.kind {
            MarkKind::Began { title, .. } => Some(title),
            _ => None,
        }
    }

    /// The pane has this size now; computes what is visible.
    pub fn fit(&mut self, width: usize, height: usize) {
        self.width = width.saturating_sub(self.gutter()).max(1);
        self.height = height.max(1);
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
        self.rows.iter().any(|row| matches!(row, Row::Text { line: shown, .. } if *shown == line))
    }

    /// Columns that line numbers take.
    pub fn gutter(&self) -> usize {
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
            } else if self.top.line > self.region(self.top.line).start {
                self.top.line -= 1;
                self.top.row = self.row_count(self.top.line).saturating_sub(1);
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
                if self.top.line + 1 >= end && end < self.len() {
                    self.top.row -= 1;
                    break;
                }
                self.top = Spot { line: self.top.line + 1, row: 0 };
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

    /// Makes a line visible; where it is not, it comes to stand a third down the pane.
    pub fn reveal(&mut self, line: u64) {
        self.follow = false;
        self.wanted = Some(line.min(self.len().saturating_sub(1)));
    }

    /// Shows the mark that stands before `line` at the top.
    pub fn show_mark(&mut self, line: u64) {
        self.follow = false;
        self.top = Spot { line, row: 0 }.min(self.last_top());
    }

    /// The first line that is visible.
    pub fn first_visible(&self) -> u64 {
        self.rows
            .iter()
            .find_map(|row| match row {
                Row::Text { line, .. } => Some(*line),
                Row::Mark(_) => None,
            })
            .unwrap_or(self.top.line)
    }

    fn marks_at(&self, line: u64) -> Range<usize> {
        let start = self.marks.partition_point(|mark| mark.line < line);
        let end = self.marks.partition_point(|mark| mark.line <= line);
        start..end
    }

    fn row_count(&mut self, line: u64) -> usize {
        let marks = self.marks_at(line).len();
        let wrap = self.wrap;
        let width = self.width;
        let text = match self.line(line) {
            Some(line) if wrap => rows::breaks(&line.text, width).len(),
            Some(_) => 1,
            None => 0,
        };
        marks + text
    }

    fn last_top(&mut self) -> Spot {
        let mut left = self.height;
        let len = self.len();
        for line in (self.region(len).start..=len).rev() {
            let count = self.row_count(line);
            if count >= left {
                return Spot { line, row: count - left };
            }
            left -= count;
        }
        Spot { line: self.region(len).start, row: 0 }
    }

    fn visible(&mut self) -> Vec<Row> {
        let mut rows = Vec::with_capacity(self.height + 1);
        let mut skip = self.top.row;
        for number in self.top.line..=self.region(self.top.line).end {
            let mut made: Vec<Row> = self.marks_at(number).map(Row::Mark).collect();
            if let Some(line) = self.line(number) {
                let hits =
                    self.finder.as_ref().map_or_else(Vec::new, |finder| finder.search.matches(&line.text));
                let shown = Rc::new(Shown { line, hits });
                made.extend(rows::rows(number, &shown, self.wrap.then_some(self.width)));
            }
            let skipped = skip.min(made.len());
            skip -= skipped;
            rows.extend(made.into_iter().skip(skipped));
            if rows.len() >= self.height {
                rows.truncate(self.height);
                break;
            }
        }
        rows
    }
}

#[cfg(test)]
mod tests;
