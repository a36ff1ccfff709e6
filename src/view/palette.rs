//! The command palette: what was typed, what fits, and the keys that do the same.

use unicode_width::UnicodeWidthStr;

use super::Look;
use super::paint::Pieces;
use crate::locale::ui::Say;
use crate::model::palette::Palette;
use crate::text::wrap::fit;
use crate::theme::Role;

/// What the palette shows in a box of this width, where so many rows have room.
pub(super) fn lines(look: &Look<'_>, palette: &Palette, width: usize, room: usize) -> Vec<Pieces> {
    let mut lines = vec![vec![
        (": ".to_owned(), look.style(Role::Key)),
        (palette.line.value().to_owned(), look.style(Role::Prompt)),
        (" ".to_owned(), look.style(Role::Selected)),
    ]];
    // The box keeps its size while one types.
    let rows = palette.count().min(room.saturating_sub(1)).max(1);
    // Keys begin in one column, wherever the words end.
    let widest = palette.shown().map(|entry| entry.keys.width()).max().unwrap_or(0);
    let column = widest.min(width / 3);
    let words = width.saturating_sub(column + 5);
    let first = (palette.selected + 1).saturating_sub(rows);
    let lang = look.lang;
    for (index, entry) in palette.shown().enumerate().skip(first).take(rows) {
        let selected = index == palette.selected;
        let keys = fit(&entry.keys, column, look.glyphs.cut);
        let after = " ".repeat(column.saturating_sub(keys.width()) + 1);
        let text = fit(entry.text.pick(lang), words, look.glyphs.cut);
        let pad = " ".repeat(words.saturating_sub(text.width()) + 2);
        // Not by colour alone: the selected row has a mark.
        let mark = if selected { look.glyphs.pointer } else { " " };
        let role = |other| look.style(if selected { Role::Selected } else { other });
        lines.push(vec![
            (format!("{mark} {text}{pad}"), role(Role::Text)),
            (format!("{keys}{after}"), role(Role::Key)),
        ]);
    }
    if palette.shown().len() == 0 {
        lines.push(vec![(format!("  {}", look.t(Say::PaletteNothing)), look.style(Role::Dim))]);
    }
    lines.resize(rows + 1, Vec::new());
    lines
}
