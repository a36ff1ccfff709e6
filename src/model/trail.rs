//! Stops on the way through the log: the state as of then, so that going back need not begin at the start.
//!
//! Owns when a stop is left and which are given up: their number is bounded, so on a long way they lie further apart.

use std::time::Duration;

use super::findings::{self, Findings};
use super::log::{self, LogView};
use super::replay::weight;
use super::stages::Stages;
use super::{About, Model, Pane, Phase};
use crate::event::Timed;

/// So much work lies between two stops at first.
const APART: usize = 1 << 20;
/// So many stops are kept; when there are more, every second one goes.
const MOST: usize = 40;

/// The state after so many events.
struct Stop {
    event: usize,
    about: About,
    phase: Phase,
    own: bool,
    stages: Stages,
    log: log::Stop,
    findings: findings::Stop,
}

/// The way so far.
pub(super) struct Trail {
    /// Events that were folded.
    pub(super) folded: usize,
    /// Work since the last stop.
    walked: usize,
    apart: usize,
    stops: Vec<Stop>,
}

impl Default for Trail {
    fn default() -> Self {
        Self { folded: 0, walked: 0, apart: APART, stops: Vec::new() }
    }
}

impl Trail {
    /// One event further; whether a stop is due.
    pub(super) fn walk(&mut self, timed: &Timed) -> bool {
        self.folded += 1;
        self.walked += weight(timed);
        self.walked >= self.apart
    }

    fn leave(&mut self, stop: Stop) {
        self.walked = 0;
        self.stops.push(stop);
        if self.stops.len() > MOST {
            self.apart *= 2;
            let mut number = 0;
            self.stops.retain(|_| {
                number += 1;
                number % 2 == 0
            });
        }
    }

    /// Back to the last stop that is not beyond `event`; those after it are forgotten.
    fn back(&mut self, event: usize) -> Option<&Stop> {
        self.stops.retain(|stop| stop.event <= event);
        self.walked = 0;
        self.folded = self.stops.last().map_or(0, |stop| stop.event);
        self.stops.last()
    }
}

impl Model {
    /// Leaves a stop, where the state can be kept right now.
    pub(super) fn leave_stop(&mut self) {
        if self.exact.is_some() {
            return;
        }
        let (Some(log), Some(findings)) = (self.log.stop(), self.findings.stop()) else { return };
        self.trail.leave(Stop {
            event: self.trail.folded,
            about: self.about.clone(),
            phase: self.phase.clone(),
            own: self.own,
            stages: self.stages.clone(),
            log,
            findings,
        });
    }

    /// The state as of some event that is not beyond `event`, as near as it is to be had; says which.
    pub(super) fn return_to(&mut self, event: usize) -> usize {
        self.exact = None;
        self.screen.full.close();
        if std::mem::take(&mut self.moved_focus) {
            self.focus = Pane::Log;
        }
        let (selected, pinned) = self.stages.selection();
        let name = std::mem::take(&mut self.about.name);
        let at = if let Some(stop) = self.trail.back(event) {
            self.about = stop.about.clone();
            self.phase = stop.phase.clone();
            self.own = stop.own;
            self.stages = stop.stages.clone();
            self.log.return_to(&stop.log);
            self.findings.return_to(&stop.findings);
            stop.event
        } else {
            self.about = About::default();
            self.phase = Phase::Starting;
            self.own = false;
            self.stages = Stages::default();
            LogView::clear(&mut self.log);
            Findings::clear(&mut self.findings);
            0
        };
        self.about.name = name;
        if pinned {
            self.stages.select(selected);
        }
        at
    }

    /// When a line of the log came, where that is known.
    pub fn came(&self, line: u64) -> Option<Duration> {
        self.log.time_of(line)
    }
}
