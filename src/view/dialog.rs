//! What lies over the panes: one box in the middle, its keys at its bottom edge.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr as _;

use super::details::{prose, stage_lines};
use super::paint::{self, Pieces, Popup};
use super::{Look, Screen, bottom, fixing, inquiry, page, palette, step};
use crate::locale::ui::{Say, Tell};
use crate::model::action::{Action, Context};
use crate::model::dialog::{Dialog, Fits, PageKind, Question};
use crate::model::stages::StageState;
use crate::model::{Model, Phase};
use crate::text::wrap::fit;
use crate::theme::Role;

/// Widest box of running text: longer lines are hard to read.
const PROSE: u16 = 76;

/// Draws the dialog; returns how much of it is seen.
pub(super) fn draw(screen: &Screen<'_>, dialog: &Dialog, area: Rect, buffer: &mut Buffer) -> Fits {
    let look = &screen.look;
    let (beside, above) = paint::margin(area);
    let wide = widest(dialog, area.width).min(area.width.saturating_sub(beside));
    let text_width = usize::from(wide.saturating_sub(4));
    // Of a question, the answers matter most.
    let rows = match dialog {
        Dialog::Ask(_) | Dialog::Leave => 3,
        _ if paint::is_tight(area) => 1,
        _ => 2,
    };
    let hints = bottom::hint_rows(look, screen.hints, text_width, rows);
    let most = area.height.saturating_sub(above);
    let room = usize::from(paint::popup_room(area, most)).saturating_sub(hints.len());
    let (title, lines) = content(screen, dialog, text_width, room);
    // Behind the palette a theme can be looked at before it is taken.
    if !matches!(dialog, Dialog::Palette(_)) {
        paint::fade(buffer, area, look.style(Role::Off));
    }
    let Popup { top, inner, foot } = paint::popup(look, buffer, area, wide, (lines.len(), most), hints.len());
    let scroll = scroll(screen.model, dialog, usize::from(inner.height));
    let overflow = paint::lines(look, buffer, inner, &lines, scroll);
    head(look, &title, overflow.saturating_sub(scroll), top, buffer);
    paint::lines(look, buffer, foot, &hints, 0);
    Fits { rows: usize::from(inner.height), overflow }
}

/// The upper border: the title, how many rows are below those that are seen, and the key that shows them. Where not
/// all of it has room, the title has the first right to it.
pub(super) fn head(look: &Look<'_>, title: &str, below: usize, top: Rect, buffer: &mut Buffer) {
    let room = usize::from(top.width);
    let title = format!(" {} ", fit(title, room.saturating_sub(2), look.glyphs.cut));
    paint::text(buffer, top, &title, look.style(Role::TitleFocus));
    if below == 0 {
        return;
    }
    let more = look.say(Tell::MoreBelow { count: below as u64 });
    let key = look.keymap.key(Context::Always, Action::PageDown);
    let whole = if key.is_empty() { String::new() } else { format!(" {key} {} {more} ", look.glyphs.dot) };
    let said = [whole, format!(" {more} "), format!(" +{below} ")];
    let fits = |said: &String| !said.is_empty() && title.width() + said.width() < room;
    if let Some(said) = said.into_iter().find(fits) {
        paint::right(buffer, top, &[(said, look.style(Role::Dim))], look.glyphs.cut);
    }
}

fn widest(dialog: &Dialog, screen: u16) -> u16 {
    const COLUMNS: u16 = 2 * PROSE + 4;
    match dialog {
        Dialog::Read(page) if page.kind == PageKind::Help && screen >= COLUMNS => COLUMNS,
        Dialog::Ask(_) | Dialog::Leave => 64,
        Dialog::Read(page) if page.kind == PageKind::Stage => 100,
        Dialog::Fix(_) | Dialog::Step(_) | Dialog::Write(_) | Dialog::Rule(_) | Dialog::WhyNot(_) => 92,
        Dialog::Read(_) | Dialog::Bookmarks(_) | Dialog::Palette(_) => PROSE,
    }
}

/// The first row that is seen.
fn scroll(model: &Model, dialog: &Dialog, rows: usize) -> usize {
    match dialog {
        Dialog::Fix(fix) => fix.scroll,
        Dialog::Step(step) => step.scroll,
        Dialog::Rule(rule) => rule.scroll,
        Dialog::WhyNot(why) => why.scroll,
        Dialog::Read(page) => page.scroll,
        // What is selected stays in view.
        Dialog::Bookmarks(at) => {
            page::bookmark_rows(&model.log).take(at + 1).sum::<usize>().saturating_sub(rows)
        }
        Dialog::Ask(_) | Dialog::Leave => model.question_row,
        Dialog::Palette(_) | Dialog::Write(_) => 0,
    }
}

/// A dialog's title, and everything it says.
pub(super) fn content(
    screen: &Screen<'_>,
    dialog: &Dialog,
    width: usize,
    room: usize,
) -> (String, Vec<Pieces>) {
    let (look, model) = (&screen.look, screen.model);
    match dialog {
        Dialog::Fix(fix) => {
            let say = if fix.blocked().is_some() { Say::FixShown } else { Say::FixTitle };
            let of = look.say(Tell::FixOf { n: fix.chosen as u64 + 1, count: fix.fixes.len() as u64 });
            let title = if fix.fixes.len() > 1 {
                format!("{} {} {of}", look.t(say), look.glyphs.dot)
            } else {
                look.t(say).to_owned()
            };
            (title, fixing::dialog(look, fix, width))
        }
        Dialog::Palette(open) => {
            (look.t(Say::PaletteTitle).to_owned(), palette::lines(look, open, width, room))
        }
        Dialog::Step(step) => {
            let say = if step.again { Say::StepAgain } else { Say::StepTitle };
            (look.t(say).to_owned(), step::dialog(look, model, step, width))
        }
        Dialog::Write(writing) => {
            (step::title(look, &model.stages, writing), step::editor(look, writing, width, room))
        }
        Dialog::Rule(rule) => (look.t(Say::RuleTitle).to_owned(), inquiry::rule(look, rule, width)),
        Dialog::WhyNot(why) => (look.t(Say::WhyTitle).to_owned(), inquiry::why_not(look, why, width)),
        Dialog::Ask(question) => ask(look, model, question, width),
        Dialog::Leave => (look.t(Say::LeaveTitle).to_owned(), said(look, &leave(look, model), width)),
        Dialog::Bookmarks(at) => {
            (look.t(Say::BookmarksTitle).to_owned(), page::bookmarks(look, &model.log, *at, width))
        }
        Dialog::Read(page) => match page.kind {
            PageKind::Help => (look.t(Say::HelpTitle).to_owned(), page::help(screen, width)),
            PageKind::Summary => (look.t(Say::SummaryTitle).to_owned(), page::summary(look, model, width)),
            PageKind::Stage => {
                let stage = model.stages.current_selection();
                let lines = stage.map_or_else(Vec::new, |stage| stage_lines(look, model, stage, width));
                let (n, count) = (model.stages.selected as u64 + 1, model.stages.list.len() as u64);
                let of = look.say(Tell::FixOf { n, count });
                (format!("{} {} {of}", look.t(Say::StageTitle), look.glyphs.dot), lines)
            }
        },
    }
}

fn said(look: &Look<'_>, text: &str, width: usize) -> Vec<Pieces> {
    prose(text, width, look.style(Role::Text)).collect()
}

fn ask(look: &Look<'_>, model: &Model, question: &Question, width: usize) -> (String, Vec<Pieces>) {
    let (title, text) = match question {
        Question::Cancel { what } => (Say::AskCancelTitle, look.say(Tell::AskCancel { what })),
        Question::Skip { stage: id } => {
            let after = model.stages.list.iter().skip_while(|stage| stage.id != *id).skip(1);
            let next = after.clone().find(|stage| stage.state == StageState::Pending);
            let stage = model.stages.title_of(id);
            let text = match next {
                Some(next) => look.say(Tell::AskSkipNext { stage, next: &next.title }),
                None => look.say(Tell::AskSkip { stage }),
            };
            (Say::AskSkipTitle, text)
        }
        Question::Retry { stage, fix } => {
            (Say::AskRetryTitle, look.say(Tell::AskRetry { fix, stage: model.stages.title_of(stage) }))
        }
    };
    let mut lines = said(look, &text, width);
    if matches!(question, Question::Skip { .. })
        && let Some(entry) = model.findings.current().filter(|entry| entry.blocks())
    {
        // It may lie over the very line that says so.
        let (glyph, _, role) = super::findings::weight(look, entry);
        let title = fit(&entry.finding.title, width.saturating_sub(2), look.glyphs.cut);
        lines.push(Vec::new());
        lines.push(vec![(format!("{glyph} "), look.style(role)), (title, look.style(Role::Strong))]);
    }
    (look.t(title).to_owned(), lines)
}

fn leave(look: &Look<'_>, model: &Model) -> String {
    match (&model.phase, model.running_title()) {
        (_, Some(what)) => look.say(Tell::LeaveRunning { what: &what }),
        (Phase::Held(run), None) => look.say(Tell::LeaveHeld { what: model.stages.title_of(&run.stage) }),
        (Phase::Waiting { stage }, None) => {
            look.say(Tell::LeaveWaiting { what: model.stages.title_of(stage) })
        }
        _ => look.t(Say::LeaveStarting).to_owned(),
    }
}
