//! A build outlives its screen; a killed runner leaves a log that says where it was cut.
#![expect(clippy::disallowed_methods, reason = "is a screen of its own, lays files out for stages")]

mod runner_site;

use std::os::unix::fs::PermissionsExt;

use ktui::event::{Event, Note};
use ktui::runner::protocol::State;
use ktui::runner::{launch_as, order::Order};
use ktui::session::store::{SessionDir, Status};
use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use runner_site::{Site, kill_9, output, pid_in, program, runs, until};

const SCREEN_OF: &str = "KTUI_TEST_SCREEN_OF";

/// Not a test: what a screen does, in a process of its own that the test below kills.
#[test]
#[ignore = "is the screen of another test"]
fn a_screen() {
    let Ok(path) = std::env::var(SCREEN_OF) else { return };
    let session = SessionDir::at(path);
    let order = Order::load(&session.path.join("wanted.json")).unwrap();
    let handle = launch_as(program(), &session, &order).unwrap();
    std::fs::write(session.path.join("screen"), std::process::id().to_string()).unwrap();
    until("the end, which never comes here", || handle.client.is_none().then_some(()));
}

#[test]
fn a_killed_screen_and_a_closed_terminal_leave_the_build_running() {
    let site = Site::new();
    let script = "for n in 1 2 3; do echo before $n; done; until test -e go; do sleep 0.01; done
                  for n in {1..20000}; do echo after $n; done";
    site.order(vec![site.stage("one", script)]).save(&site.session.path.join("wanted.json")).unwrap();

    let pair = native_pty_system().openpty(PtySize::default()).unwrap();
    let mut screen = CommandBuilder::new(std::env::current_exe().unwrap());
    screen.args(["--exact", "a_screen", "--ignored", "--nocapture"]);
    screen.env(SCREEN_OF, &site.session.path);
    let mut screen = pair.slave.spawn_command(screen).unwrap();
    site.wait_for_text("before 3");
    kill_9(pid_in(&site.session.path.join("screen")));
    screen.wait().unwrap();
    drop(pair);

    let greeting = site.client().hello().unwrap();
    assert_eq!(greeting.state, State::Running);
    assert!(runs(greeting.pid.cast_signed()));
    std::fs::write(site.tree().join("go"), "").unwrap();
    let events = site.ended();
    assert_eq!(events.last(), Some(&Event::Exit(0)));
    let expected: String = (1..=3)
        .map(|n| format!("before {n}\r\n"))
        .chain((1..=20000).map(|n| format!("after {n}\r\n")))
        .collect();
    assert!(output(&events) == expected, "{} of {} bytes", output(&events).len(), expected.len());
}

#[test]
fn the_runner_leads_a_kernel_session_of_its_own() {
    let site = Site::new();
    let handle = site.start("until test -e go; do sleep 0.01; done");
    let pid = rustix::process::Pid::from_raw(handle.pid.cast_signed()).unwrap();
    assert_eq!(rustix::process::getsid(Some(pid)).unwrap(), pid);
    assert_eq!(pid_in(&site.session.pid()), handle.pid.cast_signed());
    std::fs::write(site.tree().join("go"), "").unwrap();
    site.ended();
}

#[test]
fn a_killed_runner_leaves_an_interrupted_session_and_no_child() {
    let site = Site::new();
    let handle = site.start("echo $$ > pid; echo begun; sleep 1000; echo never");
    site.wait_for_text("begun");
    let child = pid_in(&site.tree().join("pid"));
    kill_9(handle.pid.cast_signed());
    until("the child to be hung up", || (!runs(child)).then_some(()));
    let cut = site.wait("the log", |events| {
        let started = events.iter().any(|event| matches!(event, Event::Note(Note::RunStarted(_))));
        let ended =
            events.iter().any(|event| matches!(event, Event::Note(Note::RunEnded(_)) | Event::Exit(_)));
        started.then_some(!ended)
    });
    assert!(cut, "nothing wrote an end that did not happen");
    let status = until("the lock to be let go", || {
        let status = site.session.summary().ok()?.status;
        (status != Status::Running).then_some(status)
    });
    assert_eq!(status, Status::Interrupted { stage: Some("one".into()) });
}

#[test]
fn a_session_in_a_folder_with_a_long_path_has_a_socket_all_the_same() {
    let mut site = Site::new();
    let deep = site.folder.path().join("d".repeat(150));
    std::fs::create_dir_all(&deep).unwrap();
    site.session = SessionDir::at(deep);
    let handle = site.start("until test -e go; do sleep 0.01; done");
    let greeting = site.client().hello().unwrap();
    assert_eq!((greeting.pid, greeting.state), (handle.pid, State::Running));
    std::fs::write(site.tree().join("go"), "").unwrap();
    site.ended();
}

#[test]
fn the_socket_and_the_log_are_private() {
    let site = Site::new();
    site.start("until test -e go; do sleep 0.01; done");
    for path in [site.session.socket(), site.session.cast()] {
        let mode = std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", path.display());
    }
    std::fs::write(site.tree().join("go"), "").unwrap();
    site.ended();
}

#[test]
fn an_order_with_secrets_does_not_outlive_its_reading() {
    let site = Site::new();
    let mut stage = site.stage("one", "until test -e go; do sleep 0.01; done");
    stage.env.insert("API_TOKEN".into(), "hunter2hunter2".into());
    launch_as(program(), &site.session, &site.order(vec![stage])).unwrap();
    assert!(!site.session.order().exists(), "while the build runs, which a power cut may end");
    std::fs::write(site.tree().join("go"), "").unwrap();
    site.ended();
    let files = std::fs::read_dir(&site.session.path).unwrap().flatten();
    // The runner's socket may be there still, which holds nothing to read.
    for file in files.filter(|file| file.file_type().is_ok_and(|kind| kind.is_file())) {
        let bytes = std::fs::read(file.path()).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("hunter2hunter2"), "{:?}", file.path());
    }
}

#[test]
fn a_session_has_one_runner() {
    let site = Site::new();
    let handle = site.start("until test -e go; do sleep 0.01; done");
    let order = site.order(vec![site.stage("one", "true")]);
    let error = launch_as(program(), &site.session, &order).unwrap_err().to_string();
    assert!(error.contains("is running"), "{error}");
    let greeting = site.client().hello().unwrap();
    assert_eq!((greeting.pid, greeting.state), (handle.pid, State::Running));
    std::fs::write(site.tree().join("go"), "").unwrap();
    site.ended();
}

#[test]
fn a_runner_that_cannot_begin_says_why() {
    let site = Site::new();
    std::fs::create_dir_all(site.session.cast()).unwrap();
    let order = site.order(vec![site.stage("one", "true")]);
    let error = launch_as(program(), &site.session, &order).unwrap_err().to_string();
    assert!(error.starts_with("the runner ended at once") && error.contains("ktui runner:"), "{error}");
}
