//! Container engines: whether the daemon answers, and whether it answers this user.

use super::network::host_and_port;
use super::place::{Mute, Place};
use crate::event::Answer;
use crate::locale::{Text, both};

fn no_engine(name: &str) -> Answer {
    Answer::Unknown(both!("`{name}` is no engine that ktui knows", "`{name}` 不是 ktui 认识的容器引擎"))
}

/// The daemon's version; `denied` where it answers, but not this user; absent where there is no daemon (or no
/// command at all, which `which` tells).
pub(super) fn version(place: &Place, engine: &str) -> Answer {
    let argv: &[&str] = match engine {
        "docker" => &["docker", "version", "--format", "{{.Server.Version}}"],
        // podman has no daemon; `info` needs its storage and runtime.
        "podman" => &["podman", "info", "--format", "{{.Version.Version}}"],
        other => return no_engine(other),
    };
    match place.run(argv, true) {
        Ok(said) => judge(said.ok, &said.text),
        Err(Mute::Missing) => Answer::Absent,
        Err(Mute::Because(why)) => Answer::Unknown(why),
    }
}

/// The folder in which an engine keeps its images; absent where nobody can be asked, since that is told elsewhere.
pub(super) fn root(place: &Place, engine: &str) -> Answer {
    let argv: &[&str] = match engine {
        "docker" => &["docker", "info", "--format", "{{.DockerRootDir}}"],
        "podman" => &["podman", "info", "--format", "{{.Store.GraphRoot}}"],
        other => return no_engine(other),
    };
    // Another machine's folder says nothing about this one.
    if place.variable("DOCKER_HOST").is_some_and(|host| !host.is_empty() && !host.starts_with("unix:")) {
        return Answer::Absent;
    }
    match place.run(argv, false) {
        Ok(said) => {
            said.first_line().filter(|dir| said.ok && dir.starts_with('/')).map_or(Answer::Absent, Answer::Is)
        }
        Err(Mute::Missing) => Answer::Absent,
        Err(Mute::Because(why)) => Answer::Unknown(why),
    }
}

/// Whether a container reaches an address: asked in one of the first images that has a shell and a tool for it. In a
/// container 127.0.0.1 is the container, so what answers here may not answer there.
pub(super) fn reaches(place: &Place, engine: &str, to: &str) -> Answer {
    const SCRIPT: &str = r#"inside='if command -v bash >/dev/null 2>&1; then
        (exec 2>/dev/null; bash -c "exec 3<>/dev/tcp/\$0/\$1" "$1" "$2") && echo true || echo false
        elif command -v nc >/dev/null 2>&1; then nc -z -w 3 "$1" "$2" && echo true || echo false
        else echo "?"; fi'
    for image in $("$1" images -q 2>/dev/null | head -n 3); do
        said=$("$1" run --rm --entrypoint sh "$image" -c "$inside" sh "$2" "$3" 2>/dev/null)
        case $said in true | false) echo "$said"; exit ;; esac
    done
    echo '?'"#;
    if !matches!(engine, "docker" | "podman") {
        return no_engine(engine);
    }
    let (host, Some(port)) = host_and_port(to) else {
        return Answer::Unknown(both!("`{to}` names no port", "`{to}` 没有端口"));
    };
    match place.run(&["sh", "-c", SCRIPT, "sh", engine, &host, &port.to_string()], false) {
        Ok(said) => match said.first_line().as_deref() {
            Some("true") => Answer::Is("true".into()),
            Some("false") => Answer::Absent,
            _ => Answer::Unknown(both!("there is no image here to ask in", "这里没有可用来询问的镜像")),
        },
        Err(mute) => mute.without("sh"),
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
    Answer::Unknown(if first.is_empty() {
        both!("it says nothing", "它没有任何说明")
    } else {
        Text::verbatim(first)
    })
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
