//! Versions as tools print them, compared as people mean it.

use std::cmp::Ordering;

/// The first thing in a line that looks like a version: `go version go1.23.6 linux/riscv64` → `1.23.6`.
pub fn first_version(line: &str) -> Option<&str> {
    let bytes = line.as_bytes();
    let mut from = 0;
    let mut whole: Option<&str> = None;
    while let Some(start) = (from..bytes.len()).find(|&at| bytes[at].is_ascii_digit()) {
        let mut end = start;
        while end < bytes.len() && (bytes[end].is_ascii_alphanumeric() || b"._-+~".contains(&bytes[end])) {
            end += 1;
        }
        let word = line[start..end].trim_end_matches(['.', '-', '+', '~', '_']);
        // What stands before decides whether the number is a version at all: not the 4 of `x86_64`.
        let led = start == 0 || !bytes[start - 1].is_ascii_alphanumeric() && bytes[start - 1] != b'_';
        let prefixed = ["go", "v", "V", "r"].iter().any(|lead| line[..start].ends_with(lead));
        if (led || prefixed) && word.contains('.') {
            return Some(word);
        }
        if led && whole.is_none() {
            whole = Some(word);
        }
        from = end.max(start + 1);
    }
    whole
}

/// Compares two versions part by part: numbers as numbers, `rc1` before nothing.
pub fn compare(a: &str, b: &str) -> Ordering {
    let (a, b) = (parts(a), parts(b));
    for at in 0..a.len().max(b.len()) {
        let order = match (a.get(at), b.get(at)) {
            (Some(Part::Number(x)), Some(Part::Number(y))) => x.cmp(y),
            (Some(Part::Word(x)), Some(Part::Word(y))) => x.cmp(y),
            // A word is a pre-release: `1.22rc1` < `1.22` < `1.22.1`.
            (Some(Part::Word(_)), _) => Ordering::Less,
            (_, Some(Part::Word(_))) => Ordering::Greater,
            (Some(Part::Number(x)), None) => x.cmp(&0),
            (None, Some(Part::Number(y))) => 0.cmp(y),
            (None, None) => Ordering::Equal,
        };
        if order != Ordering::Equal {
            return order;
        }
    }
    Ordering::Equal
}

#[derive(Debug, PartialEq, Eq)]
enum Part {
    Number(u64),
    Word(String),
}

fn parts(version: &str) -> Vec<Part> {
    let version = version.trim();
    let version = version.strip_prefix("go").unwrap_or(version);
    let version = version.strip_prefix(['v', 'V']).unwrap_or(version);
    // What a distribution or a vendor appends says nothing about the order.
    let version = version.split(['+', '~', ' ']).next().unwrap_or(version);
    let mut parts = Vec::new();
    let mut rest = version;
    while let Some(first) = rest.chars().next() {
        let digit = first.is_ascii_digit();
        let word = first.is_ascii_alphabetic();
        let end = rest
            .find(|c: char| {
                if digit {
                    !c.is_ascii_digit()
                } else {
                    word != c.is_ascii_alphabetic() || c.is_ascii_digit()
                }
            })
            .unwrap_or(rest.len());
        let (part, after) = rest.split_at(end.max(first.len_utf8()));
        if digit {
            parts.push(Part::Number(part.parse().unwrap_or(u64::MAX)));
        } else if word {
            parts.push(Part::Word(part.to_ascii_lowercase()));
        }
        rest = after;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_in_what_tools_print() {
        for (line, version) in [
            ("go version go1.23.6 linux/riscv64", Some("1.23.6")),
            ("yq (https://github.com/mikefarah/yq/) version v4.44.6", Some("4.44.6")),
            ("git version 2.39.5", Some("2.39.5")),
            ("gcc (Debian 12.2.0-14+deb12u1) 12.2.0", Some("12.2.0-14+deb12u1")),
            ("GNU Make 4.3", Some("4.3")),
            ("curl 7.88.1 (x86_64-pc-linux-gnu) libcurl/7.88.1", Some("7.88.1")),
            ("bash, version 5.2.15(1)-release", Some("5.2.15")),
            ("yq 0.0.0", Some("0.0.0")),
            ("less 590 (GNU regular expressions)", Some("590")),
            ("x86_64", None),
            ("no number", None),
        ] {
            assert_eq!(first_version(line), version, "{line}");
        }
    }

    #[test]
    fn versions_compare_by_their_parts() {
        for (a, order, b) in [
            ("1.23.6", Ordering::Greater, "1.22.9"),
            ("1.9", Ordering::Less, "1.10"),
            ("go1.22rc1", Ordering::Less, "1.22"),
            ("1.22", Ordering::Equal, "1.22.0"),
            ("v4", Ordering::Less, "4.44.6"),
            ("12.2.0-14+deb12u1", Ordering::Greater, "9"),
            ("5.2.15", Ordering::Greater, "4"),
            ("99999999999999999999999", Ordering::Greater, "1"),
        ] {
            assert_eq!(compare(a, b), order, "{a} {b}");
            assert_eq!(compare(b, a), order.reverse(), "{b} {a}");
        }
    }
}
