//! Findings for other eyes than the app's: one file a format. Pure.

pub mod json;
pub mod text;

use crate::diagnose::finding::Finding;
use crate::diagnose::rule::Severity;
use crate::remedy::Fix;

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
}

impl Report {
    /// Whether an error-level finding stands.
    pub fn fails(&self) -> bool {
        self.diagnoses.iter().any(|diagnosis| diagnosis.finding.severity == Severity::Error)
    }
}
