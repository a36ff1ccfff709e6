//! A failure that no rule knows, beside what the stage printed when it last went well.

#![expect(clippy::disallowed_methods, reason = "makes a tree and a plan")]

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;

const PLAN: &str = "\
plan: odd
title: {en: An odd build}
about: {en: Prints what it always prints.}
stages:
- id: build
  title: {en: Build}
  run: |
    echo 'config.odd:3:1: the moon is new (this is always so)'
    echo 'worker 12 ready'
    if [ -e broken ]; then
      echo 'the widget has lost its handle'
      echo 'worker 13 ready'
      exit 3
    fi
";

fn build(folder: &TempDir) -> (Option<i32>, String) {
    let ktui = Command::cargo_bin("ktui").expect("the program");
    let mut ktui = ktui;
    let output = ktui
        .args(["build", "odd", "--headless", "-C"])
        .arg(folder.path().join("tree"))
        .env("KTUI_STATE_DIR", folder.path().join("state"))
        .env("XDG_CONFIG_HOME", folder.path().join("config"))
        .env("LC_ALL", "C.UTF-8")
        .output()
        .expect("a build");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["tree", "config/ktui/plans"] {
        fs::create_dir_all(folder.path().join(name)).expect("a folder");
    }
    write(&folder.path().join("config/ktui/plans/odd.yaml"), PLAN);
    folder
}

fn write(path: &Path, text: &str) {
    fs::write(path, text).expect("a file");
}

#[test]
fn a_row_that_the_last_good_run_did_not_print_is_the_likeliest_reason() {
    let folder = folder();
    assert_eq!(build(&folder).0, Some(0));
    write(&folder.path().join("tree/broken"), "");
    let (status, said) = build(&folder);
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("the widget has lost its handle"), "{said}");
    assert!(said.contains("When it last went well"), "{said}");
    assert!(!said.contains("No rule knows this failure: the moon"), "{said}");
}

#[test]
fn without_an_earlier_run_the_form_of_a_message_decides() {
    let folder = folder();
    write(&folder.path().join("tree/broken"), "");
    let (status, said) = build(&folder);
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("No rule knows this failure: the moon is new"), "{said}");
}
