//! The log: its lines with the child's colours, what the search and the findings point at, and marks between.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;

use super::layout::{Frame, Layout};
use super::paint::{self, Title, time};
use super::stages::outcome_state;
use super::{Look, Screen, gutter, sifted};
use crate::event::RunKind;
use crate::locale::ui::{Say, Tell};
use crate::model::action::{Action, Context};
use crate::model::log::{Behind, LogView, MarkKind, Row, Shown};
use crate::model::{Model, Pane, Phase};
use crate::text::wrap::fit;
use crate::theme::Role;

/// Draws the pane; returns the cursor of the command that has the keyboard.
pub(super) fn draw(
    screen: &Screen<'_>,
    area: Rect,
    layout: &Layout,
    buffer: &mut Buffer,
) -> Option<Position> {
    let (look, model) = (&screen.look, screen.model);
    let log = &model.log;
    let focused = (model.focus == Pane::Log && model.dialog.is_none()) || model.typing;
    let heading = log.heading().unwrap_or_default();
    let grows = !model.is_past() && !matches!(model.phase, Phase::Ended(_) | Phase::Cut);
    let state = position(look, log, grows);
    let chips = sifted::chips(look, log);
    let more = if chips.is_empty() {
        heading.to_owned()
    } else if log.raw && chips.len() == 1 && !heading.is_empty() {
        format!("{heading} {} {}", look.glyphs.dot, chips.join("  "))
    } else {
        chips.join("  ")
    };
    let title = Title { text: look.t(Say::Log), more: &more, right: &state, focused };
    let inner = paint::frame(look, buffer, area, layout.frame, &title);
    if model.typing {
        mark_typing(look, buffer, area, layout.frame);
    }
    if layout.frame == Frame::Boxed {
        draw_thumb(look, log, area, focused, buffer);
    }
    if model.shows_screen() {
        return stage_screen(look, model, inner, buffer);
    }
    if log.is_empty() {
        paint::text(buffer, inner, &format!(" {}", look.t(Say::NoOutput)), look.style(Role::Dim));
    }
    if matches!(log.sifted(), Some((0, _, true))) && !log.sift.filters.list.is_empty() {
        let below = (log.rows.len() as u16).min(inner.height.saturating_sub(1));
        let at = Rect { y: inner.y + below, height: 1, ..inner };
        let key = look.keymap.key(Context::Lines, Action::Unfilter);
        let said = look.say(Tell::NothingPasses { key: &key });
        paint::text(buffer, at, &format!(" {said}"), look.style(Role::Dim));
    }
    for (index, row) in log.rows.iter().enumerate().take(usize::from(inner.height)) {
        let at = Rect { y: inner.y + index as u16, height: 1, ..inner };
        match row {
            Row::Mark(mark) => draw_mark(look, model, *mark, at, buffer),
            Row::Text { line, first, shown, part } => {
                let gutter = gutter::draw(look, model, *line, *first, at, buffer);
                let text = Rect { x: at.x + gutter, width: at.width.saturating_sub(gutter), ..at };
                draw_text(look, log, *line, shown, part, text, buffer);
                if *first {
                    draw_behind(look, shown.behind, at, buffer);
                }
            }
        }
    }
    cursor(model, inner)
}

/// `following`, or how far down the log the pane stands.
fn position(look: &Look<'_>, log: &LogView, grows: bool) -> String {
    let count = log.counted();
    if let Some(said) = sifted::count(look, log) {
        return said;
    }
    let lines = look.say(if log.is_counting() { Tell::LinesSoFar { count } } else { Tell::Lines { count } });
    if log.follow && grows {
        return format!("{}  {lines}", look.t(Say::Following));
    }
    let below = if log.follow { 0 } else { log.below() };
    if below == 0 || log.is_counting() {
        lines
    } else {
        format!("{lines} {} {}", look.glyphs.dot, look.say(Tell::MoreBelow { count: below }))
    }
}

fn mark_typing(look: &Look<'_>, buffer: &mut Buffer, area: Rect, frame: Frame) {
    let style = look.style(Role::Mark);
    let rows = if frame == Frame::Boxed { area.height } else { 1 };
    let border = Rect { height: rows, ..area };
    for y in border.top()..border.bottom() {
        for x in [border.left(), border.right().saturating_sub(1)] {
            buffer[(x, y)].set_style(style);
        }
    }
}

/// On the right border: which part of the log is visible.
fn draw_thumb(look: &Look<'_>, log: &LogView, area: Rect, focused: bool, buffer: &mut Buffer) {
    let track = u64::from(area.height.saturating_sub(2));
    let (count, shown) = (log.len().max(1), log.rows.len() as u64);
    if shown >= count || track == 0 {
        return;
    }
    let size = (track * shown / count).clamp(1, track);
    let reach = count.saturating_sub(shown).max(1);
    let start = if log.follow { track - size } else { (track - size) * log.top.line.min(reach) / reach };
    let style = look.style(if focused { Role::BorderFocus } else { Role::Title });
    for step in start..start + size {
        let y = area.y + 1 + step as u16;
        buffer.set_stringn(area.right() - 1, y, look.glyphs.thumb, 1, style);
    }
}

/// At the right end of a line's first row: what is hidden behind it.
fn draw_behind(look: &Look<'_>, behind: Behind, at: Rect, buffer: &mut Buffer) {
    let said = sifted::behind(look, behind);
    if !said.is_empty() {
        let role = if behind.findings > 0 { Role::Fail } else { Role::Mark };
        paint::right(buffer, at, &[(format!(" {said} "), look.style(role))], look.glyphs.cut);
    }
}

fn draw_text(
    look: &Look<'_>,
    log: &LogView,
    line: u64,
    shown: &Shown,
    part: &Range<usize>,
    at: Rect,
    buffer: &mut Buffer,
) {
    let lit = log.lit.as_ref().is_some_and(|lit| lit.contains(&line))
        || log.selection.is_some_and(|selection| selection.lines().contains(&line));
    if lit {
        buffer.set_style(at, look.style(Role::Lit));
    }
    let here = log.finder.as_ref().is_some_and(|finder| finder.at == Some(line));
    let hit = look.style(if here { Role::HitHere } else { Role::Hit });
    let mut x = at.x;
    let mut skip = if log.wrap { 0 } else { log.left };
    let mut start = 0;
    for (piece, style) in shown.line.pieces() {
        let whole = start..start + piece.len();
        start = whole.end;
        let from = whole.start.max(part.start);
        let to = whole.end.min(part.end);
        if from >= to {
            continue;
        }
        let mut base = look.theme.child(style);
        if lit {
            base = base.patch(look.style(Role::Lit));
        }
        for (range, is_hit) in split(from..to, &shown.hits) {
            let text = shown.line.text.get(range).unwrap_or_default();
            let style = if is_hit { base.patch(hit) } else { base };
            x = draw_piece(text, style, &mut skip, x, at, buffer);
        }
    }
    if x >= at.right()
        && !log.wrap
        && shown.line.text.width() > log.left + usize::from(at.width)
        && at.width > 0
    {
        buffer.set_stringn(at.right() - 1, at.y, look.glyphs.cut, 1, look.style(Role::Dim));
    }
}

/// Draws one piece from column `x` on, leaving out its first `skip` columns.
fn draw_piece(text: &str, style: Style, skip: &mut usize, x: u16, at: Rect, buffer: &mut Buffer) -> u16 {
    let wide = text.width();
    if *skip >= wide {
        *skip -= wide;
        return x;
    }
    let mut text = text;
    let mut x = x;
    while *skip > 0 {
        let Some(ch) = text.chars().next() else { break };
        text = &text[ch.len_utf8()..];
        let width = unicode_width::UnicodeWidthChar::width(ch).unwrap_or(0);
        // Half a wide character leaves a blank.
        x += width.saturating_sub(*skip) as u16;
        *skip = skip.saturating_sub(width);
    }
    let room = usize::from(at.right().saturating_sub(x));
    if room == 0 { x.max(at.right()) } else { buffer.set_stringn(x, at.y, text, room, style).0 }
}

/// A range cut where matches begin and end.
fn split(range: Range<usize>, hits: &[Range<usize>]) -> Vec<(Range<usize>, bool)> {
    let mut pieces = Vec::new();
    let mut at = range.start;
    for hit in hits.iter().filter(|hit| hit.start < range.end && hit.end > range.start) {
        let (from, to) = (hit.start.max(range.start), hit.end.min(range.end));
        if from > at {
            pieces.push((at..from, false));
        }
        pieces.push((from..to, true));
        at = to;
    }
    if at < range.end {
        pieces.push((at..range.end, false));
    }
    pieces
}

fn draw_mark(look: &Look<'_>, model: &Model, index: usize, at: Rect, buffer: &mut Buffer) {
    let Some(mark) = model.log.marks.get(index) else { return };
    let glyphs = look.glyphs;
    let (text, role) = match &mark.kind {
        MarkKind::Began { kind, title, attempt, command } => {
            let named = match kind {
                RunKind::Stage => title.clone(),
                RunKind::Check => look.say(Tell::MarkCheck { title }),
                RunKind::Fix => format!("{} {} $ {command}", look.t(Say::MarkFix), glyphs.dot),
                RunKind::Verify => format!("{} {} $ {command}", look.t(Say::MarkVerify), glyphs.dot),
            };
            let again = if *attempt > 1 && *kind == RunKind::Stage {
                format!(" {} {}", glyphs.dot, look.say(Tell::Attempt { n: (*attempt).into() }))
            } else {
                String::new()
            };
            (format!("{} {named}{again}", glyphs.running), Role::Mark)
        }
        MarkKind::Ended { outcome, exit, signal, why, took, .. } => {
            let (glyph, word, role) = outcome_state(look, *outcome);
            let mut text = format!("{glyph} {word}");
            let status = exit
                .filter(|exit| *exit != 0)
                .map(|exit| look.say(Tell::MarkExit { code: &exit.to_string() }));
            let why = why.as_ref().map(|why| why.pick(look.lang).to_owned());
            for more in signal.clone().into_iter().chain(status).chain(why).chain([time(*took)]) {
                text = format!("{text} {} {more}", glyphs.dot);
            }
            (text, role)
        }
        MarkKind::Quiet(silence) => (look.say(Tell::MarkQuiet { time: &time(*silence) }), Role::Dim),
        MarkKind::Label(label) => (label.clone(), Role::Mark),
        MarkKind::Gap(why) => (
            format!("{} {}", glyphs.attention, look.say(Tell::MarkGap { why: why.pick(look.lang) })),
            Role::Warn,
        ),
    };
    let line = look.style(Role::Border);
    let wide = usize::from(at.width);
    buffer.set_stringn(at.x, at.y, glyphs.line.repeat(wide), wide, line);
    let said = format!(" {} ", fit(&text.replace(char::is_control, " "), wide.saturating_sub(6), glyphs.cut));
    buffer.set_stringn(at.x + 2.min(at.width), at.y, &said, wide.saturating_sub(2), look.style(role));
}

/// The screen of a command that takes all of it; of one that is larger than the pane, the part with the cursor.
fn stage_screen(look: &Look<'_>, model: &Model, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let rows = model.screen.full.rows();
    let cursor = model.screen.full.cursor();
    let first = cursor.map_or(0, |(_, row)| (row + 1).saturating_sub(usize::from(area.height)));
    for (y, line) in (area.top()..area.bottom()).zip(rows.iter().skip(first)) {
        let mut x = area.x;
        for (text, style) in line.pieces() {
            let room = usize::from(area.right().saturating_sub(x));
            x = if room == 0 { x } else { buffer.set_stringn(x, y, text, room, look.theme.child(style)).0 };
        }
    }
    let (column, row) = cursor.filter(|_| model.typing)?;
    let at = Position { x: area.x + column as u16, y: area.y + (row - first) as u16 };
    area.contains(at).then_some(at)
}

/// Where the command writes on, while it has the keyboard.
fn cursor(model: &Model, inner: Rect) -> Option<Position> {
    if !model.typing || !model.log.follow {
        return None;
    }
    let width = usize::from(inner.width).max(1);
    let column = model.log.column() + model.log.gutter();
    let rows = model.log.rows.len().min(usize::from(inner.height));
    let on_pending = model.log.has_pending();
    let row = if on_pending {
        rows.saturating_sub(1)
    } else {
        rows.min(usize::from(inner.height).saturating_sub(1))
    };
    let column = if model.log.wrap { column % width } else { column.min(width - 1) };
    Some(Position { x: inner.x + column as u16, y: inner.y + row as u16 })
}
