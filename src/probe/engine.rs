//! Container engines: whether the daemon answers, and whether it answers this user.

use super::place::{Mute, Place};
use crate::event::Answer;

/// The daemon's version; `denied` where it answers, but not this user; absent where there is no daemon (or no
/// command at all, which `which` tells).
pub(super) fn version(place: &Place, engine: &str) -> Answer {
    let argv: &[&str] = match engine {
        "docker" => &["docker", "version", "--format", "{{.Server.Version}}"],
        // podman has no daemon; `info` needs its storage and runtime.
        "podman" => &["podman", "info", "--format", "{{.Version.Version}}"],
        other => return Answer::Unknown(format!("`{other}` is no engine that ktui knows")),
    };
    match place.run(argv, true) {
        Ok(said) => judge(said.ok, &said.text),
        Err(Mute::Missing) => Answer::Absent,
        Err(Mute::Because(why)) => Answer::Unknown(why),
    }
}

/// Docker's texts are English whatever the locale.
fn judge(ok: bool, text: &str) -> Answer {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let lower = text.to_lowercase();
    if ok && !first.is_empty() {
        return Answer::Is(
            text.lines().rev().map(str::trim).find(|line| !line.is_empty()).unwrap_or(first).to_owned(),
        );
    }
    if lower.contains("permission denied") {
        return Answer::Is("denied".into());
    }
    if lower.contains("cannot connect")
        || lower.contains("is the docker daemon running")
        || lower.contains("no such host")
    {
        return Answer::Absent;
    }
    Answer::Unknown(if first.is_empty() { "it says nothing".into() } else { first.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_docker_says() {
        assert_eq!(judge(true, "28.2.2\n"), Answer::Is("28.2.2".into()));
        let down = "\nCannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n";
        assert_eq!(judge(false, down), Answer::Absent);
        let denied = "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Get \"http://…\": dial unix: connect: permission denied";
        assert_eq!(judge(false, denied), Answer::Is("denied".into()));
        assert!(matches!(judge(false, ""), Answer::Unknown(_)));
    }
}
