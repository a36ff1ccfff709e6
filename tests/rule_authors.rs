//! A line of a log becomes a rule that loads, finds its line, and is told how often it would speak.
#![expect(clippy::disallowed_methods, reason = "a test with files of its own")]

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;

const LOG: &str = "\
starting\n\
frobnicate: cannot weave /srv/data/loom.bin: pattern 12 of 90 is torn\n\
make: *** [Makefile:7: weave] Error 2\n";

fn ktui(home: &Path) -> Command {
    let mut command = Command::cargo_bin("ktui").expect("built");
    command
        .current_dir(home)
        .env("HOME", home)
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("KTUI_STATE_DIR", home.join("state"))
        .env("LC_ALL", "C");
    command
}

fn session(home: &Path, id: &str, output: &str, exit: i32) {
    let dir = home.join("state/sessions").join(id);
    fs::create_dir_all(&dir).expect("made");
    let output = serde_json::to_string(&output.replace('\n', "\r\n")).expect("JSON");
    let start = r#"{"type":"session","ktui":"0","plan":"a","dir":"/a","target":"local","stages":[]}"#;
    let start = serde_json::to_string(start).expect("JSON");
    let cast = format!(
        "{{\"version\":3,\"term\":{{\"cols\":80,\"rows\":24}}}}\n[0.0, \"k\", {start}]\n[0.1, \"o\", {output}]\n[0.1, \"x\", \"{exit}\"]\n"
    );
    fs::write(dir.join("session.cast"), cast).expect("written");
}

fn home() -> TempDir {
    let home = tempfile::tempdir().expect("a folder");
    fs::write(home.path().join("b.log"), LOG).expect("written");
    home
}

#[test]
fn a_drafted_rule_loads_and_finds_its_line() {
    let home = home();
    session(home.path(), "20260101-000000-a-0001", LOG, 2);
    session(home.path(), "20260101-000001-b-0002", &LOG.replace("12 of 90", "3 of 4"), 0);
    session(home.path(), "20260101-000002-c-0003", "all is well\n", 0);
    let drafted = ktui(home.path()).args(["rules", "new", "--from", "b.log:2"]).assert().success();
    let output = drafted.get_output();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("matches 2 lines in 2 of 3 kept sessions"), "{said}");
    assert!(said.contains("1 of these sessions ended well"), "{said}");
    for name in ["local.yaml", "draft.yaml"] {
        fs::write(home.path().join(name), &output.stdout).expect("written");
    }
    // While it is tried it may be called anything.
    ktui(home.path()).args(["rules", "try", "draft.yaml", "b.log"]).assert().success();
    let broken = String::from_utf8_lossy(&output.stdout).replace("category:", "kategory:");
    fs::write(home.path().join("broken.yaml"), broken).expect("written");
    let refused = ktui(home.path()).args(["rules", "try", "broken.yaml", "b.log"]).assert().code(2);
    let said = String::from_utf8_lossy(&refused.get_output().stderr).into_owned();
    assert!(said.contains("broken.yaml:") && !said.contains("local.yaml"), "{said}");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("zh:") && text.contains("# near_misses:"), "{text}");

    let tried = ktui(home.path()).args(["rules", "try", "local.yaml", "b.log"]).assert().success();
    let shown = String::from_utf8_lossy(&tried.get_output().stdout).into_owned();
    assert!(shown.contains("1 lines match, 1 findings"), "{shown}");
    assert!(shown.contains("path = /srv/data/loom.bin") && shown.contains("number2 = 90"), "{shown}");

    // Without logs: every kept session.
    let tried = ktui(home.path()).args(["rules", "try", "local.yaml"]).assert();
    let shown = String::from_utf8_lossy(&tried.get_output().stdout).into_owned();
    assert!(shown.contains("20260101-000000-a-0001: 1 lines match"), "{shown}");
    assert!(!shown.contains("20260101-000002-c-0003"), "{shown}");
}

#[test]
fn a_pattern_is_tried_as_it_stands() {
    let home = home();
    let args = ["rules", "try", "is (?P<state>torn)$", "b.log"];
    let tried = ktui(home.path()).args(args).assert().success();
    let shown = String::from_utf8_lossy(&tried.get_output().stdout).into_owned();
    assert!(shown.contains("line 2") && shown.contains("state = torn"), "{shown}");
    ktui(home.path()).args(["rules", "try", "never there", "b.log"]).assert().code(1);
    let refused = ktui(home.path()).args(["rules", "try", "(open", "b.log"]).assert().code(2);
    let said = String::from_utf8_lossy(&refused.get_output().stderr).into_owned();
    assert!(said.contains("no regular expression"), "{said}");
}

#[test]
fn what_stands_above_is_named() {
    let home = home();
    let log = "a.c:1:10: fatal error: seccomp.h: No such file or directory\ncompilation terminated.\nmake: *** [Makefile:7: x] Error 1\n";
    fs::write(home.path().join("c.log"), log).expect("written");
    let tried = ktui(home.path()).args(["rules", "try", "^compilation terminated", "c.log"]).assert();
    let shown = String::from_utf8_lossy(&tried.get_output().stdout).into_owned();
    assert!(shown.contains("line 1: ") || shown.contains("(line 1)"), "{shown}");
}

#[test]
fn bad_places_are_refused() {
    let home = home();
    for (from, why) in [
        ("b.log", "expected LOG:LINE"),
        ("b.log:0", "expected LOG:LINE"),
        ("b.log:99", "has 3 lines"),
        ("none.log:1", "no such file"),
    ] {
        let refused = ktui(home.path()).args(["rules", "new", "--from", from]).assert().code(2);
        let said = String::from_utf8_lossy(&refused.get_output().stderr).into_owned();
        assert!(said.contains(why), "{from}: {said}");
    }
    ktui(home.path()).args(["rules", "new", "--from", "b.log:2", "--family", "../x"]).assert().code(2);
}

#[test]
fn a_default_may_be_made_of_one_that_sorts_after_it() {
    let home = home();
    let rule = "family: local\nabout: {en: Mine, zh: 我的}\nrules:\n  - id: local.loom\n    category: missing-tool\n    title: {en: T, zh: 题}\n    explain: {en: E, zh: 解}\n    patterns: ['(?P<tool>frobnicate): cannot weave']\n    defaults: {a: '{{b}} of {{tool}}', b: '{{c}}', c: the loom}\n    subject: '{{a}}'\n    samples: [{text: 'frobnicate: cannot weave x', subject: the loom of frobnicate}]\n    near_misses: ['frobnicate: woven']\n    references: ['https://example.org']\n";
    fs::write(home.path().join("local.yaml"), rule).expect("written");
    let tried = ktui(home.path()).args(["rules", "try", "local.yaml", "b.log"]).assert().success();
    let shown = String::from_utf8_lossy(&tried.get_output().stdout).into_owned();
    assert!(shown.contains("the loom of frobnicate"), "{shown}");
}
