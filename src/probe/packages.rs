//! The package manager, and what it says is installed.

use super::known;
use super::os::{field, os_release};
use super::place::Place;
use super::tools::{is_name, which};
use crate::event::Answer;
use crate::locale::both;

/// Managers with the command that shows they are there, the likeliest first.
const MANAGERS: &[(&str, &[&str])] = &[
    ("apt", &["apt-get"]),
    ("dnf", &["dnf", "yum", "microdnf"]),
    ("apk", &["apk"]),
    ("pacman", &["pacman"]),
    ("zypper", &["zypper"]),
    ("brew", &["brew"]),
];

pub(super) fn manager(place: &Place) -> Answer {
    known(find_manager(place).map(str::to_owned))
}

/// The distribution's own manager where it is there, else the first that is.
fn find_manager(place: &Place) -> Option<&'static str> {
    let text = os_release(place).unwrap_or_default();
    let ids =
        [field(&text, "ID"), field(&text, "ID_LIKE")].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let own = manager_of(&ids);
    let there =
        |commands: &[&str]| commands.iter().any(|command| matches!(which(place, command), Answer::Is(_)));
    let own = MANAGERS.iter().filter(|(name, _)| Some(*name) == own);
    own.chain(MANAGERS).find(|(_, commands)| there(commands)).map(|(name, _)| *name)
}

/// The manager of the first id that is known, from the ids in ID and ID_LIKE.
fn manager_of(ids: &str) -> Option<&'static str> {
    ids.split_whitespace().find_map(|id| {
        Some(match id.to_lowercase().as_str() {
            "debian" | "ubuntu" | "linuxmint" | "raspbian" | "deepin" | "uos" | "kali" => "apt",
            "fedora" | "rhel" | "centos" | "rocky" | "almalinux" | "openeuler" | "anolis" | "kylin"
            | "ol" | "amzn" | "opencloudos" | "tencentos" => "dnf",
            "alpine" | "wolfi" => "apk",
            "arch" | "archarm" | "manjaro" | "endeavouros" => "pacman",
            "suse" | "opensuse" | "opensuse-leap" | "opensuse-tumbleweed" | "sles" => "zypper",
            _ => return None,
        })
    })
}

pub(super) fn installed(place: &Place, name: &str) -> Answer {
    if !is_name(name) {
        return Answer::Absent;
    }
    let Some(manager) = find_manager(place) else {
        return Answer::Unknown(both!("no package manager to ask", "没有可询问的包管理器"));
    };
    let question: &[&str] = match manager {
        "apt" => &["dpkg-query", "-W", "-f=${db:Status-Abbrev} ${Version}\n", name],
        "dnf" | "zypper" => &["rpm", "-q", "--qf", "%{VERSION}-%{RELEASE}\n", name],
        "apk" => &["apk", "info", "-ev", name],
        "pacman" => &["pacman", "-Q", name],
        _ => &["brew", "list", "--versions", name],
    };
    match place.run(question, false) {
        Ok(said) => known(version_in(manager, name, &said.text).filter(|_| said.ok || manager == "apt")),
        Err(mute) => mute.nobody_to_ask(question[0]),
    }
}

/// The version in what the manager's query prints.
fn version_in(manager: &str, name: &str, text: &str) -> Option<String> {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let version = match manager {
        // `ii  2.5.4-1`: wanted and installed; `rc` is what is left of a removed one.
        "apt" => lines.find_map(|line| line.strip_prefix("ii"))?.trim(),
        // `libseccomp-2.5.5-r1`
        "apk" => lines.find_map(|line| line.strip_prefix(name)?.strip_prefix('-'))?,
        // `name version`, the newest last
        "pacman" | "brew" => lines.next()?.split_whitespace().skip(1).last()?,
        _ => lines.next()?,
    };
    (!version.is_empty()).then(|| version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distributions_and_their_managers() {
        for (ids, expected) in [
            ("debian", Some("apt")),
            ("openEuler", Some("dnf")),
            ("pop ubuntu debian", Some("apt")),
            ("nobara fedora", Some("dnf")),
            ("sled suse opensuse", Some("zypper")),
            ("mystery", None),
            ("", None),
        ] {
            assert_eq!(manager_of(ids), expected, "{ids}");
        }
    }

    #[test]
    fn what_managers_print() {
        for (manager, name, text, expected) in [
            ("apt", "libseccomp-dev", "ii  2.5.4-1+deb12u1\n", Some("2.5.4-1+deb12u1")),
            ("apt", "gone", "rc  1.0\n", None),
            ("apt", "two", "un  \nii  3.1\n", Some("3.1")),
            ("dnf", "libseccomp-devel", "2.5.5-3.oe2403\n", Some("2.5.5-3.oe2403")),
            ("apk", "libseccomp-dev", "libseccomp-dev-2.5.5-r1\n", Some("2.5.5-r1")),
            ("pacman", "go", "go 2:1.25.3-1\n", Some("2:1.25.3-1")),
            ("brew", "go", "go 1.24.1 1.25.3\n", Some("1.25.3")),
            ("brew", "go", "", None),
        ] {
            assert_eq!(version_in(manager, name, text).as_deref(), expected, "{manager} {text:?}");
        }
    }
}
