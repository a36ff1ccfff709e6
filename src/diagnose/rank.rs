//! Candidates into findings: which of them is the cause, which only follows, which was survived.

use std::collections::BTreeMap;

use crate::locale::Lang;

use super::candidate::Candidate;
use super::compile::{Compiled, RuleBase};
use super::context::Context;
use super::engine::{State, ended_so};
use super::fill::fill;
use super::finding::{Also, Finding};
use super::outcome::{self, End};
use super::rule::{Kind, Severity};

/// How many of a run's last rows tell how it ended.
pub(super) const TAIL: usize = 120;

/// A candidate that stands, and what ranking knows about it.
struct Entry<'a> {
    candidate: &'a Candidate,
    compiled: &'a Compiled,
    captures: BTreeMap<String, String>,
    severity: Severity,
    confidence: f32,
    count: u32,
    also: Vec<Also>,
}

/// Every finding of `state`, best first.
pub(super) fn findings(base: &RuleBase, context: &Context, state: &State, lang: Lang) -> Vec<Finding> {
    let mut entries = entries(base, context, state);
    entries.sort_by_key(|entry| entry.candidate.at);
    merge(&mut entries);
    one_per_line(&mut entries);
    for entry in &mut entries {
        entry.severity = entry.severity.min(allowed(entry, context, state));
    }
    follow(&mut entries);
    symptoms(&mut entries);
    entries.sort_by(|a, b| order(a).cmp(&order(b)).then(a.candidate.at.cmp(&b.candidate.at)));
    entries.into_iter().map(|entry| entry.into_finding(lang)).collect()
}

/// Better first.
fn order(entry: &Entry<'_>) -> impl Ord + use<> {
    (std::cmp::Reverse(entry.severity), entry.compiled.rule.kind == Kind::Symptom)
}

fn entries<'a>(base: &'a RuleBase, context: &Context, state: &'a State) -> Vec<Entry<'a>> {
    let mut entries = Vec::new();
    for candidate in state.candidates.iter().filter(|candidate| candidate.stands()) {
        let compiled = base.compiled(candidate.rule);
        let run = &state.runs[candidate.run];
        if !context.allows(&compiled.rule.when, run.stage.as_deref()) {
            continue;
        }
        if let (Some(ending), Some(end)) = (&compiled.rule.ending, &run.end)
            && !ended_so(ending, end)
        {
            continue;
        }
        let mut confidence = compiled.rule.confidence;
        match candidate.verdict(compiled) {
            Some(true) => continue,
            Some(false) => confidence += (1.0 - confidence) * 0.6,
            None => {}
        }
        entries.push(Entry {
            candidate,
            compiled,
            captures: candidate.complete(compiled),
            severity: compiled.rule.severity,
            confidence,
            count: candidate.count,
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
            Some(same) => same.count += entry.count,
            None => merged.push(entry),
        }
    }
    *entries = merged;
}

/// Where two rules claim the same line, the surer and more specific one has it.
fn one_per_line(entries: &mut Vec<Entry<'_>>) {
    let better = |a: &Entry<'_>, b: &Entry<'_>| {
        let key = |entry: &Entry<'_>| {
            (
                entry.compiled.rule.kind == Kind::Cause,
                (entry.confidence * 1000.0) as u32,
                entry.candidate.weight,
            )
        };
        key(a) > key(b)
    };
    let mut kept: Vec<Entry<'_>> = Vec::with_capacity(entries.len());
    for entry in entries.drain(..) {
        let line = entry.candidate.evidence.line;
        let claimed = kept.iter_mut().find(|other| line > 0 && other.candidate.evidence.line == line);
        match claimed {
            Some(other) => {
                let loser = if better(&entry, other) { std::mem::replace(other, entry) } else { entry };
                let also = loser.as_also();
                other.also.push(also);
                other.also.extend(loser.also);
            }
            None => kept.push(entry),
        }
    }
    *entries = kept;
}

/// The worst severity that a finding may have, by how its run ended.
fn allowed(entry: &Entry<'_>, context: &Context, state: &State) -> Severity {
    let run = &state.runs[entry.candidate.run];
    let silent = entry.compiled.rule.ending.is_some();
    let end = match (&run.end, context.exit) {
        (Some(end), _) => {
            if end.outcome.is_ok() {
                End::Good
            } else {
                End::Bad
            }
        }
        (None, Some(exit)) => {
            if exit == 0 {
                End::Good
            } else {
                End::Bad
            }
        }
        (None, None) if !state.finished && run.tail.is_empty() => End::Bad,
        (None, None) => outcome::judge(&run.tail, entry.candidate.last),
    };
    if end == End::Good && !silent { Severity::Warning } else { Severity::Error }
}

/// Puts consequences under what they follow from.
fn follow(entries: &mut Vec<Entry<'_>>) {
    let mut index = 0;
    while index < entries.len() {
        let follows = &entries[index].compiled.rule.follows;
        let before = entries[..index].iter().position(|other| {
            other.candidate.run == entries[index].candidate.run
                && follows.iter().any(|name| {
                    name.value == other.compiled.rule.id.value
                        || name.value == other.compiled.rule.category.slug()
                })
        });
        match before {
            Some(cause) => {
                let effect = entries.remove(index);
                let also = effect.as_also();
                entries[cause].also.push(also);
                entries[cause].also.extend(effect.also);
            }
            None => index += 1,
        }
    }
}

/// Puts symptoms under the nearest cause before them, else under the first after.
fn symptoms(entries: &mut Vec<Entry<'_>>) {
    let is_cause =
        |entry: &Entry<'_>, severity| entry.compiled.rule.kind == Kind::Cause && entry.severity >= severity;
    let mut index = 0;
    while index < entries.len() {
        let entry = &entries[index];
        if entry.compiled.rule.kind != Kind::Symptom {
            index += 1;
            continue;
        }
        let cause = entries[..index]
            .iter()
            .rposition(|other| is_cause(other, entry.severity))
            .or_else(|| entries.iter().position(|other| is_cause(other, entry.severity)));
        match cause {
            Some(cause) => {
                let symptom = entries.remove(index);
                let cause = if cause > index { cause - 1 } else { cause };
                let also = symptom.as_also();
                entries[cause].also.push(also);
                entries[cause].also.extend(symptom.also);
            }
            None => index += 1,
        }
    }
}

impl Entry<'_> {
    fn as_also(&self) -> Also {
        let evidence = &self.candidate.evidence;
        Also { line: evidence.line, rule: self.compiled.rule.id.value.clone(), text: evidence.text.clone() }
    }

    fn into_finding(self, lang: Lang) -> Finding {
        let rule = &self.compiled.rule;
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
