//! The start screen: what could be done in this folder, and what the doctor says of the machine.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use unicode_width::UnicodeWidthStr as _;

use super::details::{prose, wrapped};
use super::paint::{self, Pieces, Title, pieces};
use super::start_over::{draw_cure, draw_help, draw_trust, draw_unfit};
use super::{Look, bottom, form};
use crate::locale::ui::{Say, Tell};
use crate::model::action::Hint;
use crate::model::dialog::Fits;
use crate::model::start::{Check, CheckState, Offer, OfferKind, Over, Start};
use crate::text::wrap::{fit, fit_end, wrap};
use crate::theme::Role;

/// From this height on, what is asked stands apart from what the tree is.
const ROOMY: u16 = 30;
/// From this width on, the doctor has a column of its own.
const WIDE: u16 = 110;
/// No more columns are used: what belongs together would stand too far apart.
const WIDEST: u16 = 164;

/// The part of a wide screen that is used, in its middle.
fn page(area: Rect) -> Rect {
    let width = area.width.min(WIDEST);
    Rect { x: area.x + (area.width - width) / 2, width, ..area }
}

/// Rows before the first offer.
fn top(area: Rect) -> u16 {
    if area.height >= ROOMY { 5 } else { 3 }
}

/// Draws the screen; answers where the cursor stands while a value is written.
pub fn draw(
    look: &Look<'_>,
    start: &mut Start,
    hints: &[Hint],
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let row = |y: u16| Rect { y: area.y + y, height: 1.min(area.height.saturating_sub(y)), ..area };
    header(look, start, row(0), buffer);
    let whole = area;
    let area = page(area);
    let row = |y: u16| Rect { x: area.x, width: area.width, ..row(y) };
    let nothing = !start.offers.iter().any(|offer| offer.kind == OfferKind::Plan);
    let about = if nothing { look.t(Say::StartNothing) } else { &start.tree };
    if area.height > 8 {
        let about = fit(about, usize::from(area.width).saturating_sub(2), look.glyphs.cut);
        paint::text(buffer, row(1), &format!(" {about}"), look.style(Role::Dim));
    }
    let title = if area.height >= ROOMY { 3 } else { 2 };
    paint::text(buffer, row(title), &format!(" {}", look.t(Say::StartTitle)), look.style(Role::Title));
    let (body, doctor) = parts(start, area);
    let below = draw_offers(look, start, body, buffer);
    if below > 0 {
        let said = format!("{} ", look.say(Tell::MoreBelow { count: below as u64 }));
        let row = Rect { width: body.width, ..row(title) };
        paint::right(buffer, row, &[(said, look.style(Role::Dim))], look.glyphs.cut);
    }
    if let Some(doctor) = doctor {
        draw_doctor(look, start, doctor, buffer);
    }
    let area = whole;
    let foot = Rect {
        x: area.x + 1,
        y: area.bottom().saturating_sub(1),
        width: area.width.saturating_sub(2),
        height: 1,
    };
    let mut cursor = None;
    let fits = match &start.over {
        Some(Over::Form(over)) => {
            cursor = form::draw(look, over, hints, area, buffer);
            Fits::default()
        }
        Some(Over::Cure(at, row)) => draw_cure(look, start, (*at, *row), hints, area, buffer),
        Some(Over::Trust(offer, row)) => draw_trust(look, start, (*offer, *row), hints, area, buffer),
        Some(Over::Unfit(offer, row)) => draw_unfit(look, start, (*offer, *row), hints, area, buffer),
        None if start.help => {
            draw_help(look, area, buffer);
            Fits::default()
        }
        None => {
            pieces(buffer, foot, &bottom::hints(look, hints, usize::from(foot.width)), look.glyphs.cut);
            Fits::default()
        }
    };
    start.drawn(fits);
    if look.glyphs.ascii {
        paint::only_ascii(buffer, area);
    }
    cursor
}

fn header(look: &Look<'_>, start: &Start, row: Rect, buffer: &mut Buffer) {
    let (said, role) = verdict(look, start);
    let state = [(format!("{said} "), look.style(role))];
    let from = if start.checks.is_empty() && start.examined {
        row.right()
    } else {
        paint::right(buffer, row, &state, look.glyphs.cut)
    };
    let room = from.saturating_sub(row.x);
    let dir = fit_end(&start.dir, usize::from(room).saturating_sub(10), look.glyphs.cut);
    let left = [(" ktui ".to_owned(), look.style(Role::Badge)), (format!(" {dir}"), look.style(Role::Dim))];
    pieces(buffer, Rect { width: room, ..row }, &left, look.glyphs.cut);
}

/// The doctor's verdict so far, in a few words.
fn verdict(look: &Look<'_>, start: &Start) -> (String, Role) {
    let of = |state| start.checks.iter().filter(|check| check.state == state).count() as u64;
    let (bad, warnings, count) = (of(CheckState::Bad), of(CheckState::Warning), start.checks.len() as u64);
    let said = look.say(Tell::DoctorCount { count, bad, warnings });
    if !start.examined {
        return (format!("{} {said}", look.t(Say::DoctorRuns)), Role::Run);
    }
    (
        said,
        if bad > 0 {
            Role::Fail
        } else if warnings > 0 {
            Role::Warn
        } else {
            Role::Ok
        },
    )
}

/// Where the offers stand, and where the doctor speaks, if there is room for it.
fn parts(start: &Start, area: Rect) -> (Rect, Option<Rect>) {
    let (area, top) = (page(area), top(area));
    let body = Rect { y: area.y + top, height: area.height.saturating_sub(top + 1), ..area };
    if start.examined && start.checks.is_empty() {
        return (body, None);
    }
    if area.width >= WIDE {
        let width = area.width * 2 / 5;
        let offers = Rect { width: body.width - width, ..body };
        return (offers, Some(Rect { x: offers.right(), width, ..body }));
    }
    // Below the offers: what is wrong, and no more of it than that.
    let wanted = start.checks.iter().filter(|check| check.state >= CheckState::Warning).count() as u16 + 1;
    let height = wanted.clamp(2, (body.height / 3).max(2));
    if body.height < 12 {
        return (body, None);
    }
    let offers = Rect { height: body.height - height, ..body };
    (offers, Some(Rect { y: offers.bottom(), height, ..body }))
}

fn draw_doctor(look: &Look<'_>, start: &Start, area: Rect, buffer: &mut Buffer) {
    let (said, _) = verdict(look, start);
    let frame = if area.width >= WIDE * 2 / 5 && area.height > 8 {
        super::layout::Frame::Boxed
    } else {
        super::layout::Frame::Ruled
    };
    let roomy = frame == super::layout::Frame::Boxed;
    // The header says it, too.
    let more = if roomy { "" } else { said.as_str() };
    let width = usize::from(frame.content(area).width.saturating_sub(2));
    let wrong = |check: &&Check| roomy || check.state >= CheckState::Warning;
    let mut lines = Vec::new();
    for check in start.checks.iter().filter(wrong) {
        lines.extend(check_lines(look, check, width, roomy));
    }
    if lines.is_empty() {
        let say = if start.examined { Say::DoctorFine } else { Say::DoctorLooks };
        lines.extend(prose(look.t(say), width, look.style(Role::Dim)));
    }
    // A box is as high as what is in it.
    let height = if roomy { area.height.min(lines.len().min(1000) as u16 + 2) } else { area.height };
    let area = Rect { height, ..area };
    let below = lines.len().saturating_sub(usize::from(frame.content(area).height));
    let below = if below > 0 { look.say(Tell::MoreBelow { count: below as u64 }) } else { String::new() };
    let title = Title { text: look.t(Say::DoctorTitle), more, right: &below, focused: false };
    let inner = paint::frame(look, buffer, area, frame, &title);
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    paint::lines(look, buffer, inner, &lines, 0);
}

/// A check's symbol, the word for it and its role.
pub(super) fn state(look: &Look<'_>, state: CheckState) -> (&'static str, &'static str, Role) {
    let glyphs = look.glyphs;
    let (glyph, say, role) = match state {
        CheckState::Good => (glyphs.passed, Say::CheckGood, Role::Ok),
        CheckState::Unknown => (glyphs.pending, Say::CheckUnknown, Role::Off),
        CheckState::Warning => (glyphs.attention, Say::CheckWarning, Role::Warn),
        CheckState::Bad => (glyphs.failed, Say::CheckBad, Role::Fail),
    };
    (glyph, look.t(say), role)
}

fn check_lines(look: &Look<'_>, check: &Check, width: usize, roomy: bool) -> Vec<Pieces> {
    let (glyph, _, role) = state(look, check.state);
    let clean = |text: &str| text.replace(char::is_control, " ");
    let bad = check.state >= CheckState::Warning;
    let what = clean(&check.what);
    let found = if bad && !roomy {
        look.say(Tell::CheckWanted { found: &clean(&check.found), wanted: &check.wanted })
    } else {
        clean(&check.found)
    };
    let room = width.saturating_sub(what.width() + 4);
    let mut lines = vec![vec![
        (format!("{glyph} "), look.style(role)),
        (what, look.style(if bad { Role::Strong } else { Role::Text })),
        (format!("  {}", fit(&found, room, look.glyphs.cut)), look.style(Role::Dim)),
    ]];
    if bad && roomy {
        let wanted = look.say(Tell::CheckWants { wanted: &check.wanted });
        lines.extend(
            wrap(&wanted, width.saturating_sub(2))
                .into_iter()
                .map(|line| vec![(format!("  {line}"), look.style(Role::Text))]),
        );
        if let Some(fix) = &check.fix {
            let line = fit(
                &look.say(Tell::CheckFix { title: &fix.title }),
                width.saturating_sub(2),
                look.glyphs.cut,
            );
            lines.push(vec![(format!("  {line}"), look.style(Role::Info))]);
        }
    }
    lines
}

/// Where the words of an offer begin.
const INDENT: usize = 12;

/// How much is said of each offer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Telling {
    /// All of it.
    Everything,
    /// All of the selected one, of the others why they are there.
    Reasons,
    /// The same, with nothing between them.
    Close,
    /// All of the selected one, of the others the name.
    Names,
}

/// Draws the offers; returns how many have no room below.
fn draw_offers(look: &Look<'_>, start: &Start, body: Rect, buffer: &mut Buffer) -> usize {
    let mut y = body.y;
    let offers = offers(look, start, body);
    let mut shown = skipped(&offers, start.selected, body.height);
    for (index, lines) in offers.iter().enumerate().skip(shown) {
        if y >= body.bottom() {
            break;
        }
        shown = index + 1;
        let area = Rect { y, height: (lines.len() as u16).min(body.bottom() - y), ..body };
        paint::lines(look, buffer, area, lines, 0);
        if index == start.selected {
            buffer.set_style(Rect { height: 1.min(area.height), ..area }, look.style(Role::Selected));
        }
        y += lines.len() as u16;
    }
    offers.len() - shown
}

/// The rows of every offer: as much of each as leaves room for all of them, and of the selected one everything.
fn offers(look: &Look<'_>, start: &Start, body: Rect) -> Vec<Vec<Pieces>> {
    let told = |telling: Telling| -> Vec<Vec<Pieces>> {
        let lines = |(index, offer)| {
            let selected = index == start.selected;
            let telling = if selected { Telling::Everything } else { telling };
            offer_lines(look, offer, (selected, telling), usize::from(body.width))
        };
        start.offers.iter().enumerate().map(lines).collect()
    };
    let fits = |lines: &Vec<Vec<Pieces>>| {
        // The empty row after the last one may be missing.
        let last = lines.last().and_then(|lines| lines.last()).is_some_and(Vec::is_empty);
        lines.iter().flatten().count() - usize::from(last) <= usize::from(body.height)
    };
    let ways = [Telling::Everything, Telling::Reasons, Telling::Close].into_iter().map(told);
    ways.into_iter().find(fits).unwrap_or_else(|| told(Telling::Names))
}

/// How many offers to leave out at the top so that the selected one is visible.
fn skipped(offers: &[Vec<Pieces>], selected: usize, height: u16) -> usize {
    let needed = |skip: usize| offers.iter().take(selected + 1).skip(skip).map(Vec::len).sum::<usize>();
    (0..selected).find(|skip| needed(*skip) <= usize::from(height) + 1).unwrap_or(selected)
}

fn offer_lines(
    look: &Look<'_>,
    offer: &Offer,
    (selected, telling): (bool, Telling),
    width: usize,
) -> Vec<Pieces> {
    let (say, role) = match offer.kind {
        OfferKind::Attach => (Say::StartAttach, Role::Run),
        OfferKind::Resume => (Say::StartResume, Role::Warn),
        OfferKind::Plan => (Say::StartPlan, Role::Ok),
        OfferKind::Past => (Say::StartPast, Role::Dim),
        OfferKind::Tour => (Say::StartTour, Role::Info),
        OfferKind::Unfit => (Say::StartUnfit, Role::Off),
    };
    let word = look.t(say);
    let pad = " ".repeat((INDENT - 3).saturating_sub(word.width()));
    let pointer = if selected { look.glyphs.pointer } else { " " };
    let room = width.saturating_sub(INDENT + 2);
    let mut lines: Vec<Pieces> = vec![vec![
        (format!(" {pointer} "), look.style(Role::Key)),
        (format!("{word}{pad}"), look.style(role)),
        (
            fit(&offer.title, room, look.glyphs.cut),
            look.style(if selected {
                Role::Strong
            } else if offer.kind == OfferKind::Unfit {
                Role::Dim
            } else {
                Role::Text
            }),
        ),
    ]];
    if telling == Telling::Names {
        return lines;
    }
    let mut more = |text: &str, most: usize| {
        for line in wrapped(text, room, most, look.glyphs.cut).into_iter().filter(|line| !line.is_empty()) {
            lines.push(vec![(format!("{}{line}", " ".repeat(INDENT)), look.style(Role::Dim))]);
        }
    };
    // Plans that do not fit are many, and seldom what is looked for.
    let few = if offer.kind == OfferKind::Unfit { 1 } else { 2 };
    let all = telling == Telling::Everything;
    more(&offer.why, if all { 4 } else { few });
    for detail in offer.details.iter().filter(|_| all) {
        more(detail, 2);
    }
    if offer.untrusted.is_some() {
        more(look.t(Say::StartUntrusted), 2);
    }
    if selected || telling != Telling::Close && offer.kind != OfferKind::Unfit {
        lines.push(Vec::new());
    }
    lines
}

/// The offer at a place.
pub fn at(look: &Look<'_>, start: &Start, area: Rect, place: Position) -> Option<usize> {
    let (body, _) = parts(start, area);
    if !body.contains(place) {
        return None;
    }
    let mut y = body.y;
    let offers = offers(look, start, body);
    for (index, lines) in offers.iter().enumerate().skip(skipped(&offers, start.selected, body.height)) {
        y += lines.len() as u16;
        if place.y < y {
            return Some(index);
        }
    }
    None
}
