//! What the engine found so far, apart from the rows, so that rows can be borrowed while it changes.
//!
//! Owns which candidates look at which rows, and when two matches are the same failure.

use std::collections::{BTreeMap, HashMap, VecDeque};

use super::candidate::{Candidate, FATE_WITHIN, Fate};
use super::context::{Context, StageEnd};
use super::lines::Lines;
use super::matcher::Target;
use super::memo::Memo;
use super::outcome::{self, Mark};
use super::pattern::Row;
use super::room::Room;
use super::test_block;

/// What the engine found so far.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) candidates: Vec<Candidate>,
    /// Candidates to which the rows that follow are shown.
    pub(super) watching: Vec<usize>,
    /// Candidates with a condition on the rest of the stage, by their rules.
    pub(super) resting: BTreeMap<usize, Vec<usize>>,
    /// How many such candidates of each rule there ever were: a row that all of them heard says nothing new until there
    /// is another.
    pub(super) rested: HashMap<u32, u32>,
    /// Candidates inside Go tests that have not ended.
    pub(super) testing: Vec<usize>,
    /// Where the next row begins that watching candidates have not seen, and its line.
    pub(super) seen: (usize, u64),
    /// Candidates by rule and run, then by subject.
    pub(super) known: HashMap<(usize, usize), HashMap<String, usize>>,
    /// The candidates of each rule in this run, oldest first.
    pub(super) of_rule: HashMap<usize, Vec<usize>>,
    pub(super) room: Room,
    /// The last rows of each pattern that were passed over, as absolute places and lines.
    pub(super) latest: Vec<VecDeque<(u64, u64)>>,
    pub(super) memo: Memo,
    pub(super) runs: Vec<Run>,
    pub(super) finished: bool,
}

/// One stage of the log, or all of it where stages are not told.
#[derive(Debug, Clone, Default)]
pub(super) struct Run {
    pub(super) stage: Option<String>,
    /// Where its rows begin, as an absolute place.
    pub(super) start: u64,
    /// Its last line, once it ended.
    pub(super) end_line: u64,
    pub(super) end: Option<StageEnd>,
    /// The last rows of it, oldest first, once it ended.
    pub(super) tail: Vec<(u64, String)>,
}

impl State {
    pub(super) fn new(run: Run) -> Self {
        Self { runs: vec![run], ..Self::default() }
    }

    /// The same, without what rows are known by.
    pub(super) fn fork(&self) -> Self {
        Self {
            candidates: self.candidates.clone(),
            watching: self.watching.clone(),
            resting: self.resting.clone(),
            rested: self.rested.clone(),
            testing: self.testing.clone(),
            seen: self.seen,
            known: self.known.clone(),
            of_rule: self.of_rule.clone(),
            room: self.room.clone(),
            latest: self.latest.clone(),
            memo: Memo::default(),
            runs: self.runs.clone(),
            finished: self.finished,
        }
    }

    /// Fresh rows begin at `start`, on `line`.
    pub(super) fn begin(&mut self, start: usize, line: u64) {
        self.seen = (start, line);
    }

    /// No row of this run will come any more.
    pub(super) fn end(&mut self) {
        let resting = std::mem::take(&mut self.resting).into_values().flatten();
        for index in self.watching.drain(..).chain(resting) {
            self.candidates[index].end();
        }
        self.testing.clear();
    }

    /// The current run has these last rows and ended so, unless it ended before.
    pub(super) fn close(&mut self, tail: Vec<(u64, String)>, line: u64, end: Option<StageEnd>) {
        let index = self.runs.len() - 1;
        let run = &mut self.runs[index];
        if !run.tail.is_empty() {
            return;
        }
        self.of_rule.clear();
        self.room.clear();
        self.memo.renumber();
        run.tail = tail;
        run.end_line = line;
        run.end = run.end.take().or(end);
        let first = run.tail.first().map_or(u64::MAX, |&(line, _)| line);
        let repeated =
            |candidate: &&mut Candidate| candidate.run == index && candidate.last > candidate.evidence.line;
        for candidate in
            self.candidates.iter_mut().filter(repeated).filter(|candidate| candidate.last >= first)
        {
            let after = run.tail.iter().filter(|(line, _)| *line > candidate.last).take(FATE_WITHIN);
            let mut marks = after.map(|(_, text)| outcome::mark(&Row::new(text.as_bytes())));
            if let Some(fate) = marks.find_map(Fate::of) {
                candidate.fate = fate;
            }
        }
    }

    /// Whether a row of this kind would change anything now.
    pub(super) fn welcomes(&self, context: &Context, target: Target) -> bool {
        match target {
            Target::Pattern(_) => true,
            Target::Rest(rule) => self.resting.contains_key(&(rule as usize)),
            Target::Passed => !self.testing.is_empty(),
            Target::Context => {
                context.arch.is_none() || context.distro.is_none() || context.distro_like.is_none()
            }
        }
    }

    /// Shows the rows up to `end` to the candidates that watch.
    pub(super) fn show_until(&mut self, lines: &Lines, end: usize) {
        if self.watching.is_empty() {
            return;
        }
        let (start, line) = self.seen;
        for place in lines.rows_from(start, line).take_while(|place| place.start < end) {
            if place.start < place.end {
                self.show(&Row::new(lines.bytes(place)), place.line);
            }
            if self.watching.is_empty() {
                break;
            }
        }
    }

    pub(super) fn show(&mut self, row: &Row<'_>, line: u64) {
        if self.watching.is_empty() {
            return;
        }
        let (candidates, room) = (&mut self.candidates, &mut self.room);
        let wanted = self.watching.iter().any(|&index| candidates[index].fate_due > 0);
        let mark = if wanted { outcome::mark(row) } else { Mark::Neutral };
        self.watching.retain(|&index| {
            let candidate = &mut candidates[index];
            candidate.foresee(mark, line);
            if candidate.context_due > 0 && !row.text.is_empty() && line > candidate.evidence.line {
                candidate.evidence.context.push(row.text.to_string());
                candidate.context_due -= 1;
            }
            candidate.look(row, line, false);
            if candidate.refuted {
                room.refuted(candidate.rule);
            }
            candidate.is_watching()
        });
    }

    /// A Go test passed: what its output seemed to say was no failure.
    pub(super) fn passed(&mut self, row: &Row<'_>) {
        let candidates = &mut self.candidates;
        let Some(name) = test_block::passed(row.rest()) else { return };
        self.testing.retain(|&index| {
            let candidate = &mut candidates[index];
            candidate.refuted |= candidate.test.as_deref() == Some(name);
            if candidate.refuted {
                self.room.free(candidate.rule);
            }
            !candidate.refuted
        });
    }

    /// Shows a row to the candidates of `rule` that have a condition on the rest of the stage.
    pub(super) fn show_rest(&mut self, rule: usize, row: &Row<'_>, line: u64) {
        let Some(mut resting) = self.resting.remove(&rule) else { return };
        resting.retain(|&index| {
            let candidate = &mut self.candidates[index];
            candidate.look(row, line, true);
            if candidate.refuted {
                self.room.free(rule);
            }
            !candidate.refuted
        });
        if !resting.is_empty() {
            self.resting.insert(rule, resting);
        }
    }
}
