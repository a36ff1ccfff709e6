//! `ktui sessions`: what runs, what ran, how it ended.

use std::ffi::OsString;

use anyhow::{Context as _, Result};
use serde::Serialize;
use time::OffsetDateTime;
use time::macros::format_description;

use super::args::SessionsCommand;
use super::{Caller, OK, variable};
use crate::event::{Choice, Event, Note, Outcome, RunEnded, RunKind, RunStarted};
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
        SessionsCommand::List { json } => list(&store, json),
        SessionsCommand::Show { session } => show(&store.find(&session)?, caller),
        SessionsCommand::Rm { sessions } => {
            for wanted in &sessions {
                let session = store.find(wanted)?;
                store.remove(&session).with_context(|| session.id.clone())?;
                eprintln!("deleted {}", session.id);
            }
            Ok(OK)
        }
        SessionsCommand::Prune { keep } => {
            let gone = store.prune(Prune { keep: Some(keep), older_than: None })?;
            for summary in &gone {
                eprintln!("deleted {}", summary.id);
            }
            eprintln!("{} sessions deleted", gone.len());
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

fn list(store: &Store, json: bool) -> Result<u8> {
    let sessions = store.list()?;
    if json {
        let rows: Vec<Row<'_>> = sessions.iter().map(row).collect();
        outln!("{}", serde_json::to_string_pretty(&rows)?);
        return Ok(OK);
    }
    if sessions.is_empty() {
        eprintln!("no sessions yet; `ktui build` or `ktui tour` makes one");
        return Ok(OK);
    }
    let wide = sessions.iter().map(|summary| summary.id.len()).max().unwrap_or(0);
    for summary in &sessions {
        let how = status_word(&summary.status);
        outln!("{:wide$}  {}  {how:24}  {}", summary.id, when(summary.started), summary.dir.display());
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
pub(super) fn status_word(status: &Status) -> String {
    match status {
        Status::Running => "running".to_owned(),
        Status::Interrupted { stage: Some(stage) } => format!("interrupted in {stage}"),
        Status::Interrupted { stage: None } => "interrupted".to_owned(),
        Status::Ended(0) => "ended well".to_owned(),
        Status::Ended(exit) => format!("failed ({exit})"),
        Status::Imported => "imported".to_owned(),
    }
}

/// Local time where the system tells the offset, else UTC.
fn when(seconds: u64) -> String {
    let format = format_description!("[year]-[month]-[day] [hour]:[minute]");
    i64::try_from(seconds)
        .ok()
        .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())
        .and_then(|time| time.format(&format).ok())
        .unwrap_or_default()
}

fn show(session: &SessionDir, _caller: Caller) -> Result<u8> {
    let summary = session.summary().with_context(|| session.id.clone())?;
    outln!("{}", session.id);
    outln!("plan     {}", summary.plan);
    outln!("folder   {}", summary.dir.display());
    outln!("target   {}", summary.target);
    outln!("started  {} UTC", when(summary.started));
    outln!("status   {}", status_word(&summary.status));
    outln!("log      {} ({} bytes)", session.cast().display(), summary.bytes);
    if let Some(resumes) = &summary.resumes {
        outln!("resumes  {resumes}");
    }
    let mut runs: Vec<RunStarted> = Vec::new();
    for timed in Events::open(session.cast())? {
        match timed.event {
            Event::Note(Note::RunStarted(run)) => runs.push(run),
            Event::Note(Note::RunEnded(end)) => {
                if let Some(run) = runs.iter().find(|run| run.run == end.run) {
                    outln!("  {}", run_line(run, &end));
                }
            }
            Event::Note(Note::Choice(Choice::Fix { rule, fix, commands, by })) => {
                outln!("  fix      {rule}/{fix} ({by})");
                for command in commands {
                    outln!("             $ {command}");
                }
            }
            Event::Note(Note::Gap { line, why }) => outln!("  gap      line {line}: {why}"),
            _ => {}
        }
    }
    Ok(OK)
}

fn run_line(run: &RunStarted, end: &RunEnded) -> String {
    let what = match run.kind {
        RunKind::Stage => "stage",
        RunKind::Check => "check",
        RunKind::Fix => "fix run",
        RunKind::Verify => "verify",
    };
    let how = match (end.outcome, end.exit, &end.signal) {
        (Outcome::Passed, ..) => "passed".to_owned(),
        (Outcome::TimedOut, ..) => "ran into its time limit".to_owned(),
        (Outcome::Cancelled, ..) => "stopped".to_owned(),
        (_, _, Some(signal)) => format!("ended by {signal}"),
        (_, Some(exit), None) => format!("failed ({exit})"),
        (_, None, None) => "failed".to_owned(),
    };
    let why = end.why.as_deref().map(|why| format!(": {why}")).unwrap_or_default();
    let seconds = end.millis as f64 / 1000.0;
    format!("{what:8} {} #{}  {how} after {seconds:.1} s{why}", run.stage, run.attempt)
}
