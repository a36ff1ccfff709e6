//! Rows in which a tool says that all failed, and whether they say why.
//!
//! Owns the grammar of bare verdicts: a status, a count, the name of a step. Which row is the reason is `unknown`'s
//! question.

use crate::diagnose::outcome::{self, Mark};
use crate::diagnose::pattern::Row;

/// So many rows from the end, a tool's verdict is the log's.
const WITHIN: usize = 12;

/// Where near the end a tool first says that all failed (`make: *** …`, `exit status 1`). Without that, and without a
/// known exit status, a row that merely looks bad is worth a warning: many a good log ends on one.
pub(super) fn first(rows: &[Row<'_>]) -> Option<usize> {
    let first = rows.len().saturating_sub(WITHIN);
    (first..rows.len()).find(|&index| outcome::mark(&rows[index]) == Mark::Final)
}

/// How tools begin a row that only says that something failed.
const STARTS: [&str; 19] = [
    "go: error loading module requirements",
    "error: Bad exit status",
    "错误：Bad exit status",
    "error: could not compile",
    "Error: build failed",
    "collect2: ",
    "tar: Error is not recoverable",
    "tar: Exiting with failure",
    "tar: Child returned status",
    "tar: 由于前次错误",
    "!!! ",
    "FAILED TESTS",
    "=== Failed",
    "FAIL! -- ",
    "Call tree:",
    "error: build of '/nix/store/",
    "error: failed to commit transaction",
    "Build step '",
    "ERROR: Job failed",
];

/// What stands in such rows.
const PARTS: [&str; 10] = [
    "did not complete successfully",
    "returned a non-zero code",
    "returned non-zero exit status",
    "returned exit status",
    "failed with exit code",
    "Some fatal errors occurred",
    "xited with code ",
    "xited with non-zero",
    "recipe for target '",
    "errors occurred:",
];

/// Whether a row says that something failed, and nothing else.
pub(super) fn is_bare(rest: &str) -> bool {
    let low = rest.trim_end();
    let status = [
        "exit status ",
        "exit code ",
        "exit code: ",
        "status code ",
        "Error ",
        "Erreur ",
        "Fehler ",
        "エラー ",
        "错误 ",
        "error code ",
    ];
    let ends = |words: &&str| low.rsplit_once(*words).is_some_and(|(_, end)| is_number(end));
    let unit = rest.starts_with("Failed to start ") && low.ends_with('.');
    let word = low.chars().all(|letter| letter.is_ascii_uppercase() || letter == ' ');
    unit || word
        || STARTS.iter().any(|start| rest.starts_with(start))
        || PARTS.iter().any(|part| rest.contains(part))
        || status.iter().any(ends)
}

/// Whether a tool's last word says why: make that cannot go on, a check of its own.
pub(super) fn says_why(rest: &str) -> bool {
    rest.contains("*** ")
        || ["configure: error:", "panic: ", "CMake Error"].iter().any(|start| rest.starts_with(start))
}

fn is_number(text: &str) -> bool {
    let digits = text.trim_end_matches(['.', ')', ']', '!', '"', '\'']);
    !digits.is_empty() && digits.len() <= 5 && digits.bytes().all(|byte| byte.is_ascii_digit())
}
