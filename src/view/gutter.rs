//! What stands before a line of the log: a sign for a bookmark or the end of the selection, when it arrived, its number.

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Look;
use crate::model::Model;
use crate::model::log::Times;
use crate::theme::Role;

/// Draws it; returns the columns that it takes.
pub(super) fn draw(
    look: &Look<'_>,
    model: &Model,
    line: u64,
    first: bool,
    at: Rect,
    buffer: &mut Buffer,
) -> u16 {
    let log = &model.log;
    let wide = (log.gutter() as u16).min(at.width);
    if !first || wide == 0 {
        return wide;
    }
    let (times, numbers) = (log.times.width(), log.number_width());
    let mut x = at.x;
    let mut put = |text: &str, columns: usize, role| {
        let room = usize::from((at.x + wide).saturating_sub(x));
        if columns > 0 && room > 0 {
            buffer.set_stringn(x, at.y, text, room.min(columns), look.style(role));
        }
        x += (columns as u16).min(room as u16);
    };
    let here = log.selection.is_some_and(|selection| selection.head == line);
    let sign = if here {
        look.glyphs.pointer
    } else if let Some(bookmark) = log.bookmarks.get(&line) {
        if bookmark.note.is_empty() { look.glyphs.stopped } else { look.glyphs.note }
    } else {
        " "
    };
    put(sign, log.gutter() - times - numbers, Role::Mark);
    let arrived = log.time_of(line).map(|at| shown(log.times, at, model.began));
    put(&arrived.unwrap_or_default(), times, Role::Number);
    let number =
        log.number(line).map(|number| format!("{number:>width$} ", width = numbers.saturating_sub(1)));
    put(&number.unwrap_or_default(), numbers, Role::Number);
    wide
}

/// A time as the column shows it.
fn shown(times: Times, at: Duration, began: Option<u64>) -> String {
    let parts = |seconds: u64| (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match times {
        Times::None => String::new(),
        Times::Clock => {
            let (hours, minutes, seconds) = parts((began.unwrap_or(0) + at.as_secs()) % (24 * 3600));
            format!("{:>9} ", format!("{hours:02}:{minutes:02}:{seconds:02}"))
        }
        Times::Since => {
            let (hours, minutes, seconds) = parts(at.as_secs());
            format!("{:>9} ", format!("+{hours}:{minutes:02}:{seconds:02}"))
        }
    }
}
