//! How runs end, and that the log says so: statuses, signals, limits, cancels, products, checks.
#![expect(clippy::disallowed_methods, reason = "reads /proc")]

mod runner_site;

use std::time::Duration;

use ktui::event::{Choice, Event, Note, Outcome, RunKind, RunStarted};
use ktui::plan::resolve::ResolvedProduct;
use ktui::runner::protocol::{FixOrder, Reply, Request, State};
use runner_site::{Site, ends, output, pid_in, runs, until};

fn starts(events: &[Event]) -> Vec<&RunStarted> {
    events
        .iter()
        .filter_map(|event| if let Event::Note(Note::RunStarted(run)) = event { Some(run) } else { None })
        .collect()
}

#[test]
fn a_session_in_which_everything_passed_ends_by_itself() {
    let site = Site::new();
    let (mut two, three) = (site.stage("two", "echo no"), site.stage("three", "echo third in $PWD"));
    two.skipped = Some("not this time".into());
    site.launch(&site.order(vec![site.stage("one", "echo first"), two, three]));
    let events = site.ended();
    assert_eq!(events.last(), Some(&Event::Exit(0)));
    let text = output(&events);
    assert!(text.contains("first\r\n") && !text.contains("no\r\n"), "{text}");
    assert!(text.contains(&format!("third in {}", site.tree().display())), "{text}");
    assert_eq!(ends(&events).len(), 2);
    assert!(matches!(&events[0], Event::Note(Note::Session(start)) if start.stages.len() == 3));
    assert!(events.contains(&Event::Marker("stage one: started".into())), "{events:?}");
    assert!(events.contains(&Event::Marker("stage three: passed".into())), "{events:?}");
    until("the socket to go", || (!site.session.socket().exists()).then_some(()));
}

#[test]
fn exit_statuses_and_signals_are_recorded() {
    for (script, exit, signal) in [
        ("exit 7", Some(7), None),
        ("false | true", Some(1), None),
        ("no-such-tool; true", Some(127), None),
        ("kill -9 $$", None, Some("SIGKILL")),
        ("bash -c 'kill -TERM $$'; true", Some(143), None),
    ] {
        let site = Site::new();
        let events = site.run(script);
        let end = ends(&events)[0];
        assert_eq!(
            (end.outcome, end.exit, end.signal.as_deref()),
            (Outcome::Failed, exit, signal),
            "{script}"
        );
        assert_eq!(site.ask(&Request::Choose(Choice::End)), Reply::Ok);
        site.wait("the end", |events| (events.last() == Some(&Event::Exit(1))).then_some(()));
    }
}

#[test]
fn a_shell_names_the_stage_and_the_line() {
    let site = Site::new();
    let events = site.run("true\nno-such-tool-here");
    assert!(
        output(&events).contains("stage-one: line 2: no-such-tool-here: command not found"),
        "{events:?}"
    );
}

#[test]
fn what_cannot_be_started_says_why() {
    let site = Site::new();
    let mut lost = site.stage("one", "true");
    lost.dir = site.tree().join("nowhere");
    site.launch(&site.order(vec![lost]));
    let events = site.ended();
    let end = ends(&events)[0];
    assert_eq!(end.outcome, Outcome::NotStarted);
    assert!(end.why.as_ref().unwrap().en.contains("nowhere is not there"), "{end:?}");

    let site = Site::new();
    let mut odd = site.stage("one", "true");
    odd.shell = vec!["no-such-shell".into()];
    site.launch(&site.order(vec![odd]));
    let events = site.ended();
    assert_eq!(ends(&events)[0].outcome, Outcome::NotStarted);
    assert!(ends(&events)[0].why.as_ref().unwrap().en.contains("no-such-shell"), "{events:?}");
}

#[test]
fn what_is_no_target_is_refused_in_words() {
    let site = Site::new();
    let mut order = site.order(vec![site.stage("one", "true")]);
    order.plan.target = "moon".into();
    site.launch(&order);
    let events = site.ended();
    let end = ends(&events)[0];
    assert_eq!(end.outcome, Outcome::NotStarted);
    assert!(end.why.as_ref().unwrap().en.contains("is no target"), "{end:?}");
}

#[test]
fn a_missing_product_fails_a_stage_that_exits_with_0() {
    let site = Site::new();
    let mut stage = site.stage("one", "mkdir -p charts");
    let product = |path: &str| ResolvedProduct { path: path.into(), at_least: 1, ..Default::default() };
    stage.products = vec![product("charts"), product("charts/*.tgz")];
    site.launch(&site.order(vec![stage]));
    let events = site.ended();
    let end = ends(&events)[0];
    assert_eq!((end.outcome, end.exit), (Outcome::CheckFailed, Some(0)));
    assert_eq!(end.why.as_ref().map(|why| why.en.as_str()), Some("charts/*.tgz is missing"));
}

#[test]
fn a_check_runs_in_the_pty_and_decides() {
    let site = Site::new();
    let (mut good, mut bad) = (site.stage("good", "echo k3s > bin"), site.stage("bad", "true"));
    good.check = Some("grep -q k3s bin && echo checked".into());
    bad.check = Some("echo looking; test -e nothing".into());
    site.launch(&site.order(vec![good, bad]));
    let events = site.ended();
    let runs = starts(&events);
    let kinds: Vec<_> = runs.iter().map(|run| (run.stage.as_str(), run.kind)).collect();
    assert_eq!(
        kinds,
        [
            ("good", RunKind::Stage),
            ("good", RunKind::Check),
            ("bad", RunKind::Stage),
            ("bad", RunKind::Check)
        ]
    );
    let outcomes: Vec<_> = ends(&events).iter().map(|end| (end.run, end.outcome)).collect();
    assert_eq!(
        outcomes,
        [(2, Outcome::Passed), (1, Outcome::Passed), (4, Outcome::Failed), (3, Outcome::CheckFailed)]
    );
    assert!(output(&events).contains("checked") && output(&events).contains("looking"));
}

#[test]
fn a_stage_is_stopped_at_its_time_limit() {
    let site = Site::new();
    let mut stage = site.stage("one", "echo begun; sleep 1000");
    stage.timeout = Some(Duration::from_secs(1));
    site.launch(&site.order(vec![stage]));
    let events = site.ended();
    let end = ends(&events)[0];
    let why = end.why.as_ref().map(|why| why.en.as_str());
    assert_eq!((end.outcome, why), (Outcome::TimedOut, Some("ran into its time limit of 1 s")));
}

#[test]
fn cancel_reaches_grandchildren_even_those_that_do_not_listen() {
    let site = Site::new();
    site.start(
        "bash -c 'trap \"\" TERM HUP; echo $$ > deaf; while :; do sleep 1; done' &
         bash -c 'sleep 1000 & echo $! > deep; wait' &
         wait",
    );
    let (deaf, deep) = (pid_in(&site.tree().join("deaf")), pid_in(&site.tree().join("deep")));
    assert!(runs(deaf) && runs(deep));
    assert_eq!(site.ask(&Request::Cancel), Reply::Ok);
    let events = site.ended();
    assert_eq!(ends(&events)[0].outcome, Outcome::Cancelled);
    assert!(events.contains(&Event::Note(Note::Choice(Choice::Cancel))));
    assert!(!runs(deaf) && !runs(deep), "something outlived the cancel");
    assert_eq!(site.client().hello().unwrap().state, State::Waiting);
}

#[test]
fn a_stopped_process_is_cancelled_too() {
    let site = Site::new();
    site.start("echo $$ > pid; kill -STOP $$; echo woken");
    let pid = pid_in(&site.tree().join("pid"));
    until("it to stop", || {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        stat.contains(") T ").then_some(())
    });
    assert_eq!(site.ask(&Request::Cancel), Reply::Ok);
    assert_eq!(ends(&site.ended())[0].outcome, Outcome::Cancelled);
}

#[test]
fn a_background_process_that_keeps_the_terminal_does_not_hang_the_session() {
    let site = Site::new();
    let script = "nohup bash -c 'echo $$ > pid; sleep 1000' & until test -s pid; do :; done; echo done";
    site.launch(&site.order(vec![site.stage("one", script), site.stage("two", "kill $(cat pid)")]));
    let events = site.ended();
    assert_eq!(events.last(), Some(&Event::Exit(0)), "{events:#?}");
    assert!(output(&events).contains("done\r\n"));
}

#[test]
fn a_failure_is_fixed_verified_and_retried() {
    let site = Site::new();
    let mut stage = site.stage("one", "test -e part && test \"$FLAG\" = set && echo with \"$MORE\"");
    stage.env = [("MORE".to_owned(), "more".to_owned())].into();
    site.launch(&site.order(vec![stage]));
    site.ended();
    let fix = FixOrder {
        rule: "make.part-missing".into(),
        fix: "make".into(),
        title: "Make it".into(),
        commands: vec!["touch pa".into(), "mv pa part; echo \"$FLAG\"".into()],
        env: [("FLAG".to_owned(), "set".to_owned())].into(),
        verify: "test -e part".into(),
        by: "user".into(),
        edited: false,
    };
    assert_eq!(site.ask(&Request::Fix(fix)), Reply::Ok);
    let waits = |events: &[Event]| {
        events.iter().filter(|event| matches!(event, Event::Note(Note::Waiting { .. }))).count()
    };
    site.wait("the fix to end", |events| (waits(events) == 2).then_some(()));
    let wrong = Request::Choose(Choice::Retry { stage: "other".into() });
    assert!(matches!(site.ask(&wrong), Reply::No { .. }));
    assert_eq!(site.ask(&Request::Choose(Choice::Retry { stage: "one".into() })), Reply::Ok);
    let events =
        site.wait("the end", |events| (events.last() == Some(&Event::Exit(0))).then(|| events.to_vec()));
    let runs: Vec<_> = starts(&events).iter().map(|run| (run.kind, run.attempt)).collect();
    assert_eq!(
        runs,
        [
            (RunKind::Stage, 1),
            (RunKind::Fix, 1),
            (RunKind::Fix, 1),
            (RunKind::Verify, 1),
            (RunKind::Stage, 2)
        ]
    );
    assert_eq!(starts(&events)[1].fix.as_deref(), Some("make.part-missing/make"));
    assert_eq!(starts(&events)[4].env["FLAG"], "set");
    assert!(output(&events).contains("with more\r\n"), "{events:?}");
    assert!(events.contains(&Event::Marker("stage one: started (attempt 2)".into())));
}

#[test]
fn a_limit_that_a_fix_raised_holds_for_the_next_try() {
    let site = Site::new();
    // As any user may: down, and from there no further up.
    site.start("test \"$(ulimit -n)\" = 200 && echo has 200");
    site.ended();
    let fix = FixOrder {
        rule: "limit.open-files".into(),
        fix: "raise".into(),
        title: "Raise it".into(),
        commands: vec!["ulimit -n 200".into()],
        env: std::collections::BTreeMap::new(),
        verify: "test \"$(ulimit -n)\" = 200".into(),
        by: "user".into(),
        edited: false,
    };
    assert_eq!(site.ask(&Request::Fix(fix)), Reply::Ok);
    site.wait("the verification", |events| (ends(events).len() == 3).then_some(()));
    until("the runner to wait", || (site.client().hello().ok()?.state == State::Waiting).then_some(()));
    assert_eq!(site.ask(&Request::Choose(Choice::Retry { stage: "one".into() })), Reply::Ok);
    let events =
        site.wait("the end", |events| (events.last() == Some(&Event::Exit(0))).then(|| events.to_vec()));
    assert_eq!(ends(&events)[2].outcome, Outcome::Passed, "it was verified");
    assert!(output(&events).contains("has 200\r\n"), "{events:?}");
}

#[test]
fn a_fix_that_fails_stops_there_and_leaves_no_environment() {
    let site = Site::new();
    site.start("test \"${FLAG:-unset}\" = never");
    site.ended();
    let fix = FixOrder {
        rule: "r".into(),
        fix: "f".into(),
        title: "F".into(),
        commands: vec!["false".into(), "echo must not run".into()],
        env: [("FLAG".to_owned(), "never".to_owned())].into(),
        verify: "echo nor this".into(),
        by: "user".into(),
        edited: false,
    };
    assert_eq!(site.ask(&Request::Fix(fix)), Reply::Ok);
    site.wait("the fix to fail", |events| (ends(events).len() == 2).then_some(()));
    until("the runner to wait", || (site.client().hello().ok()?.state == State::Waiting).then_some(()));
    assert_eq!(site.ask(&Request::Choose(Choice::Retry { stage: "one".into() })), Reply::Ok);
    let events = site.wait("the retry", |events| (ends(events).len() == 3).then(|| events.to_vec()));
    assert_eq!(ends(&events)[2].outcome, Outcome::Failed);
    assert_eq!(output(&events), "");
}

#[test]
fn a_failed_stage_can_be_skipped_and_the_session_says_1() {
    let site = Site::new();
    site.launch(&site.order(vec![site.stage("one", "false"), site.stage("two", "echo on")]));
    site.ended();
    assert_eq!(site.ask(&Request::Choose(Choice::Skip { stage: "one".into() })), Reply::Ok);
    let events =
        site.wait("the end", |events| (events.last() == Some(&Event::Exit(1))).then(|| events.to_vec()));
    assert!(output(&events).contains("on\r\n"));
}

#[test]
fn term_ends_the_session_in_order() {
    let site = Site::new();
    let handle = site.start("echo begun; sleep 1000");
    site.wait_for_text("begun");
    let pid = rustix::process::Pid::from_raw(handle.pid.cast_signed()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::HUP).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    let events = site.ended();
    assert_eq!(events.last(), Some(&Event::Exit(143)));
    assert_eq!(ends(&events)[0].outcome, Outcome::Cancelled);
}

#[test]
fn term_while_it_waits_ends_the_session_too() {
    let site = Site::new();
    let handle = site.start("false");
    site.ended();
    let pid = rustix::process::Pid::from_raw(handle.pid.cast_signed()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    site.wait("the end", |events| (events.last() == Some(&Event::Exit(143))).then_some(()));
}

#[test]
fn end_while_something_runs_stops_it_first() {
    let site = Site::new();
    site.start("echo begun; sleep 1000");
    site.wait_for_text("begun");
    assert!(matches!(site.ask(&Request::Choose(Choice::Retry { stage: "one".into() })), Reply::No { .. }));
    assert_eq!(site.ask(&Request::Choose(Choice::End)), Reply::Ok);
    let events = site.ended();
    assert_eq!(events.last(), Some(&Event::Exit(1)));
    assert_eq!(ends(&events)[0].outcome, Outcome::Cancelled);
}
