//! A report for the formats' tests, whose log tries to break out of every one of them.

use std::collections::BTreeMap;

use super::{Diagnosis, Report};
use crate::diagnose::finding::{Also, Evidence, Finding};
use crate::diagnose::rule::{Category, Kind, Risk, Severity};
use crate::diagnose::source::{Frame, Location, Tracked};
use crate::remedy::Fix;

/// The log's name.
pub(super) const LOG: &str = "logs/build,1:2.log";

const HOSTILE: &str = "x\u{1b}[31m ::error::pwned\r\n::set-output name=a::b ```\n<img src=x> [a](http://evil.invalid) @everyone %0A\u{202e}";

pub(super) fn frame() -> Frame {
    let text = "package a\n\nfunc f() {\n\tx := 1\n<<\n\t```\n}\n";
    let location = Location { file: "pkg/a,b.go".into(), line: 5, column: Some(1) };
    let diff = "@@ -2,4 +2,5 @@\n \n func f() {\n \tx := 1\n+<<\n \t```\n";
    let git = Tracked { patch: "pkg/a,b.go.ktui.patch".into(), ..Tracked::from_diff(diff, 5) };
    Frame { git: Some(git), ..Frame::around("pkg/a,b.go", text, &location).expect("the line is there") }
}

fn finding(rule: &str, category: Category, kind: Kind, severity: Severity) -> Finding {
    Finding {
        rule: rule.into(),
        category,
        kind,
        severity,
        confidence: 0.9,
        title: format!("title {HOSTILE}"),
        explain: format!("why\n{HOSTILE}"),
        evidence: Evidence {
            line: 7,
            end_line: 7,
            text: HOSTILE.into(),
            stage: Some("build".into()),
            context: vec!["before".into(), HOSTILE.into(), "````` after".into()],
            command: Some("make".into()),
        },
        captures: BTreeMap::from([("subject".to_owned(), HOSTILE.to_owned())]),
        count: 2,
        also: vec![Also { line: 9, rule: "make.error".into(), text: HOSTILE.into() }],
        facts: Vec::new(),
    }
}

pub(super) fn report() -> Report {
    let mut placed = finding("go-compile.syntax", Category::SyntaxError, Kind::Cause, Severity::Error);
    for (name, value) in [("file", "pkg/a,b.go"), ("line", "5"), ("column", "1")] {
        placed.captures.insert(name.into(), value.into());
    }
    let mut silent = finding("memory.killed", Category::OutOfMemory, Kind::Cause, Severity::Warning);
    silent.evidence = Evidence::default();
    let symptom = finding("make.error", Category::Makefile, Kind::Symptom, Severity::Error);
    let fix = Fix {
        id: "restore".into(),
        title: "Restore `it`".into(),
        risk: Risk::Destructive,
        commands: vec!["git diff > a\ngit checkout -- 'pkg/a,b.go'".into()],
        env: BTreeMap::from([("GOFLAGS".to_owned(), "-p=1".to_owned())]),
        guide: "See <https://go.dev>".into(),
        verify: "git diff --quiet".into(),
    };
    Report {
        source: LOG.into(),
        lines: 12,
        exit_code: Some(2),
        diagnoses: vec![
            Diagnosis { finding: placed, fixes: vec![fix], source: Some(frame()), place: None },
            Diagnosis { finding: silent, fixes: Vec::new(), source: None, place: None },
            Diagnosis { finding: symptom, fixes: Vec::new(), source: None, place: None },
        ],
    }
}
