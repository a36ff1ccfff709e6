//! What the user is shown before anything runs, and what they can change about it: step mode, commands edited before
//! they run, findings put aside, rules made from lines.

mod app_driver;

use app_driver::{App, failed};
use ktui::event::{Choice, Event, Note, Outcome, RunKind};
use ktui::locale::{Lang, Text};
use ktui::model::effect::{Desk, World};
use ktui::model::findings::Standing;
use ktui::model::rule_draft::Matches;
use ktui::model::{Input, Phase};

const SCRIPT: &str = "go generate ./...\n./scripts/build\n";

fn held(app: &mut App) {
    app.session().begins(RunKind::Stage, "download", "true").ends(Outcome::Passed, 0, 5);
    app.holds("build", SCRIPT);
}

#[test]
fn a_stage_that_is_held_back_is_shown_and_runs_only_after_a_yes() {
    let mut app = App::new(80, 24);
    held(&mut app);
    let screen = app.screen();
    assert!(screen.contains("Run this stage?") && screen.contains("go generate ./..."), "{screen}");
    assert!(matches!(app.model.phase, Phase::Held(_)));
    app.keys("esc");
    assert!(app.done.is_empty() && app.model.dialog.is_none(), "closing is no yes");
    app.keys("r enter");
    assert_eq!(app.done, [World::Choose(Choice::Start { stage: "build".into(), script: None })]);
    app.event(Event::Note(Note::Choice(Choice::Start { stage: "build".into(), script: None })));
    assert_eq!(app.model.phase, Phase::Running);
    assert!(app.model.dialog.is_none());
}

#[test]
fn a_stage_that_is_held_back_can_be_left_out_or_all_can_run_without_asking() {
    let mut app = App::new(80, 24);
    held(&mut app);
    app.keys("s");
    assert_eq!(app.done, [World::Choose(Choice::Skip { stage: "build".into() })]);
    app.event(Event::Note(Note::Choice(Choice::Skip { stage: "build".into() })));
    app.holds("package-cli", "true").keys("a");
    assert_eq!(app.done.last(), Some(&World::Choose(Choice::RunThrough)));
}

#[test]
fn a_script_is_changed_for_this_time_and_the_decision_says_so() {
    let mut app = App::new(80, 24);
    held(&mut app);
    app.keys("e down end").writes(" -v").keys("ctrl-j").writes("true # 完").keys("enter");
    let screen = app.screen();
    assert!(screen.contains("edited") && screen.contains("./scripts/build -v"), "{screen}");
    app.keys("enter");
    let script = Some("go generate ./...\n./scripts/build -v\ntrue # 完".to_owned());
    assert_eq!(app.done, [World::Choose(Choice::Start { stage: "build".into(), script })]);
}

#[test]
fn an_edit_that_is_left_changes_nothing_and_one_that_is_undone_is_none() {
    let mut app = App::new(80, 24);
    held(&mut app);
    app.keys("e").writes("rm -rf / ").keys("esc enter");
    assert_eq!(app.done, [World::Choose(Choice::Start { stage: "build".into(), script: None })]);
    app.keys("r e").writes("x").keys("backspace enter enter");
    assert_eq!(app.done[1], World::Choose(Choice::Start { stage: "build".into(), script: None }));
}

#[test]
fn changed_and_then_all_without_asking_loses_no_change() {
    let mut app = App::new(80, 24);
    held(&mut app);
    app.keys("e").writes("time ").keys("enter a");
    let [World::Choose(Choice::Start { script: Some(script), .. }), World::Choose(Choice::RunThrough)] =
        app.done.as_slice()
    else {
        panic!("{:?}", app.done)
    };
    assert!(script.starts_with("time go generate"), "{script}");
}

#[test]
fn a_fix_that_had_to_run_twice_is_told_once_in_the_end() {
    let mut app = App::new(120, 40);
    failed(&mut app);
    for _ in 0..2 {
        app.keys("f enter");
        app.begins(RunKind::Fix, "build", "one").ends(Outcome::Passed, 0, 5);
        app.begins(RunKind::Verify, "build", "yq --version").ends(Outcome::Passed, 0, 5);
        app.waits("build").keys("esc");
    }
    app.keys("r").begins(RunKind::Stage, "build", "./scripts/build").ends(Outcome::Passed, 0, 5);
    app.event(Event::Exit(0));
    let screen = app.screen();
    let told = screen.lines().skip_while(|line| !line.contains("What was fixed"));
    assert_eq!(told.filter(|line| line.contains("Install yq")).count(), 1, "{screen}");
}

#[test]
fn a_stage_that_failed_runs_again_with_another_script() {
    let mut app = App::new(80, 24);
    failed(&mut app);
    app.keys("alt-e home").writes("set -x; ").keys("enter");
    assert!(app.screen().contains("Run it again like this?"), "{}", app.screen());
    app.keys("enter");
    let [World::Choose(Choice::Start { stage, script: Some(script) })] = app.done.as_slice() else {
        panic!("{:?}", app.done)
    };
    assert!(stage == "build" && script.starts_with("set -x; "), "{script}");
}

#[test]
fn a_screen_that_comes_later_shows_that_a_stage_is_held_back_without_a_word() {
    let mut app = App::new(80, 24);
    app.session();
    let note = Event::Note(Note::Before(app_driver::run(1, RunKind::Stage, "download", 1, "true")));
    app.input(Input::Past(vec![ktui::event::Timed { at: std::time::Duration::ZERO, event: note }]));
    assert!(app.model.dialog.is_none());
    let screen = app.screen();
    assert!(screen.contains("needs you") && screen.contains("r run"), "{screen}");
    app.keys("r");
    assert!(app.screen().contains("Run this stage?"));
    app.keys("esc");
    app.input(Input::Present);
    assert!(app.screen().contains("Run this stage?"), "once all is read, what waits is asked");
}

#[test]
fn a_build_that_is_over_before_the_screen_comes_has_its_summary_too() {
    let mut app = App::new(80, 24);
    let at = |event| ktui::event::Timed { at: std::time::Duration::ZERO, event };
    app.session();
    app.input(Input::Past(vec![at(Event::Exit(0))]));
    assert!(app.model.dialog.is_none(), "not before all is read");
    app.input(Input::Present);
    assert!(app.screen().contains("Built: k3s-native"), "{}", app.screen());
}

#[test]
fn a_fix_runs_what_was_made_of_its_commands_and_says_that_it_was_edited() {
    let mut app = App::new(80, 24);
    failed(&mut app);
    app.keys("f e ctrl-u")
        .writes("wget https://mirror.example.org/yq")
        .keys("tab end")
        .writes(" -v")
        .keys("enter");
    let screen = app.screen();
    assert!(screen.contains("edited") && screen.contains("wget https://mirror.example.org/yq"), "{screen}");
    app.keys("enter");
    let [World::Fix(fix)] = app.done.as_slice() else { panic!("{:?}", app.done) };
    assert!(fix.edited);
    assert_eq!(fix.commands, ["wget https://mirror.example.org/yq", "chmod 755 /usr/local/bin/yq -v"]);
    assert_eq!(fix.verify, "yq --version", "how one knows that it worked stays");
}

#[test]
fn a_command_that_is_emptied_does_not_run() {
    let mut app = App::new(80, 24);
    failed(&mut app);
    app.keys("f e ctrl-u enter enter");
    let [World::Fix(fix)] = app.done.as_slice() else { panic!("{:?}", app.done) };
    assert_eq!(fix.commands, ["chmod 755 /usr/local/bin/yq"]);
}

#[test]
fn a_finding_is_put_aside_with_a_reason_and_comes_back() {
    let mut app = App::new(80, 24);
    failed(&mut app);
    app.model.keeps_notes = true;
    app.keys("D").writes("vendored").keys("enter");
    let Some(Desk::Dismissed(list)) = app.kept.last() else { panic!("{:?}", app.kept) };
    assert_eq!(
        list.iter()
            .map(|one| (one.rule.as_str(), one.subject.as_str(), one.reason.as_str()))
            .collect::<Vec<_>>(),
        [("tool.missing", "yq", "vendored")]
    );
    assert_eq!(app.model.findings.list[0].standing, Standing::Dismissed);
    assert_eq!(app.model.findings.blocking(), 0);
    let screen = app.screen();
    assert!(screen.contains("put aside"), "{screen}");
    app.keys("D");
    assert_eq!(app.model.findings.list[0].standing, Standing::Open);
    assert_eq!(app.kept.last(), Some(&Desk::Dismissed(Vec::new())));
}

#[test]
fn what_was_put_aside_before_stays_aside_in_the_same_log() {
    let mut app = App::new(80, 24);
    failed(&mut app);
    app.keys("D enter");
    let Some(Desk::Dismissed(list)) = app.kept.last().cloned() else { panic!("{:?}", app.kept) };
    let mut again = App::new(80, 24);
    again.model.recall(list);
    failed(&mut again);
    assert_eq!(again.model.findings.list[0].standing, Standing::Dismissed);
}

#[test]
fn a_rule_is_made_from_the_evidence_and_kept_only_after_a_yes() {
    let mut app = App::new(80, 24);
    failed(&mut app);
    app.keys("alt-r");
    let Some(Desk::Count(pattern)) = app.kept.last().cloned() else { panic!("{:?}", app.kept) };
    assert!(pattern.contains("command not found"), "{pattern}");
    assert!(app.screen().contains("Counting"), "{}", app.screen());
    app.input(Input::Matches("another".into(), Err(Text::verbatim("late"))));
    let matches = Matches { lines: 7, with: 2, sessions: 9, passed: 1 };
    app.input(Input::Matches(pattern, Ok(matches)));
    let screen = app.screen();
    assert!(screen.contains("7 lines in 2 of 9 kept sessions"), "{screen}");
    app.keys("esc");
    assert_eq!(app.kept.len(), 1);
    app.keys("alt-r enter");
    assert!(matches!(app.kept.last(), Some(Desk::KeepRule(line)) if line.contains("command not found")));
    app.input(Input::RuleKept("~/.config/ktui/diagnostics/local.yaml".into()));
    assert!(app.screen().contains("The rule stands in"));
}

#[test]
fn why_not_another_rule_is_asked_of_the_finding_or_of_the_line() {
    let mut app = App::new(80, 24);
    failed(&mut app);
    app.keys("alt-w");
    let screen = app.screen();
    assert!(screen.contains("a check on this machine rules it out: which yq"), "{screen}");
    app.keys("esc tab esc esc g alt-w");
    assert!(app.screen().contains("the line lacks: no such file or directory"), "{}", app.screen());
}

/// A state's name, and the way there.
type State = (&'static str, fn(&mut App));

/// The states worth a look at both sizes.
fn states() -> [State; 5] {
    [
        ("step", |app| held(app)),
        ("step-edit", |app| {
            held(app);
            app.keys("e down end").writes(" -v");
        }),
        ("rule", |app| {
            failed(app);
            app.keys("alt-r");
            let Some(Desk::Count(pattern)) = app.kept.last().cloned() else { panic!("{:?}", app.kept) };
            let matches = Matches { lines: 7, with: 2, sessions: 9, passed: 1 };
            app.input(Input::Matches(pattern, Ok(matches)));
        }),
        ("why-not", |app| {
            failed(app);
            app.keys("alt-w");
        }),
        ("dismissed", |app| {
            failed(app);
            app.keys("D").writes("vendored, 可选").keys("enter");
            app.wait(10_000);
        }),
    ]
}

#[test]
fn they_look_right_in_both_languages_and_sizes() {
    for (name, set) in states() {
        for (lang, cols, rows) in [(Lang::En, 80, 24), (Lang::En, 160, 45), (Lang::Zh, 80, 24)] {
            let mut app = App::in_lang(cols, rows, lang);
            set(&mut app);
            insta::assert_snapshot!(format!("{name}-{lang:?}-{cols}x{rows}"), app.screen());
        }
    }
}
