//! What the engine found so far, apart from the rows, so that rows can be borrowed while it changes.
//!
//! Owns which candidates look at which rows, and when two matches are the same failure.

use std::collections::HashMap;

use super::candidate::{Candidate, FATE_WITHIN, Fate};
use super::compile::RuleBase;
use super::context::{Context, StageEnd};
use super::lines::{Lines, Place};
use super::matcher::Target;
use super::outcome::{self, Mark};
use super::pattern::{Pattern, Row};
use super::test_block::{self, Block};

/// The most candidates that one rule may have; a log of nothing but errors stays bounded.
const PER_RULE: usize = 64;

/// What the engine found so far.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) candidates: Vec<Candidate>,
    /// Candidates to which the rows that follow are shown.
    watching: Vec<usize>,
    /// Candidates with a condition on the rest of the stage, with their rules.
    resting: Vec<(usize, usize)>,
    /// Candidates inside Go tests that have not ended.
    testing: Vec<usize>,
    /// Where the next row begins that watching candidates have not seen, and its line.
    seen: (usize, u64),
    /// Candidates by rule, run and subject.
    known: HashMap<(usize, usize, String), usize>,
    per_rule: HashMap<usize, usize>,
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

/// A pattern that matched a row.
struct Match<'a> {
    rule: usize,
    pattern: &'a Pattern,
    found: regex::Captures<'a>,
    row: &'a Row<'a>,
    place: Place,
}

impl State {
    pub(super) fn new(run: Run) -> Self {
        Self { runs: vec![run], ..Self::default() }
    }

    /// Fresh rows begin at `start`, on `line`.
    pub(super) fn begin(&mut self, start: usize, line: u64) {
        self.seen = (start, line);
    }

    /// No row of this run will come any more.
    pub(super) fn end(&mut self) {
        for index in self.watching.drain(..).chain(self.resting.drain(..).map(|(_, index)| index)) {
            self.candidates[index].end();
        }
        self.testing.clear();
    }

    /// Whether a row of this kind would change anything now.
    pub(super) fn welcomes(&self, context: &Context, target: Target) -> bool {
        match target {
            Target::Pattern(_) => true,
            Target::Rest(rule) => self.resting.iter().any(|&(of, _)| of == rule as usize),
            Target::Passed => !self.testing.is_empty(),
            Target::Context => {
                context.arch.is_none() || context.distro.is_none() || context.distro_like.is_none()
            }
        }
    }

    /// Deals with one row that something may match.
    pub(super) fn row(
        &mut self,
        base: &RuleBase,
        context: &mut Context,
        lines: &Lines,
        place: Place,
        targets: &[Target],
    ) {
        self.show_until(lines, place.start);
        let row = Row::new(lines.bytes(place));
        self.show(&row, place.line);
        self.seen = (place.end + 1, place.line + u64::from(lines.text().0.get(place.end) == Some(&b'\n')));
        for target in targets {
            match *target {
                Target::Context => context.learn(&row),
                Target::Passed => self.passed(&row),
                Target::Rest(rule) => self.show_rest(rule as usize, &row, place.line),
                Target::Pattern(index) => {
                    let owned = base.pattern(index);
                    if let Some(found) = owned.pattern.captures(&row) {
                        let at = Match { rule: owned.rule, pattern: &owned.pattern, found, row: &row, place };
                        self.matched(base, lines, &at);
                    }
                }
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

    fn show(&mut self, row: &Row<'_>, line: u64) {
        if self.watching.is_empty() {
            return;
        }
        let candidates = &mut self.candidates;
        let mark = outcome::mark(row);
        self.watching.retain(|&index| {
            let candidate = &mut candidates[index];
            candidate.foresee(mark, line);
            if candidate.context_due > 0 && !row.text.is_empty() && line > candidate.evidence.line {
                candidate.evidence.context.push(row.text.to_string());
                candidate.context_due -= 1;
            }
            candidate.look(row, line, false);
            candidate.is_watching()
        });
    }

    /// A Go test passed: what its output seemed to say was no failure.
    fn passed(&mut self, row: &Row<'_>) {
        let candidates = &mut self.candidates;
        let Some(name) = test_block::passed(row.rest()) else { return };
        self.testing.retain(|&index| {
            let candidate = &mut candidates[index];
            candidate.refuted |= candidate.test.as_deref() == Some(name);
            !candidate.refuted
        });
    }

    /// Shows a row to the candidates of `rule` that have a condition on the rest of the stage.
    fn show_rest(&mut self, rule: usize, row: &Row<'_>, line: u64) {
        let candidates = &mut self.candidates;
        self.resting.retain(|&(of, index)| {
            if of == rule {
                candidates[index].look(row, line, true);
            }
            !candidates[index].refuted
        });
    }

    fn matched(&mut self, base: &RuleBase, lines: &Lines, at: &Match<'_>) {
        let Some(body) = base.body(at.rule) else { return };
        let run = self.runs.len() - 1;
        let mut candidate = Candidate::new(at.rule, run, lines.absolute(at.place.start), at.place.line);
        if let Some(regex) = at.pattern.regex() {
            candidate.take(regex, &at.found);
        }
        candidate.weight = at.found.get(0).map_or(0, |whole| whole.len() as u32);
        candidate.evidence.text = at.row.text.to_string();
        let floor = self.runs[run].start;
        if !candidate.neighbours(body, lines, floor, at.place, at.row, false) {
            return;
        }
        let subject = candidate.complete(body).remove("subject").unwrap_or_default();
        let key = (at.rule, run, subject);
        if let Some(&same) = self.known.get(&key)
            && self.candidates[same].is_settled()
            && !self.candidates[same].refuted
        {
            let index = same;
            let same = &mut self.candidates[same];
            same.count += 1;
            same.last = at.place.line;
            if same.fate != Fate::Deadly && same.fate_due == 0 {
                same.fate_due = FATE_WITHIN;
                self.watching.push(index);
            }
            return;
        }
        let many = self.per_rule.entry(at.rule).or_insert(0);
        if *many >= PER_RULE {
            return;
        }
        *many += 1;
        candidate.surround(lines, floor, at.place, self.runs[run].stage.clone());
        if outcome::mark(at.row) == Mark::Final {
            candidate.fate = Fate::Deadly;
            candidate.fate_due = 0;
        }
        match test_block::around(lines, floor, at.place) {
            Block::None => {}
            Block::Passed => return,
            Block::Running(name) => {
                candidate.test = Some(name);
                self.testing.push(self.candidates.len());
            }
        }
        candidate.ask(body);
        let index = self.candidates.len();
        self.known.insert(key, index);
        self.watching.push(index);
        if candidate.waits.iter().any(|wait| wait.until == u64::MAX) {
            self.resting.push((at.rule, index));
        }
        self.candidates.push(candidate);
    }
}
