//! Keys while a dialog is open.

use crate::event::Choice;
use crate::model::action::Action;
use crate::model::dialog::{Dialog, Fits, FixDialog, PageKind, Question};
use crate::model::effect::{Desk, Effect, Screen, World};
use crate::model::writing::Writing;
use crate::model::{Model, Pane};

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
        if let Some(effects) = self.act_on_page(action) {
            return effects;
        }
        let Some(dialog) = self.dialog.take() else { return Vec::new() };
        match (dialog, action) {
            (Dialog::Fix(fix), action) if action != Action::Back => self.act_in_fix(fix, action),
            (Dialog::Step(step), action) if action != Action::Back => self.act_in_step(step, action),
            (Dialog::Rule(rule), Action::Accept) => vec![Desk::KeepRule(rule.line).into()],
            (Dialog::Ask(question), Action::Accept)
            | (Dialog::Ask(question @ Question::Retry { .. }), Action::Retry) => Self::answer(question),
            (Dialog::Bookmarks(at), action) => self.act_in_bookmarks(at, action),
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

    /// What a stage's page offers to do about that stage; `None` where the action is something else.
    fn act_on_page(&mut self, action: Action) -> Option<Vec<Effect>> {
        self.page_stage()?;
        if !matches!(action, Action::Fix | Action::Retry | Action::Skip | Action::EditStage) {
            return None;
        }
        if !self.can(action) {
            return Some(Vec::new());
        }
        if let Some(index) = self.page_finding().filter(|_| action == Action::Fix) {
            self.select_finding(index);
        }
        self.dialog = None;
        self.act_on_build(action)
    }

    fn scroll_dialog(&mut self, action: Action) -> bool {
        if matches!(self.dialog, Some(Dialog::Write(_))) {
            return false;
        }
        let Some(rows) = self.dialog_fits.rows_by(action) else { return false };
        self.scroll_dialog_by(rows);
        true
    }

    /// Scrolls what lies over the panes, or moves what is selected in it.
    pub(super) fn scroll_dialog_by(&mut self, rows: isize) {
        match &mut self.dialog {
            Some(Dialog::Bookmarks(at)) => {
                let last = self.log.bookmarks.len().saturating_sub(1);
                *at = at.saturating_add_signed(rows).min(last);
            }
            Some(Dialog::Ask(_) | Dialog::Leave) => {
                let to = self.question_row.saturating_add_signed(rows);
                self.question_row = to.min(self.dialog_fits.overflow);
            }
            Some(dialog) => dialog.scroll_by(rows),
            None => {}
        }
    }

    /// What drawing found out.
    pub fn drawn(&mut self, dialog: Fits, details: Fits) {
        if let Some(open) = &mut self.dialog {
            open.fit(dialog.overflow);
        }
        let asks = matches!(self.dialog, Some(Dialog::Ask(_) | Dialog::Leave));
        self.question_row = if asks { self.question_row.min(dialog.overflow) } else { 0 };
        self.dialog_fits = dialog;
        self.findings.fit(details);
    }

    /// Lists the bookmarks; the one that the user is at, or the last one before, is selected.
    pub(super) fn list_bookmarks(&mut self) {
        let before = self.log.bookmarks.range(..=self.log.point()).count();
        self.dialog = Some(Dialog::Bookmarks(before.saturating_sub(1)));
    }

    fn act_in_bookmarks(&mut self, at: usize, action: Action) -> Vec<Effect> {
        let Some(line) = self.log.bookmarks.keys().nth(at).copied() else { return Vec::new() };
        match action {
            Action::Open => {
                self.focus = Pane::Log;
                self.log.go_to_line(line);
            }
            Action::Bookmark => {
                self.log.bookmark(line);
                let last = self.log.bookmarks.len().saturating_sub(1);
                self.dialog = (!self.log.bookmarks.is_empty()).then_some(Dialog::Bookmarks(at.min(last)));
                return self.keep_bookmarks();
            }
            Action::Back => {}
            _ => self.dialog = Some(Dialog::Bookmarks(at)),
        }
        Vec::new()
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
