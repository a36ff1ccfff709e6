//! The log as it was: a replay goes back without building every line again.

use std::time::Duration;

use super::LogView;
use super::place::Arrivals;
use crate::text::build::Builder;

/// How much of the log there was, between two lines.
pub struct Stop {
    lines: u64,
    cols: u16,
    marks: usize,
    arrivals: usize,
    last: Duration,
}

impl LogView {
    /// The log as it is, where it stands between two lines.
    pub fn stop(&self) -> Option<Stop> {
        let cols = self.builder.at_rest()?;
        let (arrivals, last) = self.arrivals.reach();
        Some(Stop { lines: self.store.len(), cols, marks: self.marks.len(), arrivals, last })
    }

    /// The log as it was; the user's settings stay.
    pub fn return_to(&mut self, stop: &Stop) {
        self.builder = Builder::new(stop.cols);
        self.pending = None;
        self.came.end();
        self.store.truncate(stop.lines);
        self.marks.truncate(stop.marks);
        self.arrivals.return_to(stop.arrivals, stop.last);
        self.lit = None;
        self.pointed = None;
        self.selection = None;
        self.finder = self.finder.take().map(super::Finder::again);
        self.sift_again();
    }

    /// When a line came, where that is known.
    pub fn time_of(&self, line: u64) -> Option<Duration> {
        Arrivals::time_of(&self.arrivals, line)
    }
}
