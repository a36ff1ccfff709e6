//! Why rules say nothing of a line: those that came near, and what spoke against each.
//!
//! Asked for one line by a person who looks at it; nothing here changes what is found.

use std::collections::BTreeMap;

use super::candidate::{self, Candidate, sides};
use super::compile::{Body, RuleBase};
use super::context::Context;
use super::fill::fill;
use super::matcher::Literal;
use super::memo::Found;
use super::needles::literals;
use super::pattern::{Pattern, Row};
use super::rule::Side;
use super::state::State;
use crate::event::Answer;
use crate::locale::Lang;
use crate::text::plain;

/// So many rules are told of.
const MOST: usize = 8;
/// Words of a pattern shorter than this, all together, say nothing about a line.
const TELLING: usize = 8;

/// The line that is asked about, and the lines around it.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// Rows of the log.
    pub rows: &'a [String],
    /// Which of them is asked about.
    pub at: usize,
    /// Its number in the log, from 1.
    pub line: u64,
    /// The stage that wrote it.
    pub stage: Option<&'a str>,
    /// The rules that have a finding on it.
    pub claimed: &'a [String],
}

/// What a rule has to say about a line that it claims no finding on.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The rule.
    pub rule: String,
    /// Its title, captures put in as far as there are any.
    pub title: String,
    /// What spoke against it.
    pub why: Why,
}

/// What speaks against a rule.
#[derive(Debug, Clone, PartialEq)]
pub enum Why {
    /// It recognised the line, and a finding that explains more took the line over, or what came after showed that
    /// the failure was survived.
    Behind,
    /// An answer about the machine refutes it.
    Fact {
        /// The question.
        ask: String,
        /// The answer.
        answer: Answer,
    },
    /// A line takes the match back.
    Unless {
        /// The line's number.
        line: u64,
        /// The line.
        text: String,
    },
    /// No line around holds what it wants beside this one.
    Needs {
        /// The regular expression.
        pattern: String,
        /// How many lines away at most.
        within: u32,
    },
    /// It is for other stages, machines or projects.
    Elsewhere(String),
    /// The line holds some of its words and lacks these.
    Lacks(String),
    /// The line holds all of its words, yet not in this form.
    Form(String),
}

impl Verdict {
    fn new(body: &Body, captures: &BTreeMap<String, String>, why: Why, lang: Lang) -> Self {
        let title = fill(body.rule.title.pick(lang), captures);
        Self { rule: body.rule.id.value.clone(), title, why }
    }
}

/// What every rule that came near says.
pub(super) fn verdicts(
    base: &RuleBase,
    (context, state): (&Context, &State),
    place: Place<'_>,
    lang: Lang,
) -> Vec<Verdict> {
    let Some(text) = place.rows.get(place.at) else { return Vec::new() };
    let clean = plain::clean(text.as_bytes());
    let row = Row::new(clean.as_bytes());
    let mut near: Vec<(usize, Verdict)> = Vec::new();
    for pattern in 0..base.patterns() as u32 {
        let source = base.source(pattern);
        let Some((nearness, missing)) = nearness(source, row.text.as_bytes()) else { continue };
        let rule = base.rule_of(pattern);
        let Some(body) = base.body(rule) else { continue };
        if place.claimed.contains(&body.rule.id.value) {
            continue;
        }
        let nothing = BTreeMap::new();
        // A row that lacks words of a pattern is none of its matches; for that nothing is compiled.
        if let Some(words) = missing {
            near.push((nearness, Verdict::new(body, &nothing, Why::Lacks(words), lang)));
            continue;
        }
        let Some(program) = base.program(pattern) else { continue };
        let verdict = if let Some(found) = program.captures(&row) {
            let taken = Found::new(body, &program, &found);
            let captures = candidate::complete(body, &taken.captures);
            let why = against(rule, body, (context, state), place, &taken.captures);
            (usize::MAX, Verdict::new(body, &captures, why, lang))
        } else {
            (nearness, Verdict::new(body, &nothing, Why::Form(source.to_owned()), lang))
        };
        near.push(verdict);
    }
    near.sort_by_key(|(nearness, _)| std::cmp::Reverse(*nearness));
    let mut seen: Vec<String> = Vec::new();
    let fresh = |verdict: &Verdict| {
        let fresh = !seen.contains(&verdict.rule);
        seen.push(verdict.rule.clone());
        fresh
    };
    near.into_iter().map(|(_, verdict)| verdict).filter(fresh).take(MOST).collect()
}

/// How much of a pattern's words a row holds, and those that it lacks; `None` where it is too little to tell.
fn nearness(source: &str, row: &[u8]) -> Option<(usize, Option<String>)> {
    let (mut held, mut lacked) = (0, 0);
    let mut missing: Vec<String> = Vec::new();
    for set in literals::required(source) {
        // Of the texts that would do, the one that the row comes nearest to.
        let Some((here, away)) = set.iter().map(|one| words(one, row)).max_by_key(|(here, away)| {
            let away: usize = away.iter().map(String::len).sum();
            (away == 0, *here * 100 / (*here + away).max(1))
        }) else {
            continue;
        };
        held += here;
        lacked += away.iter().map(String::len).sum::<usize>();
        missing.extend(away);
    }
    let telling = held >= TELLING && held >= lacked;
    missing.dedup();
    telling.then(|| (held * 100 / (held + lacked), (!missing.is_empty()).then(|| missing.join(" "))))
}

/// How long the words of a text are that a row holds, and those that it does not hold; all of it where it holds all.
fn words(text: &[u8], row: &[u8]) -> (usize, Vec<String>) {
    let holds = |part: &[u8]| Literal::new(part).stands_in(row);
    if holds(text) {
        return (text.len(), Vec::new());
    }
    let words =
        text.split(|byte| byte.is_ascii() && !byte.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let (here, away): (Vec<&[u8]>, Vec<&[u8]>) = words.partition(|word| word.len() > 2 && holds(word));
    let shown = |word: &[u8]| String::from_utf8_lossy(word).into_owned();
    if away.is_empty() {
        // Its words stand apart.
        return (here.iter().map(|word| word.len()).sum::<usize>() / 2, vec![shown(text)]);
    }
    (here.iter().map(|word| word.len()).sum(), away.into_iter().map(shown).collect())
}

/// What speaks against a rule that recognised the line.
fn against(
    rule: usize,
    body: &Body,
    (context, state): (&Context, &State),
    place: Place<'_>,
    captures: &BTreeMap<String, String>,
) -> Why {
    let here = |one: &&Candidate| {
        one.rule == rule && (one.evidence.line..=one.last.max(one.evidence.end_line)).contains(&place.line)
    };
    if let Some(asked) = state.candidates.iter().filter(here).find_map(|one| refuting(one, body)) {
        return asked;
    }
    if !context.allows(&body.rule.when, place.stage) {
        let when = &body.rule.when;
        let lists = [&when.stage, &when.arch, &when.distro, &when.project];
        let all: Vec<&str> = lists.iter().flat_map(|list| list.iter().map(String::as_str)).collect();
        return Why::Elsewhere(all.join(", "));
    }
    for (unless, pattern) in body.rule.unless.iter().zip(&body.unless) {
        if let Some(at) = find(place, pattern, captures, unless.side, unless.within) {
            let line = (place.line + at as u64).saturating_sub(place.at as u64);
            return Why::Unless { line, text: place.rows[at].clone() };
        }
    }
    let needed = body.rule.near.iter().zip(&body.near).filter(|(near, _)| near.required);
    for (near, pattern) in needed {
        if find(place, pattern, captures, near.side, near.within).is_none() {
            return Why::Needs { pattern: pattern.source.clone(), within: near.within };
        }
    }
    Why::Behind
}

fn refuting(one: &Candidate, body: &Body) -> Option<Why> {
    if one.verdict(body) != Some(true) {
        return None;
    }
    // One answer refutes; with the others alone it would stand.
    let alone = |index: usize| Candidate { facts: vec![one.facts[index].clone()], ..one.clone() };
    let index = (0..one.facts.len()).find(|index| alone(*index).verdict(body) == Some(true))?;
    let asked = &one.facts[index];
    Some(Why::Fact { ask: asked.ask.clone(), answer: asked.answer.clone()? })
}

/// The row on this side of the line that a pattern matches.
fn find(
    place: Place<'_>,
    pattern: &Pattern,
    captures: &BTreeMap<String, String>,
    side: Side,
    within: u32,
) -> Option<usize> {
    let program = pattern.filled(captures)?;
    let (same, before, after) = sides(side);
    let within = if side == Side::Rest { usize::MAX } else { within as usize };
    let first = if before { place.at.saturating_sub(within) } else { place.at };
    let last = if after { place.at.saturating_add(within) } else { place.at };
    (first..=last.min(place.rows.len().saturating_sub(1))).find(|at| {
        let clean = plain::clean(place.rows[*at].as_bytes());
        (same || *at != place.at) && program.captures(&Row::new(clean.as_bytes())).is_some()
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::diagnose::engine::Engine;
    use crate::event::Fact;

    const RULES: &str = "family: tool\nabout: {en: a}\nrules:\n\
        \x20 - id: tool.gone\n    category: missing-tool\n    title: {en: 'gone: {{tool}}'}\n    explain: {en: a}\n    \
        patterns: ['(?P<tool>\\w+): command not found']\n    shapes: {tool: tool}\n    \
        unless: [{pattern: 'falling back', side: after, within: 2}]\n    \
        facts: [{ask: 'which {{tool}}', expect: absent}]\n\
        \x20 - id: tool.old\n    category: wrong-tool\n    title: {en: old}\n    explain: {en: a}\n    \
        patterns: ['command not found: version (?P<v>\\d+) is too old']\n";

    fn engine(text: &str) -> (Engine, Vec<String>) {
        let (rules, problems) = RuleBase::load(&[("tool.yaml".into(), RULES.into())]);
        assert!(problems.is_empty(), "{problems:?}");
        let mut engine = Engine::new(Arc::new(rules), Context::default(), Lang::En);
        engine.push(text.as_bytes());
        (engine, text.lines().map(str::to_owned).collect())
    }

    fn asked(engine: &Engine, rows: &[String], at: usize) -> Vec<(String, Why)> {
        let line = at as u64 + 1;
        let here = engine.findings().into_iter().filter(|finding| finding.evidence.line == line);
        let claimed: Vec<String> = here.map(|finding| finding.rule).collect();
        let place = Place { rows, at, line, stage: None, claimed: &claimed };
        engine.why_not(place).into_iter().map(|verdict| (verdict.rule, verdict.why)).collect()
    }

    #[test]
    fn what_lacks_words_says_which_and_what_stands_is_no_near_miss() {
        let (mut engine, rows) = engine("make\nyq: command not found\nmake: *** Error 127\n");
        engine.finish();
        let told = asked(&engine, &rows, 1);
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(told[0].0, "tool.old");
        assert!(matches!(&told[0].1, Why::Lacks(words) if words.contains("version")), "{told:?}");
        assert_eq!(asked(&engine, &rows, 0), [], "nothing is near to a line that says nothing");
    }

    #[test]
    fn a_line_that_takes_the_match_back_is_shown() {
        let (mut engine, rows) = engine("yq: command not found\nfalling back to sed\nok\n");
        engine.finish();
        assert!(engine.findings().iter().all(|finding| finding.rule != "tool.gone"));
        let told = asked(&engine, &rows, 0);
        let why = Why::Unless { line: 2, text: "falling back to sed".into() };
        assert_eq!(told[0], ("tool.gone".to_owned(), why), "{told:?}");
    }

    #[test]
    fn a_fact_that_refutes_is_told_with_its_answer() {
        let (mut engine, rows) = engine("yq: command not found\nmake: *** Error 127\n");
        let answer = Answer::Is("/usr/bin/yq".into());
        engine.fact(&Fact { ask: "which yq".into(), answer: answer.clone() });
        engine.finish();
        let told = asked(&engine, &rows, 0);
        assert_eq!(
            told[0],
            ("tool.gone".to_owned(), Why::Fact { ask: "which yq".into(), answer }),
            "{told:?}"
        );
    }
}
