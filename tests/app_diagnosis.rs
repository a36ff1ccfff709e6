//! The app with the real engine and the shipped rules: what a finding is at each moment of fail, fix, retry.

mod app_driver;

use std::sync::Arc;

use app_driver::{App, running};
use ktui::diagnose::compile::RuleBase;
use ktui::diagnose::engine::Context;
use ktui::diagnose::rule::Severity;
use ktui::event::{Answer, Outcome, RunKind};
use ktui::locale::Lang;
use ktui::model::diagnosis::Knowledge;
use ktui::model::effect::{Effect, World};
use ktui::model::findings::Standing;
use ktui::remedy::{Machine, Remedies};

fn app() -> App {
    let text = "
family: tool
about: {en: t, zh: t}
rules:
- id: tool.missing
  category: missing-tool
  title: {en: 'Command not found: {{tool}}', zh: x}
  explain: {en: x, zh: x}
  patterns: ['line \\d+: (?P<tool>[\\w-]+): command not found']
  shapes: {tool: tool}
  facts: [{ask: 'which {{tool}}', expect: absent}]
  fixes: [{id: install, title: {en: 'Get {{tool}}', zh: x}, commands: ['get {{tool}}']}]
  samples: [{text: 'a: line 1: yq: command not found', subject: yq}]
  near_misses: ['x']
";
    let (rules, problems) = RuleBase::load(&[("diagnostics/tool.yaml".to_owned(), text.to_owned())]);
    assert!(problems.iter().all(|problem| problem.warning), "{problems:?}");
    let knowledge = Knowledge {
        rules: Arc::new(rules),
        remedies: Arc::new(Remedies::default()),
        context: Context::default(),
        machine: Machine::default(),
        lang: Lang::En,
        guide: None,
    };
    App::with(knowledge.maker(), 120, 40)
}

fn standing(app: &App) -> Vec<(String, Standing, Severity)> {
    let of = |entry: &ktui::model::findings::Entry| {
        (entry.finding.subject().to_owned(), entry.standing, entry.finding.severity)
    };
    app.model.findings.list.iter().filter(|entry| entry.finding.rule == "tool.missing").map(of).collect()
}

#[test]
fn a_fix_looked_at_while_its_stage_still_runs_can_run_once_that_has_ended() {
    let mut app = App::new(100, 30);
    running(&mut app);
    app.prints("\nscripts/version.sh: line 13: yq: command not found\n");
    app.keys("f");
    assert!(app.screen().contains("Something is running"), "{}", app.screen());
    app.keys("enter");
    app.keys("f");
    app.ends(Outcome::Failed, 127, 134_900).waits("build");
    let screen = app.screen();
    assert!(!screen.contains("Something is running") && screen.contains("Run this fix?"), "{screen}");
    app.begins(RunKind::Stage, "build", "./scripts/build");
    assert!(app.screen().contains("Something is running"), "another screen tried again: {}", app.screen());
    app.ends(Outcome::Failed, 127, 10).waits("build");
    app.keys("enter");
    assert!(matches!(&app.done[..], [World::Fix(run)] if run.rule == "tool.missing"), "{:?}", app.done);
}

#[test]
fn a_finding_stands_until_a_later_try_of_its_stage_does_without_it() {
    let mut app = app();
    running(&mut app);
    app.prints("\nversion.sh: line 13: yq: command not found\n").ends(Outcome::Failed, 127, 5).waits("build");
    assert_eq!(standing(&app), [("yq".into(), Standing::Open, Severity::Error)]);
    app.begins(RunKind::Fix, "build", "get yq")
        .prints("fetching yq\n")
        .ends(Outcome::Passed, 0, 5)
        .waits("build");
    assert_eq!(standing(&app), [("yq".into(), Standing::Open, Severity::Error)], "a fix is no retry");
    app.keys("esc");
    app.begins(RunKind::Stage, "build", "./scripts/build");
    assert_eq!(standing(&app)[0].1, Standing::Earlier);
    app.prints("version.sh: line 20: go: command not found\n").ends(Outcome::Failed, 127, 5).waits("build");
    let found = standing(&app);
    assert_eq!((found[0].0.as_str(), found[0].1), ("go", Standing::Open));
    assert_eq!((found[1].0.as_str(), found[1].1), ("yq", Standing::Mended));
    app.begins(RunKind::Stage, "build", "./scripts/build").ends(Outcome::Passed, 0, 5);
    assert!(standing(&app).iter().all(|(_, standing, _)| *standing == Standing::Mended));
}

#[test]
fn a_fix_that_fails_is_diagnosed_itself() {
    let mut app = app();
    running(&mut app);
    app.prints("\nversion.sh: line 13: yq: command not found\n").ends(Outcome::Failed, 127, 5).waits("build");
    app.begins(RunKind::Fix, "build", "get yq");
    app.prints("sh: line 1: get: command not found\n").ends(Outcome::Failed, 127, 5).waits("build");
    let found = standing(&app);
    assert!(found.iter().all(|(_, standing, _)| *standing == Standing::Open), "{found:?}");
    assert!(found.iter().any(|(subject, ..)| subject == "get"));
}

#[test]
fn evidence_lines_are_lines_of_the_log_even_after_half_lines() {
    let mut app = app();
    running(&mut app);
    app.ends(Outcome::Failed, 1, 5).waits("build");
    app.begins(RunKind::Stage, "build", "x").prints("half a line").ends(Outcome::Failed, 1, 5).waits("build");
    app.begins(RunKind::Stage, "build", "x").prints("a: line 13: yq: command not found\nmore\n");
    app.ends(Outcome::Failed, 127, 5).waits("build");
    let line = app.model.findings.current().expect("found").finding.evidence.line;
    let shown = app.model.log.line(line - 1).expect("there is such a line").text;
    assert_eq!(shown, "a: line 13: yq: command not found");
}

#[test]
fn an_answer_refutes_a_finding_and_basics_are_asked_once() {
    let mut app = app();
    running(&mut app);
    app.prints("\nversion.sh: line 13: yq: command not found\n").ends(Outcome::Failed, 127, 5).waits("build");
    let mut asked: Vec<String> = Vec::new();
    for effect in &app.asked {
        if let Effect::World(World::Ask { questions, .. }) = effect {
            asked.extend(questions.iter().map(ToString::to_string));
        }
    }
    assert_eq!(asked.iter().filter(|ask| *ask == "which yq").count(), 1, "{asked:?}");
    assert!(asked.contains(&"package-manager".to_owned()));
    app.tells("which yq", Answer::Is("/usr/bin/yq".into()));
    assert_eq!(standing(&app), [], "it is there after all");
}
