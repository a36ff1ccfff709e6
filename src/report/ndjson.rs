//! One JSON object a finding and line, best first, for tools that read streams: the fields of `json`'s
//! diagnoses, and the log they are of.

use serde::Serialize;

use super::json::{self, JsonDiagnosis};
use super::{Diagnosis, Report};

#[derive(Serialize)]
struct Line<'a> {
    log: &'a str,
    exit_code: Option<i32>,
    #[serde(flatten)]
    diagnosis: JsonDiagnosis<'a>,
}

/// The findings as lines of JSON; nothing at all where there is none.
pub fn render(report: &Report) -> String {
    let line = |diagnosis: &Diagnosis| {
        let diagnosis = json::diagnosis(diagnosis);
        let line = Line { log: &report.source, exit_code: report.exit_code, diagnosis };
        // Strings, numbers and maps with string keys: serialising them cannot fail.
        serde_json::to_string(&line).unwrap_or_default() + "\n"
    };
    report.diagnoses.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::specimen;

    #[test]
    fn every_line_is_an_object_whatever_the_log_holds() {
        let text = render(&specimen::report());
        assert_eq!(text.lines().count(), 3);
        for line in text.lines() {
            let value: serde_json::Value = serde_json::from_str(line).expect("an object");
            assert_eq!(value["log"], specimen::LOG);
        }
        insta::assert_snapshot!(text);
    }
}
