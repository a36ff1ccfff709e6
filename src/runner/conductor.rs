//! Decides what runs next: stages in order, after a failure whatever the screens ask for.
//!
//! The only place that changes the session's course. It takes one message after another, so nothing here
//! needs a lock; running one command is `execution`'s, waiting before a stage is `stepping`'s.
#![expect(clippy::disallowed_methods, reason = "measures how long nobody looked")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender};
use std::time::{Duration, Instant};

use super::limits::Limits;
use super::order::Order;
use super::protocol::{FixOrder, Reply, Request, State};
use super::pty::Exit;
use super::record::Record;
use super::socket::Screens;
use super::stepping::{Stepped, is_masked, masked};
use super::words::{has_ended, nothing_runs, other_waits};
use crate::event::{Choice, Event, Note, SessionStart};
use crate::locale::{Text, both};
use crate::plan::resolve::ResolvedStage;

/// A session that waits for a decision while nobody looks ends after this.
const ABANDONED: Duration = Duration::from_secs(12 * 60 * 60);
/// How often a waiting runner looks whether somebody does.
const LOOK: Duration = Duration::from_secs(30);
/// A runner whose log waits for the disk gives it up after this, and looks so often whether there is room.
const LINGER: Duration = Duration::from_secs(10 * 60);
const ROOM: Duration = Duration::from_secs(1);

/// What a request that comes while something is waited for leads to.
pub(super) type Answered<T> = (Reply, Option<T>);

/// What reaches the conductor.
pub(super) enum Message {
    /// A screen asks; the reply goes back.
    Request(Request, SyncSender<Reply>),
    /// Every process has closed this run's terminal.
    Drained(u32),
    /// This run's first process ended.
    Exited(u32, Exit),
    /// The runner itself was told to end, by this signal.
    Terminate(i32),
}

/// One session, being built.
pub(super) struct Conductor {
    /// What to do.
    pub(super) order: Order,
    /// The session's folder.
    pub(super) folder: PathBuf,
    /// Values that must show nowhere, the process list included.
    pub(super) secrets: Vec<String>,
    /// The session's log.
    pub(super) record: Record,
    /// What happens.
    pub(super) inbox: Receiver<Message>,
    /// For those who tell the inbox.
    pub(super) outbox: Sender<Message>,
    /// Who looks.
    pub(super) screens: Screens,
    /// Columns and rows of the next pty.
    pub(super) size: (u16, u16),
    /// Environment that fixes added, by the target that they ran on.
    pub(super) extra: BTreeMap<String, BTreeMap<String, String>>,
    /// Limits that fixes raised.
    pub(super) limits: Limits,
    /// How many runs there were.
    pub(super) runs: u32,
    /// Set once the session shall end: its exit status.
    pub(super) end: Option<i32>,
}

/// What shall happen after a failure.
enum Decision {
    Fix(FixOrder),
    /// With this script, where it is not the last one.
    Retry(Option<String>),
    Skip,
    End,
}

impl Conductor {
    /// Builds; the answer is the session's exit status: 0 where every stage passed.
    pub(super) fn perform(&mut self) -> i32 {
        self.announce();
        let stages = std::mem::take(&mut self.order.plan.stages);
        let mut all_passed = true;
        for stage in stages.iter().filter(|stage| stage.skipped.is_none()) {
            all_passed &= self.see_through(stage);
            if let Some(code) = self.end {
                return code;
            }
        }
        i32::from(!all_passed)
    }

    /// The session ended with `exit`, and its log waits for the disk. Screens hear both from here until all is written,
    /// somebody ends the runner, or nobody can be expected to make room any more.
    pub(super) fn linger(&mut self, exit: i32) {
        let end = Instant::now() + LINGER;
        while self.record.trouble().is_some() && Instant::now() < end {
            let (request, back) = match self.inbox.recv_timeout(ROOM) {
                Ok(Message::Request(request, back)) => (request, back),
                Ok(Message::Terminate(_)) | Err(RecvTimeoutError::Disconnected) => return,
                Ok(_) | Err(RecvTimeoutError::Timeout) => continue,
            };
            let reply = match request {
                Request::Hello => Reply::State {
                    pid: std::process::id(),
                    state: State::Ended,
                    trouble: self.record.trouble(),
                    exit: Some(exit),
                },
                _ => no(has_ended()),
            };
            let _ = back.send(reply);
        }
    }

    fn announce(&self) {
        let plan = &self.order.plan;
        self.record.note(Note::Session(SessionStart {
            ktui: env!("CARGO_PKG_VERSION").to_owned(),
            plan: plan.plan.clone(),
            dir: plan.dir.clone(),
            target: plan.target.clone(),
            stages: plan.outline(),
            inputs: plan.shown_inputs(),
            resumes: self.order.resumes.clone(),
        }));
    }

    /// Runs a stage until it passed (`true`), or was skipped or the session shall end.
    fn see_through(&mut self, stage: &ResolvedStage) -> bool {
        let mut stage = stage.clone();
        match self.step(&mut stage) {
            Stepped::Run => {}
            // As with `--from`: what the user left out is not missed.
            Stepped::Skip => return true,
            Stepped::End => return false,
        }
        for attempt in 1.. {
            if self.stage(&stage, attempt).is_ok() {
                return true;
            }
            while self.end.is_none() {
                self.record.note(Note::Waiting { stage: stage.id.clone() });
                match self.decision(&stage) {
                    Decision::Fix(fix) => self.fix(&stage, attempt, &fix),
                    Decision::Retry(script) => {
                        stage.script = script.unwrap_or(stage.script);
                        break;
                    }
                    Decision::Skip => return false,
                    Decision::End => {
                        self.end.get_or_insert(1);
                    }
                }
            }
            if self.end.is_some() {
                return false;
            }
        }
        false
    }

    /// Waits for a decision about the failed stage.
    fn decision(&mut self, stage: &ResolvedStage) -> Decision {
        self.answer(|me, request| me.while_waiting(request, stage)).unwrap_or(Decision::End)
    }

    /// Takes requests until one of them is what is waited for; `None` where the session shall end instead.
    pub(super) fn answer<T>(&mut self, take: impl Fn(&mut Self, Request) -> Answered<T>) -> Option<T> {
        let mut seen = Instant::now();
        loop {
            match self.receive(Some(LOOK)) {
                Some(Message::Request(request, back)) => {
                    let (reply, answer) = take(self, request);
                    let _ = back.send(reply);
                    if answer.is_some() {
                        return answer;
                    }
                }
                Some(Message::Terminate(signal)) => {
                    self.terminate(signal);
                    return None;
                }
                Some(Message::Drained(_) | Message::Exited(..)) | None => {}
            }
            if self.screens.count() > 0 {
                seen = Instant::now();
            } else if seen.elapsed() >= ABANDONED || !self.folder.exists() {
                return None;
            }
        }
    }

    fn while_waiting(&mut self, request: Request, stage: &ResolvedStage) -> Answered<Decision> {
        let decided = |decision| (Reply::Ok, Some(decision));
        match request {
            Request::Fix(fix) => {
                self.choose(Choice::Fix {
                    rule: fix.rule.clone(),
                    fix: fix.fix.clone(),
                    commands: fix.commands.clone(),
                    by: fix.by.clone(),
                    edited: fix.edited,
                });
                decided(Decision::Fix(fix))
            }
            Request::Choose(choice) => {
                let decision = match &choice {
                    Choice::Retry { stage: id }
                    | Choice::Skip { stage: id }
                    | Choice::Start { stage: id, .. }
                        if *id != stage.id =>
                    {
                        return (no(other_waits(&stage.id)), None);
                    }
                    Choice::Start { script: Some(script), .. } if is_masked(script) => {
                        return (no(masked()), None);
                    }
                    Choice::Cancel => return (no(nothing_runs()), None),
                    Choice::RunThrough => {
                        return (no(both!("no stage is held back", "没有被暂缓的阶段")), None);
                    }
                    Choice::Retry { .. } => Decision::Retry(None),
                    Choice::Start { script, .. } => Decision::Retry(script.clone()),
                    Choice::Skip { .. } => Decision::Skip,
                    Choice::End => Decision::End,
                    Choice::Fix { rule, fix, commands, by, edited } => Decision::Fix(FixOrder {
                        rule: rule.clone(),
                        fix: fix.clone(),
                        title: String::new(),
                        commands: commands.clone(),
                        env: BTreeMap::new(),
                        verify: String::new(),
                        by: by.clone(),
                        edited: *edited,
                    }),
                };
                self.choose(choice);
                decided(decision)
            }
            Request::Type { .. } | Request::Cancel => (no(nothing_runs()), None),
            other => (self.at_any_time(other, State::Waiting), None),
        }
    }

    /// What is answered alike whether something runs or not.
    pub(super) fn at_any_time(&mut self, request: Request, state: State) -> Reply {
        match request {
            Request::Hello => {
                let trouble = self.record.trouble();
                Reply::State { pid: std::process::id(), state, trouble, exit: None }
            }
            Request::Fact(fact) => {
                self.record.note(Note::Fact(fact));
                Reply::Ok
            }
            Request::Resize { cols, rows } => {
                if (cols, rows) != self.size && cols > 0 && rows > 0 {
                    self.size = (cols, rows);
                    self.record.event(Event::Resize { cols, rows });
                }
                Reply::Ok
            }
            Request::Type { .. } | Request::Cancel | Request::Choose(_) | Request::Fix(_) => {
                no(both!("not now: something runs", "现在不行：有命令正在运行"))
            }
        }
    }

    /// The next message; `None` after the time.
    pub(super) fn receive(&self, within: Option<Duration>) -> Option<Message> {
        match within {
            None => self.inbox.recv().ok(),
            Some(time) => self.inbox.recv_timeout(time).ok(),
        }
    }

    /// Records a decision.
    pub(super) fn choose(&self, choice: Choice) {
        self.record.note(Note::Choice(choice));
    }

    /// The runner was told to end.
    pub(super) fn terminate(&mut self, signal: i32) {
        self.end.get_or_insert(128 + signal);
    }
}

/// A refusal.
pub(super) fn no(why: Text) -> Reply {
    Reply::No { why }
}
