//! A plan's inputs as a form, and what would run with them.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use unicode_width::UnicodeWidthStr as _;

use super::details::prose;
use super::paint::{self, Pieces, Popup};
use super::{Look, bottom};
use crate::locale::ui::{Say, Tell};
use crate::model::action::Hint;
use crate::model::form::{Field, Form, Origin};
use crate::text::wrap::{fit, wrap};
use crate::theme::Role;

/// Draws the form over the start screen; answers where the cursor stands while a value is written.
pub(super) fn draw(
    look: &Look<'_>,
    form: &Form,
    hints: &[Hint],
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let wide = 96.min(area.width.saturating_sub(2));
    let width = usize::from(wide.saturating_sub(4));
    let (lines, row, column) = lines(look, form, width);
    let height = (lines.len() as u16 + 4).min(area.height);
    paint::fade(buffer, area, look.style(Role::Off));
    let Popup { top, inner, foot } = paint::popup(look, buffer, area, wide, height);
    let title = format!(" {} ", fit(&form.title, width.saturating_sub(2), look.glyphs.cut));
    paint::text(buffer, top, &title, look.style(Role::TitleFocus));
    // What is selected stays in view.
    let skip = (row + 3).saturating_sub(usize::from(inner.height));
    let overflow = paint::lines(look, buffer, inner, &lines, skip);
    if overflow > skip {
        let said = format!(" {} ", look.say(Tell::MoreBelow { count: (overflow - skip) as u64 }));
        paint::right(buffer, top, &[(said, look.style(Role::Dim))], look.glyphs.cut);
    }
    paint::pieces(buffer, foot, &bottom::hints(look, hints, width), look.glyphs.cut);
    column.map(|column| Position {
        x: (inner.x + column as u16).min(inner.right().saturating_sub(1)),
        y: inner.y + (row - skip.min(row)) as u16,
    })
}

/// The rows, which of them the selected input's value is in, and the column of the cursor in it.
fn lines(look: &Look<'_>, form: &Form, width: usize) -> (Vec<Pieces>, usize, Option<usize>) {
    let mut lines = Vec::new();
    let mut row = 0;
    let mut column = None;
    if form.sheet.fields.is_empty() {
        lines.extend(prose(look.t(Say::FormNoInputs), width, look.style(Role::Dim)));
    }
    for (index, field) in form.sheet.fields.iter().enumerate() {
        let selected = index == form.selected;
        if selected {
            row = lines.len();
        }
        let written = form.writing.as_ref().filter(|_| selected);
        let shown = match written {
            Some(line) if field.secret => "*".repeat(line.value().chars().count()),
            Some(line) => line.value().to_owned(),
            None if field.secret && !field.value.is_empty() => "••••".to_owned(),
            None => field.value.clone(),
        };
        let label = 22.min(width / 3);
        let name = fit(&field.name, label.saturating_sub(3), look.glyphs.cut);
        let pad = " ".repeat(label.saturating_sub(name.width() + 2));
        let origin = if written.is_some() { String::new() } else { origin(look, field) };
        let room = width.saturating_sub(label + origin.width() + 2);
        if let Some(line) = written {
            column = Some(label + line.visual_cursor().min(room));
        }
        let pointer = if selected { look.glyphs.pointer } else { " " };
        let value =
            if shown.is_empty() && written.is_none() { look.t(Say::FormEmpty).to_owned() } else { shown };
        let role = if written.is_some() {
            Role::Prompt
        } else if selected {
            Role::Strong
        } else {
            Role::Text
        };
        lines.push(vec![
            (format!("{pointer} "), look.style(Role::Key)),
            (format!("{name}{pad}"), look.style(Role::Dim)),
            (fit(&value, room, look.glyphs.cut), look.style(role)),
            (format!("  {origin}"), look.style(Role::Dim)),
        ]);
        if selected {
            lines.extend(about(look, field, width, label));
        }
        if let Some(fault) = &field.fault {
            lines.extend(indented(fault, width, label, look.style(Role::Fail)));
        }
    }
    for problem in &form.sheet.problems {
        lines.extend(prose(problem, width, look.style(Role::Fail)));
    }
    lines.extend(stages(look, form, width));
    (lines, row, column)
}

/// What a value means and what it may be.
fn about(look: &Look<'_>, field: &Field, width: usize, label: usize) -> Vec<Pieces> {
    let mut lines = indented(&field.title, width, label, look.style(Role::Dim));
    if !field.choices.is_empty() {
        let choices = field
            .choices
            .iter()
            .map(|choice| if choice.is_empty() { look.t(Say::FormEmpty).to_owned() } else { choice.clone() });
        let choices = choices.reduce(|one, more| look.say(Tell::Listed { one: &one, more: &more }));
        let all = look.say(Tell::FormChoices { choices: &choices.unwrap_or_default() });
        lines.extend(indented(&all, width, label, look.style(Role::Dim)));
    }
    lines
}

fn indented(text: &str, width: usize, label: usize, style: ratatui::style::Style) -> Vec<Pieces> {
    let lines = wrap(text, width.saturating_sub(label));
    lines.into_iter().map(|line| vec![(format!("{}{line}", " ".repeat(label)), style)]).collect()
}

/// Where a value comes from, in a word.
pub(super) fn origin(look: &Look<'_>, field: &Field) -> String {
    let say = match field.origin {
        Origin::Default => Say::FormDefault,
        Origin::Tree => Say::FormTree,
        Origin::User => Say::FormOwn,
    };
    look.t(say).to_owned()
}

fn stages(look: &Look<'_>, form: &Form, width: usize) -> Vec<Pieces> {
    let mut lines = Vec::new();
    if form.sheet.stages.is_empty() {
        return lines;
    }
    lines.push(Vec::new());
    lines.push(vec![(look.t(Say::Stages).to_owned(), look.style(Role::Title))]);
    for stage in &form.sheet.stages {
        let (glyph, role) = match stage.skipped {
            Some(_) => (look.glyphs.skipped, Role::Off),
            None => (look.glyphs.pending, Role::Text),
        };
        let why = stage.skipped.as_deref().map(|why| format!("  {why}")).unwrap_or_default();
        let line = fit(&format!("{}{why}", stage.title), width.saturating_sub(4), look.glyphs.cut);
        lines.push(vec![(format!("  {glyph} "), look.style(role)), (line, look.style(role))]);
    }
    lines
}
