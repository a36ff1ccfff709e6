//! What is selected, in full: a finding with its explanation, evidence and fixes, or a stage.

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr as _;

use super::findings::{severity, weight};
use super::fixing::{commands, environment, fields, in_a_row, risk};
use super::layout::Layout;
use super::paint::{self, Pieces, Title};
use super::stages::{outcome_state, state};
use super::{Look, Screen};
use crate::diagnose::finding::Evidence;
use crate::diagnose::source::Frame;
use crate::event::{Answer, RunEnded};
use crate::locale::ui::{Say, Tell};
use crate::model::dialog::Fits;
use crate::model::findings::{Entry, Standing};
use crate::model::gauge::Quiet;
use crate::model::stages::{Stage, StageState, Stages};
use crate::model::{Model, Pane};
use crate::text::wrap::{fit, wrap};
use crate::theme::Role;

/// Draws the pane; returns how much of it is seen.
pub(super) fn draw(screen: &Screen<'_>, area: Rect, layout: &Layout, buffer: &mut Buffer) -> Fits {
    let (look, model) = (&screen.look, screen.model);
    let focused = model.focus == Pane::Details && model.dialog.is_none();
    let title = Title { text: look.t(Say::Details), more: "", right: "", focused };
    let inner = paint::frame(look, buffer, area, layout.frame, &title);
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let lines = content(look, model, usize::from(inner.width));
    let overflow = paint::lines(look, buffer, inner, &lines, model.findings.scroll);
    let below = overflow.saturating_sub(model.findings.scroll);
    if below > 0 {
        let said = format!(" {} ", look.say(Tell::MoreBelow { count: below as u64 }));
        let row = Rect { x: area.x + 2, y: area.y, width: area.width.saturating_sub(4), height: 1 };
        paint::right(buffer, row, &[(said, look.style(Role::Dim))], look.glyphs.cut);
    }
    Fits { rows: usize::from(inner.height), overflow }
}

fn content(look: &Look<'_>, model: &Model, width: usize) -> Vec<Pieces> {
    match (model.focus, model.stages.current_selection(), model.findings.current()) {
        (Pane::Stages, Some(stage), _) => stage_lines(look, model, stage, width),
        (_, _, Some(entry)) => finding_lines(look, entry, &model.stages, width),
        _ => vec![vec![(look.t(Say::NoFindings).to_owned(), look.style(Role::Dim))]],
    }
}

/// The widest lines of running text: longer ones are hard to read.
const PROSE: usize = 100;

/// Lines of wrapped text.
pub(super) fn prose(text: &str, width: usize, style: Style) -> impl Iterator<Item = Pieces> {
    wrap(text, width.min(PROSE)).into_iter().map(move |line| vec![(line, style)])
}

/// The lines of a text, no more than `most` of them; the last one says where something is missing.
pub(super) fn wrapped(text: &str, width: usize, most: usize, cut: &str) -> Vec<String> {
    let mut lines = wrap(text, width);
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            *last = format!("{}{cut}", fit(last, width.saturating_sub(cut.width()), ""));
        }
    }
    lines
}

/// A heading after an empty line.
pub(super) fn heading(look: &Look<'_>, lines: &mut Vec<Pieces>, say: Say, more: &str) {
    if !lines.is_empty() {
        lines.push(Vec::new());
    }
    let mut line = vec![(look.t(say).to_owned(), look.style(Role::Title))];
    if !more.is_empty() {
        line.push((format!("  {more}"), look.style(Role::Dim)));
    }
    lines.push(line);
}

/// A finding with all that is known of it.
pub(super) fn finding_lines(look: &Look<'_>, entry: &Entry, stages: &Stages, width: usize) -> Vec<Pieces> {
    let finding = &entry.finding;
    let (glyph, word, role) = weight(look, entry);
    let mut lines = Vec::new();
    for (index, line) in wrap(&finding.title, width.saturating_sub(2)).into_iter().enumerate() {
        let lead = if index == 0 { format!("{glyph} ") } else { "  ".to_owned() };
        lines.push(vec![(lead, look.style(role)), (line, look.style(Role::Strong))]);
    }
    let dot = look.glyphs.dot;
    let percent = format!("{:.0}", finding.confidence * 100.0);
    let sure = look.say(Tell::Sure { percent: &percent });
    // That it was put aside is said below, with the reason: here stands what it is.
    let word = if entry.standing == Standing::Dismissed { severity(look, finding.severity).1 } else { word };
    let mut facts = format!("  {word} {dot} {} {dot} {sure}", finding.category.slug());
    if finding.count > 1 {
        let times = look.say(Tell::Times { count: finding.count.into() });
        facts = format!("{facts} {dot} {times}");
    }
    lines.push(vec![(facts, look.style(Role::Dim))]);
    if entry.standing == Standing::Dismissed {
        let reason = entry.reason.as_ref().filter(|reason| !reason.is_empty());
        let said = reason.map(|reason| look.say(Tell::DismissedFor { reason }));
        let said = said.unwrap_or_else(|| look.t(Say::Dismissed).to_owned());
        lines.extend(prose(&said, width, look.style(Role::Warn)));
    }
    lines.push(Vec::new());
    lines.extend(prose(&finding.explain, width, look.style(Role::Text)));
    if let Some((path, text)) = &entry.place {
        lines.extend(prose(
            &look.say(Tell::Labelled { name: path, value: text }),
            width,
            look.style(Role::Dim),
        ));
    }
    fix_lines(look, entry, width, &mut lines);
    evidence_lines(look, &finding.evidence, stages, width, &mut lines);
    if let Some(source) = &entry.source {
        source_lines(look, source, width, &mut lines);
    }
    if !finding.facts.is_empty() {
        heading(look, &mut lines, Say::Facts, "");
        for (ask, answer) in &finding.facts {
            lines.push(fact_line(look, ask, answer.as_ref()));
        }
    }
    if !finding.also.is_empty() {
        heading(look, &mut lines, Say::Also, "");
        for also in finding.also.iter().take(8) {
            let text = fit(&also.text, width.saturating_sub(8), look.glyphs.cut);
            lines.push(vec![
                (format!("{:>6}  ", also.line), look.style(Role::Number)),
                (text, look.style(Role::Dim)),
            ]);
        }
    }
    lines
}

fn fix_lines(look: &Look<'_>, entry: &Entry, width: usize, lines: &mut Vec<Pieces>) {
    heading(look, lines, Say::Fixes, "");
    if entry.fixes.is_empty() {
        lines.push(vec![(look.t(Say::NoFixes).to_owned(), look.style(Role::Dim))]);
    }
    for (index, fix) in entry.fixes.iter().enumerate() {
        let (word, role) = risk(look, fix);
        lines.push(vec![
            (format!("{}  ", index + 1), look.style(Role::Key)),
            (fit(&fix.title, width.saturating_sub(20), look.glyphs.cut), look.style(Role::Text)),
            (format!("  {word}"), look.style(role)),
        ]);
        if index == 0 {
            lines.extend(commands(look, fix, width));
        }
    }
}

fn evidence_lines(
    look: &Look<'_>,
    evidence: &Evidence,
    stages: &Stages,
    width: usize,
    lines: &mut Vec<Pieces>,
) {
    if evidence.line == 0 && evidence.context.is_empty() {
        return;
    }
    let line = evidence.line.to_string();
    let place = match (&evidence.stage, evidence.line) {
        (_, 0) => String::new(),
        (Some(stage), _) => look.say(Tell::EvidenceIn { line: &line, stage: stages.title_of(stage) }),
        (None, _) => look.say(Tell::EvidenceLine { line: &line }),
    };
    heading(look, lines, Say::Evidence, &place);
    let room = width.saturating_sub(4);
    let dim = look.style(Role::Dim);
    if let Some(command) = &evidence.command {
        for (index, part) in wrapped(command, room, QUOTED, look.glyphs.cut).into_iter().enumerate() {
            lines.push(vec![(if index == 0 { "  $ " } else { "    " }.to_owned(), dim), (part, dim)]);
        }
    }
    for text in &evidence.context {
        let here = *text == evidence.text;
        let (lead, role) = if here { (look.glyphs.pointer, Role::Fail) } else { (" ", Role::Dim) };
        let style = look.style(if here { Role::Strong } else { Role::Dim });
        let room = width.saturating_sub(2);
        // What stands around it is cut; it itself is what one wants to read.
        let parts = if here {
            wrapped(text, room, QUOTED, look.glyphs.cut)
        } else {
            vec![fit(text, room, look.glyphs.cut)]
        };
        for (index, part) in parts.into_iter().enumerate() {
            let lead = if index == 0 { format!("{lead} ") } else { "  ".to_owned() };
            lines.push(vec![(lead, look.style(role)), (part, style)]);
        }
    }
}

/// So many rows of a line of the log are quoted.
const QUOTED: usize = 4;

/// What stands where the message points, and how that differs from what was committed.
fn source_lines(look: &Look<'_>, source: &Frame, width: usize, lines: &mut Vec<Pieces>) {
    let column = source.column.map(|column| format!(":{column}")).unwrap_or_default();
    heading(look, lines, Say::Source, &format!("{}:{}{column}", source.path, source.line));
    let cut = |text: &str| fit(text, width.saturating_sub(8), look.glyphs.cut);
    for (number, text) in source.numbered() {
        let here = number == source.line;
        let (lead, role) = if here { (look.glyphs.pointer, Role::Fail) } else { (" ", Role::Dim) };
        lines.push(vec![
            (format!("{lead} "), look.style(role)),
            (format!("{number:>4}  "), look.style(Role::Number)),
            (cut(&text), look.style(if here { Role::Strong } else { Role::Dim })),
        ]);
        if let Some(before) = source.caret().filter(|before| here && before + 8 < width) {
            lines.push(vec![(format!("{:1$}^", "", before + 8), look.style(Role::Fail))]);
        }
    }
    let Some(git) = &source.git else { return };
    let said = if git.differs() {
        look.say(Tell::SourceDiffers { added: git.added.into(), removed: git.removed.into() })
    } else {
        look.t(Say::SourceSame).to_owned()
    };
    lines.push(vec![("  ".to_owned(), look.style(Role::Dim)), (said, look.style(Role::Info))]);
    for text in &git.hunk {
        let role = match text.as_bytes().first() {
            Some(b'+') => Role::Ok,
            Some(b'-') => Role::Fail,
            _ => Role::Dim,
        };
        let text = text.replace('\t', "    ");
        lines.push(vec![("  ".to_owned(), look.style(Role::Dim)), (cut(&text), look.style(role))]);
    }
}

fn fact_line(look: &Look<'_>, ask: &str, answer: Option<&Answer>) -> Pieces {
    let (glyph, role, said) = match answer {
        None => (look.glyphs.pending, Role::Off, look.t(Say::FactOpen).to_owned()),
        Some(Answer::Is(value)) => (look.glyphs.passed, Role::Ok, value.clone()),
        Some(Answer::Absent) => (look.glyphs.failed, Role::Warn, look.t(Say::FactAbsent).to_owned()),
        Some(Answer::Unknown(why)) => {
            (look.glyphs.pending, Role::Off, look.say(Tell::FactUnknown { why: why.pick(look.lang) }))
        }
    };
    let clean = |text: &str| text.replace(char::is_control, " ");
    vec![
        (format!("{glyph} "), look.style(role)),
        (format!("{}  ", clean(ask)), look.style(Role::Text)),
        (clean(&said), look.style(Role::Dim)),
    ]
}

/// A stage with all that is known of it.
pub(super) fn stage_lines(look: &Look<'_>, model: &Model, stage: &Stage, width: usize) -> Vec<Pieces> {
    let (glyph, word, role) = state(look, &stage.state);
    let mut lines = vec![vec![
        (format!("{glyph} "), look.style(role)),
        (stage.title.clone(), look.style(Role::Strong)),
        (format!("  {word}"), look.style(role)),
    ]];
    if let StageState::Skipped(why) = &stage.state {
        lines.extend(prose(why, width, look.style(Role::Dim)));
    }
    if !stage.explain.is_empty() {
        lines.push(Vec::new());
        lines.extend(prose(&stage.explain, width, look.style(Role::Text)));
    }
    lines.push(Vec::new());
    let mut rows = facts(look, model, stage);
    let env = stage.run.as_ref().and_then(|run| in_a_row(&run.env, width));
    rows.extend(env.map(|row| (Say::StageEnv, row, Role::Text)));
    lines.extend(fields(look, &rows, width));
    if let Some(run) = &stage.run {
        if !run.env.is_empty() && in_a_row(&run.env, width).is_none() {
            heading(look, &mut lines, Say::StageEnv, "");
            lines.extend(environment(look, &run.env, width));
        }
        heading(look, &mut lines, Say::StageScript, "");
        lines.extend(super::step::script(look, &run.command, width));
    } else {
        lines.push(vec![(look.t(Say::StageNotRun).to_owned(), look.style(Role::Dim))]);
    }
    lines
}

/// What is known of a stage in a few words each.
fn facts(look: &Look<'_>, model: &Model, stage: &Stage) -> Vec<(Say, String, Role)> {
    let mut rows: Vec<(Say, String, Role)> = Vec::new();
    let mut field = |say: Say, value: &str| rows.push((say, value.to_owned(), Role::Text));
    if let Some(ended) = stage.ended.as_ref().filter(|ended| !ended.outcome.is_ok()) {
        let mut of_stage = model.findings.list.iter().filter(|entry| {
            entry.blocks() && entry.finding.evidence.stage.as_deref() == Some(stage.id.as_str())
        });
        let found = of_stage.next().map(|entry| entry.finding.title.clone());
        field(Say::StageWhy, &failure(look, ended, found));
    }
    if let Some(took) = stage.duration(model.clock()) {
        let tries = if stage.attempts > 1 {
            look.say(Tell::SummaryTries { count: stage.attempts.into() })
        } else {
            String::new()
        };
        let left = stage.left(model.clock()).filter(|_| stage.active());
        let left =
            left.map_or_else(String::new, |left| look.say(Tell::StageLeft { time: &paint::time(left) }));
        let told = [paint::time(took), tries, left];
        let told: Vec<_> = told.into_iter().filter(|part| !part.is_empty()).collect();
        field(Say::StageTook, &told.join(&format!(" {} ", look.glyphs.dot)));
    }
    if stage.active() {
        for (say, value) in doing(look, stage, model.clock()) {
            field(say, &value);
        }
    }
    // The name that commands know it by.
    if stage.id != stage.title {
        field(Say::StageId, &stage.id);
    }
    if let Some(run) = &stage.run {
        field(Say::StageFolder, &look.folder(&run.dir));
        field(Say::StageShell, &run.shell);
    }
    rows
}

/// How far a running stage is, how long it may take, and what it does while it says nothing.
fn doing(look: &Look<'_>, stage: &Stage, now: Duration) -> Vec<(Say, String)> {
    let mut told = Vec::new();
    let reading = stage.gauge.reading();
    if !reading.is_empty() {
        let phase = reading.phase.as_ref().map(|(n, count, title)| {
            look.say(Tell::StagePhase { n: *n as u64, count: *count as u64, title })
        });
        let count = reading.count.map(|(done, total)| format!("{done}/{total}"));
        let percent = reading.whole().map(|part| format!("{:.0} %", part * 100.0));
        let label = Some(reading.label.clone()).filter(|label| !label.is_empty());
        let parts: Vec<String> = [phase, percent, count, label].into_iter().flatten().collect();
        told.push((Say::StageProgress, parts.join(&format!(" {} ", look.glyphs.dot))));
    }
    if let Some(usual) = stage.usual {
        told.push((Say::StageUsual, paint::time(usual)));
    }
    let time = &paint::time(stage.gauge.silence(now));
    let quiet = stage.gauge.quiet().map(|quiet| match quiet {
        Quiet::Busy(who) => look.say(Tell::QuietBusy { time, who }),
        Quiet::Elsewhere(who) => look.say(Tell::QuietElsewhere { time, who }),
        Quiet::Idle(who) => look.say(Tell::QuietIdle { time, who }),
        Quiet::Stuck(still) => look.say(Tell::QuietStuck { time, still: &paint::time(still) }),
    });
    told.extend(quiet.map(|quiet| (Say::StageSilent, quiet)));
    told
}

/// Why a stage failed: what was found, or else how it ended, which stands beside its title already.
fn failure(look: &Look<'_>, ended: &RunEnded, found: Option<String>) -> String {
    let exit = ended.exit.map(|exit| look.say(Tell::MarkExit { code: &exit.to_string() }));
    let why = [
        Some(found.unwrap_or_else(|| outcome_state(look, ended.outcome).1.to_owned())),
        exit,
        ended.signal.clone(),
        ended.why.as_ref().map(|why| why.pick(look.lang).to_owned()),
    ];
    why.into_iter().flatten().collect::<Vec<_>>().join(&format!(" {} ", look.glyphs.dot))
}
