//! A session's log from the pty's bytes to whoever reads it, and to other players.

#![expect(
    clippy::disallowed_methods,
    reason = "a real file is written, followed and shown to another program"
)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use ktui::event::{
    Answer, Choice, Event, Fact, Note, Outcome, RunEnded, RunKind, RunStarted, SessionStart, StageOutline,
    Timed,
};
use ktui::session::cast::Header;
use ktui::session::reader::{Events, Reader};
use ktui::session::redact::Redactor;
use ktui::session::store::{Status, Store};
use ktui::session::writer::Writer;

/// What the events show, byte for byte.
fn shown(events: &[Timed]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut exact = None;
    for timed in events {
        match &timed.event {
            Event::Exact(raw) => exact = Some(raw.clone()),
            Event::Output(text) => bytes.extend(exact.take().unwrap_or_else(|| text.clone().into_bytes())),
            _ => {}
        }
    }
    bytes
}

fn session_start() -> Note {
    let stage = StageOutline {
        id: "build".into(),
        title: "构建".into(),
        explain: "…".into(),
        ..StageOutline::default()
    };
    Note::Session(SessionStart {
        ktui: "0.1.0".into(),
        plan: "k3s-native".into(),
        dir: "/src/k3s".into(),
        target: "local".into(),
        stages: vec![stage],
        inputs: [("version".to_owned(), "v1.31".to_owned())].into(),
        resumes: None,
    })
}

fn run_started() -> Note {
    Note::RunStarted(RunStarted {
        run: 1,
        kind: RunKind::Stage,
        stage: "build".into(),
        attempt: 1,
        command: "make \"all\"".into(),
        shell: "bash -euo pipefail".into(),
        dir: "/src/k3s".into(),
        target: String::new(),
        env: [("K3S_TOKEN".to_owned(), "not-for-the-log".to_owned())].into(),
        fix: None,
        title: String::new(),
    })
}

/// One event of every kind that ktui writes.
fn write_one_of_each(path: &Path) {
    let header =
        Header { timestamp: Some(1_795_232_650), title: Some("k3s-native".into()), ..Header::default() };
    let mut writer = Writer::create(path, &header, Redactor::default()).expect("a new file");
    for note in
        [session_start(), Note::Fact(Fact { ask: "which yq".into(), answer: Answer::Absent }), run_started()]
    {
        writer.append(Event::Note(note));
    }
    writer.append(Event::Marker("build ▸".into()));
    writer.output(b"\x1b[31mmake: *** [all] \xB4\xED\xCE\xF3 2\x1b[0m\r\n");
    writer.append(Event::Resize { cols: 120, rows: 40 });
    for note in [
        Note::RunEnded(RunEnded {
            run: 1,
            outcome: Outcome::Failed,
            exit: Some(2),
            signal: None,
            why: None,
            millis: 9,
        }),
        Note::Waiting { stage: "build".into() },
        Note::Choice(Choice::End),
        Note::DiskTrouble { why: "No space left on device".into() },
    ] {
        writer.append(Event::Note(note));
    }
    writer.append(Event::Exit(2));
}

#[test]
fn a_reader_beside_the_writer_sees_every_byte_once() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("session.cast");
    let mut writer = Writer::create(&path, &Header::default(), Redactor::default()).expect("a new file");
    let mut reader = Reader::open(&path).expect("the writer has made it");
    let output: Vec<u8> = (0..300_000u32).flat_map(|n| format!("{n} é\u{1b}[m\r\n").into_bytes()).collect();
    let to_write = output.clone();
    let writing = thread::spawn(move || {
        for (n, part) in to_write.chunks(4095).enumerate() {
            writer.output(part);
            if n % 7 == 0 {
                writer.flush();
            }
        }
        writer.append(Event::Exit(0));
    });
    let mut seen = Vec::new();
    loop {
        let is_over = writing.is_finished();
        let new = reader.poll().expect("readable");
        if new.is_empty() && is_over {
            break;
        }
        seen.extend(new);
    }
    writing.join().expect("the writer does not panic");
    assert!(shown(&seen) == output, "{} of {} bytes", shown(&seen).len(), output.len());
    assert!(seen.windows(2).all(|pair| pair[0].at <= pair[1].at));
    assert_eq!(seen.last().map(|timed| &timed.event), Some(&Event::Exit(0)));
    assert!(!seen.iter().any(|timed| matches!(timed.event, Event::Note(_))));
}

#[test]
fn a_session_in_the_store_tells_its_own_story() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let store = Store::at(dir.path());
    let session = store.create("k3s-native").expect("room");
    write_one_of_each(&session.cast());
    let list = store.list().expect("readable");
    assert_eq!((list[0].status.clone(), list[0].plan.as_str()), (Status::Ended(2), "k3s-native"));
    assert_eq!((list[0].started, list[0].stages[0].title.as_str()), (1_795_232_650, "构建"));
    let text = std::fs::read_to_string(session.cast()).expect("UTF-8");
    assert!(!text.contains("not-for-the-log"), "{text}");
    assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "a log can be shown as it is");
    let events: Vec<Timed> = Events::open(session.cast()).expect("readable").collect();
    assert_eq!(shown(&events), b"\x1b[31mmake: *** [all] \xB4\xED\xCE\xF3 2\x1b[0m\r\n");
}

/// asciinema's own program (3.x) reads what we write. `ASCIINEMA` names it where it is not on the PATH.
#[test]
fn asciinema_accepts_a_session() {
    let program = std::env::var_os("ASCIINEMA").map_or_else(|| PathBuf::from("asciinema"), PathBuf::from);
    let version = Command::new(&program).arg("--version").output();
    let version = version.map(|out| String::from_utf8_lossy(&out.stdout).into_owned()).unwrap_or_default();
    if !version.starts_with("asciinema 3.") {
        eprintln!("skipped: needs asciinema 3.x (cargo install --locked asciinema), found {version:?}");
        return;
    }
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (cast, text, again) =
        (dir.path().join("a.cast"), dir.path().join("a.txt"), dir.path().join("b.cast"));
    write_one_of_each(&cast);
    for out in [&text, &again] {
        let done = Command::new(&program).arg("convert").arg(&cast).arg(out).output().expect("it starts");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }
    let text = std::fs::read_to_string(text).expect("it wrote text");
    assert!(text.contains("make: *** [all]") && !text.contains("k3s-native"), "{text}");
    // It even hands on what it does not know.
    let ours: Vec<Event> = Events::open(&cast).expect("readable").map(|timed| timed.event).collect();
    let theirs: Vec<Event> = Events::open(&again).expect("readable").map(|timed| timed.event).collect();
    assert_eq!(theirs, ours);
}
