//! What a command's processes do while it says nothing: processor time and bytes, from /proc.
//!
//! Looks, and tells what changed since the last look; what that means is the model's question. Children that
//! ended in between count through their parents, which inherit their times.
#![expect(clippy::disallowed_methods, reason = "reads /proc")]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rustix::process::Pid;

use super::kin;
use crate::event::Activity;

/// After so many looks nothing is new any more, and looks become rare.
const OFTEN: u32 = 6;
/// How much rarer.
const RARER: u32 = 6;

/// Programs that only wait for the work of a service, or of another machine.
const CLIENTS: [&str; 9] =
    ["docker", "docker-buildx", "docker-compose", "podman", "nerdctl", "buildctl", "kubectl", "ssh", "rsync"];

/// Of one process: what it used, and its name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Usage {
    name: String,
    cpu: u64,
    io: u64,
}

/// Watches one command.
pub(super) struct Vitals {
    every: Duration,
    bytes: u64,
    looks: u32,
    next: Instant,
    before: Option<(Instant, BTreeMap<i32, Usage>)>,
}

impl Vitals {
    /// Watches from `now` on, looking after each `every` without a word.
    pub(super) fn new(now: Instant, every: Duration) -> Self {
        Self { every, bytes: 0, looks: 0, next: now + every, before: None }
    }

    /// How long until the next look.
    pub(super) fn due(&self, now: Instant) -> Duration {
        self.next.saturating_duration_since(now)
    }

    /// Looks, where it is time: `bytes` is how much the command wrote so far. The first look after a word is
    /// only what later ones are compared with.
    pub(super) fn look(&mut self, now: Instant, run: u32, bytes: u64, leader: Pid) -> Option<Activity> {
        if now < self.next {
            return None;
        }
        if bytes != self.bytes {
            self.bytes = bytes;
            self.looks = 0;
            self.before = None;
            self.next = now + self.every;
            return None;
        }
        self.looks += 1;
        self.next = now + if self.looks > OFTEN { self.every * RARER } else { self.every };
        let usage: BTreeMap<i32, Usage> =
            kin::members(leader)?.into_iter().filter_map(|pid| usage(pid).map(|it| (id(pid), it))).collect();
        let before = self.before.replace((now, usage.clone()));
        let (then, before) = before?;
        let over = u64::try_from(now.duration_since(then).as_millis()).unwrap_or(u64::MAX);
        Some(Activity { run, over, ..difference(&before, &usage) })
    }
}

fn id(pid: Pid) -> i32 {
    pid.as_raw_nonzero().get()
}

/// What was used between two looks; who used most.
fn difference(before: &BTreeMap<i32, Usage>, after: &BTreeMap<i32, Usage>) -> Activity {
    let mut made =
        Activity { processes: u32::try_from(after.len()).unwrap_or(u32::MAX), ..Activity::default() };
    let mut most = 0;
    for (pid, now) in after {
        let then = before.get(pid).cloned().unwrap_or_default();
        let (cpu, io) = (now.cpu.saturating_sub(then.cpu), now.io.saturating_sub(then.io));
        made.cpu += cpu;
        made.io += io;
        if cpu >= most {
            most = cpu;
            made.who.clone_from(&now.name);
        }
        if CLIENTS.contains(&now.name.as_str()) {
            made.elsewhere.clone_from(&now.name);
        }
    }
    made
}

fn usage(pid: Pid) -> Option<Usage> {
    let folder = format!("/proc/{}", id(pid));
    let stat = std::fs::read(format!("{folder}/stat")).ok()?;
    // Somebody else's (`sudo`) does not tell.
    let io = std::fs::read_to_string(format!("{folder}/io")).map_or(0, |text| bytes_moved(&text));
    let (name, ticks) = name_and_ticks(&stat)?;
    Some(Usage { name, cpu: ticks.saturating_mul(1000) / rustix::param::clock_ticks_per_second().max(1), io })
}

/// Name and clock ticks (own and of children that ended) of a line of `/proc/PID/stat`.
fn name_and_ticks(stat: &[u8]) -> Option<(String, u64)> {
    let open = stat.iter().position(|b| *b == b'(')?;
    let close = stat.iter().rposition(|b| *b == b')')?;
    let name = String::from_utf8_lossy(stat.get(open + 1..close)?);
    let name = name.chars().filter(|c| !c.is_control()).collect();
    let rest = std::str::from_utf8(stat.get(close + 1..)?).ok()?;
    let times: Vec<u64> =
        rest.split_ascii_whitespace().skip(11).take(4).filter_map(|t| t.parse().ok()).collect();
    (times.len() == 4).then(|| (name, times.iter().sum()))
}

/// Bytes read and written, from `/proc/PID/io`.
fn bytes_moved(io: &str) -> u64 {
    io.lines()
        .filter_map(|line| line.strip_prefix("rchar: ").or_else(|| line.strip_prefix("wchar: ")))
        .filter_map(|number| number.trim().parse::<u64>().ok())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_proc() {
        let stat = b"13 (a b) c) R 9 13 13 0 -1 4194560 1 2 3 4 10 20 30 40 20 0 1 0 5 6";
        assert_eq!(name_and_ticks(stat), Some(("a b) c".to_owned(), 100)));
        assert_eq!(name_and_ticks(b"13 (a) R 9 13"), None);
        assert_eq!(bytes_moved("rchar: 100\nwchar: 20\nsyscr: 7\nread_bytes: 9\n"), 120);
    }

    #[test]
    fn the_busiest_is_named_and_clients_are_told_apart() {
        let usage = |name: &str, cpu, io| Usage { name: name.into(), cpu, io };
        let before = BTreeMap::from([(1, usage("make", 50, 0)), (2, usage("docker", 5, 9))]);
        let after = BTreeMap::from([
            (1, usage("make", 60, 100)),
            (2, usage("docker", 5, 9)),
            (3, usage("cc1", 700, 1)),
        ]);
        let seen = difference(&before, &after);
        assert_eq!((seen.cpu, seen.io, seen.processes), (710, 101, 3));
        assert_eq!((seen.who.as_str(), seen.elsewhere.as_str()), ("cc1", "docker"));
    }
}
