//! A build without a screen: the log to stdout, what ktui has to say to stderr, fixes up to the allowed risk.
//!
//! Drives the same runner by the same requests as the app; all it knows comes out of the session log.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use tokio::signal::unix::{SignalKind, signal};

use super::rules::Knowledge;
use super::{Caller, FAILED, INTERRUPTED, OK, machine};
use crate::diagnose::engine::{Context, Engine, StageEnd};
use crate::diagnose::fact::Ask;
use crate::diagnose::familiar::Familiar;
use crate::diagnose::rule::{Kind, Risk, Severity};
use crate::diagnose::source::{Frame, Location};
use crate::event::{Choice, Event, Note, Outcome, RunEnded, RunKind, RunStarted};
use crate::locale::ui::{Say, Tell};
use crate::locale::{Lang, Speak};
use crate::model::log::Asks;
use crate::probe::Prober;
use crate::remedy::{Fix, Machine};
use crate::report::{Report, text};
use crate::runner::client::Client;
use crate::runner::protocol::{FixOrder, Reply, Request, State};
use crate::session::reader::Reader;
use crate::session::store::SessionDir;
use crate::target::Target;
use crate::text::plain;

/// How often the log is looked at; a line is on stdout this long after it was written, at most.
const TICK: Duration = Duration::from_millis(40);
/// A line longer than this, in bytes, asks nothing.
const LONGEST_QUESTION: usize = 2000;
/// So many quiet looks later, the runner is asked whether it still lives.
const QUIET_TICKS: u32 = 50;
/// A stage that fails this often is not mended by one more fix.
const MOST_ATTEMPTS: u32 = 12;

/// What a build without a screen is made of.
pub(super) struct Headless<'a> {
    /// The session that the runner writes.
    pub session: &'a SessionDir,
    /// The line to the runner; `None` where it has ended already.
    pub client: Option<Client>,
    /// Rules and packages.
    pub knowledge: &'a Knowledge,
    /// Where the stages run.
    pub target: Target,
    /// What fixes need to know of the machine that the last stage ran on.
    pub machine: Machine,
    /// Which of the stages' own targets that is; empty for `target`.
    pub machine_of: String,
    /// Fixes up to this risk run without asking; `None`: none do.
    pub allowed: Option<Risk>,
    /// What the stages printed when they last went well.
    pub familiar: Familiar,
    /// Language and colour.
    pub caller: Caller,
}

/// What the log has told so far.
struct Progress {
    engine: Engine,
    /// What occupies the pty.
    run: Option<RunStarted>,
    /// The last try of a stage.
    stage: Option<RunStarted>,
    attempt: u32,
    tried: BTreeSet<String>,
    mended: bool,
    /// The line that the run is writing, without an end yet.
    open_line: String,
    /// It was told that this line seems to wait for an answer.
    is_asked: bool,
    /// It was told that the log cannot be written.
    is_unwritten: bool,
    /// What stands where findings point, by question.
    sources: BTreeMap<String, Frame>,
}

/// Ended by SIGTERM, by SIGHUP: as shells count them.
const TERMINATED: u8 = 128 + 15;
const HUNG_UP: u8 = 128 + 1;

impl Headless<'_> {
    /// Follows the session to its end; answers the exit status.
    ///
    /// # Errors
    /// Where the session's log cannot be read.
    pub(super) fn follow(mut self) -> Result<u8> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            // Listens before all else: a Ctrl-C that comes while rules are loaded or an event is taken in must not
            // be lost.
            let mut ctrl_c = signal(SignalKind::interrupt())?;
            // A CI that cancels a job sends the one, a connection that is lost the other.
            let mut terminated = signal(SignalKind::terminate())?;
            let mut hung_up = signal(SignalKind::hangup())?;
            let mut reader = Reader::open(self.session.cast())?;
            let mut progress = Progress {
                engine: self.fresh_engine(None),
                run: None,
                stage: None,
                attempt: 0,
                tried: BTreeSet::new(),
                mended: false,
                open_line: String::new(),
                is_asked: false,
                is_unwritten: false,
                sources: BTreeMap::new(),
            };
            let mut tick = tokio::time::interval(TICK);
            let mut quiet = 0;
            let mut interrupted = None;
            loop {
                let stopped = tokio::select! {
                    _ = tick.tick() => None,
                    _ = ctrl_c.recv() => Some(INTERRUPTED),
                    _ = terminated.recv() => Some(TERMINATED),
                    _ = hung_up.recv() => Some(HUNG_UP),
                };
                if let Some(status) = stopped {
                    if interrupted.is_some() {
                        return Ok(status);
                    }
                    interrupted = Some(status);
                    self.stop();
                }
                let events = reader.poll()?;
                quiet = if events.is_empty() { quiet + 1 } else { 0 };
                for timed in events {
                    if let Some(status) = self.take(timed.event, &mut progress, interrupted.is_some()) {
                        return Ok(interrupted.unwrap_or(status));
                    }
                }
                if quiet == QUIET_TICKS {
                    quiet = 0;
                    self.tell_of_question(&mut progress);
                    if let Some(status) = self.greet(&mut progress) {
                        return Ok(interrupted.unwrap_or(status));
                    }
                }
            }
        })
    }

    fn fresh_engine(&self, stage: Option<&str>) -> Engine {
        let context = Context {
            stage: stage.map(str::to_owned),
            arch: Some(self.machine.arch.clone()).filter(|arch| !arch.is_empty()),
            distro: self.machine.distro.clone(),
            project: self.machine.project.clone(),
            familiar: Some(self.familiar.clone()),
            ..Context::default()
        };
        Engine::new(Arc::clone(&self.knowledge.rules), context, self.caller.lang)
    }

    /// One event; `Some(status)` at the session's end.
    fn take(&mut self, event: Event, progress: &mut Progress, interrupted: bool) -> Option<u8> {
        match event {
            Event::Output(output) => {
                // Who reads it may have seen enough (`| head`); the build goes on, and so do decisions about it.
                super::say(&output);
                progress.engine.push(output.as_bytes());
                progress.said(&output);
            }
            Event::Note(Note::RunStarted(run)) => self.started(run, progress),
            Event::Note(Note::RunEnded(end)) => ended(&end, progress, self.caller.lang),
            Event::Note(Note::Fact(fact)) => progress.engine.fact(&fact),
            Event::Note(Note::DiskTrouble { why }) => {
                progress.is_unwritten = false;
                talkln!("ktui: {}", Tell::LogNotWritten { why: &why }.text(self.caller.lang));
            }
            Event::Note(Note::Waiting { stage }) if !interrupted => self.decide(&stage, progress),
            Event::Exit(0) => return Some(OK),
            Event::Exit(_) => return Some(FAILED),
            _ => {}
        }
        None
    }

    fn started(&mut self, run: RunStarted, progress: &mut Progress) {
        let lang = self.caller.lang;
        let what = match run.kind {
            RunKind::Stage => Tell::RunStage { stage: &run.stage }.text(lang),
            RunKind::Check => Tell::RunCheck { stage: &run.stage }.text(lang),
            RunKind::Fix => Tell::RunFix { fix: run.fix.as_deref().unwrap_or_default() }.text(lang),
            RunKind::Verify => Say::RunVerify.text(lang).to_owned(),
        };
        talkln!("ktui: {what}: {}", first_line(&run.command));
        if run.kind == RunKind::Stage {
            self.go_to(&run);
            progress.engine = self.fresh_engine(Some(&run.stage));
            progress.engine.stage_started(&run.stage);
            progress.attempt = run.attempt;
            progress.mended = false;
            progress.sources.clear();
            progress.stage = Some(run.clone());
        }
        progress.run = Some(run);
    }

    /// Fixes of a stage with a target of its own need to know that machine.
    fn go_to(&mut self, run: &RunStarted) {
        if run.target != self.machine_of {
            let there = machine::of_target(&machine::of_run(&self.target, &run.target));
            self.machine = Machine { project: self.machine.project.take(), ..there };
            self.machine_of.clone_from(&run.target);
        }
        self.machine.dir = Some(run.dir.display().to_string());
    }

    /// A stage failed, or a fix for it ended: the next fix that is allowed, a retry, or the end.
    fn decide(&mut self, stage: &str, progress: &mut Progress) {
        if progress.mended {
            progress.mended = false;
            self.ask(&Request::Choose(Choice::Retry { stage: stage.to_owned() }));
            return;
        }
        self.answer_questions(progress);
        let report = self.report(progress);
        let next = self.next_fix(&report, progress);
        if progress.tried.is_empty() || next.is_none() {
            let look = text::Look { color: self.caller.color, width: 96, lang: self.caller.lang };
            talk!("{}", text::render(&report, look));
        }
        match next {
            Some((rule, fix)) if progress.attempt < MOST_ATTEMPTS => {
                let name = format!("{rule}/{}", fix.id);
                let tell = Tell::RunningFix { fix: &name, title: &fix.title };
                talkln!("ktui: {}", tell.text(self.caller.lang));
                progress.tried.insert(key(&rule, &fix));
                // A fix that only sets the environment has nothing to run; its retry follows at once.
                progress.mended = fix.commands.is_empty();
                let by = format!("--yes={}", self.allowed.unwrap_or_default().word());
                self.ask(&Request::Fix(FixOrder {
                    rule,
                    fix: fix.id,
                    title: fix.title,
                    commands: fix.commands,
                    env: fix.env,
                    verify: fix.verify,
                    by,
                    edited: false,
                }));
            }
            _ => self.ask(&Request::Choose(Choice::End)),
        }
    }

    fn answer_questions(&mut self, progress: &mut Progress) {
        let mut questions: Vec<Ask> = progress.engine.questions();
        questions.extend(machine::source_questions(&progress.engine.findings()));
        let mut prober = Prober::new(self.target.clone());
        if let Some(run) = &progress.stage {
            prober = machine::prober(&self.target, &run.target).in_dir(&run.dir).with_env(&run.env);
        }
        let answers = machine::answers(&questions, &prober);
        for (question, answer) in questions.iter().zip(answers) {
            let fact = crate::event::Fact { ask: question.to_string(), answer };
            progress.engine.fact(&fact);
            if let (Ask::Source(_), Some(frame)) = (question, Frame::from_answer(&fact.answer)) {
                progress.sources.insert(fact.ask.clone(), frame);
            }
            self.ask(&Request::Fact(fact));
        }
    }

    fn report(&self, progress: &Progress) -> Report {
        let diagnoses = progress.engine.findings().into_iter().map(|finding| {
            let source = Location::of(&finding)
                .and_then(|place| progress.sources.get(&Ask::Source(place).to_string()).cloned());
            self.knowledge.diagnosis(finding, source, &self.machine, self.caller.lang)
        });
        Report {
            source: self.session.id.clone(),
            lines: progress.engine.lines(),
            exit_code: None,
            diagnoses: diagnoses.collect(),
        }
    }

    /// The best fix of the best cause that is allowed, mends, and was not tried yet.
    fn next_fix(&self, report: &Report, progress: &Progress) -> Option<(String, Fix)> {
        let allowed = self.allowed?;
        report
            .diagnoses
            .iter()
            .filter(|d| d.finding.kind == Kind::Cause && d.finding.severity == Severity::Error)
            .flat_map(|d| d.fixes.iter().map(|fix| (d.finding.rule.clone(), fix.clone())))
            .find(|(rule, fix)| {
                fix.risk <= allowed && fix.mends() && !progress.tried.contains(&key(rule, fix))
            })
    }

    fn ask(&mut self, request: &Request) {
        let Some(client) = &mut self.client else { return };
        match client.request(request) {
            Ok(Reply::No { why }) => {
                talkln!("ktui: {}", Tell::Refuses { why: why.pick(self.caller.lang) }.text(self.caller.lang));
            }
            Ok(_) => {}
            Err(error) => talkln!("ktui: {}", error.said().pick(self.caller.lang)),
        }
    }

    /// Tells once that what runs seems to wait for an answer, and how to give it: nobody sits here.
    fn tell_of_question(&self, progress: &mut Progress) {
        let waits =
            progress.run.is_some() && Asks::of(&plain::clean(progress.open_line.as_bytes())).is_some();
        if waits && !std::mem::replace(&mut progress.is_asked, true) {
            talkln!("\nktui: {}", Tell::WaitsForAnswer { session: &self.session.id }.text(self.caller.lang));
        }
    }

    /// Asks the runner how it fares, since the log says nothing; `Some(status)` where that is the end.
    fn greet(&mut self, progress: &mut Progress) -> Option<u8> {
        let Some(greeting) = self.client.as_mut().and_then(|client| client.hello().ok()) else {
            talkln!("ktui: {}", Say::Gone.text(self.caller.lang));
            return Some(FAILED);
        };
        let why = greeting.trouble?;
        if !std::mem::replace(&mut progress.is_unwritten, true) {
            talkln!("ktui: {}", Tell::LogNotWritten { why: &why }.text(self.caller.lang));
        }
        match greeting.state {
            State::Ended => Some(if greeting.exit == Some(0) { OK } else { FAILED }),
            // What failed stands in the part of the log that nobody can read: there is nothing to decide by.
            State::Waiting => {
                self.ask(&Request::Choose(Choice::End));
                None
            }
            State::Running => None,
        }
    }

    fn stop(&mut self) {
        self.ask(&Request::Cancel);
        self.ask(&Request::Choose(Choice::End));
    }
}

impl Progress {
    /// Keeps the line that is being written; one that is no question any more, for its length, is not.
    fn said(&mut self, output: &str) {
        let open = output.rsplit(['\n', '\r']).next().unwrap_or_default();
        if open.len() < output.len() || self.open_line.len() > LONGEST_QUESTION {
            self.open_line.clear();
            self.is_asked = false;
        }
        self.open_line.push_str(open);
    }
}

fn ended(end: &RunEnded, progress: &mut Progress, lang: Lang) {
    let Some(run) = progress.run.take() else { return };
    match run.kind {
        RunKind::Stage | RunKind::Check => {
            progress.engine.stage_ended(&StageEnd {
                outcome: end.outcome,
                exit: end.exit,
                signal: end.signal.clone(),
            });
        }
        RunKind::Fix | RunKind::Verify => progress.mended = end.outcome == Outcome::Passed,
    }
    if run.kind == RunKind::Check && end.outcome == Outcome::Failed {
        let why = end.why.as_ref().map(|why| why.pick(lang)).unwrap_or_default();
        talkln!("ktui: {} {}: {why}", run.stage, Say::EndCheckFailed.text(lang));
    } else if end.outcome != Outcome::Passed {
        let why = because(end, lang);
        talkln!("ktui: {} {}{why}", run.stage, how_it_ended(end, lang));
    }
}

/// Why, where it is known; with what joins it to how it ended.
pub(super) fn because(end: &RunEnded, lang: Lang) -> String {
    let why = end.why.as_ref().map(|why| why.pick(lang));
    why.map(|why| format!("{}{why}", lang.pick(": ", "："))).unwrap_or_default()
}

/// How something that ran ended, in a few words.
pub(super) fn how_it_ended(end: &RunEnded, lang: Lang) -> String {
    let say = match (end.outcome, end.exit, &end.signal) {
        (Outcome::Passed, ..) => Say::EndPassed,
        (Outcome::TimedOut, ..) => Say::EndTimedOut,
        (Outcome::Cancelled, ..) => Say::EndStopped,
        (Outcome::CheckFailed, ..) => Say::EndCheckFailed,
        (Outcome::NotStarted, ..) => Say::EndNotStarted,
        (_, _, Some(signal)) => return Tell::EndSignal { signal }.text(lang),
        (_, Some(exit), None) => return Tell::EndExit { code: &exit.to_string() }.text(lang),
        (_, None, None) => Say::EndFailed,
    };
    say.text(lang).to_owned()
}

/// What makes two fixes the same try: a rule's fix with the same commands and environment.
fn key(rule: &str, fix: &Fix) -> String {
    format!("{rule}/{}\n{}\n{:?}", fix.id, fix.commands.join("\n"), fix.env)
}

fn first_line(command: &str) -> &str {
    let says = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    command.lines().find(says).unwrap_or_default()
}
