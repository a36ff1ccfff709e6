//! How far a stage is, told by its own output as its plan says; and what it does while it says nothing.
//!
//! A fold over the log like everything here: the patterns came in the session's first note, so a replay shows
//! what the live screen showed. Where a plan counts nothing, the tools' own ways to tell (`tools`) count.

mod tools;

use std::time::Duration;

use regex::{Regex, RegexSet};

use crate::event::{Activity, Progress};
use crate::text::plain;

/// A longer line tells nothing; what is beyond is dropped.
const LONGEST: usize = 4096;
/// So long without any sign of life, and a command counts as stuck.
const STUCK: Duration = Duration::from_secs(60);
/// What a command that only waits may use all the same: a hundredth of a processor, and so many bytes a second.
const IDLE_SHARE: u64 = 100;
const IDLE_BYTES: u64 = 1024;

/// How far a stage is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    /// The phase that it is in: its number from 1, how many there are, its title.
    pub phase: Option<(usize, usize, String)>,
    /// Counted so far, and how many there will be.
    pub count: Option<(u64, u64)>,
    /// How much of the current step is done, from 0 to 1.
    pub step: Option<f32>,
    /// What it is at.
    pub label: String,
}

impl Reading {
    /// How much of the whole stage is done, from 0 to 1, as far as its output tells.
    pub fn whole(&self) -> Option<f32> {
        match &self.phase {
            Some((number, of, _)) => {
                let before = (number - 1) as f32;
                Some((before + self.step.unwrap_or(0.0)) / (*of as f32))
            }
            None => self.step,
        }
    }

    /// Whether it tells anything.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What a running command that says nothing is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quiet<'a> {
    /// Its processes compute, read or write; the busiest of them.
    Busy(&'a str),
    /// It waits for the work of another program's service, which is not seen here (docker, ssh).
    Elsewhere(&'a str),
    /// Nothing moves, for now.
    Idle(&'a str),
    /// Nothing has moved for this long.
    Stuck(Duration),
}

/// One way in which a line tells something.
#[derive(Debug, Clone)]
struct Mark {
    regex: Regex,
    total: Option<u64>,
    unit: usize,
    phase: Option<usize>,
}

/// What is counted.
#[derive(Debug, Clone, Copy, Default)]
struct Unit {
    done: u64,
    total: Option<u64>,
}

/// Reads a stage's output.
#[derive(Debug, Clone, Default)]
pub struct Gauge {
    any: Option<RegexSet>,
    marks: Vec<Mark>,
    units: Vec<Unit>,
    phases: Vec<String>,
    line: Vec<u8>,
    reading: Reading,
    /// The plan's own patterns counted something: what tools say would only jump about beside it.
    counted: bool,
    /// The label is a tool's, which the next one may replace.
    by_tool: bool,
    /// When it last wrote something, in session time.
    heard: Duration,
    activity: Option<Activity>,
    still: Duration,
}

impl Gauge {
    /// A gauge for a stage with these patterns; one that is no regular expression tells nothing.
    pub fn new(progress: &[Progress]) -> Self {
        let mut names: Vec<&str> = Vec::new();
        let mut made = Self::default();
        for progress in progress {
            let Ok(regex) = Regex::new(&progress.pattern) else { continue };
            let unit = names.iter().position(|name| *name == progress.unit).unwrap_or_else(|| {
                names.push(&progress.unit);
                made.units.push(Unit::default());
                names.len() - 1
            });
            let phase = (!progress.phase.is_empty()).then(|| {
                let known = made.phases.iter().position(|title| *title == progress.phase);
                known.unwrap_or_else(|| {
                    made.phases.push(progress.phase.clone());
                    made.phases.len() - 1
                })
            });
            made.marks.push(Mark { regex, total: progress.total.map(u64::from), unit, phase });
        }
        made.any = RegexSet::new(made.marks.iter().map(|mark| mark.regex.as_str())).ok();
        made
    }

    /// A try begins: what an earlier one told is of no use.
    pub fn restart(&mut self, at: Duration) {
        self.units.fill(Unit::default());
        self.line.clear();
        self.reading = Reading::default();
        (self.counted, self.by_tool) = (false, false);
        self.heard = at;
        self.activity = None;
        self.still = Duration::ZERO;
    }

    /// The stage wrote something.
    pub fn output(&mut self, bytes: &[u8], at: Duration) {
        self.heard = at;
        self.activity = None;
        self.still = Duration::ZERO;
        let mut rest = bytes;
        while let Some(end) = memchr::memchr2(b'\n', b'\r', rest) {
            if self.line.is_empty() {
                self.row(&rest[..end.min(LONGEST)]);
            } else {
                self.keep(&rest[..end]);
                let line = std::mem::take(&mut self.line);
                self.row(&line);
            }
            rest = &rest[end + 1..];
        }
        self.keep(rest);
    }

    fn keep(&mut self, part: &[u8]) {
        let room = LONGEST.saturating_sub(self.line.len());
        self.line.extend_from_slice(&part[..part.len().min(room)]);
    }

    /// It was looked at while it said nothing.
    pub fn activity(&mut self, activity: &Activity) {
        let still = activity.elsewhere.is_empty() && is_still(activity);
        self.still = if still { self.still + Duration::from_millis(activity.over) } else { Duration::ZERO };
        self.activity = Some(activity.clone());
    }

    /// How far it is.
    pub fn reading(&self) -> &Reading {
        &self.reading
    }

    /// How long it has said nothing.
    pub fn silence(&self, now: Duration) -> Duration {
        now.saturating_sub(self.heard)
    }

    /// What it does meanwhile; nothing is known before somebody looked.
    pub fn quiet(&self) -> Option<Quiet<'_>> {
        let activity = self.activity.as_ref()?;
        Some(if !is_still(activity) {
            Quiet::Busy(&activity.who)
        } else if !activity.elsewhere.is_empty() {
            Quiet::Elsewhere(&activity.elsewhere)
        } else if self.still >= STUCK {
            Quiet::Stuck(self.still)
        } else {
            Quiet::Idle(&activity.who)
        })
    }

    fn row(&mut self, row: &[u8]) {
        if row.is_empty() {
            return;
        }
        let text = plain::clean(row);
        let known: Vec<usize> =
            self.any.as_ref().map_or_else(Vec::new, |any| any.matches(&text).into_iter().collect());
        for index in &known {
            self.mark(*index, &text);
        }
        if known.is_empty() && !self.counted {
            self.tool(&text);
        }
    }

    /// What a tool says of itself.
    fn tool(&mut self, text: &str) {
        let Some(found) = tools::told(text) else { return };
        let number = |name: &str| found.name(name).and_then(|group| group.as_str().parse::<u64>().ok());
        match (number("percent"), number("done"), number("total")) {
            (Some(percent), ..) => {
                (self.reading.step, self.reading.count) = (Some(percent.min(100) as f32 / 100.0), None);
            }
            (_, Some(done), Some(total)) if total > 0 => {
                let done = done.min(total);
                self.reading.step = Some(done as f32 / total as f32);
                self.reading.count = Some((done, total));
            }
            _ => {}
        }
        if let Some(label) = found.name("label")
            && (self.by_tool || self.reading.label.is_empty())
        {
            self.reading.label = label.as_str().trim().chars().take(200).collect();
            self.by_tool = true;
        }
    }

    fn mark(&mut self, index: usize, text: &str) {
        let mark = &self.marks[index];
        let Some(found) = mark.regex.captures(text) else { return };
        let number = |name: &str| {
            found.name(name).and_then(|group| group.as_str().trim().replace(',', "").parse::<u64>().ok())
        };
        let (done, total, percent) = (number("done"), number("total"), number("percent"));
        // A number that is none tells nothing at all.
        if [("done", done), ("total", total), ("percent", percent)]
            .iter()
            .any(|(name, value)| value.is_none() && found.name(name).is_some())
        {
            return;
        }
        if let Some(phase) = mark.phase {
            let title = self.phases[phase].clone();
            self.reading =
                Reading { phase: Some((phase + 1, self.phases.len(), title)), ..Reading::default() };
            self.units.fill(Unit::default());
            (self.counted, self.by_tool) = (false, false);
        }
        if let Some(label) = found.name("label") {
            self.by_tool = false;
            self.reading.label = label.as_str().trim().chars().take(200).collect();
        }
        let unit = &mut self.units[mark.unit];
        if let Some(percent) = percent {
            self.reading.step = Some(percent.min(100) as f32 / 100.0);
            self.reading.count = None;
            self.counted = true;
        } else if let Some(done) = done {
            unit.done = done;
            unit.total = total.or(mark.total).or(unit.total);
        } else if let Some(total) = total {
            *unit = Unit { done: 0, total: Some(total) };
        } else if mark.phase.is_none() {
            unit.total = mark.total.or(unit.total);
            unit.done += 1;
        }
        if let (None, Unit { done, total: Some(total) }) = (percent, *unit)
            && total > 0
        {
            let done = done.min(total);
            self.reading.count = Some((done, total));
            self.reading.step = Some(done as f32 / total as f32);
            self.counted = true;
        }
    }
}

/// Whether what was seen is no more than waiting.
fn is_still(activity: &Activity) -> bool {
    let over = activity.over.max(1);
    activity.cpu.saturating_mul(IDLE_SHARE) < over && activity.io.saturating_mul(1000) / over < IDLE_BYTES
}

#[cfg(test)]
mod tests {
    use super::*;

    fn progress(pattern: &str) -> Progress {
        Progress { pattern: pattern.into(), ..Progress::default() }
    }

    fn read(progress: &[Progress], output: &str) -> Reading {
        let mut gauge = Gauge::new(progress);
        // In pieces, as it may come.
        for piece in output.as_bytes().chunks(7) {
            gauge.output(piece, Duration::ZERO);
        }
        gauge.reading().clone()
    }

    #[test]
    fn a_clone_tells_percent_on_one_row() {
        let marks = [
            progress("Cloning into '(?P<label>[^']+)'"),
            progress(r"^(?:remote: )?Receiving objects:\s+(?P<percent>\d+)%"),
        ];
        let reading = read(
            &marks,
            "Cloning into 'runc'...\nReceiving objects:   9% (1/10)\rReceiving objects:  42% (4/10)\r",
        );
        assert_eq!((reading.label.as_str(), reading.whole()), ("runc", Some(0.42)));
    }

    #[test]
    fn packages_are_counted_against_what_was_announced() {
        let marks = [
            Progress { unit: "packages".into(), ..progress(r"^(?P<total>\d+) packages to compile$") },
            Progress { unit: "packages".into(), ..progress(r"^(?P<label>[a-z0-9.]+(?:/\S+)*)$") },
            progress(r"^go: downloading (?P<label>\S+)"),
        ];
        let reading = read(
            &marks,
            "4 packages to compile\ngo: downloading x/y v1\nfmt\n\x1b[1mk8s.io/api/core\x1b[0m\n",
        );
        assert_eq!((reading.count, reading.label.as_str()), (Some((2, 4)), "k8s.io/api/core"));
        // Without an announcement the label is all there is.
        assert_eq!(read(&marks, "fmt\n").whole(), None);
    }

    #[test]
    fn phases_share_the_stage_and_begin_anew() {
        let phase = |pattern: &str, title: &str| Progress { phase: title.into(), ..progress(pattern) };
        let marks = [
            phase("Verifying Prerequisites", "check"),
            phase("Running build command", "build"),
            phase("Building tarball", "package"),
            progress(r"^#\d+ \[\s*(?P<done>\d+)/(?P<total>\d+)\]"),
        ];
        let reading = read(&marks, "+++ [1] Verifying Prerequisites....\n#5 [2/4] RUN x\n");
        assert_eq!(reading.whole(), Some(0.5 / 3.0));
        let reading = read(&marks, "#5 [2/4] RUN x\nRunning build command...\n");
        assert_eq!((reading.phase, reading.step), (Some((2, 3, "build".into())), None));
    }

    #[test]
    fn tools_tell_of_themselves_where_the_plan_counts_nothing() {
        let percent = |n: u32| Some(n as f32 / 100.0);
        for (output, step, label) in [
            ("Receiving objects:  42% (4/10), 1.20 MiB | 1.1 MiB/s\r", percent(42), "Receiving objects"),
            ("remote: Compressing objects:   7% (7/100)\r", percent(7), "Compressing objects"),
            ("处理 delta 中:  50% (5/10)\r", percent(50), "处理 delta 中"),
            (
                " 37 71.2M   37 26.9M    0     0  9876k      0  0:00:07  0:00:02  0:00:05 9876k\r",
                percent(37),
                "",
            ),
            ("######################                        31.4%\r", percent(31), ""),
            (
                "go1.23.6.linux-riscv64.tar.gz  45%[=======>        ]  31.5M  2.1MB/s    eta 18s\r",
                percent(45),
                "go1.23.6.linux-riscv64.tar.gz",
            ),
            (" 15500K .......... .......... .......... .......... .......... 92% 3.4M 1s\n", percent(92), ""),
            ("#12 [build 3/4] RUN ./scripts/build\n", percent(75), "RUN ./scripts/build"),
            ("#7 [internal] load metadata for docker.io/library/golang\n", None, ""),
            ("Step 2/4 : RUN apk add bash\n", percent(50), "RUN apk add bash"),
            ("[3/120] Building C object a.c.o\n", Some(3.0 / 120.0), "Building C object a.c.o"),
            ("[ 45%] Building CXX object b.cpp.o\n", percent(45), "Building CXX object b.cpp.o"),
            ("  CC [M]  drivers/net/vxlan.o\n", None, "drivers/net/vxlan.o"),
            ("    Building [=====>      ] 60/120: regex, serde\r", percent(50), "regex, serde"),
            ("Progress: [ 64%] [######....] \r", percent(64), ""),
            ("Setting up libseccomp-dev:amd64 (2.5.4-1) ...\n", None, "libseccomp-dev:amd64"),
            ("(3/12) Installing gcc (13.2.1)\n", percent(25), "Installing gcc (13.2.1)"),
            (
                "  Installing : gcc-12.3.1-30.oe2309.riscv64      4/8 \n",
                percent(50),
                "gcc-12.3.1-30.oe2309.riscv64",
            ),
            ("    123,456,789  55%   10.20MB/s    0:00:09 (xfr#1, to-chk=3/9)\r", percent(55), ""),
            ("tar: Write checkpoint 1000\n", None, "Write checkpoint 1000"),
        ] {
            let reading = read(&[], output);
            assert_eq!((reading.step, reading.label.as_str()), (step, label), "{output:?}");
        }
        // Lines of a build that only look like it.
        for output in
            ["cc -o a a.c\n", "ok  k8s.io/api 0.1s\n", "100 tests passed\n", "(see 3/4 of the log)\n"]
        {
            assert!(read(&[], output).is_empty(), "{output:?}");
        }
    }

    #[test]
    fn what_a_plan_counts_is_not_disturbed_by_a_tool() {
        let marks = [Progress { total: Some(4), ..progress("^Building (?P<label>.+)$") }];
        let reading = read(&marks, "Building cni\nReceiving objects:  97% (9/10)\r[1/2] x\n");
        assert_eq!((reading.count, reading.label.as_str()), (Some((1, 4)), "cni"));
    }

    fn seen(over: u64, cpu: u64, io: u64, elsewhere: &str) -> Activity {
        Activity { over, cpu, io, who: "cc1".into(), elsewhere: elsewhere.into(), ..Activity::default() }
    }

    #[test]
    fn silence_is_busy_or_elsewhere_or_idle_and_at_last_stuck() {
        let mut gauge = Gauge::new(&[]);
        assert_eq!(gauge.quiet(), None);
        gauge.activity(&seen(10_000, 9_000, 0, ""));
        assert_eq!(gauge.quiet(), Some(Quiet::Busy("cc1")));
        gauge.activity(&seen(10_000, 20, 50_000_000, ""));
        assert_eq!(gauge.quiet(), Some(Quiet::Busy("cc1")), "reading and writing is work too");
        gauge.activity(&seen(10_000, 10, 100, "docker"));
        assert_eq!(gauge.quiet(), Some(Quiet::Elsewhere("docker")));
        for _ in 0..5 {
            gauge.activity(&seen(10_000, 10, 100, ""));
        }
        assert_eq!(gauge.quiet(), Some(Quiet::Idle("cc1")));
        gauge.activity(&seen(10_000, 0, 0, ""));
        assert_eq!(gauge.quiet(), Some(Quiet::Stuck(Duration::from_secs(60))));
        gauge.output(b"x", Duration::from_secs(80));
        assert_eq!((gauge.quiet(), gauge.silence(Duration::from_secs(95))), (None, Duration::from_secs(15)));
    }

    #[test]
    fn hostile_patterns_and_numbers_are_nothing() {
        let marks =
            [progress("("), progress(r"(?P<done>\d+)/(?P<total>\d+)"), progress(r"(?P<percent>\d+)%")];
        assert_eq!(read(&marks, "7/0\n").whole(), None);
        assert_eq!(read(&marks, "9999999999999999999999/3\n").whole(), None);
        assert_eq!(read(&marks, "900%\n").whole(), Some(1.0));
    }
}
