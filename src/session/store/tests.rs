//! Sessions are found, listed with their true state, and pruned without touching running ones.

use std::os::unix::fs::PermissionsExt as _;

use super::*;
use crate::event::{
    Choice, Event, Note, Outcome, RunEnded, RunKind, RunStarted, SessionStart, StageOutline, Timed,
};
use crate::session::cast::{Encoder, Header};

fn store() -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let store = Store::at(dir.path().join("state/sessions"));
    (dir, store)
}

fn start() -> Event {
    let stage = |id: &str, skipped: Option<&str>| StageOutline {
        id: id.to_owned(),
        title: id.to_owned(),
        explain: String::new(),
        skipped: skipped.map(str::to_owned),
        ..StageOutline::default()
    };
    Event::Note(Note::Session(SessionStart {
        ktui: "0.1.0".to_owned(),
        plan: "k3s-native".to_owned(),
        dir: "/src/k3s".into(),
        target: "local".to_owned(),
        stages: vec![
            stage("download", None),
            stage("generate", Some("no such script")),
            stage("build", None),
        ],
        inputs: std::collections::BTreeMap::new(),
        resumes: None,
    }))
}

fn started(run: u32, stage: &str) -> Event {
    runs(run, stage, RunKind::Stage)
}

fn runs(run: u32, stage: &str, kind: RunKind) -> Event {
    Event::Note(Note::RunStarted(RunStarted {
        run,
        kind,
        stage: stage.to_owned(),
        attempt: 1,
        command: "make".to_owned(),
        shell: "bash".to_owned(),
        dir: "/src/k3s".into(),
        target: String::new(),
        env: std::collections::BTreeMap::new(),
        fix: None,
        title: String::new(),
    }))
}

fn ended(run: u32, outcome: Outcome) -> Event {
    Event::Note(Note::RunEnded(RunEnded { run, outcome, exit: Some(0), signal: None, why: None, millis: 1 }))
}

/// Much output, so that no single block holds both ends.
fn noise() -> Event {
    Event::Output("[0.1, \"x\", \"0\"]\r\n".repeat(20_000))
}

fn log(session: &SessionDir, timestamp: u64, events: &[Event]) {
    let mut encoder = Encoder::default();
    let mut text = Header { timestamp: Some(timestamp), ..Header::default() }.line();
    for event in events {
        text.push_str(&encoder.line(&Timed { at: Duration::ZERO, event: event.clone() }));
    }
    fs::write(session.cast(), text).expect("room");
}

fn interrupted(stage: &str) -> Status {
    Status::Interrupted { stage: Some(stage.to_owned()) }
}

#[test]
fn ids_are_readable_and_sort_by_time() {
    let then = UNIX_EPOCH + Duration::from_secs(1_795_232_650);
    let id = new_id("k3s-native", then);
    assert!(id.starts_with("20261121-034410-k3s-native-") && id.len() == 31, "{id}");
    assert!(new_id("a", then) < new_id("a", then + Duration::from_secs(1)));
    assert!(new_id("../Sp ace/ü", then).starts_with("20261121-034410-sp-ace-"));
    assert!(new_id("../..", then).starts_with("20261121-034410-session-"));
}

#[test]
fn folders_are_the_users_own() {
    let (_dir, store) = store();
    let session = store.create("plan").expect("room");
    for path in [store.root(), &session.path] {
        assert_eq!(
            fs::metadata(path).expect("there").permissions().mode() & 0o777,
            0o700,
            "{}",
            path.display()
        );
    }
    assert_eq!(store.list().expect("readable").len(), 0, "nothing has happened in it yet");
}

#[test]
fn the_state_folder_can_be_set() {
    let store = Store::open_default(Some(OsStr::new("/tmp/state"))).expect("given");
    assert_eq!(store.root(), Path::new("/tmp/state/sessions"));
    let user = Store::open_default(Some(OsStr::new(""))).expect("this user has a home");
    assert!(user.root().ends_with("ktui/sessions"), "{}", user.root().display());
}

fn check_status(table: Vec<(&str, Vec<Event>, Status)>) {
    let (_dir, store) = store();
    for (name, events, expected) in table {
        let session = store.create("k3s-native").expect("room");
        log(&session, 1_000, &events);
        assert_eq!(session.summary().expect("readable").status, expected, "{name}");
    }
}

#[test]
fn status_tells_whether_a_session_ended_and_in_which_stage_it_was_cut() {
    let passed = || ended(1, Outcome::Passed);
    let second = vec![start(), started(1, "download"), passed(), started(2, "build"), noise()];
    let done = vec![start(), started(1, "build"), noise(), passed(), Event::Exit(0)];
    check_status(vec![
        ("nothing ran", vec![start()], interrupted("download")),
        ("cut in a stage", vec![start(), started(1, "download"), noise()], interrupted("download")),
        ("cut in the second", second, interrupted("build")),
        ("ended", done, Status::Ended(0)),
        ("failed", vec![start(), noise(), Event::Exit(2)], Status::Ended(2)),
        ("not ours", vec![noise()], Status::Imported),
    ]);
}

#[test]
fn a_session_cut_between_two_runs_goes_on_at_the_right_stage() {
    let waiting = Event::Note(Note::Waiting { stage: "download".to_owned() });
    let skip = Event::Note(Note::Choice(Choice::Skip { stage: "download".to_owned() }));
    let stage = |id: &str, outcome| vec![start(), started(1, id), noise(), ended(1, outcome)];
    let failed = || stage("download", Outcome::Failed);
    let fix = vec![runs(2, "download", RunKind::Fix), ended(2, Outcome::Passed)];
    check_status(vec![
        ("the next is skipped", stage("download", Outcome::Passed), interrupted("build")),
        ("after a failure", failed(), interrupted("download")),
        ("while waiting", [failed(), vec![waiting.clone(), noise()]].concat(), interrupted("download")),
        ("after a skip", [failed(), vec![waiting.clone(), skip]].concat(), interrupted("build")),
        ("after a fix", [failed(), vec![waiting], fix].concat(), interrupted("download")),
        ("all had passed", stage("build", Outcome::Passed), Status::Interrupted { stage: None }),
    ]);
}

#[test]
fn a_torn_last_line_does_not_hide_what_came_before() {
    let (_dir, store) = store();
    let session = store.create("p").expect("room");
    log(&session, 1, &[start(), started(1, "build")]);
    let whole = fs::read(session.cast()).expect("there");
    fs::write(session.cast(), [&whole[..], b"[0.1, \"o\", \"to"].concat()).expect("room");
    assert_eq!(session.summary().expect("readable").status, interrupted("build"));
}

#[test]
fn the_list_is_newest_first() {
    let (_dir, store) = store();
    assert_eq!(store.list().expect("a store that is not there yet is empty").len(), 0);
    for started in [20, 30, 10] {
        let session = store.create("p").expect("room");
        log(&session, started, &[start()]);
    }
    fs::create_dir(store.root().join("something-else")).expect("room");
    let list = store.list().expect("readable");
    assert_eq!(list.iter().map(|summary| summary.started).collect::<Vec<_>>(), [30, 20, 10]);
    assert_eq!((list[0].plan.as_str(), list[0].stages.len()), ("k3s-native", 3));
}

#[test]
fn a_session_is_found_by_a_unique_part_of_its_id() {
    let (_dir, store) = store();
    for id in ["20261121-034410-k3s-native-7f3a", "20261121-034410-tour-01ab", "20261122-000000-tour-01ac"] {
        fs::create_dir_all(store.root().join(id)).expect("room");
        log(&SessionDir::at(store.root().join(id)), 1, &[start()]);
    }
    let found = |wanted: &str| store.find(wanted).map(|session| session.id);
    assert_eq!(found("20261122").expect("unique"), "20261122-000000-tour-01ac");
    assert_eq!(found("7f3a").expect("unique"), "20261121-034410-k3s-native-7f3a");
    assert!(
        matches!(found("20261121"), Err(StoreError::Ambiguous { candidates, .. }) if candidates.len() == 2)
    );
    for wanted in ["", "..", "x", "/etc", "3a"] {
        assert!(matches!(found(wanted), Err(StoreError::NotFound { .. })), "{wanted}");
    }
}

#[test]
fn a_held_session_runs_and_is_neither_held_twice_nor_removed() {
    let (_dir, store) = store();
    let session = store.create("p").expect("room");
    log(&session, 1, &[start()]);
    assert!(!session.is_running());
    let lock = session.hold().expect("nobody else is there");
    assert!(session.is_running());
    assert_eq!(session.summary().expect("readable").status, Status::Running);
    assert!(matches!(session.hold(), Err(StoreError::Running { .. })));
    assert!(matches!(store.remove(&session), Err(StoreError::Running { .. })));
    assert!(store.prune(Prune { keep: Some(0), older_than: None }).expect("readable").is_empty());
    let pid = fs::read_to_string(session.pid()).expect("written by the holder");
    assert!(pid.starts_with(&format!("{} ", std::process::id())), "{pid}");
    drop(lock);
    // The pid file still names a living process; only the lock counts.
    assert!(!session.is_running());
    assert!(session.hold().is_ok());
}

#[test]
fn prune_deletes_what_every_condition_allows() {
    let (_dir, store) = store();
    for started in 1..=4 {
        let session = store.create("p").expect("room");
        log(&session, started, &[start(), Event::Exit(0)]);
    }
    let day = Duration::from_secs(86_400);
    let ids = |which| store.prunable(which).expect("readable").len();
    assert_eq!(ids(Prune::default()), 0);
    assert_eq!(ids(Prune { keep: None, older_than: Some(day) }), 0, "all were written just now");
    assert_eq!(ids(Prune { keep: Some(1), older_than: Some(day) }), 0);
    let removed = store.prune(Prune { keep: Some(1), older_than: None }).expect("deletable");
    assert_eq!(removed.iter().map(|summary| summary.started).collect::<Vec<_>>(), [3, 2, 1]);
    let left = store.list().expect("readable");
    assert_eq!(left.iter().map(|summary| summary.started).collect::<Vec<_>>(), [4]);
}

/// A session of this target and inputs whose stages took so long.
fn took(store: &Store, at: u64, target: &str, jobs: &str, stages: &[(&str, u64, Outcome)]) {
    let session = store.create("k3s-native").expect("room");
    let Event::Note(Note::Session(mut begin)) = start() else { panic!("a session's start") };
    begin.target = target.to_owned();
    begin.inputs.insert("jobs".to_owned(), jobs.to_owned());
    let mut events = vec![Event::Note(Note::Session(begin))];
    for (run, (stage, millis, outcome)) in (1..).zip(stages) {
        let end = RunEnded { run, outcome: *outcome, exit: None, signal: None, why: None, millis: *millis };
        events.extend([started(run, stage), Event::Output("x".into()), Event::Note(Note::RunEnded(end))]);
    }
    log(&session, at, &events);
}

#[test]
fn a_stage_is_estimated_by_the_median_of_sessions_alike() {
    let (_dir, store) = store();
    let ok = Outcome::Passed;
    let inputs = |jobs: &str| std::collections::BTreeMap::from([("jobs".to_owned(), jobs.to_owned())]);
    let usual =
        |target: &str, jobs: &str| store.usual(Alike { plan: "k3s-native", target, inputs: &inputs(jobs) });
    assert!(usual("local", "4").is_empty(), "a first build has no estimate");
    for (at, millis) in [(10, 100), (20, 900), (30, 200)] {
        took(&store, at, "local", "4", &[("download", millis, ok), ("build", millis * 10, ok)]);
    }
    assert_eq!(usual("local", "4")["build"], 2000, "the median, not the mean");
    // A try that failed, another machine and another plan say nothing.
    took(&store, 40, "local", "4", &[("download", 1, Outcome::Failed), ("download", 300, ok)]);
    took(&store, 50, "ssh:board", "4", &[("download", 70_000, ok)]);
    assert_eq!(usual("local", "4")["download"], 300);
    assert_eq!(usual("ssh:board", "4")["download"], 70_000);
    assert!(store.usual(Alike { plan: "k8s-local", target: "local", inputs: &inputs("4") }).is_empty());
    // The same inputs first; where nobody built with these, any.
    took(&store, 60, "local", "1", &[("build", 50_000, ok)]);
    assert_eq!((usual("local", "1")["build"], usual("local", "4")["build"]), (50_000, 2000));
    assert_eq!(usual("local", "1")["download"], 300, "other inputs are better than nothing");
    assert_eq!(usual("local", "2")["build"], 9000);
}

#[test]
fn a_log_that_was_cut_off_estimates_what_it_holds() {
    let (_dir, store) = store();
    took(&store, 10, "local", "4", &[("download", 500, Outcome::Passed), ("build", 900, Outcome::Passed)]);
    let summary = store.list().expect("readable").remove(0);
    let whole = fs::read(summary.session.cast()).expect("there");
    fs::write(summary.session.cast(), &whole[..whole.len() - 60]).expect("room");
    let inputs = std::collections::BTreeMap::new();
    let usual = store.usual(Alike { plan: "k3s-native", target: "local", inputs: &inputs });
    assert_eq!(usual.get("download"), Some(&500));
    assert_eq!(usual.get("build"), None);
}
