//! SARIF 2.1.0, for code scanning: one run a log, one result a finding.
//!
//! A result stands at the source line that the finding names, else at the log's line; the log's line is a
//! related location in any case. Fixes are told in the message: SARIF's own are edits of files, not commands.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use super::{Diagnosis, Level, Report, lines, one_line};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: Vec<Run<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    invocations: Vec<Invocation>,
    column_kind: &'static str,
    results: Vec<Outcome<'a>>,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'static str,
    version: &'static str,
    rules: Vec<RuleEntry<'a>>,
}

#[derive(Serialize)]
struct RuleEntry<'a> {
    id: &'a str,
    properties: BTreeMap<&'static str, &'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    exit_code: i32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome<'a> {
    rule_id: &'a str,
    rule_index: usize,
    level: &'static str,
    message: Message,
    locations: Vec<Place>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Place>,
    partial_fingerprints: BTreeMap<&'static str, String>,
    properties: Properties<'a>,
}

#[derive(Serialize)]
struct Properties<'a> {
    kind: crate::diagnose::rule::Kind,
    confidence: f64,
    count: u32,
    captures: BTreeMap<&'a str, String>,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    physical_location: Physical,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
struct Artifact {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_column: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    snippet: Option<Message>,
}

/// Reports as one document.
pub fn render(reports: &[Report]) -> String {
    let document = Document {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: reports.iter().map(run).collect(),
    };
    // Strings, numbers and maps with string keys: serialising them cannot fail.
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

fn run(report: &Report) -> Run<'_> {
    let mut rules: Vec<RuleEntry<'_>> = Vec::new();
    let mut results = Vec::new();
    for diagnosis in &report.diagnoses {
        let id = diagnosis.finding.rule.as_str();
        let index = rules.iter().position(|rule| rule.id == id).unwrap_or_else(|| {
            let category = diagnosis.finding.category.slug();
            rules.push(RuleEntry { id, properties: BTreeMap::from([("category", category)]) });
            rules.len() - 1
        });
        results.push(outcome(report, diagnosis, index));
    }
    let invocation = |code| Invocation { execution_successful: code == 0, exit_code: code };
    Run {
        tool: Tool { driver: Driver { name: "ktui", version: env!("CARGO_PKG_VERSION"), rules } },
        invocations: report.exit_code.map(invocation).into_iter().collect(),
        column_kind: "unicodeCodePoints",
        results,
    }
}

fn outcome<'a>(report: &Report, diagnosis: &'a Diagnosis, rule_index: usize) -> Outcome<'a> {
    let finding = &diagnosis.finding;
    let level = match diagnosis.level() {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    };
    let source = diagnosis.place().map(|place| Place {
        physical_location: Physical {
            artifact_location: Artifact { uri: uri(&place.file) },
            region: Some(Region { start_line: place.line, start_column: place.column, snippet: None }),
        },
        message: None,
    });
    let snippet = (!finding.evidence.text.is_empty()).then(|| message(one_line(&finding.evidence.text)));
    let log = Place {
        physical_location: Physical {
            artifact_location: Artifact {
                uri: if report.source == "-" { "stdin".to_owned() } else { uri(&report.source) },
            },
            region: (finding.evidence.line > 0).then_some(Region {
                start_line: finding.evidence.line,
                start_column: None,
                snippet,
            }),
        },
        message: source.is_some().then(|| message("the log".to_owned())),
    };
    let (locations, related_locations) = match source {
        Some(source) => (vec![source], vec![log]),
        None => (vec![log], Vec::new()),
    };
    let matter = format!("{}:{}", finding.rule, one_line(finding.subject()));
    Outcome {
        rule_id: &finding.rule,
        rule_index,
        level,
        message: message(told(diagnosis)),
        locations,
        related_locations,
        partial_fingerprints: BTreeMap::from([("ktui/v1", matter)]),
        properties: Properties {
            kind: finding.kind,
            confidence: (f64::from(finding.confidence) * 100.0).round() / 100.0,
            count: finding.count,
            captures: finding.captures.iter().map(|(name, value)| (name.as_str(), one_line(value))).collect(),
        },
    }
}

fn message(text: String) -> Message {
    Message { text }
}

/// Title, explanation and fixes. In messages, brackets make links and braces placeholders.
fn told(diagnosis: &Diagnosis) -> String {
    let finding = &diagnosis.finding;
    let mut text = format!("{}\n{}", one_line(&finding.title), lines(&finding.explain));
    for fix in &diagnosis.fixes {
        let _ = write!(text, "\nFix: {}", one_line(&fix.title));
        for command in &fix.commands {
            let _ = write!(text, "\n  $ {}", lines(command));
        }
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\\' | '[' | ']' => out.extend(['\\', c]),
            '{' | '}' => out.extend([c, c]),
            _ => out.push(c),
        }
    }
    out
}

/// A path as a URI reference: relative ones stay so, everything unusual is percent-encoded.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len() + 8);
    if path.starts_with('/') {
        out.push_str("file://");
    }
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/+".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::specimen;

    #[test]
    fn a_document_for_code_scanning() {
        let text = render(&[specimen::report(), Report { source: "-".into(), ..Report::default() }]);
        let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(value["runs"][1]["results"].as_array().map(Vec::len), Some(0));
        for result in value["runs"][0]["results"].as_array().expect("results") {
            let at = usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("small");
            assert_eq!(value["runs"][0]["tool"]["driver"]["rules"][at]["id"], result["ruleId"]);
            for place in result["locations"].as_array().expect("locations") {
                let line = &place["physicalLocation"]["region"]["startLine"];
                assert!(line.is_null() || line.as_u64() > Some(0), "{place}");
            }
        }
        insta::assert_snapshot!(text.replace(env!("CARGO_PKG_VERSION"), "VERSION"));
    }

    #[test]
    fn paths_are_uris() {
        assert_eq!(uri("a b/ü:1.go"), "a%20b/%C3%BC%3A1.go");
        assert_eq!(uri("/a/b"), "file:///a/b");
    }
}
