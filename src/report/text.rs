//! Findings for a person at a terminal: title, evidence with its neighbours, explanation, what to do.

use std::fmt::Write;

use super::{Diagnosis, Report, frame, level};
use crate::diagnose::rule::{Kind, Risk, Severity};
use crate::locale::Lang;
use crate::locale::ui::{Say, Tell};
use crate::text::wrap::wrap;

/// How the text may look.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// SGR colours.
    pub color: bool,
    /// Columns to wrap explanations at.
    pub width: usize,
    /// Language of our own words.
    pub lang: Lang,
}

/// The report as lines of text.
pub fn render(report: &Report, look: Look) -> String {
    let mut out = String::new();
    if report.diagnoses.is_empty() {
        let _ = writeln!(out, "{}: {}", report.source, Say::ReportNothing.text(look.lang));
    }
    for (index, diagnosis) in report.diagnoses.iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let mut page = Page { out: &mut out, look };
        page.head(report, diagnosis);
        page.evidence(diagnosis);
        page.source(diagnosis);
        page.place(diagnosis);
        page.wrapped(&diagnosis.finding.explain, "  ");
        for fix in &diagnosis.fixes {
            page.fix(fix);
        }
        page.also(diagnosis);
    }
    out
}

struct Page<'a> {
    out: &'a mut String,
    look: Look,
}

impl Page<'_> {
    fn paint(&self, sgr: &str, text: &str) -> String {
        if self.look.color { format!("\x1b[{sgr}m{text}\x1b[0m") } else { text.to_owned() }
    }

    fn head(&mut self, report: &Report, diagnosis: &Diagnosis) {
        let finding = &diagnosis.finding;
        let sgr = match (finding.kind, finding.severity) {
            (Kind::Symptom, _) | (_, Severity::Warning) => "33",
            (_, Severity::Error) => "1;31",
            (_, Severity::Note) => "36",
        };
        let level = self.paint(sgr, level(finding, self.look.lang));
        let title = self.paint("1", &finding.title);
        let _ = writeln!(self.out, "{level}[{}] {title}", finding.rule);
        let mut place = format!("  --> {}", report.source);
        if finding.evidence.line > 0 {
            let _ = write!(place, ":{}", finding.evidence.line);
        }
        if finding.count > 1 {
            let _ = write!(place, "  ({})", Tell::Times { count: finding.count.into() }.text(self.look.lang));
        }
        let _ = writeln!(self.out, "{}", self.paint("2", &place));
    }

    fn evidence(&mut self, diagnosis: &Diagnosis) {
        let evidence = &diagnosis.finding.evidence;
        if evidence.line == 0 {
            return;
        }
        if let Some(command) = &evidence.command {
            let _ = writeln!(self.out, "   {} {}", self.paint("2", "$"), self.paint("2", command));
        }
        let at = evidence.context.iter().position(|line| *line == evidence.text);
        for (index, line) in evidence.context.iter().enumerate() {
            let marker = if Some(index) == at { self.paint("31", ">") } else { " ".to_owned() };
            let line = if Some(index) == at { line.clone() } else { self.paint("2", line) };
            let _ = writeln!(self.out, " {marker} | {line}");
        }
        if at.is_none() {
            let _ = writeln!(self.out, " {} | {}", self.paint("31", ">"), evidence.text);
        }
    }

    /// What the folder that the message points into is for.
    fn place(&mut self, diagnosis: &Diagnosis) {
        let Some((path, text)) = &diagnosis.place else { return };
        let _ = writeln!(self.out, "      {}", self.paint("2", &format!("{path}: {text}")));
    }

    /// What stands where the message points, and how that differs from what was committed.
    fn source(&mut self, diagnosis: &Diagnosis) {
        let Some(source) = &diagnosis.source else { return };
        for (row, here) in frame::rows(source) {
            let row = if here { row } else { self.paint("2", &row) };
            let _ = writeln!(self.out, "  {row}");
        }
        let Some(git) = &source.git else { return };
        let said = if git.differs() {
            Tell::SourceDiffers { added: git.added.into(), removed: git.removed.into() }.text(self.look.lang)
        } else {
            Say::SourceSame.text(self.look.lang).to_owned()
        };
        let _ = writeln!(self.out, "      {}", self.paint("2", &said));
        for line in &git.hunk {
            let sgr = match line.as_bytes().first() {
                Some(b'+') => "32",
                Some(b'-') => "31",
                _ => "2",
            };
            let _ = writeln!(self.out, "      {}", self.paint(sgr, line));
        }
    }

    fn fix(&mut self, fix: &crate::remedy::Fix) {
        let colour = match fix.risk {
            Risk::Safe => "32",
            Risk::System => "33",
            Risk::Destructive => "31",
        };
        let risk = self.paint(colour, fix.risk.word());
        let lead = self.paint("1;32", Say::ReportFix.text(self.look.lang));
        let _ = writeln!(self.out, "  {lead} ({risk}): {}", fix.title);
        for command in &fix.commands {
            for (index, line) in command.lines().enumerate() {
                let _ = writeln!(self.out, "      {} {line}", if index == 0 { "$" } else { ">" });
            }
        }
        for (name, value) in &fix.env {
            let _ = writeln!(self.out, "      {}", Tell::ReportWith { name, value }.text(self.look.lang));
        }
        if !fix.verify.is_empty() {
            let check = Tell::ReportCheck { command: &fix.verify }.text(self.look.lang);
            let _ = writeln!(self.out, "      {check}");
        }
        self.wrapped(&fix.guide, "      ");
    }

    fn also(&mut self, diagnosis: &Diagnosis) {
        let finding = &diagnosis.finding;
        // Another rule's word on the evidence line itself says nothing new.
        let also: Vec<_> = finding.also.iter().filter(|other| other.line != finding.evidence.line).collect();
        if also.is_empty() {
            return;
        }
        let _ = writeln!(self.out, "  {}", Say::ReportFollows.text(self.look.lang));
        for other in also.iter().take(5) {
            let line = other.line.to_string();
            let text = Tell::ReportLine { line: &line, text: &other.text }.text(self.look.lang);
            let _ = writeln!(self.out, "    {}", self.paint("2", &text));
        }
        if also.len() > 5 {
            let _ = writeln!(self.out, "    … +{}", also.len() - 5);
        }
    }

    fn wrapped(&mut self, text: &str, indent: &str) {
        let most = self.look.width.saturating_sub(indent.len()).max(20);
        for line in wrap(text, most).iter().filter(|line| !line.is_empty()) {
            let _ = writeln!(self.out, "{indent}{line}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn explanations_wrap_at_blanks_and_between_wide_characters() {
        let mut out = String::new();
        let look = Look { color: false, width: 24, lang: Lang::Zh };
        let mut page = Page { out: &mut out, look };
        page.wrapped("yq is not installed on this machine", "  ");
        page.wrapped("这台机器上没有安装 yq 这个命令", "  ");
        page.wrapped("这台机器上没有安装该命令，。请安装", "  ");
        assert_eq!(
            out,
            "  yq is not installed on\n  this machine\n  这台机器上没有安装 yq\n  这个命令\n  这台机器上没有安装该命\n  令，。请安装\n"
        );
    }
}
