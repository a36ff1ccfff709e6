//! Keys while a stage is held back, and while a command, a script or a reason is written.

use tui_input::InputRequest;

use crate::event::Choice;
use crate::model::action::Action;
use crate::model::dialog::{Dialog, Question};
use crate::model::editor::Editor;
use crate::model::effect::{Desk, Effect, World};
use crate::model::step::StepDialog;
use crate::model::writing::{What, Writing};
use crate::model::{Model, NoticeKind};

impl Model {
    pub(super) fn act_in_step(&mut self, step: Box<StepDialog>, action: Action) -> Vec<Effect> {
        let stage = step.run.stage.clone();
        match action {
            Action::Accept => return vec![World::Choose(step.start()).into()],
            Action::RunThrough if !step.again => {
                // What was changed is not lost: the stage runs as shown, and the next ones wait no more.
                let edited = step.script.is_some().then(|| World::Choose(step.start()).into());
                return edited.into_iter().chain([World::Choose(Choice::RunThrough).into()]).collect();
            }
            Action::Skip if step.again => self.dialog = Some(Dialog::Ask(Question::Skip { stage })),
            Action::Skip => return vec![World::Choose(Choice::Skip { stage }).into()],
            Action::Edit => self.dialog = Some(Dialog::Write(Box::new(Writing::script(step)))),
            _ => self.dialog = Some(Dialog::Step(step)),
        }
        Vec::new()
    }

    pub(super) fn act_in_editor(&mut self, action: Action) -> Vec<Effect> {
        let Some(Dialog::Write(mut writing)) = self.dialog.take() else { return Vec::new() };
        match action {
            Action::Accept => {
                if let What::Reason(finding) = &writing.what {
                    return self.put_aside(&finding.clone(), &writing.editor.text());
                }
                self.dialog = writing.back(true);
                return Vec::new();
            }
            Action::Back => {
                self.dialog = writing.back(false);
                return Vec::new();
            }
            Action::NewLine if writing.has_lines() => writing.editor.new_line(),
            Action::Up => writing.editor.up(),
            Action::Down => writing.editor.down(),
            Action::NextChoice | Action::PreviousChoice => writing.turn(action == Action::NextChoice),
            _ => {}
        }
        self.dialog = Some(Dialog::Write(writing));
        Vec::new()
    }

    /// An edit of the text that a dialog asks for.
    pub(super) fn edit_in_dialog(&mut self, request: InputRequest) -> Vec<Effect> {
        let Some(Dialog::Write(writing)) = &mut self.dialog else { return self.edit_palette(request) };
        writing.editor.edit(request);
        Vec::new()
    }

    /// A text that is put into what is being written, in one piece; nothing of it is an order.
    pub(super) fn pasted(&mut self, text: &str) -> Vec<Effect> {
        let line = text.replace(char::is_control, "");
        if self.log.prompt.is_some() {
            self.log.paste_pattern(&line);
            return Vec::new();
        }
        let Some(Dialog::Write(writing)) = &mut self.dialog else { return self.paste_in_palette(&line) };
        let lines = writing.has_lines();
        writing.editor.paste(text, lines);
        Vec::new()
    }

    /// The whole text that a dialog asks for.
    pub(super) fn written(&mut self, text: &str) -> Vec<Effect> {
        let Some(Dialog::Write(writing)) = &mut self.dialog else { return Vec::new() };
        writing.editor = Editor::new(text);
        self.act_in_editor(Action::Accept)
    }

    fn put_aside(&mut self, finding: &crate::diagnose::finding::Finding, reason: &str) -> Vec<Effect> {
        self.findings.dismiss(finding, reason);
        self.notify(NoticeKind::Dismissed(self.keeps_notes));
        vec![Desk::Dismissed(self.findings.dismissed.clone()).into()]
    }
}
