//! A rule made from a line: the draft as it would be kept, and how often it would have matched before.

use crate::diagnose::draft::Draft;
use crate::locale::Text;

/// The family that rules of the user's own go into.
pub const FAMILY: &str = "local";

/// How often a pattern matches in the sessions that are kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Matches {
    /// Lines that match.
    pub lines: u64,
    /// Sessions with such a line.
    pub with: u64,
    /// Sessions that were looked through.
    pub sessions: u64,
    /// Sessions with such a line that ended well all the same.
    pub passed: u64,
}

/// A draft to be kept or left.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleDraft {
    /// The line as it stands in the log.
    pub line: String,
    /// What was made of it.
    pub draft: Draft,
    /// The rule that knows this line already.
    pub known: Option<String>,
    /// How often it would have matched; the error in words.
    pub matches: Option<Result<Matches, Text>>,
    /// First visible row.
    pub scroll: usize,
    /// Rows beyond what fits, as last drawn.
    pub overflow: usize,
}

impl RuleDraft {
    /// A draft from a line; `None` for one that says nothing.
    pub fn of(line: &str, known: Option<String>) -> Option<Self> {
        let draft = Draft::of(FAMILY, line.as_bytes())?;
        Some(Self { line: line.to_owned(), draft, known, matches: None, scroll: 0, overflow: 0 })
    }

    /// The rule as a file, without the head that says where to put it.
    pub fn yaml(&self) -> String {
        let yaml = self.draft.yaml();
        yaml.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n")
    }
}
