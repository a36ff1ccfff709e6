//! The start screen: what could be done in this folder.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::paint::{self, Pieces, pieces};
use super::{Look, bottom};
use crate::locale::ui::Say;
use crate::model::action::Hint;
use crate::model::start::{Offer, OfferKind, Start};
use crate::text::wrap::{fit, fit_end};
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
    let body = Rect { y: area.y + TOP, height: area.height.saturating_sub(TOP + 1), ..area };
    draw_offers(look, start, body, buffer);
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

/// Each offer takes two rows and an empty one; the selected one shows its details below.
fn heights(start: &Start) -> impl Iterator<Item = (usize, u16)> + '_ {
    start.offers.iter().enumerate().map(|(index, offer)| {
        let details = if index == start.selected { offer.details.len() as u16 } else { 0 };
        (index, 3 + details)
    })
}

fn draw_offers(look: &Look<'_>, start: &Start, body: Rect, buffer: &mut Buffer) {
    let skip = skipped(start, body.height);
    let mut y = body.y;
    for (index, height) in heights(start).skip(skip) {
        if y >= body.bottom() {
            break;
        }
        let area = Rect { y, height: height.min(body.bottom() - y), ..body };
        draw_offer(look, &start.offers[index], index == start.selected, area, buffer);
        y += height;
    }
}

/// How many offers to leave out at the top so that the selected one is visible.
fn skipped(start: &Start, height: u16) -> usize {
    let mut skip = 0;
    while skip < start.selected {
        let needed: u16 =
            heights(start).skip(skip).take(start.selected - skip + 1).map(|(_, rows)| rows).sum();
        if needed <= height + 1 {
            break;
        }
        skip += 1;
    }
    skip
}

fn draw_offer(look: &Look<'_>, offer: &Offer, selected: bool, area: Rect, buffer: &mut Buffer) {
    let (say, role) = match offer.kind {
        OfferKind::Attach => (Say::StartAttach, Role::Run),
        OfferKind::Resume => (Say::StartResume, Role::Warn),
        OfferKind::Plan => (Say::StartPlan, Role::Ok),
        OfferKind::Past => (Say::StartPast, Role::Dim),
        OfferKind::Tour => (Say::StartTour, Role::Info),
    };
    let word = look.t(say);
    let pad = " ".repeat(9usize.saturating_sub(unicode_width::UnicodeWidthStr::width(word)));
    let pointer = if selected { look.glyphs.pointer } else { " " };
    let room = usize::from(area.width).saturating_sub(16);
    let title = vec![
        (format!(" {pointer} "), look.style(Role::Key)),
        (format!("{word}{pad}"), look.style(role)),
        (
            fit(&offer.title, room, look.glyphs.cut),
            look.style(if selected { Role::Strong } else { Role::Text }),
        ),
    ];
    let indent = " ".repeat(12);
    let mut lines: Vec<Pieces> = vec![title, vec![(format!("{indent}{}", offer.why), look.style(Role::Dim))]];
    if selected {
        lines.extend(
            offer.details.iter().map(|detail| vec![(format!("{indent}{detail}"), look.style(Role::Dim))]),
        );
    }
    paint::lines(look, buffer, area, &lines, 0);
    if selected {
        buffer.set_style(Rect { height: 1.min(area.height), ..area }, look.style(Role::Selected));
    }
}

/// The offer at a place.
pub fn at(start: &Start, area: Rect, place: Position) -> Option<usize> {
    let body = Rect { y: area.y + TOP, height: area.height.saturating_sub(TOP + 1), ..area };
    if !body.contains(place) {
        return None;
    }
    let mut y = body.y;
    for (index, height) in heights(start).skip(skipped(start, body.height)) {
        if place.y < y + height {
            return Some(index);
        }
        y += height;
    }
    None
}
