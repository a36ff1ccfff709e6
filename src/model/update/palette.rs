//! Keys while the command palette is open.

use tui_input::InputRequest;

use crate::model::action::Action;
use crate::model::dialog::Dialog;
use crate::model::effect::{Effect, Screen};
use crate::model::palette::{Does, Palette};
use crate::model::{Model, Pane};

impl Model {
    /// Changes what was typed; a theme that is selected is looked at right away.
    pub(super) fn edit_palette(&mut self, request: InputRequest) -> Vec<Effect> {
        self.in_palette(|palette| palette.edit(request))
    }

    /// The same, of a text in one piece.
    pub(super) fn paste_in_palette(&mut self, text: &str) -> Vec<Effect> {
        self.in_palette(|palette| palette.paste(text))
    }

    pub(super) fn act_in_palette(&mut self, action: Action) -> Vec<Effect> {
        let page = self.dialog_fits.page();
        match action {
            Action::Up => self.in_palette(|palette| palette.move_by(-1)),
            Action::Down => self.in_palette(|palette| palette.move_by(1)),
            Action::PageUp => self.in_palette(|palette| palette.move_by(-page)),
            Action::PageDown => self.in_palette(|palette| palette.move_by(page)),
            Action::Accept => self.take_choice(),
            Action::Back => {
                let Some(Dialog::Palette(palette)) = self.dialog.take() else { return Vec::new() };
                vec![Screen::Theme(palette.theme).into()]
            }
            _ => Vec::new(),
        }
    }

    fn in_palette(&mut self, change: impl FnOnce(&mut Palette)) -> Vec<Effect> {
        let Some(Dialog::Palette(palette)) = &mut self.dialog else { return Vec::new() };
        let before = palette.preview();
        change(palette);
        let now = palette.preview();
        if now == before { Vec::new() } else { vec![Screen::Theme(now).into()] }
    }

    fn take_choice(&mut self) -> Vec<Effect> {
        let Some(Dialog::Palette(palette)) = self.dialog.take() else { return Vec::new() };
        match palette.chosen() {
            None => self.dialog = Some(Dialog::Palette(palette)),
            Some(Does::Act(action)) => return self.act(action),
            Some(Does::Theme(index)) => return vec![Screen::Theme(index).into()],
            Some(Does::Speak(lang)) => return vec![Screen::Speak(lang).into()],
            Some(Does::Stage(index)) => {
                self.focus = Pane::Stages;
                self.select_stage(index);
            }
            Some(Does::Finding(index)) => {
                self.focus = Pane::Findings;
                self.select_finding(index);
            }
        }
        Vec::new()
    }
}
