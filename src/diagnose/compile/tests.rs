//! What loading a rule base makes of good and broken files.

use super::super::needles::Target;
use super::*;

const TWO: &str = "family: x\nabout: {en: X}\nrules:\n  - id: x.a\n    category: dns\n    title: {en: A}\n    \
                   explain: {en: A}\n    patterns: ['a(b']\n  - id: x.b\n    category: nonsense\n    title: {en: B}\n    \
                   explain: {en: B}\n  - id: x.c\n    category: tls\n    title: {en: C}\n    explain: {en: C}\n    \
                   patterns: ['c']\n";

#[test]
fn a_broken_rule_hides_no_other() {
    let (base, problems) = RuleBase::load(&[("x.yaml".to_owned(), TWO.to_owned())]);
    assert_eq!(base.rules().map(|rule| rule.id.value.as_str()).collect::<Vec<_>>(), ["x.a", "x.c"]);
    let shown: Vec<String> = problems.iter().map(|problem| problem.text(crate::locale::Lang::En)).collect();
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
    let mut files: Vec<(String, String)> = files
        .map(|file| file.expect("a readable folder").path())
        .map(|path| (path.display().to_string(), std::fs::read_to_string(&path).expect("UTF-8")))
        .collect();
    files.sort();
    files
}

fn prepared() -> RuleBase {
    let (base, problems) = RuleBase::shipped(&[], text_of);
    assert_eq!(problems, []);
    base
}

#[allow(clippy::disallowed_methods, reason = "a test reads the repository")]
fn text_of(file: &str) -> Option<&'static str> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    Some(std::fs::read_to_string(path).ok()?.leak())
}

#[test]
fn what_is_prepared_is_what_the_yaml_says() {
    let (now, problems) = RuleBase::load(&shipped());
    assert_eq!(problems, []);
    let later = prepared();
    assert!(
        later.rules.iter().all(|compiled| compiled.body.get().is_none()),
        "nothing is decoded before it is needed"
    );
    assert_eq!(now.by_id, later.by_id);
    assert_eq!(now.patterns, later.patterns);
    assert_eq!(now.sources, later.sources);
    assert!(now.needles == later.needles, "the needles differ");
    assert!(
        prepared::table() == Table::new(&now.needles, &Census::new()),
        "what is searched with at first differs"
    );
    // Lines and columns are the same; bytes are counted from where decoding began.
    let bytes = regex::Regex::new(r"span: Span \{[^}]*\}").expect("compiles");
    let shown = |compiled: &Compiled| {
        bytes.replace_all(&format!("{:?}", compiled.body().expect("sound")), "").into_owned()
    };
    for (now, later) in now.rules.iter().zip(&later.rules) {
        assert_eq!(now.ending, later.ending, "{}", now.file);
        assert!(now.file.ends_with(&*later.file), "{} {}", now.file, later.file);
        assert!(shown(now) == shown(later), "{:?} differs", now.body().map(|body| &body.rule.id.value));
    }
}

#[test]
fn own_rules_lie_over_the_shipped_ones() {
    let shipped = prepared();
    let first = shipped.rules().next().expect("there are rules").id.value.clone();
    let rule = |id: &str| {
        format!(
            "family: FAMILY\nabout: {{en: M}}\nrules:\n- id: {id}\n  category: dns\n  title: {{en: Mine}}\n  \
             explain: {{en: M}}\n  patterns: ['the mine caved in']\n"
        )
    };
    let own = [
        // Sorts before the file whose rule it replaces.
        ("/own/a.yaml".to_owned(), rule(&first).replace("FAMILY", "a")),
        ("/own/dns.yaml".to_owned(), rule("dns.mine").replace("FAMILY", "dns")),
    ];
    let (base, problems) = RuleBase::shipped(&own, text_of);
    assert_eq!(problems, []);
    assert_eq!(base.rule(&first).map(|rule| rule.title.en.as_str()), Some("Mine"));
    assert_eq!(base.file("dns.mine"), Some("/own/dns.yaml"));
    let of_dns = |base: &RuleBase| base.rules.iter().filter(|rule| stem(&rule.file) == "dns").count();
    assert!(of_dns(&shipped) > 1 && of_dns(&base) == 1, "a file of the same name takes its place");
    assert_eq!(base.len(), shipped.len() - of_dns(&shipped) + 1);
    let last = (0..).zip(base.patterns.iter()).last().expect("a pattern").0;
    assert_eq!(base.source(last), "the mine caved in");
    assert_eq!(base.rule_of(last), base.len() - 1);
}

#[test]
fn what_is_wrong_in_an_own_file_is_told_with_its_place() {
    let own = [("/own/x.yaml".to_owned(), TWO.to_owned())];
    let (base, problems) = RuleBase::shipped(&own, text_of);
    let shown: Vec<String> = problems.iter().map(|problem| problem.text(crate::locale::Lang::En)).collect();
    assert!(
        shown[0].starts_with("/own/x.yaml:10:15: ") && shown[1].starts_with("/own/x.yaml:8:"),
        "{shown:?}"
    );
    assert!(base.rule("x.c").is_some());
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
    let mut matcher = base.matcher();
    let mut hits = Vec::new();
    let mut confirmed = 0;
    let programs: Vec<Program> = (0..base.patterns() as u32)
        .map(|index| Program::new(base.source(index)).expect("compiles"))
        .collect();
    for text in &rows {
        hits.clear();
        matcher.scan(&base.needles, text.as_bytes(), 0, &mut hits);
        let mut found = Vec::new();
        matcher.targets(&base.needles, &hits, (text.as_bytes(), text.as_bytes()), |_| true, &mut found);
        found.extend(base.needles.always.iter());
        let row = super::super::pattern::Row::new(text.as_bytes());
        for index in 0..base.patterns() as u32 {
            // Trying all patterns on all rows would take minutes; a part of them for each row is enough.
            let plausible = base.rule_of(index) % 16 == text.len() % 16;
            if plausible && programs[index as usize].captures(&row).is_some() {
                confirmed += 1;
                assert!(found.contains(&Target::Pattern(index)), "{} on {text:?}", base.source(index));
            }
        }
    }
    assert!(confirmed > 100, "the samples match");
}
