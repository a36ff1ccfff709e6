//! Output of tests: what stands inside a test that passed, or in the row that says so, is no failure, however
//! it reads.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::lines::{Lines, Place};
use super::needles::PASSED;

/// How many rows back a test's beginning is looked for.
const WITHIN: usize = 400;

/// One of these stands in each row that tells where a test begins or ends.
static TELLING: LazyLock<[Finder<'static>; 5]> =
    LazyLock::new(|| ["=== ", "--- ", "ok  \t", "FAIL", "PASS"].map(Finder::new));

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

/// Whether a row is a suite's word about one test that passed or was left out: TAP's `ok 3 name # skip reason`,
/// `test net::refused ... ok`, `test_x.py::test_denied PASSED`, automake's `XFAIL: name`.
pub(super) fn is_verdict(rest: &str) -> bool {
    let rest = rest.trim();
    let tap = rest
        .strip_prefix("ok ")
        .and_then(|after| after.split_once(' '))
        .is_some_and(|(number, _)| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()));
    tap || (rest.starts_with("test ") && [" ... ok", " ... ignored"].iter().any(|end| rest.ends_with(end)))
        || (rest.contains("::") && [" PASSED", " SKIPPED", " XFAIL"].iter().any(|end| rest.ends_with(end)))
        || ["PASS: ", "SKIP: ", "XFAIL: "].iter().any(|start| rest.starts_with(start))
        || rest.starts_with(['✓', '✔'])
}

/// Finds the test that the row at `place` is part of.
pub(super) fn around(lines: &Lines, floor: u64, place: Place) -> Block {
    let own = lines.bytes(place);
    if is_verdict(super::pattern::Row::new(own).rest()) {
        return Block::Passed;
    }
    let mut indented = own.starts_with(b"    ");
    let past =
        lines.rows_before(place.start, place.line).take_while(|past| lines.absolute(past.start) >= floor);
    for past in past.take(WITHIN) {
        let bytes = lines.bytes(past);
        if bytes.is_empty() {
            continue;
        }
        let may_tell = TELLING.iter().any(|telling| telling.find(bytes).is_some());
        if !may_tell {
            indented &= bytes.starts_with(b"    ");
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_that_passed_is_named_after_what_it_expects() {
        for (row, expected) in [
            ("ok 3 checkpoint # skip requires criu: command not found", true),
            ("ok 12 - permission denied is reported", true),
            ("test net::connection_refused ... ok", true),
            ("tests/test_net.py::test_connection_refused PASSED", true),
            ("  ✓ fatal: not a git repository", true),
            ("not ok 41 runc run [tty ptsname]", false),
            ("ok  \tk8s.io/apimachinery/pkg/api/errors\t0.042s", false),
            ("test net::connection_refused ... FAILED", false),
            ("bash: criu: command not found", false),
        ] {
            assert_eq!(is_verdict(row), expected, "{row}");
        }
    }
}
