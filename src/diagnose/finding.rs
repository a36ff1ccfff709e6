//! A rule that matched: what is known about one failure.
//!
//! Plain data, rendered in the session's language but without commands: `remedy` adds those for a target.

use std::collections::BTreeMap;

use super::rule::{Category, Kind, Severity};

/// One failure, with its evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The rule's id; `unknown` where no rule matched.
    pub rule: String,
    /// Its category.
    pub category: Category,
    /// Cause, symptom or unknown.
    pub kind: Kind,
    /// How bad; `Note` and `Warning` never fail a log.
    pub severity: Severity,
    /// 0 to 1, after facts.
    pub confidence: f32,
    /// One line in the asked language.
    pub title: String,
    /// What happened, why, how to be sure, in the asked language.
    pub explain: String,
    /// Where it shows.
    pub evidence: Evidence,
    /// Named groups, defaults and facts; `subject` is always there.
    pub captures: BTreeMap<String, String>,
    /// How often the rule matched with this subject.
    pub count: u32,
    /// What follows from it or repeats it.
    pub also: Vec<Also>,
    /// Questions asked on its behalf and their answers, `None` while open.
    pub facts: Vec<(String, Option<crate::event::Answer>)>,
}

impl Finding {
    /// The thing a person would search for.
    pub fn subject(&self) -> &str {
        self.captures.get("subject").map_or("", String::as_str)
    }
}

/// The line that shows the failure.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    /// 1-based line of the whole log; 0 where the finding has no line (a stage's ending).
    pub line: u64,
    /// Last line of a block; equal to `line` for a single one.
    pub end_line: u64,
    /// The cleaned line.
    pub text: String,
    /// The stage it stands in, where known.
    pub stage: Option<String>,
    /// Cleaned lines before and after, the evidence included.
    pub context: Vec<String>,
    /// The command that was running, from xtrace or make's echo, where one is seen.
    pub command: Option<String>,
}

/// A further line that belongs to a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Also {
    /// 1-based line.
    pub line: u64,
    /// The rule that recognised it.
    pub rule: String,
    /// The cleaned line.
    pub text: String,
}
