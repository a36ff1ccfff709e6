//! What the app shows, as lines of text: for screen readers, for terminals that cannot be drawn on, and for pipes.
//!
//! The same pages as on the screen, without places and colours; what a symbol says there, a word says here.

use super::details::{finding_lines, stage_lines};
use super::fixing::{commands, risk};
use super::paint::{Pieces, time};
use super::stages::{outcome_state, state};
use super::{Look, Screen, bottom, dialog, form};
use crate::event::RunKind;
use crate::locale::ui::{Say, Tell};
use crate::model::dialog::Dialog;
use crate::model::findings::Entry;
use crate::model::form::Form;
use crate::model::log::MarkKind;
use crate::model::start::Check;
use crate::model::writing::{What, Writing};
use crate::model::{Model, NoticeKind};
use crate::remedy::Fix;

/// Columns that text is wrapped to.
const WIDTH: usize = 78;

fn text(lines: Vec<Pieces>) -> Vec<String> {
    let joined = |line: Pieces| line.into_iter().map(|(text, _)| text).collect::<String>();
    lines.into_iter().map(|line| joined(line).trim_end().to_owned()).collect()
}

/// A dialog: its title, and what it says.
pub fn dialog(look: Look<'_>, model: &Model, dialog: &Dialog) -> Vec<String> {
    let help = look.keymap.help(model.is_replay());
    let screen = Screen { model, look, hints: &[], help: &help };
    let (title, lines) = dialog::content(&screen, dialog, WIDTH, usize::MAX);
    let mut said = vec![format!("== {title}")];
    said.extend(text(lines));
    said
}

/// A finding in full.
pub fn finding(look: Look<'_>, entry: &Entry) -> Vec<String> {
    text(finding_lines(&look, entry, WIDTH))
}

/// A finding in a line.
pub fn finding_line(look: Look<'_>, entry: &Entry) -> String {
    let (_, word, _) = super::findings::weight(&look, entry);
    let line = match entry.finding.evidence.line {
        0 => String::new(),
        line => format!(" ({})", look.say(Tell::EvidenceLine { line: &line.to_string() })),
    };
    format!("{word}: {}{line}", entry.finding.title)
}

/// The stages, a line each.
pub fn stages(look: Look<'_>, model: &Model) -> Vec<String> {
    let line = |stage: &crate::model::stages::Stage| {
        let (_, word, _) = state(&look, &stage.state);
        let took = stage.duration(model.clock()).map(|took| format!(", {}", time(took))).unwrap_or_default();
        format!("{}: {word}{took}", stage.title)
    };
    model.stages.list.iter().map(line).collect()
}

/// The stage that runs or is selected, in full.
pub fn stage(look: Look<'_>, model: &Model) -> Vec<String> {
    let stage = model.stages.focus_of_attention().or_else(|| model.stages.current_selection());
    stage.map_or_else(Vec::new, |stage| text(stage_lines(&look, model, stage, WIDTH)))
}

/// A message.
pub fn notice(look: Look<'_>, kind: &NoticeKind) -> String {
    bottom::notice_text(&look, kind)
}

/// What happened at a place of the log.
pub fn mark(look: Look<'_>, kind: &MarkKind) -> String {
    match kind {
        MarkKind::Began { kind, title, attempt, command } => {
            let what = match kind {
                RunKind::Stage => format!("{}: {title}", look.t(Say::LabelStage)),
                RunKind::Check => look.say(Tell::MarkCheck { title }),
                RunKind::Fix => format!("{}: {command}", look.t(Say::MarkFix)),
                RunKind::Verify => format!("{}: {command}", look.t(Say::MarkVerify)),
            };
            let again =
                if *attempt > 1 { look.say(Tell::Attempt { n: u64::from(*attempt) }) } else { String::new() };
            format!("{what}  {again}").trim_end().to_owned()
        }
        MarkKind::Ended { outcome, exit, signal, why, took, .. } => {
            let status = exit
                .filter(|exit| *exit != 0)
                .map(|exit| look.say(Tell::MarkExit { code: &exit.to_string() }));
            let why = why.as_ref().map(|why| why.pick(look.lang).to_owned());
            let parts = [Some(outcome_state(&look, *outcome).1.to_owned()), signal.clone(), status, why];
            let parts: Vec<String> = parts.into_iter().flatten().chain([time(*took)]).collect();
            parts.join(", ")
        }
        MarkKind::Quiet(silence) => look.say(Tell::MarkQuiet { time: &time(*silence) }),
        MarkKind::Label(label) => label.clone(),
        MarkKind::Gap(why) => look.say(Tell::MarkGap { why: why.pick(look.lang) }),
    }
}

/// Where a recording stands.
pub fn place(look: Look<'_>, model: &Model) -> Option<String> {
    let replay = model.recording().filter(|_| !model.log.is_text())?;
    let (at, length) = (time(replay.clock()), time(replay.length()));
    Some(look.say(Tell::PlainAt { at: &at, length: &length }))
}

/// A text being written, as it stands.
pub fn writing(look: Look<'_>, writing: &Writing) -> Vec<String> {
    let mut said = vec![format!("== {}", super::step::title(&look, writing))];
    if let What::Reason(finding) = &writing.what {
        said.push(finding.title.clone());
    } else {
        said.extend(writing.editor.lines().map(str::to_owned));
    }
    said
}

/// A check of the machine.
pub fn check(look: Look<'_>, check: &Check) -> String {
    let (_, word, _) = super::start::state(&look, check.state);
    let said = look.say(Tell::CheckWanted { found: &check.found, wanted: &check.wanted });
    format!("{word}: {}: {said}", check.what)
}

/// A fix for a check, with all it would do.
pub fn cure(look: Look<'_>, check: &Check, fix: &Fix) -> Vec<String> {
    let mut said = vec![format!("== {}", fix.title), check.why.clone()];
    said.extend(text(commands(&look, fix, WIDTH)));
    said.push(format!("{}: {}", look.t(Say::FixRisk), risk(&look, fix).0));
    if !fix.verify.is_empty() {
        said.push(format!("{}: {}", look.t(Say::FixVerify), fix.verify));
    }
    said.retain(|line| !line.is_empty());
    said
}

/// A form: every input, what is wrong, and the stages.
pub fn form(look: Look<'_>, form: &Form) -> Vec<String> {
    let mut said = vec![format!("== {}", form.title)];
    for field in &form.sheet.fields {
        let value = match (field.secret, field.value.as_str()) {
            (_, "") => look.t(Say::FormEmpty),
            (true, _) => "••••",
            (false, value) => value,
        };
        said.push(format!("{}: {value} {}", field.name, form::origin(&look, field)));
        said.push(format!("    {}", field.title));
        said.extend(field.fault.iter().map(|fault| format!("    {}: {fault}", look.t(Say::SeverityError))));
    }
    said.extend(form.sheet.problems.iter().cloned());
    for stage in &form.sheet.stages {
        let why = stage.skipped.as_deref().map(|why| format!(" ({}: {why})", look.t(Say::StageSkipped)));
        said.push(format!("{}: {}{}", look.t(Say::LabelStage), stage.title, why.unwrap_or_default()));
    }
    said
}
