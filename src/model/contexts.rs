//! Where keys are heard, by what is on the screen. What a key means there is the keymap's business.

use super::action::Context;
use super::dialog::Dialog;
use super::{Mode, Model, Pane};

impl Model {
    /// Where keys are heard, the first context first.
    pub fn contexts(&self) -> Vec<Context> {
        if self.typing {
            return vec![Context::Typing];
        }
        if self.log.prompt.is_some() {
            return vec![Context::Prompt];
        }
        if let Some(dialog @ (Dialog::Palette(_) | Dialog::Write(_))) = &self.dialog {
            // Letters are text there.
            return vec![dialog.context()];
        }
        if let Some(dialog) = &self.dialog {
            return vec![dialog.context(), Context::Always];
        }
        self.contexts_beneath()
    }

    /// Where keys are heard once nothing lies over the panes.
    pub fn contexts_beneath(&self) -> Vec<Context> {
        let pane = match self.focus {
            Pane::Stages => Context::Stages,
            Pane::Log => Context::Log,
            Pane::Findings | Pane::Details => Context::Findings,
            Pane::Timeline => Context::Timeline,
        };
        let mode = match &self.mode {
            // Nothing was timed, so there is nothing to play.
            Mode::Replay(_) if self.log.is_text() => Vec::new(),
            Mode::Replay(_) => vec![Context::Replay],
            Mode::Past(_) => vec![Context::Past, Context::Replay, Context::Build],
            Mode::Live => vec![Context::Build],
        };
        mode.into_iter().chain([pane, Context::Global, Context::Lines, Context::Always]).collect()
    }
}
