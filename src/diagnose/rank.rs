//! Candidates into findings: which of them is the cause, which only follows, which was survived.
//!
//! How a build engineer reads a log: first what killed the run, that is what stands right before a tool gave up
//! or near the end; an older failure after which work went on was survived. Among the deadly ones the earliest
//! is the cause, the others follow. Verdicts (`make: *** … Error 2`) and summaries (a unit that failed, an image
//! that was not built) lead only where nothing says why.

use std::cell::LazyCell;
use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::locale::Lang;

use super::candidate::{Candidate, Fate};
use super::compile::{Body, RuleBase};
use super::context::Context;
use super::engine::ended_so;
use super::fill::fill;
use super::finding::{Also, Finding};
use super::outcome::{End, Tail};
use super::rule::{Category, Kind, Severity};
use super::state::{Run, State};
use super::unknown;

mod machine;
mod many;

use machine::blamed_tests;
use many::gather;

/// How many of a run's last rows tell how it ended.
pub(super) const TAIL: usize = 160;
/// Failures further apart than this many lines are not one burst.
const BURST: u64 = 40;
/// How sure an answered question makes.
const CONFIRMED: f32 = 0.6;

/// A candidate that stands, and what ranking knows about it.
struct Entry<'a> {
    candidate: &'a Candidate,
    body: &'a Body,
    captures: BTreeMap<String, String>,
    severity: Severity,
    confidence: f32,
    count: u32,
    last: u64,
    fate: Fate,
    also: Vec<Also>,
}

/// Every finding of `state`, best first.
pub(super) fn findings(base: &RuleBase, context: &Context, state: &State, lang: Lang) -> Vec<Finding> {
    let mut entries = entries(base, context, state);
    entries.sort_by_key(|entry| (entry.candidate.run, entry.candidate.at));
    merge(&mut entries);
    one_per_line(&mut entries);
    weigh(&mut entries, context, state);
    gather(&mut entries);
    follow(&mut entries);
    summaries(&mut entries);
    symptoms(&mut entries);
    let blamed = blamed_tests(&entries);
    let bursts = bursts(&entries);
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_by_key(|&index| {
        let entry = &entries[index];
        (
            Reverse(entry.severity),
            entry.kind() == Kind::Symptom,
            Reverse(entry.candidate.run),
            blamed[index],
            entry.fate != Fate::Deadly,
            // Where nothing was deadly, what stands nearest to the end; where all is, what came first.
            if entry.fate == Fate::Deadly { 0 } else { usize::MAX - bursts[index] },
            is_summary(entry.body.rule.category),
            entry.candidate.at,
        )
    });
    let told: Vec<u64> = entries
        .iter()
        .filter(|entry| entry.severity == Severity::Error)
        .flat_map(|entry| [entry.candidate.evidence.line, entry.last])
        .collect();
    let mut entries: Vec<Option<Entry<'_>>> = entries.into_iter().map(Some).collect();
    let known: Vec<Finding> = order
        .into_iter()
        .filter_map(|index| entries[index].take())
        .map(|entry| entry.into_finding(lang))
        .collect();
    with_unknown(known, &told, context, state, lang)
}

fn entries<'a>(base: &'a RuleBase, context: &Context, state: &'a State) -> Vec<Entry<'a>> {
    let mut entries = Vec::new();
    for candidate in state.candidates.iter().filter(|candidate| candidate.stands()) {
        let Some(body) = base.body(candidate.rule) else { continue };
        let run = &state.runs[candidate.run];
        if !context.allows(&body.rule.when, run.stage.as_deref()) {
            continue;
        }
        if let (Some(ending), Some(end)) = (&body.rule.ending, &run.end)
            && !ended_so(ending, end)
        {
            continue;
        }
        let mut confidence = body.rule.confidence;
        match candidate.verdict(body) {
            Some(true) => continue,
            Some(false) => confidence += (1.0 - confidence) * CONFIRMED,
            None => {}
        }
        entries.push(Entry {
            candidate,
            body,
            captures: candidate.complete(body),
            severity: body.rule.severity,
            confidence,
            count: candidate.count,
            last: candidate.last,
            fate: candidate.fate,
            also: Vec::new(),
        });
    }
    entries
}

/// One finding for what a rule said about one subject in one run.
fn merge(entries: &mut Vec<Entry<'_>>) {
    let mut merged: Vec<Entry<'_>> = Vec::with_capacity(entries.len());
    for entry in entries.drain(..) {
        let same = merged.iter_mut().find(|other| {
            other.candidate.rule == entry.candidate.rule
                && other.candidate.run == entry.candidate.run
                && other.captures.get("subject") == entry.captures.get("subject")
        });
        match same {
            Some(same) => {
                same.count += entry.count;
                same.last = same.last.max(entry.last);
                same.fate = if entry.fate == Fate::Open { same.fate } else { entry.fate };
            }
            None => merged.push(entry),
        }
    }
    *entries = merged;
}

/// Where two rules claim the same line, the surer and more specific one has it.
fn one_per_line(entries: &mut Vec<Entry<'_>>) {
    let worth = |entry: &Entry<'_>| {
        (
            entry.kind() == Kind::Cause,
            (entry.confidence * 1000.0) as u32,
            entry.severity,
            entry.candidate.weight,
        )
    };
    let mut kept: Vec<Entry<'_>> = Vec::with_capacity(entries.len());
    for entry in entries.drain(..) {
        let line = entry.candidate.evidence.line;
        let claimed = kept.iter_mut().find(|other| line > 0 && other.candidate.evidence.line == line);
        match claimed {
            Some(other) => {
                let loser =
                    if worth(&entry) > worth(other) { std::mem::replace(other, entry) } else { entry };
                other.take(loser);
            }
            None => kept.push(entry),
        }
    }
    *entries = kept;
}

/// Lowers what did no harm, by how its run ended and what came after it.
fn weigh(entries: &mut [Entry<'_>], context: &Context, state: &State) {
    // Read when the first error asks how its run ended, and once for all of them.
    let tails: Vec<_> = state.runs.iter().map(|run| LazyCell::new(|| Tail::new(&run.tail))).collect();
    for entry in entries {
        let run = &state.runs[entry.candidate.run];
        let retried = run.stage.is_some()
            && state.runs[entry.candidate.run + 1..].iter().any(|next| next.stage == run.stage);
        let silent = entry.body.rule.ending.is_some();
        if retried
            || (!silent && end_of(entry, run, &tails[entry.candidate.run], context, state) == End::Good)
        {
            entry.severity = entry.severity.min(Severity::Warning);
        }
    }
}

fn end_of<'t>(
    entry: &Entry<'_>,
    run: &Run,
    tail: &LazyCell<Tail<'t>, impl FnOnce() -> Tail<'t>>,
    context: &Context,
    state: &State,
) -> End {
    let known = |ok: bool| if ok { End::Good } else { End::Bad };
    match (&run.end, context.exit) {
        (Some(end), _) => known(end.outcome.is_ok()),
        (None, Some(exit)) => known(exit == 0),
        // The run goes on: nobody knows yet.
        (None, None) if !state.finished && run.tail.is_empty() => End::Bad,
        (None, None) => match entry.fate {
            Fate::Survived if !tail.ends_badly() => End::Good,
            _ => tail.judge(entry.last),
        },
    }
}

/// Puts consequences under what they follow from.
fn follow(entries: &mut Vec<Entry<'_>>) {
    absorb(entries, |cause, effect, before| {
        before
            && effect.body.rule.follows.iter().any(|name| {
                name.value == cause.body.rule.id.value || name.value == cause.body.rule.category.slug()
            })
    });
}

/// Puts a summary under what it sums up: something surer of its reason, in the same burst.
fn summaries(entries: &mut Vec<Entry<'_>>) {
    absorb(entries, |cause, effect, before| {
        let distance =
            effect.candidate.evidence.line.abs_diff(cause.last.min(effect.candidate.evidence.line));
        let after = cause.candidate.evidence.line.saturating_sub(effect.last);
        effect.kind() == Kind::Cause
            && cause.kind() == Kind::Cause
            && is_summary(effect.body.rule.category)
            && !is_summary(cause.body.rule.category)
            && distance <= BURST
            && (before || (after <= BURST && effect.body.rule.category == Category::ServiceFailure))
    });
}

/// Puts symptoms under the nearest cause before them, else under the first after.
fn symptoms(entries: &mut Vec<Entry<'_>>) {
    absorb(entries, |cause, effect, _| effect.kind() == Kind::Symptom && cause.kind() == Kind::Cause);
}

/// Moves every entry that `belongs` to another under that one: the nearest before it, else the first after.
/// `belongs` takes cause, effect and whether the cause stands before the effect.
fn absorb(entries: &mut Vec<Entry<'_>>, belongs: impl Fn(&Entry<'_>, &Entry<'_>, bool) -> bool) {
    let mut index = 0;
    while index < entries.len() {
        let effect = &entries[index];
        let fits = |cause: &Entry<'_>, before: bool| {
            cause.candidate.run == effect.candidate.run
                && cause.severity >= effect.severity
                && belongs(cause, effect, before)
        };
        let cause = entries[..index].iter().rposition(|cause| fits(cause, true)).or_else(|| {
            entries[index + 1..].iter().position(|cause| fits(cause, false)).map(|at| index + 1 + at)
        });
        let Some(cause) = cause else {
            index += 1;
            continue;
        };
        let effect = entries.remove(index);
        let cause = if cause > index { cause - 1 } else { cause };
        // What killed the run by its consequence killed it.
        if effect.fate == Fate::Deadly {
            entries[cause].fate = Fate::Deadly;
        }
        entries[cause].take(effect);
    }
}

/// Categories that say that something failed rather than why.
fn is_summary(category: Category) -> bool {
    matches!(category, Category::DockerBuild | Category::Makefile | Category::ServiceFailure)
}

/// Which burst each entry is part of, counted from the log's start.
fn bursts(entries: &[Entry<'_>]) -> Vec<usize> {
    let mut bursts = Vec::with_capacity(entries.len());
    let mut burst = 0;
    let mut last = 0;
    for entry in entries {
        if entry.candidate.evidence.line > last + BURST {
            burst += 1;
        }
        last = last.max(entry.last);
        bursts.push(burst);
    }
    bursts
}

/// Adds, for a run that ended badly without a known cause, what looks most like one; of the rows in `told` more is known.
fn with_unknown(
    mut known: Vec<Finding>,
    told: &[u64],
    context: &Context,
    state: &State,
    lang: Lang,
) -> Vec<Finding> {
    let Some(run) = state.runs.last().filter(|run| state.finished || run.end.is_some()) else { return known };
    let has_cause =
        known.iter().any(|finding| finding.kind == Kind::Cause && finding.severity == Severity::Error);
    let bad = match (&run.end, context.exit) {
        (Some(end), _) => Some(!end.outcome.is_ok()),
        (None, Some(exit)) => Some(exit != 0),
        (None, None) => None,
    };
    if has_cause
        || !bad.unwrap_or_else(|| Tail::new(&run.tail).ends_badly() || unknown::is_complained_of(&run.tail))
    {
        return known;
    }
    let familiar = context.familiar.as_ref().zip(run.stage.as_deref());
    let familiar = familiar.and_then(|(familiar, stage)| familiar.rows(stage));
    let ending = unknown::Ending {
        stage: run.stage.as_deref(),
        known_bad: bad == Some(true),
        familiar: familiar.as_deref(),
    };
    let Some(unknown) = unknown::finding(&run.tail, ending, lang) else { return known };
    // Of that very row more is known, if it is only a warning: where all was given up, that is what it was for.
    let is_warned_of = |finding: &Finding| {
        (finding.evidence.line..=finding.evidence.end_line).contains(&unknown.evidence.line)
            && finding.severity == Severity::Warning
            && finding.kind == Kind::Cause
    };
    let leading = known.iter().find(|finding| finding.severity == Severity::Error);
    if let Some(warned) = known.iter().position(is_warned_of) {
        if leading.is_some_and(is_cascade) {
            let mut cause = known.remove(warned);
            cause.severity = Severity::Error;
            known.insert(0, cause);
        }
        return known;
    }
    match leading {
        // A symptom says more than a row that only stands last, and one that names its matter than a row that no tool
        // calls an error.
        Some(_) if told.contains(&unknown.evidence.line) => {}
        Some(symptom)
            if unknown.confidence < if is_cascade(symptom) { unknown::LIKELY } else { unknown::SURE } => {}
        _ => known.insert(0, unknown),
    }
    known
}

/// Whether a finding only says that something failed.
fn is_cascade(finding: &Finding) -> bool {
    let sums_up = matches!(finding.category, Category::DockerBuild | Category::Makefile);
    finding.kind == Kind::Symptom && (sums_up || finding.rule.starts_with("cascade."))
}

impl Entry<'_> {
    fn kind(&self) -> Kind {
        self.body.rule.kind
    }

    /// Takes another entry under this one.
    fn take(&mut self, other: Self) {
        let evidence = &other.candidate.evidence;
        let rule = other.body.rule.id.value.clone();
        self.also.push(Also { line: evidence.line, rule, text: evidence.text.clone() });
        self.also.extend(other.also);
    }

    fn into_finding(self, lang: Lang) -> Finding {
        let rule = &self.body.rule;
        let mut also = self.also;
        also.sort_by_key(|also| also.line);
        Finding {
            rule: rule.id.value.clone(),
            category: rule.category,
            kind: rule.kind,
            severity: self.severity,
            confidence: self.confidence,
            title: fill(rule.title.pick(lang), &self.captures),
            explain: fill(rule.explain.pick(lang), &self.captures),
            evidence: self.candidate.evidence.clone(),
            captures: self.captures,
            count: self.count,
            also,
            facts: self
                .candidate
                .facts
                .iter()
                .map(|asked| (asked.ask.clone(), asked.answer.clone()))
                .collect(),
        }
    }
}
