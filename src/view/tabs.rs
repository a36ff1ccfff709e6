//! The panes by name, where one is shown at a time.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use unicode_width::UnicodeWidthStr;

use super::{Look, Screen};
use crate::locale::ui::Say;
use crate::model::{Model, Pane};
use crate::theme::Role;

/// How much of the names there is room for.
#[derive(Debug, Clone, Copy)]
enum Form {
    /// The key, the name and a count.
    Full,
    /// The name.
    Name,
    /// The key; of the focused one the name.
    Key,
}

/// A pane's name.
pub(super) fn name(pane: Pane) -> Say {
    match pane {
        Pane::Stages => Say::Stages,
        Pane::Log => Say::Log,
        Pane::Findings => Say::Findings,
        Pane::Details => Say::Details,
        Pane::Timeline => Say::Timeline,
    }
}

pub(super) fn draw(screen: &Screen<'_>, area: Rect, buffer: &mut Buffer) {
    let (look, model) = (&screen.look, screen.model);
    let mut x = area.x;
    for (pane, text) in fitting(look, model, usize::from(area.width)) {
        let grave = pane == Pane::Findings && model.findings.blocking() > 0;
        let role = match (pane == model.focus, grave) {
            (true, _) => Role::TitleFocus,
            (false, true) => Role::Fail,
            (false, false) => Role::Title,
        };
        let room = usize::from(area.right().saturating_sub(x));
        (x, _) = buffer.set_stringn(x, area.y, text, room, look.style(role));
    }
}

/// The pane whose name stands at a place.
pub(super) fn at(look: &Look<'_>, model: &Model, area: Rect, place: Position) -> Option<Pane> {
    let mut x = area.x;
    fitting(look, model, usize::from(area.width)).into_iter().find_map(|(pane, text)| {
        x += text.width() as u16;
        (place.y == area.y && place.x < x).then_some(pane)
    })
}

/// The names in the fullest form that fits.
fn fitting(look: &Look<'_>, model: &Model, room: usize) -> Vec<(Pane, String)> {
    let made = |form| -> Vec<(Pane, String)> {
        model.ring().into_iter().map(|pane| (pane, tab(look, model, pane, form))).collect()
    };
    let fits = |tabs: &Vec<(Pane, String)>| tabs.iter().map(|(_, tab)| tab.width()).sum::<usize>() <= room;
    [Form::Full, Form::Name].into_iter().map(made).find(fits).unwrap_or_else(|| made(Form::Key))
}

fn tab(look: &Look<'_>, model: &Model, pane: Pane, form: Form) -> String {
    let (name, key) =
        (look.t(name(pane)), Pane::ALL.iter().position(|known| *known == pane).unwrap_or(0) + 1);
    match form {
        Form::Full => {
            let count = match pane {
                Pane::Findings if !model.findings.list.is_empty() => {
                    format!(" {}", model.findings.list.len())
                }
                _ => String::new(),
            };
            format!(" {key} {name}{count} ")
        }
        Form::Key if pane != model.focus => format!(" {key} "),
        Form::Name => format!(" {name}"),
        Form::Key => format!(" {name} "),
    }
}
