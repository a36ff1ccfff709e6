//! When a running command is asked to end, when it is made to, and when it counts as ended.
//!
//! Pure: time and what was seen are arguments, what to do next is the answer. Signals, ptys and the session
//! log are `pty`'s and the conductor's.

use std::time::{Duration, Instant};

/// Between asking (TERM) and killing (KILL).
pub(super) const GRACE: Duration = Duration::from_secs(5);
/// A killed process that is still there after this is stuck in the kernel; the session goes on without it.
const HOPELESS: Duration = Duration::from_secs(5);
/// After the command's end, output counts as complete when nothing came for this long…
const QUIET: Duration = Duration::from_millis(200);
/// …and at the latest after this, where a background process that kept the terminal goes on writing.
const DRAIN: Duration = Duration::from_secs(2);
/// How often to look again while something ends.
const TICK: Duration = Duration::from_millis(20);

/// Why a command was stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// The user, or the end of the runner.
    Cancelled,
    /// It ran into its time limit.
    TimedOut,
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Nothing before this much time has passed, or something happens; `None`: until something happens.
    Wait(Option<Duration>),
    /// Ask all its processes to end.
    Term,
    /// Kill all its processes.
    Kill,
    /// It is over.
    Finish,
}

/// The life of one command.
#[derive(Debug)]
pub(super) struct Course {
    deadline: Option<Instant>,
    stopped: Option<(Stop, Instant)>,
    asked: bool,
    killed: Option<Instant>,
    exited: Option<Instant>,
    drained: bool,
    bytes: u64,
    last_byte: Instant,
}

impl Course {
    /// A command that starts now.
    pub(super) fn new(now: Instant, limit: Option<Duration>) -> Self {
        Self {
            deadline: limit.and_then(|limit| now.checked_add(limit)),
            stopped: None,
            asked: false,
            killed: None,
            exited: None,
            drained: false,
            bytes: 0,
            last_byte: now,
        }
    }

    /// It shall end. The first reason stays.
    pub(super) fn stop(&mut self, now: Instant, why: Stop) {
        if self.stopped.is_none() {
            self.stopped = Some((why, now));
        }
    }

    /// Its first process is gone.
    pub(super) fn exited(&mut self, now: Instant) {
        self.exited = Some(now);
    }

    /// The terminal was closed by its last user: no more output can come.
    pub(super) fn drained(&mut self) {
        self.drained = true;
    }

    /// Why it was stopped, where it was.
    pub(super) fn why(&self) -> Option<Stop> {
        self.stopped.map(|(why, _)| why)
    }

    /// What to do. `bytes` is how much output came so far; `alive` looks whether any of its processes lives.
    pub(super) fn next(&mut self, now: Instant, bytes: u64, alive: impl FnOnce() -> bool) -> Step {
        if bytes != self.bytes {
            self.bytes = bytes;
            self.last_byte = now;
        }
        if self.exited.is_none() && self.deadline.is_some_and(|end| now >= end) {
            self.stop(now, Stop::TimedOut);
        }
        let Some((_, since)) = self.stopped else {
            return match self.exited {
                Some(at) => self.drain(now, at),
                None => Step::Wait(self.deadline.map(|end| end.saturating_duration_since(now))),
            };
        };
        if !self.asked {
            self.asked = true;
            return Step::Term;
        }
        if self.exited.is_some() && !alive() {
            return self.drain(now, self.exited.unwrap_or(now));
        }
        match self.killed {
            None if now >= since + GRACE => {
                self.killed = Some(now);
                Step::Kill
            }
            Some(at) if now >= at + HOPELESS => Step::Finish,
            _ => Step::Wait(Some(TICK)),
        }
    }

    fn drain(&self, now: Instant, exited: Instant) -> Step {
        let quiet = now.saturating_duration_since(self.last_byte.max(exited)) >= QUIET;
        if self.drained || quiet || now >= exited + DRAIN { Step::Finish } else { Step::Wait(Some(TICK)) }
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "an origin to count from; nothing waits")]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn never() -> bool {
        panic!("processes need no look here")
    }

    #[test]
    fn a_command_that_ends_by_itself_ends_when_its_output_does() {
        let start = Instant::now();
        let mut course = Course::new(start, None);
        assert_eq!(course.next(start, 0, never), Step::Wait(None));
        course.exited(start + SECOND);
        assert_eq!(course.next(start + SECOND, 10, never), Step::Wait(Some(TICK)));
        course.drained();
        assert_eq!(course.next(start + SECOND, 20, never), Step::Finish);
        assert_eq!(course.why(), None);
    }

    #[test]
    fn a_background_process_that_keeps_the_terminal_holds_nothing_up() {
        let start = Instant::now();
        let mut course = Course::new(start, None);
        course.exited(start);
        assert_eq!(course.next(start, 5, never), Step::Wait(Some(TICK)));
        assert_eq!(course.next(start + QUIET, 5, never), Step::Finish, "quiet");

        let mut chatty = Course::new(start, None);
        chatty.exited(start);
        let mut now = start;
        let mut bytes = 0;
        while chatty.next(now, bytes, never) != Step::Finish {
            now += TICK;
            bytes += 1;
            assert!(now <= start + DRAIN, "a chatty one too, after a while");
        }
        assert!(now >= start + DRAIN);
    }

    #[test]
    fn a_stop_asks_once_then_kills_then_gives_up() {
        let start = Instant::now();
        let mut course = Course::new(start, None);
        course.stop(start, Stop::Cancelled);
        assert_eq!(course.next(start, 0, never), Step::Term);
        assert_eq!(course.next(start, 0, || true), Step::Wait(Some(TICK)));
        assert_eq!(course.next(start + GRACE, 0, || true), Step::Kill);
        assert_eq!(course.next(start + GRACE, 0, || true), Step::Wait(Some(TICK)));
        assert_eq!(course.next(start + GRACE + HOPELESS, 0, || true), Step::Finish);
    }

    #[test]
    fn grandchildren_that_outlive_the_leader_are_killed_too() {
        let start = Instant::now();
        let mut course = Course::new(start, None);
        course.stop(start, Stop::Cancelled);
        assert_eq!(course.next(start, 0, never), Step::Term);
        course.exited(start + SECOND);
        assert_eq!(course.next(start + SECOND, 0, || true), Step::Wait(Some(TICK)));
        assert_eq!(course.next(start + GRACE, 0, || true), Step::Kill);
        course.drained();
        assert_eq!(course.next(start + GRACE, 0, || false), Step::Finish);
    }

    #[test]
    fn the_time_limit_stops_and_says_so() {
        let start = Instant::now();
        let mut course = Course::new(start, Some(SECOND));
        assert_eq!(course.next(start, 0, never), Step::Wait(Some(SECOND)));
        assert_eq!(course.next(start + SECOND, 0, never), Step::Term);
        course.stop(start + SECOND, Stop::Cancelled);
        assert_eq!(course.why(), Some(Stop::TimedOut));
    }

    #[test]
    fn the_time_limit_does_not_touch_what_has_ended() {
        let start = Instant::now();
        let mut course = Course::new(start, Some(SECOND));
        course.exited(start + SECOND / 2);
        course.drained();
        assert_eq!(course.next(start + SECOND * 2, 0, never), Step::Finish);
        assert_eq!(course.why(), None);
    }
}
