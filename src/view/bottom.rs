//! The last row: the search while it is written, who has the keyboard, a message, or the keys that do something.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use unicode_width::UnicodeWidthStr;

use super::paint::{self, Pieces, pieces, width};
use super::{Look, Screen};
use crate::locale::ui::{Say, Tell};
use crate::model::action::{Action, Context, Hint};
use crate::model::log::{Asks, Prompt, Wanted};
use crate::model::{Model, NoticeKind, Unwritten};
use crate::theme::Role;

/// Draws the row; returns the cursor where something is being written.
pub(super) fn draw(screen: &Screen<'_>, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let (look, model) = (&screen.look, screen.model);
    let inner = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    if let Some(prompt) = &model.log.prompt {
        return Some(draw_prompt(screen, prompt, inner, buffer));
    }
    if model.typing {
        let secret = model.log.asks() == Some(Asks::Secret);
        bar(look, buffer, area, &typing(look, secret), Role::Typing);
        return None;
    }
    if let Some(notice) = &model.notice {
        let text = notice_text(look, &notice.kind);
        // What was said takes no key away where there is room for both.
        let said = area.width.min(u16::try_from(text.width()).unwrap_or(u16::MAX).saturating_add(2));
        let rest = Rect { x: area.x + said, width: area.width - said, ..area };
        let rest = Rect { x: rest.x + 2, width: rest.width.saturating_sub(3), ..rest };
        let keys = hints(look, screen.hints, usize::from(rest.width));
        let both = model.dialog.is_none() && width(&keys) <= usize::from(rest.width);
        bar(look, buffer, if both { Rect { width: said, ..area } } else { area }, &text, Role::Notice);
        if both {
            pieces(buffer, rest, &keys, look.glyphs.cut);
        }
        return None;
    }
    if let Some(asks) = model.log.asks().filter(|_| model.can(Action::Type)) {
        bar(look, buffer, area, &asking(look, asks), Role::Notice);
        return None;
    }
    if model.dialog.is_some() {
        return None;
    }
    if let Some(unwritten) = &model.unwritten {
        bar(look, buffer, area, &self::unwritten(look, unwritten), Role::Notice);
        return None;
    }
    let found = match model.log.selection {
        Some(selection) => {
            let count = selection.lines().count() as u64;
            vec![(look.say(Tell::Selected { count }), look.style(Role::Info))]
        }
        None => found(look, model),
    };
    let start = paint::right(buffer, inner, &found, look.glyphs.cut);
    let room = Rect { width: start.saturating_sub(inner.x + u16::from(!found.is_empty()) * 2), ..inner };
    pieces(buffer, room, &hints(look, screen.hints, usize::from(room.width)), look.glyphs.cut);
    None
}

/// Who has the keyboard, and the key that takes it back.
fn typing(look: &Look<'_>, secret: bool) -> String {
    let key = &look.keymap.key(Context::Typing, Action::Back);
    look.say(if secret { Tell::TypingSecret { key } } else { Tell::TypingState { key } })
}

/// That the command asks something, and the key that answers.
fn asking(look: &Look<'_>, asks: Asks) -> String {
    let key = &look.keymap.key(Context::Build, Action::Type);
    look.say(if asks == Asks::Secret { Tell::AsksSecret { key } } else { Tell::AsksAnswer { key } })
}

/// That the log cannot be written, and what that means for the build.
pub(super) fn unwritten(look: &Look<'_>, unwritten: &Unwritten) -> String {
    let why = &unwritten.why;
    match unwritten.exit {
        Some(exit) => look.say(Tell::UnwrittenEnded { why, exit: &exit.to_string() }),
        None => look.say(Tell::Unwritten { why }),
    }
}

fn bar(look: &Look<'_>, buffer: &mut Buffer, area: Rect, text: &str, role: Role) {
    buffer.set_style(area, look.style(role));
    let inner = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    let text = text.replace(char::is_control, " ");
    pieces(buffer, inner, &[(text, look.style(role))], look.glyphs.cut);
}

/// As many hints as fit; those that must be known (help, leave) are always among them.
pub(super) fn hints(look: &Look<'_>, hints: &[Hint], room: usize) -> Pieces {
    let size = |hint: &Hint| hint.keys.width() + 1 + look.t(hint.label).width() + 3;
    let must: usize = hints.iter().filter(|hint| hint.foot >= 90).map(size).sum();
    let mut left = (room + 3).saturating_sub(must);
    let mut kept = Vec::new();
    for hint in hints {
        if hint.foot < 90 {
            if size(hint) > left {
                left = 0;
                continue;
            }
            left -= size(hint);
        }
        kept.push(hint.clone());
    }
    let line = in_a_row(look, &kept);
    debug_assert!(width(&line) <= room.max(must), "hints overflow");
    line
}

/// The hints in as many rows as they take, but no more than `most`: there, as many as fit.
pub(super) fn hint_rows(look: &Look<'_>, all: &[Hint], room: usize, most: usize) -> Vec<Pieces> {
    let mut rest = all;
    let mut rows = Vec::new();
    while rows.len() + 1 < most && !rest.is_empty() {
        let fits = |count: &usize| width(&in_a_row(look, &rest[..*count])) <= room;
        let count = (1..=rest.len()).take_while(fits).last().unwrap_or(1);
        rows.push(in_a_row(look, &rest[..count]));
        rest = &rest[count..];
    }
    if !rest.is_empty() {
        rows.push(hints(look, rest, room));
    }
    rows
}

fn in_a_row(look: &Look<'_>, hints: &[Hint]) -> Pieces {
    let mut line: Pieces = Vec::new();
    for hint in hints {
        if !line.is_empty() {
            line.push(("   ".to_owned(), look.style(Role::Hint)));
        }
        line.push((hint.keys.clone(), look.style(Role::Key)));
        line.push((format!(" {}", look.t(hint.label)), look.style(Role::Hint)));
    }
    line
}

/// What the search found, while one is on.
fn found(look: &Look<'_>, model: &Model) -> Pieces {
    let (Some(finder), Some((count, complete, place))) = (&model.log.finder, model.log.count()) else {
        return Vec::new();
    };
    let said = match (count, complete, place) {
        (0, true, _) => look.t(Say::SearchNone).to_owned(),
        (_, true, Some(place)) => look.say(Tell::SearchPlace { place, count }),
        (_, true, None) => look.say(Tell::SearchCount { count }),
        (_, false, _) => look.say(Tell::SearchMore { count }),
    };
    let role = if count == 0 && complete { Role::Warn } else { Role::Dim };
    let mut line = vec![
        (format!("/{}", finder.search.pattern()), look.style(Role::Prompt)),
        (format!("  {said}"), look.style(role)),
    ];
    let more = if finder.wrapped {
        Some(Say::SearchWrapped)
    } else if finder.search.is_literal() {
        Some(Say::SearchLiteral)
    } else {
        None
    };
    if let Some(say) = more {
        line.push((format!("  {}", look.t(say)), look.style(Role::Dim)));
    }
    line
}

fn draw_prompt(screen: &Screen<'_>, prompt: &Prompt, area: Rect, buffer: &mut Buffer) -> Position {
    let (look, model) = (&screen.look, screen.model);
    let mut said: Pieces = found(look, model);
    // The pattern itself stands in the prompt; a place is not counted.
    said.drain(..if prompt.wanted == Wanted::Pattern { said.len().min(1) } else { said.len() });
    let keys = hints(look, screen.hints, usize::from(area.width));
    if width(&keys) + width(&said) + prompt.input.value().width() + 40 <= usize::from(area.width) {
        said.push((" ".repeat(if said.is_empty() { 0 } else { 3 }), look.style(Role::Hint)));
        said.extend(keys);
    }
    let start = paint::right(buffer, area, &said, look.glyphs.cut);
    let asks = |say: Say| look.say(Tell::Labelled { name: look.t(say), value: "" });
    let lead = match prompt.wanted {
        Wanted::Pattern => format!("{} / ", look.t(Say::PromptSearch)),
        Wanted::Place => asks(Say::PromptPlace),
        Wanted::Filter(true) => format!("{} & ", look.t(Say::PromptFilterIn)),
        Wanted::Filter(false) => format!("{} ! ", look.t(Say::PromptFilterOut)),
        Wanted::Note(_) => asks(Say::PromptNote),
        Wanted::File => asks(Say::PromptFile),
        Wanted::Moment => asks(Say::PromptMoment),
    };
    let room = usize::from(start.saturating_sub(area.x)).saturating_sub(lead.width() + 1);
    let scroll = prompt.input.visual_scroll(room);
    // Scrolling counts columns; what is left out is counted in characters.
    let mut left_out = 0;
    let visible: String = prompt
        .input
        .value()
        .chars()
        .skip_while(|ch| {
            let skip = left_out < scroll;
            left_out += unicode_width::UnicodeWidthChar::width(*ch).unwrap_or(0);
            skip
        })
        .collect();
    let line = [(lead.clone(), look.style(Role::Dim)), (visible, look.style(Role::Prompt))];
    pieces(buffer, Rect { width: start.saturating_sub(area.x), ..area }, &line, look.glyphs.cut);
    let column = lead.width() + prompt.input.visual_cursor().saturating_sub(scroll);
    Position { x: (area.x + column as u16).min(area.right().saturating_sub(1)), y: area.y }
}

pub(super) fn notice_text(look: &Look<'_>, kind: &NoticeKind) -> String {
    match kind {
        NoticeKind::Failed(why) => look.say(Tell::NoticeFailed { why: why.pick(look.lang) }),
        NoticeKind::ReplayOnly => look.t(Say::NoticeReplay).to_owned(),
        NoticeKind::RuleKept(path) => look.say(Tell::NoticeRule { path }),
        NoticeKind::Dismissed(kept) => {
            look.t(if *kept { Say::NoticeDismissed } else { Say::NoticeDismissedNow }).to_owned()
        }
        NoticeKind::BroughtBack => look.t(Say::NoticeBack).to_owned(),
        NoticeKind::NoLine => look.t(Say::NoticeNoLine).to_owned(),
        NoticeKind::NoFinding => look.t(Say::NoticeNoFinding).to_owned(),
        NoticeKind::NoFix => look.t(Say::NoticeNoFix).to_owned(),
        NoticeKind::NotWaiting => look.t(Say::NoticeNotWaiting).to_owned(),
        NoticeKind::NothingRuns => look.t(Say::NoticeNothingRuns).to_owned(),
        NoticeKind::FixFailed(title) => look.say(Tell::NoticeFixFailed { title }),
        NoticeKind::DiskTrouble(why) => look.say(Tell::NoticeDisk { why }),
        NoticeKind::NoPlace(place) => look.say(Tell::NoticeNoPlace { place }),
        NoticeKind::NoMoment(text) => look.say(Tell::NoMoment { text }),
        NoticeKind::LogStays => look.t(Say::NoticeLogStays).to_owned(),
        NoticeKind::Idle(cut) => {
            look.t(if *cut { Say::NoticeIdleCut } else { Say::NoticeIdleLasts }).to_owned()
        }
        NoticeKind::NoPast => look.t(Say::NoticeNoPast).to_owned(),
        NoticeKind::LookingBack => {
            let key = look.keymap.key(Context::Past, Action::Present);
            look.say(Tell::NoticeLookingBack { key: &key })
        }
        NoticeKind::Warning(why) => why.clone(),
        NoticeKind::NoSearch => {
            let key = look.keymap.key(Context::Global, Action::Search);
            look.say(Tell::NoticeNoSearch { key: &key })
        }
        kind @ (NoticeKind::NoFilter
        | NoticeKind::NoFold
        | NoticeKind::NoMoreFolds
        | NoticeKind::NoBookmark
        | NoticeKind::NoFile
        | NoticeKind::NotFound(_)
        | NoticeKind::Folded(_)
        | NoticeKind::Around(_)
        | NoticeKind::TooMuch(_)
        | NoticeKind::Copied(..)
        | NoticeKind::Written(..)
        | NoticeKind::Opened(..)) => super::sifted::notice(look, kind),
        NoticeKind::Mouse(on) => {
            look.t(if *on { Say::NoticeMouseOn } else { Say::NoticeMouseOff }).to_owned()
        }
    }
}
