//! What the rules say of a line that they claim no finding on, and a rule of the user's own made from it.

use super::Look;
use super::details::{heading, prose};
use super::paint::Pieces;
use crate::diagnose::why_not::Why;
use crate::event::Answer;
use crate::locale::ui::{Say, Tell};
use crate::model::action::{Action, Context};
use crate::model::dialog::WhyNot;
use crate::model::rule_draft::{Matches, RuleDraft};
use crate::text::wrap::wrap;
use crate::theme::Role;

/// Which rules came near, and what spoke against each.
pub(super) fn why_not(look: &Look<'_>, why: &WhyNot, width: usize) -> Vec<Pieces> {
    let mut lines = quoted_line(look, why.line, &why.text, width);
    if let Some(finding) = &why.finding {
        lines.push(Vec::new());
        lines.extend(prose(&look.say(Tell::WhyFinding { title: finding }), width, look.style(Role::Text)));
    }
    if why.verdicts.is_empty() {
        lines.push(Vec::new());
        lines.extend(prose(look.t(Say::WhyNothing), width, look.style(Role::Text)));
    }
    for verdict in &why.verdicts {
        lines.push(Vec::new());
        lines.push(vec![
            (format!("{}  ", verdict.rule), look.style(Role::Key)),
            (
                crate::text::wrap::fit(
                    &verdict.title,
                    width.saturating_sub(verdict.rule.len() + 2),
                    look.glyphs.cut,
                ),
                look.style(Role::Dim),
            ),
        ]);
        let said = spoken(look, &verdict.why);
        for line in wrap(&said, width.saturating_sub(2)) {
            lines.push(vec![(format!("  {line}"), look.style(Role::Text))]);
        }
    }
    lines
}

/// What speaks against a rule, in words.
fn spoken(look: &Look<'_>, why: &Why) -> String {
    match why {
        Why::Behind => look.t(Say::WhyBehind).to_owned(),
        Why::Fact { ask, answer } => {
            let answer = match answer {
                Answer::Is(value) => value.clone(),
                Answer::Absent => look.t(Say::FactAbsent).to_owned(),
                Answer::Unknown(why) => look.say(Tell::FactUnknown { why: why.pick(look.lang) }),
            };
            look.say(Tell::WhyFact { ask, answer: &answer })
        }
        Why::Unless { line, text } => {
            look.say(Tell::WhyUnless { line: &line.to_string(), text: text.trim() })
        }
        Why::Needs { pattern, within } => look.say(Tell::WhyNeeds { pattern, count: u64::from(*within) }),
        Why::Elsewhere(places) => look.say(Tell::WhyElsewhere { places }),
        Why::Lacks(words) => look.say(Tell::WhyLacks { words }),
        Why::Form(pattern) => look.say(Tell::WhyForm { pattern }),
    }
}

fn quoted_line(look: &Look<'_>, number: u64, text: &str, width: usize) -> Vec<Pieces> {
    let mut lines =
        vec![vec![(look.say(Tell::EvidenceLine { line: &number.to_string() }), look.style(Role::Title))]];
    lines.extend(prose(&text.replace('\t', "    "), width, look.style(Role::Strong)));
    lines
}

/// A drafted rule: what keeping it does, how often it would have matched, and the rule itself.
pub(super) fn rule(look: &Look<'_>, made: &RuleDraft, width: usize) -> Vec<Pieces> {
    let mut lines: Vec<Pieces> =
        prose(&made.line.replace('\t', "    "), width, look.style(Role::Strong)).collect();
    lines.push(Vec::new());
    let key = &look.keymap.key(Context::RuleDialog, Action::Accept);
    let kept = look.say(Tell::RuleKeeps { key });
    lines.extend(prose(&kept, width, look.style(Role::Text)));
    if let Some(known) = &made.known {
        lines.extend(prose(&look.say(Tell::RuleKnown { rule: known }), width, look.style(Role::Warn)));
    }
    if !made.draft.has_fixed_text() {
        lines.extend(prose(look.t(Say::NoFixedText), width, look.style(Role::Warn)));
    }
    let (said, role) = match &made.matches {
        None => (look.t(Say::RuleCounting).to_owned(), Role::Dim),
        Some(Err(why)) => (look.say(Tell::NoticeFailed { why: why.pick(look.lang) }), Role::Warn),
        Some(Ok(found)) => {
            let Matches { lines, sessions, .. } = *found;
            (look.say(Tell::PatternMatches { lines, with: found.with, sessions }), Role::Text)
        }
    };
    lines.extend(prose(&said, width, look.style(role)));
    if let Some(Ok(Matches { passed: well @ 1.., .. })) = &made.matches {
        let said = look.say(Tell::PatternPassed { count: *well });
        lines.extend(prose(&said, width, look.style(Role::Warn)));
    }
    heading(look, &mut lines, Say::RuleYaml, "");
    for line in made.yaml().lines() {
        lines.extend(prose(line, width, look.style(Role::Command)));
    }
    lines
}
