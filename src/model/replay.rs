//! A recording being played: where in it the user is, how fast it goes on, where its markers are.
//!
//! Pure: real time is an argument. The events are folded by the model; this only says which.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use crate::event::{Event, Note, Timed};
use crate::session::pace::Clock;

/// Pauses of a recording are cut to this.
const IDLE: Duration = Duration::from_secs(2);

/// About so many bytes of output are shown at once on the way to a place far off.
const PORTION: usize = 512 * 1024;

/// A recording and the user's place in it.
pub struct Replay {
    events: Arc<[Timed]>,
    /// Positions right after events that one can jump to.
    markers: Vec<usize>,
    /// Events already shown.
    position: usize,
    clock: Clock,
}

impl Replay {
    /// At the beginning, paused.
    pub fn new(events: Arc<[Timed]>, speed: f64) -> Self {
        let mut clock = Clock::new(if speed > 0.0 { speed } else { 1.0 }, Some(IDLE));
        clock.set_paused(Duration::ZERO, true);
        Self { markers: markers(&events), events, position: 0, clock }
    }

    /// All events, shared.
    pub fn events(&self) -> Arc<[Timed]> {
        Arc::clone(&self.events)
    }

    /// Session time now.
    pub fn clock(&self) -> Duration {
        self.clock.position()
    }

    /// Session time of the last event.
    pub fn length(&self) -> Duration {
        self.events.last().map_or(Duration::ZERO, |timed| timed.at)
    }

    /// Whether time passes.
    pub fn playing(&self) -> bool {
        !self.clock.is_paused()
    }

    /// How many times as fast.
    pub fn speed(&self) -> f64 {
        self.clock.speed()
    }

    /// Whether everything was shown.
    pub fn at_end(&self) -> bool {
        self.position >= self.events.len()
    }

    fn next(&self) -> Option<Duration> {
        self.events.get(self.position).map(|timed| timed.at)
    }

    /// Real time goes on to `now`; the events to show.
    pub fn advance(&mut self, now: Duration) -> Range<usize> {
        let start = self.position;
        loop {
            let next = self.next();
            let due = self.clock.due(now, next);
            match next {
                Some(next) if self.playing() && next <= due => self.position += 1,
                Some(_) => break,
                None => {
                    self.clock.set_paused(now, true);
                    break;
                }
            }
        }
        start..self.position
    }

    /// Real time until the next event is due, while playing.
    pub fn due(&self) -> Option<Duration> {
        self.next().and_then(|next| self.clock.wait(next))
    }

    /// Plays or pauses; at the end there is nothing to play.
    pub fn toggle(&mut self, now: Duration) {
        let pause = self.playing() || self.at_end();
        self.clock.set_paused(now, pause);
    }

    /// One event further that shows something; pauses.
    pub fn step(&mut self, now: Duration) -> Range<usize> {
        let start = self.position;
        while let Some(timed) = self.events.get(self.position) {
            self.clock.step(now, timed.at);
            self.position += 1;
            if !matches!(timed.event, Event::Exact(_) | Event::Resize { .. }) {
                break;
            }
        }
        start..self.position
    }

    /// Where the next or previous marker is, as a position for [`Replay::go`].
    pub fn marker(&self, forward: bool) -> usize {
        if forward {
            self.markers.iter().copied().find(|at| *at > self.position).unwrap_or(self.events.len())
        } else {
            self.markers.iter().copied().rev().find(|at| *at < self.position).unwrap_or(0)
        }
    }

    /// The position at session time `at`.
    pub fn position_at(&self, at: Duration) -> usize {
        self.events.partition_point(|timed| timed.at <= at)
    }

    /// The position right after stage `id` first starts.
    pub fn position_of_stage(&self, id: &str) -> Option<usize> {
        let starts =
            |timed: &Timed| matches!(&timed.event, Event::Note(Note::RunStarted(run)) if run.stage == id);
        self.events.iter().position(starts).map(|at| at + 1)
    }

    /// Number of events.
    pub fn end(&self) -> usize {
        self.events.len()
    }

    /// Whether a position was passed already.
    pub fn is_behind(&self, position: usize) -> bool {
        position < self.position
    }

    /// How far towards `goal` one portion of events leads.
    pub fn portion(&self, goal: usize) -> usize {
        let mut size = 0;
        let left = self.events.get(self.position..goal).unwrap_or_default();
        let fits = |timed: &&Timed| {
            size += match &timed.event {
                Event::Output(text) => text.len() + 64,
                _ => 64,
            };
            size <= PORTION
        };
        // One event at least, however large.
        (self.position + left.iter().take_while(fits).count().max(1)).min(goal.max(self.position))
    }

    /// How much of the way to `goal` is gone, in percent.
    pub fn gone(&self, goal: usize) -> u64 {
        self.position as u64 * 100 / goal.max(1) as u64
    }

    /// Goes to a position. The events to show, and whether everything shown before has to be forgotten first.
    pub fn go(&mut self, now: Duration, position: usize) -> (bool, Range<usize>) {
        let position = position.min(self.events.len());
        let back = position < self.position;
        let start = if back { 0 } else { self.position };
        self.position = position;
        let at = position.checked_sub(1).map_or(Duration::ZERO, |last| self.events[last].at);
        self.clock.seek(now, at);
        if self.at_end() {
            self.clock.set_paused(now, true);
        }
        (back, start..position)
    }

    /// Twice or half as fast.
    pub fn change_speed(&mut self, now: Duration, faster: bool) {
        if faster { self.clock.faster(now) } else { self.clock.slower(now) }
    }
}

/// Positions right after what one can jump to. A label and the note that says the same are one place.
fn markers(events: &[Timed]) -> Vec<usize> {
    let is_marker = |timed: &Timed| {
        matches!(
            timed.event,
            Event::Marker(_)
                | Event::Exit(_)
                | Event::Note(Note::RunStarted(_) | Note::RunEnded(_) | Note::Waiting { .. })
        )
    };
    let mut markers: Vec<usize> = Vec::new();
    for (index, timed) in events.iter().enumerate() {
        if !is_marker(timed) {
            continue;
        }
        match markers.last_mut() {
            Some(last) if *last == index => *last += 1,
            _ => markers.push(index + 1),
        }
    }
    markers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recording(seconds: &[u64]) -> Replay {
        let events: Vec<Timed> = seconds
            .iter()
            .map(|at| Timed { at: Duration::from_secs(*at), event: Event::Output(format!("{at}\n")) })
            .collect();
        Replay::new(events.into(), 1.0)
    }

    const S: Duration = Duration::from_secs(1);

    #[test]
    fn plays_in_time_and_cuts_long_pauses() {
        let mut replay = recording(&[0, 1, 100, 101]);
        replay.toggle(S * 10);
        assert_eq!(replay.advance(S * 10), 0..1);
        assert_eq!(replay.due(), Some(S));
        assert_eq!(replay.advance(S * 11), 1..2);
        assert_eq!(replay.due(), Some(IDLE), "99 seconds of silence are cut");
        assert_eq!(replay.advance(S * 12), 2..2);
        assert_eq!(replay.clock(), S * 2);
        assert_eq!(replay.advance(S * 13), 2..3);
        replay.change_speed(S * 13, true);
        assert_eq!(replay.advance(S * 13 + S / 2), 3..4);
        assert!(!replay.playing(), "pauses at the end");
        assert_eq!(replay.due(), None);
    }

    #[test]
    fn paused_time_does_not_count() {
        let mut replay = recording(&[1, 2]);
        assert_eq!(replay.advance(S * 50), 0..0);
        replay.toggle(S * 60);
        assert_eq!(replay.advance(S * 60), 0..0);
        assert_eq!(replay.advance(S * 61), 0..1);
        assert_eq!(replay.step(S * 61), 1..2);
        assert!(!replay.playing());
    }

    #[test]
    fn going_back_means_starting_over() {
        let mut replay = recording(&[1, 2, 3, 4]);
        assert_eq!(replay.go(S, 3), (false, 0..3));
        assert_eq!(replay.go(S, replay.position_at(S * 2)), (true, 0..2));
        assert_eq!(replay.clock(), S * 2);
        assert_eq!(replay.go(S, 99), (false, 2..4));
        assert!(replay.at_end());
    }

    #[test]
    fn markers_next_to_each_other_are_one_place() {
        let marker = |label: &str| Event::Marker(label.to_owned());
        let events =
            [marker("a"), marker("b"), Event::Output("x".into()), marker("c"), Event::Output("y".into())];
        let events: Vec<Timed> = events.into_iter().map(|event| Timed { at: S, event }).collect();
        let mut replay = Replay::new(events.into(), 1.0);
        let stops: Vec<usize> = (0..3)
            .map(|_| {
                let at = replay.marker(true);
                replay.go(S, at);
                at
            })
            .collect();
        assert_eq!(stops, [2, 4, 5]);
        assert_eq!(replay.marker(false), 4);
    }
}
