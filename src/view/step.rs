//! A stage that step mode holds back, and the text that the user writes: a command, a script, a reason.

use super::Look;
use super::details::{heading, prose};
use super::fixing::{environment, fields, in_a_row};
use super::paint::Pieces;
use crate::event::RunStarted;
use crate::locale::ui::{Say, Tell};
use crate::model::Model;
use crate::model::stages::Stages;
use crate::model::step::StepDialog;
use crate::model::writing::{What, Writing};
use crate::text::wrap::{fit, wrap};
use crate::theme::Role;

/// Everything that is said of a stage before it runs.
pub(super) fn dialog(look: &Look<'_>, model: &Model, step: &StepDialog, width: usize) -> Vec<Pieces> {
    let stage = model.stages.list.iter().find(|stage| stage.id == step.run.stage);
    let title = stage.map_or(step.run.stage.as_str(), |stage| stage.title.as_str());
    let mut lines: Vec<Pieces> = prose(title, width, look.style(Role::Strong)).collect();
    if let Some(explain) = stage.map(|stage| stage.explain.trim()).filter(|text| !text.is_empty()) {
        lines.push(Vec::new());
        lines.extend(prose(explain, width, look.style(Role::Text)));
    }
    let edited = if step.script.is_some() { look.t(Say::Edited) } else { "" };
    heading(look, &mut lines, Say::FixRuns, edited);
    lines.extend(script(look, step.script(), width));
    lines.push(Vec::new());
    lines.extend(place(look, model, &step.run, width));
    if let Some(usual) = stage.and_then(|stage| stage.usual) {
        let time = super::paint::time(usual);
        lines.extend(fields(look, &[(Say::StageUsual, time, Role::Text)], width));
    }
    if !step.run.env.is_empty() && in_a_row(&step.run.env, width).is_none() {
        heading(look, &mut lines, Say::FixPlanEnv, "");
        lines.extend(environment(look, &step.run.env, width));
    }
    lines
}

/// A script, every line of it.
pub(super) fn script(look: &Look<'_>, script: &str, width: usize) -> Vec<Pieces> {
    let script = script.trim_end().replace('\t', "    ");
    let mut lines = Vec::new();
    for line in script.lines() {
        for (index, part) in wrap(line, width.saturating_sub(5)).into_iter().enumerate() {
            let lead = if index == 0 { "   " } else { "     " };
            lines.push(vec![(lead.to_owned(), look.style(Role::Dim)), (part, look.style(Role::Command))]);
        }
    }
    lines
}

fn place(look: &Look<'_>, model: &Model, run: &RunStarted, width: usize) -> Vec<Pieces> {
    let target = if run.target.is_empty() { &model.about.target } else { &run.target };
    let mut rows = vec![
        (Say::FixFolder, look.folder(&run.dir), Role::Text),
        (Say::FixTarget, target.clone(), Role::Text),
        (Say::StageShell, run.shell.clone(), Role::Text),
    ];
    rows.extend(in_a_row(&run.env, width).map(|row| (Say::FixPlanEnv, row, Role::Dim)));
    fields(look, &rows, width)
}

/// The title of a text being written.
pub(super) fn title(look: &Look<'_>, stages: &Stages, writing: &Writing) -> String {
    match &writing.what {
        What::Command(fix, at) => {
            let count = fix.fix().map_or(1, |fix| fix.commands.len());
            look.say(Tell::EditCommand { n: *at as u64 + 1, count: count as u64 })
        }
        What::Script(step) => look.say(Tell::EditScript { stage: stages.title_of(&step.run.stage) }),
        What::Reason(_) => look.t(Say::DismissTitle).to_owned(),
    }
}

/// The text being written; the cursor is a cell of its own.
pub(super) fn editor(look: &Look<'_>, writing: &Writing, width: usize, room: usize) -> Vec<Pieces> {
    let (row, column) = writing.editor.place();
    let mut lines: Vec<Pieces> = Vec::new();
    if let What::Reason(finding) = &writing.what {
        lines.extend(prose(&finding.title, width, look.style(Role::Strong)));
        lines.extend(prose(look.t(Say::DismissAsk), width, look.style(Role::Text)));
        lines.push(Vec::new());
    }
    let rows = room.saturating_sub(lines.len()).max(1);
    let first = (row + 1).saturating_sub(rows);
    for (index, line) in writing.editor.lines().enumerate().skip(first).take(rows) {
        lines.push(if index == row {
            cursor_line(look, line, column, width)
        } else {
            vec![(
                format!(" {}", fit(&line.replace('\t', " "), width.saturating_sub(2), look.glyphs.cut)),
                look.style(Role::Command),
            )]
        });
    }
    lines
}

/// The line that the cursor is in, moved so far to the left that it is seen.
fn cursor_line(look: &Look<'_>, line: &str, column: usize, width: usize) -> Pieces {
    use unicode_width::UnicodeWidthChar as _;
    let cells = |ch: char| ch.width().unwrap_or(0).max(usize::from(ch == '\t'));
    let chars: Vec<char> = line.chars().collect();
    let room = width.saturating_sub(3);
    let mut first = column.min(chars.len());
    let mut used = 0;
    while first > 0 && used + cells(chars[first - 1]) <= room {
        first -= 1;
        used += cells(chars[first]);
    }
    let text =
        |part: &[char]| part.iter().map(|ch| if ch.is_control() { ' ' } else { *ch }).collect::<String>();
    let at = column.min(chars.len());
    let under = chars.get(at).map_or_else(|| " ".to_owned(), |_| text(&chars[at..=at]));
    let after = chars.get(at + 1..).map(text).unwrap_or_default();
    vec![
        (if first > 0 { "<" } else { " " }.to_owned(), look.style(Role::Dim)),
        (text(&chars[first..at]), look.style(Role::Prompt)),
        (under, look.style(Role::Selected)),
        (fit(&after, room.saturating_sub(used), look.glyphs.cut), look.style(Role::Prompt)),
    ]
}
