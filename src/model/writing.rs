//! Texts that the user writes in a dialog, and the dialog that gets them.

use super::dialog::{Dialog, FixDialog};
use super::editor::Editor;
use super::step::StepDialog;
use crate::diagnose::finding::Finding;

/// A text being written.
#[derive(Debug, Clone, PartialEq)]
pub struct Writing {
    /// The text.
    pub editor: Editor,
    /// What becomes of it.
    pub what: What,
}

/// What a text is for.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// A command of a fix, by its place among them.
    Command(Box<FixDialog>, usize),
    /// A stage's script.
    Script(Box<StepDialog>),
    /// Why a finding is put aside.
    Reason(Box<Finding>),
}

impl Writing {
    /// The command of the shown fix that comes after the one that was changed last.
    pub fn command(dialog: Box<FixDialog>) -> Option<Self> {
        let commands = &dialog.fix()?.commands;
        let at = dialog.next_edit % commands.len().max(1);
        let editor = Editor::new(commands.get(at)?);
        Some(Self { editor, what: What::Command(dialog, at) })
    }

    /// A stage's script.
    pub fn script(dialog: Box<StepDialog>) -> Self {
        Self { editor: dialog.editor(), what: What::Script(dialog) }
    }

    /// Why a finding is put aside.
    pub fn reason(finding: Finding) -> Self {
        Self { editor: Editor::default(), what: What::Reason(Box::new(finding)) }
    }

    /// Whether the text may have several lines.
    pub fn has_lines(&self) -> bool {
        !matches!(self.what, What::Reason(_))
    }

    /// How many texts there are to go through.
    pub fn siblings(&self) -> usize {
        match &self.what {
            What::Command(dialog, _) => dialog.fix().map_or(0, |fix| fix.commands.len()),
            What::Script(_) | What::Reason(_) => 1,
        }
    }

    /// Keeps the text of this command and goes on to another one of the same fix.
    pub fn turn(&mut self, forward: bool) {
        let text = self.editor.text();
        let What::Command(dialog, at) = &mut self.what else { return };
        dialog.change(*at, text);
        let commands = dialog.fix().map_or(&[][..], |fix| &fix.commands);
        let count = commands.len().max(1);
        *at = if forward { (*at + 1) % count } else { (*at + count - 1) % count };
        self.editor = Editor::new(commands.get(*at).map_or("", String::as_str));
    }

    /// The dialog behind it, with the text taken over where it is to be kept; a reason has none.
    pub fn back(self, keep: bool) -> Option<Dialog> {
        let text = self.editor.text();
        match self.what {
            What::Command(mut dialog, at) => {
                dialog.next_edit = at + 1;
                if keep {
                    dialog.change(at, text);
                }
                Some(Dialog::Fix(dialog))
            }
            What::Script(mut dialog) => {
                if keep && !text.trim().is_empty() {
                    dialog.change(text);
                }
                Some(Dialog::Step(dialog))
            }
            What::Reason(_) => None,
        }
    }
}
