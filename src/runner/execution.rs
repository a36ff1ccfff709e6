//! One command's way through the pty: announced, run, judged, recorded.
//!
//! The conductor says what runs; `course` when it is over; `pty` does it.
#![expect(clippy::disallowed_methods, reason = "measures how long a command takes, reads the environment")]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustix::process::Signal;

use super::conductor::{Conductor, Message, no};
use super::course::{Course, Step, Stop};
use super::protocol::{FixOrder, Reply, Request, State};
use super::pty::{self, Command, Exit, Live};
use super::vitals::Vitals;
use super::{kin, products, script};
use crate::event::{Choice, Event, Note, Outcome, RunEnded, RunKind, RunStarted};
use crate::plan::resolve::ResolvedStage;
use crate::target::Target;

/// A fix's verification that takes longer than this has not verified anything.
const VERIFY_LIMIT: Duration = Duration::from_secs(10 * 60);

/// A command to run.
struct Job<'a> {
    kind: RunKind,
    stage: &'a ResolvedStage,
    attempt: u32,
    shell: Vec<String>,
    script: &'a str,
    limit: Option<Duration>,
    fix: Option<&'a FixOrder>,
}

/// How it went.
struct Verdict {
    outcome: Outcome,
    exit: Option<Exit>,
    why: Option<String>,
}

impl Verdict {
    fn because(outcome: Outcome, why: String) -> Self {
        Self { outcome, exit: None, why: Some(why) }
    }
}

impl Conductor {
    /// Runs a stage once, its products and its check included.
    pub(super) fn stage(&mut self, stage: &ResolvedStage, attempt: u32) -> Outcome {
        let job = Job {
            kind: RunKind::Stage,
            stage,
            attempt,
            shell: stage.shell.clone(),
            script: &stage.script,
            limit: stage.timeout,
            fix: None,
        };
        let (run, started) = self.begin(&job);
        let mut verdict = self.in_pty(run, &job);
        if verdict.outcome.is_ok()
            && let Some(failure) = self.unproven(&job)
        {
            verdict = Verdict { exit: verdict.exit, ..failure };
        }
        self.finish(run, started, &job, verdict)
    }

    /// What speaks against a stage that exited with 0.
    fn unproven(&mut self, stage: &Job<'_>) -> Option<Verdict> {
        let Job { stage, attempt, .. } = *stage;
        if let Some(why) = products::missing(&stage.dir, &stage.products) {
            return Some(Verdict::because(Outcome::CheckFailed, why));
        }
        let check = Job {
            kind: RunKind::Check,
            stage,
            attempt,
            shell: stage.shell.clone(),
            script: stage.check.as_deref()?,
            limit: stage.timeout,
            fix: None,
        };
        let outcome = self.job(&check);
        match outcome {
            Outcome::Passed => None,
            Outcome::Cancelled => Some(Verdict { outcome, exit: None, why: None }),
            _ => Some(Verdict::because(Outcome::CheckFailed, "the stage's check failed".into())),
        }
    }

    /// Runs a fix and its verification; its environment stays for every later try where the commands passed.
    pub(super) fn fix(&mut self, stage: &ResolvedStage, attempt: u32, fix: &FixOrder) {
        let before = self.extra.clone();
        self.extra.extend(fix.env.clone());
        let mut job = Job {
            kind: RunKind::Fix,
            stage,
            attempt,
            shell: script::fix_shell(),
            script: "",
            limit: None,
            fix: Some(fix),
        };
        for command in &fix.commands {
            job.script = command;
            if !self.job(&job).is_ok() {
                self.extra = before;
                return;
            }
        }
        if !fix.verify.is_empty() {
            self.job(&Job { kind: RunKind::Verify, script: &fix.verify, limit: Some(VERIFY_LIMIT), ..job });
        }
    }

    fn job(&mut self, job: &Job<'_>) -> Outcome {
        let (run, started) = self.begin(job);
        let verdict = self.in_pty(run, job);
        self.finish(run, started, job, verdict)
    }

    fn begin(&mut self, job: &Job<'_>) -> (u32, Instant) {
        self.runs += 1;
        let run = self.runs;
        let again = if job.attempt > 1 && job.kind == RunKind::Stage {
            format!(" (attempt {})", job.attempt)
        } else {
            String::new()
        };
        self.record.event(Event::Marker(format!("{}: started{again}", label(job))));
        self.record.note(Note::RunStarted(RunStarted {
            run,
            kind: job.kind,
            stage: job.stage.id.clone(),
            attempt: job.attempt,
            command: job.script.to_owned(),
            shell: job.shell.join(" "),
            dir: job.stage.dir.clone(),
            env: self.added_env(job.stage),
            fix: job.fix.map(|fix| format!("{}/{}", fix.rule, fix.fix)),
            title: job.fix.map(|fix| fix.title.clone()).unwrap_or_default(),
        }));
        (run, Instant::now())
    }

    fn finish(&mut self, run: u32, started: Instant, job: &Job<'_>, verdict: Verdict) -> Outcome {
        let outcome = verdict.outcome;
        let ended = RunEnded {
            run,
            outcome,
            exit: verdict.exit.and_then(|exit| exit.code),
            signal: verdict.exit.and_then(|exit| exit.signal).map(kin::signal_name),
            why: verdict.why,
            millis: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        };
        let words = in_words(&ended);
        self.record.note(Note::RunEnded(ended));
        self.record.event(Event::Marker(format!("{}: {words}", label(job))));
        outcome
    }

    /// Runs the job's script in a pty of its own and waits for its end, attending to requests meanwhile.
    fn in_pty(&mut self, run: u32, job: &Job<'_>) -> Verdict {
        let started = self.command(run, job).and_then(|command| {
            pty::start(run, &command, self.size, &self.record, &self.outbox).map_err(|e| e.trim().to_owned())
        });
        let live = match started {
            Ok(live) => live,
            Err(why) => return Verdict::because(Outcome::NotStarted, why),
        };
        let mut course = Course::new(Instant::now(), job.limit);
        let exit = self.attend(run, &live, &mut course);
        script::forget(&self.folder, &name(job), run);
        let outcome = match (course.why(), exit) {
            (Some(Stop::Cancelled), _) => Outcome::Cancelled,
            (Some(Stop::TimedOut), _) => Outcome::TimedOut,
            (None, Some(exit)) if exit.ok() => Outcome::Passed,
            (None, _) => Outcome::Failed,
        };
        let why = match (outcome, job.limit) {
            (Outcome::TimedOut, Some(limit)) => Some(format!("ran into its time limit of {}", spoken(limit))),
            _ => None,
        };
        Verdict { outcome, exit, why }
    }

    fn command(&self, run: u32, job: &Job<'_>) -> Result<Command, String> {
        let target: Target = self.order.plan.target.parse().map_err(|e| format!("{e}"))?;
        if target != Target::Local {
            return Err(format!("target {target}: stages run on `local` only so far"));
        }
        let argv = script::argv(&self.folder, &self.secrets, &job.shell, job.script, &name(job), run)?;
        let mut env = terminal_env();
        env.extend(self.added_env(job.stage).into_iter().map(|(name, value)| (name, Some(value))));
        Ok(Command { argv, dir: job.stage.dir.clone(), env })
    }

    /// What the plan and the fixes add to the environment.
    fn added_env(&self, stage: &ResolvedStage) -> BTreeMap<String, String> {
        let mut env = stage.env.clone();
        env.extend(self.extra.clone());
        env
    }

    fn attend(&mut self, run: u32, live: &Live, course: &mut Course) -> Option<Exit> {
        let mut exit = None;
        let look = Duration::from_millis(self.order.look.max(1));
        let mut vitals = Vitals::new(Instant::now(), look);
        loop {
            if let Some(activity) = vitals.look(Instant::now(), run, live.bytes(), live.leader) {
                self.record.note(Note::Activity(activity));
            }
            let step = course.next(Instant::now(), live.bytes(), || kin::alive(live.leader));
            let within = match step {
                Step::Finish => return exit,
                Step::Term => {
                    ask_to_end(live);
                    continue;
                }
                Step::Kill => {
                    kin::kill(live.leader);
                    continue;
                }
                Step::Wait(time) => {
                    let look = vitals.due(Instant::now());
                    Some(time.map_or(look, |time| time.min(look)))
                }
            };
            match self.receive(within) {
                Some(Message::Exited(of, how)) if of == run => {
                    exit = Some(how);
                    course.exited(Instant::now());
                }
                Some(Message::Drained(of)) if of == run => course.drained(),
                Some(Message::Terminate(signal)) => {
                    self.terminate(signal);
                    course.stop(Instant::now(), Stop::Cancelled);
                }
                Some(Message::Request(request, back)) => {
                    let reply = self.while_running(request, live, course);
                    let _ = back.send(reply);
                }
                Some(Message::Exited(..) | Message::Drained(_)) | None => {}
            }
        }
    }

    fn while_running(&mut self, request: Request, live: &Live, course: &mut Course) -> Reply {
        match request {
            Request::Type { bytes } => match STANDARD.decode(bytes) {
                Ok(bytes) if bytes.is_empty() => Reply::Ok,
                Ok(bytes) => {
                    let taken = live.type_bytes(bytes);
                    if taken { Reply::Ok } else { no("the program does not read what is typed") }
                }
                Err(e) => no(format!("not base64: {e}")),
            },
            Request::Cancel | Request::Choose(Choice::Cancel) => {
                self.choose(Choice::Cancel);
                course.stop(Instant::now(), Stop::Cancelled);
                Reply::Ok
            }
            Request::Choose(Choice::End) => {
                self.choose(Choice::End);
                self.end = Some(1);
                course.stop(Instant::now(), Stop::Cancelled);
                Reply::Ok
            }
            Request::Resize { cols, rows } => match live.resize(cols, rows) {
                Ok(()) => self.at_any_time(request, State::Running),
                Err(why) => no(why),
            },
            other => self.at_any_time(other, State::Running),
        }
    }
}

/// TERM to everything in the pty; where something there belongs to root (`sudo`), Ctrl-C reaches it all the same.
fn ask_to_end(live: &Live) {
    if !kin::signal(live.leader, Signal::TERM) {
        live.type_bytes(vec![3]);
    }
    kin::signal(live.leader, Signal::CONT);
}

/// What a program in our pty must know about its terminal, and what it must not believe of the caller's.
///
/// Pagers would wait for a key that nobody presses; the log is the pager.
fn terminal_env() -> BTreeMap<String, Option<String>> {
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    let mut env = BTreeMap::new();
    env.insert("TERM".to_owned(), Some(if dumb { "dumb" } else { super::TERM }.to_owned()));
    for name in ["PAGER", "GIT_PAGER", "SYSTEMD_PAGER", "MANPAGER"] {
        env.insert(name.to_owned(), Some("cat".to_owned()));
    }
    for name in ["COLUMNS", "LINES", "TMUX", "STY", "TERM_PROGRAM", "TERM_PROGRAM_VERSION"] {
        env.insert(name.to_owned(), None);
    }
    env
}

/// What the shell calls the script in its messages: a word of its own, without a colon.
fn name(job: &Job<'_>) -> String {
    match job.kind {
        RunKind::Stage => format!("stage-{}", job.stage.id),
        RunKind::Check => format!("check-{}", job.stage.id),
        RunKind::Fix => "fix".to_owned(),
        RunKind::Verify => "verify".to_owned(),
    }
}

fn label(job: &Job<'_>) -> String {
    let fix = job.fix.map(|fix| format!("{}/{}", fix.rule, fix.fix)).unwrap_or_default();
    match job.kind {
        RunKind::Stage => format!("stage {}", job.stage.id),
        RunKind::Check => format!("check {}", job.stage.id),
        RunKind::Fix => format!("fix {fix}"),
        RunKind::Verify => format!("verify {fix}"),
    }
}

fn in_words(ended: &RunEnded) -> String {
    let how = match (&ended.signal, ended.exit) {
        (Some(signal), _) => format!("failed, {signal}"),
        (None, Some(code)) => format!("failed, exit {code}"),
        (None, None) => "failed".to_owned(),
    };
    let outcome = match ended.outcome {
        Outcome::Passed => "passed".to_owned(),
        Outcome::Failed => how,
        Outcome::CheckFailed => "exit 0, yet".to_owned(),
        Outcome::TimedOut => "timed out".to_owned(),
        Outcome::Cancelled => "cancelled".to_owned(),
        Outcome::NotStarted => "not started".to_owned(),
    };
    match (&ended.why, ended.outcome) {
        (Some(why), Outcome::CheckFailed) => format!("{outcome} {why}"),
        (Some(why), _) => format!("{outcome}: {why}"),
        (None, _) => outcome,
    }
}

/// A time limit as plans write it: `90s`, `45m`, `12h`.
fn spoken(limit: Duration) -> String {
    match limit.as_secs() {
        s if s >= 3600 && s % 3600 == 0 => format!("{}h", s / 3600),
        s if s >= 60 && s % 60 == 0 => format!("{}m", s / 60),
        s => format!("{s}s"),
    }
}
