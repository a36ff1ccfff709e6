//! The findings as a list: how bad, what, where.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr as _;

use super::details::wrapped;
use super::layout::Layout;
use super::paint::{self, Title, pieces};
use super::{Look, Screen};
use crate::diagnose::finding::Finding;
use crate::diagnose::rule::{Kind, Severity};
use crate::locale::ui::{Say, Tell};
use crate::model::findings::{Entry, Standing};
use crate::model::{Pane, Phase};
use crate::text::wrap::fit;
use crate::theme::Role;

/// A finding's weight as a symbol, a word and a role.
pub(super) fn weight(look: &Look<'_>, entry: &Entry) -> (&'static str, &'static str, Role) {
    let glyphs = look.glyphs;
    let (glyph, say, role) = match (entry.standing, entry.finding.severity) {
        (Standing::Mended, _) => (glyphs.passed, Say::Mended, Role::Ok),
        (Standing::Dismissed, _) => (glyphs.pending, Say::Dismissed, Role::Off),
        (Standing::Earlier, _) => (glyphs.pending, Say::Earlier, Role::Off),
        (Standing::Open, grade) => return severity(look, grade),
    };
    (glyph, look.t(say), role)
}

/// How bad something is, as a symbol, a word and a role.
pub(super) fn severity(look: &Look<'_>, severity: Severity) -> (&'static str, &'static str, Role) {
    let glyphs = look.glyphs;
    let (glyph, say, role) = match severity {
        Severity::Error => (glyphs.failed, Say::SeverityError, Role::Fail),
        Severity::Warning => (glyphs.attention, Say::SeverityWarning, Role::Warn),
        Severity::Note => (glyphs.note, Say::SeverityNote, Role::Info),
    };
    (glyph, look.t(say), role)
}

pub(super) fn draw(screen: &Screen<'_>, area: Rect, layout: &Layout, buffer: &mut Buffer) {
    let (look, model) = (&screen.look, screen.model);
    let findings = &model.findings;
    let focused = model.focus == Pane::Findings && model.dialog.is_none();
    let count = if findings.list.is_empty() { String::new() } else { findings.list.len().to_string() };
    let title = Title { text: look.t(Say::Findings), more: &count, right: "", focused };
    let inner = paint::frame(look, buffer, area, layout.frame, &title);
    if findings.list.is_empty() {
        let over = matches!(model.phase, Phase::Ended(_) | Phase::Cut);
        let say = if over { Say::NoFindingsAtAll } else { Say::NoFindings };
        paint::text(buffer, inner, &format!(" {}", look.t(say)), look.style(Role::Dim));
        return;
    }
    let titles = titles(&findings.list, inner, look.glyphs.cut);
    let mut y = inner.y;
    for (index, title) in titles.iter().enumerate().skip(skipped(&titles, findings.selected, inner.height)) {
        let height = (title.len() as u16).min(inner.bottom().saturating_sub(y));
        if height == 0 {
            break;
        }
        let area = Rect { y, height, ..inner };
        let selected = index == findings.selected;
        draw_entry(look, &findings.list[index], title, area, selected, buffer);
        if selected {
            let role = if matches!(model.focus, Pane::Findings | Pane::Details) {
                Role::Selected
            } else {
                Role::SelectedWeak
            };
            buffer.set_style(area, look.style(role));
        }
        y += height;
    }
}

/// The most rows of one title.
const ROWS: usize = 3;

/// The rows of every finding's title: broken where there is room for all of them, cut where there is not.
fn titles(list: &[Entry], area: Rect, cut: &str) -> Vec<Vec<String>> {
    let room = usize::from(area.width).saturating_sub(4);
    let height = usize::from(area.height);
    let title = |entry: &Entry| wrapped(&entry.finding.title, room, ROWS, cut);
    let whole: Vec<Vec<String>> = list.iter().take(height + 1).map(title).collect();
    if whole.iter().map(Vec::len).sum::<usize>() <= height {
        return whole;
    }
    list.iter().map(|entry| vec![fit(&entry.finding.title, room, cut)]).collect()
}

/// How many findings to leave out at the top so that the selected one is visible.
fn skipped(titles: &[Vec<String>], selected: usize, height: u16) -> usize {
    let needed = |skip: usize| titles.iter().take(selected + 1).skip(skip).map(Vec::len).sum::<usize>();
    (0..selected).find(|skip| needed(*skip) <= usize::from(height)).unwrap_or(selected)
}

/// The finding in a row of the pane.
pub(super) fn at(list: &[Entry], selected: usize, area: Rect, row: usize) -> Option<usize> {
    let titles = titles(list, area, "");
    let skip = skipped(&titles, selected, area.height);
    let mut below = 0;
    titles.iter().enumerate().skip(skip).find_map(|(index, title)| {
        below += title.len();
        (row < below).then_some(index)
    })
}

fn draw_entry(
    look: &Look<'_>,
    entry: &Entry,
    title: &[String],
    area: Rect,
    selected: bool,
    buffer: &mut Buffer,
) {
    let (glyph, word, role) = weight(look, entry);
    let finding = &entry.finding;
    let weak = entry.standing != Standing::Open || finding.kind == Kind::Symptom;
    let name = if selected {
        Role::Strong
    } else if weak {
        Role::Dim
    } else {
        Role::Text
    };
    for (index, part) in title.iter().enumerate().take(usize::from(area.height)) {
        let row = Rect { y: area.y + index as u16, height: 1, ..area };
        let lead = if index == 0 { format!(" {glyph} ") } else { "   ".to_owned() };
        pieces(buffer, row, &[(lead, look.style(role)), (part.clone(), look.style(name))], look.glyphs.cut);
    }
    // The symbol says how it stands, and the details where: the title needs the room more.
    let right = if entry.standing == Standing::Open {
        (format!("{} ", place(look, finding)), look.style(Role::Dim))
    } else {
        (format!("{word} "), look.style(role))
    };
    let last = title.last().map_or(0, |part| part.width());
    let row = Rect { y: area.y + (title.len() as u16).min(area.height).saturating_sub(1), height: 1, ..area };
    if last + right.0.width() + 5 <= usize::from(row.width) {
        paint::right(buffer, row, &[right], look.glyphs.cut);
    }
}

/// Where it shows: the line, or else the stage. The stage of a line is said by the details.
fn place(look: &Look<'_>, finding: &Finding) -> String {
    match finding.evidence.line {
        0 => finding.evidence.stage.clone().unwrap_or_default(),
        line => look.say(Tell::EvidenceLine { line: &line.to_string() }),
    }
}
