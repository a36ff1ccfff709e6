//! Stages on another machine: over a real ssh, from the pty to the end of the last process.
#![expect(clippy::disallowed_methods, reason = "a test drives the world")]
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod board;
mod terminal;

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use board::Board;
use terminal::Terminal;

const PLAN: &str = r#"
plan: far
title: {en: x, zh: x}
about: {en: x, zh: x}
detect: {files: [marker]}
inputs:
  - {name: token, title: {en: x, zh: x}, default: hunter2-far, secret: true}
  - {name: place, title: {en: x, zh: x}, default: ''}
env: {FROM_PLAN: "it's {{arch}} {{env.ONLY_HERE}}"}
stages:
  - id: tell
    title: {en: x, zh: x}
    run: |
      echo "folder $(pwd) plan=$FROM_PLAN here=${ONLY_HERE-none} tty=$(tty | cut -c1-9) term=$TERM"
      echo token {{token}} | sed 's/hunter/got-/'
      ps -eo args | grep -v grep | grep -c 'hunter2''-far' || true
      mkdir -p out; echo x > 'out/a b.tgz'
    produces:
      - {path: 'out/*.tgz'}
    check: test -s 'out/a b.tgz'
  - id: fails
    title: {en: x, zh: x}
    run: {{RUN}}
    produces: {{PRODUCES}}
"#;

fn build(board: &Board, tree: &Path, more: &[&str]) -> Output {
    let mut command = board.ktui();
    command.args(["build", "--headless", "--target", "ssh:board", "-C"]).arg(tree).args(more);
    command.env("ONLY_HERE", "local").output().unwrap()
}

fn plan(tree: &Path, run: &str, produces: &str) -> String {
    let path = tree.with_extension("yaml");
    let text = PLAN.replace("{{RUN}}", run).replace("{{PRODUCES}}", produces);
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

fn told(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn a_stage_on_a_board_has_its_folder_environment_terminal_products_and_status() {
    let Some(board) = Board::start() else { return };
    let tree = board.room("far");
    std::fs::write(tree.join("marker"), "").unwrap();
    let good = build(&board, &tree, &[&plan(&tree, "'true'", "[]")]);
    let text = told(&good);
    assert!(good.status.success(), "{text}");
    let arch = String::from_utf8(Command::new("uname").arg("-m").output().unwrap().stdout).unwrap();
    let arch = arch.trim().replace("x86_64", "amd64").replace("aarch64", "arm64");
    let line =
        format!("folder {} plan=it's {arch}  here=none tty=/dev/pts/ term=xterm-256color", tree.display());
    assert!(text.contains(&line), "{line}\n{text}");
    assert!(text.contains("token got-2-far") && text.contains("\n0\r\n"), "no process list shows it: {text}");
    assert!(!text.contains("Connection to"), "{text}");

    for (run, produces, says) in [
        ("exit 7", "[]", "failed with exit status 7"),
        ("'kill -9 $$'", "[]", "failed with exit status 137"),
        ("no-such-tool-anywhere", "[]", "stage-fails: line 1: no-such-tool-anywhere: command not found"),
        (
            "'true'",
            "[{path: 'out/*.tar', why: {en: nothing to install, zh: x}}]",
            "out/*.tar is missing: nothing to install",
        ),
    ] {
        let bad = build(&board, &tree, &[&plan(&tree, run, produces), "--from", "fails"]);
        assert_eq!(bad.status.code(), Some(1), "{run}: {}", told(&bad));
        assert!(told(&bad).contains(says), "{run}: {}", told(&bad));
    }
    let gone = build(&board, Path::new("/no/such/tree"), &[]);
    assert_eq!(gone.status.code(), Some(2), "{}", told(&gone));
    assert!(told(&gone).contains("ssh:board: ") && told(&gone).contains("/no/such/tree"), "{}", told(&gone));
}

#[test]
fn a_time_limit_ends_everything_that_runs_on_the_board() {
    let Some(board) = Board::start() else { return };
    let tree = board.room("far");
    std::fs::write(tree.join("marker"), "").unwrap();
    // One that hears no TERM, and one that left the session.
    let nap = format!("sleep 7{:07}", std::process::id());
    let run = format!("|\n      trap '' TERM HUP\n      setsid {nap} &\n      {nap}\n    timeout: 1s");
    let output = build(&board, &tree, &[&plan(&tree, &run, "[]"), "--from", "fails"]);
    assert!(told(&output).contains("fails ran into its time limit"), "{}", told(&output));
    assert!(!told(&output).contains("may still run"), "{}", told(&output));
    let left = Command::new("pgrep").args(["-f", &nap]).output().unwrap();
    assert!(left.stdout.is_empty(), "{}", String::from_utf8_lossy(&left.stdout));
}

#[test]
fn ctrl_c_ends_the_stage_on_the_board_too() {
    // Seconds that no other process here sleeps.
    let nap = format!("sleep 8{:07}", std::process::id());
    let Some(board) = Board::start() else { return };
    let tree = board.room("far");
    std::fs::write(tree.join("marker"), "").unwrap();
    let plan = plan(&tree, &format!("touch began; trap '' INT HUP; {nap}; {nap}"), "[]");
    let mut child = board
        .ktui()
        .args(["build", "--headless", "--target", "ssh:board", "--from", "fails", "-C"])
        .arg(&tree)
        .arg(plan)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    while !tree.join("began").exists() {
        assert!(Instant::now() < deadline, "the stage never began");
        std::thread::sleep(Duration::from_millis(20));
    }
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        assert!(Instant::now() < deadline, "Ctrl-C was not heard");
        std::thread::sleep(Duration::from_millis(20));
    };
    assert_eq!(status.code(), Some(130));
    let left = Command::new("pgrep").args(["-f", &nap]).output().unwrap();
    assert!(left.stdout.is_empty(), "{}", String::from_utf8_lossy(&left.stdout));
}

/// The processes of the server that serve a connection.
fn cut_connections(board: &Board) {
    let served = Command::new("pgrep").args(["-P", &board.server().to_string()]).output().unwrap();
    for pid in String::from_utf8_lossy(&served.stdout).split_whitespace() {
        let below = Command::new("pgrep").args(["-P", pid]).output().unwrap();
        let pids = format!("{pid} {}", String::from_utf8_lossy(&below.stdout));
        for pid in pids.split_whitespace() {
            let name = std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
            if name.starts_with("sshd") {
                Command::new("kill").args(["-KILL", pid]).status().unwrap();
            }
        }
    }
}

#[test]
fn a_connection_that_drops_is_told_and_what_ran_there_is_ended_so_that_a_retry_starts_clean() {
    let Some(board) = Board::start() else { return };
    let tree = board.room("far");
    std::fs::write(tree.join("marker"), "").unwrap();
    let nap = format!("sleep 9{:07}", std::process::id());
    let script = format!("[ ! -e began ] || exit 0; touch began; trap '' HUP; {nap}; {nap}");
    let plan = plan(&tree, &format!("\"{script}\""), "[]");
    let mut child = board
        .ktui()
        .args(["build", "--headless", "--target", "ssh:board", "--from", "fails", "-C"])
        .arg(&tree)
        .arg(&plan)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    while !tree.join("began").exists() {
        assert!(Instant::now() < deadline && child.try_wait().unwrap().is_none(), "the stage never began");
        std::thread::sleep(Duration::from_millis(20));
    }
    cut_connections(&board);
    let ended = child.wait_with_output().unwrap();
    let text = told(&ended);
    assert_eq!(ended.status.code(), Some(1), "{text}");
    assert!(text.contains("the connection to ssh:board was lost while it ran"), "{text}");
    let left = Command::new("pgrep").args(["-f", &nap]).output().unwrap();
    assert!(left.stdout.is_empty(), "{}", String::from_utf8_lossy(&left.stdout));
    let again = build(&board, &tree, &[&plan, "--from", "fails"]);
    assert!(again.status.success(), "{}", told(&again));
}

#[test]
fn the_app_shows_a_build_on_a_board_whose_tree_brings_its_own_plan() {
    let Some(board) = Board::start() else { return };
    let tree = board.room("far");
    std::fs::write(tree.join("marker"), "").unwrap();
    let text = PLAN.replace("plan: far", "plan: boards-own");
    let text = text.replace("{{RUN}}", "'test -e mended'").replace("{{PRODUCES}}", "[]");
    std::fs::write(tree.join("ktui.yaml"), text).unwrap();
    let dir = tree.display().to_string();
    let shown = build(&board, &tree, &["boards-own", "--dry-run"]);
    assert!(told(&shown).contains("test -e mended"), "the plan is read from the board: {}", told(&shown));

    let mut list = board.ktui();
    let listed = list.args(["plans", "list", "--target", "ssh:board", "-C", &dir]).output().unwrap();
    assert!(
        told(&listed).contains("boards-own") && told(&listed).contains("ssh:board:"),
        "{}",
        told(&listed)
    );

    let home = board.room("home");
    let mut command =
        terminal::ktui(&home, &["build", "boards-own", "--target", "ssh:board", "-C", &dir, "--trust"]);
    command.env("PATH", board.path());
    command.env("XDG_RUNTIME_DIR", board.room("."));
    let mut screen = Terminal::start(command, 110, 30);
    let shown =
        screen.wait_until("the failed stage", |text| text.contains("✗ x") || text.contains("not trusted"));
    assert!(shown.contains("ssh:board"), "the target is on the screen:\n{shown}");
    std::fs::write(tree.join("mended"), "").unwrap();
    screen.keys("r");
    screen.wait_for("Built: boards-own");
    assert!(tree.join("out/a b.tgz").exists());
}
