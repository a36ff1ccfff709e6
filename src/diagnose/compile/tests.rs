//! What loading a rule base makes of good and broken files.

use super::*;

const TWO: &str = "family: x\nabout: {en: X}\nrules:\n  - id: x.a\n    category: dns\n    title: {en: A}\n    \
                   explain: {en: A}\n    patterns: ['a(b']\n  - id: x.b\n    category: nonsense\n    title: {en: B}\n    \
                   explain: {en: B}\n  - id: x.c\n    category: tls\n    title: {en: C}\n    explain: {en: C}\n    \
                   patterns: ['c']\n";

#[test]
fn a_broken_rule_hides_no_other() {
    let (base, problems) = RuleBase::load(&[("x.yaml".to_owned(), TWO.to_owned())]);
    assert_eq!(base.rules().map(|rule| rule.id.value.as_str()).collect::<Vec<_>>(), ["x.a", "x.c"]);
    let shown: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(shown.len(), 2, "{shown:?}");
    assert!(shown[0].starts_with("x.yaml:10:15: ") && shown[0].contains("nonsense"), "{shown:?}");
    assert!(shown[1].starts_with("x.yaml:8:") && shown[1].contains("unclosed group"), "{shown:?}");
}

#[test]
fn a_later_file_replaces_by_id() {
    let fixed = TWO.replace("a(b", "ab").replace("nonsense", "proxy");
    let own = "family: mine\nabout: {en: M}\nrules:\n- id: x.c\n  category: dns\n  title: {en: Mine}\n  explain: {en: M}\n";
    let (base, problems) =
        RuleBase::load(&[("x.yaml".to_owned(), fixed), ("/etc/mine.yaml".to_owned(), own.to_owned())]);
    assert_eq!(problems, []);
    assert_eq!(base.len(), 3);
    assert_eq!(base.rule("x.c").map(|rule| rule.title.en.as_str()), Some("Mine"));
    assert_eq!(base.file("x.c"), Some("/etc/mine.yaml"));
}

#[allow(clippy::disallowed_methods, reason = "a test reads the repository")]
fn shipped() -> Vec<(String, String)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("diagnostics");
    let files = std::fs::read_dir(folder).expect("diagnostics/ lies in the repository");
    files
        .map(|file| file.expect("a readable folder").path())
        .map(|path| (path.display().to_string(), std::fs::read_to_string(&path).expect("UTF-8")))
        .collect()
}

#[test]
fn rules_read_late_are_the_same() {
    let files = shipped();
    let (now, problems) = RuleBase::load(&files);
    assert_eq!(problems, []);
    let (later, problems) = RuleBase::open(&files, |name| {
        files.iter().find(|(file, _)| file == name).map(|(_, text)| &*text.clone().leak())
    });
    assert_eq!(problems, []);
    assert!(
        later.rules.iter().all(|compiled| compiled.body.get().is_none()),
        "nothing is decoded before it is needed"
    );
    assert_eq!(now.by_id, later.by_id);
    let patterns = |base: &RuleBase| -> Vec<(usize, String)> {
        base.patterns.iter().map(|owned| (owned.rule, owned.pattern.source.clone())).collect()
    };
    assert_eq!(patterns(&now), patterns(&later));
    assert_eq!(now.needles.always, later.needles.always);
    for (now, later) in now.rules.iter().zip(&later.rules) {
        let (now_body, later_body) = (now.body().expect("decoded"), later.body().expect("sound"));
        assert_eq!(now_body.rule.id.value, later_body.rule.id.value);
        assert_eq!(now_body.rule.id.referenced.line(), later_body.rule.id.referenced.line());
        assert_eq!(now.ending, later.ending, "{}", now_body.rule.id.value);
    }
}

/// The filter lets every row through that any pattern matches: the shipped samples are the rows.
#[test]
fn no_match_is_filtered_out() {
    let (base, _) = RuleBase::load(&shipped());
    let mut rows: Vec<String> = Vec::new();
    for rule in base.rules() {
        let samples = rule.samples.iter().map(|sample| &sample.text.value);
        rows.extend(samples.chain(rule.near_misses.iter().map(|miss| &miss.value)).flat_map(|text| {
            text.lines()
                .flat_map(|line| [line.to_owned(), line.to_uppercase(), line.replace('"', "\\\"")])
                .collect::<Vec<_>>()
        }));
    }
    rows.sort();
    rows.dedup();
    let mut matcher = super::super::matcher::Matcher::new(&base.needles);
    let mut hits = Vec::new();
    let mut confirmed = 0;
    for text in &rows {
        hits.clear();
        matcher.scan(&base.needles, text.as_bytes(), 0, &mut hits);
        let mut found = Vec::new();
        matcher.targets(&base.needles, &hits, text.as_bytes(), |_| true, &mut found);
        found.extend(&base.needles.always);
        let row = super::super::pattern::Row::new(text.as_bytes());
        for (index, owned) in (0..).zip(&base.patterns) {
            // Compiling all patterns for all rows would take minutes; those of the same letters are enough.
            let plausible = owned.rule % 4 == text.len() % 4;
            if plausible && owned.pattern.captures(&row).is_some() {
                confirmed += 1;
                assert!(found.contains(&Target::Pattern(index)), "{} on {text:?}", owned.pattern.source);
            }
        }
    }
    assert!(confirmed > 100, "the samples match");
}
