//! Rows, stage boundaries and facts in; findings and questions out.
//!
//! Owns the life of a candidate: a pattern matched, conditions on its neighbours hold, facts speak for or
//! against it. What the findings mean together is `rank`'s question. Everything is decided in the order of the
//! rows, so the same bytes give the same findings however they were cut into chunks.

use std::collections::HashMap;
use std::sync::Arc;

use crate::event::Fact;
use crate::locale::Lang;

use super::candidate::{Asked, CONTEXT, Candidate, FATE_WITHIN, Fate, Wait, What, sides};
use super::compile::{Compiled, RuleBase};
pub use super::context::{Context, StageEnd};
use super::fact::Ask;
use super::fill::fill_with;
use super::finding::{Evidence, Finding};
use super::lines::{Lines, Place, newlines};
use super::matcher::{Hit, Matcher, Target};
use super::outcome::{self, Mark};
use super::pattern::{Row, command_of};
use super::rank;
use super::rule::{Ending, Side};
use super::test_block;

/// The most candidates that one rule may have; a log of nothing but errors stays bounded.
const PER_RULE: usize = 64;
/// How many rows back the running command is looked for.
const COMMAND_WITHIN: usize = 400;

/// Diagnoses one log while it flows.
pub struct Engine {
    base: Arc<RuleBase>,
    context: Context,
    lang: Lang,
    lines: Lines,
    matcher: Matcher,
    hits: Vec<Hit>,
    state: State,
}

/// What the engine found so far; apart from the rows, so that rows can be borrowed while it changes.
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

impl Engine {
    /// An engine at the start of a log.
    pub fn new(base: Arc<RuleBase>, context: Context, lang: Lang) -> Self {
        let run = Run { stage: context.stage.clone(), ..Run::default() };
        let matcher = Matcher::new(base.needles());
        let state = State { runs: vec![run], ..State::default() };
        Self { base, context, lang, lines: Lines::default(), matcher, hits: Vec::new(), state }
    }

    /// Takes output in, cut anywhere.
    pub fn push(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while !rest.is_empty() {
            rest = self.lines.take(rest);
            self.scan();
        }
    }

    /// The output that follows is of this stage.
    pub fn stage_started(&mut self, stage: &str) {
        self.settle(None);
        let start = self.lines.absolute(self.lines.text().0.len());
        self.state.runs.push(Run { stage: Some(stage.to_owned()), start, ..Run::default() });
    }

    /// The stage ended, and how.
    pub fn stage_ended(&mut self, end: &StageEnd) {
        self.settle(Some(end.clone()));
        let run = self.state.runs.len() - 1;
        let base = Arc::clone(&self.base);
        for (index, compiled) in base.all().iter().enumerate() {
            let Some(ending) = &compiled.rule.ending else { continue };
            if compiled.rule.patterns.is_empty() && ended_so(ending, end) {
                self.silent(index, compiled, run);
            }
        }
    }

    /// An answer to a question; answers to others are ignored.
    pub fn fact(&mut self, fact: &Fact) {
        match fact.ask.parse() {
            Ok(Ask::Arch) => set(&mut self.context.arch, fact),
            Ok(Ask::Distro) => set(&mut self.context.distro, fact),
            Ok(Ask::DistroLike) => set(&mut self.context.distro_like, fact),
            _ => {}
        }
        for candidate in &mut self.state.candidates {
            let compiled = self.base.compiled(candidate.rule);
            for asked in candidate.facts.iter_mut().filter(|asked| asked.ask == fact.ask) {
                asked.answer = Some(fact.answer.clone());
                let capture = &compiled.rule.facts[asked.test].capture;
                if let (false, crate::event::Answer::Is(value)) = (capture.is_empty(), &fact.answer) {
                    candidate.captures.insert(capture.clone(), value.clone());
                }
            }
        }
    }

    /// What standing candidates want to know, each once.
    pub fn questions(&self) -> Vec<Ask> {
        let mut asks: Vec<Ask> = Vec::new();
        for candidate in self.state.candidates.iter().filter(|candidate| candidate.stands()) {
            for asked in candidate.facts.iter().filter(|asked| asked.answer.is_none()) {
                if let Ok(ask) = asked.ask.parse()
                    && !asks.contains(&ask)
                {
                    asks.push(ask);
                }
            }
        }
        asks
    }

    /// The log is over.
    pub fn finish(&mut self) {
        if !self.state.finished {
            self.settle(None);
            self.state.finished = true;
        }
    }

    /// What is found, best first. Before [`finish`](Self::finish) it is what is known so far.
    pub fn findings(&self) -> Vec<Finding> {
        rank::findings(&self.base, &self.context, &self.state, self.lang)
    }

    /// Lines that came.
    pub fn lines(&self) -> u64 {
        self.lines.count()
    }

    /// What is known about the place, with what the log itself told.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// Ends what waits for rows of this run.
    fn settle(&mut self, end: Option<StageEnd>) {
        self.lines.flush();
        self.scan();
        let state = &mut self.state;
        for index in state.watching.drain(..).chain(state.resting.drain(..).map(|(_, index)| index)) {
            state.candidates[index].end();
        }
        let tail = self.tail();
        let (_, line) = self.lines.end();
        if let Some(run) = self.state.runs.last_mut()
            && run.tail.is_empty()
        {
            run.tail = tail;
            run.end_line = line;
            run.end = run.end.take().or(end);
        }
    }

    /// The last rows of the current run, oldest first.
    fn tail(&self) -> Vec<(u64, String)> {
        let floor = self.state.runs.last().map_or(0, |run| run.start);
        let (end, line) = self.lines.end();
        let mut rows: Vec<(u64, String)> = self
            .lines
            .rows_before(end, line)
            .take_while(|place| self.lines.absolute(place.start) >= floor)
            .filter(|place| !self.lines.bytes(*place).trim_ascii().is_empty())
            .take(rank::TAIL)
            .map(|place| (place.line, Row::new(self.lines.bytes(place)).text.into_owned()))
            .collect();
        rows.reverse();
        rows
    }

    /// Deals with the rows that came.
    fn scan(&mut self) {
        let (text, fresh) = self.lines.text();
        let mut hits = std::mem::take(&mut self.hits);
        hits.clear();
        let needles = self.base.needles();
        self.matcher.scan(needles, text, fresh, &mut hits);
        self.state.seen = (fresh, self.lines.fresh_line());
        if needles.always.is_empty() {
            self.rows_with(&hits);
        } else {
            self.every_row(&hits);
        }
        self.state.show_until(&self.lines, self.lines.text().0.len());
        self.lines.done();
        self.hits = hits;
    }

    /// Only the rows that hits stand in.
    fn rows_with(&mut self, hits: &[Hit]) {
        let (text, fresh) = self.lines.text();
        let mut line = self.lines.fresh_line();
        let mut counted = fresh;
        let mut targets = Vec::new();
        let mut rest = hits;
        while let Some(first) = rest.first() {
            line += newlines(&text[counted..first.at]);
            counted = first.at;
            let place = self.lines.around(first.at, line);
            let (here, after) = rest.split_at(rest.iter().take_while(|hit| hit.at < place.end).count());
            rest = after;
            targets.clear();
            targets.extend(here.iter().flat_map(|hit| self.base.needles().targets(hit.literal)));
            self.state.row(&self.base, &mut self.context, &self.lines, place, &mut targets);
        }
    }

    /// Every row, where some pattern has no literal.
    fn every_row(&mut self, hits: &[Hit]) {
        let (_, fresh) = self.lines.text();
        let mut targets = Vec::new();
        let mut rest = hits;
        for place in self.lines.rows_from(fresh, self.lines.fresh_line()) {
            let (here, after) = rest.split_at(rest.iter().take_while(|hit| hit.at < place.end).count());
            rest = after;
            if place.start == place.end {
                continue;
            }
            targets.clear();
            targets.extend_from_slice(&self.base.needles().always);
            targets.extend(here.iter().flat_map(|hit| self.base.needles().targets(hit.literal)));
            self.state.row(&self.base, &mut self.context, &self.lines, place, &mut targets);
        }
    }

    /// A stage ended in a way that a rule without patterns speaks of.
    fn silent(&mut self, rule: usize, compiled: &Compiled, run: usize) {
        let (end, line) = self.lines.end();
        let mut candidate = Candidate::new(rule, run, self.lines.absolute(end), 0);
        let floor = self.state.runs[run].start;
        let place = Place { start: end, end, line };
        let nothing = Row::new(b"");
        if candidate.neighbours(compiled, &self.lines, floor, place, &nothing, true) {
            candidate.waits.clear();
            candidate.evidence.stage.clone_from(&self.state.runs[run].stage);
            candidate.evidence.context =
                self.tail().into_iter().rev().take(CONTEXT + 1).map(|(_, row)| row).collect();
            candidate.evidence.context.reverse();
            candidate.ask(compiled);
            self.state.candidates.push(candidate);
        }
    }
}

/// A pattern that matched a row.
struct Match<'a> {
    rule: usize,
    pattern: &'a super::pattern::Pattern,
    found: regex::Captures<'a>,
    row: &'a Row<'a>,
    place: Place,
}

impl State {
    /// Deals with one row that something may match.
    fn row(
        &mut self,
        base: &RuleBase,
        context: &mut Context,
        lines: &Lines,
        place: Place,
        targets: &mut Vec<Target>,
    ) {
        self.show_until(lines, place.start);
        let row = Row::new(lines.bytes(place));
        self.show(&row, place.line);
        self.seen = (place.end + 1, place.line + u64::from(lines.text().0.get(place.end) == Some(&b'\n')));
        targets.sort_unstable();
        targets.dedup();
        for target in targets.iter() {
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
    fn show_until(&mut self, lines: &Lines, end: usize) {
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
        let compiled = base.compiled(at.rule);
        let run = self.runs.len() - 1;
        let mut candidate = Candidate::new(at.rule, run, lines.absolute(at.place.start), at.place.line);
        if let Some(regex) = at.pattern.regex() {
            candidate.take(regex, &at.found);
        }
        candidate.weight = at.found.get(0).map_or(0, |whole| whole.len() as u32);
        candidate.evidence.text = at.row.text.to_string();
        let floor = self.runs[run].start;
        if !candidate.neighbours(compiled, lines, floor, at.place, at.row, false) {
            return;
        }
        let subject = candidate.complete(compiled).remove("subject").unwrap_or_default();
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
            test_block::Block::None => {}
            test_block::Block::Passed => return,
            test_block::Block::Running(name) => {
                candidate.test = Some(name);
                self.testing.push(self.candidates.len());
            }
        }
        candidate.ask(compiled);
        let index = self.candidates.len();
        self.known.insert(key, index);
        self.watching.push(index);
        if candidate.waits.iter().any(|wait| wait.until == u64::MAX) {
            self.resting.push((at.rule, index));
        }
        self.candidates.push(candidate);
    }
}

impl Candidate {
    fn new(rule: usize, run: usize, at: u64, line: u64) -> Self {
        let evidence = Evidence { line, end_line: line, ..Evidence::default() };
        Self {
            rule,
            run,
            captures: std::collections::BTreeMap::new(),
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
    fn neighbours(
        &mut self,
        compiled: &Compiled,
        lines: &Lines,
        floor: u64,
        place: Place,
        row: &Row<'_>,
        ended: bool,
    ) -> bool {
        for (near, pattern) in compiled.rule.near.iter().zip(&compiled.near) {
            let Some(regex) = pattern.filled(&self.captures) else { return false };
            let what =
                if near.required { What::Required { evidence: near.evidence } } else { What::Optional };
            let wait = Wait { what, regex: Arc::new(regex), commands: pattern.commands, until: 0 };
            if !self.condition(wait, near.side, near.within, lines, floor, place, row, ended) {
                return false;
            }
        }
        for (unless, pattern) in compiled.rule.unless.iter().zip(&compiled.unless) {
            let Some(regex) = pattern.filled(&self.captures) else { continue };
            let wait =
                Wait { what: What::Unless, regex: Arc::new(regex), commands: pattern.commands, until: 0 };
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
        if same && let Some(found) = super::pattern::captures(&wait.regex, wait.commands, row) {
            return self.met(&wait, &found, row, place.line);
        }
        if before || ended {
            let past = lines
                .rows_before(place.start, place.line)
                .take_while(|past| past.line + within >= place.line && lines.absolute(past.start) >= floor);
            for past in past {
                let row = Row::new(lines.bytes(past));
                if let Some(found) = super::pattern::captures(&wait.regex, wait.commands, &row) {
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
    fn met(&mut self, wait: &Wait, found: &regex::Captures<'_>, row: &Row<'_>, line: u64) -> bool {
        match wait.what {
            What::Unless => return false,
            What::Optional => self.take(&wait.regex, found),
            What::Required { evidence } => {
                self.take(&wait.regex, found);
                // A silent ending has no line of its own.
                if evidence || self.evidence.line == 0 {
                    self.evidence.text = row.text.to_string();
                    self.evidence.line = line;
                }
                self.evidence.end_line = self.evidence.end_line.max(line);
            }
        }
        true
    }

    /// Takes the rows before the evidence, and the command that was running.
    fn surround(&mut self, lines: &Lines, floor: u64, place: Place, stage: Option<String>) {
        self.evidence.stage = stage;
        let mut last = place.line;
        for past in lines
            .rows_before(place.start, place.line)
            .take_while(|past| lines.absolute(past.start) >= floor)
            .take(COMMAND_WITHIN)
        {
            let row = Row::new(lines.bytes(past));
            if self.evidence.context.len() < CONTEXT && past.line < last && !row.text.is_empty() {
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
    fn ask(&mut self, compiled: &Compiled) {
        let captures = self.complete(compiled);
        for (test, fact) in compiled.rule.facts.iter().enumerate() {
            if super::fill::names(&fact.ask.value).all(|name| captures.contains_key(name)) {
                let ask = fill_with(&fact.ask.value, |name| captures.get(name).cloned().unwrap_or_default());
                self.facts.push(Asked { test, ask, answer: None });
            }
        }
    }
}

/// Whether a stage that ended like this is what an `ending` speaks of.
pub(super) fn ended_so(ending: &Ending, end: &StageEnd) -> bool {
    use crate::event::Outcome;
    end.exit.is_some_and(|exit| ending.exit.contains(&exit))
        || end.signal.as_ref().is_some_and(|signal| ending.signal.contains(signal))
        || (ending.check_failed && end.outcome == Outcome::CheckFailed)
        || (ending.timed_out && end.outcome == Outcome::TimedOut)
}

fn set(value: &mut Option<String>, fact: &Fact) {
    if let (None, crate::event::Answer::Is(answer)) = (&value, &fact.answer) {
        *value = Some(answer.clone());
    }
}

#[cfg(test)]
mod tests;
