//! Workflow annotations of GitHub Actions: one command a finding, at the source line where one is named.
//!
//! A command ends with its line and its properties with `::`; everything that a log brings is escaped.

use std::fmt::Write as _;

use super::{Diagnosis, Level, Report, lines, one_line};

/// The findings as workflow commands.
pub fn render(report: &Report) -> String {
    report.diagnoses.iter().map(|diagnosis| command(report, diagnosis)).collect()
}

fn command(report: &Report, diagnosis: &Diagnosis) -> String {
    let finding = &diagnosis.finding;
    let level = match diagnosis.level() {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    };
    let mut properties: Vec<(&str, String)> = Vec::new();
    match diagnosis.place() {
        Some(place) => {
            properties.push(("file", place.file));
            properties.push(("line", place.line.to_string()));
            properties.extend(place.column.map(|column| ("col", column.to_string())));
        }
        None if report.source != "-" && finding.evidence.line > 0 => {
            properties.push(("file", report.source.clone()));
            properties.push(("line", finding.evidence.line.to_string()));
        }
        None => {}
    }
    properties.push(("title", format!("{} [{}]", finding.title, finding.rule)));
    let properties: Vec<String> =
        properties.into_iter().map(|(name, value)| format!("{name}={}", property(&value))).collect();
    format!("::{level} {}::{}\n", properties.join(","), data(&message(report, diagnosis)))
}

fn message(report: &Report, diagnosis: &Diagnosis) -> String {
    let finding = &diagnosis.finding;
    let mut message = String::new();
    if !finding.evidence.text.is_empty() {
        let _ = writeln!(message, "{}", one_line(&finding.evidence.text));
    }
    if finding.evidence.line > 0 {
        let _ = writeln!(message, "({}:{})", one_line(&report.source), finding.evidence.line);
    }
    let _ = writeln!(message, "{}", one_line(&finding.explain));
    for fix in &diagnosis.fixes {
        let _ = writeln!(message, "→ {}", one_line(&fix.title));
        for command in &fix.commands {
            let _ = writeln!(message, "  $ {}", lines(command));
        }
    }
    message.trim_end().to_owned()
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(&one_line(text)).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::specimen;

    #[test]
    fn annotations_of_a_hostile_log() {
        let text = render(&specimen::report());
        assert_eq!(text.lines().count(), 3, "one command a finding");
        for line in text.lines() {
            let (head, _) = line.strip_prefix("::").expect("a command").split_once("::").expect("its data");
            let level = head.split(' ').next().expect("a word");
            assert!(["error", "warning", "notice"].contains(&level), "{line}");
        }
        insta::assert_snapshot!(text);
    }
}
