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
