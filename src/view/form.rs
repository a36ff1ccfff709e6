//! A plan's inputs as a form, and what would run with them.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use unicode_width::UnicodeWidthStr as _;

use super::details::prose;
use super::paint::{self, Pieces, Popup};
use super::{Look, bottom};
use crate::locale::ui::{Say, Tell};
use crate::model::action::Hint;
use crate::model::form::{Field, Form, Origin, StageLine};
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
    let (mut lines, row, column) = lines(look, form, width);
    let hints = bottom::hint_rows(look, hints, width, if paint::is_tight(area) { 1 } else { 2 });
    let all = stages(look, form, width);
    let room = usize::from(area.height).saturating_sub(hints.len() + 3);
    // What would run is seen whatever input is looked at: a line a stage, or, where that takes too much, in a few rows.
    let short =
        if lines.len() + all.len() > room { in_short(look, form, width, room / 3) } else { Vec::new() };
    if short.is_empty() {
        lines.extend(all);
    }
    paint::fade(buffer, area, look.style(Role::Off));
    let rows = (lines.len() + short.len(), area.height);
    let Popup { top, mut inner, foot } = paint::popup(look, buffer, area, wide, rows, hints.len());
    let kept = (short.len() as u16).min(inner.height);
    inner.height -= kept;
    paint::lines(look, buffer, Rect { y: inner.bottom(), height: kept, ..inner }, &short, 0);
    // What is selected stays in view.
    let skip = (row + 3).saturating_sub(usize::from(inner.height));
    let overflow = paint::lines(look, buffer, inner, &lines, skip);
    super::dialog::head(look, &form.title, overflow.saturating_sub(skip), top, buffer);
    paint::lines(look, buffer, foot, &hints, 0);
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
    (lines, row, column)
}

/// The stages by name, one after the other, in at most so many rows.
fn in_short(look: &Look<'_>, form: &Form, width: usize, most: usize) -> Vec<Pieces> {
    if form.sheet.stages.is_empty() || most < 2 {
        return Vec::new();
    }
    let mut rows: Vec<Pieces> = vec![vec![(look.t(Say::Stages).to_owned(), look.style(Role::Title))]];
    for stage in &form.sheet.stages {
        let (glyph, role) = sign(look, stage);
        let piece = (format!("  {glyph} {}", stage.id), look.style(role));
        match rows.last_mut() {
            Some(row) if paint::width(row) + piece.0.width() <= width => row.push(piece),
            _ => rows.push(vec![piece]),
        }
    }
    if rows.len() > most {
        rows.truncate(most);
        if let Some(last) = rows.last_mut() {
            last.push((format!(" {}", look.glyphs.cut), look.style(Role::Dim)));
        }
    }
    rows
}

/// Whether a stage would run.
fn sign(look: &Look<'_>, stage: &StageLine) -> (&'static str, Role) {
    match stage.skipped {
        Some(_) => (look.glyphs.skipped, Role::Off),
        None => (look.glyphs.pending, Role::Text),
    }
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
        let (glyph, role) = sign(look, stage);
        let why = stage.skipped.as_deref().map(|why| format!("  {why}")).unwrap_or_default();
        let line = fit(&format!("{}{why}", stage.title), width.saturating_sub(4), look.glyphs.cut);
        lines.push(vec![(format!("  {glyph} "), look.style(role)), (line, look.style(role))]);
    }
    lines
}
