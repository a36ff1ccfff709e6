//! `ktui diagnose --format json` as other programs rely on it.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests may touch the world and stop at the first surprise"
)]

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

fn diagnose(log: &str, args: &[&str]) -> (Option<i32>, Value) {
    let home = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_ktui"))
        .args(["diagnose", "--format", "json"])
        .args(args)
        .arg("-")
        .env("HOME", home.path())
        .env("XDG_CONFIG_HOME", home.path())
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("ktui starts");
    child.stdin.take().expect("a pipe").write_all(log.as_bytes()).expect("the log is read");
    let output = child.wait_with_output().expect("ktui ends");
    let json = serde_json::from_slice(&output.stdout).expect("one JSON object");
    (output.status.code(), json)
}

#[test]
fn yq_missing_in_chinese_is_mended_with_mikefarahs_yq_and_not_with_apts() {
    let (status, json) = diagnose("scripts/version.sh: 行 13: yq: 未找到命令\n", &["--distro", "debian"]);
    assert_eq!(status, Some(1));
    let first = &json["diagnoses"][0];
    assert_eq!(first["category"], "missing-tool");
    assert_eq!(first["captures"]["subject"], "yq");
    let fixes = first["fixes"].as_array().expect("fixes");
    let with_commands = |fix: &&Value| fix["commands"].as_array().is_some_and(|list| !list.is_empty());
    let commands = fixes.iter().find(with_commands).expect("a fix with commands")["commands"].to_string();
    assert!(commands.contains("mikefarah/yq"), "{commands}");
    assert!(!commands.contains("apt-get install -y yq"), "{commands}");
}

#[test]
fn every_field_of_the_contract_is_there() {
    let log = "+ make\ngcc -c a.c\na.c:1:10: fatal error: seccomp.h: No such file or directory\ncompilation terminated.\nmake: *** [Makefile:3: a.o] Error 1\n";
    let (status, json) = diagnose(log, &["--exit-code", "2"]);
    assert_eq!(status, Some(1));
    for field in ["source", "lines", "exit_code", "diagnoses"] {
        assert!(!json[field].is_null(), "{field}");
    }
    assert_eq!((&json["source"], &json["lines"], &json["exit_code"]), (&"-".into(), &5.into(), &2.into()));
    let first = &json["diagnoses"][0];
    for field in [
        "rule",
        "category",
        "kind",
        "severity",
        "confidence",
        "title",
        "explain",
        "evidence",
        "captures",
        "fixes",
        "also",
    ] {
        assert!(!first[field].is_null(), "{field}");
    }
    assert_eq!(first["category"], "missing-header");
    assert_eq!(first["kind"], "cause");
    assert_eq!(first["evidence"]["line"], 3);
    assert_eq!(first["evidence"]["end_line"], 3);
    assert!(first["evidence"]["context"].as_array().is_some_and(|lines| !lines.is_empty()));
    let also = first["also"].to_string();
    assert!(also.contains("Error 1"), "the cascade is listed under its cause: {also}");
    for field in ["id", "title", "risk", "commands", "env", "verify"] {
        assert!(!first["fixes"][0][field].is_null(), "fixes[0].{field}");
    }
}

#[test]
fn a_log_that_ends_well_fails_nobody() {
    let log = "=== RUN   TestConnectionRefused\n    a_test.go:3: dial tcp 127.0.0.1:1: connect: connection refused\n--- PASS: TestConnectionRefused (0.01s)\nPASS\nok  \tk8s.io/apimachinery/pkg/util/errors\t0.011s\n";
    let (status, json) = diagnose(log, &[]);
    assert_eq!(status, Some(0), "{json}");
}
