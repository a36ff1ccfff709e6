//! What lies over the start screen: a remedy, a plan to be trusted, why one does not fit, the keys.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr as _;

use super::details::{heading, prose};
use super::fixing::{commands, risk};
use super::paint::{self, Pieces, Popup};
use super::{Look, bottom};
use crate::locale::ui::{Say, Tell};
use crate::model::action::{Action, Context, Hint};
use crate::model::dialog::Fits;
use crate::model::start::Start;
use crate::text::wrap::{fit, wrap};
use crate::theme::Role;

/// Columns of a box with text.
const WIDE: u16 = 92;

/// What would mend the machine, with every command.
pub(super) fn draw_cure(
    look: &Look<'_>,
    start: &Start,
    (at, row): (usize, usize),
    hints: &[Hint],
    area: Rect,
    buffer: &mut Buffer,
) -> Fits {
    let Some(check) = start.curable().nth(at) else { return Fits::default() };
    let Some(fix) = &check.fix else { return Fits::default() };
    let width = text_width(area);
    let (word, role) = risk(look, fix);
    let mut lines: Vec<Pieces> = prose(&fix.title, width, look.style(Role::Strong)).collect();
    let wanted = look.say(Tell::CheckWanted { found: &check.found, wanted: &check.wanted });
    let wanted = look.say(Tell::Labelled { name: &check.what, value: &wanted });
    lines.extend(prose(&wanted, width, look.style(Role::Text)));
    lines.extend(prose(&check.why, width, look.style(Role::Dim)));
    heading(look, &mut lines, if fix.acts() { Say::FixRuns } else { Say::FixGuide }, "");
    lines.extend(commands(look, fix, width));
    if fix.acts() {
        lines.push(Vec::new());
        let verify = if fix.verify.is_empty() { look.t(Say::FixNoVerify) } else { &fix.verify };
        let rows = [
            (Say::FixFolder, start.dir.clone(), Role::Text),
            (Say::FixRisk, word.to_owned(), role),
            (Say::FixVerify, verify.to_owned(), Role::Text),
        ];
        lines.extend(super::fixing::fields(look, &rows, width));
    }
    let count = start.curable().count() as u64;
    let of = if count > 1 { look.say(Tell::FixOf { n: at as u64 + 1, count }) } else { String::new() };
    let say = if fix.acts() { Say::FixTitle } else { Say::FixShown };
    let title = if of.is_empty() {
        look.t(say).to_owned()
    } else {
        format!("{} {} {of}", look.t(say), look.glyphs.dot)
    };
    draw_over(look, &title, (&lines, row), (hints, ""), (area, WIDE), buffer)
}

/// A tree's own plan as it stands, for a yes before anything of it runs.
pub(super) fn draw_trust(
    look: &Look<'_>,
    start: &Start,
    (offer, row): (usize, usize),
    hints: &[Hint],
    area: Rect,
    buffer: &mut Buffer,
) -> Fits {
    let text = start.offers.get(offer).and_then(|offer| offer.untrusted.as_deref()).unwrap_or_default();
    let width = text_width(area);
    let mut lines: Vec<Pieces> = prose(look.t(Say::TrustAbout), width, look.style(Role::Strong)).collect();
    lines.push(Vec::new());
    // Broken, never cut: what is not seen cannot be trusted.
    let shown = wrap(text, width).into_iter().map(|line| vec![(line, look.style(Role::Text))]);
    lines.extend(shown);
    // Its keys change with what this very frame shows, so this is reckoned before it is drawn.
    let (_, above) = paint::margin(area);
    let room = usize::from(paint::popup_room(area, area.height.saturating_sub(above))).saturating_sub(2);
    let seen = start.is_seen() || row >= lines.len().saturating_sub(room);
    let down = &look.keymap.key(Context::Always, Action::PageDown);
    let key = &look.keymap.key(Context::TrustDialog, Action::Accept);
    let trust = (seen && !start.is_seen()).then(|| Hint { keys: key.clone(), label: Say::KeyTrust, foot: 1 });
    let hints: Vec<Hint> = trust.into_iter().chain(hints.iter().cloned()).collect();
    let note = if seen { look.t(Say::TrustSeen).to_owned() } else { look.say(Tell::TrustEnd { down, key }) };
    draw_over(look, look.t(Say::TrustTitle), (&lines, row), (&hints, &note), (area, WIDE), buffer)
}

/// Why a plan does not fit, and where one reads more of it.
pub(super) fn draw_unfit(
    look: &Look<'_>,
    start: &Start,
    (offer, row): (usize, usize),
    hints: &[Hint],
    area: Rect,
    buffer: &mut Buffer,
) -> Fits {
    let Some(offer) = start.offers.get(offer) else { return Fits::default() };
    let width = text_width(area);
    let mut lines: Vec<Pieces> = prose(&offer.title, width, look.style(Role::Strong)).collect();
    if !offer.why.is_empty() {
        lines.push(Vec::new());
        lines.extend(prose(&offer.why, width, look.style(Role::Text)));
    }
    lines.push(Vec::new());
    let plan = offer.title.split(' ').next().unwrap_or_default();
    lines.extend(prose(&look.say(Tell::UnfitMore { plan }), width, look.style(Role::Dim)));
    draw_over(look, look.t(Say::UnfitTitle), (&lines, row), (hints, ""), (area, WIDE), buffer)
}

/// Columns of a box that lies over the screen and would be so wide.
fn box_width(area: Rect, wanted: u16) -> u16 {
    wanted.min(area.width.saturating_sub(paint::margin(area).0))
}

/// Columns for the text of it.
fn text_width(area: Rect) -> usize {
    usize::from(box_width(area, WIDE).saturating_sub(4))
}

fn draw_over(
    look: &Look<'_>,
    title: &str,
    (lines, row): (&[Pieces], usize),
    (hints, note): (&[Hint], &str),
    (area, wide): (Rect, u16),
    buffer: &mut Buffer,
) -> Fits {
    let wide = box_width(area, wide);
    let text_width = usize::from(wide.saturating_sub(4));
    let (_, above) = paint::margin(area);
    paint::fade(buffer, area, look.style(Role::Off));
    let rows = (lines.len(), area.height.saturating_sub(above));
    let mut keys = vec![bottom::hints(look, hints, text_width)];
    if !note.is_empty() {
        let note = fit(note, text_width, look.glyphs.cut);
        keys.insert(0, vec![(note, look.style(Role::Warn))]);
    }
    let Popup { top, inner, foot } = paint::popup(look, buffer, area, wide, rows, keys.len());
    let overflow = paint::lines(look, buffer, inner, lines, row);
    super::dialog::head(look, title.trim(), overflow.saturating_sub(row), top, buffer);
    paint::lines(look, buffer, foot, &keys, 0);
    Fits { rows: usize::from(inner.height), overflow }
}

/// The keys of the start screen.
pub(super) fn draw_help(look: &Look<'_>, area: Rect, buffer: &mut Buffer) {
    let help = look.keymap.start_help();
    let widest = help.iter().map(|(keys, _)| keys.width()).max().unwrap_or(0);
    let line = |(keys, say): &(String, Say)| {
        let pad = " ".repeat(widest.saturating_sub(keys.width()) + 2);
        vec![
            (format!("{keys}{pad}"), look.style(Role::Key)),
            (look.t(*say).to_owned(), look.style(Role::Text)),
        ]
    };
    let lines: Vec<Pieces> = help.iter().map(line).collect();
    let close = look.keymap.key(Context::Start, Action::Back);
    let foot_keys = [Hint { keys: close, label: Say::KeyAcceptClose, foot: 95 }];
    let width = lines.iter().map(|line| paint::width(line)).max().unwrap_or(0) as u16 + 4;
    draw_over(look, look.t(Say::HelpTitle), (&lines, 0), (&foot_keys, ""), (area, width.max(24)), buffer);
}
