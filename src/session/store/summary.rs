//! What a session is about and how it stands, from the two ends of its file.

#![expect(clippy::disallowed_methods, reason = "session files are read here")]

use std::fs::File;
use std::io::{self, Read as _};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::UNIX_EPOCH;

use super::SessionDir;
use super::tail::lines_backwards;
use crate::event::{Choice, Event, Note, RunKind, RunStarted, SessionStart, StageOutline};
use crate::session::cast::{Decoder, Version};
use crate::session::reader::Events;

/// The plan's note stands among the first events; further than this it is not looked for.
const HEAD: u64 = 4 * 1024 * 1024;
const HEAD_EVENTS: usize = 64;

/// How a session stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// Its runner is at work, or waits for a decision.
    Running,
    /// Its runner vanished; a new session would go on at this stage.
    Interrupted {
        /// The stage to go on at; none where the plan is unknown or all stages had passed.
        stage: Option<String>,
    },
    /// It ended with this exit status.
    Ended(i32),
    /// A recording that ktui did not make.
    Imported,
}

/// A session in a list.
#[derive(Debug, Clone)]
pub struct Summary {
    /// Its folder.
    pub session: SessionDir,
    /// Its id.
    pub id: String,
    /// The plan, or the recording's title.
    pub plan: String,
    /// The tree that is built.
    pub dir: PathBuf,
    /// Where its stages run.
    pub target: String,
    /// When it began, in seconds of Unix time.
    pub started: u64,
    /// When its log was last written, likewise.
    pub changed: u64,
    /// Size of its log in bytes.
    pub bytes: u64,
    /// How it stands.
    pub status: Status,
    /// The stages it means to run.
    pub stages: Vec<StageOutline>,
    /// The session that it goes on from.
    pub resumes: Option<String>,
}

impl Summary {
    pub(super) fn read(session: &SessionDir) -> io::Result<Self> {
        let running = session.is_running();
        let file = match File::open(session.cast()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Self::without_log(session, running);
            }
            file => file?,
        };
        let metadata = file.metadata()?;
        let head = Events::new((&file).take(HEAD))?;
        let header = head.header().clone();
        let start = head.take(HEAD_EVENTS).find_map(|timed| match timed.event {
            Event::Note(Note::Session(start)) => Some(start),
            _ => None,
        });
        let changed = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let changed = changed.map_or(0, |time| time.as_secs());
        let status = match &start {
            _ if running => Status::Running,
            None => Status::Imported,
            Some(start) => status(&file, metadata.len(), start)?,
        };
        let start = start.unwrap_or_else(|| SessionStart {
            ktui: String::new(),
            plan: header.title.clone().unwrap_or_default(),
            dir: PathBuf::new(),
            target: String::new(),
            stages: Vec::new(),
            inputs: std::collections::BTreeMap::new(),
            resumes: None,
        });
        Ok(Self {
            session: session.clone(),
            id: session.id.clone(),
            plan: start.plan,
            dir: start.dir,
            target: start.target,
            started: header.timestamp.unwrap_or(changed),
            changed,
            bytes: metadata.len(),
            status,
            stages: start.stages,
            resumes: start.resumes,
        })
    }

    /// The runner has not come so far, or never did.
    fn without_log(session: &SessionDir, running: bool) -> io::Result<Self> {
        let made = std::fs::metadata(&session.path)?.modified()?;
        let made = made.duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
        Ok(Self {
            session: session.clone(),
            id: session.id.clone(),
            plan: String::new(),
            dir: PathBuf::new(),
            target: String::new(),
            started: made,
            changed: made,
            bytes: 0,
            status: if running { Status::Running } else { Status::Interrupted { stage: None } },
            stages: Vec::new(),
            resumes: None,
        })
    }
}

/// Ended or interrupted, from the last things that happened.
fn status(file: &File, len: u64, start: &SessionStart) -> io::Result<Status> {
    let mut exit = None;
    let mut ended = None;
    let mut stage = None;
    lines_backwards(file, len, |line| {
        let Some(event) = not_output(line) else { return ControlFlow::Continue(()) };
        match event {
            Event::Exit(status) => exit = Some(status),
            Event::Note(Note::RunEnded(end)) => {
                ended.get_or_insert((end.run, end.outcome.is_ok()));
                return ControlFlow::Continue(());
            }
            Event::Note(Note::RunStarted(run)) => {
                // That a fix worked says nothing of the stage it was for.
                let is_stage = matches!(run.kind, RunKind::Stage | RunKind::Check);
                let passed = is_stage && ended == Some((run.run, true));
                stage = if passed { after(start, &run.stage) } else { Some(run.stage) };
            }
            // A decision or a wait that came after the last run tells more than the run.
            Event::Note(
                Note::Waiting { stage: waiting }
                | Note::Before(RunStarted { stage: waiting, .. })
                | Note::Choice(Choice::Retry { stage: waiting } | Choice::Start { stage: waiting, .. }),
            ) if ended.is_none() => {
                stage = Some(waiting);
            }
            Event::Note(Note::Choice(Choice::Skip { stage: skipped })) if ended.is_none() => {
                stage = after(start, &skipped);
            }
            _ => return ControlFlow::Continue(()),
        }
        ControlFlow::Break(())
    })?;
    Ok(match exit {
        Some(status) => Status::Ended(status),
        None if stage.is_none() && ended.is_none() => Status::Interrupted { stage: first(&start.stages) },
        None => Status::Interrupted { stage },
    })
}

fn first(stages: &[StageOutline]) -> Option<String> {
    stages.iter().find(|stage| stage.skipped.is_none()).map(|stage| stage.id.clone())
}

fn after(start: &SessionStart, stage: &str) -> Option<String> {
    let at = start.stages.iter().position(|outline| outline.id == stage)?;
    first(&start.stages[at + 1..])
}

/// The line's event, if it is one that a session's course is told by; output is not even decoded.
pub(super) fn not_output(line: &[u8]) -> Option<Event> {
    let code = line.get(..64.min(line.len()))?.splitn(3, |byte| *byte == b'"').nth(1)?;
    if !matches!(code, b"k" | b"x") {
        return None;
    }
    let line = std::str::from_utf8(line).ok()?;
    Some(Decoder::new(Version::V3).line(line).ok()??.event)
}
