//! A Go version as Go itself writes it. Pure.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use crate::locale::{Speak, Text, both};
use crate::plan::version::compare;

/// A version without the leading `go`: `1.23.6`, `1.22rc2`, `1.20`.
#[derive(Debug, Clone)]
pub struct GoVersion {
    text: String,
    /// What a vendor or an experiment appends (`-X:boringcrypto`, `-alpine3.20`); says nothing of the release.
    suffix: String,
}

/// A text that is no Go version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.said().en)]
pub struct NotAVersion(pub String);

impl Speak for NotAVersion {
    fn said(&self) -> Text {
        let text = &self.0;
        both!(
            "`{text}` is no Go version: expected one such as 1.23.6, go1.23.6 or 1.24rc2",
            "`{text}` 不是 Go 版本；应类似 1.23.6、go1.23.6 或 1.24rc2"
        )
    }
}

impl FromStr for GoVersion {
    type Err = NotAVersion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || NotAVersion(text.to_owned());
        let rest = text.trim();
        let rest = rest.strip_prefix("go").or_else(|| rest.strip_prefix('v')).unwrap_or(rest);
        let end = end_of_release(rest).ok_or_else(bad)?;
        let (release, suffix) = rest.split_at(end);
        if !(suffix.is_empty() || suffix.starts_with(['-', ' ', '+'])) || suffix.len() > 64 {
            return Err(bad());
        }
        if suffix.chars().any(char::is_control) {
            return Err(bad());
        }
        Ok(Self { text: release.to_owned(), suffix: suffix.to_owned() })
    }
}

/// Where `1.23.6`, `1.23`, `1.22rc2` ends; at least two parts, and no part that no number could hold.
fn end_of_release(text: &str) -> Option<usize> {
    let number = |from: usize| {
        let digits = text[from..].bytes().take_while(u8::is_ascii_digit).count();
        (1..=9).contains(&digits).then_some(from + digits)
    };
    let major = number(0)?;
    text[major..].starts_with('.').then_some(())?;
    let mut end = number(major + 1)?;
    if text[end..].starts_with('.')
        && let Some(patch) = number(end + 1)
    {
        end = patch;
    }
    for word in ["rc", "beta"] {
        if text[end..].starts_with(word)
            && let Some(number) = number(end + word.len())
        {
            return Some(number);
        }
    }
    Some(end)
}

impl GoVersion {
    /// The name of the release that this version means: from 1.21 on the first one is called 1.21.0.
    pub fn release(&self) -> String {
        let two_parts =
            self.text.matches('.').count() == 1 && self.text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        if two_parts && self.is_at_least("1.21") { format!("{}.0", self.text) } else { self.text.clone() }
    }

    /// Whether it is this version or a later one. `other` must be a version.
    pub fn is_at_least(&self, other: &str) -> bool {
        compare(&self.text, other).is_ge()
    }

    /// What stands after the release, empty for one as it is published.
    pub fn suffix(&self) -> &str {
        &self.suffix
    }

    /// As it was written, without the leading `go`.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether Go of this version can fetch another one by itself.
    pub fn can_switch(&self) -> bool {
        self.is_at_least("1.21")
    }
}

impl fmt::Display for GoVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.text, self.suffix)
    }
}

/// Two versions are equal where they mean the same release: `1.23` and `1.23.0`.
impl PartialEq for GoVersion {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for GoVersion {}

impl PartialOrd for GoVersion {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for GoVersion {
    fn cmp(&self, other: &Self) -> Ordering {
        compare(&self.text, &other.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn go(text: &str) -> GoVersion {
        text.parse().unwrap()
    }

    #[test]
    fn versions_as_people_and_files_write_them() {
        for (text, release, suffix) in [
            ("1.23.6", "1.23.6", ""),
            ("go1.23.6\n", "1.23.6", ""),
            ("1.23", "1.23.0", ""),
            ("1.20", "1.20", ""),
            ("1.24rc2", "1.24rc2", ""),
            ("go1.26.1-X:boringcrypto", "1.26.1", "-X:boringcrypto"),
            ("1.20.3-alpine3.17", "1.20.3", "-alpine3.17"),
        ] {
            assert_eq!((go(text).release().as_str(), go(text).suffix()), (release, suffix), "{text}");
        }
        for bad in ["", "go", "1", "latest", "1.x", "1.23.6;rm", "1.23/../..", "999999999999.1", "$(id)"] {
            assert!(bad.parse::<GoVersion>().is_err(), "{bad}");
        }
    }

    #[test]
    fn order_is_that_of_the_releases() {
        assert!(go("1.9") < go("1.10") && go("1.22rc1") < go("1.22") && go("1.22.9") < go("1.23.3"));
        assert_eq!(go("1.23"), go("go1.23.0"));
        assert!(go("1.21rc1").is_at_least("1.20.9") && !go("1.20.14").can_switch());
    }
}
