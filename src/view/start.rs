//! The start screen: what could be done in this folder.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::paint::{self, Pieces, pieces};
use super::{Look, bottom};
use crate::locale::ui::Say;
use crate::model::action::Hint;
use crate::model::start::{Offer, OfferKind, Start};
use crate::text::wrap::{fit, fit_end, wrap};
use crate::theme::Role;

/// Rows before the first offer.
const TOP: u16 = 3;

/// Draws the screen.
pub fn draw(look: &Look<'_>, start: &Start, hints: &[Hint], area: Rect, buffer: &mut Buffer) {
    let row = |y: u16| Rect { y: area.y + y, height: 1.min(area.height.saturating_sub(y)), ..area };
    let dir = fit_end(&start.dir, usize::from(area.width).saturating_sub(10), look.glyphs.cut);
    let header = [(" ktui ".to_owned(), look.style(Role::Badge)), (format!(" {dir}"), look.style(Role::Dim))];
    pieces(buffer, row(0), &header, look.glyphs.cut);
    let nothing =
        start.offers.iter().all(|offer| offer.kind == OfferKind::Tour || offer.kind == OfferKind::Past);
    if nothing && area.height > 8 {
        paint::text(buffer, row(1), &format!(" {}", look.t(Say::StartNothing)), look.style(Role::Dim));
    }
    paint::text(buffer, row(TOP - 1), &format!(" {}", look.t(Say::StartTitle)), look.style(Role::Title));
    draw_offers(look, start, body(area), buffer);
    if start.help {
        draw_help(look, hints, body(area), buffer);
    }
    let foot = Rect {
        x: area.x + 1,
        y: area.bottom().saturating_sub(1),
        width: area.width.saturating_sub(2),
        height: 1,
    };
    pieces(buffer, foot, &bottom::hints(look, hints, usize::from(foot.width)), look.glyphs.cut);
    if look.glyphs.ascii {
        paint::only_ascii(buffer, area);
    }
}

fn body(area: Rect) -> Rect {
    Rect { y: area.y + TOP, height: area.height.saturating_sub(TOP + 1), ..area }
}

/// Where the words of an offer begin.
const INDENT: usize = 12;

fn draw_offers(look: &Look<'_>, start: &Start, body: Rect, buffer: &mut Buffer) {
    let mut y = body.y;
    let offers = offers(look, start, body.width);
    for (index, lines) in offers.iter().enumerate().skip(skipped(&offers, start.selected, body.height)) {
        if y >= body.bottom() {
            break;
        }
        let area = Rect { y, height: (lines.len() as u16).min(body.bottom() - y), ..body };
        paint::lines(look, buffer, area, lines, 0);
        if index == start.selected {
            buffer.set_style(Rect { height: 1.min(area.height), ..area }, look.style(Role::Selected));
        }
        y += lines.len() as u16;
    }
}

/// The rows of every offer, an empty one after each.
fn offers(look: &Look<'_>, start: &Start, width: u16) -> Vec<Vec<Pieces>> {
    let lines = |(index, offer)| offer_lines(look, offer, index == start.selected, usize::from(width));
    start.offers.iter().enumerate().map(lines).collect()
}

/// How many offers to leave out at the top so that the selected one is visible.
fn skipped(offers: &[Vec<Pieces>], selected: usize, height: u16) -> usize {
    let needed = |skip: usize| offers.iter().take(selected + 1).skip(skip).map(Vec::len).sum::<usize>();
    (0..selected).find(|skip| needed(*skip) <= usize::from(height) + 1).unwrap_or(selected)
}

fn offer_lines(look: &Look<'_>, offer: &Offer, selected: bool, width: usize) -> Vec<Pieces> {
    let (say, role) = match offer.kind {
        OfferKind::Attach => (Say::StartAttach, Role::Run),
        OfferKind::Resume => (Say::StartResume, Role::Warn),
        OfferKind::Plan => (Say::StartPlan, Role::Ok),
        OfferKind::Past => (Say::StartPast, Role::Dim),
        OfferKind::Tour => (Say::StartTour, Role::Info),
    };
    let word = look.t(say);
    let pad = " ".repeat((INDENT - 3).saturating_sub(unicode_width::UnicodeWidthStr::width(word)));
    let pointer = if selected { look.glyphs.pointer } else { " " };
    let room = width.saturating_sub(INDENT + 2);
    let mut lines: Vec<Pieces> = vec![vec![
        (format!(" {pointer} "), look.style(Role::Key)),
        (format!("{word}{pad}"), look.style(role)),
        (
            fit(&offer.title, room, look.glyphs.cut),
            look.style(if selected { Role::Strong } else { Role::Text }),
        ),
    ]];
    let mut more = |text: &str, most: usize| {
        for line in wrap(text, room).into_iter().take(most).filter(|line| !line.is_empty()) {
            lines.push(vec![(format!("{}{line}", " ".repeat(INDENT)), look.style(Role::Dim))]);
        }
    };
    more(&offer.why, if selected { 4 } else { 2 });
    for detail in offer.details.iter().filter(|_| selected) {
        more(detail, 2);
    }
    lines.push(Vec::new());
    lines
}

fn draw_help(look: &Look<'_>, hints: &[Hint], body: Rect, buffer: &mut Buffer) {
    let frame = Rect {
        x: body.x + body.width.saturating_sub(36) / 2,
        y: body.y,
        width: 36.min(body.width),
        height: (hints.len() as u16 + 2).min(body.height),
    };
    paint::clear(buffer, frame);
    paint::draw_box(look, buffer, frame, look.style(Role::BorderFocus));
    let inner = Rect {
        x: frame.x + 2,
        y: frame.y + 1,
        width: frame.width.saturating_sub(4),
        height: frame.height.saturating_sub(2),
    };
    let line = |hint: &Hint| {
        vec![
            (format!("{:8}", hint.keys), look.style(Role::Key)),
            (look.t(hint.label).to_owned(), look.style(Role::Text)),
        ]
    };
    paint::lines(look, buffer, inner, &hints.iter().map(line).collect::<Vec<_>>(), 0);
}

/// The offer at a place.
pub fn at(look: &Look<'_>, start: &Start, area: Rect, place: Position) -> Option<usize> {
    let body = body(area);
    if !body.contains(place) {
        return None;
    }
    let mut y = body.y;
    let offers = offers(look, start, body.width);
    for (index, lines) in offers.iter().enumerate().skip(skipped(&offers, start.selected, body.height)) {
        y += lines.len() as u16;
        if place.y < y {
            return Some(index);
        }
    }
    None
}
