//! Builds and installs that ended well, as real tools printed them: whatever frightening words they hold, nothing
//! in them is an error. And each of them with a failure at its end: then something is.
#![expect(clippy::disallowed_methods, reason = "reads the logs beside it, writes logs of its own")]

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

fn logs() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/quiet");
    let entries = fs::read_dir(folder).expect("the folder");
    let mut logs: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    logs.sort();
    assert!(logs.len() > 8, "the logs are gone");
    logs
}

/// What `ktui diagnose` says of these logs: exit status, one object a log, messages.
fn diagnose(home: &Path, logs: &[PathBuf]) -> (Option<i32>, Vec<Value>, String) {
    let mut ktui = Command::cargo_bin("ktui").expect("built");
    let ktui = ktui.current_dir(home).env("HOME", home).env("XDG_CONFIG_HOME", home.join("config"));
    let output = ktui
        .env("KTUI_STATE_DIR", home.join("state"))
        .env("LC_ALL", "C")
        .args(["diagnose", "--format", "json"])
        .args(logs)
        .output()
        .expect("runs");
    let said = serde_json::Deserializer::from_slice(&output.stdout).into_iter();
    let said = said.collect::<Result<Vec<Value>, _>>().expect("JSON");
    (output.status.code(), said, String::from_utf8_lossy(&output.stderr).into_owned())
}

fn errors(log: &Value) -> Vec<&Value> {
    let found = log["diagnoses"].as_array().expect("diagnoses").iter();
    found.filter(|finding| finding["severity"] == "error").collect()
}

#[test]
fn what_ended_well_holds_no_error() {
    let home = TempDir::new().expect("a folder");
    let (status, said, message) = diagnose(home.path(), &logs());
    for log in &said {
        assert_eq!(errors(log), Vec::<&Value>::new(), "{}", log["source"]);
    }
    assert_eq!((status, said.len()), (Some(0), logs().len()), "{message}");
}

#[test]
fn a_failure_after_quiet_work_is_found() {
    let home = TempDir::new().expect("a folder");
    let broken = logs().into_iter().map(|path| {
        let log = fs::read_to_string(&path).expect("text");
        let end = "./build.sh: line 9: zstd: command not found\nmake: *** [Makefile:7: all] Error 127\n";
        let broken = home.path().join(path.file_name().expect("a name"));
        fs::write(&broken, log + end).expect("written");
        broken
    });
    let (status, said, _) = diagnose(home.path(), &broken.collect::<Vec<_>>());
    assert_eq!(status, Some(1));
    for log in &said {
        let first = errors(log).first().map(|finding| &finding["captures"]["subject"]);
        assert_eq!(first, Some(&Value::from("zstd")), "{}", log["source"]);
    }
}

#[test]
fn a_log_that_cannot_be_read_stops_none_of_the_others() {
    let home = TempDir::new().expect("a folder");
    let path = |name: &str| home.path().join(name);
    fs::write(path("a.log"), "./build.sh: line 9: zstd: command not found\n").expect("written");
    fs::write(path("b.log"), "").expect("written");
    fs::write(path("d.log"), "ok\n").expect("written");
    let logs = ["a.log", "b.log", "c.log", "d.log"].map(path);
    let (status, said, message) = diagnose(home.path(), &logs);
    let sources: Vec<&str> = said.iter().filter_map(|log| log["source"].as_str()).collect();
    assert_eq!(sources, [&logs[0], &logs[3]].map(|path| path.to_str().expect("UTF-8")));
    assert!(message.contains("b.log: empty") && message.contains("c.log"), "{message}");
    assert_eq!(status, Some(2), "{message}");
}
