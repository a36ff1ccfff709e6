//! The tour as a person takes it: a real pty at 80×24, five real failures, five fixes, a green end; and its
//! session replayed to the same final screen.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests may touch the world and stop at the first surprise"
)]

mod terminal;

use std::fs;
use std::path::Path;

use terminal::{Terminal, ktui};

/// What the screen says of each failure, in the order in which they come.
const FINDINGS: [&str; 5] = [
    "✗ Command not found: yq",
    "✗ Nothing answers on the proxy",
    "pkg/agent/run.c",
    "✗ Header tour-seccomp/seccomp.h",
    "✗ k3s was built with go1.22.1",
];

fn session_id(home: &Path) -> String {
    let sessions = fs::read_dir(home.join("state/ktui/sessions")).expect("sessions");
    let ids: Vec<String> =
        sessions.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    assert_eq!(ids.len(), 1, "{ids:?}");
    ids[0].clone()
}

/// The panes: all rows but the first, which counts time, and the last, which holds the hints.
fn panes(screen: &str) -> Vec<&str> {
    let rows: Vec<&str> = screen.lines().collect();
    rows[1..rows.len() - 1].to_vec()
}

#[test]
fn five_failures_are_mended_from_the_screen_and_the_session_replays_to_the_same_end() {
    let home = tempfile::tempdir().unwrap();
    let mut screen = Terminal::start(ktui(home.path(), &["tour"]), 80, 24);
    for (at, finding) in FINDINGS.iter().enumerate() {
        screen.wait_until(finding, |text| text.contains("needs you") && text.contains(finding));
        screen.keys("f");
        screen.wait_until("the fix", |text| text.contains("Run this fix?") && text.contains("Enter run"));
        screen.keys("\r");
        screen.wait_until("the fix's end", |text| {
            text.contains("The fix worked") && text.contains("Enter retry")
        });
        screen.keys("\r");
        if at + 1 < FINDINGS.len() {
            screen.wait_until("the dialog gone", |text| !text.contains("The fix worked"));
        }
    }
    screen.wait_until("the summary", |text| {
        text.contains("✓ Built: tour") && text.contains("4 of 4 stages") && text.contains("q leave")
    });
    screen.keys("\x1b");
    // The last row is drawn last: before it is there, the summary's rows may be, too.
    let whole = |text: &str| text.contains("fixed") && text.contains("? help");
    let end = screen.wait_until("the panes", |text| !text.contains("Built: tour") && whole(text));
    screen.keys("q");
    assert_eq!(screen.wait(), 0);

    let id = session_id(home.path());
    let mut replay = Terminal::start(ktui(home.path(), &["replay", &id]), 80, 24);
    let again =
        replay.wait_until("the end of the replay", |text| text.contains("end of replay") && whole(text));
    assert_eq!(panes(&again), panes(&end), "live:\n{end}\nreplay:\n{again}");
    replay.keys("q");
    assert_eq!(replay.wait(), 0);
    let recording = home.path().join("state/ktui/sessions").join(id).join("session.cast");
    let text = fs::read_to_string(recording).unwrap();
    assert!(text.lines().next().is_some_and(|header| header.contains("\"version\":3")), "{text}");
}

#[test]
fn without_a_terminal_the_tour_runs_through_by_itself() {
    let home = tempfile::tempdir().unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_ktui"))
        .arg("tour")
        .current_dir(home.path())
        .envs(terminal::environment(home.path()))
        .stdin(std::process::Stdio::null())
        .output()
        .expect("ktui starts");
    let talk = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{talk}");
    assert_eq!(talk.matches("ktui: running fix").count(), 5, "{talk}");
}
