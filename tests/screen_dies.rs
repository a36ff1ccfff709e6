//! What a build survives: the death of its screen, and, as far as the log goes, the death of its runner.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests may touch the world and stop at the first surprise"
)]

mod terminal;

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use ktui::app::{self, Setup, Signs};
use ktui::model::diagnosis::Knowledge;
use ktui::model::panes::Arrangement;
use ktui::session::import::{self, Source};
use portable_pty::{CommandBuilder, PtyPair, PtySize, native_pty_system};
use terminal::{NoRunnerLeft, PATIENCE, Terminal, environment, ktui};

/// Prints 1 to 4000, half of it only after the test says so.
const PLAN: &str = "\
plan: count
title: {en: Count, zh: 计数}
about: {en: Counts., zh: 计数。}
stages:
  - id: first
    title: {en: First, zh: 第一}
    explain: {en: Passes., zh: 通过。}
    run: echo passed
  - id: count
    title: {en: Count, zh: 计数}
    explain: {en: Counts in two halves., zh: 分两半计数。}
    run: |
      seq 1 2000
      until [ -e go-on ]; do sleep 0.05; done
      seq 2001 4000
      echo counted
";

fn within_patience<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "waited for {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn run(home: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ktui"))
        .args(args)
        .current_dir(home)
        .envs(environment(home))
        .stdin(Stdio::null())
        .output()
        .expect("ktui starts")
}

fn session(home: &Path) -> PathBuf {
    let sessions = home.join("state/ktui/sessions");
    within_patience("a session", || {
        let mut entries = fs::read_dir(&sessions).ok()?;
        entries.next().map(|entry| entry.expect("an entry").path())
    })
}

/// Everything that the stages wrote, as the session log has it.
fn output(session: &Path) -> String {
    let text = fs::read_to_string(session.join("session.cast")).unwrap_or_default();
    let mut output = String::new();
    for line in text.lines().skip(1) {
        let Ok((_, code, data)) = serde_json::from_str::<(f64, String, String)>(line) else { continue };
        if code == "o" {
            output.push_str(&data);
        }
    }
    output.replace("\r\n", "\n")
}

fn status(home: &Path) -> String {
    String::from_utf8_lossy(&run(home, &["sessions", "list"]).stdout).into_owned()
}

/// SIGKILL, as the out-of-memory killer does it.
fn kill_runner(session: &Path) {
    let text = fs::read_to_string(session.join("runner.pid")).expect("the runner's pid");
    let pid = text.split_whitespace().next().expect("a pid");
    assert!(Command::new("kill").args(["-9", pid]).status().is_ok_and(|status| status.success()));
}

fn start(home: &Path) -> Terminal {
    fs::write(home.join("ktui.yaml"), PLAN).unwrap();
    let screen = Terminal::start(ktui(home, &["build", "./ktui.yaml"]), 80, 24);
    screen.wait_for("2000");
    screen
}

#[test]
fn a_killed_screen_leaves_the_build_running_and_no_byte_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let _runners = NoRunnerLeft(home);
    let mut screen = start(home);
    screen.kill();
    assert!(status(home).contains("running"), "{}", status(home));
    let attached = Terminal::start(ktui(home, &["attach"]), 80, 24);
    attached.wait_for("2000");
    fs::write(home.join("go-on"), "").unwrap();
    let session = session(home);
    within_patience("the build's end", || status(home).contains("ended well").then_some(()));
    attached.wait_until("the last line", |text| text.contains("counted"));
    let wanted: String = (1..=4000).fold(String::new(), |text, n| text + &n.to_string() + "\n");
    assert_eq!(output(&session), format!("passed\n{wanted}counted\n"));
}

/// A build without a screen, whose output goes to `out`.
fn headless(home: &Path, out: Stdio) -> std::process::Child {
    headless_with(home, PLAN, (out, Stdio::null()))
}

/// A build of this plan without a screen, whose output and talk go there.
fn headless_with(home: &Path, plan: &str, (out, talk): (Stdio, Stdio)) -> std::process::Child {
    fs::write(home.join("ktui.yaml"), plan).unwrap();
    Command::new(env!("CARGO_BIN_EXE_ktui"))
        .args(["build", "./ktui.yaml", "--headless"])
        .current_dir(home)
        .envs(environment(home))
        .stdin(Stdio::null())
        .stdout(out)
        .stderr(talk)
        .spawn()
        .expect("ktui starts")
}

/// A build one of whose pipes, which `to` takes, nobody reads.
fn goes_on_unread(to: impl FnOnce(Stdio) -> (Stdio, Stdio)) {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let _runners = NoRunnerLeft(home);
    let (read, write) = std::io::pipe().unwrap();
    let mut build = headless_with(home, PLAN, to(write.into()));
    drop(read);
    fs::write(home.join("go-on"), "").unwrap();
    assert_eq!(build.wait().unwrap().code(), Some(0));
    assert!(status(home).contains("ended well"), "{}", status(home));
}

#[test]
fn a_headless_build_whose_talk_nobody_hears_goes_on_to_its_end() {
    goes_on_unread(|talk| (Stdio::null(), talk));
}

#[test]
fn a_stage_that_asks_where_nobody_sits_is_told_of_with_the_way_to_answer() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let _runners = NoRunnerLeft(home);
    let asks = PLAN.replace("seq 1 2000", "printf 'Remove everything? [y/N] '");
    let mut build = headless_with(home, &asks, (Stdio::null(), Stdio::piped()));
    let mut talk = build.stderr.take().unwrap();
    let mut told = String::new();
    while !told.contains("ktui attach") {
        let mut block = [0; 512];
        let count = talk.read(&mut block).unwrap();
        assert!(count > 0, "it ended: {told}");
        told.push_str(&String::from_utf8_lossy(&block[..count]));
    }
    assert!(told.contains("wait for an answer"), "{told}");
    fs::write(home.join("go-on"), "").unwrap();
    assert_eq!(build.wait().unwrap().code(), Some(0));
}

#[test]
fn a_headless_build_whose_output_nobody_reads_goes_on_to_its_end() {
    goes_on_unread(|out| (out, Stdio::null()));
}

#[test]
fn a_headless_build_that_is_told_to_end_takes_its_stage_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let _runners = NoRunnerLeft(home);
    let mut build = headless(home, Stdio::null());
    let session = session(home);
    within_patience("the second stage", || output(&session).contains("2000\n").then_some(()));
    let kill = Command::new("kill").args(["-TERM", &build.id().to_string()]).status();
    assert!(kill.is_ok_and(|status| status.success()));
    assert_eq!(build.wait().unwrap().code(), Some(143));
    within_patience("the session's end", || (!status(home).contains("running")).then_some(()));
}

#[test]
fn a_terminal_that_goes_away_takes_the_screen_with_it_and_nothing_panics() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    fs::write(home.join("old.log"), "sh: yq: command not found\n").unwrap();
    let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
    let PtyPair { master, slave } = native_pty_system().openpty(size).unwrap();
    let mut screen = slave.spawn_command(ktui(home, &["replay", "old.log"])).unwrap();
    drop(slave);
    let mut reader = master.try_clone_reader().unwrap();
    let mut seen = Vec::new();
    let mut block = [0; 4096];
    while !String::from_utf8_lossy(&seen).contains("not found") {
        let count = reader.read(&mut block).unwrap();
        assert!(count > 0, "it ended early: {}", String::from_utf8_lossy(&seen));
        seen.extend_from_slice(&block[..count]);
    }
    drop(reader);
    drop(master);
    assert_ne!(screen.wait().unwrap().exit_code(), 101, "a panic");
}

/// Not run by itself: shows a log in an app whose diagnosis panics on its thread.
#[test]
#[ignore = "the screen of `a_panic_beside_the_screen_ends_it_with_its_message`"]
fn a_screen_with_a_panic_beside_it() {
    let keep = |_: &str| Err(ktui::locale::Text::verbatim("no desk"));
    let count = |_: &str| Err(ktui::locale::Text::verbatim("no desk"));
    let theme = ktui::theme::Theme::load("theme.yaml", include_str!("../themes/ktui-dark.yaml")).0.unwrap();
    let broken: Box<dyn FnOnce() -> Knowledge + Send> = Box::new(|| panic!("the rules are on fire"));
    let setup = Setup {
        knowledge: Arc::new(LazyLock::new(broken)),
        themes: vec![theme.clone()],
        theme,
        keymap: ktui::keymap::Keymap::default(),
        mouse: true,
        signs: Signs { title: true, progress: true },
        unicode: true,
        lang: ktui::locale::Lang::En,
        home: String::new(),
        desk: app::Desk { count: Arc::new(count), keep_rule: Arc::new(keep) },
        notes: None,
        ahead: 0,
        ask_ground: false,
        panes: Arrangement::default(),
        panes_file: None,
        warning: None,
        spill: std::env::temp_dir(),
    };
    let bytes = Box::new(std::io::Cursor::new(b"make: nothing to be done\n".to_vec()));
    let source = Source::Bytes { name: "build.log".into(), bytes };
    let log = import::log(source, None).unwrap();
    let begin = app::Begin::End;
    let recording = app::Recording { name: "build.log".into(), log, begin, speed: 0.0, session: None };
    let left = app::run(app::Input::Replay(Box::new(recording)), &setup);
    println!("left with: {:#}", left.unwrap_err());
}

#[test]
fn a_panic_beside_the_screen_ends_it_with_its_message_on_a_terminal_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
    command.args(["--exact", "a_screen_with_a_panic_beside_it", "--ignored", "--nocapture"]);
    for (name, value) in environment(folder.path()) {
        command.env(name, value);
    }
    let size = PtySize { rows: 24, cols: 100, pixel_width: 0, pixel_height: 0 };
    let PtyPair { master, slave } = native_pty_system().openpty(size).unwrap();
    let mut screen = slave.spawn_command(command).unwrap();
    drop(slave);
    let mut killer = screen.clone_killer();
    let (_ends, end) = std::sync::mpsc::channel::<()>();
    std::thread::spawn(move || {
        if end.recv_timeout(PATIENCE) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
            drop(killer.kill());
        }
    });
    let mut written = Vec::new();
    // The end of a pty is an error here and an end elsewhere.
    let _ = master.try_clone_reader().unwrap().read_to_end(&mut written);
    assert!(screen.wait().unwrap().success());
    let written = String::from_utf8_lossy(&written);
    let count = |part: &str| written.matches(part).count();
    assert_eq!(
        (count("\x1b[?1049h"), count("\x1b[?1049l")),
        (1, 1),
        "taken once, given back once: {written}"
    );
    let (_, after) = written.split_once("\x1b[?1049l").unwrap();
    assert!(after.contains("left with: ") && after.contains("the rules are on fire"), "{after}");
    assert!(!after.contains("\x1b[?2026h"), "nothing is drawn any more: {after}");
    assert!(written.contains("\x1b]2;ktui: build.log\x1b\\") && count("\x1b[23;2t") == 1, "{written}");
}

#[test]
fn a_killed_runner_reads_as_interrupted_and_the_build_offers_to_go_on_at_the_cut_stage() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let _runners = NoRunnerLeft(home);
    let mut screen = start(home);
    let session = session(home);
    kill_runner(&session);
    within_patience("the cut", || status(home).contains("interrupted in count").then_some(()));
    screen.wait_for("interrupted");
    screen.keys("q");
    screen.wait();

    fs::write(home.join("go-on"), "").unwrap();
    let offered = run(home, &["build", "./ktui.yaml", "--headless"]);
    let talk = String::from_utf8_lossy(&offered.stderr).into_owned();
    assert!(talk.contains("--resume"), "{talk}");
    fs::remove_dir_all(home.join("state")).unwrap();

    // The same cut again, gone on with this time.
    fs::remove_file(home.join("go-on")).unwrap();
    let mut screen = start(home);
    let cut = self::session(home);
    kill_runner(&cut);
    within_patience("the cut", || status(home).contains("interrupted in count").then_some(()));
    screen.kill();
    fs::write(home.join("go-on"), "").unwrap();
    let resumed = run(home, &["build", "./ktui.yaml", "--headless", "--resume"]);
    let log = String::from_utf8_lossy(&resumed.stdout);
    assert_eq!(resumed.status.code(), Some(0), "{}", String::from_utf8_lossy(&resumed.stderr));
    assert!(log.contains("counted") && !log.contains("passed"), "it went on at `count`:\n{log}");
}
