//! A command that takes the whole screen: it gets every key, and gives them back when it gives the screen back.

use super::{Model, Pane};
use crate::text::fullscreen::Fullscreen;

/// The screen of such a command, and how the panes stood before.
#[derive(Default)]
pub struct StageScreen {
    /// Its screen.
    pub full: Fullscreen,
    /// Whether a pane had the whole screen before; `None` while nothing was changed for the command.
    zoomed: Option<bool>,
}

impl Model {
    /// Whether the log pane shows a command's screen instead of lines: at the end, where it is now, and unless the user
    /// wants to see the bytes that made it.
    pub fn shows_screen(&self) -> bool {
        self.screen.full.is_open() && self.log.follow && !self.log.raw
    }

    /// Output for a command's screen, where it has one.
    pub(super) fn see_screen(&mut self, bytes: &[u8]) {
        match self.screen.full.feed(bytes) {
            None => {}
            Some(true) => {
                // Who reads elsewhere, or looks at what was, is left alone.
                let watches = self.log.follow && self.dialog.is_none() && !self.log_is_read();
                if watches && !self.is_replay() && !self.catching_up && self.stages.current().is_some() {
                    self.screen.zoomed = Some(self.zoom);
                    (self.zoom, self.typing, self.focus) = (true, true, Pane::Log);
                    self.log.raw = false;
                }
            }
            Some(false) => self.leave_screen(),
        }
    }

    fn log_is_read(&self) -> bool {
        self.log.prompt.is_some() || self.log.selection.is_some()
    }

    /// The command has no screen any more, or has ended.
    pub(super) fn leave_screen(&mut self) {
        self.screen.full.close();
        if let Some(zoomed) = self.screen.zoomed.take() {
            (self.zoom, self.typing) = (zoomed, false);
        }
    }
}
