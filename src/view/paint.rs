//! Putting text and frames into cells.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;

use super::Look;
use super::layout::Frame;
use crate::text::wrap::fit;
use crate::theme::Role;

/// A piece of text and its style.
pub(super) type Piece = (String, Style);

/// A line of pieces.
pub(super) type Pieces = Vec<Piece>;

/// Writes text at the beginning of an area's first row.
pub(super) fn text(buffer: &mut Buffer, area: Rect, text: &str, style: Style) {
    if area.width > 0 && area.height > 0 {
        buffer.set_stringn(area.x, area.y, text, usize::from(area.width), style);
    }
}

/// The width of a line.
pub(super) fn width(pieces: &[Piece]) -> usize {
    pieces.iter().map(|(text, _)| text.width()).sum()
}

/// Writes pieces into a row; what does not fit is cut. Returns the column after the last.
pub(super) fn pieces(buffer: &mut Buffer, area: Rect, line: &[Piece], cut: &str) -> u16 {
    let mut x = area.x;
    if area.height == 0 {
        return x;
    }
    for (text, style) in line {
        let room = usize::from(area.right().saturating_sub(x));
        if room == 0 {
            break;
        }
        (x, _) = buffer.set_stringn(x, area.y, fit(text, room, cut), room, *style);
    }
    x
}

/// Writes pieces so that they end at the right edge; returns the column where they begin.
pub(super) fn right(buffer: &mut Buffer, area: Rect, line: &[Piece], cut: &str) -> u16 {
    let wide = (width(line) as u16).min(area.width);
    let at = Rect { x: area.right() - wide, width: wide, ..area };
    pieces(buffer, at, line, cut);
    at.x
}

/// What a pane's frame says.
pub(super) struct Title<'a> {
    /// On the left.
    pub text: &'a str,
    /// After it, weaker.
    pub more: &'a str,
    /// On the right.
    pub right: &'a str,
    /// Whether the pane has the focus.
    pub focused: bool,
}

/// Draws a pane's frame; what is left is for its content.
pub(super) fn frame(
    look: &Look<'_>,
    buffer: &mut Buffer,
    area: Rect,
    frame: Frame,
    title: &Title<'_>,
) -> Rect {
    let border = look.style(if title.focused { Role::BorderFocus } else { Role::Border });
    if frame == Frame::Boxed {
        draw_box(look, buffer, area, border);
    } else if area.height > 0 {
        buffer.set_stringn(
            area.x,
            area.y,
            look.glyphs.line.repeat(usize::from(area.width)),
            usize::from(area.width),
            border,
        );
    }
    let row = Rect { x: area.x + 2, width: area.width.saturating_sub(4), height: 1.min(area.height), ..area };
    let style = look.style(if title.focused { Role::TitleFocus } else { Role::Title });
    let mut left = vec![(format!(" {} ", title.text), style)];
    let said = if title.right.is_empty() { String::new() } else { format!(" {} ", title.right) };
    // What stands on the right (how far, how many) is short, and more of use than the end of a long name.
    let room = usize::from(row.width).saturating_sub(width(&left) + said.width() + 1);
    let more = fit(title.more, room.saturating_sub(3), look.glyphs.cut);
    if !more.is_empty() && more != look.glyphs.cut {
        left.push((format!("{} {more} ", look.glyphs.dot), look.style(Role::Dim)));
    }
    let end = pieces(buffer, row, &left, look.glyphs.cut);
    let room = Rect { x: end + 1, width: row.right().saturating_sub(end + 1), ..row };
    if usize::from(room.width) >= said.width() {
        right(buffer, room, &[(said, look.style(Role::Dim))], look.glyphs.cut);
    }
    frame.content(area)
}

/// The parts of a box that lies over everything else.
pub(super) struct Popup {
    /// Where its title stands, in the border.
    pub top: Rect,
    /// Where its lines stand.
    pub inner: Rect,
    /// Where its keys stand.
    pub foot: Rect,
}

/// Whether a screen has no room to give away.
pub(super) fn is_tight(area: Rect) -> bool {
    area.height < 12 || area.width < 40
}

/// Columns beside and rows above a box and under it that are left for what lies behind; on a small screen none.
pub(super) fn margin(area: Rect) -> (u16, u16) {
    if is_tight(area) { (0, 0) } else { (4, 2) }
}

/// Rows for lines and keys in a box that is at most so high.
pub(super) fn popup_room(area: Rect, most: u16) -> u16 {
    most.saturating_sub(2 + u16::from(!is_tight(area)))
}

/// Draws an empty box in the middle: so wide, for so many lines and at most so high, with so many rows of keys.
pub(super) fn popup(
    look: &Look<'_>,
    buffer: &mut Buffer,
    area: Rect,
    wide: u16,
    (lines, most): (usize, u16),
    keys: usize,
) -> Popup {
    // What is read stands apart from the keys.
    let gap = u16::from(!is_tight(area));
    let keys = (keys as u16).clamp(1, most.saturating_sub(3).max(1));
    let height = (lines as u16).saturating_add(2 + gap + keys).min(most).max(3 + keys);
    let frame = Rect {
        x: area.x + (area.width - wide) / 2,
        y: area.y + (area.height - height) / 2,
        width: wide,
        height,
    };
    clear(buffer, frame);
    clear_beside(buffer, area, frame);
    draw_box(look, buffer, frame, look.style(Role::BorderFocus));
    let top = Rect { x: frame.x + 2, width: wide.saturating_sub(4), height: 1, ..frame };
    let inner = Rect { y: frame.y + 1, height: height.saturating_sub(2 + gap + keys), ..top };
    Popup { top, inner, foot: Rect { y: frame.bottom() - 1 - keys, height: keys, ..inner } }
}

/// Draws a border.
pub(super) fn draw_box(look: &Look<'_>, buffer: &mut Buffer, area: Rect, style: Style) {
    if area.width < 2 || area.height < 2 {
        return;
    }
    let glyphs = look.glyphs;
    let inner = usize::from(area.width) - 2;
    let row = |left: &str, right: &str| format!("{left}{}{right}", glyphs.line.repeat(inner));
    buffer.set_string(area.x, area.y, row(glyphs.corners[0], glyphs.corners[1]), style);
    buffer.set_string(area.x, area.bottom() - 1, row(glyphs.corners[2], glyphs.corners[3]), style);
    for y in area.y + 1..area.bottom() - 1 {
        buffer.set_string(area.x, y, glyphs.bar, style);
        buffer.set_string(area.right() - 1, y, glyphs.bar, style);
    }
}

/// Makes everything recede behind a dialog.
pub(super) fn fade(buffer: &mut Buffer, area: Rect, style: Style) {
    for y in area.top()..area.bottom() {
        for x in area.left()..area.right() {
            let cell = &mut buffer[(x, y)];
            cell.set_style(Style::reset()).set_style(style);
        }
    }
}

/// Empties an area.
pub(super) fn clear(buffer: &mut Buffer, area: Rect) {
    for y in area.top()..area.bottom() {
        for x in area.left()..area.right() {
            buffer[(x, y)].reset();
        }
    }
    // A wide character that reaches into the area from the left would be drawn over it.
    if area.x > 0 {
        for y in area.top()..area.bottom() {
            let cell = &mut buffer[(area.x - 1, y)];
            if cell.symbol().width() > 1 {
                cell.set_symbol(" ");
            }
        }
    }
}

/// So few columns beside a box show nothing at all that could be read.
const STRIP: u16 = 8;
/// So few show no line that could be read, only where panes end.
const MARGIN: u16 = 20;

/// Takes away what a box cuts in two: the words that reach under it, and of a strip that is too narrow to read all of
/// its text.
fn clear_beside(buffer: &mut Buffer, area: Rect, frame: Rect) {
    for y in frame.top()..frame.bottom() {
        clear_until(buffer, (area.left()..frame.left()).rev(), y);
        clear_until(buffer, frame.right()..area.right(), y);
    }
}

/// Clears cells of a row one by one, as far as they are of one word or the strip shows nothing.
fn clear_until(buffer: &mut Buffer, columns: impl ExactSizeIterator<Item = u16> + Clone, y: u16) {
    let count = columns.len() as u16;
    // The edge of a pane with its name in it is read all the same.
    let edge = columns.clone().any(|x| buffer[(x, y)].symbol() == "─");
    for x in columns {
        let cell = &mut buffer[(x, y)];
        let line = cell.symbol().starts_with(|ch: char| matches!(ch, '\u{2500}'..='\u{257f}'));
        if count > STRIP && (count > MARGIN || edge) && (line || !is_word(cell.symbol())) {
            break;
        }
        if count <= STRIP || !line {
            cell.set_symbol(" ");
        }
    }
}

/// Whether a cell holds a part of a word. Wide characters are words by themselves.
fn is_word(symbol: &str) -> bool {
    symbol.width() == 1 && symbol != " " && symbol != "·"
}

/// Writes lines into an area from line `skip` on; returns how many lines do not fit at all.
pub(super) fn lines(
    look: &Look<'_>,
    buffer: &mut Buffer,
    area: Rect,
    lines: &[Pieces],
    skip: usize,
) -> usize {
    let overflow = lines.len().saturating_sub(usize::from(area.height));
    let skip = skip.min(overflow);
    for (index, line) in lines.iter().skip(skip).take(usize::from(area.height)).enumerate() {
        let row = Rect { y: area.y + index as u16, height: 1, ..area };
        pieces(buffer, row, line, look.glyphs.cut);
    }
    overflow
}

/// Nothing but ASCII leaves: for terminals that would show anything else as garbage.
pub(super) fn only_ascii(buffer: &mut Buffer, area: Rect) {
    for y in area.top()..area.bottom() {
        for x in area.left()..area.right() {
            let cell = &mut buffer[(x, y)];
            if !cell.symbol().is_ascii() {
                let wide = cell.symbol().width() > 1;
                let plain = match cell.symbol() {
                    "—" | "–" | "·" | "─" => "-",
                    "“" | "”" => "\"",
                    "‘" | "’" => "'",
                    "…" => "~",
                    "×" => "x",
                    _ => "?",
                };
                cell.set_symbol(plain);
                if wide && x + 1 < area.right() {
                    buffer[(x + 1, y)].set_symbol("?");
                }
            }
        }
    }
}

/// A duration as people say it: `0.3s`, `41s`, `2:14`, `1:02:03`.
pub(super) fn time(duration: std::time::Duration) -> String {
    let seconds = duration.as_secs();
    if seconds < 10 {
        // Cut, not rounded: a clock that runs never shows the future.
        format!("{}.{}s", seconds, duration.subsec_millis() / 100)
    } else if seconds < 60 {
        format!("{seconds}s")
    } else if seconds < 3600 {
        format!("{}:{:02}", seconds / 60, seconds % 60)
    } else {
        format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
    }
}

/// A duration that still grows: whole seconds, since it is drawn once a second.
pub(super) fn ticking(duration: std::time::Duration) -> String {
    if duration.as_secs() < 10 { format!("{}s", duration.as_secs()) } else { time(duration) }
}

/// A number with its thousands set apart.
pub(super) fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut shown = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn times_and_numbers_read_well() {
        for (millis, expected) in [
            (0, "0.0s"),
            (349, "0.3s"),
            (9_990, "9.9s"),
            (41_000, "41s"),
            (134_000, "2:14"),
            (3_723_000, "1:02:03"),
        ] {
            assert_eq!(time(Duration::from_millis(millis)), expected);
        }
        assert_eq!([number(7), number(1000), number(1_234_567)], ["7", "1,000", "1,234,567"]);
    }
}
