//! Promises of the engine over any bytes: chunks do not matter, nothing panics, storms stay bounded.

use std::sync::{Arc, LazyLock};

use ktui::assets::Folder;
use ktui::diagnose::compile::RuleBase;
use ktui::diagnose::engine::{Context, Engine, StageEnd};
use ktui::diagnose::finding::Finding;
use ktui::event::Outcome;
use ktui::locale::Lang;
use proptest::prelude::*;

static SHIPPED: LazyLock<Arc<RuleBase>> =
    LazyLock::new(|| Arc::new(RuleBase::shipped(&[], |name| Folder::Diagnostics.shipped(name)).0));

/// Lines of the shipped samples: what rules speak of.
static SAMPLES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let samples = SHIPPED.rules().flat_map(|rule| &rule.samples);
    samples.flat_map(|sample| sample.text.value.lines().map(str::to_owned).collect::<Vec<_>>()).collect()
});

/// Rules with every kind of condition, few enough for many cases.
fn small() -> Arc<RuleBase> {
    let text = r"
family: x
about: {en: X}
rules:
  - {id: x.tool, category: missing-tool, title: {en: T}, explain: {en: E}, patterns: ['(?P<tool>\w+): command not found']}
  - {id: x.near, category: dns, title: {en: T}, explain: {en: E}, patterns: ['resolve (?P<host>\w+) failed'], near: [{pattern: 'because (?P<why>\w+)', side: after, within: 3}]}
  - {id: x.before, category: tls, title: {en: T}, explain: {en: E}, patterns: ['certificate (?P<host>\w+) refused'], near: [{pattern: 'connect to (?P<to>\w+)', side: before, within: 4, evidence: true}]}
  - {id: x.rest, category: proxy, title: {en: T}, explain: {en: E}, patterns: ['proxy (?P<host>\w+) failed'], unless: [{pattern: 'retry of {{host}} worked', side: rest}]}
  - {id: x.around, category: checksum, title: {en: T}, explain: {en: E}, patterns: ['checksum of (?P<file>\w+) differs'], unless: [{pattern: 'never mind', within: 2}]}
  - {id: x.none, category: lint, title: {en: T}, explain: {en: E}, patterns: ['^\d+ ?%$'], follows: [dns]}
  - {id: x.make, category: makefile, kind: symptom, title: {en: T}, explain: {en: E}, patterns: ['^make: \*\*\* ']}
";
    let (base, problems) = RuleBase::load(&[("x.yaml".to_owned(), text.to_owned())]);
    assert_eq!(problems, []);
    Arc::new(base)
}

fn findings(base: &Arc<RuleBase>, chunks: &[&[u8]]) -> (Vec<Finding>, u64) {
    let mut engine = Engine::new(Arc::clone(base), Context::default(), Lang::En);
    for chunk in chunks {
        engine.push(chunk);
    }
    engine.finish();
    (engine.findings(), engine.lines())
}

/// The text cut at the given places, in any order.
fn cut<'a>(text: &'a [u8], places: &[prop::sample::Index]) -> Vec<&'a [u8]> {
    let mut places: Vec<usize> = places.iter().map(|place| place.index(text.len() + 1)).collect();
    places.extend([0, text.len()]);
    places.sort_unstable();
    places.windows(2).map(|ends| &text[ends[0]..ends[1]]).collect()
}

fn word() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["alpha", "beta", "gamma", "delta"])
}

fn line() -> impl Strategy<Value = Vec<u8>> {
    let text = prop_oneof![
        word().prop_map(|word| format!("{word}: command not found")),
        word().prop_map(|word| format!("resolve {word} failed")),
        word().prop_map(|word| format!("because {word}")),
        word().prop_map(|word| format!("connect to {word}")),
        word().prop_map(|word| format!("certificate {word} refused")),
        word().prop_map(|word| format!("proxy {word} failed")),
        word().prop_map(|word| format!("retry of {word} worked")),
        word().prop_map(|word| format!("checksum of {word} differs")),
        Just("never mind".to_owned()),
        Just("make: *** [x] Error 2".to_owned()),
        Just("=== RUN   TestA".to_owned()),
        Just("--- PASS: TestA (0.00s)".to_owned()),
        Just("+ make all".to_owned()),
        (0..100).prop_map(|done| format!("{done} %")),
        "\\PC{0,30}",
        "[ -~]{0,60}",
    ];
    let prefix = prop_oneof![
        4 => Just(""),
        1 => Just("#12 3.4 "),
        1 => Just("2024-05-01T10:00:00.1Z "),
        1 => Just("\u{1b}[31m"),
        1 => Just("web-1  | "),
    ];
    let end = prop_oneof![6 => Just("\n"), 1 => Just("\r\n"), 1 => Just("\r"), 1 => Just("\u{1b}[m\n"), 1 => Just("")];
    (prefix, text, end).prop_map(|(prefix, text, end)| format!("{prefix}{text}{end}").into_bytes())
}

fn log() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![12 => line(), 1 => proptest::collection::vec(any::<u8>(), 0..40)];
    (proptest::collection::vec(piece, 0..60), 1..4_usize)
        .prop_map(|(pieces, times)| pieces.concat().repeat(times))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn chunks_do_not_matter(log in log(), places in proptest::collection::vec(any::<prop::sample::Index>(), 0..12)) {
        let base = small();
        let whole = findings(&base, &[&log]);
        prop_assert_eq!(&whole, &findings(&base, &cut(&log, &places)));
        let bytes: Vec<&[u8]> = log.chunks(1).collect();
        prop_assert_eq!(&whole, &findings(&base, &bytes));
    }

    #[test]
    fn every_line_number_is_that_of_its_text(log in log()) {
        let lines: Vec<&[u8]> = log.split(|&byte| byte == b'\n').collect();
        for finding in findings(&small(), &[&log]).0.iter().filter(|finding| finding.evidence.line > 0) {
            let mut rows = Vec::new();
            ktui::text::plain::rows(lines[finding.evidence.line as usize - 1], |row| rows.push(row.trim_end().to_owned()));
            prop_assert!(rows.contains(&finding.evidence.text), "{} in {rows:?}", finding.evidence.text);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn shipped_rules_take_storms_in_any_chunks(
        picks in proptest::collection::vec((any::<prop::sample::Index>(), 1..400_usize), 1..6),
        mixed in any::<bool>(),
        places in proptest::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let mut log = String::new();
        let most = picks.iter().map(|(_, times)| *times).max().unwrap_or(0);
        // One kind behind the other, or all of them at once.
        let rounds: Vec<(usize, usize)> = if mixed {
            (0..most).flat_map(|time| (0..picks.len()).map(move |number| (number, time))).collect()
        } else {
            (0..picks.len()).flat_map(|number| (0..most).map(move |time| (number, time))).collect()
        };
        for (number, time) in rounds {
            let (pick, times) = &picks[number];
            let line = &SAMPLES[pick.index(SAMPLES.len())];
            if time < *times {
                // One line differs in its digits, one in a word, one in the time before it.
                let line = match time % 4 {
                    0 => line.clone(),
                    1 => line.replace('1', &time.to_string()),
                    2 => format!("2026-11-28T10:{:02}:{:02}Z {line}", time / 60 % 60, time % 60),
                    _ => line.replace("go", &format!("go{number}x{time}")),
                };
                log += &line;
                log.push('\n');
            }
        }
        let whole = findings(&SHIPPED, &[log.as_bytes()]);
        prop_assert_eq!(&whole, &findings(&SHIPPED, &cut(log.as_bytes(), &places)));
        prop_assert!(whole.0.len() < 2000);
    }
}

#[test]
fn a_storm_neither_hides_its_end_nor_grows() {
    let base = small();
    let mut engine = Engine::new(Arc::clone(&base), Context::default(), Lang::En);
    for number in 0..20_000 {
        engine.push(format!("tool{number}: command not found\nproxy p{number} failed\n").as_bytes());
    }
    engine.push(b"thelast: command not found\nmake: *** [all] Error 127\n");
    engine.finish();
    let findings = engine.findings();
    assert!(findings.len() < 300, "{}", findings.len());
    assert!(
        findings.iter().any(|finding| finding.subject() == "thelast"),
        "the last failure of a storm is kept"
    );
    assert!(findings.iter().any(|finding| finding.subject() == "tool0"), "so is the first");
}

#[test]
fn conditions_that_never_hold_do_not_blind_a_rule() {
    let base = small();
    let mut log = "resolve nothing failed\n1\n2\n3\n4\n".repeat(5_000);
    log += "resolve mirror failed\nbecause broken\nmake: *** [all] Error 1\n";
    let (findings, _) = findings(&base, &[log.as_bytes()]);
    assert_eq!(
        findings.first().map(|finding| (finding.rule.as_str(), finding.subject())),
        Some(("x.near", "mirror"))
    );
}

#[test]
fn a_stage_that_passed_takes_its_retried_failure_back() {
    let base = small();
    let mut engine = Engine::new(base, Context::default(), Lang::En);
    let ended = |outcome| StageEnd { outcome, exit: None, signal: None };
    engine.stage_started("build");
    engine.push(b"yq: command not found\n");
    engine.stage_ended(&ended(Outcome::Failed));
    assert_eq!(engine.findings()[0].severity, ktui::diagnose::rule::Severity::Error);
    engine.stage_started("build");
    engine.push(b"all is well\n");
    engine.stage_ended(&ended(Outcome::Passed));
    engine.finish();
    assert!(engine.findings().iter().all(|finding| finding.severity < ktui::diagnose::rule::Severity::Error));
}

#[test]
fn one_line_of_fifty_megabytes_is_read() {
    let base = small();
    let mut engine = Engine::new(base, Context::default(), Lang::En);
    let part = vec![b'x'; 1 << 20];
    (0..50).for_each(|_| engine.push(&part));
    engine.push(b"\nyq: command not found\n");
    engine.finish();
    assert_eq!(engine.lines(), 2);
    assert_eq!(engine.findings()[0].evidence.line, 2);
}
