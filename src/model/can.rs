//! Which actions would do something now: what the footer and the palette offer.

use super::action::Action;
use super::dialog::{Dialog, PageKind};
use super::findings::{Entry, Standing};
use super::replay::Replay;
use super::stages::Stage;
use super::{Model, Pane, Phase};
use crate::event::Outcome;

impl Model {
    /// Whether an action would do something now; others are not hinted at.
    pub fn can(&self, action: Action) -> bool {
        let held = matches!(self.phase, Phase::Held(_)) && !self.is_replay();
        let waiting = held || matches!(self.phase, Phase::Waiting { .. }) && !self.is_replay();
        let running = self.stages.current().is_some() && !self.is_replay();
        match action {
            Action::Fix if self.page_stage().is_some() => self.page_finding().is_some(),
            Action::Fix => {
                let current = self.findings.current();
                // What is mended needs no fix, though it can still be looked at.
                current.is_some_and(|entry| !entry.fixes.is_empty() && entry.standing == Standing::Open)
            }
            Action::Retry | Action::Skip | Action::EditStage => {
                waiting && self.page_stage().is_none_or(|stage| self.waits_for(&stage.id))
            }
            Action::Play | Action::ToEnd => !self.recording().is_some_and(Replay::at_end),
            Action::Cancel | Action::Type => running,
            Action::SearchNext | Action::SearchPrevious => self.log.finder.is_some(),
            Action::NextFinding | Action::PreviousFinding | Action::Dismiss => !self.findings.list.is_empty(),
            // At the end of what grows no more there is nothing to follow.
            Action::Follow => !self.log.follow && (running || self.log.below() > 0),
            Action::FocusNext | Action::Zoom => self.zoom || self.ring().len() > 1,
            Action::ResetPanes => !self.panes.is_default(),
            Action::Summary => matches!(self.phase, Phase::Ended(_) | Phase::Cut),
            Action::LookBack => !self.is_past() && self.own && self.recall.is_none(),
            Action::HidePane => self.focus != Pane::Log,
            Action::Left | Action::Right => !self.log.wrap || self.focus == Pane::Timeline,
            Action::NextChoice
            | Action::PreviousChoice
            | Action::Edit
            | Action::NewLine
            | Action::RunThrough => self.dialog.as_ref().is_some_and(|dialog| dialog.can(action)),
            Action::Unfilter | Action::UnfilterAll => !self.log.sift.filters.list.is_empty(),
            Action::Around => self.log.sift.filters.list.iter().any(|filter| filter.wanted),
            Action::Unfold => self.log.sift.folds.is_on(),
            Action::Times => !self.log.is_text(),
            Action::NextBookmark | Action::Bookmarks => !self.log.bookmarks.is_empty(),
            Action::Open | Action::Bookmark if matches!(self.dialog, Some(Dialog::Bookmarks(_))) => {
                !self.log.bookmarks.is_empty()
            }
            Action::Copy => self.log.selection.is_some(),
            // Of what is read, the keys alone are searched: by what they do.
            Action::Palette => match &self.dialog {
                Some(Dialog::Read(page)) => page.kind == PageKind::Help,
                other => other.is_none(),
            },
            // What is read is closed by the key that leaves elsewhere, too; one hint for that is enough.
            Action::Quit => match &self.dialog {
                Some(Dialog::Read(page)) => page.kind == PageKind::Summary,
                Some(Dialog::WhyNot(_)) => false,
                _ => true,
            },
            Action::Accept => match &self.dialog {
                Some(Dialog::Fix(fix)) => fix.blocked().is_none(),
                _ => true,
            },
            _ => true,
        }
    }

    /// The stage whose page is open.
    pub(super) fn page_stage(&self) -> Option<&Stage> {
        match &self.dialog {
            Some(Dialog::Read(page)) if page.kind == PageKind::Stage => self.stages.current_selection(),
            _ => None,
        }
    }

    /// What could be mended of the stage whose page is open: the selected finding, or else the best one.
    pub(super) fn page_finding(&self) -> Option<usize> {
        let stage = self.page_stage()?;
        let mends = |entry: &Entry| {
            !entry.fixes.is_empty()
                && entry.standing == Standing::Open
                && entry.finding.evidence.stage.as_deref() == Some(stage.id.as_str())
        };
        let selected = self.findings.current().filter(|entry| mends(entry));
        selected.map(|_| self.findings.selected).or_else(|| self.findings.list.iter().position(mends))
    }

    /// Whether it is this stage that the build waits for.
    fn waits_for(&self, id: &str) -> bool {
        match &self.phase {
            Phase::Waiting { stage } => stage == id,
            Phase::Held(run) => run.stage == id,
            _ => false,
        }
    }

    /// Whether a fix for the stage that the build waits for ran well since its last try.
    pub fn fix_worked(&self) -> bool {
        let Phase::Waiting { stage } = &self.phase else { return false };
        let began = self.stages.list.iter().find(|known| known.id == *stage).map_or(0, |known| known.line);
        let fix = self.stages.fixes.last().filter(|fix| fix.over && fix.stage == *stage && fix.line > began);
        fix.is_some_and(|fix| fix.outcome.is_some_and(Outcome::is_ok))
    }
}
