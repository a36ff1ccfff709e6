//! A recording being played: where in it the user is, how fast it goes on, where its markers are.
//!
//! Pure: real time is an argument. The events are folded by the model; this only says which.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use crate::event::{Event, Note, Timed};

/// Pauses of a recording are cut to this.
const IDLE: Duration = Duration::from_secs(2);
/// Slowest and fastest.
const SPEEDS: (f64, f64) = (0.25, 64.0);

/// A recording and the user's place in it.
pub struct Replay {
    events: Arc<[Timed]>,
    /// Indices of events that one can jump to.
    markers: Vec<usize>,
    /// Events already shown.
    position: usize,
    /// Session time of the last shown event.
    base: Duration,
    /// Session time that passed since, while playing.
    waited: Duration,
    /// Real time of the last advance.
    last: Option<Duration>,
    /// Whether time passes.
    pub playing: bool,
    /// How many times as fast.
    pub speed: f64,
}

impl Replay {
    /// At the beginning, paused.
    pub fn new(events: Arc<[Timed]>, speed: f64) -> Self {
        let markers = events.iter().enumerate().filter(|(_, timed)| is_marker(&timed.event)).map(|(at, _)| at).collect();
        let speed = if speed > 0.0 { speed.clamp(SPEEDS.0, SPEEDS.1) } else { 1.0 };
        Self {
            events,
            markers,
            position: 0,
            base: Duration::ZERO,
            waited: Duration::ZERO,
            last: None,
            playing: false,
            speed,
        }
    }

    /// All events, shared.
    pub fn events(&self) -> Arc<[Timed]> {
        Arc::clone(&self.events)
    }

    /// Session time now.
    pub fn clock(&self) -> Duration {
        self.base + self.waited
    }

    /// Session time of the last event.
    pub fn length(&self) -> Duration {
        self.events.last().map_or(Duration::ZERO, |timed| timed.at)
    }

    /// Whether everything was shown.
    pub fn at_end(&self) -> bool {
        self.position >= self.events.len()
    }

    /// Real time goes on to `now`; the events to show.
    pub fn advance(&mut self, now: Duration) -> Range<usize> {
        let passed = now.saturating_sub(self.last.replace(now).unwrap_or(now));
        let start = self.position;
        if !self.playing {
            return start..start;
        }
        let mut budget = passed.mul_f64(self.speed);
        while let Some(need) = self.need() {
            if budget < need {
                self.waited += budget;
                break;
            }
            budget -= need;
            self.pass_one();
        }
        self.playing = !self.at_end();
        start..self.position
    }

    /// Session time until the next event is due, pauses cut.
    fn need(&self) -> Option<Duration> {
        let next = self.events.get(self.position)?;
        Some(next.at.saturating_sub(self.base).min(IDLE).saturating_sub(self.waited))
    }

    fn pass_one(&mut self) {
        if let Some(event) = self.events.get(self.position) {
            self.base = event.at;
            self.waited = Duration::ZERO;
            self.position += 1;
        }
    }

    /// Real time until the next event is due, while playing.
    pub fn due(&self) -> Option<Duration> {
        if !self.playing {
            return None;
        }
        self.need().map(|need| need.div_f64(self.speed))
    }

    /// Plays or pauses; at the end there is nothing to play.
    pub fn toggle(&mut self, now: Duration) {
        self.playing = !self.playing && !self.at_end();
        self.last = Some(now);
    }

    /// One event further that shows something; pauses.
    pub fn step(&mut self) -> Range<usize> {
        self.playing = false;
        let start = self.position;
        while !self.at_end() {
            let shows = !matches!(self.events[self.position].event, Event::Exact(_) | Event::Resize { .. });
            self.pass_one();
            if shows {
                break;
            }
        }
        start..self.position
    }

    /// Where the next or previous marker is, as a position for [`Replay::go`].
    pub fn marker(&self, forward: bool) -> usize {
        if forward {
            let next = self.markers.iter().find(|at| **at >= self.position);
            next.map_or(self.events.len(), |at| at + 1)
        } else {
            let before = self.markers.iter().rev().find(|at| **at + 1 < self.position);
            before.map_or(0, |at| at + 1)
        }
    }

    /// The position at session time `at`.
    pub fn position_at(&self, at: Duration) -> usize {
        self.events.partition_point(|timed| timed.at <= at)
    }

    /// The position right after stage `id` first starts.
    pub fn position_of_stage(&self, id: &str) -> Option<usize> {
        let starts = |timed: &Timed| matches!(&timed.event, Event::Note(Note::RunStarted(run)) if run.stage == id);
        self.events.iter().position(starts).map(|at| at + 1)
    }

    /// Number of events.
    pub fn end(&self) -> usize {
        self.events.len()
    }

    /// Goes to a position. The events to show, and whether everything shown before has to be forgotten first.
    pub fn go(&mut self, position: usize) -> (bool, Range<usize>) {
        let position = position.min(self.events.len());
        let back = position < self.position;
        let start = if back { 0 } else { self.position };
        self.position = position;
        self.waited = Duration::ZERO;
        self.base = position.checked_sub(1).map_or(Duration::ZERO, |last| self.events[last].at);
        self.playing &= !self.at_end();
        (back, start..position)
    }

    /// Twice or half as fast.
    pub fn change_speed(&mut self, faster: bool) {
        let speed = if faster { self.speed * 2.0 } else { self.speed / 2.0 };
        self.speed = speed.clamp(SPEEDS.0, SPEEDS.1);
    }
}

fn is_marker(event: &Event) -> bool {
    matches!(event, Event::Marker(_) | Event::Exit(_) | Event::Note(Note::RunStarted(_) | Note::Waiting { .. }))
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
        replay.change_speed(true);
        assert_eq!(replay.advance(S * 13 + S / 2), 3..4);
        assert!(!replay.playing, "pauses at the end");
        assert_eq!(replay.due(), None);
    }

    #[test]
    fn paused_time_does_not_count() {
        let mut replay = recording(&[1, 2]);
        assert_eq!(replay.advance(S * 50), 0..0);
        replay.toggle(S * 60);
        assert_eq!(replay.advance(S * 60), 0..0);
        assert_eq!(replay.advance(S * 61), 0..1);
        assert_eq!(replay.step(), 1..2);
        assert!(!replay.playing);
    }

    #[test]
    fn going_back_means_starting_over() {
        let mut replay = recording(&[1, 2, 3, 4]);
        assert_eq!(replay.go(3), (false, 0..3));
        assert_eq!(replay.go(replay.position_at(S * 2)), (true, 0..2));
        assert_eq!(replay.clock(), S * 2);
        assert_eq!(replay.go(99), (false, 2..4));
        assert!(replay.at_end());
    }

    #[test]
    fn speed_stays_sane() {
        let mut replay = recording(&[1]);
        for _ in 0..20 {
            replay.change_speed(true);
        }
        assert!((replay.speed - 64.0).abs() < f64::EPSILON);
        for _ in 0..20 {
            replay.change_speed(false);
        }
        assert!((replay.speed - 0.25).abs() < f64::EPSILON);
        assert!((Replay::new(Vec::new().into(), f64::NAN).speed - 1.0).abs() < f64::EPSILON);
    }
}
