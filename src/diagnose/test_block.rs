//! Output of Go tests: what stands inside a test that passed is no failure, however it reads.

use super::lines::{Lines, Place};
use super::needles::PASSED;

/// How many rows back a test's beginning is looked for.
const WITHIN: usize = 400;

/// Where a row stands.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Block {
    /// In no test.
    None,
    /// In the output of this test, which has not ended.
    Running(String),
    /// In what is listed under a test that passed.
    Passed,
}

/// The test that passed, where the row says so.
pub(super) fn passed(rest: &str) -> Option<&str> {
    let (_, after) = rest.split_once(PASSED)?;
    after.split_whitespace().next()
}

/// Finds the test that the row at `place` is part of.
pub(super) fn around(lines: &Lines, floor: u64, place: Place) -> Block {
    let mut indented = lines.bytes(place).starts_with(b"    ");
    let past =
        lines.rows_before(place.start, place.line).take_while(|past| lines.absolute(past.start) >= floor);
    for past in past.take(WITHIN) {
        let bytes = lines.bytes(past);
        if bytes.is_empty() {
            continue;
        }
        let row = super::pattern::Row::new(bytes);
        let rest = row.rest().trim_start();
        for start in ["=== RUN ", "=== CONT ", "=== NAME "] {
            if let Some(name) = rest.strip_prefix(start) {
                return Block::Running(name.trim().to_owned());
            }
        }
        if let Some(after) = rest.strip_prefix("--- ") {
            return if after.starts_with("PASS: ") && indented { Block::Passed } else { Block::None };
        }
        indented &= bytes.starts_with(b"    ");
        // A row that ends a package ends its tests.
        if rest.starts_with("ok  \t") || rest.starts_with("FAIL\t") || rest == "PASS" || rest == "FAIL" {
            return Block::None;
        }
    }
    Block::None
}
