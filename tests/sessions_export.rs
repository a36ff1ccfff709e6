//! A session leaves the machine: as a recording that plays elsewhere, as text, as bytes, as a report. Secrets stay.
#![expect(clippy::disallowed_methods, reason = "a test with files of its own")]

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;

const ID: &str = "20260101-000000-a-0001";

fn ktui(home: &Path) -> Command {
    let mut command = Command::cargo_bin("ktui").expect("built");
    command
        .current_dir(home)
        .env("HOME", home)
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("KTUI_STATE_DIR", home.join("state"))
        .env("LC_ALL", "C")
        .env("DEPLOY_TOKEN", "hunter2hunter2");
    command
}

/// A stage that failed for want of yq; its output is cut in the middle of a secret and holds a byte that is no UTF-8.
fn home() -> TempDir {
    let home = tempfile::tempdir().expect("a folder");
    let dir = home.path().join("state/sessions").join(ID);
    fs::create_dir_all(&dir).expect("made");
    let note = |json: &str| format!("[0.0, \"k\", {}]\n", serde_json::to_string(json).expect("JSON"));
    let mut cast = String::from("{\"version\":3,\"term\":{\"cols\":80,\"rows\":24}}\n");
    cast += &note(
        r#"{"type":"session","ktui":"0.1.0","plan":"k3s-native","dir":"/src/k3s","target":"local","stages":[],"inputs":{"TAG":"v1.32.3+k3s1"}}"#,
    );
    cast += &note(
        r#"{"type":"run-started","run":1,"kind":"stage","stage":"download","attempt":1,"command":"./scripts/download","shell":"bash","dir":"/src/k3s"}"#,
    );
    cast += "[0.1, \"o\", \"\\u001b[32mtoken hunter2h\"]\n[0.1, \"o\", \"unter2\\u001b[0m\\r\\n10 %\\r20 %\\r\\n\"]\n";
    cast += "[0.1, \"b\", \"Y2Fm6Q0K\"]\n[0.0, \"o\", \"caf\u{fffd}\\r\\n\"]\n";
    cast += "[0.1, \"o\", \"./scripts/version.sh: line 13: yq: command not found\\r\\n\"]\n";
    cast += &note(r#"{"type":"run-ended","run":1,"outcome":"failed","exit":127,"millis":400}"#);
    cast += "[0.1, \"x\", \"1\"]\n";
    fs::write(dir.join("session.cast"), cast).expect("written");
    home
}

fn exported(home: &Path, form: &str) -> Vec<u8> {
    let done = ktui(home).args(["sessions", "export", ID, "--format", form]).assert().success();
    done.get_output().stdout.clone()
}

#[test]
fn text_is_what_a_person_reads() {
    let home = home();
    assert_eq!(
        String::from_utf8_lossy(&exported(home.path(), "text")),
        "==> download\n\
         token ••••\n\
         20 %\n\
         caf\u{fffd}\n\
         ./scripts/version.sh: line 13: yq: command not found\n\
         <== stage    download #1  failed with exit status 127 after 0.4 s\n"
    );
}

#[test]
fn raw_is_what_the_stages_wrote_but_for_secrets() {
    let home = home();
    let mut wanted = "\x1b[32mtoken ••••\x1b[0m\r\n10 %\r20 %\r\n".as_bytes().to_vec();
    wanted.extend_from_slice(b"caf\xe9\r\n./scripts/version.sh: line 13: yq: command not found\r\n");
    assert_eq!(exported(home.path(), "raw"), wanted);
}

#[test]
fn a_recording_reads_as_the_same_session() {
    let home = home();
    let cast = exported(home.path(), "cast");
    fs::write(home.path().join("elsewhere.cast"), &cast).expect("written");
    let found = |log: &str| {
        let mut command = ktui(home.path());
        let done = command.args(["diagnose", "--format", "json", log]).assert().code(1);
        let text = String::from_utf8(done.get_output().stdout.clone()).expect("UTF-8");
        serde_json::from_str::<serde_json::Value>(&text).expect("JSON")["diagnoses"].clone()
    };
    let own = home.path().join("state/sessions").join(ID).join("session.cast");
    assert_eq!(found("elsewhere.cast"), found(&own.display().to_string()));
}

#[test]
fn a_session_began_when_the_clock_on_the_wall_says_and_a_report_says_utc() {
    let home = home();
    let cast = home.path().join("state/sessions").join(ID).join("session.cast");
    let text = fs::read_to_string(&cast).expect("read");
    // 2024-07-01 20:30 UTC.
    fs::write(&cast, text.replacen("\"term\"", "\"timestamp\":1719865800,\"term\"", 1)).expect("written");
    let said = |args: &[&str]| {
        let done = ktui(home.path()).env("TZ", "CST-8").args(args).assert().success();
        String::from_utf8_lossy(&done.get_output().stdout).into_owned()
    };
    for args in [&["sessions", "list"][..], &["sessions", "show", ID]] {
        let told = said(args);
        assert!(told.contains("2024-07-02 04:30") && !told.contains("UTC"), "{told}");
    }
    let report = said(&["sessions", "export", ID, "--format", "markdown"]);
    assert!(report.contains("2024-07-01 20:30 UTC"), "{report}");
}

#[test]
fn a_report_tells_what_ran_how_it_ended_and_why() {
    let home = home();
    let report = String::from_utf8(exported(home.path(), "markdown")).expect("UTF-8");
    for part in [
        "# `k3s-native`",
        "`v1.32.3+k3s1`",
        "download #1  failed with exit status 127 after 0.4 s",
        "### error: Command not found: yq",
    ] {
        assert!(report.contains(part), "no `{part}` in:\n{report}");
    }
    assert!(!report.contains("hunter2"), "{report}");
}

#[test]
fn a_file_that_is_there_is_not_overwritten_unasked() {
    let home = home();
    fs::write(home.path().join("mine.txt"), "mine").expect("written");
    let export = ["sessions", "export", ID, "--format", "text", "-o", "mine.txt"];
    let refused = ktui(home.path()).args(export).assert().code(2);
    let said = String::from_utf8_lossy(&refused.get_output().stderr).into_owned();
    assert!(said.contains("mine.txt") && said.contains("--force"), "{said}");
    assert_eq!(fs::read_to_string(home.path().join("mine.txt")).expect("read"), "mine");
    ktui(home.path()).args(export).arg("--force").assert().success();
    assert!(fs::read_to_string(home.path().join("mine.txt")).expect("read").starts_with("==> download"));
}
