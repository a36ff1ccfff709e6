//! What the kernel was built with and how its control groups are mounted.
//!
//! Sources: /proc/config.gz or /boot/config-RELEASE; for cgroups the kernel's cgroup-v1 and cgroup-v2 texts.

use super::known;
use super::place::Place;
use crate::event::Answer;
use crate::locale::both;

pub(super) fn config(place: &Place, name: &str) -> Answer {
    let name = name.strip_prefix("CONFIG_").unwrap_or(name);
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return Answer::Absent;
    }
    // `?` where no configuration can be read; a line otherwise, or nothing.
    let script = "r=$(uname -r)
        for f in /proc/config.gz /boot/config-$r /usr/lib/modules/$r/config /lib/modules/$r/config; do
            [ -r \"$f\" ] || continue
            case $f in *.gz) cat=zcat ;; *) cat=cat ;; esac
            $cat \"$f\" | sed -n \"s/^CONFIG_$1=//p\"; exit
        done; echo '?'";
    match place.run(&["sh", "-c", script, "sh", name], false) {
        Ok(said) => match said.first_line().as_deref() {
            Some("?") => {
                Answer::Unknown(both!("the kernel's configuration cannot be read", "无法读取内核配置"))
            }
            Some(value) => Answer::Is(value.to_owned()),
            None => Answer::Absent,
        },
        Err(mute) => mute.without("sh"),
    }
}

pub(super) fn cgroups(place: &Place) -> Answer {
    if let Some(controllers) = place.read("/sys/fs/cgroup/cgroup.controllers") {
        return Answer::Is(format!("v2 {}", controllers.trim()).trim_end().to_owned());
    }
    let on = place.read("/proc/cgroups").map(|text| controllers_of_v1(&text)).filter(|on| !on.is_empty());
    let kind =
        if place.read("/sys/fs/cgroup/unified/cgroup.controllers").is_some() { "hybrid" } else { "v1" };
    known(on.map(|on| format!("{kind} {}", on.join(" "))))
}

/// Names in /proc/cgroups whose last column is 1.
fn controllers_of_v1(text: &str) -> Vec<String> {
    let on = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        (!line.starts_with('#') && words.len() == 4 && words[3] == "1").then(|| words[0].to_owned())
    };
    text.lines().filter_map(on).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controllers_that_are_on() {
        let text = "#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpuset\t0\t1\t1\nmemory\t0\t1\t0\npids\t3\t1\t1\n";
        assert_eq!(controllers_of_v1(text), ["cpuset", "pids"]);
    }
}
