//! The stages: what each is doing, for how long, at which try; and what occupies the pty right now.

use std::time::Duration;

use super::gauge::Gauge;
use crate::event::{Activity, Outcome, Program, RunEnded, RunKind, RunStarted, StageOutline};

/// What a stage is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StageState {
    /// Its turn has not come.
    Pending,
    /// Does not run this time, and why.
    Skipped(String),
    /// Runs.
    Running,
    /// Its success check runs.
    Checking,
    /// Over.
    Done(Outcome),
    /// The session was cut off while it ran.
    Cut,
}

/// A stage of the plan, as far as the log told.
#[derive(Debug, Clone)]
pub struct Stage {
    /// The plan's id.
    pub id: String,
    /// One line.
    pub title: String,
    /// What it does.
    pub explain: String,
    /// What it is doing.
    pub state: StageState,
    /// How often it was tried.
    pub attempts: u32,
    /// When the last try began, in session time.
    pub began: Option<Duration>,
    /// How long the last try took, once it is over.
    pub took: Option<Duration>,
    /// Its last run's script, shell and folder.
    pub run: Option<RunStarted>,
    /// How the last run ended.
    pub ended: Option<RunEnded>,
    /// The log line (from 0) where the last try began.
    pub line: u64,
    /// How far it is, and what it does while it says nothing.
    pub gauge: Gauge,
    /// How long it took in earlier sessions on this machine.
    pub usual: Option<Duration>,
    /// The programs that it left.
    pub made: Vec<Program>,
}

impl Stage {
    fn new(outline: &StageOutline) -> Self {
        Self {
            id: outline.id.clone(),
            title: outline.title.clone(),
            explain: outline.explain.clone(),
            state: match &outline.skipped {
                Some(why) => StageState::Skipped(why.clone()),
                None => StageState::Pending,
            },
            attempts: 0,
            began: None,
            took: None,
            run: None,
            ended: None,
            line: 0,
            gauge: Gauge::new(&outline.progress),
            usual: outline.usual.map(Duration::from_millis),
            made: Vec::new(),
        }
    }

    /// How much longer it will take, going by its own progress where that tells, else by earlier sessions.
    pub fn left(&self, now: Duration) -> Option<Duration> {
        let spent = self.active().then(|| self.duration(now)).flatten()?;
        match (self.gauge.reading().whole(), self.usual) {
            // Too little is no ground to reckon from.
            (Some(part), None) if part >= 0.1 => {
                Some(Duration::from_secs_f32(spent.as_secs_f32() * (1.0 - part) / part))
            }
            (_, Some(usual)) => usual.checked_sub(spent),
            _ => None,
        }
    }

    /// How long its last try takes or took at session time `now`.
    pub fn duration(&self, now: Duration) -> Option<Duration> {
        self.took.or_else(|| Some(now.saturating_sub(self.began?)))
    }

    /// Whether it is over and may not be built upon.
    pub fn failed(&self) -> bool {
        matches!(self.state, StageState::Done(outcome) if !outcome.is_ok())
    }

    /// Whether something of it runs.
    pub fn active(&self) -> bool {
        matches!(self.state, StageState::Running | StageState::Checking)
    }
}

/// All stages, and which one is selected.
#[derive(Debug, Clone, Default)]
pub struct Stages {
    /// In the plan's order.
    pub list: Vec<Stage>,
    /// Index of the selected one.
    pub selected: usize,
    /// What occupies the pty: a stage and, inside it, its check; or a fix.
    open: Vec<RunStarted>,
    /// Fixes that ran, in order.
    pub fixes: Vec<FixRecord>,
    /// Whether the user moved the selection (then it no longer follows the build).
    pinned: bool,
}

/// A fix that ran.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixRecord {
    /// `RULE/FIX`.
    pub name: String,
    /// Its title, where it is known.
    pub title: String,
    /// The stage it was for.
    pub stage: String,
    /// The log line (from 0) where it began.
    pub line: u64,
    /// How its last command, or its verification, ended.
    pub outcome: Option<Outcome>,
    /// The runner went on to something else.
    pub over: bool,
}

impl Stages {
    /// The session announced its stages.
    pub fn announce(&mut self, outlines: &[StageOutline]) {
        self.list = outlines.iter().map(Stage::new).collect();
        self.selected = 0;
    }

    /// The stage of this id; made where the session did not announce it.
    pub fn stage(&mut self, id: &str) -> &mut Stage {
        let index = self.list.iter().position(|stage| stage.id == id).unwrap_or_else(|| {
            let outline = StageOutline { id: id.to_owned(), title: id.to_owned(), ..StageOutline::default() };
            self.list.push(Stage::new(&outline));
            self.list.len() - 1
        });
        &mut self.list[index]
    }

    /// Step mode holds a stage back: it is what the user looks at.
    pub fn held(&mut self, id: &str) {
        self.follow(id);
    }

    /// Something starts in the pty, at log line `line`.
    pub fn started(&mut self, run: &RunStarted, at: Duration, line: u64) {
        self.open.push(run.clone());
        match run.kind {
            RunKind::Stage => {
                let stage = self.stage(&run.stage);
                stage.state = StageState::Running;
                stage.attempts = run.attempt;
                stage.began = Some(at);
                stage.took = None;
                stage.ended = None;
                stage.made.clear();
                stage.line = line;
                stage.run = Some(run.clone());
                stage.gauge.restart(at);
                self.follow(&run.stage);
            }
            RunKind::Check => self.stage(&run.stage).state = StageState::Checking,
            RunKind::Fix => {
                let name = run.fix.clone().unwrap_or_default();
                // Every command of a fix is a run of its own.
                let goes_on = self.fixes.last().is_some_and(|fix| fix.name == name && !fix.over);
                if !goes_on {
                    let title = if run.title.is_empty() { name.clone() } else { run.title.clone() };
                    self.fixes.push(FixRecord {
                        title,
                        name,
                        stage: run.stage.clone(),
                        line,
                        outcome: None,
                        over: false,
                    });
                }
            }
            RunKind::Verify => {}
        }
    }

    /// It ended; says what it was.
    pub fn ended(&mut self, end: &RunEnded) -> Option<RunStarted> {
        let at_index = self.open.iter().rposition(|run| run.run == end.run)?;
        let run = self.open.remove(at_index);
        match run.kind {
            RunKind::Stage => {
                let stage = self.stage(&run.stage);
                stage.state = StageState::Done(end.outcome);
                stage.took = Some(Duration::from_millis(end.millis));
                stage.ended = Some(end.clone());
            }
            RunKind::Check => {
                // The stage's own end follows and says what this means.
                self.stage(&run.stage).state = StageState::Running;
            }
            RunKind::Fix | RunKind::Verify => {
                if let Some(fix) = self.fixes.last_mut() {
                    fix.outcome = Some(end.outcome);
                }
            }
        }
        Some(run)
    }

    /// What occupies the pty wrote something.
    pub fn output(&mut self, bytes: &[u8], at: Duration) {
        let Some(run) = self.open.last() else { return };
        if let Some(stage) = self.list.iter_mut().find(|stage| stage.id == run.stage) {
            stage.gauge.output(bytes, at);
        }
    }

    /// It was looked at while it said nothing.
    pub fn activity(&mut self, activity: &Activity) {
        let Some(run) = self.open.iter().find(|run| run.run == activity.run) else { return };
        if let Some(stage) = self.list.iter_mut().find(|stage| stage.id == run.stage) {
            stage.gauge.activity(activity);
        }
    }

    /// What occupies the pty right now.
    pub fn current(&self) -> Option<&RunStarted> {
        self.open.last()
    }

    /// What occupies the pty, or else the stage that ran last.
    pub fn last_run(&self) -> Option<&RunStarted> {
        let by_number = |stage: &&Stage| stage.run.as_ref().map(|run| run.run);
        self.current().or_else(|| self.list.iter().max_by_key(by_number)?.run.as_ref())
    }

    /// The fix that just ran and is through, where there is one.
    pub fn close_fix(&mut self) -> Option<&FixRecord> {
        let fix = self.fixes.last_mut().filter(|fix| !fix.over)?;
        fix.over = true;
        Some(fix)
    }

    /// The user goes on without a stage.
    pub fn skipped(&mut self, id: &str) {
        self.stage(id).state = StageState::Skipped(String::new());
    }

    /// The session ended: nothing runs any more.
    pub fn closed(&mut self, cut: bool) {
        self.open.clear();
        for stage in self.list.iter_mut().filter(|stage| stage.active()) {
            stage.state = if cut { StageState::Cut } else { StageState::Done(Outcome::Cancelled) };
        }
    }

    fn follow(&mut self, id: &str) {
        let found = self.list.iter().position(|stage| stage.id == id);
        if let Some(index) = found.filter(|_| !self.pinned) {
            self.selected = index;
        }
    }

    /// Moves the selection by the user's hand.
    pub fn select(&mut self, index: usize) {
        self.selected = index.min(self.list.len().saturating_sub(1));
        self.pinned = true;
    }

    /// Which one is selected, and whether by the user's hand.
    pub(super) fn selection(&self) -> (usize, bool) {
        (self.selected, self.pinned)
    }

    /// The stage that ran and has this id, or whose title begins so.
    pub fn named(&self, name: &str) -> Option<usize> {
        let ran = |stage: &Stage| stage.attempts > 0;
        let name = name.to_lowercase();
        let by_id = self.list.iter().position(|stage| ran(stage) && stage.id.to_lowercase() == name);
        let begins = |stage: &Stage| {
            [&stage.id, &stage.title].iter().any(|text| text.to_lowercase().starts_with(&name))
        };
        by_id.or_else(|| self.list.iter().position(|stage| ran(stage) && begins(stage)))
    }

    /// A stage as people name it; by its id where it is not known.
    pub fn title_of<'a>(&'a self, id: &'a str) -> &'a str {
        self.list.iter().find(|stage| stage.id == id).map_or(id, |stage| &stage.title)
    }

    /// The selected stage.
    pub fn current_selection(&self) -> Option<&Stage> {
        self.list.get(self.selected)
    }

    /// The stage that runs or, where none does, the last one that failed.
    pub fn focus_of_attention(&self) -> Option<&Stage> {
        self.list.iter().find(|stage| stage.active()).or_else(|| self.list.iter().rev().find(|s| s.failed()))
    }

    /// How many stages have passed, and how many there are to run.
    pub fn tally(&self) -> (usize, usize) {
        let passed =
            self.list.iter().filter(|stage| stage.state == StageState::Done(Outcome::Passed)).count();
        let due = self.list.iter().filter(|stage| !matches!(stage.state, StageState::Skipped(_))).count();
        (passed, due)
    }
}
