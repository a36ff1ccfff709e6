//! Step mode in the real runner: a stage waits, is run, changed or left out, and the log says which.

mod runner_site;

use ktui::event::{Choice, Event, Note, RunStarted};
use ktui::runner::protocol::{Reply, Request, State};
use runner_site::{Site, output};

/// Waits until this stage is held back; the run as it would start.
fn held(site: &Site, stage: &str) -> RunStarted {
    site.wait(stage, |events| {
        let last = events.iter().rev().find(|event| matches!(event, Event::Note(_)))?;
        let Event::Note(Note::Before(run)) = last else { return None };
        (run.stage == stage).then(|| run.clone())
    })
}

fn choose(site: &Site, choice: Choice) -> Reply {
    site.ask(&Request::Choose(choice))
}

fn start(stage: &str, script: Option<&str>) -> Choice {
    Choice::Start { stage: stage.into(), script: script.map(str::to_owned) }
}

fn stepped(site: &Site, stages: &[(&str, &str)]) {
    let stages = stages.iter().map(|(id, script)| site.stage(id, script)).collect();
    let order = ktui::runner::order::Order { step: true, ..site.order(stages) };
    site.launch(&order);
}

#[test]
fn stages_wait_and_are_run_changed_or_left_out() {
    let site = Site::new();
    stepped(&site, &[("one", "echo first"), ("two", "echo second"), ("three", "echo third")]);
    let run = held(&site, "one");
    assert_eq!((run.run, run.command.as_str(), run.dir.clone()), (1, "echo first", site.tree()));
    assert_eq!(site.client().hello().unwrap().state, State::Waiting);
    assert!(matches!(choose(&site, start("two", None)), Reply::No { .. }), "another stage's turn");
    assert!(matches!(choose(&site, Choice::Retry { stage: "one".into() }), Reply::No { .. }));
    assert_eq!(choose(&site, start("one", Some("echo changed"))), Reply::Ok);
    held(&site, "two");
    assert_eq!(choose(&site, Choice::Skip { stage: "two".into() }), Reply::Ok);
    held(&site, "three");
    assert_eq!(choose(&site, start("three", None)), Reply::Ok);
    let events = site.ended();
    assert_eq!(output(&events), "changed\r\nthird\r\n");
    assert_eq!(events.last(), Some(&Event::Exit(0)), "what was left out on purpose is not missed");
    assert!(events.contains(&Event::Note(Note::Choice(start("one", Some("echo changed"))))));
    assert!(events.contains(&Event::Note(Note::Choice(Choice::Skip { stage: "two".into() }))));
}

#[test]
fn the_rest_can_run_without_asking() {
    let site = Site::new();
    stepped(&site, &[("one", "echo first"), ("two", "echo second")]);
    held(&site, "one");
    assert_eq!(choose(&site, Choice::RunThrough), Reply::Ok);
    assert_eq!(output(&site.ended()), "first\r\nsecond\r\n");
}

#[test]
fn a_stage_that_failed_is_tried_again_with_another_script_which_stays_for_the_session() {
    let site = Site::new();
    site.start("echo broken; exit 3");
    site.ended();
    assert_eq!(choose(&site, start("one", Some("echo half; exit 4"))), Reply::Ok);
    site.wait_for_text("half");
    site.wait("two failures", |events| {
        let waits = events.iter().filter(|event| matches!(event, Event::Note(Note::Waiting { .. })));
        (waits.count() == 2).then_some(())
    });
    assert!(
        matches!(choose(&site, start("one", Some("echo ••••"))), Reply::No { .. }),
        "a masked secret is lost"
    );
    assert_eq!(choose(&site, start("one", Some("echo whole"))), Reply::Ok);
    site.wait("the end", |events| (events.last() == Some(&Event::Exit(0))).then_some(()));
}

#[test]
fn a_session_ends_while_a_stage_is_held_back() {
    let site = Site::new();
    stepped(&site, &[("one", "echo first")]);
    held(&site, "one");
    assert_eq!(choose(&site, Choice::End), Reply::Ok);
    let events = site.ended();
    assert_eq!((events.last(), output(&events).as_str()), (Some(&Event::Exit(1)), ""));
}
