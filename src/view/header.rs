//! The first row: what is built and where on the left, how far it is on the right.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use super::paint::{Pieces, number, pieces, right, ticking, time, width};
use super::{Look, Screen};
use crate::event::RunKind;
use crate::locale::ui::{Say, Tell};
use crate::model::action::Action;
use crate::model::progress::Progress;
use crate::model::replay::Replay;
use crate::model::{Model, Phase};
use crate::text::wrap::fit_end;
use crate::theme::Role;

pub(super) fn draw(screen: &Screen<'_>, area: Rect, buffer: &mut Buffer) {
    let look = &screen.look;
    let state = state(screen);
    let start = right(buffer, area, &state, look.glyphs.cut);
    let room = Rect { width: start.saturating_sub(area.x + 2), ..area };
    pieces(buffer, room, &left(look, screen.model, usize::from(room.width)), look.glyphs.cut);
}

/// ` ktui `, then the plan, the folder and the target, as far as there is room.
fn left(look: &Look<'_>, model: &Model, room: usize) -> Pieces {
    let about = &model.about;
    let plan = if about.plan.is_empty() { &about.name } else { &about.plan };
    let mut line =
        vec![(" ktui ".to_owned(), look.style(Role::Badge)), (format!(" {plan}"), look.style(Role::Strong))];
    if !about.dir.as_os_str().is_empty() {
        let target = if about.target.is_empty() { String::new() } else { format!("  {}", about.target) };
        let free = room.saturating_sub(width(&line) + 2 + target.width());
        if free >= 8 {
            let dir = fit_end(&look.folder(&about.dir), free, look.glyphs.cut);
            line.push((format!("  {dir}"), look.style(Role::Dim)));
            line.push((target, look.style(Role::Dim)));
        }
    }
    line
}

/// A symbol and a word for the state of the session, and the time.
fn state(screen: &Screen<'_>) -> Pieces {
    let (look, model) = (&screen.look, screen.model);
    if model.log.is_text() {
        return ended(vec![match model.diagnosing() {
            Some(percent) => (look.say(Tell::Diagnosing { percent }), look.style(Role::Run)),
            None => (look.t(Say::Diagnosed).to_owned(), look.style(Role::Info)),
        }]);
    }
    let mut line = match model.recording() {
        Some(_) if model.loading().is_some() => {
            let percent = model.loading().unwrap_or_default();
            return ended(vec![(look.say(Tell::Loading { percent }), look.style(Role::Run))]);
        }
        Some(_) if model.is_past() => return ended(past(look, model)),
        Some(replay) => recording(look, replay),
        None => Vec::new(),
    };
    let glyphs = look.glyphs;
    let (glyph, say, role) = match &model.phase {
        _ if model.recording().is_some_and(|replay| !replay.at_end()) => return ended(line),
        Phase::Starting if model.is_replay() => return ended(line),
        Phase::Running if model.is_replay() && model.stages.list.is_empty() => return ended(line),
        Phase::Running if model.is_replay() => (glyphs.attention, Say::Interrupted, Role::Warn),
        _ => phase(look, model),
    };
    if !line.is_empty() {
        line.push(("  ".to_owned(), look.style(Role::Dim)));
    }
    line.push((format!("{glyph} {}", look.t(say)), look.style(role)));
    if !model.is_replay() {
        let (passed, due) = model.stages.tally();
        if due > 0 {
            line.push((format!("  {passed}/{due}"), look.style(Role::Dim)));
        }
        line.push((format!("  {}", ticking(model.clock())), look.style(Role::Dim)));
    }
    ended(line)
}

/// What the window is called: what is built, and how far it is.
pub(super) fn title(look: &Look<'_>, model: &Model) -> String {
    let about = &model.about;
    let name = if about.plan.is_empty() { &about.name } else { &about.plan };
    if model.is_replay() {
        return format!("ktui: {name}");
    }
    let (_, say, _) = phase(look, model);
    let percent = match model.progress() {
        Progress::At(percent) => format!(" {percent} %"),
        _ => String::new(),
    };
    format!("ktui: {name} {} {}{percent}", look.glyphs.dot, look.t(say))
}

/// A symbol and a word for how far a session is.
fn phase(look: &Look<'_>, model: &Model) -> (&'static str, Say, Role) {
    let glyphs = look.glyphs;
    match &model.phase {
        Phase::Starting => (glyphs.pending, Say::Starting, Role::Info),
        // A command that asks something goes no further by itself.
        Phase::Running if model.can(Action::Type) && model.log.asks().is_some() => {
            (glyphs.attention, Say::Waiting, Role::Warn)
        }
        Phase::Running => match model.stages.current().map(|run| run.kind) {
            Some(RunKind::Fix | RunKind::Verify) => (glyphs.running, Say::Fixing, Role::Run),
            Some(RunKind::Check) => (glyphs.running, Say::Checking, Role::Run),
            _ => (glyphs.running, Say::Running, Role::Run),
        },
        Phase::Waiting { .. } | Phase::Held(_) => (glyphs.attention, Say::Waiting, Role::Warn),
        Phase::Ended(0) => (glyphs.passed, Say::Passed, Role::Ok),
        Phase::Ended(_) => (glyphs.failed, Say::Failed, Role::Fail),
        Phase::Cut => (glyphs.failed, Say::Interrupted, Role::Fail),
    }
}

fn ended(mut line: Pieces) -> Pieces {
    if let Some((text, _)) = line.last_mut() {
        text.push(' ');
    }
    line
}

/// How far behind the session the user is, and what it came to meanwhile.
fn past(look: &Look<'_>, model: &Model) -> Pieces {
    let glyphs = look.glyphs;
    let behind = look.say(Tell::Behind { time: &ticking(model.behind().unwrap_or_default()) });
    let mut line = vec![(format!(" {} {behind} ", glyphs.stopped), look.style(Role::Badge))];
    let news = match model.meanwhile() {
        Some(Phase::Waiting { .. }) => Some((glyphs.attention, Say::Waiting, Role::Warn)),
        Some(Phase::Ended(0)) => Some((glyphs.passed, Say::Passed, Role::Ok)),
        Some(Phase::Ended(_)) => Some((glyphs.failed, Say::Failed, Role::Fail)),
        Some(Phase::Cut) => None,
        _ => Some((glyphs.running, Say::GoesOn, Role::Run)),
    };
    if let Some((glyph, say, role)) = news {
        line.push((format!("  {glyph} {}", look.t(say)), look.style(role)));
    }
    if let Some(replay) = model.recording() {
        let playing = if replay.playing() { look.glyphs.running } else { "" };
        line.push((format!("  {playing}"), look.style(Role::Run)));
        line.extend(place_in(look, replay));
    }
    line
}

/// Where in the recording the user is, and how fast it goes.
fn recording(look: &Look<'_>, replay: &Replay) -> Pieces {
    let (say, role) = if replay.playing() {
        (Say::Playing, Role::Run)
    } else if replay.at_end() {
        (Say::ReplayEnd, Role::Info)
    } else {
        (Say::Paused, Role::Warn)
    };
    let glyph = if replay.playing() { look.glyphs.running } else { look.glyphs.stopped };
    let mut line = vec![(format!("{glyph} {}", look.t(say)), look.style(role))];
    let place = place_in(look, replay);
    if !place.is_empty() {
        line.push((" ".to_owned(), look.style(Role::Dim)));
        line.extend(place);
    }
    line
}

/// The moment of how much, and the speed where it is not that of the clock.
fn place_in(look: &Look<'_>, replay: &Replay) -> Pieces {
    let (at, length) = (replay.clock(), replay.length());
    if length.is_zero() {
        return Vec::new();
    }
    // Both in the form of the longer one.
    let minutes = length.as_secs() >= 60 && at.as_secs() < 60;
    let at = if minutes { format!("0:{:02}", at.as_secs()) } else { time(at) };
    let mut line = vec![(format!(" {at}/{}", time(length)), look.style(Role::Dim))];
    let speed = replay.speed();
    if (speed - 1.0).abs() > f64::EPSILON {
        let shown = if speed < 1.0 { format!("{speed}") } else { number(speed as u64) };
        line.push((format!("  {shown}×"), look.style(Role::Dim)));
    }
    line
}
