//! What machine it is: architecture, distribution, user.

use super::known;
use super::place::{Mute, Place};
use crate::event::Answer;
use crate::locale::both;

pub(super) fn arch(place: &Place) -> Answer {
    if place.is_local() {
        return Answer::Is(go_arch(&rustix::system::uname().machine().to_string_lossy()));
    }
    match place.run(&["uname", "-m"], false) {
        Ok(said) if said.ok => known(said.first_line().map(|machine| go_arch(&machine))),
        Ok(_) => Mute::Missing.without("uname"),
        Err(mute) => mute.without("uname"),
    }
}

/// The kernel's name of a machine as Go calls it; see `go tool dist list`.
pub(super) fn go_arch(machine: &str) -> String {
    match machine {
        "x86_64" | "amd64" => "amd64",
        "aarch64" | "arm64" => "arm64",
        "i386" | "i486" | "i586" | "i686" => "386",
        "loongarch64" => "loong64",
        "mips64" => "mips64le",
        arm if arm.starts_with("armv") => "arm",
        other => other,
    }
    .to_owned()
}

pub(super) fn distro(place: &Place) -> Answer {
    known(os_release(place).and_then(|text| field(&text, "ID")).map(|id| id.to_lowercase()))
}

pub(super) fn distro_like(place: &Place) -> Answer {
    known(os_release(place).and_then(|text| field(&text, "ID_LIKE")).map(|ids| ids.to_lowercase()))
}

/// os-release(5): the second place is for systems without the first.
pub(super) fn os_release(place: &Place) -> Option<String> {
    place.read("/etc/os-release").or_else(|| place.read("/usr/lib/os-release"))
}

/// A field of os-release; values are quoted as in a shell. The last one counts, an empty one does not.
pub(super) fn field(text: &str, name: &str) -> Option<String> {
    let value = |line: &str| {
        let rest = line.trim().strip_prefix(name)?.strip_prefix('=')?;
        Some(shlex::split(rest)?.join(" "))
    };
    text.lines().filter_map(value).next_back().filter(|value| !value.is_empty())
}

pub(super) fn user(place: &Place) -> Answer {
    if place.is_local() && rustix::process::geteuid().is_root() {
        return Answer::Is("root".into());
    }
    match place.run(&["id", "-un"], false) {
        Ok(said) if said.ok => known(said.first_line()),
        Ok(_) | Err(Mute::Missing) => {
            Answer::Unknown(both!("`id -un` knows no name", "`id -un` 没有给出用户名"))
        }
        Err(Mute::Because(why)) => Answer::Unknown(why),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn os_release_files() {
        let open_euler =
            "NAME=\"openEuler\"\nVERSION=\"24.03 (LTS)\"\nID=\"openEuler\"\nVERSION_ID=\"24.03\"\n";
        let mint = "NAME='Linux Mint'\nID=linuxmint\nID_LIKE=\"ubuntu debian\"\n# ID=fedora\nBUILD_ID=x\n";
        let odd = "ID=\nID_LIKE=\"unclosed\nVARIANT_ID=server\n";
        for (text, name, expected) in [
            (open_euler, "ID", Some("openEuler")),
            (open_euler, "ID_LIKE", None),
            (open_euler, "VERSION", Some("24.03 (LTS)")),
            (mint, "ID", Some("linuxmint")),
            (mint, "ID_LIKE", Some("ubuntu debian")),
            (mint, "NAME", Some("Linux Mint")),
            (odd, "ID", None),
            (odd, "ID_LIKE", None),
        ] {
            assert_eq!(field(text, name).as_deref(), expected, "{name} in {text}");
        }
    }

    #[test]
    fn machines() {
        for (kernel, go) in [
            ("x86_64", "amd64"),
            ("aarch64", "arm64"),
            ("armv7l", "arm"),
            ("riscv64", "riscv64"),
            ("i686", "386"),
        ] {
            assert_eq!(go_arch(kernel), go);
        }
    }
}
