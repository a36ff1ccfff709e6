//! The findings as a list: how bad, what, where.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::layout::Layout;
use super::paint::{self, Title, pieces, width};
use super::{Look, Screen};
use crate::diagnose::rule::{Kind, Severity};
use crate::locale::ui::Say;
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
        (Standing::Open, Severity::Error) => (glyphs.failed, Say::SeverityError, Role::Fail),
        (Standing::Open, Severity::Warning) => (glyphs.attention, Say::SeverityWarning, Role::Warn),
        (Standing::Open, Severity::Note) => (glyphs.note, Say::SeverityNote, Role::Info),
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
    let visible = usize::from(inner.height);
    let skip = (findings.selected + 1).saturating_sub(visible);
    for (index, entry) in findings.list.iter().enumerate().skip(skip).take(visible) {
        let row = Rect { y: inner.y + (index - skip) as u16, height: 1, ..inner };
        let selected = index == findings.selected;
        draw_entry(look, entry, row, selected, buffer);
        if selected {
            let role = if matches!(model.focus, Pane::Findings | Pane::Details) {
                Role::Selected
            } else {
                Role::SelectedWeak
            };
            buffer.set_style(row, look.style(role));
        }
    }
}

fn draw_entry(look: &Look<'_>, entry: &Entry, row: Rect, selected: bool, buffer: &mut Buffer) {
    let (glyph, word, role) = weight(look, entry);
    let finding = &entry.finding;
    let mut right = Vec::new();
    if entry.standing != Standing::Open {
        // The symbol says it too; the title needs the room more.
        let title = unicode_width::UnicodeWidthStr::width(finding.title.as_str());
        let word_width = unicode_width::UnicodeWidthStr::width(word);
        if title + word_width + 6 <= usize::from(row.width) {
            right.push((format!("{word} "), look.style(role)));
        }
    } else if row.width >= 60 {
        let stage = finding.evidence.stage.as_deref().unwrap_or_default();
        let place = if finding.evidence.line > 0 {
            format!("{stage}:{} ", finding.evidence.line)
        } else {
            format!("{stage} ")
        };
        right.push((place.trim_start_matches(':').to_owned(), look.style(Role::Dim)));
    }
    let weak = entry.standing != Standing::Open || finding.kind == Kind::Symptom;
    let name = if selected {
        Role::Strong
    } else if weak {
        Role::Dim
    } else {
        Role::Text
    };
    let room = usize::from(row.width).saturating_sub(width(&right) + 4);
    let left = [
        (format!(" {glyph} "), look.style(role)),
        (fit(&finding.title, room, look.glyphs.cut), look.style(name)),
    ];
    pieces(buffer, row, &left, look.glyphs.cut);
    paint::right(buffer, row, &right, look.glyphs.cut);
}
