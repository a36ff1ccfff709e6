//! Replay clock: speed, idle limit, pause, step, seek. Pure; the time is an argument.
//!
//! Owns how time at the screen becomes time in the recording. Which event comes next is the caller's business:
//! it asks [`Clock::due`] again after each event, until none is due.

use std::time::Duration;

/// Slowest speed.
pub const SLOWEST: f64 = 0.25;
/// Fastest speed.
pub const FASTEST: f64 = 64.0;

/// Where a replay is.
#[derive(Debug, Clone, PartialEq)]
pub struct Clock {
    speed: f64,
    idle_limit: Option<Duration>,
    paused: bool,
    /// Time in the recording.
    position: Duration,
    /// Time in the recording since which nothing has happened.
    quiet_since: Duration,
    /// What of the time since `seen` is not used up yet, in time of the recording.
    budget: Duration,
    /// The screen's time when it last asked.
    seen: Option<Duration>,
}

impl Default for Clock {
    fn default() -> Self {
        Self::new(1.0, None)
    }
}

impl Clock {
    /// Stands at the start and runs. Pauses of the recording that are longer than `idle_limit` (in the
    /// recording's time) are cut to it.
    pub fn new(speed: f64, idle_limit: Option<Duration>) -> Self {
        Self {
            speed: within(speed),
            idle_limit,
            paused: false,
            position: Duration::ZERO,
            quiet_since: Duration::ZERO,
            budget: Duration::ZERO,
            seen: None,
        }
    }

    /// Time in the recording at `now` (the screen's time, which must not go backwards). All events up to it
    /// are due. `next` is the time of the next event that was not played yet; nothing once all were.
    ///
    /// Never goes past `next`: play it and ask again, with the same `now`, until the answer is before the next.
    pub fn due(&mut self, now: Duration, next: Option<Duration>) -> Duration {
        self.take(now);
        let Some(next) = next else {
            // After the last event there is nothing to wait for.
            self.budget = Duration::ZERO;
            return self.position;
        };
        if self.paused {
            return self.position;
        }
        if next <= self.position {
            self.quiet_since = self.position;
            return self.position;
        }
        let missing = self.missing(next);
        if self.budget >= missing {
            self.budget -= missing;
            self.arrive(next);
        } else {
            self.position += self.budget;
            self.budget = Duration::ZERO;
        }
        self.position
    }

    /// In what time (of the screen) the next event will be due; nothing while paused.
    pub fn wait(&self, next: Duration) -> Option<Duration> {
        if self.paused {
            return None;
        }
        let missing = self.missing(next).saturating_sub(self.budget);
        Some(missing.div_f64(self.speed))
    }

    /// Time in the recording.
    pub fn position(&self) -> Duration {
        self.position
    }

    /// Seconds of the recording in a second.
    pub fn speed(&self) -> f64 {
        self.speed
    }

    /// Whether it stands.
    pub fn is_paused(&self) -> bool {
        self.paused
    }

    /// The idle limit.
    pub fn idle_limit(&self) -> Option<Duration> {
        self.idle_limit
    }

    /// Sets the speed from `now` on, within [`SLOWEST`] and [`FASTEST`].
    pub fn set_speed(&mut self, now: Duration, speed: f64) {
        self.take(now);
        self.speed = within(speed);
    }

    /// Twice as fast.
    pub fn faster(&mut self, now: Duration) {
        self.set_speed(now, self.speed * 2.0);
    }

    /// Half as fast.
    pub fn slower(&mut self, now: Duration) {
        self.set_speed(now, self.speed / 2.0);
    }

    /// Sets the idle limit.
    pub fn set_idle_limit(&mut self, limit: Option<Duration>) {
        self.idle_limit = limit;
    }

    /// Stops or goes on.
    pub fn set_paused(&mut self, now: Duration, paused: bool) {
        self.take(now);
        if paused {
            self.budget = Duration::ZERO;
        }
        self.paused = paused;
    }

    /// Stops if it runs, goes on if it stands.
    pub fn toggle(&mut self, now: Duration) {
        self.set_paused(now, !self.paused);
    }

    /// Goes to the next event and stands there.
    pub fn step(&mut self, now: Duration, next: Duration) -> Duration {
        self.set_paused(now, true);
        self.arrive(next.max(self.position));
        self.position
    }

    /// Goes to any time of the recording, running or standing as before.
    pub fn seek(&mut self, now: Duration, to: Duration) {
        self.take(now);
        self.budget = Duration::ZERO;
        self.arrive(to);
    }

    /// Time of the recording that must pass before `next`.
    fn missing(&self, next: Duration) -> Duration {
        let real = next.saturating_sub(self.position);
        let waited = self.position.saturating_sub(self.quiet_since);
        self.idle_limit.map_or(real, |limit| real.min(limit.saturating_sub(waited)))
    }

    fn arrive(&mut self, at: Duration) {
        self.position = at;
        self.quiet_since = at;
    }

    /// Turns the screen's time since the last call into time of the recording.
    fn take(&mut self, now: Duration) {
        let passed = now.saturating_sub(self.seen.unwrap_or(now));
        self.seen = Some(now.max(self.seen.unwrap_or(now)));
        if !self.paused {
            self.budget += passed.mul_f64(self.speed);
        }
    }
}

fn within(speed: f64) -> f64 {
    if speed.is_nan() { 1.0 } else { speed.clamp(SLOWEST, FASTEST) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn s(seconds: f64) -> Duration {
        Duration::from_secs_f64(seconds)
    }

    /// Which events (given by their times) have been played at `now`.
    fn play(clock: &mut Clock, now: f64, events: &[f64], played: &mut usize) -> usize {
        loop {
            let next = events.get(*played).map(|at| s(*at));
            let due = clock.due(s(now), next);
            match next {
                Some(next) if next <= due => *played += 1,
                _ => return *played,
            }
        }
    }

    #[test]
    fn at_speed_one_events_come_at_their_times() {
        let (mut clock, mut played) = (Clock::default(), 0);
        let events = [0.0, 1.0, 1.0, 2.5];
        let mut at = |now| play(&mut clock, now, &events, &mut played);
        assert_eq!([at(100.0), at(100.9), at(101.0), at(102.4), at(102.5), at(200.0)], [1, 1, 3, 3, 4, 4]);
    }

    #[test]
    fn speed_counts_from_when_it_was_set() {
        let (mut clock, mut played) = (Clock::default(), 0);
        let events = [10.0, 20.0];
        clock.due(s(0.0), Some(s(10.0)));
        clock.set_speed(s(8.0), 4.0);
        assert_eq!(clock.wait(s(10.0)), Some(s(0.5)));
        assert_eq!(play(&mut clock, 8.4, &events, &mut played), 0);
        assert_eq!(play(&mut clock, 8.5, &events, &mut played), 1);
        assert_eq!(play(&mut clock, 11.0, &events, &mut played), 2);
        clock.set_speed(s(11.0), 1000.0);
        assert!((clock.speed() - FASTEST).abs() < f64::EPSILON);
        (0..20).for_each(|_| clock.slower(s(11.0)));
        assert!((clock.speed() - SLOWEST).abs() < f64::EPSILON);
    }

    #[test]
    fn long_pauses_are_cut_to_the_idle_limit() {
        let (mut clock, mut played) = (Clock::new(1.0, Some(s(2.0))), 0);
        let events = [1.0, 3600.0, 3601.0, 9999.0];
        let mut at = |now| play(&mut clock, now, &events, &mut played);
        assert_eq!(
            [at(0.0), at(1.0), at(2.9), at(3.0), at(3.9), at(4.0), at(5.9), at(6.0)],
            [0, 1, 1, 2, 2, 3, 3, 4]
        );
    }

    #[test]
    fn an_idle_limit_set_late_counts_what_was_waited() {
        let mut clock = Clock::default();
        clock.due(s(0.0), Some(s(0.0)));
        assert_eq!(clock.due(s(30.0), Some(s(100.0))), s(30.0));
        clock.set_idle_limit(Some(s(5.0)));
        assert_eq!(clock.due(s(30.0), Some(s(100.0))), s(100.0));
    }

    #[test]
    fn one_late_question_plays_all_that_is_due_and_no_more() {
        let (mut clock, mut played) = (Clock::new(1.0, Some(s(1.0))), 0);
        let events = [0.0, 100.0, 100.5, 200.0, 300.0];
        play(&mut clock, 0.0, &events, &mut played);
        assert_eq!(play(&mut clock, 2.5, &events, &mut played), 4);
    }

    #[test]
    fn a_pause_holds_the_position_whatever_time_passes() {
        let mut clock = Clock::default();
        clock.due(s(0.0), Some(s(10.0)));
        assert_eq!(clock.due(s(4.0), Some(s(10.0))), s(4.0));
        clock.toggle(s(4.0));
        assert_eq!(clock.due(s(99.0), Some(s(10.0))), s(4.0));
        assert_eq!(clock.wait(s(10.0)), None);
        clock.toggle(s(100.0));
        assert_eq!(clock.due(s(101.0), Some(s(10.0))), s(5.0));
    }

    #[test]
    fn stepping_stands_at_each_event() {
        let mut clock = Clock::default();
        assert_eq!(clock.step(s(0.0), s(7.0)), s(7.0));
        assert!(clock.is_paused());
        assert_eq!(clock.due(s(50.0), Some(s(8.0))), s(7.0));
        assert_eq!(clock.step(s(51.0), s(8.0)), s(8.0));
    }

    #[test]
    fn seeking_goes_both_ways_and_keeps_running() {
        let mut clock = Clock::default();
        clock.due(s(0.0), Some(s(100.0)));
        clock.seek(s(1.0), s(50.0));
        assert_eq!(clock.due(s(2.0), Some(s(100.0))), s(51.0));
        clock.seek(s(2.0), s(10.0));
        assert_eq!(clock.due(s(3.0), Some(s(100.0))), s(11.0));
    }

    proptest! {
        #[test]
        fn the_position_never_goes_back_nor_past_the_next_event(
            asks in prop::collection::vec((0u64..5000, 0u8..8), 1..40),
            gaps in prop::collection::vec(0u64..20_000, 1..20), limit in prop::option::of(0u64..3000),
        ) {
            let mut clock = Clock::new(1.0, limit.map(Duration::from_millis));
            let mut times = gaps.iter().scan(0, |at, gap| { *at += gap; Some(Duration::from_millis(*at)) });
            let mut next = times.next();
            let (mut now, mut last) = (Duration::ZERO, Duration::ZERO);
            for (step, act) in asks {
                now += Duration::from_millis(step);
                match act {
                    0 => clock.toggle(now),
                    1 => clock.faster(now),
                    2 => clock.slower(now),
                    _ => {}
                }
                let due = clock.due(now, next);
                prop_assert!(due >= last);
                prop_assert!(next.is_none_or(|next| due <= next));
                last = due;
                if next.is_some_and(|next| next <= due) {
                    next = times.next();
                }
            }
        }
    }
}
