//! Places that the user names: a line, a part of the log, a moment.

use std::time::Duration;

use super::{LogView, Mark, MarkKind};

/// Arrivals are told apart when so much time lies between them.
const APART: Duration = Duration::from_millis(250);
/// Silence of this length is worth a mark.
const QUIET: Duration = Duration::from_secs(180);

/// A place in the log, as the user wrote it.
#[derive(Debug, Clone, PartialEq)]
pub enum Place {
    /// Line, from 1.
    Line(u64),
    /// So many lines from here.
    By(i64),
    /// A part of the log, in percent.
    Percent(u64),
    /// A moment of the session.
    Time(Duration),
    /// A stage, by id or the beginning of its title.
    Stage(String),
}

impl Place {
    /// Reads `1200`, `1,200`, `+50`, `-50`, `75%`, `90s`, `2:14`, `+2:14`, `1:02:03`, or takes it for a stage.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = |text: &str| text.replace([',', '_'], "").parse::<u64>().ok();
        if text.is_empty() {
            return None;
        }
        if let Some(line) = digits(text).filter(|_| !text.starts_with('+')) {
            return Some(Self::Line(line));
        }
        let by = text.strip_prefix('+').map(|rest| (1, rest)).or_else(|| Some((-1, text.strip_prefix('-')?)));
        if let Some((sign, lines)) =
            by.and_then(|(sign, rest)| Some((sign, i64::try_from(digits(rest)?).ok()?)))
        {
            return Some(Self::By(sign * lines));
        }
        if let Some(percent) = text.strip_suffix('%').and_then(digits) {
            return Some(Self::Percent(percent.min(100)));
        }
        if let Some(seconds) = text.strip_suffix('s').and_then(digits) {
            return Some(Self::Time(Duration::from_secs(seconds)));
        }
        let since = text.strip_prefix('+').unwrap_or(text);
        let parts: Option<Vec<u64>> = since.split(':').map(|part| part.parse().ok()).collect();
        if let Some(parts) = parts.filter(|parts| parts.len() > 1) {
            let seconds = parts.iter().try_fold(0u64, |all, part| all.checked_mul(60)?.checked_add(*part))?;
            return Some(Self::Time(Duration::from_secs(seconds)));
        }
        Some(Self::Stage(text.to_owned()))
    }

    /// Reads a time of day, `14:05` or `14:05:30`, as a moment of a session that began at `began` (seconds of a day);
    /// one that was before then is one of the next day.
    pub fn of_day(text: &str, began: u64) -> Option<Self> {
        const DAY: u64 = 24 * 3600;
        // `parse` would take a sign.
        if text.contains('+') {
            return None;
        }
        let parts: Option<Vec<u64>> = text.trim().split(':').map(|part| part.parse().ok()).collect();
        let seconds = match parts?.as_slice() {
            [hours @ ..24, minutes @ ..60] => hours * 3600 + minutes * 60,
            [hours @ ..24, minutes @ ..60, seconds @ ..60] => hours * 3600 + minutes * 60 + seconds,
            _ => return None,
        };
        Some(Self::Time(Duration::from_secs((seconds + DAY - began % DAY) % DAY)))
    }
}

impl Place {
    /// What it says as a time: where only a time is meant, a bare number is one of seconds.
    pub fn moment(&self) -> Option<Duration> {
        match self {
            Self::Time(at) => Some(*at),
            Self::Line(seconds) => Some(Duration::from_secs(*seconds)),
            _ => None,
        }
    }
}

/// When lines arrived: a line and a moment wherever time went on.
#[derive(Debug, Default)]
pub(super) struct Arrivals {
    known: Vec<(u64, Duration)>,
    last: Duration,
}

impl Arrivals {
    /// How much is known.
    pub(super) fn reach(&self) -> (usize, Duration) {
        (self.known.len(), self.last)
    }

    /// No more than this is known.
    pub(super) fn return_to(&mut self, known: usize, last: Duration) {
        self.known.truncate(known);
        self.last = last;
    }

    /// When a line came.
    pub(super) fn time_of(&self, line: u64) -> Option<Duration> {
        let after = self.known.partition_point(|(known, _)| *known <= line);
        Some(self.known.get(after.checked_sub(1)?)?.1)
    }
}

impl LogView {
    /// What comes next arrives at this moment of the session.
    pub fn arrives(&mut self, at: Duration) {
        let line = self.store.len();
        let before = std::mem::replace(&mut self.arrivals.last, at);
        let first = self.arrivals.known.is_empty();
        if first || self.arrivals.known.last().is_some_and(|(_, last)| at.saturating_sub(*last) >= APART) {
            self.arrivals.known.push((line, at));
        }
        let silence = at.saturating_sub(before);
        if !first && silence >= QUIET && self.pending.is_none() && !self.ended_here(line) {
            self.marks.push(Mark { line, at, kind: MarkKind::Quiet(silence) });
        }
    }

    /// Whether nothing ran between the last line and the next.
    fn ended_here(&self, line: u64) -> bool {
        self.marks.last().is_some_and(|mark| mark.line == line)
    }

    /// Goes to a place; `false` where this log has none such. Stages are not known here.
    pub fn go(&mut self, place: &Place) -> bool {
        let line = match place {
            Place::Line(line) => line.saturating_sub(1),
            Place::By(lines) => {
                let here = self.region(self.top.line);
                let line = self.first_visible().saturating_add_signed(*lines).clamp(here.start, here.end);
                self.show_mark(line);
                return true;
            }
            Place::Percent(percent) => self.counted().saturating_sub(1) * percent / 100,
            // The last line that was there at this moment.
            Place::Time(at) => {
                let known = &self.arrivals.known;
                if known.is_empty() {
                    return false;
                }
                let next = known.get(known.partition_point(|(_, known)| known <= at));
                next.map_or(self.len(), |(line, _)| *line).saturating_sub(1)
            }
            Place::Stage(_) => return false,
        };
        self.reveal(line);
        self.lit = Some(line..line + 1);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_as_people_write_them() {
        let seconds = |seconds| Some(Place::Time(Duration::from_secs(seconds)));
        for (text, place) in [
            ("1200", Some(Place::Line(1200))),
            (" 1,200,000 ", Some(Place::Line(1_200_000))),
            ("+50", Some(Place::By(50))),
            ("-50", Some(Place::By(-50))),
            ("75%", Some(Place::Percent(75))),
            ("400%", Some(Place::Percent(100))),
            ("90s", seconds(90)),
            ("2:14", seconds(134)),
            ("+12:30", seconds(750)),
            ("1:02:03", seconds(3723)),
            ("package-cli", Some(Place::Stage("package-cli".into()))),
            ("go: x", Some(Place::Stage("go: x".into()))),
            ("99999999999999999999:0", Some(Place::Stage("99999999999999999999:0".into()))),
            ("-", Some(Place::Stage("-".into()))),
            ("  ", None),
        ] {
            assert_eq!(Place::read(text), place, "{text}");
        }
    }

    #[test]
    fn a_time_of_day_is_a_moment_of_the_session() {
        let at = |text| Place::of_day(text, 23 * 3600);
        let seconds = |seconds| Some(Place::Time(Duration::from_secs(seconds)));
        assert_eq!(at("23:05"), seconds(300));
        assert_eq!(at("0:00:07"), seconds(3607), "after midnight");
        assert_eq!([at("24:00"), at("7"), at("1:2:3:4"), at("+1:00")], [None, None, None, None]);
    }

    #[test]
    fn lines_are_found_by_when_they_came_and_long_silence_is_marked() {
        let mut log = LogView::new(None);
        for (number, at) in [0, 1, 2, 300, 301].into_iter().enumerate() {
            log.arrives(Duration::from_secs(at));
            log.output(format!("line {number}\n").repeat(20).as_bytes());
        }
        log.fit(20, 5);
        assert!(log.go(&Place::Time(Duration::from_secs(299))));
        log.fit(20, 5);
        assert!(log.first_visible().abs_diff(59) < 5, "{}", log.first_visible());
        assert_eq!(
            log.marks.iter().map(|mark| (mark.line, &mark.kind)).collect::<Vec<_>>(),
            [(60, &MarkKind::Quiet(Duration::from_secs(298)))]
        );
        assert!(log.go(&Place::Line(7)));
        log.fit(20, 5);
        assert!(log.first_visible() < 7);
    }
}
