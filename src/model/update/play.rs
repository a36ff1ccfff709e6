//! The recording: play, step, jump.

use std::ops::Range;

use crate::event::Timed;
use crate::model::action::Action;
use crate::model::effect::Effect;
use crate::model::replay::Replay;
use crate::model::stages::Stages;
use crate::model::{Mode, Model, Phase};

impl Model {
    /// Actions on the recording; `None` where the action is none, or nothing is recorded.
    pub(super) fn act_on_replay(&mut self, action: Action) -> Option<Vec<Effect>> {
        let now = self.now;
        let Mode::Replay(replay) = &mut self.mode else { return None };
        let range = match action {
            Action::Play => {
                replay.toggle(now);
                return Some(Vec::new());
            }
            Action::Faster | Action::Slower => {
                replay.change_speed(now, action == Action::Faster);
                return Some(Vec::new());
            }
            Action::Step => replay.step(now),
            Action::NextMarker | Action::PreviousMarker => {
                let to = replay.marker(action == Action::NextMarker);
                self.seek(to);
                return Some(Vec::new());
            }
            Action::Rewind => {
                self.seek(0);
                return Some(Vec::new());
            }
            Action::ToEnd => {
                self.seek(usize::MAX);
                return Some(Vec::new());
            }
            _ => return None,
        };
        self.show(range);
        Some(Vec::new())
    }

    /// Shows the recording up to a position, forgetting what comes after it. A long way is gone in portions:
    /// [`Model::work`] goes on with it.
    pub fn seek(&mut self, position: usize) {
        let now = self.now;
        let Mode::Replay(replay) = &mut self.mode else { return };
        let goal = position.min(replay.end());
        if replay.is_behind(goal) {
            replay.go(now, 0);
            self.forget();
        }
        self.log.follow = true;
        self.goal = Some(goal);
        self.go_on();
    }

    /// Goes a portion of the way to where the user wants to be; `true` while some of it is left.
    pub(in crate::model) fn go_on(&mut self) -> bool {
        let now = self.now;
        let (Some(goal), Mode::Replay(replay)) = (self.goal, &mut self.mode) else { return false };
        let stop = replay.portion(goal);
        let (_, range) = replay.go(now, stop);
        self.show(range);
        self.goal = (stop < goal).then_some(goal);
        self.goal.is_some()
    }

    /// How much of the way to where the user wants to be is gone, in percent, while some of it is left.
    pub fn loading(&self) -> Option<u64> {
        let (goal, replay) = (self.goal?, self.recording()?);
        Some(replay.gone(goal))
    }

    /// The position in the recording, chosen by a look at it.
    pub fn seek_to(&mut self, choose: impl FnOnce(&Replay) -> usize) {
        if let Some(position) = self.recording().map(choose) {
            self.seek(position);
        }
    }

    pub(super) fn play_on(&mut self) -> Vec<Effect> {
        let now = self.now;
        if let Mode::Replay(replay) = &mut self.mode {
            let range = replay.advance(now);
            self.show(range);
        }
        Vec::new()
    }

    fn show(&mut self, range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        if let Some(events) = self.recording().map(Replay::events) {
            let events: &[Timed] = events.get(range).unwrap_or_default();
            // A recording wants nothing of the world; whatever folding asks for stays unasked.
            drop(self.fold(events));
        }
    }

    fn forget(&mut self) {
        self.log.clear();
        self.screen.full.close();
        self.findings.clear();
        self.stages = Stages::default();
        self.phase = Phase::Starting;
        self.exact = None;
        self.own = false;
        self.moved_focus = false;
    }
}
