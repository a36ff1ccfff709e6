//! Marks: what stands between two lines and is no output.

use std::ops::Range;
use std::time::Duration;

use super::LogView;
use crate::event::{Outcome, RunKind, RunStarted};
use crate::locale::Text;

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
        why: Option<Text>,
        /// How long it took.
        took: Duration,
    },
    /// A label of a foreign recording.
    Label(String),
    /// A part of the session file could not be read.
    Gap(Text),
    /// What runs was silent for so long.
    Quiet(Duration),
}

impl LogView {
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

    pub(super) fn marks_at(&self, line: u64) -> Range<usize> {
        let start = self.marks.partition_point(|mark| mark.line < line);
        let end = self.marks.partition_point(|mark| mark.line <= line);
        start..end
    }
}
