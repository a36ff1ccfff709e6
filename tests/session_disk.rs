//! Invariant g on real disks: when the disk fails, the writer keeps the same lines in memory and goes on.

#![expect(clippy::disallowed_methods, reason = "real files and a child with a limit are what is tested")]

mod terminal;

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use ktui::event::{Event, Note, Timed};
use ktui::session::cast::Header;
use ktui::session::reader::Events;
use ktui::session::redact::Redactor;
use ktui::session::writer::Writer;
use portable_pty::CommandBuilder;
use terminal::{NoRunnerLeft, Terminal, environment};

fn create(path: &Path) -> Writer {
    Writer::create(path, &Header::default(), Redactor::default()).expect("a full disk is no failure")
}

fn text(events: &[Timed]) -> String {
    let output =
        |timed: &Timed| if let Event::Output(text) = &timed.event { Some(text.clone()) } else { None };
    events.iter().filter_map(output).collect()
}

fn troubles(events: &[Timed]) -> usize {
    events.iter().filter(|timed| matches!(timed.event, Event::Note(Note::DiskTrouble { .. }))).count()
}

#[test]
fn invariant_g_a_disk_that_is_full_from_the_start_stops_nothing() {
    if !Path::new("/dev/full").exists() {
        eprintln!("skipped: this machine has no /dev/full");
        return;
    }
    let mut writer = create(Path::new("/dev/full"));
    for line in 0..1000 {
        writer.output(format!("line {line}\r\n").as_bytes());
        writer.append(Event::Marker("stage".to_owned()));
    }
    writer.finish();
    assert!(writer.trouble().is_some_and(|why| why.contains("No space left")), "{:?}", writer.trouble());
    assert!(writer.unsaved() > 10_000);
}

/// Needs no root: the child's own limit on the size of files plays the full disk, and is lifted half-way.
#[test]
fn invariant_g_when_there_is_room_again_the_file_is_whole() {
    const CHILD: &str = "KTUI_TEST_LIMITED";
    if let Some(path) = std::env::var_os(CHILD) {
        limited_child(Path::new(&path));
        return;
    }
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("session.cast");
    let this = std::env::current_exe().expect("a test has a path");
    // Past its limit a process gets SIGXFSZ, unless that is ignored; the shell can do that for its child.
    let script = "trap '' XFSZ; ulimit -S -f 64 && exec \"$0\" --exact --nocapture \
                  invariant_g_when_there_is_room_again_the_file_is_whole";
    let child =
        Command::new("bash").args(["-c", script]).arg(this).env(CHILD, &path).output().expect("bash starts");
    assert!(child.status.success(), "{}", String::from_utf8_lossy(&[child.stdout, child.stderr].concat()));

    let events: Vec<Timed> = Events::open(&path).expect("the file is there").collect();
    let expected: Vec<String> = (0..5000).map(|line| format!("this is line {line} of many\r\n")).collect();
    assert_eq!(text(&events), expected.concat());
    assert_eq!(troubles(&events), 1);
    assert_eq!(events.last().map(|timed| &timed.event), Some(&Event::Exit(0)));
}

fn limited_child(path: &Path) {
    let mut writer = create(path);
    for line in 0..5000 {
        writer.output(format!("this is line {line} of many\r\n").as_bytes());
        if line % 50 == 0 {
            writer.flush();
        }
    }
    writer.flush();
    assert!(writer.trouble().is_some_and(|why| why.contains("File too large")), "{:?}", writer.trouble());
    assert!(writer.unsaved() > 0);
    let mut limit = rustix::process::getrlimit(rustix::process::Resource::Fsize);
    limit.current = limit.maximum;
    rustix::process::setrlimit(rustix::process::Resource::Fsize, limit).expect("back up to the hard limit");
    writer.append(Event::Exit(0));
    writer.finish();
    assert_eq!(writer.trouble(), None);
}

/// The whole program: its runner may write 64 KiB to a file, and the stage says more.
#[test]
fn a_build_that_passes_while_its_log_cannot_be_written_has_passed() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let plan = "plan: p\ntitle: {en: A, zh: A}\nabout: {en: A, zh: A}\nstages:\n\
                \x20 - {id: count, title: {en: A, zh: A}, run: seq 1 60000}\n";
    fs::write(home.path().join("ktui.yaml"), plan).expect("room");
    let script = "trap '' XFSZ; ulimit -S -f 64 && exec \"$0\" build ./ktui.yaml --headless --trust";
    let ended = Command::new("bash")
        .args(["-c", script, env!("CARGO_BIN_EXE_ktui")])
        .current_dir(home.path())
        .env_clear()
        .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
        .env("HOME", home.path())
        .env("LC_ALL", "C.UTF-8")
        .output()
        .expect("bash starts");
    let told = String::from_utf8_lossy(&ended.stderr);
    for runner in runners(home.path()) {
        let _ = Command::new("kill").arg(runner).status();
    }
    assert!(told.contains("the log could not be written"), "{told}");
    assert_eq!(ended.status.code(), Some(0), "{told}");
}

/// The same with a screen, which must say so while the stage still runs.
#[test]
fn a_screen_says_while_the_log_cannot_be_written() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let _none = NoRunnerLeft(home.path());
    let plan = "plan: p\ntitle: {en: A, zh: A}\nabout: {en: A, zh: A}\nstages:\n\
                \x20 - {id: count, title: {en: A, zh: A}, run: seq 1 60000 && sleep 300}\n";
    fs::write(home.path().join("ktui.yaml"), plan).expect("room");
    let script = "trap '' XFSZ; ulimit -S -f 64 && exec \"$0\" --lang en build ./ktui.yaml --trust";
    let mut command = CommandBuilder::new("bash");
    command.args(["-c", script, env!("CARGO_BIN_EXE_ktui")]);
    command.cwd(home.path());
    for (name, value) in environment(home.path()) {
        command.env(name, value);
    }
    let mut screen = Terminal::start(command, 100, 30);
    screen.wait_for("its log cannot be written");
    screen.keys("q");
    screen.wait_for("Leave");
    screen.keys("x");
}

/// The process ids of the runners whose sessions are kept under this home.
fn runners(home: &Path) -> Vec<String> {
    let sessions = home.join(".local/state/ktui/sessions");
    let sessions = fs::read_dir(sessions).into_iter().flatten().flatten();
    let pids = sessions.filter_map(|session| fs::read_to_string(session.path().join("runner.pid")).ok());
    pids.map(|pid| pid.trim().to_owned()).filter(|pid| !pid.is_empty()).collect()
}

#[test]
fn a_recording_is_never_written_over() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("session.cast");
    fs::File::create(&path).and_then(|mut file| file.write_all(b"old")).expect("room");
    let refused = Writer::create(&path, &Header::default(), Redactor::default());
    assert!(refused.is_err_and(|error| error.kind() == std::io::ErrorKind::AlreadyExists));
}

#[test]
fn the_file_is_readable_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("session.cast");
    drop(create(&path));
    assert_eq!(fs::metadata(&path).expect("it is there").permissions().mode() & 0o777, 0o600);
}
