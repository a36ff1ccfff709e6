//! Times that stand in the lines of a log. Pure.
//!
//! Two families: date and time at the start of a line (GitHub Actions, `docker logs -t`, klog's newer form,
//! GitLab…; `gh run view --log` puts job and step before it), and BuildKit's seconds since a step began. The
//! text keeps its stamps; taking them off for matching is `text`'s business.

use std::collections::HashMap;
use std::time::Duration;

use time::{Date, Month, PrimitiveDateTime, Time};

/// Lines looked at to tell which stamps a log has.
const SAMPLE: usize = 200;
/// Steps of BuildKit that are kept apart; a real build has hundreds.
const STEPS: usize = 10_000;

/// Where the lines of a log carry their time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stamps {
    None,
    /// `2024-05-01T12:34:56.789Z text`.
    Date,
    /// `job TAB step TAB 2024-05-01T12:34:56.789Z text`.
    TabbedDate,
    /// `#5 1.234 text`.
    BuildKit,
}

/// Which stamps a log has, by its first lines.
pub(super) fn guess(head: &[u8]) -> Stamps {
    let lines = head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end).filter(|line| !line.is_empty());
    let (mut all, mut dated, mut tabbed, mut steps) = (0, 0, 0, 0);
    for line in lines.take(SAMPLE) {
        all += 1;
        dated += usize::from(date(line).is_some());
        tabbed += usize::from(tabbed_date(line).is_some());
        steps += usize::from(step(line).is_some());
    }
    if dated > 0 && dated * 2 >= all {
        Stamps::Date
    } else if tabbed > 0 && tabbed * 2 >= all {
        Stamps::TabbedDate
    } else if steps > 1 && steps * 4 >= all {
        Stamps::BuildKit
    } else {
        Stamps::None
    }
}

/// When the log began, in seconds of Unix time.
pub(super) fn first(stamps: Stamps, head: &[u8]) -> Option<u64> {
    let find = match stamps {
        Stamps::Date => date,
        Stamps::TabbedDate => tabbed_date,
        Stamps::None | Stamps::BuildKit => return None,
    };
    head.split(|byte| *byte == b'\n').find_map(find).map(|time| time.as_secs())
}

/// Gives each line its time since the first; never goes back.
#[derive(Debug)]
pub(super) struct Times {
    stamps: Stamps,
    origin: Option<Duration>,
    now: Duration,
    /// When a step of BuildKit was first heard of.
    steps: HashMap<u32, Duration>,
}

impl Times {
    pub(super) fn new(stamps: Stamps, now: Duration) -> Self {
        Self { stamps, origin: None, now, steps: HashMap::new() }
    }

    pub(super) fn now(&self) -> Duration {
        self.now
    }

    /// Whether lines have times at all.
    pub(super) fn is_none(&self) -> bool {
        self.stamps == Stamps::None
    }

    pub(super) fn of(&mut self, line: &[u8]) -> Duration {
        let at = match self.stamps {
            Stamps::None => None,
            Stamps::Date => date(line).map(|time| self.since_origin(time)),
            Stamps::TabbedDate => tabbed_date(line).map(|time| self.since_origin(time)),
            Stamps::BuildKit => step(line).map(|(step, time)| self.since_step(step, time)),
        };
        self.now = self.now.max(at.unwrap_or_default());
        self.now
    }

    fn since_origin(&mut self, time: Duration) -> Duration {
        time.saturating_sub(*self.origin.get_or_insert(time))
    }

    fn since_step(&mut self, step: u32, time: Option<Duration>) -> Duration {
        let time = time.unwrap_or_default();
        // First heard of with a time: it began so much earlier.
        let mut began = self.now.saturating_sub(time);
        if self.steps.len() < STEPS {
            began = *self.steps.entry(step).or_insert(began);
        }
        began + time
    }
}

/// `2024-05-01T12:34:56.789Z`, also with a space or comma, with an offset, with none, after `[` or a BOM: as time
/// since 1970.
pub(super) fn date(line: &[u8]) -> Option<Duration> {
    let line = line.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(line);
    let line = line.strip_prefix(b"[").unwrap_or(line);
    // Nearly all lines of other logs leave here.
    if line.len() < 19 || line[4] != b'-' || line[7] != b'-' || !matches!(line[10], b'T' | b' ') {
        return None;
    }
    if line[13] != b':' || line[16] != b':' {
        return None;
    }
    let number = |from: usize, to: usize| digits(&line[from..to]);
    let month = Month::try_from(u8::try_from(number(5, 7)?).ok()?).ok()?;
    let day =
        Date::from_calendar_date(i32::try_from(number(0, 4)?).ok()?, month, number(8, 10)? as u8).ok()?;
    let (hour, minute, second) = (number(11, 13)? as u8, number(14, 16)? as u8, number(17, 19)? as u8);
    // A leap second counts as the one before.
    let time = Time::from_hms(hour, minute, second.min(59)).ok()?;
    let (nanos, rest) = fraction(&line[19..]);
    let offset = offset(rest)?;
    let seconds = PrimitiveDateTime::new(day, time).assume_utc().unix_timestamp() - offset;
    Some(Duration::new(u64::try_from(seconds).ok()?, nanos))
}

/// The same after two fields that end in a tab.
fn tabbed_date(line: &[u8]) -> Option<Duration> {
    let line = line.get(..line.len().min(512))?;
    date(line.splitn(3, |byte| *byte == b'\t').nth(2)?)
}

fn fraction(rest: &[u8]) -> (u32, &[u8]) {
    let Some((b'.' | b',', after)) = rest.split_first() else { return (0, rest) };
    let len = after.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut nanos = 0;
    for place in 0..9 {
        nanos = nanos * 10 + after[..len].get(place).map_or(0, |digit| u32::from(digit - b'0'));
    }
    (nanos, &after[len..])
}

/// Seconds east of Greenwich; what stands after the time must end it.
fn offset(rest: &[u8]) -> Option<i64> {
    match rest {
        [] | [b'Z' | b' ' | b'\t' | b']' | b'\r' | b'\n' | b':', ..] => Some(0),
        [sign @ (b'+' | b'-'), after @ ..] => {
            let hours = digits(after.get(..2)?)?;
            let after = after[2..].strip_prefix(b":").unwrap_or(&after[2..]);
            let minutes = after.get(..2).and_then(digits).unwrap_or(0);
            let seconds = i64::from(hours * 60 + minutes) * 60;
            Some(if *sign == b'-' { -seconds } else { seconds })
        }
        _ => None,
    }
}

/// A line of BuildKit's plain progress: the step and, where it says so, the seconds since that began.
fn step(line: &[u8]) -> Option<(u32, Option<Duration>)> {
    let rest = line.strip_prefix(b"#")?;
    let (number, rest) = word(rest)?;
    let number = digits(number)?;
    let rest = rest.strip_prefix(b"DONE ").or(rest.strip_prefix(b"ERROR ")).unwrap_or(rest);
    let first = word(rest).map_or(rest.trim_ascii_end(), |(first, _)| first);
    let first = first.strip_suffix(b"s").unwrap_or(first);
    let is_time = first.contains(&b'.') && first.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
    let seconds = std::str::from_utf8(first).ok().filter(|_| is_time).and_then(|first| first.parse().ok());
    let time = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    Some((number, time.filter(|time| time.as_secs() < 1_000_000)))
}

fn word(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memchr::memchr(b' ', line)?;
    Some((&line[..end], &line[end + 1..]))
}

fn digits(bytes: &[u8]) -> Option<u32> {
    if bytes.is_empty() || bytes.len() > 6 || !bytes.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(bytes.iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_their_forms() {
        let noon = 1_714_566_896;
        for (line, seconds, nanos) in [
            ("2024-05-01T12:34:56.1234567Z ##[group]", noon, 123_456_700),
            ("2024-05-01T12:34:56Z x", noon, 0),
            ("\u{FEFF}2024-05-01T12:34:56Z x", noon, 0),
            ("2024-05-01 12:34:56,789 INFO x", noon, 789_000_000),
            ("[2024-05-01T12:34:56.5] x", noon, 500_000_000),
            ("2024-05-01T14:34:56+02:00 x", noon, 0),
            ("2024-05-01T12:34:60Z x", noon + 3, 0),
            ("2024-05-01T10:04:56.000000001-0230 x", noon, 1),
        ] {
            assert_eq!(date(line.as_bytes()), Some(Duration::new(seconds, nanos)), "{line}");
        }
        for line in [
            "2024-13-01T12:34:56Z",
            "2024-05-01T12:34:56abc",
            "2024-05-01",
            "",
            "drwxr-xr-x 2 root root 4096 x",
        ] {
            assert_eq!(date(line.as_bytes()), None, "{line}");
        }
    }

    #[test]
    fn steps_of_buildkit_run_side_by_side() {
        let mut times = Times::new(Stamps::BuildKit, Duration::ZERO);
        let seconds: Vec<f64> = [
            "#4 [1/3] FROM docker.io/library/golang",
            "#4 DONE 2.0s",
            "#5 [2/3] RUN make",
            "#5 1.5 cc a.c",
            "#6 [3/3] RUN go build",
            "#5 0.9 late",
            "#6 0.5 go: x",
            "#7 3.5 heard of late",
            "plain",
            "#5 ERROR: exit code: 2",
        ]
        .iter()
        .map(|line| times.of(line.as_bytes()).as_secs_f64())
        .collect();
        assert_eq!(seconds, [0.0, 2.0, 2.0, 3.5, 3.5, 3.5, 4.0, 4.0, 4.0, 4.0]);
    }

    #[test]
    fn times_never_go_back() {
        let mut times = Times::new(Stamps::Date, Duration::ZERO);
        let mut at = |line: &str| times.of(line.as_bytes()).as_secs();
        assert_eq!(at("no time yet"), 0);
        assert_eq!(at("2024-05-01T12:34:56Z a"), 0);
        assert_eq!(at("2024-05-01T12:34:58Z b"), 2);
        assert_eq!(at("  its second line"), 2);
        assert_eq!(at("2024-05-01T12:34:57Z c"), 2);
    }
}
