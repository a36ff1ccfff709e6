//! Folds of the log: parts of it that only their first line stands for.
//!
//! A part is a stage, a command that a shell traced, or a stretch of one step of an image build. Parts that the user
//! folded one by one are kept as ranges; where all of a kind are folded, those that the user opened are.

use std::ops::Range;

use crate::text::mask::{Bits, Mask, Rule};
use crate::text::store::Store;

/// What a fold holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoldBy {
    /// A stage, a fix or a check: from where it begins to where the next one does.
    Stage,
    /// A command that a shell traced.
    Command,
    /// A stretch of an image build's step.
    Step,
}

impl FoldBy {
    /// All of them, coarsest first.
    pub const ALL: [Self; 3] = [Self::Stage, Self::Step, Self::Command];
}

/// The folds.
pub struct Folds {
    /// All of this kind are folded…
    pub all: Option<FoldBy>,
    /// … but for the lines that were opened.
    opened: Vec<Range<u64>>,
    /// Folded one by one: the first line stays, the others go.
    closed: Vec<Range<u64>>,
    commands: Mask,
    steps: Mask,
}

impl Default for Folds {
    fn default() -> Self {
        Self {
            all: None,
            opened: Vec::new(),
            closed: Vec::new(),
            commands: Mask::new(Rule::Command),
            steps: Mask::new(Rule::Step),
        }
    }
}

impl Folds {
    /// Whether anything is folded.
    pub fn is_on(&self) -> bool {
        self.all.is_some() || !self.closed.is_empty()
    }

    pub(super) fn again(&mut self) {
        self.opened.clear();
        self.closed.clear();
        self.commands.again();
        self.steps.again();
    }

    /// The lines of all folds that were closed or opened by hand.
    pub(super) fn ranges(&mut self) -> impl Iterator<Item = &mut Range<u64>> {
        self.opened.iter_mut().chain(&mut self.closed)
    }

    /// Opens everything.
    pub(super) fn open_all(&mut self) {
        self.all = None;
        self.opened.clear();
        self.closed.clear();
    }

    /// Folds everything of a kind.
    pub(super) fn close_all(&mut self, by: FoldBy) {
        self.open_all();
        self.all = Some(by);
    }

    /// Folds these lines.
    pub(super) fn close(&mut self, lines: Range<u64>) {
        self.opened.retain(|open| open.end <= lines.start || open.start >= lines.end);
        self.closed.push(lines);
    }

    /// Opens what hides a line; `lines` is its part where all parts are folded.
    pub(super) fn open(&mut self, line: u64, lines: Option<Range<u64>>) {
        self.closed.retain(|closed| !closed.contains(&line));
        self.opened.extend(lines);
    }

    /// The lines that were folded one by one and have this first line.
    pub(super) fn closed_at(&self, line: u64) -> Option<Range<u64>> {
        self.closed.iter().filter(|closed| closed.start == line).max_by_key(|closed| closed.end).cloned()
    }

    /// Whether a part that is folded with all others was opened at this line.
    pub(super) fn is_open(&self, line: u64) -> bool {
        self.opened.iter().any(|open| open.contains(&line))
    }

    /// The heads of a kind; those of stages are marks, not lines.
    pub(super) fn heads(&mut self, by: FoldBy) -> Option<&mut Mask> {
        match by {
            FoldBy::Stage => None,
            FoldBy::Command => Some(&mut self.commands),
            FoldBy::Step => Some(&mut self.steps),
        }
    }

    pub(super) fn look(&mut self, store: &Store, chunk: usize) -> usize {
        let heads = self.all.and_then(|by| self.heads(by));
        heads.map_or(0, |mask| mask.look(store, chunk))
    }

    /// Which lines of a chunk no fold hides; `marked` are lines that a mark stands before.
    pub(super) fn bits(&self, store: &Store, chunk: usize, marked: &[u64]) -> Bits {
        let (len, first) = (store.lines_in(chunk), store.first_of(chunk));
        let within = |lines: &Range<u64>| {
            lines.start.saturating_sub(first) as usize..lines.end.saturating_sub(first) as usize
        };
        let mut bits = Bits::all(len, self.all.is_none());
        let heads = match self.all {
            Some(FoldBy::Command) => self.commands.known(store, chunk),
            Some(FoldBy::Step) => self.steps.known(store, chunk),
            _ => None,
        };
        if let Some(heads) = heads {
            bits.or(heads);
        }
        if self.all.is_some() {
            // What stands before the first head of its run has a head of its own.
            let starts = marked.iter().copied().chain([0]).filter_map(|line| line.checked_sub(first));
            starts.for_each(|at| bits.set(at as usize..at as usize + 1, true));
            self.opened.iter().for_each(|open| bits.set(within(open), true));
        }
        for closed in &self.closed {
            bits.set(within(&(closed.start + 1..closed.end)), false);
        }
        bits
    }
}
