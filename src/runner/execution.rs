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
use super::elsewhere::{self, Errand, Stopping};
use super::protocol::{FixOrder, Reply, Request, State};
use super::pty::{self, Command, Exit, Live};
use super::vitals::Vitals;
use super::words::{in_words, joined, label, name, unmet};
use super::{flags, kin, products, script};
use crate::event::{Choice, Event, Made, Note, Outcome, Program, RunEnded, RunKind, RunStarted};
use crate::locale::{Speak, Text, both};
use crate::plan::amount::shown_limit;
use crate::plan::resolve::ResolvedStage;
use crate::target::{NotATarget, Target};

/// A fix's verification that takes longer than this has not verified anything.
const VERIFY_LIMIT: Duration = Duration::from_secs(10 * 60);

/// How often requests are looked after while something other than the pty is waited for.
const MEANWHILE: Duration = Duration::from_millis(20);

/// A command to run.
pub(super) struct Job<'a> {
    pub(super) kind: RunKind,
    pub(super) stage: &'a ResolvedStage,
    attempt: u32,
    shell: Vec<String>,
    script: &'a str,
    limit: Option<Duration>,
    pub(super) fix: Option<&'a FixOrder>,
}

/// How it went.
struct Verdict {
    outcome: Outcome,
    exit: Option<Exit>,
    why: Option<Text>,
}

/// A run that is being waited for.
#[derive(Clone, Copy)]
struct Attended<'a> {
    run: u32,
    live: &'a Live,
    target: &'a Target,
}

impl Verdict {
    fn because(outcome: Outcome, why: Text) -> Self {
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
        let mut programs = Vec::new();
        if verdict.outcome.is_ok()
            && let Some(failure) = self.unproven(&job, &mut programs)
        {
            verdict = Verdict { exit: verdict.exit, ..failure };
        }
        let outcome = self.finish(run, started, &job, verdict);
        if outcome.is_ok() && !programs.is_empty() {
            self.record.note(Note::Made(Made { stage: stage.id.clone(), programs }));
        }
        outcome
    }

    /// What speaks against a stage that exited with 0; `programs` gets those that it left.
    fn unproven(&mut self, stage: &Job<'_>, programs: &mut Vec<Program>) -> Option<Verdict> {
        let Job { stage, attempt, .. } = *stage;
        let target = match self.target(stage) {
            Ok(target) => target,
            Err(why) => return Some(Verdict::because(Outcome::NotStarted, why)),
        };
        let (dir, products) = (stage.dir.clone(), stage.products.clone());
        let left = self.meanwhile(move || products::left(&target, &dir, &products));
        *programs = left.programs;
        if let Some(why) = left.lacking {
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
        let (outcome, why) = self.job_and_why(&check);
        match outcome {
            Outcome::Passed => None,
            Outcome::Cancelled => Some(Verdict { outcome, exit: None, why: None }),
            _ => Some(Verdict::because(
                Outcome::CheckFailed,
                why.unwrap_or_else(|| both!("its check failed", "其检查未通过")),
            )),
        }
    }

    /// Runs a fix and its verification; its environment and limits stay for every later try where the commands passed.
    pub(super) fn fix(&mut self, stage: &ResolvedStage, attempt: u32, fix: &FixOrder) {
        let before = self.extra.clone();
        self.extra.entry(stage.target.clone()).or_default().extend(fix.env.clone());
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
            self.limits.keep(&stage.target, command);
        }
        if !fix.verify.is_empty() {
            self.job(&Job { kind: RunKind::Verify, script: &fix.verify, limit: Some(VERIFY_LIMIT), ..job });
        }
    }

    fn job(&mut self, job: &Job<'_>) -> Outcome {
        self.job_and_why(job).0
    }

    fn job_and_why(&mut self, job: &Job<'_>) -> (Outcome, Option<Text>) {
        let (run, started) = self.begin(job);
        let verdict = self.in_pty(run, job);
        let why = verdict.why.clone();
        (self.finish(run, started, job, verdict), why)
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
            target: job.stage.target.clone(),
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
        let started = self.target(job.stage).and_then(|target| {
            let command = self.command(run, job, &target)?;
            let live = pty::start(run, &command, self.size, &self.record, &self.outbox);
            Ok((live?, target))
        });
        let (live, target) = match started {
            Ok(started) => started,
            Err(why) => return Verdict::because(Outcome::NotStarted, why),
        };
        let mut course = Course::new(Instant::now(), job.limit);
        let mut stopping = None;
        let exit = self.attend(&Attended { run, live: &live, target: &target }, &mut course, &mut stopping);
        script::forget(&self.folder, &name(job), run);
        let outcome = match (course.why(), exit) {
            (Some(Stop::Cancelled), _) => Outcome::Cancelled,
            (Some(Stop::TimedOut), _) => Outcome::TimedOut,
            (None, Some(exit)) if exit.ok() => Outcome::Passed,
            (None, _) => Outcome::Failed,
        };
        let mut why = Vec::new();
        match (outcome, job.limit) {
            (Outcome::TimedOut, Some(limit)) => {
                let limit = shown_limit(limit);
                why.push(both!("ran into its time limit of {limit}", "超过了 {limit} 的时限", limit));
            }
            (Outcome::Failed, _) if !target.is_local() => {
                let (there, mark) = (target.clone(), self.mark(run));
                let unsure = exit.is_none_or(|exit| exit.code == Some(elsewhere::SSH_FAILED));
                why.extend(self.meanwhile(move || elsewhere::break_in_the_line(&there, &mark, unsure)));
            }
            _ => {}
        }
        if outcome == Outcome::Failed && job.kind == RunKind::Check && why.is_empty() {
            why.push(unmet(job.script, live.last_line().as_deref()));
        }
        if stopping.is_some_and(|stopping| !stopping.worked()) {
            why.push(both!(
                "what it started on {target} may still run: it could not be stopped there",
                "它在 {target} 上启动的进程可能仍在运行：无法在那里停止"
            ));
        }
        Verdict { outcome, exit, why: (!why.is_empty()).then(|| joined(&why)) }
    }

    /// Where a stage runs; the error is in words.
    fn target(&self, stage: &ResolvedStage) -> Result<Target, Text> {
        let text = if stage.target.is_empty() { &self.order.plan.target } else { &stage.target };
        text.parse().map_err(|error: NotATarget| error.said())
    }

    fn mark(&self, run: u32) -> String {
        elsewhere::mark(&self.order.session, run, std::process::id())
    }

    fn command(&self, run: u32, job: &Job<'_>, target: &Target) -> Result<Command, Text> {
        let script = self.limits.before(&job.stage.target, &job.shell, job.script);
        let mut env = terminal_env();
        let added = self.added_env(job.stage).into_iter().map(|(name, value)| (name, Some(value)));
        if target.is_local() {
            let argv = script::argv(&self.folder, &self.secrets, &job.shell, &script, &name(job), run)?;
            env.extend(added);
            return Ok(Command { argv, dir: job.stage.dir.clone(), env });
        }
        let mut there = env.clone();
        there.remove("KTUI");
        there.extend(added);
        let errand = Errand {
            target,
            mark: &self.mark(run),
            shell: &job.shell,
            or_sh: matches!(job.kind, RunKind::Fix | RunKind::Verify),
            script: &script,
            in_file: script::needs_file(&self.secrets, &script),
            name: &name(job),
            dir: &job.stage.dir,
            env: &there,
        };
        let file = script::private_file(&self.folder, &errand.program(), &name(job), run)
            .map_err(|e| Text::verbatim(format!("{}: {e}", self.folder.display())))?;
        Ok(Command { argv: errand.argv(&file), dir: self.folder.clone(), env })
    }

    /// What the plan and the fixes add to the environment.
    pub(super) fn added_env(&self, stage: &ResolvedStage) -> BTreeMap<String, String> {
        let mut env = stage.env.clone();
        let is_here = self.target(stage).is_ok_and(|target| target.is_local());
        let inherited = |name: &str| is_here.then(|| std::env::var(name).ok()).flatten();
        for (name, value) in self.extra.get(&stage.target).into_iter().flatten() {
            let before = env.get(name).cloned().or_else(|| inherited(name)).unwrap_or_default();
            env.insert(name.clone(), flags::joined(name, &before, value));
        }
        env
    }

    /// Does something that may take a while, and answers requests meanwhile.
    fn meanwhile<T: Default + Send + 'static>(&mut self, work: impl FnOnce() -> T + Send + 'static) -> T {
        let (tell, told) = std::sync::mpsc::channel();
        std::thread::spawn(move || tell.send(work()));
        loop {
            match told.recv_timeout(MEANWHILE) {
                Ok(done) => return done,
                Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => return T::default(),
                Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {}
            }
            while let Some(message) = self.receive(Some(Duration::ZERO)) {
                match message {
                    Message::Request(request, back) => {
                        let _ = back.send(self.at_any_time(request, State::Running));
                    }
                    Message::Terminate(signal) => self.terminate(signal),
                    Message::Exited(..) | Message::Drained(_) => {}
                }
            }
        }
    }

    fn attend(
        &mut self,
        what: &Attended<'_>,
        course: &mut Course,
        stopping: &mut Option<Stopping>,
    ) -> Option<Exit> {
        let Attended { run, live, target } = *what;
        let mut exit = None;
        let look = Duration::from_millis(self.order.look.max(1));
        let mut vitals = Vitals::new(Instant::now(), look);
        loop {
            if let Some(activity) = vitals.look(Instant::now(), run, live.bytes(), live.leader) {
                self.record.note(Note::Activity(activity));
            }
            let alive = || kin::alive(live.leader) || stopping.as_ref().is_some_and(Stopping::under_way);
            let step = course.next(Instant::now(), live.bytes(), alive);
            let within = match step {
                Step::Finish => return exit,
                Step::Term if target.is_local() => {
                    ask_to_end(live);
                    continue;
                }
                Step::Term => {
                    // Ctrl-C reaches what `sudo` started there, too.
                    live.type_bytes(vec![3]);
                    *stopping = Some(Stopping::begin(target, &self.mark(run)));
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
                    if taken {
                        Reply::Ok
                    } else {
                        no(both!("the program does not read what is typed", "该程序不读取键入的内容"))
                    }
                }
                Err(e) => no(both!("not base64: {e}", "不是 base64：{e}")),
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
    // Plans call ktui itself from their scripts.
    if let Ok(program) = std::env::current_exe() {
        env.insert("KTUI".to_owned(), Some(program.to_string_lossy().into_owned()));
    }
    for name in ["COLUMNS", "LINES", "TMUX", "STY", "TERM_PROGRAM", "TERM_PROGRAM_VERSION"] {
        env.insert(name.to_owned(), None);
    }
    env
}
