//! What the user asks about a finding or a line beyond its fix: why not another rule, a rule of their own, away with it.

use crate::diagnose::why_not::Place;
use crate::locale::Text;
use crate::model::dialog::{Dialog, WhyNot};
use crate::model::effect::{Desk, Effect};
use crate::model::findings::Standing;
use crate::model::rule_draft::{Matches, RuleDraft};
use crate::model::writing::Writing;
use crate::model::{Model, NoticeKind, Pane};

/// So many lines on either side of the one that is asked about are looked at: as far as rules can look.
const AROUND: u64 = 200;

impl Model {
    /// Puts the selected finding aside, once the reason is written, or brings it back.
    pub(super) fn dismiss(&mut self) -> Vec<Effect> {
        let Some(entry) = self.findings.current() else {
            self.notify(NoticeKind::NoFinding);
            return Vec::new();
        };
        let finding = entry.finding.clone();
        if entry.standing != Standing::Dismissed {
            self.dialog = Some(Dialog::Write(Box::new(Writing::reason(finding))));
            return Vec::new();
        }
        self.findings.bring_back(&finding);
        if !self.log.is_text() {
            // Where it stands depends on the stages; a text has none.
            self.refresh_findings();
        }
        self.notify(NoticeKind::BroughtBack);
        vec![Desk::Dismissed(self.findings.dismissed.clone()).into()]
    }

    /// The line that is asked about, from 0: that of the finding that is looked at, or the one that the log points at.
    pub(super) fn asked_line(&self) -> Option<u64> {
        let of_finding = || self.findings.current()?.finding.evidence.line.checked_sub(1);
        let finding = matches!(self.focus, Pane::Findings | Pane::Details).then(of_finding).flatten();
        finding.or_else(|| (!self.log.is_empty()).then(|| self.log.point()))
    }

    /// The rows around a line, and which of them it is.
    fn around(&mut self, line: u64) -> (Vec<String>, usize) {
        let first = line.saturating_sub(AROUND);
        let rows = (first..=line + AROUND).map_while(|number| self.log.line(number));
        (rows.map(|line| line.text).collect(), usize::try_from(line - first).unwrap_or(0))
    }

    /// Shows which rules came near to the line, and what spoke against them.
    pub(super) fn ask_why_not(&mut self) {
        let Some(line) = self.asked_line() else { return self.notify(NoticeKind::NoLine) };
        let (rows, at) = self.around(line);
        let Some(text) = rows.get(at).cloned() else { return self.notify(NoticeKind::NoLine) };
        let number = self.log.number(line).unwrap_or(line + 1);
        let here = |entry: &&crate::model::findings::Entry| {
            let evidence = &entry.finding.evidence;
            (evidence.line..=evidence.end_line.max(evidence.line)).contains(&number)
                || entry.finding.also.iter().any(|also| also.line == number)
        };
        let entry = self.findings.list.iter().find(here);
        let finding = entry.map(|entry| entry.finding.title.clone());
        let stage = entry.and_then(|entry| entry.finding.evidence.stage.clone());
        let claimed: Vec<String> =
            self.findings.list.iter().filter(here).map(|entry| entry.finding.rule.clone()).collect();
        let place = Place { rows: &rows, at, line: number, stage: stage.as_deref(), claimed: &claimed };
        let verdicts = self.findings.why_not(place);
        self.dialog = Some(Dialog::WhyNot(Box::new(WhyNot {
            line: number,
            text,
            finding,
            verdicts,
            scroll: 0,
            overflow: 0,
        })));
    }

    /// Drafts a rule from the line, and lets it be counted how often it would have matched.
    pub(super) fn draft_rule(&mut self) -> Vec<Effect> {
        let Some(line) = self.asked_line() else {
            self.notify(NoticeKind::NoLine);
            return Vec::new();
        };
        let text = self.log.line(line).map(|line| line.text).unwrap_or_default();
        let number = self.log.number(line).unwrap_or(line + 1);
        let unknown = crate::diagnose::unknown::UNKNOWN;
        let known = self
            .findings
            .list
            .iter()
            .find(|entry| entry.finding.rule != unknown && entry.finding.evidence.line == number);
        let known = known.map(|entry| entry.finding.rule.clone());
        let Some(rule) = RuleDraft::of(&text, known) else {
            self.notify(NoticeKind::NoLine);
            return Vec::new();
        };
        let pattern = rule.draft.pattern.clone();
        self.dialog = Some(Dialog::Rule(Box::new(rule)));
        vec![Desk::Count(pattern).into()]
    }

    /// The count of a draft's matches came in.
    pub(super) fn counted(&mut self, pattern: &str, matches: Result<Matches, Text>) -> Vec<Effect> {
        if let Some(Dialog::Rule(rule)) = &mut self.dialog
            && rule.draft.pattern == pattern
        {
            rule.matches = Some(matches);
        }
        Vec::new()
    }
}
