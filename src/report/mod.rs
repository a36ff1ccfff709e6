//! Findings for other eyes than the app's: one file a format. Pure.

pub mod frame;
pub mod github;
pub mod json;
pub mod markdown;
pub mod ndjson;
pub mod sarif;
#[cfg(test)]
mod specimen;
pub mod text;

use crate::diagnose::finding::Finding;
use crate::diagnose::rule::{Kind, Severity};
use crate::diagnose::source::{Frame, Location};
use crate::event::Answer;
use crate::locale::Lang;
use crate::locale::ui::Say;
use crate::remedy::Fix;
use crate::text::plain::is_unseen;

/// What was found in one log.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The log as the user named it; `-` is standard input.
    pub source: String,
    /// How many lines it has.
    pub lines: u64,
    /// The exit status of what wrote it, where known.
    pub exit_code: Option<i32>,
    /// Findings, best first, with what can be done about each.
    pub diagnoses: Vec<Diagnosis>,
}

/// A finding with its fixes.
#[derive(Debug, Clone)]
pub struct Diagnosis {
    /// What was found.
    pub finding: Finding,
    /// What can be done, best first.
    pub fixes: Vec<Fix>,
    /// The source it points at, where that could be read.
    pub source: Option<Frame>,
    /// What the code guide says of the folder that it points into: the path, and what that is for.
    pub place: Option<(String, String)>,
}

/// How loud a finding is where only three words are known: GitHub's, SARIF's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Error,
    Warning,
    Note,
}

impl Diagnosis {
    fn level(&self) -> Level {
        match (self.finding.kind, self.finding.severity) {
            (Kind::Cause | Kind::Unknown, Severity::Error) => Level::Error,
            (_, Severity::Note) => Level::Note,
            _ => Level::Warning,
        }
    }

    /// The place in the source that it names: as read, else as printed.
    fn place(&self) -> Option<Location> {
        match &self.source {
            Some(frame) => {
                Some(Location { file: frame.path.clone(), line: frame.line, column: frame.column })
            }
            None => Location::of(&self.finding),
        }
    }
}

/// How bad a finding is, in a word for people.
fn level(finding: &Finding, lang: Lang) -> &'static str {
    let say = match (finding.kind, finding.severity) {
        (Kind::Symptom, _) => Say::LevelSymptom,
        (_, Severity::Error) => Say::LevelError,
        (_, Severity::Warning) => Say::LevelWarning,
        (_, Severity::Note) => Say::LevelNote,
    };
    say.text(lang)
}

/// A text without what steers a terminal, hides or reorders what stands around it, or breaks a line.
fn one_line(text: &str) -> String {
    let kept = text.chars().filter_map(|c| match c {
        '\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}' => Some(' '),
        c if c.is_control() || is_unseen(c) => None,
        c => Some(c),
    });
    kept.collect()
}

/// The same with line breaks and tabs kept.
fn lines(text: &str) -> String {
    let line = |line: &str| line.split('\t').map(one_line).collect::<Vec<_>>().join("\t");
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

impl Report {
    /// Changes every text that comes from the log or is made of it, commands too.
    pub fn change_texts(&mut self, change: impl Fn(&mut String)) {
        for diagnosis in &mut self.diagnoses {
            let (finding, fixes) = (&mut diagnosis.finding, &mut diagnosis.fixes);
            [&mut finding.title, &mut finding.explain, &mut finding.evidence.text]
                .into_iter()
                .for_each(&change);
            finding.evidence.context.iter_mut().chain(&mut finding.evidence.command).for_each(&change);
            finding.captures.values_mut().for_each(&change);
            finding.also.iter_mut().for_each(|also| change(&mut also.text));
            for (question, answer) in &mut finding.facts {
                change(question);
                match answer {
                    Some(Answer::Is(text)) => change(text),
                    Some(Answer::Unknown(why)) => [&mut why.en, &mut why.zh].into_iter().for_each(&change),
                    Some(Answer::Absent) | None => {}
                }
            }
            for fix in fixes {
                [&mut fix.title, &mut fix.guide, &mut fix.verify].into_iter().for_each(&change);
                fix.commands.iter_mut().chain(fix.env.values_mut()).for_each(&change);
            }
            let frame = diagnosis.source.iter_mut().flat_map(|frame| &mut frame.lines);
            frame.for_each(&change);
        }
    }

    /// Whether an error-level finding stands.
    pub fn fails(&self) -> bool {
        self.diagnoses.iter().any(|diagnosis| diagnosis.finding.severity == Severity::Error)
    }
}
