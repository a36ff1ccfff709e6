//! Memory as a build may use it: the machine's, or less where its control group has a limit.
//!
//! Sources: proc(5) for /proc/meminfo and /proc/vmstat; the kernel's cgroup-v1 and cgroup-v2 texts for the rest.

use super::place::Place;
use crate::event::Answer;
use crate::locale::both;

/// Version 1 writes "no limit" as the largest page count; nothing has that much.
const NO_LIMIT: u64 = 1 << 60;

pub(super) fn total(place: &Place) -> Answer {
    let Some(total) = meminfo(place, "MemTotal") else { return no_meminfo() };
    let limit = groups(place).iter().filter_map(|group| group.limit(place)).min();
    Answer::Is(limit.map_or(total, |limit| limit.min(total)).to_string())
}

pub(super) fn available(place: &Place) -> Answer {
    let Some(available) = meminfo(place, "MemAvailable") else { return no_meminfo() };
    let room = |group: &Group| Some(group.limit(place)?.saturating_sub(group.used(place)?));
    let room = groups(place).iter().filter_map(room).min();
    Answer::Is(room.map_or(available, |room| room.min(available)).to_string())
}

pub(super) fn swap(place: &Place) -> Answer {
    meminfo(place, "SwapTotal").map_or_else(no_meminfo, |bytes| Answer::Is(bytes.to_string()))
}

/// The group's own count where there is one: the machine's also counts what happened to others.
pub(super) fn oom_kills(place: &Place) -> Answer {
    let own = groups(place).first().and_then(|group| group.oom_kills(place));
    let machine = || place.read("/proc/vmstat").and_then(|text| count(&text, "oom_kill"));
    match own.or_else(machine) {
        Some(kills) => Answer::Is(kills.to_string()),
        None => Answer::Unknown(both!("the kernel does not count them", "内核没有统计")),
    }
}

fn no_meminfo() -> Answer {
    Answer::Unknown(both!("/proc/meminfo does not tell", "/proc/meminfo 没有给出"))
}

fn meminfo(place: &Place, name: &str) -> Option<u64> {
    kibibytes(&place.read("/proc/meminfo")?, name)
}

/// A line such as `MemTotal:  8035072 kB`, in bytes.
fn kibibytes(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    line.split_whitespace().next()?.parse::<u64>().ok()?.checked_mul(1024)
}

/// A line such as `oom_kill 3`.
fn count(text: &str, name: &str) -> Option<u64> {
    text.lines().find_map(|line| {
        let (key, value) = line.split_once(' ')?;
        (key == name).then(|| value.trim().parse().ok())?
    })
}

/// A control group's folder.
#[derive(Debug, PartialEq, Eq)]
struct Group {
    folder: String,
    unified: bool,
}

impl Group {
    fn limit(&self, place: &Place) -> Option<u64> {
        let file = if self.unified { "memory.max" } else { "memory.limit_in_bytes" };
        self.number(place, file).filter(|limit| *limit < NO_LIMIT)
    }

    fn used(&self, place: &Place) -> Option<u64> {
        self.number(place, if self.unified { "memory.current" } else { "memory.usage_in_bytes" })
    }

    fn oom_kills(&self, place: &Place) -> Option<u64> {
        let file = if self.unified { "memory.events" } else { "memory.oom_control" };
        count(&place.read(&format!("{}/{file}", self.folder))?, "oom_kill")
    }

    fn number(&self, place: &Place, file: &str) -> Option<u64> {
        place.read(&format!("{}/{file}", self.folder))?.trim().parse().ok()
    }
}

/// The group that this process is in and those above it, whose limits hold as well.
fn groups(place: &Place) -> Vec<Group> {
    place.read("/proc/self/cgroup").map(|text| groups_of(&text)).unwrap_or_default()
}

/// Inside a container the path counts from outside, so the root of what is mounted is always looked at too.
fn groups_of(text: &str) -> Vec<Group> {
    let line = |line: &str| {
        let mut parts = line.splitn(3, ':');
        let (number, controllers, path) = (parts.next()?, parts.next()?, parts.next()?);
        let memory = controllers.split(',').any(|name| name == "memory");
        let unified = number == "0" && controllers.is_empty();
        (memory || unified).then(|| (unified, path.to_owned()))
    };
    let mut lines: Vec<(bool, String)> = text.lines().filter_map(line).collect();
    // With both versions mounted, memory belongs to the first.
    lines.sort_by_key(|(unified, _)| *unified);
    let Some((unified, path)) = lines.into_iter().next() else { return Vec::new() };
    let mount = if unified { "/sys/fs/cgroup" } else { "/sys/fs/cgroup/memory" };
    let mut groups = Vec::new();
    let mut path = path.trim_end_matches('/');
    loop {
        if !path.contains("..") {
            groups.push(Group { folder: format!("{mount}{path}"), unified });
        }
        let Some((above, _)) = path.rsplit_once('/') else { break };
        path = above;
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        let meminfo =
            "MemTotal:        8035072 kB\nMemAvailable:    512 kB\nSwapTotal:             0 kB\nOdd: x kB\n";
        assert_eq!(kibibytes(meminfo, "MemTotal"), Some(8_035_072 * 1024));
        assert_eq!(kibibytes(meminfo, "SwapTotal"), Some(0));
        assert_eq!(kibibytes(meminfo, "Mem"), None);
        assert_eq!(kibibytes(meminfo, "Odd"), None);
        assert_eq!(count("low 0\noom 2\noom_kill 3\noom_group_kill 0\n", "oom_kill"), Some(3));
        assert_eq!(count("oom_kill_disable 0\nunder_oom 0\n", "oom_kill"), None);
    }

    #[test]
    fn control_groups() {
        let folders = |text| groups_of(text).into_iter().map(|group| group.folder).collect::<Vec<_>>();
        assert_eq!(
            folders("0::/user.slice/user-1000.slice\n"),
            ["/sys/fs/cgroup/user.slice/user-1000.slice", "/sys/fs/cgroup/user.slice", "/sys/fs/cgroup"]
        );
        assert_eq!(folders("0::/\n"), ["/sys/fs/cgroup"]);
        assert_eq!(folders("0::/../../system.slice\n"), ["/sys/fs/cgroup"]);
        assert_eq!(
            folders("12:cpu,cpuacct:/x\n4:memory:/docker/3f\n0::/other\n"),
            ["/sys/fs/cgroup/memory/docker/3f", "/sys/fs/cgroup/memory/docker", "/sys/fs/cgroup/memory"]
        );
        assert_eq!(folders(""), Vec::<String>::new());
    }
}
