//! Keys while a dialog is open.

use crate::event::Choice;
use crate::model::Model;
use crate::model::action::Action;
use crate::model::dialog::{Dialog, FixDialog, PageKind, Question};
use crate::model::effect::{Desk, Effect, Screen, World};
use crate::model::writing::Writing;

impl Model {
    pub(super) fn act_in_dialog(&mut self, action: Action) -> Vec<Effect> {
        if matches!(self.dialog, Some(Dialog::Palette(_))) {
            return self.act_in_palette(action);
        }
        if self.scroll_dialog(action) {
            return Vec::new();
        }
        if matches!(self.dialog, Some(Dialog::Write(_))) {
            return self.act_in_editor(action);
        }
        let Some(dialog) = self.dialog.take() else { return Vec::new() };
        match (dialog, action) {
            (Dialog::Fix(fix), action) if action != Action::Back => self.act_in_fix(fix, action),
            (Dialog::Step(step), action) if action != Action::Back => self.act_in_step(step, action),
            (Dialog::Rule(rule), Action::Accept) => vec![Desk::KeepRule(rule.line).into()],
            (Dialog::Ask(question), Action::Accept)
            | (Dialog::Ask(question @ Question::Retry { .. }), Action::Retry) => Self::answer(question),
            (Dialog::Leave, Action::Detach) => vec![Screen::Quit.into()],
            (Dialog::Leave, Action::StopAndQuit) => self.stop_and_quit(),
            (Dialog::Read(page), Action::Quit) if page.kind == PageKind::Summary => self.quit(),
            (_, Action::Back) | (Dialog::Read(_) | Dialog::WhyNot(_), Action::Quit) => Vec::new(),
            (dialog, _) => {
                self.dialog = Some(dialog);
                Vec::new()
            }
        }
    }

    fn scroll_dialog(&mut self, action: Action) -> bool {
        let Some(dialog) = self.dialog.as_mut().filter(|dialog| !matches!(dialog, Dialog::Write(_))) else {
            return false;
        };
        let rows = match action {
            Action::Up => -1,
            Action::Down => 1,
            Action::PageUp | Action::HalfUp => -8,
            Action::PageDown | Action::HalfDown => 8,
            Action::Top => isize::MIN,
            Action::Bottom => isize::MAX,
            _ => return false,
        };
        dialog.scroll_by(rows);
        true
    }

    fn act_in_fix(&mut self, mut dialog: Box<FixDialog>, action: Action) -> Vec<Effect> {
        match action {
            Action::NextChoice | Action::PreviousChoice => dialog.turn(action == Action::NextChoice),
            Action::Edit if dialog.blocked().is_none() => {
                if let Some(writing) = Writing::command(dialog.clone()) {
                    self.dialog = Some(Dialog::Write(Box::new(writing)));
                    return Vec::new();
                }
            }
            Action::Accept => {
                if let Some(run) = dialog.run() {
                    let title = dialog.fix().map_or_else(String::new, |fix| fix.title.clone());
                    self.ordered = Some(title);
                    return vec![World::Fix(run).into()];
                }
                return Vec::new();
            }
            _ => {}
        }
        self.dialog = Some(Dialog::Fix(dialog));
        Vec::new()
    }

    fn answer(question: Question) -> Vec<Effect> {
        vec![match question {
            Question::Cancel { .. } => World::Cancel.into(),
            Question::Skip { stage } => World::Choose(Choice::Skip { stage }).into(),
            Question::Retry { stage, .. } => World::Choose(Choice::Retry { stage }).into(),
        }]
    }

    fn stop_and_quit(&mut self) -> Vec<Effect> {
        self.ends = true;
        let mut effects = Vec::new();
        if self.stages.current().is_some() {
            effects.push(World::Cancel.into());
        }
        effects.push(World::Choose(Choice::End).into());
        effects.push(Screen::Quit.into());
        effects
    }
}
