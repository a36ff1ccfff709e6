//! The timeline: when each stage ran, how much was written when, when findings came up, and where the user is.

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use super::layout::Layout;
use super::paint::{self, Title, ticking, time};
use super::stages::outcome_state;
use super::{Look, Screen};
use crate::event::RunKind;
use crate::locale::ui::{Say, Tell};
use crate::model::timeline::Span;
use crate::model::{Model, Pane, Phase};
use crate::plan::amount::shown_size;
use crate::text::wrap::fit;
use crate::theme::Role;

/// Below this width, names would leave no room for time.
const NAMED: u16 = 40;
/// The longest name, of a narrow and of a wide track.
const LONGEST: (usize, usize) = (14, 28);
/// Columns between two ticks of the axis, at least.
const TICK: u16 = 12;
/// Seconds between two ticks, whichever is the first that leaves them room.
const STEPS: [u64; 16] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200];

/// Time on columns.
#[derive(Clone, Copy)]
struct Scale {
    area: Rect,
    length: Duration,
}

/// How times are said: while they grow in whole seconds, since they are drawn once a second.
#[derive(Clone, Copy)]
struct Times {
    live: bool,
}

impl Times {
    fn say(self, at: Duration) -> String {
        if self.live { ticking(at) } else { time(at) }
    }
}

impl Scale {
    fn column(self, at: Duration) -> u16 {
        let part = at.as_secs_f64() / self.length.as_secs_f64().max(f64::MIN_POSITIVE);
        ((part * f64::from(self.area.width)) as u16).min(self.area.width.saturating_sub(1))
    }

    fn row(self, y: u16) -> Rect {
        Rect { y, height: 1, ..self.area }
    }

    /// Round times between the beginning and the end, as many as have room, with their columns.
    fn ticks(self) -> impl Iterator<Item = (u16, Duration)> {
        let most = u64::from(self.area.width / TICK).max(1);
        let seconds = self.length.as_secs();
        let step = STEPS.into_iter().find(|step| seconds / step <= most).unwrap_or(seconds / most + 1);
        let times = (1..=seconds / step).map(move |n| Duration::from_secs(n * step));
        times.filter(move |at| *at < self.length).map(move |at| (self.column(at), at))
    }
}

/// The columns that time is drawn on, of a pane in this area.
pub(super) fn track(model: &Model, layout: &Layout, area: Rect) -> Rect {
    let inner = layout.frame.content(area);
    let longest = model.timeline.stages().map(|id| model.stages.title_of(id).width()).max().unwrap_or(0);
    let most = usize::from(inner.width / 4).clamp(LONGEST.0, LONGEST.1);
    let names = if inner.width >= NAMED { longest.clamp(8, most) as u16 + 4 } else { 2 };
    Rect { x: inner.x + names, width: inner.width.saturating_sub(names + 1), ..inner }
}

pub(super) fn draw(screen: &Screen<'_>, area: Rect, layout: &Layout, buffer: &mut Buffer) {
    let (look, model) = (&screen.look, screen.model);
    let focused = model.focus == Pane::Timeline && model.dialog.is_none();
    let (here, length) = (model.time_here(), model.span());
    let times = Times { live: !model.is_replay() && !matches!(model.phase, Phase::Ended(_) | Phase::Cut) };
    let at = format!("{} / {}", times.say(here), times.say(length));
    let most = look.say(Tell::TimelineMost { rate: &shown_size(model.timeline.peak()) });
    let title = Title { text: look.t(Say::Timeline), more: &most, right: &at, focused };
    let inner = paint::frame(look, buffer, area, layout.frame, &title);
    if model.timeline.is_empty() && model.timeline.end().is_zero() {
        paint::text(buffer, inner, &format!(" {}", look.t(Say::NoTimes)), look.style(Role::Dim));
        return;
    }
    let scale = Scale { area: track(model, layout, area), length };
    if scale.area.width == 0 {
        return;
    }
    let names = Rect { x: inner.x, width: scale.area.x.saturating_sub(inner.x), ..inner };
    let last = inner.bottom();
    let mut y = inner.y;
    // What is cut off where there is little height: the axis first, then stages.
    let extra =
        u16::from(inner.height >= 3) + u16::from(inner.height >= 4 && !model.findings.list.is_empty());
    let axis = inner.height >= 5;
    let lanes = inner.height.saturating_sub(extra + u16::from(axis)).max(1);
    for stage in shown(model, usize::from(lanes), here) {
        draw_lane(look, model, stage, scale, Rect { y, height: 1, ..names }, buffer);
        y += 1;
    }
    if y < last && inner.height >= 3 {
        draw_rate(look, model, scale.row(y), Rect { y, height: 1, ..names }, length, buffer);
        y += 1;
    }
    if y < last && extra == 2 {
        draw_findings(look, model, scale, Rect { y, height: 1, ..names }, buffer);
        y += 1;
    }
    if y < last {
        draw_axis(look, scale, y, here, times, buffer);
    }
    let x = scale.area.x + scale.column(here);
    let role = if focused { Role::Selected } else { Role::SelectedWeak };
    for y in inner.y..y.min(last) {
        buffer[(x, y)].set_style(look.style(role));
    }
}

/// The stages that are shown where there are so many rows: around the one that ran at this time.
fn shown(model: &Model, rows: usize, here: Duration) -> Vec<&str> {
    let all: Vec<&str> = model.timeline.stages().collect();
    let now = model.timeline.spans.iter().rfind(|span| span.began <= here);
    let at = now.and_then(|span| all.iter().position(|stage| *stage == span.stage)).unwrap_or(0);
    let first = (at + 1).saturating_sub(rows).min(all.len().saturating_sub(rows));
    all.into_iter().skip(first).take(rows).collect()
}

fn draw_lane(look: &Look<'_>, model: &Model, stage: &str, scale: Scale, name: Rect, buffer: &mut Buffer) {
    let row = scale.row(name.y);
    let known = model.stages.list.iter().find(|known| known.id == stage);
    let shown = known.map(|known| super::stages::state(look, &known.state));
    let (glyph, _, role) = shown.unwrap_or((look.glyphs.pending, "", Role::Off));
    let title = model.stages.title_of(stage);
    paint::pieces(
        buffer,
        name,
        &[
            (format!(" {glyph}"), look.style(role)),
            (
                format!(" {}", fit(title, usize::from(name.width.saturating_sub(4)), look.glyphs.cut)),
                look.style(Role::Text),
            ),
        ],
        look.glyphs.cut,
    );
    let dots = look.glyphs.empty.repeat(usize::from(row.width));
    paint::text(buffer, row, &dots, look.style(Role::Border));
    for (column, _) in scale.ticks() {
        buffer.set_stringn(row.x + column, row.y, look.glyphs.tick, 1, look.style(Role::Dim));
    }
    for span in model.timeline.spans.iter().filter(|span| span.stage == stage) {
        draw_span(look, model, span, scale, row, buffer);
    }
}

fn draw_span(look: &Look<'_>, model: &Model, span: &Span, scale: Scale, row: Rect, buffer: &mut Buffer) {
    // A recording knows what comes; what is not there yet is only sketched.
    let now = if model.is_replay() { model.clock() } else { scale.length };
    let (from, to) = (scale.column(span.began), scale.column(span.ended.map_or(scale.length, |(at, _)| at)));
    let (end_glyph, role) = match span.ended {
        Some((_, outcome)) if span.kind == RunKind::Stage => {
            let (glyph, _, role) = outcome_state(look, outcome);
            (if outcome.is_ok() { look.glyphs.track } else { glyph }, role)
        }
        None if span.kind == RunKind::Stage => (look.glyphs.running, Role::Run),
        _ => (look.glyphs.mended, Role::Mark),
    };
    let body = if span.kind == RunKind::Stage { look.glyphs.track } else { look.glyphs.mended };
    let over = scale.column(now);
    for column in from..=to {
        let ahead = now < span.began || column > over;
        let glyph = match (ahead, column == to) {
            (true, _) => look.glyphs.line,
            (false, true) => end_glyph,
            (false, false) => body,
        };
        let style = look.style(if ahead { Role::Dim } else { role });
        buffer.set_stringn(row.x + column, row.y, glyph, 1, style);
    }
}

fn draw_rate(look: &Look<'_>, model: &Model, row: Rect, name: Rect, length: Duration, buffer: &mut Buffer) {
    let rates = model.timeline.rates(row.width, length);
    let most = rates.iter().copied().fold(0.0, f64::max);
    paint::text(buffer, name, &format!("   {}", look.t(Say::OutputRate)), look.style(Role::Dim));
    let levels = &look.glyphs.levels;
    for (column, rate) in (0u16..).zip(rates) {
        if rate > 0.0 {
            // Output comes in bursts of very different sizes: by its square root, the small ones show as well.
            let level = ((rate / most).sqrt() * levels.len() as f64).ceil() as usize;
            let glyph = levels[level.clamp(1, levels.len()) - 1];
            buffer.set_stringn(row.x + column, row.y, glyph, 1, look.style(Role::Info));
        }
    }
}

fn draw_findings(look: &Look<'_>, model: &Model, scale: Scale, name: Rect, buffer: &mut Buffer) {
    let row = scale.row(name.y);
    paint::text(buffer, name, &format!("   {}", look.t(Say::Findings)), look.style(Role::Dim));
    // The gravest is drawn last, so it is the one that is seen.
    for entry in model.findings.list.iter().rev() {
        let line = entry.finding.evidence.line;
        if let Some(at) = line.checked_sub(1).and_then(|line| model.came(line)) {
            let (glyph, _, role) = super::findings::weight(look, entry);
            buffer.set_stringn(row.x + scale.column(at), row.y, glyph, 1, look.style(role));
        }
    }
}

/// Round times, the end, and the place where the user is.
fn draw_axis(look: &Look<'_>, scale: Scale, y: u16, here: Duration, times: Times, buffer: &mut Buffer) {
    let (row, style) = (scale.row(y), look.style(Role::Dim));
    let end = times.say(scale.length);
    paint::text(buffer, row, "0", style);
    paint::right(buffer, row, &[(end.clone(), style)], look.glyphs.cut);
    let said = look.say(Tell::At { time: &times.say(here) });
    let wide = said.width() as u16;
    let last = row.width.saturating_sub(end.width() as u16 + 1);
    let (low, high) = (2, last.saturating_sub(wide));
    // At the end, the end says it.
    let place = (low < high && here < scale.length)
        .then(|| scale.column(here).saturating_sub(wide / 2).clamp(low, high));
    for (column, at) in scale.ticks() {
        // Below each other as the longer ones are written.
        let label = if scale.length.as_secs() >= 60 && at.as_secs() < 60 {
            format!("0:{:02}", at.as_secs())
        } else {
            ticking(at)
        };
        let width = label.width() as u16;
        let from = column.saturating_sub(width / 2);
        let free = place.is_none_or(|x| from + width < x || x + wide < from);
        if from >= 2 && from + width < last && free {
            paint::text(buffer, Rect { x: row.x + from, width, ..row }, &label, style);
        }
    }
    if let Some(x) = place {
        paint::text(buffer, Rect { x: row.x + x, width: wide, ..row }, &said, look.style(Role::Strong));
    }
}
