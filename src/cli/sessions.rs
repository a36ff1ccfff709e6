//! `ktui sessions`: what runs, what ran, how it ended.

use std::ffi::OsString;

use anyhow::{Context as _, Result};
use serde::Serialize;
use time::macros::format_description;
use time::{OffsetDateTime, UtcOffset};

use super::args::SessionsCommand;
use super::headless::{because, how_it_ended};
use super::{Caller, OK, export, padded, variable};
use crate::event::{Choice, Event, Note, RunEnded, RunKind, RunStarted};
use crate::locale::Lang;
use crate::locale::ui::{Say, Tell};
use crate::session::reader::Events;
use crate::session::store::{Prune, SessionDir, Status, Store, Summary};

/// The user's store of sessions; `KTUI_STATE_DIR` moves it.
pub(super) fn store() -> Result<Store> {
    let state = OsString::from(variable("KTUI_STATE_DIR"));
    Ok(Store::open_default(Some(&state))?)
}

/// Runs `ktui sessions …`.
pub(super) fn run(command: SessionsCommand, caller: Caller) -> Result<u8> {
    let store = store()?;
    match command {
        SessionsCommand::List { json } => list(&store, json, caller.lang),
        SessionsCommand::Show { session } => show(&store.find(&session)?, caller),
        SessionsCommand::Export(args) => export::run(&store.find(&args.session)?, &args, caller),
        SessionsCommand::Rm { sessions } => {
            for wanted in &sessions {
                let session = store.find(wanted)?;
                store.remove(&session).with_context(|| session.id.clone())?;
                talkln!("{}", Tell::Deleted { id: &session.id }.text(caller.lang));
            }
            Ok(OK)
        }
        SessionsCommand::Prune { keep } => {
            let gone = store.prune(Prune { keep: Some(keep), older_than: None })?;
            for summary in &gone {
                talkln!("{}", Tell::Deleted { id: &summary.id }.text(caller.lang));
            }
            talkln!("{}", Tell::DeletedCount { count: gone.len() as u64 }.text(caller.lang));
            Ok(OK)
        }
    }
}

#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    plan: &'a str,
    dir: String,
    target: &'a str,
    started: u64,
    status: &'static str,
    exit: Option<i32>,
    stage: Option<&'a str>,
    bytes: u64,
    resumes: Option<&'a str>,
}

fn list(store: &Store, json: bool, lang: Lang) -> Result<u8> {
    let sessions = store.list()?;
    if json {
        let rows: Vec<Row<'_>> = sessions.iter().map(row).collect();
        outln!("{}", serde_json::to_string_pretty(&rows)?);
        return Ok(OK);
    }
    if sessions.is_empty() {
        talkln!("{}", Say::NoSessions.text(lang));
        return Ok(OK);
    }
    let wide = sessions.iter().map(|summary| summary.id.len()).max().unwrap_or(0);
    for summary in &sessions {
        let how = padded(&status_word(&summary.status, lang), 24);
        showln!("{:wide$}  {}  {how}  {}", summary.id, when(summary.started), summary.dir.display());
    }
    Ok(OK)
}

fn row(summary: &Summary) -> Row<'_> {
    let (status, exit, stage) = match &summary.status {
        Status::Running => ("running", None, None),
        Status::Interrupted { stage } => ("interrupted", None, stage.as_deref()),
        Status::Ended(exit) => ("ended", Some(*exit), None),
        Status::Imported => ("imported", None, None),
    };
    Row {
        id: &summary.id,
        plan: &summary.plan,
        dir: summary.dir.display().to_string(),
        target: &summary.target,
        started: summary.started,
        status,
        exit,
        stage,
        bytes: summary.bytes,
        resumes: summary.resumes.as_deref(),
    }
}

/// How a session stands, in a few words.
pub(super) fn status_word(status: &Status, lang: Lang) -> String {
    match status {
        Status::Running => Say::StatusRunning.text(lang).to_owned(),
        Status::Interrupted { stage: Some(stage) } => Tell::StatusCutIn { stage }.text(lang),
        Status::Interrupted { stage: None } => Say::StatusCut.text(lang).to_owned(),
        Status::Ended(0) => Say::StatusWell.text(lang).to_owned(),
        Status::Ended(exit) => Tell::StatusFailed { exit: &exit.to_string() }.text(lang),
        Status::Imported => Say::StatusImported.text(lang).to_owned(),
    }
}

/// A moment by the clock on the user's wall; in UTC, and saying so, where the system does not tell how that goes.
pub(super) fn when(seconds: u64) -> String {
    let Some(time) = moment(seconds) else { return String::new() };
    // The offset of then, not of now: summer time may have begun since.
    match UtcOffset::local_offset_at(time) {
        Ok(offset) => to_the_minute(time.to_offset(offset)),
        Err(_) => format!("{} UTC", to_the_minute(time)),
    }
}

/// A moment for readers who may be anywhere.
pub(super) fn when_in_utc(seconds: u64) -> String {
    moment(seconds).map_or_else(String::new, |time| format!("{} UTC", to_the_minute(time)))
}

fn moment(seconds: u64) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp(i64::try_from(seconds).ok()?).ok()
}

fn to_the_minute(time: OffsetDateTime) -> String {
    time.format(&format_description!("[year]-[month]-[day] [hour]:[minute]")).unwrap_or_default()
}

fn show(session: &SessionDir, caller: Caller) -> Result<u8> {
    let summary = session.summary().with_context(|| session.id.clone())?;
    showln!("{}", session.id);
    let lang = caller.lang;
    let cast = session.cast().display().to_string();
    let log = Tell::LogSize { path: &cast, bytes: summary.bytes }.text(lang);
    for (say, value) in [
        (Say::LabelPlan, summary.plan.clone()),
        (Say::LabelFolder, summary.dir.display().to_string()),
        (Say::LabelTarget, summary.target.clone()),
        (Say::LabelStarted, when(summary.started)),
        (Say::LabelStatus, status_word(&summary.status, lang)),
        (Say::LabelLog, log),
    ] {
        showln!("{}  {value}", padded(say.text(lang), 7));
    }
    if let Some(resumes) = &summary.resumes {
        showln!("{}  {resumes}", padded(Say::LabelResumes.text(lang), 7));
    }
    let mut runs: Vec<RunStarted> = Vec::new();
    for timed in Events::open(session.cast())? {
        match timed.event {
            Event::Note(Note::RunStarted(run)) => runs.push(run),
            Event::Note(Note::RunEnded(end)) => {
                if let Some(run) = runs.iter().find(|run| run.run == end.run) {
                    showln!("  {}", run_line(run, &end, lang));
                }
            }
            Event::Note(Note::Choice(Choice::Fix { rule, fix, commands, by, edited })) => {
                let edited = if edited { format!("  {}", Say::Edited.text(lang)) } else { String::new() };
                showln!("  {} {rule}/{fix} ({by}){edited}", padded(Say::LabelFix.text(lang), 8));
                for command in commands {
                    showln!("             $ {command}");
                }
            }
            Event::Note(Note::Choice(Choice::Skip { stage })) => {
                showln!(
                    "  {} {stage}  {}",
                    padded(Say::LabelStage.text(lang), 8),
                    Say::StageSkipped.text(lang)
                );
            }
            Event::Note(Note::Choice(Choice::Start { stage, script: Some(script) })) => {
                showln!("  {} {stage}  {}", padded(Say::LabelStage.text(lang), 8), Say::Edited.text(lang));
                for line in script.lines() {
                    showln!("             $ {line}");
                }
            }
            Event::Note(Note::Gap { line, why }) => {
                let gap = Tell::GapLine { line: &line.to_string(), why: why.pick(lang) }.text(lang);
                showln!("  {} {gap}", padded(Say::LabelGap.text(lang), 8));
            }
            _ => {}
        }
    }
    Ok(OK)
}

/// A run and how it ended, on a line.
pub(super) fn run_line(run: &RunStarted, end: &RunEnded, lang: Lang) -> String {
    let what = match run.kind {
        RunKind::Stage => Say::LabelStage,
        RunKind::Check => Say::LabelCheck,
        RunKind::Fix => Say::LabelFixRun,
        RunKind::Verify => Say::LabelVerify,
    };
    let what = padded(what.text(lang), 8);
    let seconds = format!("{:.1}", end.millis as f64 / 1000.0);
    let how = how_it_ended(end, lang);
    let (stage, attempt) = (&run.stage, run.attempt.into());
    let line = Tell::RunLine { what: &what, stage, attempt, how: &how, seconds: &seconds }.text(lang);
    let why = because(end, lang);
    format!("{line}{why}")
}
