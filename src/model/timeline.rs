//! The session over time: when each stage ran, how much was written when. A live session grows it; a recording has
//! all of it from the start, also what lies ahead.
//!
//! Owns the times and the user's place among them. Findings have their times from the log; columns are `view`'s.

use std::time::Duration;

use crate::event::{Event, Note, Outcome, RunKind, Timed};

/// So many parts the output's rate is kept in; twice as long a session has parts twice as long.
const PARTS: usize = 2048;
/// The shortest part.
const SHORTEST: Duration = Duration::from_millis(250);

/// A run of a stage, or of a fix for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The number of the run.
    run: u32,
    /// The stage.
    pub stage: String,
    /// What ran.
    pub kind: RunKind,
    /// When it began.
    pub began: Duration,
    /// When it ended, and how.
    pub ended: Option<(Duration, Outcome)>,
}

/// When what happened.
#[derive(Debug)]
pub struct Timeline {
    /// Runs of stages and fixes, in the order of their beginnings.
    pub spans: Vec<Span>,
    /// Stages that ran, in the order in which they first did.
    lanes: Vec<String>,
    part: Duration,
    written: Vec<u64>,
    end: Duration,
    /// Where the user stands, in a session that is no recording.
    pub cursor: Option<Duration>,
    /// Columns that time is drawn on, as last drawn.
    pub columns: u16,
}

impl Default for Timeline {
    fn default() -> Self {
        Self {
            spans: Vec::new(),
            lanes: Vec::new(),
            part: SHORTEST,
            written: Vec::new(),
            end: Duration::ZERO,
            cursor: None,
            columns: 60,
        }
    }
}

impl Timeline {
    /// The whole of a recording.
    pub fn of(events: &[Timed]) -> Self {
        let mut made = Self::default();
        for timed in events {
            made.hear(timed);
        }
        made
    }

    /// Something happened.
    pub fn hear(&mut self, timed: &Timed) {
        self.end = self.end.max(timed.at);
        match &timed.event {
            Event::Output(text) => self.wrote(timed.at, text.len() as u64),
            Event::Note(Note::RunStarted(run)) if run.kind != RunKind::Check => {
                if !self.lanes.contains(&run.stage) {
                    self.lanes.push(run.stage.clone());
                }
                self.spans.push(Span {
                    run: run.run,
                    stage: run.stage.clone(),
                    kind: run.kind,
                    began: timed.at,
                    ended: None,
                });
            }
            Event::Note(Note::RunEnded(end)) => {
                if let Some(span) = self.spans.iter_mut().rfind(|span| span.run == end.run) {
                    span.ended = Some((timed.at, end.outcome));
                }
            }
            _ => {}
        }
    }

    fn wrote(&mut self, at: Duration, bytes: u64) {
        let index = |part: Duration| (at.as_nanos() / part.as_nanos()) as usize;
        while index(self.part) >= PARTS {
            self.part *= 2;
            self.written = self.written.chunks(2).map(|pair| pair.iter().sum()).collect();
        }
        let index = index(self.part);
        if self.written.len() <= index {
            self.written.resize(index + 1, 0);
        }
        self.written[index] += bytes;
    }

    /// Whether nothing ran.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// How many stages ran.
    pub fn lanes(&self) -> usize {
        self.lanes.len()
    }

    /// The stages that ran, in the order in which they first did.
    pub fn stages(&self) -> impl Iterator<Item = &str> {
        self.lanes.iter().map(String::as_str)
    }

    /// When the last event was.
    pub fn end(&self) -> Duration {
        self.end
    }

    /// The most bytes that came in a second, whatever it is drawn on.
    pub fn peak(&self) -> u64 {
        let parts = (Duration::from_secs(1).as_nanos() / self.part.as_nanos()).max(1) as usize;
        let most = self.written.chunks(parts).map(|chunk| chunk.iter().sum::<u64>()).max().unwrap_or(0);
        (most as f64 / (self.part * parts as u32).as_secs_f64()) as u64
    }

    /// Bytes a second in each of so many equal parts of the time up to `length`.
    pub fn rates(&self, columns: u16, length: Duration) -> Vec<f64> {
        let (part, step) = (self.part.as_secs_f64(), length.as_secs_f64() / f64::from(columns.max(1)));
        (0..columns)
            .map(|column| {
                let (from, to) = (f64::from(column) * step, f64::from(column + 1) * step);
                // A part that two columns share is shared by them.
                let first = (from / part) as usize;
                let last = ((to / part).ceil() as usize).min(self.written.len());
                let bytes: f64 = (first..last)
                    .map(|index| {
                        let start = index as f64 * part;
                        let common = (to.min(start + part) - from.max(start)).max(0.0);
                        self.written[index] as f64 * common / part
                    })
                    .sum();
                if step > 0.0 { bytes / step } else { 0.0 }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrote(at: u64, bytes: usize) -> Timed {
        Timed { at: Duration::from_secs(at), event: Event::Output("x".repeat(bytes)) }
    }

    #[test]
    fn rates_say_when_how_much_was_written_however_long_it_lasts() {
        let short = Timeline::of(&[wrote(0, 100), wrote(9, 300)]);
        let rates = short.rates(5, Duration::from_secs(10));
        assert_eq!(rates.iter().map(|rate| rate.round() as u64).collect::<Vec<_>>(), [50, 0, 0, 0, 150]);
        let mut long = Timeline::default();
        for second in 0..5000 {
            long.hear(&wrote(second * 10, 1000));
        }
        let rates = long.rates(50, Duration::from_secs(50_000));
        assert!(rates.iter().all(|rate| (90.0..110.0).contains(rate)), "{rates:?}");
        assert!(long.written.len() <= PARTS);
        assert_eq!(Timeline::default().rates(3, Duration::ZERO), [0.0; 3]);
    }
}
