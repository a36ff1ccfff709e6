//! What the user decides about the build: fix, retry, skip, cancel, type, leave.

use std::collections::BTreeSet;

use crate::event::Choice;
use crate::model::action::Action;
use crate::model::dialog::{Dialog, FixDialog, Place, Question, Refusal};
use crate::model::effect::{Effect, Screen, World};
use crate::model::step::StepDialog;
use crate::model::writing::Writing;
use crate::model::{Mode, Model, NoticeKind, Pane, Phase};

impl Model {
    /// Actions on the build; `None` where the action is none.
    pub(super) fn act_on_build(&mut self, action: Action) -> Option<Vec<Effect>> {
        let refused = match action {
            Action::Fix => return Some(self.offer_fix()),
            Action::Quit => return Some(self.quit()),
            Action::Retry | Action::Skip | Action::EditStage | Action::Cancel | Action::Type
                if self.is_past() =>
            {
                NoticeKind::LookingBack
            }
            Action::Retry | Action::Skip | Action::EditStage | Action::Cancel | Action::Type
                if self.is_replay() =>
            {
                NoticeKind::ReplayOnly
            }
            Action::Cancel | Action::Type if self.stages.current().is_none() => NoticeKind::NothingRuns,
            Action::Cancel => {
                let what = self.running_title().unwrap_or_default();
                self.dialog = Some(Dialog::Ask(Question::Cancel { what }));
                return Some(Vec::new());
            }
            Action::Type => {
                self.typing = true;
                self.focus = Pane::Log;
                self.log.end();
                return Some(Vec::new());
            }
            Action::Retry | Action::Skip | Action::EditStage if matches!(self.phase, Phase::Held(_)) => {
                self.show_held(action == Action::EditStage);
                return Some(Vec::new());
            }
            Action::EditStage if matches!(self.phase, Phase::Waiting { .. }) => {
                self.edit_failed();
                return Some(Vec::new());
            }
            Action::EditStage => NoticeKind::NotWaiting,
            Action::Retry | Action::Skip => match (&self.phase, action) {
                (Phase::Waiting { stage }, Action::Retry) => {
                    return Some(vec![World::Choose(Choice::Retry { stage: stage.clone() }).into()]);
                }
                (Phase::Waiting { stage }, _) => {
                    self.dialog = Some(Dialog::Ask(Question::Skip { stage: stage.clone() }));
                    return Some(Vec::new());
                }
                _ => NoticeKind::NotWaiting,
            },
            _ => return None,
        };
        self.notify(refused);
        Some(Vec::new())
    }

    /// Shows the stage that step mode holds back, or its script to be changed.
    fn show_held(&mut self, edit: bool) {
        let Phase::Held(run) = &self.phase else { return };
        let dialog = Box::new(StepDialog::new((**run).clone()));
        self.dialog =
            Some(if edit { Dialog::Write(Box::new(Writing::script(dialog))) } else { Dialog::Step(dialog) });
    }

    /// The script of the stage that failed, to be changed before the next try.
    fn edit_failed(&mut self) {
        let Phase::Waiting { stage } = &self.phase else { return };
        let run =
            self.stages.list.iter().find(|known| known.id == *stage).and_then(|stage| stage.run.clone());
        if let Some(run) = run {
            let dialog = Box::new(StepDialog { again: true, ..StepDialog::new(run) });
            self.dialog = Some(Dialog::Write(Box::new(Writing::script(dialog))));
        }
    }

    /// Shows what would mend the selected finding.
    fn offer_fix(&mut self) -> Vec<Effect> {
        let Some(entry) = self.findings.current() else {
            self.notify(NoticeKind::NoFinding);
            return Vec::new();
        };
        if entry.fixes.is_empty() {
            self.notify(NoticeKind::NoFix);
            return Vec::new();
        }
        self.dialog = Some(Dialog::Fix(Box::new(FixDialog {
            finding: entry.finding.clone(),
            fixes: entry.fixes.clone(),
            chosen: 0,
            place: self.fix_place(),
            refusal: self.fix_refusal(),
            edited: BTreeSet::new(),
            next_edit: 0,
            scroll: 0,
            overflow: 0,
        })));
        Vec::new()
    }

    /// Why no fix can run now, whichever it is.
    fn fix_refusal(&self) -> Option<Refusal> {
        match &self.phase {
            _ if self.is_past() => Some(Refusal::Past),
            _ if self.is_replay() => Some(Refusal::Replay),
            Phase::Ended(_) | Phase::Cut => Some(Refusal::Over),
            _ if self.stages.current().is_some() => Some(Refusal::Busy),
            _ => None,
        }
    }

    /// Where and as whom a fix would run now.
    fn fix_place(&self) -> Place {
        let stage = match &self.phase {
            Phase::Waiting { stage } => self.stages.list.iter().find(|known| known.id == *stage),
            _ => None,
        };
        let run = stage.and_then(|stage| stage.run.as_ref());
        Place {
            dir: run.map_or_else(|| self.about.dir.clone(), |run| run.dir.clone()),
            target: self.about.target.clone(),
            user: self.about.user.clone(),
            env: run.map(|run| run.env.clone()).unwrap_or_default(),
        }
    }

    /// A fix that is looked at can run once the stage that kept it from running is over, and not while another does.
    pub(super) fn renew_fix(&mut self) {
        if !matches!(self.dialog, Some(Dialog::Fix(_))) {
            return;
        }
        let (refusal, place) = (self.fix_refusal(), self.fix_place());
        if let Some(Dialog::Fix(fix)) = &mut self.dialog {
            (fix.refusal, fix.place) = (refusal, place);
        }
    }

    /// Leaves; asks first where a build would go on or wait alone.
    pub(super) fn quit(&mut self) -> Vec<Effect> {
        if matches!(self.mode, Mode::Replay(_)) || !self.can_reach_runner() {
            return vec![Screen::Quit.into()];
        }
        self.dialog = Some(Dialog::Leave);
        Vec::new()
    }
}
