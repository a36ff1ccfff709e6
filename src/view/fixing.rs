//! A fix: its risk, its commands, and the dialog that shows everything it would do before it does it.

use std::collections::BTreeMap;

use unicode_width::UnicodeWidthStr as _;

use super::Look;
use super::details::{heading, prose};
use super::paint::Pieces;
use crate::diagnose::rule::Risk;
use crate::locale::ui::Say;
use crate::model::dialog::{FixDialog, Refusal};
use crate::remedy::Fix;
use crate::text::wrap::wrap;
use crate::theme::Role;

/// How much a fix can hurt, in a word; one that runs nothing hurts nothing.
pub(super) fn risk(look: &Look<'_>, fix: &Fix) -> (&'static str, Role) {
    let (say, role) = match fix.risk {
        _ if !fix.acts() => (Say::GuideOnly, Role::Dim),
        Risk::Safe => (Say::RiskSafe, Role::Ok),
        Risk::System => (Say::RiskSystem, Role::Warn),
        Risk::Destructive => (Say::RiskDestructive, Role::Fail),
    };
    (look.t(say), role)
}

/// What a fix runs and sets, exactly; nothing of it is left out.
pub(super) fn commands(look: &Look<'_>, fix: &Fix, width: usize) -> Vec<Pieces> {
    let mut lines = Vec::new();
    for command in &fix.commands {
        for (index, line) in wrap(command, width.saturating_sub(5)).into_iter().enumerate() {
            let lead = if index == 0 { "   $ " } else { "     " };
            lines.push(vec![(lead.to_owned(), look.style(Role::Dim)), (line, look.style(Role::Command))]);
        }
    }
    for (name, value) in &fix.env {
        lines.push(vec![
            ("     ".to_owned(), look.style(Role::Dim)),
            (format!("{name}={value}"), look.style(Role::Command)),
        ]);
    }
    if fix.commands.is_empty() && fix.env.is_empty() {
        let guide = wrap(&fix.guide, width.saturating_sub(3));
        lines.extend(guide.into_iter().map(|line| vec![(format!("   {line}"), look.style(Role::Text))]));
    }
    lines
}

/// Everything the dialog says.
pub(super) fn dialog(look: &Look<'_>, dialog: &FixDialog, width: usize) -> Vec<Pieces> {
    let Some(fix) = dialog.fix() else { return Vec::new() };
    let mut lines: Vec<Pieces> = Vec::new();
    lines.extend(prose(&fix.title, width, look.style(Role::Strong)));
    if let Some(refusal) = dialog.blocked() {
        let say = match refusal {
            Refusal::Past => Say::FixNoRunPast,
            Refusal::Replay => Say::FixNoRunReplay,
            Refusal::Busy => Say::FixNoRunBusy,
            Refusal::Over => Say::FixNoRunOver,
            Refusal::GuideOnly => Say::FixNoRunGuide,
        };
        lines.push(Vec::new());
        lines.extend(prose(look.t(say), width, look.style(Role::Warn)));
    }
    if !fix.commands.is_empty() {
        let edited = if dialog.is_edited() { look.t(Say::Edited) } else { "" };
        heading(look, &mut lines, Say::FixRuns, edited);
        lines.extend(commands(look, &Fix { env: BTreeMap::new(), ..fix.clone() }, width));
    }
    if !fix.env.is_empty() {
        heading(look, &mut lines, Say::FixSets, "");
        lines.extend(
            fix.env
                .iter()
                .map(|(name, value)| vec![(format!("     {name}={value}"), look.style(Role::Command))]),
        );
    }
    if fix.acts() {
        lines.push(Vec::new());
        lines.extend(place(look, dialog, fix, width));
    }
    if !fix.guide.is_empty() {
        heading(look, &mut lines, Say::FixGuide, "");
        lines.extend(prose(&fix.guide, width, look.style(Role::Text)));
    }
    if fix.acts() && !dialog.place.env.is_empty() && in_a_row(&dialog.place.env, width).is_none() {
        heading(look, &mut lines, Say::FixPlanEnv, "");
        lines.extend(environment(look, &dialog.place.env, width));
    }
    lines
}

/// Variables that are few and short, side by side in a field.
pub(super) fn in_a_row(env: &BTreeMap<String, String>, width: usize) -> Option<String> {
    let all: Vec<String> = env.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let row = all.join(" ");
    (!row.is_empty() && row.width() <= width.saturating_sub(LABEL)).then_some(row)
}

/// Variables, one a line; lists of folders break between two of them. Those that are emptied stand together.
pub(super) fn environment(look: &Look<'_>, env: &BTreeMap<String, String>, width: usize) -> Vec<Pieces> {
    let room = width.saturating_sub(5);
    let (empty, set): (Vec<_>, Vec<_>) = env.iter().partition(|(_, value)| value.is_empty());
    let mut rows = Vec::new();
    for (name, value) in set {
        let mut row = format!("{name}=");
        for part in value.split_inclusive(':') {
            if row.width() + part.width() > room && !row.trim().is_empty() && !row.ends_with('=') {
                rows.push(std::mem::replace(&mut row, "  ".to_owned()));
            }
            row.push_str(part);
        }
        rows.push(row);
    }
    let empty: Vec<String> = empty.into_iter().map(|(name, _)| format!("{name}=")).collect();
    if !empty.is_empty() {
        rows.push(empty.join(" "));
    }
    let style = look.style(Role::Dim);
    rows.iter().flat_map(|row| wrap(row, room)).map(|row| vec![(format!("   {row}"), style)]).collect()
}

/// Where, as whom, how risky, and how one knows that it worked.
fn place(look: &Look<'_>, dialog: &FixDialog, fix: &Fix, width: usize) -> Vec<Pieces> {
    let at = &dialog.place;
    let (word, role) = risk(look, fix);
    let user = if at.user.is_empty() { look.t(Say::FixUserUnknown) } else { &at.user };
    let verify = if fix.verify.is_empty() { look.t(Say::FixNoVerify) } else { &fix.verify };
    let mut rows = vec![
        (Say::FixMends, dialog.finding.title.clone(), Role::Text),
        (Say::FixFolder, look.folder(&at.dir), Role::Text),
        (Say::FixTarget, at.target.clone(), Role::Text),
        (Say::FixUser, user.to_owned(), Role::Text),
        (Say::FixRisk, word.to_owned(), role),
        (Say::FixVerify, verify.to_owned(), Role::Text),
    ];
    rows.extend(in_a_row(&at.env, width).map(|row| (Say::FixPlanEnv, row, Role::Dim)));
    fields(look, &rows, width)
}

/// The width of a field's label.
const LABEL: usize = 14;

/// Rows of a label and a value.
pub(super) fn fields(look: &Look<'_>, rows: &[(Say, String, Role)], width: usize) -> Vec<Pieces> {
    let mut lines = Vec::new();
    for (say, value, role) in rows {
        for (index, part) in wrap(value, width.saturating_sub(LABEL)).into_iter().enumerate() {
            let label = if index == 0 { look.t(*say) } else { "" };
            let pad = LABEL - label.width().min(LABEL);
            lines.push(vec![
                (format!("{label}{}", " ".repeat(pad)), look.style(Role::Dim)),
                (part, look.style(*role)),
            ]);
        }
    }
    lines
}
