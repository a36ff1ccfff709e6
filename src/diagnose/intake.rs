//! Rows into candidates: what matches, what is only one more of something known, what there is no room for.
//!
//! Most of this is about storms: logs in which every line fails must neither take long nor fill the memory, and
//! what stands last in them must not be lost.

use std::collections::VecDeque;
use std::sync::Arc;

use super::candidate::{Candidate, Fate};
use super::compile::{Body, RuleBase};
use super::context::Context;
use super::gate::Fresh;
use super::lines::{Lines, Place};
use super::matcher::Target;
use super::memo::{self, Effect, Found, Key, Meant};
use super::neighbours::holds_here;
use super::outcome::{self, Mark};
use super::pattern::Row;
use super::rule::Side;
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
        let row = Row::new(lines.bytes(place));
        self.show_here(lines, place, &row);
        let key = Key::new(name);
        let kept = key.as_ref().and_then(|key| self.memo.find(key));
        if kept.is_none()
            && let Some(effects) = key.as_ref().and_then(|key| self.memo.believed(key, targets))
            && self.are_sound(&effects)
        {
            return self.apply(&effects, lines, place);
        }
        let renumbered = self.memo.renumbered;
        let mut meant = Vec::with_capacity(targets.len());
        for &target in &*targets {
            let known = kept.and_then(|kept| self.memo.meant(kept, target)).cloned();
            let known = known.unwrap_or_else(|| meaning(base, target, &row));
            meant.push(self.take(base, context, lines, (place, &row), known));
        }
        if self.memo.renumbered != renumbered {
            for meant in &mut meant {
                meant.effect = None;
            }
        }
        if let (Some(_), Some(effects)) = (kept, memo::effects(&meant)) {
            over.extend(effects);
            self.remember(fresh, over);
        }
        if let Some(key) = key {
            self.memo.put(&key, kept, meant);
        }
    }

    /// Takes in what a row means for a target; answers with what that did, where it was nothing new.
    fn take(
        &mut self,
        base: &RuleBase,
        context: &mut Context,
        lines: &Lines,
        (place, row): (Place, &Row<'_>),
        mut meant: Meant,
    ) -> Meant {
        match (meant.target, &meant.found) {
            (Target::Pattern(_), Some(_)) if meant.effect.is_some_and(|effect| self.are_sound(&[effect])) => {
                self.apply(meant.effect.as_slice(), lines, place);
            }
            (Target::Pattern(pattern), Some(found)) => {
                let rule = base.rule_of(pattern);
                let found = Arc::clone(found);
                meant.effect = self.matched(base, lines, &Match { pattern, rule, found: &found, row, place });
            }
            (Target::Pattern(_), None) => {}
            (Target::Context, _) => context.learn(row),
            (Target::Rest(rule), _) => {
                let heard = Some(self.heard(rule));
                if meant.effect != heard {
                    self.show_rest(rule as usize, row, place.line);
                }
                meant.effect = heard;
            }
            (Target::Passed, _) => self.passed(row),
        }
        meant
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
        effects.extend(fresh.turned_away.iter().map(|&rule| self.heard(rule)));
        if fresh.plain {
            self.memo.repeats(fresh.name, effects.into());
        }
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
            Effect::Heard { rule, .. } => *effect == self.heard(rule),
        })
    }

    /// A rule's candidates that rest hear a row.
    fn heard(&self, rule: u32) -> Effect {
        Effect::Heard { rule, rested: self.rested.get(&rule).copied().unwrap_or(0) }
    }

    fn apply(&mut self, effects: &[Effect], lines: &Lines, place: Place) {
        for effect in effects {
            match *effect {
                Effect::Again(index) => self.candidates[index as usize].again(place.line),
                Effect::Full { rule, pattern } => self.pass_over(rule as usize, pattern, lines, place),
                Effect::Heard { .. } => {}
            }
        }
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
            // Other neighbours may make something else of the same row.
            let always = !looks_around(body) || self.candidates[same].count >= WELL_KNOWN;
            return always.then_some(Effect::Again(same as u32));
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
            *self.rested.entry(candidate.rule as u32).or_default() += 1;
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

/// Whether what a rule says also comes from other rows than the matching one.
fn looks_around(body: &Body) -> bool {
    body.rule.near.iter().any(|near| near.side != Side::Same)
}

/// What a row that was not met lately means for a target.
fn meaning(base: &RuleBase, target: Target, row: &Row<'_>) -> Meant {
    let found = match target {
        Target::Pattern(index) => found(base, index, row).map(|(_, found)| Arc::new(found)),
        _ => None,
    };
    Meant { target, found, effect: None }
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
