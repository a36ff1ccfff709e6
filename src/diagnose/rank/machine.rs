//! Tests that failed because of the machine that they ran on.

use super::super::rule::{Category, Kind, Severity};
use super::Entry;

/// How far a failing test's own output may stand from the row that says that it failed.
const TEST_OUTPUT: u64 = 60;

/// Which entries are tests that failed for want of something that the machine lacks, as their output says: they did
/// not get as far as what they test.
pub(super) fn blamed_tests(entries: &[Entry<'_>]) -> Vec<bool> {
    let blames = |test: &Entry<'_>, cause: &Entry<'_>| {
        let (from, to) = (test.candidate.evidence.line, test.last);
        let line = cause.candidate.evidence.line;
        cause.severity == Severity::Error
            && cause.kind() == Kind::Cause
            && cause.candidate.run == test.candidate.run
            && is_of_the_machine(cause)
            && line + TEST_OUTPUT >= from
            && line <= to + TEST_OUTPUT
    };
    let is_blamed = |test: &Entry<'_>| {
        test.body.rule.category == Category::TestFailure && entries.iter().any(|cause| blames(test, cause))
    };
    entries.iter().map(is_blamed).collect()
}

/// Whether a cause is a state of the machine that no test of anything else expects.
fn is_of_the_machine(cause: &Entry<'_>) -> bool {
    match cause.body.rule.category {
        Category::DiskFull
        | Category::OutOfMemory
        | Category::DockerDaemon
        | Category::DockerPermission
        | Category::Proxy
        | Category::FileLimit
        | Category::ReadOnlyFs => true,
        Category::Permission => {
            cause.captures.get("subject").is_some_and(|subject| subject.contains(".sock"))
        }
        _ => false,
    }
}
