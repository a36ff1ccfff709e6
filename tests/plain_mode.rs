//! Plain mode with the real binary in a real pty that cannot be drawn on: the whole tour, by numbered choices.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests may touch the world and stop at the first surprise"
)]

mod terminal;

use std::io::Write as _;
use std::process::{Command, Stdio};

use terminal::{NoRunnerLeft, Terminal, environment, ktui};

/// What plain mode says of each failure of the tour, in the order in which they come.
const FINDINGS: [&str; 5] = [
    "error: Command not found: yq",
    "error: Nothing answers on the proxy",
    "pkg/agent/run.c",
    "error: Header tour-seccomp/seccomp.h",
    "error: k3s was built with go1.22.1",
];

fn plain(home: &std::path::Path, args: &[&str]) -> portable_pty::CommandBuilder {
    let mut command = ktui(home, args);
    command.env("TERM", "dumb");
    command
}

/// The number of a choice, as the last list of choices on the screen has it.
fn number(screen: &str, label: &str) -> Option<String> {
    let from = screen.rfind("What now?")?;
    let line =
        screen[from..].lines().find(|line| line.split_once(". ").is_some_and(|(_, said)| said == label))?;
    Some(line.split_once(". ")?.0.to_owned())
}

/// Waits for a choice and takes it. Lines that scrolled away do not count, so the screen is high.
fn choose(screen: &mut Terminal, label: &str) {
    let shown = screen.wait_until(label, |text| number(text, label).is_some());
    let number = number(&shown, label).unwrap();
    screen.keys(&format!("{number}\r"));
}

#[test]
fn the_whole_tour_by_numbers() {
    let home = tempfile::tempdir().unwrap();
    let _none = NoRunnerLeft(home.path());
    let mut screen = Terminal::start(plain(home.path(), &["tour"]), 100, 2000);
    for (at, finding) in FINDINGS.iter().enumerate() {
        screen.wait_until(finding, |text| text.contains(finding));
        // A finding is told while the stage still runs; its fix can run once that has ended.
        screen.wait_until("the failure", |text| text.matches("-- failed").count() == at + 1);
        choose(&mut screen, "show the fix, with all it would do");
        screen.wait_until("the fix", |text| text.matches("== Run this fix?").count() == at + 1);
        choose(&mut screen, "run");
        screen.wait_until("the fix's end", |text| text.matches("== The fix worked").count() == at + 1);
        choose(&mut screen, "retry");
    }
    screen.wait_until("the summary", |text| text.contains("Built: tour") && text.contains("4 of 4 stages"));
    choose(&mut screen, "leave");
    assert_eq!(screen.wait(), 0);
    let said = screen.text();
    assert!(!said.contains('\u{1b}') && said.contains("-- stage: "), "{said}");
}

#[test]
fn a_stage_is_edited_and_left_out_in_step_mode_in_chinese() {
    let home = tempfile::tempdir().unwrap();
    let _none = NoRunnerLeft(home.path());
    std::fs::write(
        home.path().join("two.yaml"),
        "plan: two\ntitle: {en: Two, zh: 两步}\nabout: {en: Two steps., zh: 两个步骤。}\nstages:\n\
         - {id: one, title: {en: One, zh: 第一步}, run: echo first}\n\
         - {id: two, title: {en: Two, zh: 第二步}, run: echo second}\n",
    )
    .unwrap();
    let args = ["build", "two.yaml", "--step", "--plain", "--lang", "zh"];
    let mut screen = Terminal::start(plain(home.path(), &args), 100, 2000);
    let choose = |screen: &mut Terminal, label: &str| {
        let of = |text: &str| {
            let from = text.rfind("现在做什么？")?;
            let line = text[from..].lines().find(|line| line.ends_with(&format!(". {label}")))?;
            Some(line.split_once(". ")?.0.to_owned())
        };
        let shown = screen.wait_until(label, |text| of(text).is_some());
        screen.keys(&format!("{}\r", of(&shown).unwrap()));
    };
    screen.wait_for("第一步");
    choose(&mut screen, "修改");
    screen.wait_for("以只含一个点的行结束");
    screen.keys("echo changed\r.\r");
    screen.wait_for("已修改");
    choose(&mut screen, "运行");
    screen.wait_until("the output", |text| text.lines().any(|line| line == "changed"));
    screen.wait_for("第二步");
    choose(&mut screen, "跳过");
    screen.wait_until("the summary", |text| text.contains("两步") || text.contains("== "));
    screen.wait_until("the end", |text| text.matches("== ").count() >= 4);
    choose(&mut screen, "离开");
    assert_eq!(screen.wait(), 0);
}

#[test]
fn a_log_is_read_through_a_pipe() {
    let home = tempfile::tempdir().unwrap();
    let log = home.path().join("build.log");
    std::fs::write(
        &log,
        "+ ./build\nscripts/version.sh: line 13: yq: command not found\nmake: *** [all] Error 127\n",
    )
    .unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_ktui"))
        .args(["--plain", "replay", "build.log"])
        .current_dir(home.path())
        .envs(environment(home.path()))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // By key as well as by number; what is no choice is said so, and the end of the lines leaves.
    child.stdin.take().unwrap().write_all(b"e\n999\n").unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("error: Command not found: yq (line 2)"), "{said}");
    assert!(said.contains("Fixes") && said.contains("`999` is none of the choices"), "{said}");
    assert_eq!(output.status.code(), Some(0), "{said}");
}

#[test]
fn an_empty_folder_is_one_to_fetch_a_tree_into() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("empty");
    std::fs::create_dir(&folder).unwrap();
    let mut command = plain(home.path(), &[]);
    command.cwd(&folder);
    let mut screen = Terminal::start(command, 160, 2000);
    let shown = screen.wait_for(". leave");
    assert!(shown.contains(". build: k3s-native"), "{shown}");
    assert!(shown.contains("no tree yet") && !shown.contains(". build: k8s"), "{shown}");
    screen.keys("\x04");
    assert_eq!(screen.wait(), 0);
}

#[test]
fn the_start_screen_is_a_conversation_too() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("go.mod"), "module example.org/x\n\ngo 1.22\n").unwrap();
    std::fs::write(home.path().join("main.go"), "package main\n\nfunc main() {}\n").unwrap();
    let mut screen = Terminal::start(plain(home.path(), &[]), 160, 2000);
    let shown = screen.wait_for("What would you like to do?");
    assert!(shown.contains("unfit: k3s-native"), "a plan that does not fit says why:\n{shown}");
    let line = shown.lines().find(|line| line.contains(". build: go-module")).expect("the plan that fits");
    let number = line.split_once('.').unwrap().0.to_owned();
    screen.keys("nonsense\r");
    screen.wait_for("`nonsense` is none of the choices");
    screen.keys(&format!("{number}\r"));
    let form = screen.wait_for("What now?");
    assert!(form.contains("(default)") || form.contains("(from the tree)"), "{form}");
    let back = form.lines().rev().find(|line| line.ends_with(". back")).expect("a way back");
    screen.keys(&format!("{}\r", back.split_once('.').unwrap().0));
    screen.wait_until("the offers again", |text| text.matches("What would you like to do?").count() >= 3);
    screen.keys("\x04");
    assert_eq!(screen.wait(), 0);
}
