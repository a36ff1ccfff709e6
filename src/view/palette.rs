//! The command palette: what was typed, what fits, and the keys that do the same.

use unicode_width::UnicodeWidthStr;

use super::Look;
use super::paint::Pieces;
use crate::locale::ui::Say;
use crate::model::palette::Palette;
use crate::text::wrap::fit;
use crate::theme::Role;

/// The most rows of it.
const ROWS: usize = 14;

/// What the palette shows in a box of this width, where so many rows have room.
pub(super) fn lines(look: &Look<'_>, palette: &Palette, width: usize, room: usize) -> Vec<Pieces> {
    let mut lines = vec![vec![
        (": ".to_owned(), look.style(Role::Key)),
        (palette.line.value().to_owned(), look.style(Role::Prompt)),
        (" ".to_owned(), look.style(Role::Selected)),
    ]];
    let rows = ROWS.min(room.saturating_sub(1)).max(1);
    let first = (palette.selected + 1).saturating_sub(rows);
    let lang = look.lang;
    for (index, entry) in palette.shown().enumerate().skip(first).take(rows) {
        let selected = index == palette.selected;
        let keys = fit(&entry.keys, width / 3, look.glyphs.cut);
        let text = fit(entry.text.pick(lang), width.saturating_sub(keys.width() + 4), look.glyphs.cut);
        let pad = " ".repeat(width.saturating_sub(keys.width() + text.width() + 3));
        // Not by colour alone: the selected row has a mark.
        let mark = if selected { look.glyphs.pointer } else { " " };
        let role = |other| look.style(if selected { Role::Selected } else { other });
        lines.push(vec![
            (format!("{mark} {text}{pad}"), role(Role::Text)),
            (format!("{keys} "), role(Role::Key)),
        ]);
    }
    if palette.shown().len() == 0 {
        lines.push(vec![(format!("  {}", look.t(Say::PaletteNothing)), look.style(Role::Dim))]);
    }
    // The box keeps its size while one types.
    lines.resize(rows + 1, Vec::new());
    lines
}
