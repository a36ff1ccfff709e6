//! How often a frame is drawn: thirty times a second, and less where the line to the terminal is slow or much is
//! written.
//!
//! A terminal at the end of a serial cable takes a frame no faster than it comes through, and everything that is
//! written stands before the answer to the next key. So the line stays free at least as long as frames of late
//! kept it busy. The answer to a key may come before its turn; the frame after it waits for that. Where a stage writes
//! faster than anybody reads, every frame is new from top to bottom; then no more is written than somebody far away, or
//! who pays for it, would bear. What the user just asked for does not wait for that. Pure: the time is an argument.

use std::time::{Duration, Instant};

/// The least time from one frame's start to the next one's.
const FRAME: Duration = Duration::from_millis(33);
/// However slow the line is, somebody waits for the picture.
const LONGEST_REST: Duration = Duration::from_secs(1);
/// So much before its turn an answer may be drawn: two keys in succession need not wait.
const LEAD: Duration = Duration::from_millis(40);
/// So long after what the user did, the next frame counts as its answer.
const HURRY: Duration = Duration::from_millis(100);
/// However much was written, the next frame waits no longer for that.
const LONGEST_DEBT: Duration = Duration::from_millis(300);
/// So many bytes a second are written to a screen of [`CELLS`] at most, and to a larger one as many more.
const RATE: u64 = 50_000;
/// 120×40.
const CELLS: u64 = 4800;

/// When the next frame may be drawn.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// When the next frame's turn comes.
    turn: Option<Instant>,
    /// When the line is free again.
    free: Option<Instant>,
    /// When what was written would have been, at the rate.
    paid: Option<Instant>,
    /// How long frames of late took to draw and to write.
    cost: Duration,
    /// When the user did something that no frame answered yet.
    touched: Option<Instant>,
}

impl Pace {
    /// When the next frame may be drawn, as seen `now`, `watched` where the user waits for it without a key; `None`: at
    /// once.
    pub(super) fn next(&self, now: Instant, watched: bool) -> Option<Instant> {
        let answers = self.touched.is_some_and(|at| now.saturating_duration_since(at) < HURRY);
        let turn = self.turn.map(|turn| if answers { turn.checked_sub(LEAD).unwrap_or(turn) } else { turn });
        let next = turn.max(self.free);
        if watched || answers { next } else { next.max(self.paid) }
    }

    /// Whether it may be drawn now.
    pub(super) fn is_due(&self, now: Instant, watched: bool) -> bool {
        self.next(now, watched).is_none_or(|next| next <= now)
    }

    /// The user did something: the answer is drawn as soon as the line is free.
    pub(super) fn hurry(&mut self, now: Instant) {
        self.touched = Some(now);
    }

    /// A frame was drawn and written from `began` to `ended`; it took so many bytes on a screen of so many cells.
    pub(super) fn drew(&mut self, began: Instant, ended: Instant, bytes: u64, cells: u64) {
        let took = ended.saturating_duration_since(began);
        // Up at once, down slowly: a small frame between two large ones says little about the line.
        self.cost = took.max((self.cost * 3 + took) / 4);
        self.free = Some(ended + self.cost.min(LONGEST_REST));
        self.turn = Some(self.turn.map_or(began, |turn| turn.max(began)) + FRAME);
        let rate = RATE * cells.max(CELLS) / CELLS;
        let paid =
            self.paid.map_or(began, |paid| paid.max(began)) + Duration::from_micros(bytes * 1_000_000 / rate);
        let most = if self.touched.take().is_some() { LONGEST_DEBT } else { LONGEST_REST };
        self.paid = Some(paid.min(began + most));
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a moment to count from")]
mod tests {
    use super::*;

    /// The gaps between the starts of frames that take so long to write.
    fn gaps(writes: &[u64]) -> Vec<u64> {
        let mut pace = Pace::default();
        let mut now = Instant::now();
        let gap = |write: &u64| {
            let began = now;
            assert!(pace.is_due(began, false), "drawn before its time");
            pace.drew(began, began + Duration::from_millis(*write), 100, CELLS);
            now = pace.next(now, false).expect("drawn once");
            now.duration_since(began).as_millis() as u64
        };
        writes.iter().map(gap).collect()
    }

    #[test]
    fn a_fast_line_gets_thirty_frames_a_second() {
        assert_eq!(gaps(&[1, 3, 0, 10]), [33, 33, 33, 33]);
    }

    #[test]
    fn a_slow_line_is_free_half_of_the_time() {
        assert_eq!(gaps(&[200, 200, 200]), [400, 400, 400]);
    }

    #[test]
    fn a_small_frame_does_not_make_a_slow_line_fast() {
        assert_eq!(gaps(&[160, 0, 0, 0, 0, 0, 0]), [320, 120, 90, 67, 50, 37, 33]);
    }

    /// When frames are drawn that take a millisecond each, with keys pressed at these times.
    fn frames(keys: &[u64], until: u64) -> Vec<u64> {
        let begin = Instant::now();
        let mut pace = Pace::default();
        let mut drawn = Vec::new();
        for at in 0..until {
            let now = begin + Duration::from_millis(at);
            if keys.contains(&at) {
                pace.hurry(now);
            }
            if pace.is_due(now, false) {
                pace.drew(now, now + Duration::from_millis(1), 100, CELLS);
                drawn.push(at);
            }
        }
        drawn
    }

    #[test]
    fn a_key_is_answered_before_its_turn_and_the_next_frame_waits() {
        assert_eq!(frames(&[], 140), [0, 33, 66, 99, 132]);
        assert_eq!(frames(&[40], 140), [0, 33, 40, 99, 132]);
        let every: Vec<u64> = (0..1000).step_by(5).collect();
        assert!(frames(&every, 1000).len() <= 32, "a key that is held draws no more frames");
    }

    #[test]
    fn under_a_flood_a_key_has_one_answer_at_once_and_what_follows_is_paid_for() {
        let (mut pace, begin) = (Pace::default(), Instant::now());
        let (mut written, mut keys, mut late) = (0, Vec::new(), 0);
        for at in 0..3000 {
            let now = begin + Duration::from_millis(at);
            if at % 100 == 0 {
                pace.hurry(now);
                keys.push(at);
            }
            if pace.is_due(now, false) {
                pace.drew(now, now + Duration::from_millis(1), 4000, CELLS);
                written += 4000;
                late = keys.drain(..).map(|key| at - key).fold(late, u64::max);
            }
        }
        assert!(late < 33, "answered within a frame: {late} ms");
        assert!(written / 3 < 60_000, "{written} bytes in three seconds");
    }

    #[test]
    fn the_answer_to_a_key_waits_for_a_slow_line() {
        let (mut pace, begin) = (Pace::default(), Instant::now());
        pace.drew(begin, begin + Duration::from_millis(200), 100, CELLS);
        let now = begin + Duration::from_millis(210);
        pace.hurry(now);
        assert_eq!(pace.next(now, true), Some(begin + Duration::from_millis(400)));
    }

    #[test]
    fn somebody_waits_even_behind_a_line_that_hangs() {
        assert_eq!(gaps(&[30_000]), [31_000]);
    }

    /// Bytes a second where every frame takes so many.
    fn flood(bytes: u64, cells: u64, hurried: bool) -> u64 {
        let mut pace = Pace::default();
        let began = Instant::now();
        let (mut now, mut written) = (began, 0);
        while now < began + Duration::from_secs(20) {
            assert!(pace.is_due(now, hurried), "drawn before its time");
            pace.drew(now, now + Duration::from_millis(1), bytes, cells);
            written += bytes;
            now = pace.next(now, hurried).expect("drawn once");
        }
        written / 20
    }

    #[test]
    fn however_much_a_frame_takes_no_more_is_written_than_somebody_bears() {
        for bytes in [1000, 3000, 9000, 40_000] {
            let rate = flood(bytes, CELLS, false);
            assert!((25_000..60_000).contains(&rate), "{bytes} a frame: {rate} a second");
        }
        assert!(flood(9000, CELLS / 3, false) < 60_000, "nor to a small screen");
        assert!(flood(20_000, CELLS * 3, false) > 100_000, "a larger one gets its share");
        assert!(flood(9000, CELLS, true) > 200_000, "what the user waits for does not wait");
    }
}
