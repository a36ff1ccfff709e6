//! Bad input gets exit status 2 and a message with the place and the expectation, never a panic; what can be
//! read of a strange log is read, and no line of it is lost.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests may touch the world and stop at the first surprise"
)]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn ktui(home: &Path, args: &[&str], stdin: Option<&[u8]>) -> Output {
    use std::io::Write;
    let mut command = Command::new(env!("CARGO_BIN_EXE_ktui"));
    command.args(args).current_dir(home).env("HOME", home).env("LC_ALL", "C.UTF-8");
    command.env("XDG_STATE_HOME", home.join("state")).env("XDG_CONFIG_HOME", home.join("config"));
    command.stdin(if stdin.is_some() { Stdio::piped() } else { Stdio::null() });
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("ktui starts");
    if let (Some(bytes), Some(mut pipe)) = (stdin, child.stdin.take()) {
        let bytes = bytes.to_vec();
        // ktui may refuse before it has read everything; then the rest is nobody's.
        std::thread::spawn(move || drop(pipe.write_all(&bytes)));
    }
    child.wait_with_output().expect("ktui ends")
}

/// Exit status 2, and the message holds all of these.
fn refused(home: &Path, args: &[&str], stdin: Option<&[u8]>, wanted: &[&str]) {
    let output = ktui(home, args, stdin);
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{args:?}: {message}");
    for part in wanted {
        assert!(message.contains(part), "{args:?}: no {part:?} in:\n{message}");
    }
    assert!(!message.contains("panicked"), "{args:?}: {message}");
}

fn diagnosed(output: &Output) -> serde_json::Value {
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(!message.contains("panicked"), "{message}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {message}"))
}

#[test]
fn logs_that_are_none_are_refused_with_the_reason() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    fs::create_dir(home.join("folder")).unwrap();
    fs::write(home.join("empty.log"), "").unwrap();
    fs::copy(std::env::current_exe().unwrap(), home.join("program")).unwrap();
    let garbage: Vec<u8> = (0..200_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    refused(home, &["diagnose", "missing.log"], None, &["missing.log", "No such file"]);
    refused(home, &["diagnose", "folder"], None, &["folder"]);
    refused(home, &["diagnose", "empty.log"], None, &["empty.log", "empty"]);
    refused(home, &["diagnose", "program"], None, &["program", "expected"]);
    refused(home, &["diagnose", "-"], Some(&garbage), &["expected"]);
    refused(home, &["replay", "missing.log"], None, &["missing.log"]);
    refused(home, &["sessions", "show", "nothing"], None, &["nothing"]);
    refused(home, &["rules", "show", "no.such"], None, &["no.such"]);
    refused(home, &["frobnicate"], None, &["frobnicate"]);
}

#[test]
fn a_build_that_says_nothing_is_no_bad_input() {
    let home = tempfile::tempdir().unwrap();
    let output = ktui(home.path(), &["diagnose", "--format", "json", "-"], Some(b""));
    assert_eq!(output.status.code(), Some(0));
    let report = diagnosed(&output);
    assert_eq!((&report["lines"], report["diagnoses"].as_array().map(Vec::len)), (&0.into(), Some(0)));
}

#[test]
fn a_message_that_names_its_cause_says_it_once() {
    let home = tempfile::tempdir().unwrap();
    let output = ktui(home.path(), &["diagnose", "missing.log"], None);
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(message.matches("No such file").count(), 1, "{message}");
}

#[test]
fn secrets_of_a_foreign_log_are_masked_in_every_format() {
    let home = tempfile::tempdir().unwrap();
    let log = b"+ git clone https://u:s3cretpw@git.example.org/a.git\nfatal: unable to access 'https://u:s3cretpw@git.example.org/a.git/': Could not resolve host: git.example.org\n";
    for format in ["text", "json", "ndjson", "github", "markdown", "sarif"] {
        let output = ktui(home.path(), &["diagnose", "--format", format, "-"], Some(log));
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(text.contains("git.example.org") && !text.contains("s3cretpw"), "{format}: {text}");
    }
}

#[test]
fn characters_that_reorder_a_line_reach_no_report() {
    let home = tempfile::tempdir().unwrap();
    let log = "ln: failed to create symbolic link 'build/\u{202e}gpj.yek': File exists\n";
    for format in ["text", "json", "markdown"] {
        let output = ktui(home.path(), &["diagnose", "--format", format, "-"], Some(log.as_bytes()));
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(!text.contains('\u{202e}'), "{format}: {text}");
    }
}

#[test]
fn a_report_that_cannot_be_written_is_a_failure_and_one_that_is_not_read_keeps_its_status() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full");
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("a.log"), "yq: command not found\nmake: *** [gen] Error 127\n").unwrap();
    let run = |out: std::process::Stdio| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_ktui"));
        command.args(["diagnose", "a.log"]).current_dir(home.path()).env("HOME", home.path());
        command.stdout(out).stderr(std::process::Stdio::null()).status().unwrap().code()
    };
    assert_eq!(run(std::process::Stdio::null()), Some(1));
    match full {
        Ok(full) => assert_eq!(run(full.into()), Some(2)),
        Err(error) => eprintln!("skipped: no /dev/full: {error}"),
    }
    let (read, write) = std::io::pipe().unwrap();
    drop(read);
    assert_eq!(run(write.into()), Some(1), "nobody reads");
}

#[test]
fn invalid_utf8_loses_no_line() {
    let home = tempfile::tempdir().unwrap();
    let mut log = b"first\n\xff\xfe\xc3 broken \x80\n".to_vec();
    log.extend_from_slice(b"./build.sh: line 4: proto\xffc: command not found\n");
    log.extend_from_slice(
        b"./build.sh: line 5: protoc: command not found\nmake: *** [Makefile:3: gen] Error 127\n",
    );
    let json = diagnosed(&ktui(home.path(), &["diagnose", "--format", "json", "-"], Some(&log)));
    assert_eq!(json["lines"], 5);
    assert_eq!(json["diagnoses"][0]["captures"]["subject"], "protoc");
    assert_eq!(json["diagnoses"][0]["evidence"]["line"], 4);
}

#[test]
fn a_single_line_of_50_megabytes_is_one_line() {
    let home = tempfile::tempdir().unwrap();
    let mut log = vec![b'x'; 50 << 20];
    log.extend_from_slice(b"\n./build.sh: line 5: protoc: command not found\n");
    fs::write(home.path().join("long.log"), &log).unwrap();
    let json = diagnosed(&ktui(home.path(), &["diagnose", "--format", "json", "long.log"], None));
    assert_eq!(json["lines"], 2);
    assert_eq!(json["diagnoses"][0]["evidence"]["line"], 2);
}

const STAGE: &str = "plan: p\ntitle: {en: P, zh: P}\nabout: {en: P, zh: P}\nstages:\n";

#[test]
fn plans_with_faults_say_where_and_what_was_expected() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let before = format!("*a{}", level - 1);
        let many = vec![before; 10].join(", ");
        let _ = writeln!(bomb, "a{level}: &a{level} [{many}]");
    }
    let cases: &[(&str, String, &[&str])] = &[
        (
            "key.yaml",
            format!("{STAGE}  - id: a\n    title: {{en: A, zh: A}}\n    rnu: make\n    run: make\n"),
            &["key.yaml:7", "rnu", "run"],
        ),
        (
            "cycle.yaml",
            format!(
                "{STAGE}  - {{id: a, title: {{en: A, zh: A}}, run: x, after: [b]}}\n  - {{id: b, title: {{en: B, zh: B}}, run: x, after: [a]}}\n"
            ),
            &["cycle.yaml:", "circle"],
        ),
        (
            "stage.yaml",
            format!(
                "{STAGE}  - {{id: build, title: {{en: A, zh: A}}, run: x}}\n  - {{id: b, title: {{en: B, zh: B}}, run: x, after: [biuld]}}\n"
            ),
            &["stage.yaml:6", "biuld", "build"],
        ),
        ("bomb.yaml", bomb, &["bomb.yaml"]),
        ("garbage.yaml", "\u{1}\u{2}: [}{".to_owned(), &["garbage.yaml"]),
        ("deep.yaml", "[".repeat(100_000), &["deep.yaml"]),
        ("empty.yaml", String::new(), &["empty.yaml"]),
    ];
    for (name, text, wanted) in cases {
        fs::write(home.join(name), text).unwrap();
        refused(home, &["plans", "lint", name], None, wanted);
    }
    fs::write(home.join("latin.yaml"), b"plan: caf\xe9\n").unwrap();
    refused(home, &["plans", "lint", "latin.yaml"], None, &["latin.yaml:1", "UTF-8"]);
    refused(home, &["plans", "lint", "absent.yaml"], None, &["absent.yaml", "cannot be read"]);
}

#[test]
fn rules_with_faults_say_where_and_what_was_expected() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    fs::write(
        home.join("own.yaml"),
        "family: own\nabout: {en: x, zh: x}\nrules:\n  - id: own.a\n    category: no-such\n    title: {en: x}\n    explain: {en: x}\n",
    )
    .unwrap();
    refused(home, &["rules", "lint", "own.yaml"], None, &["own.yaml:5", "no-such"]);
}

#[test]
fn settings_that_cannot_be_are_refused_before_anything_runs() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    fs::write(
        home.join("ktui.yaml"),
        format!("{STAGE}  - {{id: build, title: {{en: A, zh: A}}, run: touch ran}}\n"),
    )
    .unwrap();
    refused(home, &["build", "./ktui.yaml", "--headless", "--from", "biuld"], None, &["biuld", "build"]);
    refused(home, &["build", "./ktui.yaml", "--headless", "--set", "novalue"], None, &["NAME=VALUE"]);
    refused(home, &["build", "./ktui.yaml", "--headless", "--set", "nosuch=1"], None, &["nosuch"]);
    refused(home, &["build", "nosuch", "--headless"], None, &["nosuch"]);
    refused(home, &["build", "-C", "nowhere"], None, &["nowhere"]);
    refused(home, &["build", "p", "--headless"], None, &["trust"]);
    refused(home, &["build", "./ktui.yaml", "--headless", "--target", "moon"], None, &["moon", "local"]);
    assert!(!home.join("ran").exists());
}
