//! The engine by logs and tables: what is found, with which evidence, and what is not.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::super::pattern::SEARCHES;
use super::*;

/// A base of rules `x.NAME` with the YAML that follows `- id: x.NAME`.
fn base(rules: &[(&str, &str)]) -> Arc<RuleBase> {
    let mut text = String::from("family: x\nabout: {en: X}\nrules:\n");
    for (name, body) in rules {
        let _ = writeln!(text, "- {{id: x.{name}, title: {{en: {name}}}, explain: {{en: E}}, {body}}}");
    }
    let (base, problems) = RuleBase::load(&[("x.yaml".to_owned(), text)]);
    assert_eq!(problems, []);
    Arc::new(base)
}

fn engine(base: &Arc<RuleBase>, log: &str) -> Engine {
    let mut engine = Engine::new(Arc::clone(base), Context::default(), Lang::En);
    engine.push(log.as_bytes());
    engine.finish();
    engine
}

/// `rule(subject)xCOUNT@LINE` of each finding.
fn found(base: &Arc<RuleBase>, log: &str) -> Vec<String> {
    engine(base, log).findings().iter().map(shown).collect()
}

fn shown(finding: &Finding) -> String {
    format!("{}({})x{}@{}", finding.rule, finding.subject(), finding.count, finding.evidence.line)
}

#[test]
fn the_same_subject_counts() {
    let base = base(&[("tool", "category: missing-tool, patterns: ['(?P<tool>\\w+): command not found']")]);
    let log = "a.sh: yq: command not found\nok\nb.sh: yq: command not found\nc.sh: jq: command not found\n";
    assert_eq!(found(&base, log), ["x.tool(yq)x2@1", "x.tool(jq)x1@4"]);
}

#[test]
fn a_neighbour_that_may_be_there_is_the_evidence_where_it_is() {
    for (side, log, line) in [
        ("after", "it failed badly\nbecause of that\n", 2),
        ("before", "because of that\nit failed badly\n", 1),
        ("around", "it failed badly\n", 1),
    ] {
        let near = format!("near: [{{pattern: because, side: {side}, required: false, evidence: true}}]");
        let base =
            base(&[("a", &format!("category: service-failure, patterns: ['(?P<what>it) failed'], {near}"))]);
        assert_eq!(found(&base, log), [format!("x.a(it)x1@{line}")], "{side}");
    }
}

#[test]
fn neighbours_decide() {
    for (condition, log, hits) in [
        ("near: [{pattern: 'building (?P<p>\\w+)', side: before}]", "building foo\nit failed badly\n", true),
        ("near: [{pattern: 'building (?P<p>\\w+)', side: before}]", "it failed badly\nbuilding foo\n", false),
        ("near: [{pattern: 'because', side: after, within: 2}]", "it failed badly\n1\nbecause\n", true),
        ("near: [{pattern: 'because', side: after, within: 2}]", "it failed badly\n1\n2\nbecause\n", false),
        ("near: [{pattern: 'because', side: after, required: false}]", "it failed badly\n", true),
        ("near: [{pattern: 'badly', side: same}]", "it failed badly\n", true),
        (
            "unless: [{pattern: 'never mind', side: rest}]",
            "it failed badly\na\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nnever mind\n",
            false,
        ),
        (
            "unless: [{pattern: 'never mind', side: after, within: 1}]",
            "it failed badly\na\nnever mind\n",
            true,
        ),
        ("unless: [{pattern: 'never mind'}]", "never mind\nit failed badly\n", false),
        (
            "unless: [{pattern: 'retry of {{what}} worked', side: rest}]",
            "it failed badly\nretry of it worked\n",
            false,
        ),
        (
            "unless: [{pattern: 'retry of {{what}} worked', side: rest}]",
            "it failed badly\nretry of x worked\n",
            true,
        ),
    ] {
        let base =
            base(&[("a", &format!("category: dns, patterns: ['(?P<what>\\w+) failed badly'], {condition}"))]);
        assert_eq!(
            found(&base, log).iter().any(|found| found.starts_with("x.")),
            hits,
            "{condition} on {log:?}"
        );
    }
}

#[test]
fn facts_confirm_refute_and_fill_in() {
    let base = base(&[(
        "tool",
        "category: missing-tool, patterns: ['(?P<tool>\\w+): command not found'], shapes: {tool: tool}, \
         facts: [{ask: 'which {{tool}}', expect: absent}, {ask: arch, capture: machine}]",
    )]);
    let mut engine = engine(&base, "yq: command not found\njq: command not found\n");
    assert_eq!(engine.questions(), [Ask::Which("yq".into()), Ask::Arch, Ask::Which("jq".into())]);
    let before = engine.findings()[0].confidence;
    for (ask, answer) in [
        ("which yq", crate::event::Answer::Absent),
        ("which jq", crate::event::Answer::Is("/usr/bin/jq".into())),
        ("arch", crate::event::Answer::Is("riscv64".into())),
    ] {
        engine.fact(&Fact { ask: ask.into(), answer });
    }
    let findings = engine.findings();
    assert_eq!(findings.iter().map(shown).collect::<Vec<_>>(), ["x.tool(yq)x1@1"]);
    assert!(findings[0].confidence > before);
    assert_eq!(findings[0].captures["machine"], "riscv64");
    assert_eq!(engine.context().arch.as_deref(), Some("riscv64"));
    assert_eq!(engine.questions(), []);
}

#[test]
fn echoed_commands_are_no_failures() {
    let base = base(&[
        ("a", "category: dns, patterns: ['No such file or directory']"),
        ("b", "category: go-version, patterns: ['^\\++ VERSION_GOLANG=go$']"),
    ]);
    assert_eq!(found(&base, "+ echo 'No such file or directory'\n++ VERSION_GOLANG=go\n"), ["x.b()x1@2"]);
}

#[test]
fn evidence_knows_its_surroundings() {
    let base = base(&[("a", "category: dns, patterns: ['it failed badly']")]);
    let log = "1\n+ make all\n3\n4\n#5 1.2 \x1b[31mit failed badly\x1b[m\n6\n7\n8\n9\n";
    let evidence = engine(&base, log).findings()[0].evidence.clone();
    assert_eq!((evidence.line, evidence.text.as_str()), (5, "#5 1.2 it failed badly"));
    assert_eq!(evidence.context, ["+ make all", "3", "4", "#5 1.2 it failed badly", "6", "7", "8"]);
    assert_eq!(evidence.command.as_deref(), Some("make all"));
}

#[test]
fn silent_endings_are_found() {
    let base = base(&[
        ("charts", "category: makefile, ending: {check_failed: true}, when: {stage: [download]}"),
        (
            "killed",
            "category: out-of-memory, ending: {exit: [137]}, near: [{pattern: 'compile (?P<what>\\w+)', side: before}]",
        ),
    ]);
    let mut engine = Engine::new(Arc::clone(&base), Context::default(), Lang::En);
    let ended = |outcome, exit| StageEnd { outcome, exit: Some(exit), signal: None };
    engine.stage_started("download");
    engine.push(b"all is well\n");
    engine.stage_ended(&ended(crate::event::Outcome::CheckFailed, 0));
    engine.stage_started("build");
    engine.push(b"compile huge\n");
    engine.stage_ended(&ended(crate::event::Outcome::Failed, 137));
    engine.finish();
    assert_eq!(
        engine.findings().iter().map(shown).collect::<Vec<_>>(),
        ["x.killed(huge)x1@2", "x.charts()x1@0"]
    );
    assert_eq!(engine.findings()[1].evidence.stage.as_deref(), Some("download"));
}

#[test]
fn a_passed_stage_has_no_errors() {
    let base = base(&[("a", "category: dns, patterns: ['it failed badly']")]);
    let mut engine = Engine::new(Arc::clone(&base), Context::default(), Lang::En);
    engine.stage_started("build");
    engine.push(b"it failed badly\n");
    assert_eq!(engine.findings()[0].severity, crate::diagnose::rule::Severity::Error);
    engine.stage_ended(&StageEnd { outcome: crate::event::Outcome::Passed, exit: Some(0), signal: None });
    assert_eq!(engine.findings()[0].severity, crate::diagnose::rule::Severity::Warning);
}

#[test]
fn consequences_stand_under_their_cause() {
    let base = base(&[
        ("dns", "category: dns, patterns: ['could not resolve (?P<h>\\S+)']"),
        ("tar", "category: archive-corrupt, patterns: ['^tar: '], follows: [dns]"),
        ("make", "category: makefile, kind: symptom, patterns: ['^make: \\*\\*\\*']"),
    ]);
    let findings = engine(&base, "could not resolve h\ntar: bad\nmake: *** [x] Error 2\n").findings();
    assert_eq!(findings.iter().map(shown).collect::<Vec<_>>(), ["x.dns(h)x1@1"]);
    assert_eq!(
        findings[0].also.iter().map(|also| also.rule.as_str()).collect::<Vec<_>>(),
        ["x.tar", "x.make"]
    );
    assert_eq!(found(&base, "make: *** [x] Error 2\n"), ["x.make()x1@1"]);
}

/// Rules whose patterns would take a backtracking engine for ever, and whose templates quote what is captured.
fn hostile_base() -> Arc<RuleBase> {
    base(&[
        ("tool", "category: missing-tool, patterns: ['(?P<tool>\\S+): command not found']"),
        ("nested", "category: lint, patterns: ['(?P<all>(?:(?:a+)+b?)+) is no word']"),
        ("blanks", "category: lint, patterns: ['^(?:(?P<w>\\w+)\\s*)*: it failed$']"),
        ("any", "category: lint, patterns: ['(?:.*)*(?:.*)* went wrong: (?P<what>.*)']"),
        (
            "near",
            "category: dns, patterns: ['resolve (?P<host>\\S+) failed'], subject: '{{host}} by {{why}}', \
             defaults: {why: '{{host}}?'}, \
             near: [{pattern: 'because (?P<why>.+) of {{host}}', side: around, required: false, within: 3}], \
             unless: [{pattern: 'retry of {{host}} worked', side: rest}]",
        ),
        ("always", "category: lint, patterns: ['^\\d+ ?%$']"),
    ])
}

fn hostile_row() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just("{{tool}}".to_owned()),
        Just("{{host}}".to_owned()),
        Just("$(reboot)".to_owned()),
        Just("`id`;'\"\\".to_owned()),
        Just("\u{1b}]0;x\u{7}\u{1b}[2J".to_owned()),
        Just("(((((.*)+)+\\".to_owned()),
        Just("a".repeat(300)),
        Just("ab ".repeat(90)),
        "\\PC{1,8}",
    ];
    (word.clone(), word, 0..9).prop_map(|(one, two, form)| match form {
        0 => format!("{one}: command not found"),
        1 => format!("{one} is no word"),
        2 => format!("{one}{two}: it failed"),
        3 => format!("{one} went wrong: {two}"),
        4 => format!("resolve {one} failed"),
        5 => format!("because {two} of {one}"),
        6 => format!("retry of {one} worked"),
        7 => "50 %".to_owned(),
        _ => format!("{one} {two}"),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    /// Twenty times the log is at most twenty times the work, and what a log holds is shown as it stands there.
    #[test]
    fn work_is_bounded_and_captures_stay_data(rows in proptest::collection::vec(hostile_row(), 1..24)) {
        let base = hostile_base();
        let log = rows.join("\n") + "\n";
        let searches = |times: usize| {
            let before = SEARCHES.get();
            let engine = engine(&base, &log.repeat(times));
            (SEARCHES.get() - before, engine)
        };
        let (few, _) = searches(2);
        let (many, engine) = searches(40);
        prop_assert!(many <= 20 * few + 64, "{few} searches, then {many}");
        for finding in engine.findings() {
            let shown = finding.captures.values().chain([&finding.title, &finding.evidence.text]);
            for text in shown.clone() {
                prop_assert!(!text.chars().any(char::is_control), "{text:?}");
            }
            if let Some(tool) = finding.captures.get("tool") {
                prop_assert!(finding.evidence.text.contains(tool.as_str()), "{tool} was made up");
            }
        }
    }
}
