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

/// What something is, and its value.
fn labelled(look: Look<'_>, name: &str, value: &str) -> String {
    look.say(Tell::Labelled { name, value })
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
pub fn finding(look: Look<'_>, model: &Model, entry: &Entry) -> Vec<String> {
    text(finding_lines(&look, entry, &model.stages, WIDTH))
}

/// A finding in a line.
pub fn finding_line(look: Look<'_>, entry: &Entry) -> String {
    let (_, word, _) = super::findings::weight(&look, entry);
    let said = labelled(look, word, &entry.finding.title);
    match entry.finding.evidence.line {
        0 => said,
        line => look.say(Tell::Aside {
            said: &said,
            more: &look.say(Tell::EvidenceLine { line: &line.to_string() }),
        }),
    }
}

/// The stages, a line each.
pub fn stages(look: Look<'_>, model: &Model) -> Vec<String> {
    let line = |stage: &crate::model::stages::Stage| {
        let (_, word, _) = state(&look, &stage.state);
        let said = labelled(look, &stage.title, word);
        match stage.duration(model.clock()) {
            Some(took) => look.say(Tell::Listed { one: &said, more: &time(took) }),
            None => said,
        }
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

/// That the log cannot be written, while that is so.
pub fn unwritten(look: Look<'_>, model: &Model) -> Option<String> {
    model.unwritten.as_ref().map(|unwritten| bottom::unwritten(&look, unwritten))
}

/// What happened at a place of the log.
pub fn mark(look: Look<'_>, kind: &MarkKind) -> String {
    match kind {
        MarkKind::Began { kind, title, attempt, command } => {
            let what = match kind {
                RunKind::Stage => labelled(look, look.t(Say::LabelStage), title),
                RunKind::Check => look.say(Tell::MarkCheck { title }),
                RunKind::Fix => labelled(look, look.t(Say::MarkFix), command),
                RunKind::Verify => labelled(look, look.t(Say::MarkVerify), command),
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
            let parts = parts.into_iter().flatten().chain([time(*took)]);
            parts.reduce(|one, more| look.say(Tell::Listed { one: &one, more: &more })).unwrap_or_default()
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
pub fn writing(look: Look<'_>, model: &Model, writing: &Writing) -> Vec<String> {
    let mut said = vec![format!("== {}", super::step::title(&look, &model.stages, writing))];
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
    labelled(look, word, &labelled(look, &check.what, &said))
}

/// A fix for a check, with all it would do.
pub fn cure(look: Look<'_>, check: &Check, fix: &Fix) -> Vec<String> {
    let mut said = vec![format!("== {}", fix.title), check.why.clone()];
    said.extend(text(commands(&look, fix, WIDTH)));
    said.push(labelled(look, look.t(Say::FixRisk), risk(&look, fix).0));
    if !fix.verify.is_empty() {
        said.push(labelled(look, look.t(Say::FixVerify), &fix.verify));
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
        said.push(format!("{} {}", labelled(look, &field.name, value), form::origin(&look, field)));
        said.push(format!("    {}", field.title));
        let faults = field.fault.iter();
        said.extend(faults.map(|fault| format!("    {}", labelled(look, look.t(Say::SeverityError), fault))));
    }
    said.extend(form.sheet.problems.iter().cloned());
    for stage in &form.sheet.stages {
        let line = labelled(look, look.t(Say::LabelStage), &stage.title);
        said.push(match stage.skipped.as_deref() {
            Some(why) => {
                look.say(Tell::Aside { said: &line, more: &labelled(look, look.t(Say::StageSkipped), why) })
            }
            None => line,
        });
    }
    said
}
