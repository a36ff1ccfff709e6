//! A recording being played: where in it the user is, how fast it goes on, where its markers are.
//!
//! Pure: real time is an argument. The events are folded by the model; this only says which. A live session that is
//! looked back into is a recording that grows.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use crate::event::{Event, Note, RunKind, Timed};
use crate::session::pace::Clock;

/// Pauses of a recording are cut to this.
const IDLE: Duration = Duration::from_secs(2);

/// About so many bytes of output are shown at once on the way to a place far off.
const PORTION: usize = 512 * 1024;

/// A place in a recording: after so many events, and so many bytes of the output that follows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// Events before it.
    pub event: usize,
    /// Bytes of the next event that are before it, too.
    pub byte: usize,
}

impl Spot {
    /// Between two events.
    pub fn at(event: usize) -> Self {
        Self { event, byte: 0 }
    }
}

/// A recording and the user's place in it.
pub struct Replay {
    events: Arc<Vec<Timed>>,
    /// Positions right after events that one can jump to.
    markers: Vec<usize>,
    /// What was shown already.
    here: Spot,
    clock: Clock,
}

impl Replay {
    /// At the beginning, paused.
    pub fn new(events: Vec<Timed>, speed: f64) -> Self {
        let mut clock = Clock::new(if speed > 0.0 { speed } else { 1.0 }, Some(IDLE));
        clock.set_paused(Duration::ZERO, true);
        let mut markers = Vec::new();
        mark(&mut markers, &events, 0..events.len());
        Self { markers, events: Arc::new(events), here: Spot::default(), clock }
    }

    /// More was recorded.
    pub fn append(&mut self, events: Vec<Timed>) {
        let from = self.events.len();
        Arc::make_mut(&mut self.events).extend(events);
        mark(&mut self.markers, &self.events, from..self.events.len());
    }

    /// All events, shared.
    pub fn events(&self) -> Arc<Vec<Timed>> {
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

    /// Whether long pauses are cut.
    pub fn cuts_pauses(&self) -> bool {
        self.clock.idle_limit().is_some()
    }

    /// Cuts long pauses from now on, or lets them last.
    pub fn change_idle(&mut self) {
        let limit = if self.cuts_pauses() { None } else { Some(IDLE) };
        self.clock.set_idle_limit(limit);
    }

    /// Whether everything was shown.
    pub fn at_end(&self) -> bool {
        self.here.event >= self.events.len()
    }

    /// What was shown.
    pub fn here(&self) -> Spot {
        self.here
    }

    fn next(&self) -> Option<Duration> {
        self.events.get(self.here.event).map(|timed| timed.at)
    }

    /// Real time goes on to `now`; what to show.
    pub fn advance(&mut self, now: Duration) -> Range<Spot> {
        let start = self.here;
        loop {
            let next = self.next();
            let due = self.clock.due(now, next);
            match next {
                Some(next) if self.playing() && next <= due => self.here = Spot::at(self.here.event + 1),
                Some(_) => break,
                None => {
                    self.clock.set_paused(now, true);
                    break;
                }
            }
        }
        start..self.here
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

    /// Stands still.
    pub fn pause(&mut self, now: Duration) {
        self.clock.set_paused(now, true);
    }

    /// Where the next line ends, or what else follows that is to be seen.
    pub fn line_after(&self) -> Spot {
        let mut spot = self.here;
        while spot.event < self.events.len() {
            let text = self.text_of(spot.event);
            if let Some(at) = text.and_then(|text| memchr::memchr(b'\n', &text.as_bytes()[spot.byte..])) {
                return self.whole(Spot { byte: spot.byte + at + 1, ..spot });
            }
            spot = Spot::at(spot.event + 1);
            if self.is_stop(spot.event) {
                break;
            }
        }
        spot
    }

    /// Where the line before began, or what else precedes that is to be seen.
    pub fn line_before(&self) -> Spot {
        let mut spot = self.here;
        loop {
            if let Some(at) = self
                .text_of(spot.event)
                .and_then(|text| memchr::memrchr(b'\n', text.as_bytes()[..spot.byte].split_last()?.1))
            {
                return Spot { byte: at + 1, ..spot };
            }
            if spot.byte > 0 {
                spot = Spot::at(spot.event);
                if self.is_stop(spot.event) {
                    return spot;
                }
            }
            let Some(event) = spot.event.checked_sub(1) else { return Spot::default() };
            // What stands between two events may be the end of a line, or of something else that is seen.
            let inside = self.text_of(event).map_or(0, str::len);
            spot = Spot { event, byte: inside };
            if inside == 0 && self.is_stop(event) {
                return Spot::at(event);
            }
        }
    }

    /// Whether stepping stops before this event.
    fn is_stop(&self, event: usize) -> bool {
        event.checked_sub(1).and_then(|before| self.events.get(before)).is_some_and(|timed| {
            is_seen(timed) || matches!(&timed.event, Event::Output(text) if text.ends_with('\n'))
        })
    }

    /// The text of an event that can be shown in parts; the copy of exact bytes cannot.
    fn text_of(&self, event: usize) -> Option<&str> {
        let exact = event.checked_sub(1).and_then(|before| self.events.get(before));
        match (&self.events.get(event)?.event, exact.map(|timed| &timed.event)) {
            (Event::Output(text), before) if !matches!(before, Some(Event::Exact(_))) => Some(text),
            _ => None,
        }
    }

    /// A place at the end of an event is the place before the next.
    fn whole(&self, spot: Spot) -> Spot {
        match self.text_of(spot.event) {
            Some(text) if spot.byte >= text.len() => Spot::at(spot.event + 1),
            _ => spot,
        }
    }

    /// Where the next or previous marker is.
    pub fn marker(&self, forward: bool) -> Spot {
        self.neighbour(&self.markers, forward)
    }

    /// Where the next or previous try of a stage begins.
    pub fn stage(&self, forward: bool) -> Spot {
        let begins = |timed: &Timed| matches!(&timed.event, Event::Note(Note::RunStarted(run)) if run.kind == RunKind::Stage);
        let starts: Vec<usize> =
            self.events.iter().enumerate().filter(|(_, timed)| begins(timed)).map(|(at, _)| at + 1).collect();
        self.neighbour(&starts, forward)
    }

    fn neighbour(&self, places: &[usize], forward: bool) -> Spot {
        let mut spots = places.iter().copied().map(Spot::at);
        if forward {
            spots.find(|at| *at > self.here).unwrap_or(Spot::at(self.events.len()))
        } else {
            spots.rfind(|at| *at < self.here).unwrap_or_default()
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

    /// Session time of what stands before a place.
    pub fn time_of(&self, spot: Spot) -> Duration {
        let last = if spot.byte > 0 { Some(spot.event) } else { spot.event.checked_sub(1) };
        last.and_then(|last| self.events.get(last)).map_or(Duration::ZERO, |timed| timed.at)
    }

    /// How far towards `goal` one portion of events leads.
    pub fn portion(&self, goal: Spot) -> Spot {
        let mut size = 0;
        let left = self.events.get(self.here.event..goal.event).unwrap_or_default();
        let fits = |timed: &&Timed| {
            size += weight(timed);
            size <= PORTION
        };
        // One event at least, however large.
        let stop = self.here.event + left.iter().take_while(fits).count().max(1);
        if stop >= goal.event { goal.max(self.here) } else { Spot::at(stop) }
    }

    /// How much of the way to `goal` is gone, in percent.
    pub fn gone(&self, goal: Spot) -> u64 {
        self.here.event as u64 * 100 / goal.event.max(1) as u64
    }

    /// Goes on to a place; what to show. What was shown stays shown: who goes back says first what of it remains.
    pub fn go(&mut self, now: Duration, to: Spot) -> Range<Spot> {
        let start = self.here;
        self.here = to.max(start);
        self.clock.seek(now, self.time_of(self.here));
        if self.at_end() {
            self.clock.set_paused(now, true);
        }
        start..self.here
    }

    /// Only this much of it is shown.
    pub fn back_to(&mut self, now: Duration, event: usize) {
        self.here = Spot::at(event);
        self.clock.seek(now, self.time_of(self.here));
    }

    /// The time is this now, between what is shown and what comes next.
    pub fn wait_at(&mut self, now: Duration, at: Duration) {
        let at = self.next().map_or(at, |next| at.min(next));
        self.clock.seek(now, at.max(self.time_of(self.here)));
    }

    /// Twice or half as fast.
    pub fn change_speed(&mut self, now: Duration, faster: bool) {
        if faster { self.clock.faster(now) } else { self.clock.slower(now) }
    }
}

/// About how much work an event is.
pub(super) fn weight(timed: &Timed) -> usize {
    match &timed.event {
        Event::Output(text) => text.len() + 64,
        _ => 64,
    }
}

/// Whether an event that is no output shows in the log.
fn is_seen(timed: &Timed) -> bool {
    matches!(
        timed.event,
        Event::Marker(_)
            | Event::Exit(_)
            | Event::Note(
                Note::RunStarted(_)
                    | Note::RunEnded(_)
                    | Note::Waiting { .. }
                    | Note::Session(_)
                    | Note::Gap { .. }
            )
    )
}

/// Adds the positions right after what one can jump to, of a part of the events. A label and the note that says the
/// same are one place.
fn mark(markers: &mut Vec<usize>, events: &[Timed], part: Range<usize>) {
    let is_marker = |timed: &Timed| {
        matches!(
            timed.event,
            Event::Marker(_)
                | Event::Exit(_)
                | Event::Note(Note::RunStarted(_) | Note::RunEnded(_) | Note::Waiting { .. })
        )
    };
    for index in part.filter(|index| is_marker(&events[*index])) {
        match markers.last_mut() {
            Some(last) if *last == index => *last += 1,
            _ => markers.push(index + 1),
        }
    }
}

#[cfg(test)]
mod tests;
