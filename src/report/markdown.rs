//! Findings as GitHub-flavoured Markdown, for issues and job summaries.
//!
//! Whatever comes from a log stands in a code fence longer than any run of backticks in it, or in prose with
//! every mark escaped: it makes no links, no mentions, no markup.

use std::fmt::Write as _;

use super::{Diagnosis, Report, frame, level, lines, one_line};
use crate::locale::Lang;
use crate::locale::ui::{Say, Tell};
use crate::remedy::Fix;

/// The report as Markdown.
pub fn render(report: &Report, lang: Lang) -> String {
    let mut out = format!("## {}\n", code(&report.source));
    if report.diagnoses.is_empty() {
        let _ = writeln!(out, "\n{}", Say::ReportNothing.text(lang));
    }
    for diagnosis in &report.diagnoses {
        section(&mut out, diagnosis, lang);
    }
    out
}

fn section(out: &mut String, diagnosis: &Diagnosis, lang: Lang) {
    let finding = &diagnosis.finding;
    let level = level(finding, lang);
    let _ = writeln!(out, "\n### {level}: {}\n", prose(&finding.title));
    let mut place = format!("{} · {}", code(&finding.rule), finding.category.slug());
    if finding.evidence.line > 0 {
        let _ =
            write!(place, " · {}", Tell::ReportPlace { line: &finding.evidence.line.to_string() }.text(lang));
    }
    let _ = writeln!(out, "{place}\n");
    if finding.evidence.line > 0 {
        fence(out, "text", &evidence(diagnosis));
    }
    if let Some((path, text)) = &diagnosis.place {
        let _ = writeln!(out, "{}: {}\n", code(path), prose(text));
    }
    if let Some(source) = &diagnosis.source {
        fence(out, "text", &frame::render(source));
        if let Some(git) = source.git.as_ref().filter(|git| git.differs()) {
            fence(out, "diff", &git.hunk.join("\n"));
        }
    }
    let _ = writeln!(out, "{}", prose(&finding.explain));
    for fix in &diagnosis.fixes {
        fix_section(out, fix, lang);
    }
    if !finding.also.is_empty() {
        let _ = writeln!(out, "\n**{}**\n", Say::PageFollows.text(lang));
        for also in finding.also.iter().take(5) {
            let (line, text) = (also.line.to_string(), code(&also.text));
            let _ = writeln!(out, "- {}", Tell::ReportLine { line: &line, text: &text }.text(lang));
        }
    }
}

fn evidence(diagnosis: &Diagnosis) -> String {
    let evidence = &diagnosis.finding.evidence;
    if !evidence.context.contains(&evidence.text) {
        return evidence.text.clone();
    }
    evidence.context.join("\n")
}

fn fix_section(out: &mut String, fix: &Fix, lang: Lang) {
    let risk = fix.risk.word();
    let _ = writeln!(out, "\n**{}** ({risk}): {}", Say::PageFix.text(lang), prose(&fix.title));
    let mut script = fix.commands.join("\n");
    for (name, value) in &fix.env {
        let gap = if script.is_empty() { "" } else { "\n" };
        let _ = write!(script, "{gap}# {name}={value}");
    }
    if !script.is_empty() {
        out.push('\n');
        fence(out, "sh", &script);
    }
    if !fix.guide.is_empty() {
        let gap = if script.is_empty() { "\n" } else { "" };
        let _ = writeln!(out, "{gap}{}", prose(&fix.guide));
    }
    if !fix.verify.is_empty() {
        let _ = writeln!(out, "\n{}", Tell::PageCheck { command: &code(&fix.verify) }.text(lang));
    }
}

/// Text in a fence that nothing in it can close.
/// Text in a code fence that nothing in it ends.
pub fn fence(out: &mut String, language: &str, text: &str) {
    let text = lines(text);
    let fence = "`".repeat(longest_run(&text).max(2) + 1);
    let _ = writeln!(out, "{fence}{language}\n{text}\n{fence}\n");
}

/// Text as a code span.
pub fn code(text: &str) -> String {
    let text = one_line(text);
    let fence = "`".repeat(longest_run(&text) + 1);
    if text.trim().is_empty() {
        return String::new();
    }
    let gap = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{gap}{text}{gap}{fence}")
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// Text as prose: every mark is itself. An empty comment keeps mentions and bare addresses from being made.
pub fn prose(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in one_line(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '@' => out.push_str("@<!-- -->"),
            '#' => out.push_str("\\#<!-- -->"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '+' | '-' | '!' | '|' | '~'
            | '$' | '=' => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out.replace("www.", "www<!-- -->.").replace("://", ":<!-- -->//")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::specimen;

    #[test]
    fn a_hostile_log_stays_text() {
        let text = render(&specimen::report(), Lang::En);
        let mut fence: Option<String> = None;
        for line in text.lines() {
            let ticks: String = line.chars().take_while(|c| *c == '`').collect();
            match &fence {
                Some(open) if line == open => fence = None,
                None if ticks.len() >= 3 => fence = Some(ticks),
                // Outside of fences nothing of the log makes markup.
                None => {
                    let prose = without_spans(line);
                    for bad in ["<img", "<script", "](http", "@everyone", "`"] {
                        assert!(!prose.contains(bad), "{line}");
                    }
                }
                Some(_) => {}
            }
        }
        assert_eq!(fence, None, "every fence is closed");
        insta::assert_snapshot!(text);
    }

    /// A line without its code spans, as CommonMark finds them: a run of backticks to the next run as long.
    fn without_spans(line: &str) -> String {
        let line = line.replace("\\`", "");
        let Some(start) = line.find('`') else { return line };
        let ticks: String = line[start..].chars().take_while(|c| *c == '`').collect();
        let mut from = start + ticks.len();
        while let Some(at) = line[from..].find('`').map(|at| from + at) {
            let run = line[at..].chars().take_while(|c| *c == '`').count();
            if run == ticks.len() {
                return format!("{}{}", &line[..start], without_spans(&line[at + run..]));
            }
            from = at + run;
        }
        line
    }

    #[test]
    fn code_holds_any_backticks() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a``b`"), "``` a``b` ```");
        assert_eq!(
            prose("a: <b> [c](http://d) @e #1"),
            "a: &lt;b&gt; \\[c\\]\\(http:<!-- -->//d\\) @<!-- -->e \\#<!-- -->1"
        );
    }
}
