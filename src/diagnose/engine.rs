//! Rows, stage boundaries and facts in; findings and questions out.
//!
//! Owns the life of a candidate: a pattern matched, conditions on its neighbours hold, facts speak for or
//! against it. What the findings mean together is `rank`'s question. Everything is decided in the order of the
//! rows, so the same bytes give the same findings however they were cut into chunks.

use std::sync::Arc;

use crate::event::Fact;
use crate::locale::Lang;

use super::candidate::{CONTEXT, Candidate};
use super::compile::{Body, RuleBase};
pub use super::context::{Context, StageEnd};
use super::fact::Ask;
use super::finding::Finding;
use super::gate::{Fresh, Gate};
use super::lines::{Lines, Place, newlines};
use super::matcher::{Hit, Matcher};
use super::pattern::Row;
use super::rank;
use super::rule::Ending;
use super::state::{Run, State};
use super::untimed::untimed;
use super::why_not::{self, Verdict};

/// Diagnoses one log while it flows.
pub struct Engine {
    base: Arc<RuleBase>,
    context: Context,
    lang: Lang,
    lines: Lines,
    matcher: Matcher,
    hits: Vec<Hit>,
    /// Most rows of the last portion had targets: the next ones are looked up rather than scanned.
    storm: bool,
    state: State,
}

impl Engine {
    /// An engine at the start of a log.
    pub fn new(base: Arc<RuleBase>, context: Context, lang: Lang) -> Self {
        let run = Run { stage: context.stage.clone(), ..Run::default() };
        let matcher = base.matcher();
        let state = State::new(run);
        Self { base, context, lang, lines: Lines::default(), matcher, hits: Vec::new(), storm: false, state }
    }

    /// The same as it is now: what it has learnt to be quick by is not taken along, what it found is.
    #[must_use]
    pub fn fork(&self) -> Self {
        Self {
            base: Arc::clone(&self.base),
            context: self.context.clone(),
            lang: self.lang,
            lines: self.lines.clone(),
            matcher: self.base.matcher(),
            hits: Vec::new(),
            storm: false,
            state: self.state.fork(),
        }
    }

    /// Findings are told in this language from now on.
    pub fn speak(&mut self, lang: Lang) {
        self.lang = lang;
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
        for (index, _) in base.all().iter().enumerate().filter(|(_, compiled)| compiled.ending) {
            let Some(body) = base.body(index) else { continue };
            let Some(ending) = &body.rule.ending else { continue };
            if body.rule.patterns.is_empty() && ended_so(ending, end) {
                self.silent(index, body, run);
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
            let Some(body) = self.base.body(candidate.rule) else { continue };
            for asked in candidate.facts.iter_mut().filter(|asked| asked.ask == fact.ask) {
                asked.answer = Some(fact.answer.clone());
                let capture = &body.rule.facts[asked.test].capture;
                if let (false, crate::event::Answer::Is(value)) = (capture.is_empty(), &fact.answer) {
                    candidate.captures.insert(capture.clone(), value.clone());
                }
            }
        }
    }

    /// What follows runs on another machine: what was told of the last one no longer holds.
    pub fn moved(&mut self) {
        self.context.arch = None;
        self.context.distro = None;
        self.context.distro_like = None;
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

    /// Why rules that came near say nothing of a line.
    pub fn why_not(&self, place: why_not::Place<'_>) -> Vec<Verdict> {
        why_not::verdicts(&self.base, (&self.context, &self.state), place, self.lang)
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
        self.state.revisit(&self.base, &self.lines);
        self.state.end();
        let tail = self.tail();
        let (_, line) = self.lines.end();
        self.state.close(tail, line, end);
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
        self.state.begin(fresh, self.lines.fresh_line());
        if self.storm {
            self.matcher.adapt(needles, &text[fresh..]);
            self.rows_of_a_storm(&mut hits);
        } else {
            self.matcher.scan(needles, text, fresh, &mut hits);
            if needles.always.is_empty() {
                self.rows_with(&hits);
            } else {
                self.every_row(&hits);
            }
        }
        self.state.show_until(&self.lines, self.lines.text().0.len());
        self.lines.done();
        self.hits = hits;
    }

    /// Only the rows that hits stand in.
    fn rows_with(&mut self, hits: &[Hit]) {
        let (text, fresh) = self.lines.text();
        let (needles, matcher) = (self.base.needles(), &mut self.matcher);
        let mut line = self.lines.fresh_line();
        let mut counted = fresh;
        let (mut targets, mut room) = (Vec::new(), Vec::new());
        let mut next = 0;
        let mut taken = 0;
        let mut called = 0;
        while let Some(&first) = hits.get(next) {
            let welcome = |target| self.state.welcomes(&self.context, target);
            if !matcher.is_due(needles, first, welcome) {
                next += 1;
                continue;
            }
            let place = self.lines.around(first.at, 0);
            // What stands before it in its row counts too.
            let skipped = hits[taken..next].iter().rev().take_while(|hit| hit.at >= place.start).count();
            let after = next + hits[next..].iter().take_while(|hit| hit.at < place.end).count();
            let here = &hits[next - skipped..after];
            (next, taken) = (after, after);
            let bytes = self.lines.bytes(place);
            let name = untimed(bytes, &mut room);
            let gate = Gate::new(&self.state, &self.context);
            matcher.targets(needles, here, (bytes, name), |target| gate.admits(target), &mut targets);
            let (plain, turned_away) = gate.said();
            if targets.is_empty() {
                continue;
            }
            called += bytes.len();
            line += newlines(&text[counted..place.start]);
            counted = place.start;
            let place = Place { line, ..place };
            let fresh = Fresh { place, name, plain, turned_away: &turned_away };
            if !self.state.is_dealt_with(&self.lines, fresh) {
                self.state.row(&self.base, &mut self.context, &self.lines, fresh, &mut targets);
            }
        }
        self.storm = is_storm(called, text.len() - fresh);
    }

    /// Every row by itself, where most have targets.
    fn rows_of_a_storm(&mut self, hits: &mut Vec<Hit>) {
        let (text, fresh) = self.lines.text();
        let (mut targets, mut room) = (Vec::new(), Vec::new());
        let (needles, matcher) = (self.base.needles(), &mut self.matcher);
        let mut called = 0;
        for place in self.lines.rows_from(fresh, self.lines.fresh_line()) {
            if place.start == place.end {
                continue;
            }
            let bytes = self.lines.bytes(place);
            let name = untimed(bytes, &mut room);
            // A row that came before is remembered only if its letters alone tell what it calls for.
            let fresh = Fresh { place, name, plain: true, turned_away: &[] };
            if self.state.is_dealt_with(&self.lines, fresh) {
                called += bytes.len();
                continue;
            }
            let gate = Gate::new(&self.state, &self.context);
            matcher.targets_of(needles, (bytes, name), |target| gate.admits(target), hits, &mut targets);
            let (plain, turned_away) = gate.said();
            if targets.is_empty() {
                continue;
            }
            called += bytes.len();
            let fresh = Fresh { plain, turned_away: &turned_away, ..fresh };
            self.state.row(&self.base, &mut self.context, &self.lines, fresh, &mut targets);
        }
        self.storm = is_storm(called, text.len() - fresh);
    }

    /// Every row, where some pattern has no literal.
    fn every_row(&mut self, hits: &[Hit]) {
        let (_, fresh) = self.lines.text();
        let mut rest = hits;
        let (mut targets, mut room) = (Vec::new(), Vec::new());
        let (needles, matcher) = (self.base.needles(), &mut self.matcher);
        for place in self.lines.rows_from(fresh, self.lines.fresh_line()) {
            let (here, after) = rest.split_at(rest.iter().take_while(|hit| hit.at < place.end).count());
            rest = after;
            if place.start == place.end {
                continue;
            }
            let bytes = self.lines.bytes(place);
            let name = untimed(bytes, &mut room);
            let gate = Gate::new(&self.state, &self.context);
            matcher.targets(needles, here, (bytes, name), |target| gate.admits(target), &mut targets);
            targets.extend(needles.always.iter());
            targets.sort_unstable();
            let (plain, turned_away) = gate.said();
            let fresh = Fresh { place, name, plain, turned_away: &turned_away };
            if !self.state.is_dealt_with(&self.lines, fresh) {
                self.state.row(&self.base, &mut self.context, &self.lines, fresh, &mut targets);
            }
        }
    }

    /// A stage ended in a way that a rule without patterns speaks of.
    fn silent(&mut self, rule: usize, body: &Body, run: usize) {
        let (end, line) = self.lines.end();
        let mut candidate = Candidate::new(rule, run, self.lines.absolute(end), 0);
        let floor = self.state.runs[run].start;
        let place = Place { start: end, end, line };
        let nothing = Row::new(b"");
        if candidate.neighbours(body, &self.lines, floor, place, &nothing, true) {
            candidate.waits.clear();
            candidate.evidence.stage.clone_from(&self.state.runs[run].stage);
            candidate.evidence.context =
                self.tail().into_iter().rev().take(CONTEXT + 1).map(|(_, row)| row).collect();
            candidate.evidence.context.reverse();
            candidate.ask(body);
            self.state.candidates.push(candidate);
        }
    }
}

/// Whether most of a portion's bytes stand in rows that have targets.
fn is_storm(called: usize, bytes: usize) -> bool {
    bytes > SMALL && called > bytes / 2
}

/// Too little to tell a storm by.
const SMALL: usize = 4 * 1024;

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
