//! Rows into candidates: what matches, what is only one more of something known, what there is no room for.
//!
//! Most of this is about storms: logs in which every line fails must neither take long nor fill the memory, and
//! what stands last in them must not be lost.

use std::cell::Cell;
use std::collections::VecDeque;
use std::sync::Arc;

use super::candidate::{Candidate, Fate};
use super::compile::{Body, RuleBase};
use super::context::Context;
use super::lines::{Lines, Place};
use super::matcher::Target;
use super::memo::{Effect, Found, Key};
use super::neighbours::holds_here;
use super::outcome::{self, Mark};
use super::pattern::Row;
use super::state::State;
use super::test_block::{self, Block};

/// The most candidates that one rule may have in a run, besides the last one.
const PER_RULE: usize = 64;
/// The most candidates of one rule that wait for the rows after them.
const WAITING: usize = 16;
/// Refuted candidates are swept out when there are this many.
const REFUTED: usize = 1024;
/// How often one thing must have matched before its neighbours are not looked at any more.
const WELL_KNOWN: u32 = 64;

/// How many of the last matches of a pattern that were passed over are kept.
const LATEST: usize = 8;

/// What patterns took from a row.
type Meant = Vec<(Target, Option<Arc<Found>>)>;

/// A row that is to be dealt with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fresh<'n> {
    pub(super) place: Place,
    /// What it is known by where it comes again.
    pub(super) name: &'n [u8],
    /// Its letters alone tell what it calls for, whatever came before it: see [`Gate`].
    pub(super) plain: bool,
    /// It speaks to candidates with a condition on the rest of the stage, where there are any.
    pub(super) is_heard: bool,
}

/// Admits what a row calls for, as far as it is welcome now, and knows whether that would be so at any time.
pub(super) struct Gate<'s> {
    state: &'s State,
    context: &'s Context,
    speaks_of_tests: Cell<bool>,
    is_heard: Cell<bool>,
}

impl<'s> Gate<'s> {
    pub(super) fn new(state: &'s State, context: &'s Context) -> Self {
        Self { state, context, speaks_of_tests: Cell::new(false), is_heard: Cell::new(false) }
    }

    /// Whether a target is welcome; notes what the row calls for, be it welcome or not.
    pub(super) fn admits(&self, target: Target) -> bool {
        match target {
            Target::Passed => self.speaks_of_tests.set(true),
            Target::Rest(_) => self.is_heard.set(true),
            Target::Pattern(_) | Target::Context => {}
        }
        self.state.welcomes(self.context, target)
    }

    /// The row whose targets went through. What it says of a place is learnt the first time that it comes; whose test
    /// ends with it, no row tells alone.
    pub(super) fn fresh<'n>(&self, place: Place, name: &'n [u8]) -> Fresh<'n> {
        Fresh { place, name, plain: !self.speaks_of_tests.get(), is_heard: self.is_heard.get() }
    }
}

fn is_rest(target: Target) -> bool {
    matches!(target, Target::Rest(_))
}

/// A pattern that matched a row.
struct Match<'a> {
    pattern: u32,
    rule: usize,
    found: &'a Found,
    row: &'a Row<'a>,
    place: Place,
}

impl State {
    /// Deals with one row whose words call for `targets`, in order.
    pub(super) fn row(
        &mut self,
        base: &RuleBase,
        context: &mut Context,
        lines: &Lines,
        fresh: Fresh<'_>,
        targets: &mut Vec<Target>,
    ) {
        let Fresh { place, name, .. } = fresh;
        let bytes = lines.bytes(place);
        let mut over = Vec::new();
        targets.retain(|target| match self.passes_over(base, *target, lines, place) {
            Some(effect) => {
                over.push(effect);
                false
            }
            None => true,
        });
        if targets.is_empty() {
            return self.remember(fresh, over);
        }
        let row = Row::new(bytes);
        self.show_here(lines, place, &row);
        let key = Key::new(name);
        if let Some((effects, exact)) = key.as_ref().and_then(|key| self.foreseen(key, targets)) {
            self.apply(&effects, lines, place);
            if exact {
                over.extend_from_slice(&effects);
                self.remember(fresh, over);
            }
            return;
        }
        let meant = self.meaning(base, key.as_ref(), &row, targets);
        let effects = self.take(base, context, lines, (place, &row), &meant);
        if let Some(key) = key {
            self.memo.put(&key, meant, effects);
        }
    }

    /// Takes in what a row means; answers what that did, where nothing of it was new.
    fn take(
        &mut self,
        base: &RuleBase,
        context: &mut Context,
        lines: &Lines,
        (place, row): (Place, &Row<'_>),
        meant: &Meant,
    ) -> Option<Vec<Effect>> {
        let mut effects = Some(Vec::with_capacity(meant.len()));
        for (target, found) in meant {
            let effect = match (target, found) {
                (Target::Pattern(pattern), Some(found)) => {
                    let rule = base.rule_of(*pattern);
                    self.matched(base, lines, &Match { pattern: *pattern, rule, found, row, place })
                }
                (Target::Pattern(_), None) => continue,
                (Target::Context, _) => {
                    context.learn(row);
                    continue;
                }
                (Target::Rest(rule), _) => {
                    self.show_rest(*rule as usize, row, place.line);
                    Some(Effect::Heard(self.rested))
                }
                (Target::Passed, _) => {
                    self.passed(row);
                    None
                }
            };
            effects = effects.zip(effect).map(|(mut effects, effect)| {
                effects.push(effect);
                effects
            });
        }
        effects
    }

    /// Deals with a row that came before, where that needs no look at it.
    pub(super) fn is_dealt_with(&mut self, lines: &Lines, fresh: Fresh<'_>) -> bool {
        let Fresh { place, name, plain, .. } = fresh;
        let known = if plain { self.memo.repeated(name) } else { None };
        let Some(effects) = known.filter(|effects| self.are_sound(effects)) else { return false };
        if !self.watching.is_empty() {
            self.show_here(lines, place, &Row::new(lines.bytes(place)));
            if !self.are_sound(&effects) {
                return false;
            }
        }
        self.apply(&effects, lines, place);
        true
    }

    /// Shows the rows up to this one, and it, to what watches them.
    fn show_here(&mut self, lines: &Lines, place: Place, row: &Row<'_>) {
        self.show_until(lines, place.start);
        if self.seen.0 <= place.start {
            self.show(row, place.line);
            self.seen =
                (place.end + 1, place.line + u64::from(lines.text().0.get(place.end) == Some(&b'\n')));
        }
    }

    /// Remembers what a row did, for when it comes again.
    fn remember(&mut self, fresh: Fresh<'_>, mut effects: Vec<Effect>) {
        if fresh.is_heard {
            effects.push(Effect::Heard(self.rested));
        }
        if fresh.plain {
            self.memo.repeats(fresh.name, effects.into());
        }
    }

    /// What a row does, where it was seen before and did nothing new (`true`), or where so many like it did the
    /// same.
    fn foreseen(&mut self, key: &Key<'_>, targets: &[Target]) -> Option<(Arc<[Effect]>, bool)> {
        let known = self.memo.get(key).and_then(|known| known.effects(targets));
        let exact = known.is_some();
        let told = |target: &Target| matches!(target, Target::Pattern(_)) || (exact && is_rest(*target));
        if !targets.iter().all(told) {
            return None;
        }
        let effects = known.or_else(|| self.memo.believed(key, targets))?;
        self.are_sound(&effects).then_some((effects, exact))
    }

    /// Whether a row that had these effects has them again.
    fn are_sound(&self, effects: &[Effect]) -> bool {
        let full = |rule, before: &[Effect]| {
            let same = |one: &&Effect| matches!(one, Effect::Full { rule: other, .. } if *other == rule);
            self.room.is_full_after(rule as usize, before.iter().filter(same).count() as u32)
        };
        effects.iter().enumerate().all(|(at, effect)| match *effect {
            Effect::Again(index) => {
                let candidate = &self.candidates[index as usize];
                !candidate.refuted && !full(candidate.rule as u32, &effects[..at])
            }
            Effect::Full { rule, .. } => full(rule, &effects[..at]),
            Effect::Heard(rested) => rested == self.rested,
        })
    }

    fn apply(&mut self, effects: &[Effect], lines: &Lines, place: Place) {
        for effect in effects {
            match *effect {
                Effect::Again(index) => self.candidates[index as usize].again(place.line),
                Effect::Full { rule, pattern } => self.pass_over(rule as usize, pattern, lines, place),
                Effect::Heard(_) => {}
            }
        }
    }

    /// Which patterns match a row and what they take from it, and what else its words call for.
    fn meaning(&self, base: &RuleBase, key: Option<&Key<'_>>, row: &Row<'_>, targets: &[Target]) -> Meant {
        let known = key.and_then(|key| self.memo.get(key));
        let meant = targets.iter().map(|&target| {
            let Target::Pattern(index) = target else { return (target, None) };
            if let Some(found) = known.and_then(|known| known.of(target)) {
                return (target, found.clone());
            }
            let found = found(base, index, row).map(|(_, found)| Arc::new(found));
            (target, found)
        });
        meant.collect()
    }

    /// Takes a match in; answers what it did, where that was nothing new.
    fn matched(&mut self, base: &RuleBase, lines: &Lines, at: &Match<'_>) -> Option<Effect> {
        let body = base.body(at.rule)?;
        let run = self.runs.len() - 1;
        let known = self.same(at.rule, run, &at.found.subject);
        if known.is_none() && self.room.is_full(at.rule) {
            self.pass_over(at.rule, at.pattern, lines, at.place);
            return Some(Effect::Full { rule: at.rule as u32, pattern: at.pattern });
        }
        if let Some(same) = known
            && self.candidates[same].count >= WELL_KNOWN
            && holds_here(body, &at.found.captures, at.row)
        {
            self.candidates[same].again(at.place.line);
            return Some(Effect::Again(same as u32));
        }
        let mut candidate = at.candidate(run, lines);
        let floor = self.runs[run].start;
        if !candidate.neighbours(body, lines, floor, at.place, at.row, false) {
            self.room.missed(at.rule);
            return None;
        }
        self.room.met(at.rule);
        let subject = candidate.subject(body);
        if let Some(same) = self.same(at.rule, run, &subject) {
            self.candidates[same].again(at.place.line);
            return Some(Effect::Again(same as u32));
        }
        if self.make_room(at.rule) {
            self.add(candidate, subject, body, lines, at);
        } else {
            self.pass_over(at.rule, at.pattern, lines, at.place);
        }
        None
    }

    /// Passes a match over that no room is for; it need not even be a real one.
    fn passes_over(
        &mut self,
        base: &RuleBase,
        target: Target,
        lines: &Lines,
        place: Place,
    ) -> Option<Effect> {
        let Target::Pattern(pattern) = target else { return None };
        let rule = base.rule_of(pattern);
        self.room.is_full(rule).then(|| {
            self.pass_over(rule, pattern, lines, place);
            Effect::Full { rule: rule as u32, pattern }
        })
    }

    /// A match that is not looked at now; the last such is, at the end.
    fn pass_over(&mut self, rule: usize, pattern: u32, lines: &Lines, place: Place) {
        let pattern = pattern as usize;
        if self.latest.len() <= pattern {
            self.latest.resize_with(pattern + 1, VecDeque::new);
        }
        let latest = &mut self.latest[pattern];
        if latest.len() == LATEST {
            latest.pop_front();
        }
        latest.push_back((lines.absolute(place.start), place.line));
        self.room.passed_over(rule);
    }

    /// The last match of each rule that had no room for it becomes a candidate after all: what stands nearest
    /// to the end matters most.
    pub(super) fn revisit(&mut self, base: &RuleBase, lines: &Lines) {
        let latest = std::mem::take(&mut self.latest);
        let watching = std::mem::take(&mut self.watching);
        for (pattern, places) in (0..).zip(latest) {
            let rows =
                places.into_iter().rev().filter_map(|(at, line)| Some(lines.around(lines.recent(at)?, line)));
            for place in rows {
                if self.readmit(base, lines, pattern, place) {
                    break;
                }
            }
        }
        self.watching = watching;
    }

    /// Looks at a match that was passed over; answers whether it was one.
    fn readmit(&mut self, base: &RuleBase, lines: &Lines, pattern: u32, place: Place) -> bool {
        let row = Row::new(lines.bytes(place));
        let rule = base.rule_of(pattern);
        let Some((body, found)) = found(base, pattern, &row) else { return false };
        let at = Match { pattern, rule, found: &found, row: &row, place };
        let run = self.runs.len() - 1;
        let mut candidate = at.candidate(run, lines);
        if !candidate.neighbours(body, lines, self.runs[run].start, place, &row, false) {
            return false;
        }
        let subject = candidate.subject(body);
        if let Some(same) = self.same(rule, run, &subject) {
            self.candidates[same].last = self.candidates[same].last.max(place.line);
            return true;
        }
        self.add(candidate, subject, body, lines, &at);
        self.seen = (place.end + 1, place.line + u64::from(lines.text().0.get(place.end) == Some(&b'\n')));
        self.show_until(lines, lines.text().0.len());
        self.end();
        true
    }

    /// The candidate that says the same and that the next rows cannot change.
    fn same(&self, rule: usize, run: usize, subject: &str) -> Option<usize> {
        let index = *self.known.get(&(rule, run))?.get(subject)?;
        let same = &self.candidates[index];
        (same.is_settled() && !same.refuted).then_some(index)
    }

    /// A new candidate, with all that it must know of its surroundings.
    fn add(&mut self, mut candidate: Candidate, subject: String, body: &Body, lines: &Lines, at: &Match<'_>) {
        let floor = self.runs[candidate.run].start;
        candidate.surround(lines, floor, at.place, self.runs[candidate.run].stage.clone());
        if outcome::mark(at.row) == Mark::Final {
            candidate.fate = Fate::Deadly;
            candidate.fate_due = 0;
        }
        let index = self.candidates.len();
        match test_block::around(lines, floor, at.place) {
            Block::None => {}
            Block::Passed => return,
            Block::Running(name) => {
                candidate.test = Some(name);
                self.testing.push(index);
            }
        }
        candidate.ask(body);
        self.known.entry((candidate.rule, candidate.run)).or_default().insert(subject, index);
        self.of_rule.entry(candidate.rule).or_default().push(index);
        self.watching.push(index);
        if candidate.waits.iter().any(|wait| wait.until == u64::MAX) {
            self.resting.entry(candidate.rule).or_default().push(index);
            self.rested += 1;
        }
        self.candidates.push(candidate);
    }

    /// Whether a rule may have one more candidate.
    fn make_room(&mut self, rule: usize) -> bool {
        if self.candidates.len() > REFUTED
            && self.candidates.iter().filter(|one| one.refuted).count() > REFUTED
        {
            self.sweep();
        }
        let candidates = &self.candidates;
        let Some(mine) = self.of_rule.get_mut(&rule) else { return true };
        mine.retain(|&index| !candidates[index].refuted);
        if mine.len() >= PER_RULE {
            self.room.fill(rule);
            return false;
        }
        mine.iter().filter(|&&index| !candidates[index].is_settled()).count() < WAITING
    }

    /// Drops what is refuted, and renumbers the rest.
    fn sweep(&mut self) {
        let mut moved = Vec::with_capacity(self.candidates.len());
        let mut next = 0;
        for candidate in &self.candidates {
            moved.push((!candidate.refuted).then_some(next));
            next += usize::from(!candidate.refuted);
        }
        self.candidates.retain(|candidate| !candidate.refuted);
        let renumber =
            |list: &mut Vec<usize>| *list = list.iter().filter_map(|&index| moved[index]).collect();
        renumber(&mut self.watching);
        renumber(&mut self.testing);
        self.of_rule.values_mut().for_each(renumber);
        self.resting.values_mut().for_each(renumber);
        self.resting.retain(|_, resting| !resting.is_empty());
        for subjects in self.known.values_mut() {
            subjects.retain(|_, index| {
                let to = moved[*index];
                *index = to.unwrap_or(0);
                to.is_some()
            });
        }
        self.memo.renumber();
    }
}

/// What a pattern takes from a row that it matches.
fn found<'b>(base: &'b RuleBase, pattern: u32, row: &Row<'_>) -> Option<(&'b Body, Found)> {
    let program = base.program(pattern)?;
    let captures = program.captures(row)?;
    let body = base.body(base.rule_of(pattern))?;
    Some((body, Found::new(body, &program, &captures)))
}

impl Match<'_> {
    fn candidate(&self, run: usize, lines: &Lines) -> Candidate {
        let mut candidate = Candidate::new(self.rule, run, lines.absolute(self.place.start), self.place.line);
        candidate.captures.clone_from(&self.found.captures);
        candidate.weight = self.found.weight;
        candidate.evidence.text = self.row.text.to_string();
        candidate
    }
}
