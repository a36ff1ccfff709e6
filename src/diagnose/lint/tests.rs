//! What lint says about rules that break its promises.

use super::*;

const GOOD: &str = r#"
family: x
about: {en: X, zh: 某}
rules:
  - id: x.a
    category: dns
    title: {en: "No host {{host}}", zh: "无 {{host}}"}
    explain: {en: A, zh: 甲}
    patterns: ['could not resolve (?P<host>\S+)$']
    shapes: {host: host}
    fixes:
      - {id: look, title: {en: Look, zh: 看}, commands: ["getent hosts {{host}}"]}
    samples:
      - {text: "could not resolve a.example", subject: a.example}
      - {text: "x: could not resolve b.example", subject: b.example}
    near_misses: ["could not resolve a.example in time"]
    references: ["https://example.org"]
"#;

fn problems(text: &str) -> Vec<String> {
    let (base, mut problems) = RuleBase::load(&[("x.yaml".to_owned(), text.to_owned())]);
    problems.extend(lint(&Arc::new(base), &|_| true, &|_| true));
    problems.iter().map(|problem| problem.text(crate::locale::Lang::En)).collect()
}

#[test]
fn a_good_rule_is_clean() {
    assert_eq!(problems(GOOD), Vec::<String>::new());
}

#[test]
fn every_fault_is_found_in_its_place() {
    for (good, bad, expected) in [
        ("id: x.a", "id: y.a", "x.yaml:5:9: y.a: an id in `x.yaml` begins with `x.`"),
        ("id: x.a", "id: xa", "an id is FAMILY.NAME"),
        ("subject: a.example", "subject: q", "x.yaml:14:16: x.a: the subject is `a.example`, not `q`"),
        ("text: \"could not resolve a.example\"", "text: \"all is well\"", "no rule matches this sample"),
        ("      - {text: \"x: could not resolve b.example\", subject: b.example}\n", "", "1 samples"),
        (
            "near_misses: [\"could",
            "near_misses: [\"could not resolve q\", \"could",
            "x.yaml:16:19: x.a: this near miss matches",
        ),
        ("    near_misses: [\"could not resolve a.example in time\"]\n", "", "no near miss"),
        ("    shapes: {host: host}\n", "", "`{{host}}` stands in a command but has no shape"),
        ("getent hosts {{host}}", "getent hosts {{hots}}", "`{{hots}}` is no capture"),
        ("explain: {en: A, zh: 甲}", "explain: {en: A}", "the explain has no Chinese text"),
        ("explain: {en: A, zh: 甲}", "explain: {en: \"\", zh: \"\"}", "the explain is empty"),
        ("could not resolve (?P<host>\\S+)$", ".*no (?P<host>\\S+)$", "is tried on every line"),
        ("could not resolve (?P<host>\\S+)$", ".*resolve (?P<host>\\S+)$", "need not begin with `.*`"),
        ("could not resolve (?P<host>\\S+)$", "could not (resolve", "x.yaml:9:16: "),
        (
            "    shapes:",
            "    follows: [nothing.here]\n    shapes:",
            "`nothing.here` is neither a rule nor a category",
        ),
        (", commands: [\"getent hosts {{host}}\"]", "", "a fix has commands"),
        ("No host {{host}}", "No host", "the title names no capture"),
        ("    references: [\"https://example.org\"]\n", "", "no reference"),
    ] {
        let text = GOOD.replacen(good, bad, 1);
        assert_ne!(text, GOOD, "{good}");
        let found = problems(&text);
        assert!(found.iter().any(|problem| problem.contains(expected)), "{bad}: {found:#?}");
    }
}

#[test]
fn another_rule_must_not_come_first() {
    let second =
        GOOD.replace("x.a", "x.b").split_once("rules:\n").map(|(_, rules)| rules.to_owned()).expect("rules");
    let found = problems(&format!("{GOOD}{second}"));
    assert!(
        found.iter().any(|problem| problem.contains("comes before this rule on its own sample")),
        "{found:#?}"
    );
}

#[test]
fn a_fix_that_writes_to_a_captured_path_names_its_risk() {
    let with = |fix: &str, shape: &str| {
        let old = "{id: look, title: {en: Look, zh: 看}, commands: [\"getent hosts {{host}}\"]}";
        assert!(GOOD.contains(old));
        let text = GOOD.replace(old, &format!("{{id: look, title: {{en: Look, zh: 看}}, {fix}}}"));
        problems(&text.replace("shapes: {host: host}", &format!("shapes: {{host: {shape}}}"))).join("\n")
    };
    let risky = "its risk is `destructive`";
    assert!(with("commands: ['rm {{host}}']", "path").contains(risky));
    assert!(with("risk: system, commands: ['rm {{host}}']", "tree").contains(risky));
    assert!(with("risk: system, commands: ['chmod +x {{host}}']", "path").contains(risky));
    assert!(with("commands: ['chmod +x {{host}}']", "tree").contains("its risk is `system`"));
    assert_eq!(with("risk: system, commands: ['chmod +x {{host}}']", "tree"), "");
    assert_eq!(with("risk: destructive, commands: ['mv {{host}} x']", "path"), "");
    assert_eq!(with("commands: ['rm {{host}}']", "host"), "");
    let asks = with("risk: system, commands: ['chown \"$(id -u)\" x']", "path");
    assert!(asks.contains("SUDO_UID"), "{asks}");
    let verify = with("commands: ['true'], verify: '! ask | grep -q x'", "path");
    assert!(verify.contains("holds where `ask` fails"), "{verify}");
}
