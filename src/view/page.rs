//! Pages to read: the keys, and what the session came to.

use std::collections::BTreeSet;

use unicode_width::UnicodeWidthStr;

use super::details::{heading, prose};
use super::findings::weight;
use super::paint::{self, Pieces, number, time};
use super::stages::state;
use super::{Look, Screen};
use crate::event::{Outcome, Program};
use crate::locale::ui::{Say, Tell};
use crate::model::action::{Action, Context};
use crate::model::log::LogView;
use crate::model::{Model, Phase};
use crate::plan::amount::shown_size;
use crate::text::wrap::{fit, fit_end, wrap};
use crate::theme::Role;

/// From this width on, the keys stand in two columns.
pub(super) const TWO: usize = 140;
/// Between the two.
const GAP: usize = 4;

/// All keys, by where they work.
pub(super) fn help(screen: &Screen<'_>, width: usize) -> Vec<Pieces> {
    if width < TWO {
        return help_column(screen, width);
    }
    let column = (width - GAP) / 2;
    let mut left = help_column(screen, column);
    let half = left.len().div_ceil(2);
    // A heading goes with what it is about, and no column begins with nothing.
    let begin = (half.saturating_sub(1)..left.len()).find(|at| left[*at].is_empty()).unwrap_or(half);
    let at = if begin > half + 8 { half } else { begin };
    let right = left.split_off(at);
    let mut right = right.into_iter().skip_while(Vec::is_empty);
    let mut lines: Vec<Pieces> = Vec::new();
    let mut left = left.into_iter();
    loop {
        let (one, other) = (left.next(), right.next());
        if one.is_none() && other.is_none() {
            return lines;
        }
        let mut line = one.unwrap_or_default();
        if let Some(other) = other {
            let pad = (column + GAP).saturating_sub(paint::width(&line));
            line.push((" ".repeat(pad), screen.look.style(Role::Text)));
            line.extend(other);
        }
        lines.push(line);
    }
}

fn help_column(screen: &Screen<'_>, width: usize) -> Vec<Pieces> {
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

/// How many rows each of the bookmarks takes: one for its note, one for its line.
pub(super) fn bookmark_rows(log: &LogView) -> impl Iterator<Item = usize> {
    log.bookmarks.values().map(|mark| 1 + usize::from(!mark.note.is_empty() && !mark.text.is_empty()))
}

/// Bookmarks: the line's number, its note, its text.
pub(super) fn bookmarks(look: &Look<'_>, log: &LogView, selected: usize, width: usize) -> Vec<Pieces> {
    if log.bookmarks.is_empty() {
        return vec![vec![(look.t(Say::NoBookmarks).to_owned(), look.style(Role::Dim))]];
    }
    let mut lines = Vec::new();
    for (at, (line, bookmark)) in log.bookmarks.iter().enumerate() {
        let selected = at == selected;
        let number = log.number(*line).map_or_else(String::new, number);
        let room = width.saturating_sub(13);
        let pointer = if selected { look.glyphs.pointer } else { " " };
        let text = if selected { Role::Text } else { Role::Dim };
        // The note over the line, where there is one.
        let note = (bookmark.note.as_str(), Role::Strong);
        let told = [note, (bookmark.text.as_str(), text)].into_iter().filter(|(text, _)| !text.is_empty());
        let mut told = told.map(|(text, role)| (fit(text, room, look.glyphs.cut), look.style(role)));
        let lead = [
            (format!("{pointer} "), look.style(Role::Key)),
            (format!("{number:>9}  "), look.style(Role::Number)),
        ];
        lines.push(lead.into_iter().chain(told.next()).collect());
        lines.extend(told.map(|text| vec![(" ".repeat(13), look.style(Role::Text)), text]));
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
    let took = match model.stages.list.len() - due {
        0 => took,
        count => look.say(Tell::SummarySkipped { said: &took, count: count as u64 }),
    };
    let mut lines = vec![
        vec![(format!("{glyph} "), look.style(role)), (look.say(built), look.style(Role::Strong))],
        vec![(format!("  {took}"), look.style(Role::Dim))],
    ];
    if let Some(unwritten) = &model.unwritten {
        lines.extend(prose(&super::bottom::unwritten(look, unwritten), width, look.style(Role::Warn)));
    }
    programs(look, model, width, &mut lines);
    // What to do now stands before what is already known.
    let well = model.phase == Phase::Ended(0);
    if well {
        lines.push(Vec::new());
        lines.extend(next_step(look, model, width));
    }
    stage_table(look, model, &mut lines);
    fixes_that_worked(look, model, &mut lines);
    let open: Vec<_> = model.findings.list.iter().filter(|entry| entry.blocks()).collect();
    if !open.is_empty() && !well {
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
    if !well {
        lines.extend(next_step(look, model, width));
    }
    if !model.is_replay() {
        let again = look.say(Tell::SummaryReplay { name: &model.about.name });
        lines.extend(prose(&again, width, look.style(Role::Dim)));
    }
    lines
}

/// What was fixed on the way.
fn fixes_that_worked(look: &Look<'_>, model: &Model, lines: &mut Vec<Pieces>) {
    // A fix that had to run twice is one that helped.
    let mut seen = BTreeSet::new();
    let worked = model.stages.fixes.iter().filter(|fix| fix.outcome.is_some_and(Outcome::is_ok));
    let fixes: Vec<_> = worked.filter(|fix| seen.insert((&fix.stage, &fix.title))).collect();
    if !fixes.is_empty() {
        heading(look, lines, Say::SummaryFixed, "");
        for fix in fixes {
            lines.push(vec![
                (format!("  {} ", look.glyphs.passed), look.style(Role::Ok)),
                (fix.title.clone(), look.style(Role::Text)),
                (format!("  {}", model.stages.title_of(&fix.stage)), look.style(Role::Dim)),
            ]);
        }
    }
}

/// No more programs are listed.
const PROGRAMS: usize = 8;

/// What was built: the programs, where each lies, how large it is and for which machine. What the last stage made comes
/// first, since it is what the others went into.
fn programs(look: &Look<'_>, model: &Model, width: usize, lines: &mut Vec<Pieces>) {
    let mut seen = BTreeSet::new();
    let made = model.stages.list.iter().rev().flat_map(|stage| &stage.made);
    let made: Vec<_> = made.filter(|program| seen.insert(&program.path)).collect();
    if made.is_empty() {
        return;
    }
    heading(look, lines, Say::SummaryBuilt, "");
    let dir = &model.about.dir;
    let facts = |program: &Program| {
        let arch = if program.arch.is_empty() { look.t(Say::KindScript) } else { &program.arch };
        format!("  {:>9}  {arch}", whole_tenths(program.size))
    };
    for program in made.iter().take(PROGRAMS) {
        let place = program.path.strip_prefix(dir).unwrap_or(&program.path);
        let facts = facts(program);
        let room = width.saturating_sub(4 + facts.width());
        let place = fit_end(&look.folder(place), room, look.glyphs.cut);
        let pad = " ".repeat(room.min(44).saturating_sub(place.width()));
        lines.push(vec![
            (format!("  {} ", look.glyphs.passed), look.style(Role::Ok)),
            (format!("{place}{pad}"), look.style(Role::Text)),
            (facts, look.style(Role::Dim)),
        ]);
    }
    if let Some(more) = made.len().checked_sub(PROGRAMS).filter(|more| *more > 0) {
        let more = look.say(Tell::SummaryMore { count: more as u64 });
        lines.push(vec![(format!("    {more}"), look.style(Role::Dim))]);
    }
}

/// A size with one digit behind the point from a KiB on, so that sizes below each other stand point under point.
fn whole_tenths(bytes: u64) -> String {
    let said = shown_size(bytes);
    match said.split_once(' ') {
        Some((value, unit)) if unit != "B" && !value.contains('.') => format!("{value}.0 {unit}"),
        _ => said,
    }
}

/// A file as a user types it.
fn typed(look: &Look<'_>, path: &std::path::Path) -> String {
    // What cannot be quoted cannot be typed, either.
    let quoted = |path: &str| shlex::try_quote(path).unwrap_or_default().into_owned();
    let short = look.folder(path);
    match short.strip_prefix("~/") {
        Some(rest) if quoted(rest) == rest => short,
        _ => quoted(&path.display().to_string()),
    }
}

/// What the user would do next.
fn next_step(look: &Look<'_>, model: &Model, width: usize) -> Vec<Pieces> {
    let said = match model.phase {
        Phase::Cut => look.t(Say::SummaryResume).to_owned(),
        Phase::Ended(0) => {
            let last = model.stages.list.iter().rev().find_map(|stage| stage.made.first());
            let here = matches!(model.about.target.as_str(), "" | "local");
            let path = last.filter(|_| here).map(|program| typed(look, &program.path));
            let built = last.filter(|program| !program.arch.is_empty()).zip(path.as_deref());
            let install =
                built.map(|(program, path)| look.say(Tell::SummaryNext { arch: &program.arch, path }));
            let look_at = path.as_deref().map(|path| look.say(Tell::SummaryLook { path }));
            let report = look.say(Tell::SummaryReport { name: &model.about.name });
            return install
                .into_iter()
                .chain(look_at)
                .chain([report])
                .flat_map(|said| prose(&said, width, look.style(Role::Dim)).collect::<Vec<_>>())
                .collect();
        }
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

#[cfg(test)]
mod tests {
    use super::whole_tenths;

    #[test]
    fn sizes_stand_point_under_point() {
        let said = [512, 65 << 20, 71_000_000, 1 << 30].map(whole_tenths);
        assert_eq!(said, ["512 B", "65.0 MiB", "67.7 MiB", "1.0 GiB"]);
    }
}
