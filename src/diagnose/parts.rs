//! Rows inside a row: what a tool printed and another one quotes, with `\n` between its rows.
//!
//! JSON, Go's `%q`, Python's `repr` and loggers write so. Owns how such a row is cut; the parts are matched like rows.

use crate::text::prefix::strip_prefix;

/// So many parts of a row are looked at: what failed stands at the end of them.
const MOST: usize = 200;

/// The rows that stand in this one, the last [`MOST`] of them; none where it is only one.
pub(super) fn parts(rest: &str) -> Vec<String> {
    let mut cut: Vec<&str> = Vec::new();
    let mut from = 0;
    let bytes = rest.as_bytes();
    for at in memchr::memchr_iter(b'\\', bytes) {
        // `\n`, or `\\n` where a quoted text was quoted once more. A path may hold `\n`, too; its halves say nothing.
        if at >= from && bytes.get(at + 1) == Some(&b'n') {
            let part = rest[from..at].trim_end_matches('\\');
            cut.push(part.strip_suffix("\\r").unwrap_or(part));
            from = at + 2;
        }
    }
    if cut.is_empty() {
        return Vec::new();
    }
    cut.push(&rest[from..]);
    let first = cut[0];
    cut[0] = opened(first);
    let skipped = cut.len().saturating_sub(MOST);
    cut.into_iter().skip(skipped).map(plain).filter(|part| !part.is_empty()).collect()
}

/// The first part after the quote that opens the string: `msg="`, `"error":"`, `failed: "`.
fn opened(first: &str) -> &str {
    let opens = ["=\"", ":\"", ": \"", "='", ": '", "(\"", "[\"", "b'"];
    let at = opens.iter().filter_map(|open| first.rfind(open).map(|at| at + open.len())).max();
    at.map_or(first, |at| &first[at..])
}

/// A part as it was printed: without escapes, the quote that closes it and the prefixes of a row.
fn plain(part: &str) -> String {
    let text = part.replace("\\\\", "\\").replace("\\\"", "\"").replace("\\t", "\t").replace("\\u003e", ">");
    let ends = ["\"}", "\",\""].iter().filter_map(|end| text.find(end));
    let text = match ends.min() {
        Some(end) => &text[..end],
        None => text.trim_end_matches(['"', '\'']),
    };
    strip_prefix(text.trim_end()).0.to_owned()
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn a_quoted_output_is_its_rows() {
        for (row, expected) in [
            (
                r#"level=fatal msg="go build: # runtime/cgo\n/usr/bin/ld: cannot find -lseccomp\ncollect2: error: ld returned 1 exit status\n""#,
                &[
                    "go build: # runtime/cgo",
                    "/usr/bin/ld: cannot find -lseccomp",
                    "collect2: error: ld returned 1 exit status",
                ][..],
            ),
            (
                r#"{"stream":"fatal error: seccomp.h: No such file or directory\n"}"#,
                &["fatal error: seccomp.h: No such file or directory"],
            ),
            (r#"failed: "a: \"b\" is no c\\n\td""#, &["a: \"b\" is no c", "\td"]),
            (r#"{"log":"one\r\ntwo\n","stream":"stderr"}"#, &["one", "two"]),
            ("nothing here", &[]),
            (r"a\tb", &[]),
        ] {
            assert_eq!(parts(row), expected, "{row}");
        }
    }
}
