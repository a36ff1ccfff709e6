//! Time travel: a recording, and a live session that goes on meanwhile, both ways and by every key.

mod app_driver;

use std::time::Duration;

use app_driver::{App, ended, failed, run, running};
use ktui::event::{Event, Note, Outcome, RunKind, Timed};
use ktui::model::action::Action;
use ktui::model::effect::{Effect, Screen};
use ktui::model::{Input, Pane, Phase};

fn at(seconds: u64, event: Event) -> Timed {
    Timed { at: Duration::from_secs(seconds), event }
}

/// Two stages of many lines; the second fails half-way of an hour.
fn long(lines: usize) -> Vec<Timed> {
    let note = |seconds, note| at(seconds, Event::Note(note));
    let mut events = vec![note(0, Note::RunStarted(run(1, RunKind::Stage, "download", 1, "d")))];
    events.extend((0..lines).map(|number| {
        at(
            1 + number as u64 * 1000 / lines as u64,
            Event::Output(format!("fetch {number:06} {}\n", "x".repeat(80))),
        )
    }));
    events.push(note(1001, Note::RunEnded(ended(1, Outcome::Passed, 0, 1_000_000))));
    events.push(note(1002, Note::RunStarted(run(2, RunKind::Stage, "build", 1, "b"))));
    events.push(at(1003, Event::Output("one\ntwo\nyq: command not found\n".into())));
    events.extend((0..lines).map(|number| {
        at(
            1004 + number as u64 * 1000 / lines as u64,
            Event::Output(format!("more {number:06} {}\n", "y".repeat(80))),
        )
    }));
    events.push(note(2100, Note::RunEnded(ended(2, Outcome::Failed, 127, 1_000_000))));
    events.push(at(2101, Event::Exit(1)));
    events
}

#[test]
fn a_step_is_a_line_in_both_directions() {
    let mut app = App::replay(80, 24, long(3));
    app.keys("> [");
    app.keys(". . .");
    assert!(app.screen().contains("command not found"), "{}", app.screen());
    app.keys(",");
    let screen = app.screen();
    assert!(screen.contains("two") && !screen.contains("command not found"), "{screen}");
    assert!(app.model.findings.list.is_empty(), "as of then nothing was found");
    app.keys(", ,");
    assert!(!app.screen().contains("one"), "{}", app.screen());
    app.keys(". . .");
    assert_eq!(app.model.findings.list.len(), 1);
}

#[test]
fn at_its_end_a_recording_offers_to_begin_again() {
    let mut app = App::replay(80, 24, long(3));
    let foot = |app: &mut App| app.screen().lines().last().unwrap_or_default().to_owned();
    app.keys("<");
    assert!(foot(&mut app).contains("Space play"), "{}", foot(&mut app));
    app.keys(">");
    let shown = foot(&mut app);
    assert!(shown.contains("< from the start"), "{shown}");
    assert!(!shown.contains("play") && !shown.contains("to the end"), "{shown}");
    app.keys("<");
    assert!(foot(&mut app).contains("Space play"), "{}", foot(&mut app));
}

#[test]
fn going_there_and_going_back_show_the_same() {
    // Long enough for several stops on the way.
    let events = long(30_000);
    let mut forward = App::replay(120, 40, events.clone());
    let mut back = App::replay(120, 40, events);
    back.keys(">");
    for seconds in [2050, 1500, 1003, 999, 500, 3] {
        let mut there = App::replay(120, 40, long(30_000));
        there.model.seek_time(Duration::from_secs(seconds));
        there.input(Input::Tick);
        back.model.seek_time(Duration::from_secs(seconds));
        back.input(Input::Tick);
        assert_eq!(back.screen(), there.screen(), "{seconds}");
        assert_eq!(back.model.log.len(), there.model.log.len(), "{seconds}");
    }
    forward.keys("> <");
    assert!(forward.model.log.is_empty());
}

#[test]
fn stages_and_findings_are_places_in_time() {
    let mut app = App::replay(120, 40, long(2000));
    app.keys("}");
    assert_eq!(app.model.stages.list.iter().filter(|stage| stage.active()).count(), 1);
    app.keys("}");
    assert_eq!(app.model.stages.current().map(|run| run.stage.as_str()), Some("build"));
    app.keys("{");
    assert_eq!(app.model.stages.current().map(|run| run.stage.as_str()), Some("download"));
    // A finding nobody has seen yet is looked for.
    app.keys("< )");
    assert_eq!(app.model.clock(), Duration::from_secs(1003));
    assert_eq!(app.model.findings.list.len(), 1);
    assert!(app.model.log.lit.is_some());
    app.keys(")");
    assert!(app.screen().contains("No finding"), "{}", app.screen());
    app.keys("esc > (");
    assert_eq!(app.model.clock(), Duration::from_secs(1003));
}

#[test]
fn a_time_is_gone_to_by_name_by_column_and_by_click() {
    let mut app = App::replay(120, 40, long(2000));
    app.keys("t").writes("16:40").keys("enter");
    assert_eq!(app.model.clock(), Duration::from_secs(1000));
    app.keys("t").writes("90").keys("enter");
    assert_eq!(app.model.clock(), Duration::from_secs(90));
    app.keys("t").writes("soon").keys("enter");
    assert!(app.screen().contains("soon"), "{}", app.screen());
    app.keys("esc 5 end");
    assert_eq!(app.model.clock(), Duration::from_secs(2101));
    app.keys("left");
    let column = app.model.clock();
    assert!(column < Duration::from_secs(2101) && column > Duration::from_secs(2050), "{column:?}");
    app.keys("home right right");
    assert!(app.model.clock() > Duration::ZERO);
    let columns = app.model.timeline.columns;
    app.input(Input::ClickTime(columns / 2));
    assert!(app.model.clock().as_secs().abs_diff(1050) < 30, "{:?}", app.model.clock());
}

#[test]
fn silence_is_passed_column_by_column() {
    let events = vec![at(0, Event::Output("a\n".into())), at(1000, Event::Output("b\n".into()))];
    let mut app = App::replay(120, 40, events);
    app.keys("5 home");
    for _ in 0..10 {
        let before = app.model.clock();
        app.keys("right");
        assert!(app.model.clock() > before, "nothing happens there, but time passes");
    }
}

#[test]
fn pauses_are_cut_or_last_as_the_user_likes() {
    let mut app = App::replay(80, 24, long(3));
    app.keys("P");
    assert!(app.screen().contains("Pauses last"), "{}", app.screen());
    app.keys("P");
    assert!(app.screen().contains("are cut"), "{}", app.screen());
}

/// The app as it answers when the model wants to know what was.
fn recall(app: &mut App, events: &[Timed]) {
    let wanted = app.asked.iter().filter(|effect| **effect == Effect::Screen(Screen::Recall)).count();
    assert_eq!(wanted, 1, "{:?}", app.asked);
    app.asked.clear();
    app.input(Input::Recalled(events.to_vec()));
}

#[test]
fn a_live_session_goes_on_while_its_past_is_looked_at() {
    let mut app = App::new(120, 40);
    running(&mut app);
    app.keys("p");
    let events = app.heard.clone();
    app.prints("\nbetween the question and the answer\n");
    recall(&mut app, &events);
    assert!(app.model.is_past() && app.screen().contains("looking back"), "{}", app.screen());
    app.keys("[ [");
    assert!(!app.screen().contains("part30.go"), "{}", app.screen());
    app.after(30).prints("yq: command not found\n").ends(Outcome::Failed, 127, 10).waits("build");
    let screen = app.screen();
    assert!(screen.contains("needs you") && !screen.contains("command not found"), "{screen}");
    app.keys("r f c i");
    assert!(app.done.is_empty(), "nothing is done from the past");
    assert!(app.screen().contains("This is the past"), "{}", app.screen());
    app.keys("p");
    app.wait(1);
    let screen = app.screen();
    assert!(!app.model.is_past() && screen.contains("between the question and the answer"), "{screen}");
    assert!(screen.contains("Command not found: yq"), "{screen}");
    assert_eq!(app.model.phase, Phase::Waiting { stage: "build".into() });
    assert!(
        app.asked.iter().any(|effect| matches!(effect, Effect::World(_))),
        "what is not known is asked now"
    );
    app.keys("r");
    assert_eq!(app.done.len(), 1);
}

#[test]
fn playing_on_leads_back_to_the_present() {
    let mut app = App::new(120, 40);
    running(&mut app);
    app.keys("p");
    let events = app.heard.clone();
    recall(&mut app, &events);
    app.keys("< space + + + + + +");
    for _ in 0..40 {
        app.wait(1000);
    }
    assert!(!app.model.is_past());
    app.keys("p");
    recall(&mut app, &events);
    app.keys("< F");
    assert!(!app.model.is_past() && app.screen().contains("progress 62 %"), "{}", app.screen());
    app.keys("p");
    recall(&mut app, &events);
    app.keys("< >");
    assert!(!app.model.is_past());
}

#[test]
fn leaving_from_the_past_asks_as_from_the_present_and_a_runner_that_went_is_seen_on_return() {
    let mut app = App::new(120, 40);
    running(&mut app);
    app.keys("p");
    let events = app.heard.clone();
    recall(&mut app, &events);
    app.keys("<");
    app.keys("q");
    assert!(app.model.dialog.is_some());
    app.keys("esc");
    app.input(Input::RunnerGone);
    assert_ne!(app.model.phase, Phase::Cut, "as of then it ran");
    app.keys("p");
    assert_eq!(app.model.phase, Phase::Cut);
}

#[test]
fn a_file_that_lost_what_was_is_told() {
    let mut app = App::new(120, 40);
    running(&mut app);
    app.keys("p");
    recall(&mut app, &[]);
    assert!(!app.model.is_past() && app.screen().contains("nothing to look back into"), "{}", app.screen());
}

#[test]
fn the_state_is_as_of_that_moment() {
    let mut app = App::new(120, 40);
    failed(&mut app);
    app.keys("p");
    let events = app.heard.clone();
    recall(&mut app, &events);
    app.keys("{ {");
    assert_eq!(app.model.stages.current().map(|run| run.stage.as_str()), Some("download"));
    assert!(app.model.findings.list.is_empty());
    app.keys("2");
    assert_eq!(app.model.focus, Pane::Log);
    assert!(app.model.can(Action::Present) && !app.model.can(Action::Retry));
}
