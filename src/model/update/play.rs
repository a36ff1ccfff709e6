//! Time travel: play, step, seek, forward and back; in a recording, and in a session that goes on meanwhile.

use std::ops::Range;
use std::time::Duration;

use crate::event::{Event, Note, Timed};
use crate::model::action::Action;
use crate::model::effect::{Effect, Screen};
use crate::model::replay::{Replay, Spot};
use crate::model::{Mode, Model, NoticeKind, Pane, Phase};

/// A place in the recording that the user wants to be at, while the way there is gone in portions.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::model) struct Goal {
    to: Spot,
    then: Then,
}

/// What is to be done there.
#[derive(Debug, Clone, PartialEq)]
enum Then {
    /// Nothing more.
    Stay,
    /// The time is this then.
    Wait(Duration),
    /// The way ends where the next finding comes up.
    Find,
    /// This finding is shown.
    Show(Moment),
    /// That is where the session is now.
    Present,
}

/// When a finding came up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::model) struct Moment {
    event: usize,
    rule: String,
    line: u64,
}

/// The session's own file is being read; what came meanwhile.
#[derive(Debug)]
pub(in crate::model) struct Recall {
    from: usize,
    since: Vec<Timed>,
}

impl Model {
    fn replay_mut(&mut self) -> Option<&mut Replay> {
        match &mut self.mode {
            Mode::Replay(replay) | Mode::Past(replay) => Some(replay),
            Mode::Live => None,
        }
    }

    /// Actions on the recording; `None` where the action is none, or nothing is recorded.
    pub(super) fn act_on_replay(&mut self, action: Action) -> Option<Vec<Effect>> {
        let now = self.now;
        match action {
            Action::LookBack => return Some(self.look_back()),
            Action::Present => {
                self.catch_up_with_now();
                return Some(Vec::new());
            }
            _ => {}
        }
        let replay = self.replay_mut()?;
        let here = replay.here();
        match action {
            Action::Play => replay.toggle(now),
            Action::Faster | Action::Slower => replay.change_speed(now, action == Action::Faster),
            Action::Idle => {
                replay.change_idle();
                let cut = replay.cuts_pauses();
                self.notify(NoticeKind::Idle(cut));
            }
            Action::Step | Action::StepBack => {
                replay.pause(now);
                let to = if action == Action::Step { replay.line_after() } else { replay.line_before() };
                self.travel(to, Then::Stay);
            }
            Action::NextMarker | Action::PreviousMarker => {
                let to = replay.marker(action == Action::NextMarker);
                self.travel(to, Then::Stay);
            }
            Action::NextStage | Action::PreviousStage => {
                let to = replay.stage(action == Action::NextStage);
                self.travel(to, Then::Stay);
            }
            Action::NextMoment => self.next_moment(here),
            Action::PreviousMoment => {
                let before = self.moments.iter().filter(|moment| Spot::at(moment.event) < here);
                match before.max_by_key(|moment| moment.event).cloned() {
                    Some(moment) => self.show_moment(moment),
                    None => self.notify(NoticeKind::NoFinding),
                }
            }
            Action::Rewind => self.seek(0),
            Action::ToEnd if matches!(self.mode, Mode::Past(_)) => self.catch_up_with_now(),
            Action::ToEnd => self.seek(usize::MAX),
            _ => return None,
        }
        Some(Vec::new())
    }

    fn next_moment(&mut self, here: Spot) {
        let after = self.moments.iter().filter(|moment| Spot::at(moment.event) > here);
        if let Some(moment) = after.min_by_key(|moment| moment.event).cloned() {
            return self.show_moment(moment);
        }
        let end = self.recording().map_or(0, Replay::end);
        if here.event >= end {
            return self.notify(NoticeKind::NoFinding);
        }
        self.travel(Spot::at(end), Then::Find);
    }

    fn show_moment(&mut self, moment: Moment) {
        if let Some(replay) = self.replay_mut() {
            replay.pause(Duration::ZERO);
        }
        self.travel(Spot::at(moment.event), Then::Show(moment));
    }

    /// Shows the recording up to a position, forgetting what comes after it. A long way is gone in portions:
    /// [`Model::work`] goes on with it.
    pub fn seek(&mut self, position: usize) {
        self.travel(Spot::at(position), Then::Stay);
    }

    /// Shows the recording as it was at a moment.
    pub fn seek_time(&mut self, at: Duration) {
        let Some(to) = self.recording().map(|replay| replay.position_at(at)) else { return };
        self.travel(Spot::at(to), Then::Wait(at));
    }

    fn travel(&mut self, to: Spot, then: Then) {
        let now = self.now;
        let Some(replay) = self.replay_mut() else { return };
        let to = to.min(Spot::at(replay.end()));
        if to < replay.here() {
            let event = self.return_to(to.event);
            if let Some(replay) = self.replay_mut() {
                replay.back_to(now, event);
            }
            if event == to.event && to.byte == 0 {
                // Nothing will be folded on the way, so nobody else takes stock.
                drop(self.settle());
            }
        }
        self.log.follow = true;
        self.goal = Some(Goal { to, then });
        self.go_on();
    }

    /// Goes a portion of the way to where the user wants to be; `true` while some of it is left.
    pub(in crate::model) fn go_on(&mut self) -> bool {
        let now = self.now;
        let Some(goal) = self.goal.clone() else { return false };
        let known = self.moments.len();
        let Some(replay) = self.replay_mut() else { return false };
        let stop = replay.portion(goal.to);
        let part = replay.go(now, stop);
        self.show(part);
        if goal.then == Then::Find {
            let new = self.moments[known.min(self.moments.len())..].iter().min_by_key(|moment| moment.event);
            if let Some(moment) = new.cloned() {
                self.show_moment(moment);
                return self.goal.is_some();
            }
        }
        if stop < goal.to {
            return true;
        }
        self.goal = None;
        self.arrived(goal.then);
        self.goal.is_some()
    }

    fn arrived(&mut self, then: Then) {
        let now = self.now;
        match then {
            Then::Stay => {}
            Then::Wait(at) => {
                if let Some(replay) = self.replay_mut() {
                    replay.wait_at(now, at);
                }
            }
            Then::Find => self.notify(NoticeKind::NoFinding),
            Then::Show(moment) => {
                let index = self.findings.list.iter().position(|entry| {
                    let (rule, line) = entry.key();
                    (rule, line) == (moment.rule.as_str(), moment.line)
                });
                match index {
                    Some(index) => self.select_finding(index),
                    None if moment.line > 0 => {
                        self.log.lit = Some(moment.line - 1..moment.line);
                        self.log.reveal(moment.line - 1);
                    }
                    None => {}
                }
            }
            Then::Present if self.recording().is_some_and(|replay| !replay.at_end()) => {
                self.catch_up_with_now();
            }
            Then::Present => self.live_again(),
        }
    }

    /// How much of the way to where the user wants to be is gone, in percent, while some of it is left.
    pub fn loading(&self) -> Option<u64> {
        let (goal, replay) = (self.goal.as_ref()?, self.recording()?);
        Some(replay.gone(goal.to))
    }

    /// The position in the recording, chosen by a look at it.
    pub fn seek_to(&mut self, choose: impl FnOnce(&Replay) -> usize) {
        if let Some(position) = self.recording().map(choose) {
            self.seek(position);
        }
    }

    pub(super) fn play_on(&mut self) -> Vec<Effect> {
        let now = self.now;
        if std::mem::take(&mut self.owes) {
            return self.settle();
        }
        if self.goal.is_some() {
            return Vec::new();
        }
        if let Some(replay) = self.replay_mut() {
            let played = replay.playing();
            let part = replay.advance(now);
            let there = played && !replay.playing();
            self.show(part);
            if there && matches!(self.mode, Mode::Past(_)) {
                self.live_again();
            }
        }
        Vec::new()
    }

    fn show(&mut self, part: Range<Spot>) {
        if part.is_empty() {
            return;
        }
        let Some(events) = self.recording().map(Replay::events) else { return };
        let Range { start, end } = part;
        let mut from = start.event;
        if start.byte > 0 {
            let upto = (start.event == end.event).then_some(end.byte);
            self.fold_part(&events[start.event], start.byte, upto);
            if upto.is_none() {
                from += 1;
            }
        }
        if from < end.event {
            self.fold_all(&events[from..end.event]);
        }
        if end.byte > 0 && (start.event < end.event || start.byte == 0) {
            self.fold_part(&events[end.event], 0, Some(end.byte));
        }
        // A recording wants nothing of the world; whatever folding asks for stays unasked.
        drop(self.settle());
    }

    /// Folds a part of an output; with its last byte the event is done.
    fn fold_part(&mut self, timed: &Timed, from: usize, to: Option<usize>) {
        let Event::Output(text) = &timed.event else { return };
        let part = text.get(from..to.unwrap_or(text.len())).unwrap_or_default();
        self.fold_one(&Timed { at: timed.at, event: Event::Output(part.to_owned()) });
        if to.is_none() {
            self.trail.walk(timed);
        }
    }

    /// A live session from here on as a recording; its events so far have to be fetched first.
    fn look_back(&mut self) -> Vec<Effect> {
        match self.mode {
            Mode::Live if self.recall.is_none() && self.own => {
                self.recall = Some(Recall { from: self.trail.folded, since: Vec::new() });
                vec![Screen::Recall.into()]
            }
            _ => Vec::new(),
        }
    }

    /// The events of the session's file.
    pub(super) fn recalled(&mut self, mut events: Vec<Timed>) {
        let Some(recall) = self.recall.take() else { return };
        if events.len() < recall.from {
            return self.notify(NoticeKind::NoPast);
        }
        events.truncate(recall.from);
        events.extend(recall.since);
        let mut replay = Replay::new(events, 1.0);
        let _ = replay.go(self.now, Spot::at(self.trail.folded));
        self.typing = false;
        self.meanwhile = None;
        self.mode = Mode::Past(Box::new(replay));
    }

    /// Events came. While the user is in the past, they are kept for later.
    pub(super) fn heard(&mut self, events: Vec<Timed>) -> Vec<Effect> {
        for timed in &events {
            self.timeline.hear(timed);
        }
        if let Some(recall) = &mut self.recall {
            recall.since.extend(events.iter().cloned());
        }
        if !matches!(self.mode, Mode::Past(_)) {
            return self.fold(&events);
        }
        for timed in &events {
            self.tell_time(timed.at);
            match &timed.event {
                Event::Exit(status) => self.meanwhile = Some(Phase::Ended(*status)),
                Event::Note(Note::Waiting { stage }) => {
                    self.meanwhile = Some(Phase::Waiting { stage: stage.clone() });
                }
                Event::Note(Note::RunStarted(_)) => self.meanwhile = Some(Phase::Running),
                _ => {}
            }
        }
        if let Some(replay) = self.replay_mut() {
            replay.append(events);
        }
        Vec::new()
    }

    fn catch_up_with_now(&mut self) {
        if matches!(self.mode, Mode::Past(_)) {
            let end = self.recording().map_or(0, Replay::end);
            self.travel(Spot::at(end), Then::Present);
        }
    }

    fn live_again(&mut self) {
        self.mode = Mode::Live;
        self.meanwhile = None;
        self.log.end();
        self.owes = true;
        if std::mem::take(&mut self.gone) {
            self.runner_gone();
        }
    }

    /// How far behind the session the user is who looks back.
    pub fn behind(&self) -> Option<Duration> {
        match &self.mode {
            Mode::Past(replay) => Some(self.present().saturating_sub(replay.clock())),
            _ => None,
        }
    }

    /// Findings that were not there before, with the event that brought their line; `lines` says where in the
    /// batch that was just folded how many lines there were.
    pub(in crate::model) fn note_moments(&mut self, lines: &[(usize, u64)]) {
        for entry in &self.findings.list {
            let (rule, line) = entry.key();
            if self.moments.iter().any(|known| known.line == line && known.rule == rule) {
                continue;
            }
            let at = lines.iter().find(|(_, count)| *count >= line && line > 0).or(lines.last());
            let event = at.map_or(self.trail.folded, |(event, _)| *event);
            self.moments.push(Moment { event, rule: rule.to_owned(), line });
        }
    }

    /// The user moves about in time by columns of the timeline.
    pub(super) fn move_in_timeline(&mut self, action: Action) {
        let length = self.span();
        let column = length / u32::from(self.timeline.columns.max(1));
        let here = self.time_here();
        let to = match action {
            Action::Left | Action::Up => here.saturating_sub(column),
            Action::Right | Action::Down => here + column,
            Action::PageUp | Action::HalfUp => here.saturating_sub(column * 8),
            Action::PageDown | Action::HalfDown => here + column * 8,
            Action::Top => Duration::ZERO,
            Action::Bottom => length,
            _ => return,
        };
        self.go_to_time(to);
    }

    /// The time that the timeline is drawn for.
    pub fn span(&self) -> Duration {
        let length = match &self.mode {
            Mode::Replay(replay) => replay.length(),
            Mode::Live | Mode::Past(_) => self.present().max(self.timeline.end()),
        };
        length.max(Duration::from_secs(1))
    }

    /// Where in time the user is.
    pub fn time_here(&self) -> Duration {
        match (&self.mode, self.timeline.cursor) {
            (Mode::Live, Some(cursor)) => cursor,
            _ => match (&self.goal, self.recording()) {
                (Some(Goal { then: Then::Wait(at), .. }), _) => *at,
                (Some(goal), Some(replay)) => replay.time_of(goal.to),
                _ => self.clock(),
            },
        }
    }

    /// A recording goes to this time; of a live session the log goes to what came then.
    pub(in crate::model) fn go_to_time(&mut self, at: Duration) {
        let at = at.min(self.span());
        if self.is_replay() {
            return self.seek_time(at);
        }
        self.timeline.cursor = Some(at).filter(|at| *at < self.span());
        if self.timeline.cursor.is_none() || !self.log.go(&crate::model::log::Place::Time(at)) {
            self.log.end();
        }
    }

    /// A click on a column of the timeline, of so many.
    pub(super) fn click_time(&mut self, column: u16) {
        self.focus = Pane::Timeline;
        let columns = u32::from(self.timeline.columns.max(1));
        self.go_to_time(self.span() * u32::from(column) / columns);
    }
}
