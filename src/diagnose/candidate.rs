//! A match on its way to become a finding: its captures, its evidence and what it still waits for.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::event::Answer;

use super::compile::Body;
use super::fill::{fill, names};
use super::finding::Evidence;
use super::outcome::Mark;
use super::pattern::{Groups, Program, Row};
use super::rule::{Expect, Shape, Side};

/// The lines of context on either side of the evidence.
pub(super) const CONTEXT: usize = 3;

/// A match of one rule.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) rule: usize,
    /// Which run of which stage, counted from 0.
    pub(super) run: usize,
    pub(super) captures: BTreeMap<String, String>,
    pub(super) evidence: Evidence,
    /// Where the evidence stands, counted in rows that ever came; orders candidates.
    pub(super) at: u64,
    /// The line that matched last.
    pub(super) last: u64,
    pub(super) count: u32,
    /// How much of the line its pattern spells out; the more, the more specific.
    pub(super) weight: u32,
    pub(super) waits: Vec<Wait>,
    pub(super) refuted: bool,
    /// Lines of context after the evidence that are still to come.
    pub(super) context_due: usize,
    /// What became of the command that failed.
    pub(super) fate: Fate,
    /// Rows that still may tell its fate.
    pub(super) fate_due: usize,
    /// The Go test whose output this is part of, while it is not known to have passed.
    pub(super) test: Option<String>,
    pub(super) facts: Vec<Asked>,
}

/// What the rows right after a failure say about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Nothing.
    Open,
    /// A tool gave up because of it.
    Deadly,
    /// Its caller ignores it, or something ended well right after.
    Survived,
}

impl Fate {
    /// The fate that a row tells.
    pub(super) fn of(mark: Mark) -> Option<Self> {
        match mark {
            Mark::Final => Some(Self::Deadly),
            Mark::Ignored | Mark::Good => Some(Self::Survived),
            Mark::Bad | Mark::Neutral => None,
        }
    }
}

/// How many rows may tell a failure's fate.
pub(super) const FATE_WITHIN: usize = 12;

/// A condition on rows that have not come yet.
#[derive(Debug, Clone)]
pub(super) struct Wait {
    pub(super) what: What,
    pub(super) program: Arc<Program>,
    /// The last line that counts; `u64::MAX` for the rest of the stage.
    pub(super) until: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// Must come.
    Required { evidence: bool },
    /// May come, to fill captures in.
    Optional { evidence: bool },
    /// Must not come.
    Unless,
}

/// A question asked on a candidate's behalf.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// Which of the rule's `facts`.
    pub(super) test: usize,
    pub(super) ask: String,
    pub(super) answer: Option<Answer>,
}

impl Candidate {
    /// Whether it may be shown: nothing refutes it and nothing it needs is still to come.
    pub(super) fn stands(&self) -> bool {
        !self.refuted && !self.waits.iter().any(|wait| matches!(wait.what, What::Required { .. }))
    }

    /// Whether the lines that follow next can change it.
    pub(super) fn is_settled(&self) -> bool {
        self.refuted || self.waits.iter().all(|wait| wait.until == u64::MAX && wait.what == What::Unless)
    }

    /// Whether the rows that follow next must be shown to it, one by one.
    pub(super) fn is_watching(&self) -> bool {
        !self.refuted
            && (self.context_due > 0
                || self.fate_due > 0
                || self.waits.iter().any(|wait| wait.until < u64::MAX))
    }

    /// It matched once more.
    pub(super) fn again(&mut self, line: u64) {
        self.count = self.count.saturating_add(1);
        self.last = line;
    }

    /// Learns from a row after the first match what became of it.
    pub(super) fn foresee(&mut self, mark: Mark, line: u64) {
        if self.fate_due == 0 || line <= self.evidence.end_line {
            return;
        }
        self.fate_due -= 1;
        if let Some(fate) = Fate::of(mark) {
            self.fate = fate;
            self.fate_due = 0;
        }
    }

    /// Looks at a row that came after the evidence: for conditions within some lines, or (`rest`) for those on
    /// the whole rest of the stage.
    pub(super) fn look(&mut self, row: &Row<'_>, line: u64, rest: bool) {
        let mut index = 0;
        while index < self.waits.len() {
            let wait = &self.waits[index];
            if (wait.until == u64::MAX) != rest {
                index += 1;
                continue;
            }
            if line > wait.until {
                self.expire(index);
                continue;
            }
            let program = Arc::clone(&wait.program);
            let Some(found) = program.finds(row) else {
                index += 1;
                continue;
            };
            let what = wait.what;
            match what {
                What::Unless => self.refuted = true,
                What::Required { .. } | What::Optional { .. } => self.take(&program, &found),
            }
            self.moves_to(what, row, line);
            self.waits.remove(index);
        }
    }

    /// A condition that was met lies at this row: the evidence reaches to it, or is it.
    pub(super) fn moves_to(&mut self, what: What, row: &Row<'_>, line: u64) {
        let (What::Required { evidence } | What::Optional { evidence }) = what else { return };
        if evidence {
            self.evidence.text = row.text.to_string();
            self.evidence.line = line;
        }
        if evidence || what == (What::Required { evidence }) {
            self.evidence.end_line = self.evidence.end_line.max(line);
        }
    }

    fn expire(&mut self, index: usize) {
        if matches!(self.waits.remove(index).what, What::Required { .. }) {
            self.refuted = true;
        }
    }

    /// Nothing more will come.
    pub(super) fn end(&mut self) {
        while !self.waits.is_empty() {
            self.expire(self.waits.len() - 1);
        }
        self.context_due = 0;
        self.fate_due = 0;
    }

    /// Takes named groups over; the first value of a name stays.
    pub(super) fn take(&mut self, program: &Program, found: &Groups<'_>) {
        take(&mut self.captures, program, found);
    }

    /// The rule's captures with defaults and subject.
    pub(super) fn complete(&self, body: &Body) -> BTreeMap<String, String> {
        let mut captures = complete(body, &self.captures);
        let subject = subject(body, &captures);
        captures.insert("subject".to_owned(), subject);
        captures
    }

    /// The thing a person would search for.
    pub(super) fn subject(&self, body: &Body) -> String {
        subject(body, &complete(body, &self.captures))
    }

    /// Whether a fact speaks against it (`true`) or for it (`false`); `None` where none does.
    pub(super) fn verdict(&self, body: &Body) -> Option<bool> {
        let mut confirmed = None;
        for asked in &self.facts {
            let test = &body.rule.facts[asked.test];
            let program = body.facts[asked.test].program();
            let matches = |value: &str| program.is_some_and(|program| program.is_match(value));
            let holds = match (&asked.answer, test.expect) {
                (None | Some(Answer::Unknown(_)), _) | (_, Expect::Anything) => continue,
                (Some(Answer::Is(_)), Expect::Present)
                | (Some(Answer::Absent), Expect::Absent | Expect::IsNotMatching) => true,
                (Some(Answer::Is(value)), Expect::IsMatching) => matches(value),
                (Some(Answer::Is(value)), Expect::IsNotMatching) => !matches(value),
                _ => false,
            };
            if !holds {
                return Some(true);
            }
            confirmed = Some(false);
        }
        confirmed
    }
}

/// Takes named groups over; the first value of a name stays.
pub(super) fn take(captures: &mut BTreeMap<String, String>, program: &Program, found: &Groups<'_>) {
    for name in program.names() {
        if let Some(value) = found.name(name).map(str::trim).filter(|value| !value.is_empty())
            && !captures.contains_key(name)
        {
            captures.insert(name.to_owned(), value.to_owned());
        }
    }
}

/// Captures with the rule's defaults. A default may be made of others: what it names is filled in before it, in
/// whatever order the names sort. Defaults that name each other in a circle find nothing there.
pub(super) fn complete(body: &Body, captures: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut captures = captures.clone();
    let missing = body.rule.defaults.iter().filter(|(name, _)| !captures.contains_key(*name));
    let mut open: Vec<(&String, &String)> = missing.collect();
    while !open.is_empty() {
        let waits = |template: &str| names(template).any(|named| open.iter().any(|(name, _)| *name == named));
        let next = open.iter().position(|(_, template)| !waits(template)).unwrap_or(0);
        let (name, template) = open.remove(next);
        let value = fill(template, &captures);
        captures.insert(name.clone(), value);
    }
    captures
}

/// The thing a person would search for: the rule's template, else the first shaped capture, else the first.
pub(super) fn subject(body: &Body, captures: &BTreeMap<String, String>) -> String {
    let rule = &body.rule;
    if !rule.subject.is_empty() {
        let known = names(&rule.subject).all(|name| captures.contains_key(name));
        if known {
            return fill(&rule.subject, captures);
        }
    }
    let groups = group_names(body);
    let shaped = groups.iter().find(|name| {
        captures.contains_key(**name) && rule.shapes.get(**name).is_some_and(|shape| *shape != Shape::Text)
    });
    shaped
        .or_else(|| groups.iter().find(|name| captures.contains_key(**name)))
        .and_then(|name| captures.get(*name).cloned())
        .unwrap_or_default()
}

/// Named groups of a rule's patterns in the order in which they are written.
pub(super) fn group_names(body: &Body) -> Vec<&str> {
    let rule = &body.rule;
    let sources = rule.patterns.iter().chain(rule.near.iter().map(|near| &near.pattern));
    let mut names = Vec::new();
    for source in sources {
        let mut rest = source.value.as_str();
        while let Some(at) = rest.find("(?") {
            rest = rest[at + 2..].trim_start_matches('P');
            let Some(name) =
                rest.strip_prefix('<').and_then(|rest| rest.split_once('>')).map(|(name, _)| name)
            else {
                continue;
            };
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

/// Whether rows on this side of the evidence count, before and after.
pub(super) fn sides(side: Side) -> (bool, bool, bool) {
    match side {
        Side::Same => (true, false, false),
        Side::Before => (false, true, false),
        Side::After | Side::Rest => (false, false, true),
        Side::Around => (true, true, true),
    }
}
