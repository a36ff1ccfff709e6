//! A candidate's birth: conditions on the rows around it, its context, its questions.

use std::collections::BTreeMap;

use super::candidate::{Asked, CONTEXT, Candidate, FATE_WITHIN, Fate, Wait, What, sides};
use super::compile::Body;
use super::fill::{fill_with, names};
use super::finding::Evidence;
use super::lines::{Lines, Place};
use super::pattern::{Groups, Pattern, Row, command_of, may_be_command};
use super::rule::Side;

/// How many rows back the running command is looked for.
const COMMAND_WITHIN: usize = 400;

impl Candidate {
    pub(super) fn new(rule: usize, run: usize, at: u64, line: u64) -> Self {
        let evidence = Evidence { line, end_line: line, ..Evidence::default() };
        Self {
            rule,
            run,
            captures: BTreeMap::new(),
            evidence,
            at,
            last: line,
            count: 1,
            weight: 0,
            waits: Vec::new(),
            refuted: false,
            context_due: CONTEXT,
            fate: Fate::Open,
            fate_due: FATE_WITHIN,
            test: None,
            facts: Vec::new(),
        }
    }

    /// Checks the conditions on this row and on those before it and notes those on later ones; `false` where
    /// one fails already. With `ended`, nothing will come after.
    pub(super) fn neighbours(
        &mut self,
        body: &Body,
        lines: &Lines,
        floor: u64,
        place: Place,
        row: &Row<'_>,
        ended: bool,
    ) -> bool {
        for (near, pattern) in body.rule.near.iter().zip(&body.near) {
            let Some(program) = pattern.filled(&self.captures) else { return false };
            let evidence = near.evidence;
            let what = if near.required { What::Required { evidence } } else { What::Optional { evidence } };
            let wait = Wait { what, program, until: 0 };
            if !self.condition(wait, near.side, near.within, lines, floor, place, row, ended) {
                return false;
            }
        }
        for (unless, pattern) in body.rule.unless.iter().zip(&body.unless) {
            let Some(program) = pattern.filled(&self.captures) else { continue };
            let wait = Wait { what: What::Unless, program, until: 0 };
            if !self.condition(wait, unless.side, unless.within, lines, floor, place, row, ended) {
                return false;
            }
        }
        true
    }

    #[expect(clippy::too_many_arguments, reason = "one condition in its place")]
    fn condition(
        &mut self,
        mut wait: Wait,
        side: Side,
        within: u32,
        lines: &Lines,
        floor: u64,
        place: Place,
        row: &Row<'_>,
        ended: bool,
    ) -> bool {
        let (same, before, after) = sides(side);
        let within = u64::from(within.clamp(1, 200));
        let here = || match wait.what {
            What::Unless => wait.program.finds_whole(row),
            What::Required { .. } | What::Optional { .. } => wait.program.finds(row),
        };
        if same && let Some(found) = here() {
            return self.met(&wait, &found, row, place.line);
        }
        if before || ended {
            let past = lines
                .rows_before(place.start, place.line)
                .take_while(|past| past.line + within >= place.line && lines.absolute(past.start) >= floor);
            for past in past {
                if !wait.program.may_match(lines.bytes(past)) {
                    continue;
                }
                let row = Row::new(lines.bytes(past));
                if let Some(found) = wait.program.captures(&row) {
                    return self.met(&wait, &found, &row, past.line);
                }
            }
        }
        if !after || ended {
            return !matches!(wait.what, What::Required { .. });
        }
        wait.until = if side == Side::Rest { u64::MAX } else { place.line + within };
        self.waits.push(wait);
        true
    }

    /// A condition matched `row`: captures are taken, or the candidate is no more.
    fn met(&mut self, wait: &Wait, found: &Groups<'_>, row: &Row<'_>, line: u64) -> bool {
        // A silent ending has no line of its own.
        let mut what = wait.what;
        match what {
            What::Unless => return false,
            What::Optional { .. } => self.take(&wait.program, found),
            What::Required { evidence } => {
                self.take(&wait.program, found);
                what = What::Required { evidence: evidence || self.evidence.line == 0 };
            }
        }
        self.moves_to(what, row, line);
        true
    }

    /// Takes the rows before the evidence, and the command that was running.
    pub(super) fn surround(&mut self, lines: &Lines, floor: u64, place: Place, stage: Option<String>) {
        self.evidence.stage = stage;
        let mut last = place.line;
        for past in lines
            .rows_before(place.start, place.line)
            .take_while(|past| lines.absolute(past.start) >= floor)
            .take(COMMAND_WITHIN)
        {
            let surrounds = self.evidence.context.len() < CONTEXT && past.line < last;
            if !surrounds && !may_be_command(lines.bytes(past)) {
                continue;
            }
            let row = Row::new(lines.bytes(past));
            if surrounds && !row.text.is_empty() {
                last = past.line;
                self.evidence.context.push(row.text.to_string());
            }
            if self.evidence.command.is_none() {
                self.evidence.command = command_of(row.rest()).map(str::to_owned);
            }
            if self.evidence.command.is_some() && self.evidence.context.len() >= CONTEXT {
                break;
            }
        }
        self.evidence.context.reverse();
        self.evidence.context.push(self.evidence.text.clone());
    }

    /// Notes the questions whose captures are all there.
    pub(super) fn ask(&mut self, body: &Body) {
        let captures = self.complete(body);
        for (test, fact) in body.rule.facts.iter().enumerate() {
            if names(&fact.ask.value).all(|name| captures.contains_key(name)) {
                let ask = fill_with(&fact.ask.value, |name| captures.get(name).cloned().unwrap_or_default());
                self.facts.push(Asked { test, ask, answer: None });
            }
        }
    }
}

/// Whether the conditions on the matching row itself hold: enough for one more of what is known.
pub(super) fn holds_here(body: &Body, captures: &BTreeMap<String, String>, row: &Row<'_>) -> bool {
    let fits = |pattern: &Pattern| pattern.filled(captures).is_some_and(|one| one.finds(row).is_some());
    let speaks_against =
        |pattern: &Pattern| pattern.filled(captures).is_some_and(|one| one.finds_whole(row).is_some());
    let near = body.rule.near.iter().zip(&body.near);
    let unless = body.rule.unless.iter().zip(&body.unless);
    near.filter(|(near, _)| near.required && near.side == Side::Same).all(|(_, pattern)| fits(pattern))
        && !unless.filter(|(unless, _)| unless.side == Side::Same).any(|(_, pattern)| speaks_against(pattern))
}
