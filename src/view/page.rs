//! Pages to read: the keys, and what the session came to.

use unicode_width::UnicodeWidthStr;

use super::details::{heading, prose};
use super::findings::weight;
use super::paint::{Pieces, number, time};
use super::stages::state;
use super::{Look, Screen};
use crate::event::Outcome;
use crate::locale::ui::{Say, Tell};
use crate::model::action::{Action, Context};
use crate::model::log::LogView;
use crate::model::{Model, Phase};
use crate::text::wrap::{fit, wrap};
use crate::theme::Role;

/// All keys, by where they work.
pub(super) fn help(screen: &Screen<'_>, width: usize) -> Vec<Pieces> {
    let look = &screen.look;
    let keys =
        screen.help.iter().flat_map(|section| &section.keys).map(|(keys, _)| keys.width()).max().unwrap_or(0);
    let column = keys.min(width / 3) + 2;
    let mut lines = Vec::new();
    for section in screen.help {
        heading(look, &mut lines, section.heading, "");
        for (keys, say) in &section.keys {
            let pad = " ".repeat(column.saturating_sub(keys.width()));
            let mut said = wrap(look.t(*say), width.saturating_sub(column + 2)).into_iter();
            lines.push(vec![
                (format!("  {keys}{pad}"), look.style(Role::Key)),
                (said.next().unwrap_or_default(), look.style(Role::Text)),
            ]);
            let under = " ".repeat(column + 2);
            lines.extend(said.map(|line| vec![(format!("{under}{line}"), look.style(Role::Text))]));
        }
    }
    lines.push(Vec::new());
    let key = look.keymap.key(Context::Typing, Action::Back);
    lines.extend(prose(&look.say(Tell::HelpFoot { key: &key }), width, look.style(Role::Dim)));
    lines
}

/// Bookmarks: the line's number, its note, its text.
pub(super) fn bookmarks(look: &Look<'_>, log: &LogView, width: usize) -> Vec<Pieces> {
    if log.bookmarks.is_empty() {
        return vec![vec![(look.t(Say::NoBookmarks).to_owned(), look.style(Role::Dim))]];
    }
    let mut lines = Vec::new();
    for (line, bookmark) in &log.bookmarks {
        let number = log.number(*line).map_or_else(String::new, number);
        let note = fit(&bookmark.note, width, look.glyphs.cut);
        lines.push(vec![
            (format!("{number:>9}  "), look.style(Role::Number)),
            (note, look.style(Role::Strong)),
        ]);
        let text = fit(&bookmark.text, width.saturating_sub(11), look.glyphs.cut);
        if !text.is_empty() {
            lines.push(vec![(" ".repeat(11), look.style(Role::Text)), (text, look.style(Role::Dim))]);
        }
    }
    lines
}

/// What was built, how long it took, what was mended, what stands in the way.
pub(super) fn summary(look: &Look<'_>, model: &Model, width: usize) -> Vec<Pieces> {
    let plan = &model.about.plan;
    let (built, glyph, role) = match model.phase {
        Phase::Ended(0) => (Tell::SummaryGood { plan }, look.glyphs.passed, Role::Ok),
        Phase::Cut => (Tell::SummaryCut { plan }, look.glyphs.stopped, Role::Warn),
        _ => (Tell::SummaryBad { plan }, look.glyphs.failed, Role::Fail),
    };
    let (passed, due) = model.stages.tally();
    let all = time(model.clock());
    let took = look.say(Tell::SummaryTook { time: &all, passed: passed as u64, due: due as u64 });
    let mut lines = vec![
        vec![(format!("{glyph} "), look.style(role)), (look.say(built), look.style(Role::Strong))],
        vec![(format!("  {took}"), look.style(Role::Dim))],
    ];
    stage_table(look, model, &mut lines);
    let fixes: Vec<_> =
        model.stages.fixes.iter().filter(|fix| fix.outcome.is_some_and(Outcome::is_ok)).collect();
    if !fixes.is_empty() {
        heading(look, &mut lines, Say::SummaryFixed, "");
        for fix in fixes {
            lines.push(vec![
                (format!("  {} ", look.glyphs.passed), look.style(Role::Ok)),
                (fix.title.clone(), look.style(Role::Text)),
                (format!("  {}", fix.stage), look.style(Role::Dim)),
            ]);
        }
    }
    let open: Vec<_> = model.findings.list.iter().filter(|entry| entry.blocks()).collect();
    if !open.is_empty() && model.phase != Phase::Ended(0) {
        heading(look, &mut lines, Say::SummaryOpen, "");
        for entry in open.iter().take(5) {
            let (glyph, _, role) = weight(look, entry);
            lines.push(vec![
                (format!("  {glyph} "), look.style(role)),
                (entry.finding.title.clone(), look.style(Role::Text)),
            ]);
        }
    }
    lines.push(Vec::new());
    let dir = look.folder(&model.about.dir);
    lines.extend(prose(&look.say(Tell::SummaryFolder { dir: &dir }), width, look.style(Role::Dim)));
    lines.extend(next_step(look, model, width));
    if !model.is_replay() {
        let again = look.say(Tell::SummaryReplay { name: &model.about.name });
        lines.extend(prose(&again, width, look.style(Role::Dim)));
    }
    lines
}

/// What the user would do next.
fn next_step(look: &Look<'_>, model: &Model, width: usize) -> Vec<Pieces> {
    let said = match model.phase {
        Phase::Cut => look.t(Say::SummaryResume).to_owned(),
        Phase::Ended(0) => look.t(Say::SummaryReport).to_owned(),
        _ => {
            let failed = model.stages.list.iter().find(|stage| stage.failed());
            let Some(stage) = failed else { return Vec::new() };
            look.say(Tell::SummaryAgain { plan: &model.about.plan, stage: &stage.id })
        }
    };
    prose(&said, width, look.style(Role::Dim)).collect()
}

fn stage_table(look: &Look<'_>, model: &Model, lines: &mut Vec<Pieces>) {
    let widest = model.stages.list.iter().map(|stage| stage.title.width()).max().unwrap_or(0).min(36);
    heading(look, lines, Say::SummaryStages, "");
    for stage in &model.stages.list {
        let (glyph, word, role) = state(look, &stage.state);
        let title = crate::text::wrap::fit(&stage.title, widest, look.glyphs.cut);
        let pad = " ".repeat(widest.saturating_sub(title.width()));
        let took = stage.took.map_or_else(String::new, time);
        let tries = if stage.attempts > 1 {
            look.say(Tell::SummaryTries { count: stage.attempts.into() })
        } else {
            String::new()
        };
        lines.push(vec![
            (format!("  {glyph} "), look.style(role)),
            (format!("{title}{pad}  "), look.style(Role::Text)),
            (format!("{took:>8}  "), look.style(Role::Dim)),
            (word.to_owned(), look.style(role)),
            (format!("  {tries}"), look.style(Role::Dim)),
        ]);
    }
}
