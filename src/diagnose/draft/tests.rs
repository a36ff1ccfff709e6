//! Drafts load, find their line, and hold what the line holds.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::diagnose::compile::RuleBase;
use crate::diagnose::lint;
use crate::diagnose::rule::Rule;

fn groups(line: &str) -> (String, Vec<(String, String)>) {
    let draft = Draft::of("local", line.as_bytes()).expect("a draft");
    let groups = draft.groups.into_iter().map(|group| (group.name, group.value)).collect();
    (draft.pattern, groups)
}

/// The rule of a draft, after the loader read it.
fn loaded(draft: &Draft) -> (Arc<RuleBase>, Rule) {
    let (base, problems) = RuleBase::load(&[("local.yaml".to_owned(), draft.yaml())]);
    assert!(problems.is_empty(), "{problems:?}\n{}", draft.yaml());
    let rule = base.rule(&draft.id).expect("the rule").clone();
    (Arc::new(base), rule)
}

#[test]
fn values_become_captures() {
    for (line, expected) in [
        ("bash: line 3: yq: command not found", vec![("line", "3"), ("tool", "yq")]),
        (
            "seccomp.go:28:10: fatal error: seccomp/filter.h: No such file or directory",
            vec![("file", "seccomp.go"), ("line", "28"), ("column", "10"), ("header", "seccomp/filter.h")],
        ),
        ("/usr/bin/ld: cannot find -lseccomp", vec![("path", "/usr/bin/ld"), ("library", "seccomp")]),
        (
            "go: go.mod requires go >= 1.24.3 (running go 1.22.1; GOTOOLCHAIN=local)",
            vec![("file", "go.mod"), ("version", "1.24.3"), ("version2", "1.22.1")],
        ),
        (
            "curl: (7) Failed to connect to proxy.example.invalid port 8080: Connection refused",
            vec![("number", "7"), ("host", "proxy.example.invalid"), ("number2", "8080")],
        ),
        ("dial tcp 10.0.0.1:443: i/o timeout", vec![("host", "10.0.0.1:443")]),
        ("loomd[221]: cannot reach node-7.example.org:8443: torn", vec![("host", "node-7.example.org:8443")]),
        (
            "Get \"https://goproxy.io/a/@v/list\": net/http: TLS handshake timeout",
            vec![("url", "https://goproxy.io/a/@v/list")],
        ),
        (
            "docker: no matching manifest for linux/riscv64 in docker.io/library/golang:1.23-alpine",
            vec![("platform", "linux/riscv64"), ("image", "docker.io/library/golang:1.23-alpine")],
        ),
        ("/bin/sh: 1: rsync: not found", vec![("path", "/bin/sh"), ("number", "1"), ("tool", "rsync")]),
    ] {
        let (pattern, found) = groups(line);
        let found: Vec<(&str, &str)> = found.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        assert_eq!(found, expected, "{line}\n{pattern}");
    }
}

#[test]
fn a_draft_finds_its_own_line_and_its_like() {
    let draft =
        Draft::of("local", b"#12 4.5 mytool: cannot open /srv/x/y.bin: version 1.2.3 wanted").expect("one");
    let (base, rule) = loaded(&draft);
    let found = lint::try_sample(&base, &rule.samples[0]);
    assert_eq!(found.first().map(|finding| finding.rule.as_str()), Some(draft.id.as_str()));
    let trial = Trial::new([draft.pattern.as_str()]).expect("compiles");
    let like = trial.groups(b"mytool: cannot open /other: version 9.10-rc1 wanted\r").expect("matches");
    assert_eq!((like["path"].as_str(), like["version"].as_str()), ("/other", "9.10-rc1"));
    assert_eq!(trial.groups(b"mytool: cannot close /other: version 9 wanted"), None);
    assert!(draft.has_fixed_text());
}

#[test]
fn what_says_nothing_gives_no_draft() {
    for line in ["", "   ", "----", "\u{1b}[31m\u{1b}[0m"] {
        assert_eq!(Draft::of("local", line.as_bytes()), None, "{line:?}");
    }
}

#[test]
fn a_line_with_what_no_yaml_may_hold_makes_a_rule_that_finds_it() {
    let line = "frob: the \u{ffff} moon is full";
    let draft = Draft::of("local", line.as_bytes()).expect("a draft");
    let (_, rule) = loaded(&draft);
    assert!(
        regex::Regex::new(&rule.patterns[0].value).expect("compiles").is_match(line),
        "{}",
        draft.pattern
    );
}

proptest! {
    #[test]
    fn any_line_gives_a_draft_that_loads_and_matches_it(line in "[ -~ü‘’：\u{85}\u{a0}\t]{1,120}") {
        if let Some(draft) = Draft::of("local", line.as_bytes()) {
            let (_, rule) = loaded(&draft);
            prop_assert_eq!(&rule.samples[0].text.value, &draft.line);
            prop_assert_eq!(&rule.patterns[0].value, &draft.pattern);
            let regex = pattern::Program::new(&draft.pattern).expect("compiles");
            prop_assert!(regex.is_match(&draft.line), "{} on {:?}", draft.pattern, draft.line);
        }
    }

    #[test]
    fn any_bytes_are_no_harm(line in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Some(draft) = Draft::of("local", &line) {
            loaded(&draft);
        }
    }
}
