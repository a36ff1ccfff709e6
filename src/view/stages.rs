//! The stages: a list where there is room, one row where there is not.

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use super::layout::Layout;
use super::paint::{self, Pieces, Title, pieces, ticking, time, width};
use super::{Look, Screen};
use crate::event::Outcome;
use crate::locale::ui::{Say, Tell};
use crate::model::stages::{Stage, StageState};
use crate::model::{Pane, Phase};
use crate::text::wrap::fit;
use crate::theme::Role;

/// A state as a symbol, a word and a role.
pub(super) fn state(look: &Look<'_>, state: &StageState) -> (&'static str, &'static str, Role) {
    let glyphs = look.glyphs;
    let (glyph, say, role) = match state {
        StageState::Pending => (glyphs.pending, Say::StagePending, Role::Off),
        StageState::Skipped(_) => (glyphs.skipped, Say::StageSkipped, Role::Off),
        StageState::Running => (glyphs.running, Say::StageRunning, Role::Run),
        StageState::Checking => (glyphs.running, Say::StageChecking, Role::Run),
        StageState::Cut => (glyphs.stopped, Say::StageCut, Role::Warn),
        StageState::Done(outcome) => return outcome_state(look, *outcome),
    };
    (glyph, look.t(say), role)
}

/// The same for how something ended.
pub(super) fn outcome_state(look: &Look<'_>, outcome: Outcome) -> (&'static str, &'static str, Role) {
    let glyphs = look.glyphs;
    let (glyph, say, role) = match outcome {
        Outcome::Passed => (glyphs.passed, Say::StagePassed, Role::Ok),
        Outcome::Failed => (glyphs.failed, Say::StageFailed, Role::Fail),
        Outcome::CheckFailed => (glyphs.failed, Say::StageCheckFailed, Role::Fail),
        Outcome::TimedOut => (glyphs.late, Say::StageTimedOut, Role::Fail),
        Outcome::Cancelled => (glyphs.stopped, Say::StageCancelled, Role::Warn),
        Outcome::NotStarted => (glyphs.failed, Say::StageNotStarted, Role::Fail),
    };
    (glyph, look.t(say), role)
}

fn duration(stage: &Stage, clock: Duration) -> String {
    match stage.duration(clock) {
        Some(duration) if stage.active() => ticking(duration),
        Some(duration) => time(duration),
        None => String::new(),
    }
}

/// What is still to be expected: of a stage that runs the time left, of one whose turn comes what it usually takes.
fn expected(stage: &Stage, clock: Duration) -> Option<Duration> {
    match stage.state {
        StageState::Pending => stage.usual,
        _ => stage.left(clock),
    }
}

pub(super) fn draw_list(screen: &Screen<'_>, area: Rect, layout: &Layout, buffer: &mut Buffer) {
    let (look, model) = (&screen.look, screen.model);
    let focused = model.focus == Pane::Stages && model.dialog.is_none();
    let (passed, due) = model.stages.tally();
    let right = if due > 0 { format!("{passed}/{due}") } else { String::new() };
    let title = Title { text: look.t(Say::Stages), more: &model.about.target, right: &right, focused };
    let inner = paint::frame(look, buffer, area, layout.frame, &title);
    if model.stages.list.is_empty() {
        let coming = model.phase == Phase::Starting && !model.is_replay();
        let say = if coming { Say::StagesComing } else { Say::NoStages };
        paint::text(buffer, inner, &format!(" {}", look.t(say)), look.style(Role::Dim));
        return;
    }
    let visible = usize::from(inner.height);
    let spelt = spelt(look, &model.stages.list, model.clock(), inner);
    let skip = (model.stages.selected + 1).saturating_sub(visible);
    for (index, stage) in model.stages.list.iter().enumerate().skip(skip).take(visible) {
        let row = Rect { y: inner.y + (index - skip) as u16, height: 1, ..inner };
        let selected = index == model.stages.selected && model.focus == Pane::Stages;
        draw_stage(look, stage, model.clock(), row, (selected, spelt), buffer);
    }
}

/// Whether tries and states are spelt out: as long as no title is cut for it, since symbols and numbers say the same.
fn spelt(look: &Look<'_>, stages: &[Stage], clock: Duration, row: Rect) -> [bool; 2] {
    let whole = |spelt: &[bool; 2]| {
        let fits =
            |stage: &Stage| stage.title.width() <= room(row, &beside(look, stage, clock, row.width, *spelt));
        stages.iter().all(fits)
    };
    let ways = [[true, true], [false, true]];
    ways.into_iter().find(|spelt| row.width >= 44 && whole(spelt)).unwrap_or([false, false])
}

/// What is left of a row for a title.
fn room(row: Rect, right: &Pieces) -> usize {
    usize::from(row.width).saturating_sub(width(right) + 4)
}

/// What stands at the right of a stage's title: where it runs, how often it was tried, how far it is, its state, its time.
/// Tries and state are spelt out where that is wished.
fn beside(look: &Look<'_>, stage: &Stage, clock: Duration, wide: u16, [tries, word]: [bool; 2]) -> Pieces {
    let mut right: Pieces = Vec::new();
    // Said where it is not the session's own, which the title says.
    let elsewhere = stage.run.as_ref().map(|run| run.target.as_str()).filter(|target| !target.is_empty());
    if let Some(target) = elsewhere.filter(|_| wide >= 44) {
        right.push((format!("{}  ", fit(target, 16, look.glyphs.cut)), look.style(Role::Info)));
    }
    if stage.attempts > 1 {
        let again = if tries {
            look.say(Tell::Attempt { n: stage.attempts.into() })
        } else {
            format!("x{}", stage.attempts)
        };
        right.push((format!("{again}  "), look.style(Role::Dim)));
    }
    if let Some(part) = stage.gauge.reading().whole().filter(|_| stage.active()) {
        right.push((format!("{:.0} %  ", part * 100.0), look.style(Role::Run)));
    }
    if word {
        let (_, word, role) = state(look, &stage.state);
        right.push((format!("{word}  "), look.style(role)));
    }
    right.push((format!("{:>6} ", duration(stage, clock)), look.style(Role::Dim)));
    if let Some(left) = expected(stage, clock) {
        right.push((format!("~{} ", ticking(left)), look.style(Role::Hint)));
    }
    right
}

fn draw_stage(
    look: &Look<'_>,
    stage: &Stage,
    clock: Duration,
    row: Rect,
    (selected, spelt): (bool, [bool; 2]),
    buffer: &mut Buffer,
) {
    let (glyph, _, role) = state(look, &stage.state);
    let right = beside(look, stage, clock, row.width, spelt);
    let room = room(row, &right);
    let named = if stage.active() || selected {
        Role::Strong
    } else if stage.began.is_none() {
        Role::Dim
    } else {
        Role::Text
    };
    let left = [
        (format!(" {glyph} "), look.style(role)),
        (fit(&stage.title, room, look.glyphs.cut), look.style(named)),
    ];
    pieces(buffer, row, &left, look.glyphs.cut);
    paint::right(buffer, row, &right, look.glyphs.cut);
    if selected {
        buffer.set_style(row, look.style(Role::Selected));
    }
}

/// Between two stages of the strip.
const GAP: &str = "   ";

pub(super) fn draw_strip(screen: &Screen<'_>, area: Rect, buffer: &mut Buffer) {
    let (look, model) = (&screen.look, screen.model);
    let inner = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    let room = usize::from(inner.width);
    let list = &model.stages.list;
    let total = |items: &[Pieces]| {
        items.iter().map(|item| width(item)).sum::<usize>() + GAP.width() * items.len().saturating_sub(1)
    };
    let make = |(brief, most): (bool, usize)| -> Vec<Pieces> {
        list.iter().map(|stage| strip_item(look, stage, model.clock(), brief, most)).collect()
    };
    // The names of the list and the log, as much of them as fits.
    let ways = [(false, usize::MAX), (true, usize::MAX), (true, 20), (true, 15), (true, 10)];
    let mut items = Vec::new();
    for way in ways {
        items = make(way);
        if total(&items) <= room {
            break;
        }
    }
    // Where even that is too much, the beginning goes, as far as what matters stays in view.
    let attention =
        list.iter().position(|stage| model.stages.focus_of_attention().is_some_and(|it| it.id == stage.id));
    let mut first = 0;
    // The sign that something is left out takes room only once something is.
    while first < attention.unwrap_or(0) && total(&items[first..]) + if first > 0 { 2 } else { 0 } > room {
        first += 1;
    }
    let mut line: Pieces = Vec::new();
    if first > 0 {
        line.push((format!("{} ", look.glyphs.cut), look.style(Role::Dim)));
    }
    for (index, item) in items.into_iter().skip(first).enumerate() {
        if index > 0 {
            line.push((GAP.to_owned(), look.style(Role::Text)));
        }
        line.extend(item);
    }
    pieces(buffer, inner, &line, look.glyphs.cut);
}

fn strip_item(look: &Look<'_>, stage: &Stage, clock: Duration, brief: bool, most: usize) -> Pieces {
    let (glyph, _, role) = state(look, &stage.state);
    let weighty = stage.active() || stage.failed();
    let name = if weighty {
        Role::Strong
    } else if stage.began.is_none() {
        Role::Dim
    } else {
        Role::Text
    };
    let title = fit(&stage.title, if weighty { most.max(24) } else { most }, look.glyphs.cut);
    let mut item = vec![(format!("{glyph} "), look.style(role)), (title, look.style(name))];
    let took = duration(stage, clock);
    if !took.is_empty() && (weighty || !brief) {
        item.push((format!(" {took}"), look.style(Role::Dim)));
    }
    if stage.attempts > 1 && (weighty || !brief) {
        item.push((format!(" x{}", stage.attempts), look.style(Role::Dim)));
    }
    item
}
