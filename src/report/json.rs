//! The JSON of the contract: one object a log, findings best first. Fields may be added, none removed.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Diagnosis, Report};
use crate::diagnose::rule::{Kind, Risk, Severity};
use crate::diagnose::source::Frame;
use crate::event::Answer;

#[derive(Serialize)]
struct JsonReport<'a> {
    source: &'a str,
    lines: u64,
    exit_code: Option<i32>,
    diagnoses: Vec<JsonDiagnosis<'a>>,
}

/// A finding as JSON; `ndjson` has them too.
#[derive(Serialize)]
pub(super) struct JsonDiagnosis<'a> {
    rule: &'a str,
    category: &'a str,
    kind: Kind,
    severity: Severity,
    confidence: f64,
    title: &'a str,
    explain: &'a str,
    count: u32,
    evidence: JsonEvidence<'a>,
    captures: &'a BTreeMap<String, String>,
    facts: Vec<JsonFact<'a>>,
    fixes: Vec<JsonFix<'a>>,
    also: Vec<JsonAlso<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a Frame>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<JsonPlace<'a>>,
}

#[derive(Serialize)]
struct JsonEvidence<'a> {
    line: u64,
    text: &'a str,
    end_line: u64,
    stage: Option<&'a str>,
    command: Option<&'a str>,
    context: &'a [String],
}

#[derive(Serialize)]
struct JsonFact<'a> {
    ask: &'a str,
    answer: Option<&'a Answer>,
}

#[derive(Serialize)]
struct JsonFix<'a> {
    id: &'a str,
    title: &'a str,
    risk: Risk,
    commands: &'a [String],
    env: &'a BTreeMap<String, String>,
    verify: &'a str,
    guide: &'a str,
}

#[derive(Serialize)]
struct JsonPlace<'a> {
    path: &'a str,
    is: &'a str,
}

#[derive(Serialize)]
struct JsonAlso<'a> {
    line: u64,
    rule: &'a str,
    text: &'a str,
}

/// The report as one line of JSON, without a newline.
pub fn render(report: &Report) -> String {
    let json = JsonReport {
        source: &report.source,
        lines: report.lines,
        exit_code: report.exit_code,
        diagnoses: report.diagnoses.iter().map(diagnosis).collect(),
    };
    // Strings, numbers and maps with string keys: serialising them cannot fail.
    serde_json::to_string(&json).unwrap_or_default()
}

pub(super) fn diagnosis(diagnosis: &Diagnosis) -> JsonDiagnosis<'_> {
    let finding = &diagnosis.finding;
    JsonDiagnosis {
        rule: &finding.rule,
        category: finding.category.slug(),
        kind: finding.kind,
        severity: finding.severity,
        // Two digits are all that a confidence can mean.
        confidence: (f64::from(finding.confidence) * 100.0).round() / 100.0,
        title: &finding.title,
        explain: &finding.explain,
        count: finding.count,
        evidence: JsonEvidence {
            line: finding.evidence.line,
            text: &finding.evidence.text,
            end_line: finding.evidence.end_line,
            stage: finding.evidence.stage.as_deref(),
            command: finding.evidence.command.as_deref(),
            context: &finding.evidence.context,
        },
        captures: &finding.captures,
        facts: finding.facts.iter().map(|(ask, answer)| JsonFact { ask, answer: answer.as_ref() }).collect(),
        fixes: diagnosis
            .fixes
            .iter()
            .map(|fix| JsonFix {
                id: &fix.id,
                title: &fix.title,
                risk: fix.risk,
                commands: &fix.commands,
                env: &fix.env,
                verify: &fix.verify,
                guide: &fix.guide,
            })
            .collect(),
        also: finding
            .also
            .iter()
            .map(|also| JsonAlso { line: also.line, rule: &also.rule, text: &also.text })
            .collect(),
        source: diagnosis.source.as_ref(),
        place: diagnosis.place.as_ref().map(|(path, is)| JsonPlace { path, is }),
    }
}
