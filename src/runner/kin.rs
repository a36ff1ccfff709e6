//! The processes of one pty: found by their kernel session, signalled together.
//!
//! A stage's shell leads a session of its own, so what it started belongs to it however deep it sits, as long
//! as it did not open a session of its own (a daemon that means to stay).
#![expect(clippy::disallowed_methods, reason = "reads /proc")]

use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

/// The processes of the session that `leader` leads or led, zombies left out; `None` where /proc cannot tell.
pub(super) fn members(leader: Pid) -> Option<Vec<Pid>> {
    let entries = std::fs::read_dir("/proc").ok()?;
    let mut found = Vec::new();
    let mut any = false;
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(pid) = name.to_str().and_then(|n| n.parse::<i32>().ok()).and_then(Pid::from_raw) else {
            continue;
        };
        let Ok(stat) = std::fs::read(entry.path().join("stat")) else { continue };
        if let Some((state, session)) = state_and_session(&stat) {
            any = true;
            if session == leader.as_raw_nonzero().get() && !matches!(state, b'Z' | b'X') {
                found.push(pid);
            }
        }
    }
    any.then_some(found)
}

/// State and session of a line of `/proc/PID/stat`; the command's name may hold anything, `)` included.
fn state_and_session(stat: &[u8]) -> Option<(u8, i32)> {
    let name_end = stat.iter().rposition(|b| *b == b')')?;
    let rest = std::str::from_utf8(stat.get(name_end + 1..)?).ok()?;
    let mut fields = rest.split_ascii_whitespace();
    let state = *fields.next()?.as_bytes().first()?;
    let session = fields.nth(2)?.parse().ok()?;
    Some((state, session))
}

/// Whether any of them still runs.
pub(super) fn alive(leader: Pid) -> bool {
    match members(leader) {
        Some(found) => !found.is_empty(),
        None => rustix::process::test_kill_process_group(leader).is_ok(),
    }
}

/// Sends the signal to each; `false` where one of them belongs to somebody else (`sudo`) and did not get it.
pub(super) fn signal(leader: Pid, signal: Signal) -> bool {
    let mut allowed = true;
    let mut note = |result: Result<(), Errno>| allowed &= result != Err(Errno::PERM);
    match members(leader) {
        Some(found) => {
            for pid in found {
                note(kill_process(pid, signal));
            }
        }
        None => note(kill_process_group(leader, signal)),
    }
    allowed
}

/// Kills them all, those included that are being born meanwhile.
pub(super) fn kill(leader: Pid) {
    for _ in 0..10 {
        signal(leader, Signal::KILL);
        if !alive(leader) {
            break;
        }
    }
}

/// A signal's name, as in `kill -l` with `SIG` before it.
pub(super) fn signal_name(number: i32) -> String {
    const NAMES: &[(Signal, &str)] = &[
        (Signal::HUP, "SIGHUP"),
        (Signal::INT, "SIGINT"),
        (Signal::QUIT, "SIGQUIT"),
        (Signal::ILL, "SIGILL"),
        (Signal::TRAP, "SIGTRAP"),
        (Signal::ABORT, "SIGABRT"),
        (Signal::BUS, "SIGBUS"),
        (Signal::FPE, "SIGFPE"),
        (Signal::KILL, "SIGKILL"),
        (Signal::USR1, "SIGUSR1"),
        (Signal::SEGV, "SIGSEGV"),
        (Signal::USR2, "SIGUSR2"),
        (Signal::PIPE, "SIGPIPE"),
        (Signal::ALARM, "SIGALRM"),
        (Signal::TERM, "SIGTERM"),
        (Signal::XCPU, "SIGXCPU"),
        (Signal::XFSZ, "SIGXFSZ"),
        (Signal::SYS, "SIGSYS"),
    ];
    NAMES
        .iter()
        .find(|(signal, _)| signal.as_raw() == number)
        .map_or_else(|| format!("SIG{number}"), |(_, name)| (*name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stat_lines() {
        for (line, expected) in [
            ("12 (bash) S 1 12 12 34816 12 0", Some((b'S', 12))),
            ("13 (a) R 9 (b) Z 1 12 77 34816 12", Some((b'Z', 77))),
            ("13 (\u{fffd}) x) D 1 12 -1 0", Some((b'D', -1))),
            ("13 (cut", None),
            ("13 (cut) S 1", None),
            ("", None),
        ] {
            assert_eq!(state_and_session(line.as_bytes()), expected, "{line}");
        }
    }

    #[test]
    fn a_process_in_a_pty_is_found_by_its_session() {
        let pair = portable_pty::native_pty_system().openpty(portable_pty::PtySize::default()).unwrap();
        let mut command = portable_pty::CommandBuilder::new("sleep");
        command.arg("600");
        let mut child = pair.slave.spawn_command(command).unwrap();
        let leader = child.process_id().and_then(|id| Pid::from_raw(id.cast_signed())).unwrap();
        if let Some(found) = members(leader) {
            assert_eq!(found, [leader]);
        } else {
            eprintln!("no /proc here: only the process group is known");
        }
        assert!(alive(leader));
        kill(leader);
        child.wait().unwrap();
        assert!(!alive(leader));
    }

    #[test]
    fn names() {
        assert_eq!(signal_name(9), "SIGKILL");
        assert_eq!(signal_name(15), "SIGTERM");
        assert_eq!(signal_name(64), "SIG64");
    }
}
