//! How far the whole build is, for whoever shows it outside of the screen: the terminal's tab, the task bar.

use std::time::Duration;

use super::stages::{Stage, StageState};
use super::{Model, Phase};

/// How far the build is. Percent are of all stages that are to run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Progress {
    /// Nothing is built, or no longer.
    #[default]
    None,
    /// It runs, and nobody knows how far it is.
    Unknown,
    /// So far, in percent.
    At(u8),
    /// It waits for a yes.
    Held(u8),
    /// It failed: it is over, or waits for a decision.
    Failed(u8),
}

impl Model {
    /// How far the build is; of a recording nothing is to be told.
    pub fn progress(&self) -> Progress {
        if self.is_replay() {
            return Progress::None;
        }
        let part = self.stages.part(self.clock());
        let percent = part.map_or(0, |part| (part * 100.0) as u8);
        match self.phase {
            Phase::Starting | Phase::Running => part.map_or(Progress::Unknown, |_| Progress::At(percent)),
            Phase::Held(_) => Progress::Held(percent),
            Phase::Waiting { .. } => Progress::Failed(percent),
            Phase::Ended(0) => Progress::None,
            Phase::Ended(_) | Phase::Cut => Progress::Failed(100),
        }
    }
}

impl super::stages::Stages {
    /// How much of what is to run is done, from 0 to 1: by the stages' usual times where all have one, else each counts
    /// alike. A single stage that tells nothing tells nothing of the whole, either.
    fn part(&self, now: Duration) -> Option<f32> {
        let due: Vec<&Stage> =
            self.list.iter().filter(|stage| !matches!(stage.state, StageState::Skipped(_))).collect();
        let timed = due.iter().all(|stage| stage.usual.is_some());
        let weight = |stage: &Stage| match stage.usual {
            Some(usual) if timed => usual.as_secs_f32().max(0.1),
            _ => 1.0,
        };
        let all: f32 = due.iter().map(|stage| weight(stage)).sum();
        if due.is_empty() || due.len() == 1 && due[0].done(now).is_none() {
            return None;
        }
        let done: f32 = due.iter().map(|stage| weight(stage) * stage.done(now).unwrap_or(0.0)).sum();
        Some((done / all).clamp(0.0, 1.0))
    }
}

impl Stage {
    /// How much of it is done: by its own count, else by its usual time, of which the last part is never sure.
    fn done(&self, now: Duration) -> Option<f32> {
        if let StageState::Done(outcome) = self.state {
            return outcome.is_ok().then_some(1.0);
        }
        let spent = self.active().then(|| self.duration(now)).flatten()?;
        let by_time = self.usual.map(|usual| (spent.as_secs_f32() / usual.as_secs_f32().max(0.1)).min(0.95));
        self.gauge.reading().whole().or(by_time)
    }
}
