//! Secrets known by their shape: passwords in URLs, well-known tokens, `Authorization:` headers, assignments
//! to variables that are named like a secret.
//!
//! One pass finds the few words that start such a shape; what follows each is judged by a small function
//! that also tells when the text ends too early to know.

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::names::{is_sensitive, is_worth_masking};

/// How long a shape may get; what is longer is taken for something else.
const LONGEST: usize = 4096;
/// How far before its last word the name of a variable may begin.
const NAME: usize = 64;
/// A token's random part has at least this many characters.
const TOKEN_LEAST: usize = 16;

static TRIGGER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?-u)://|gh[pousr]_|github_pat_|glpat-|xox[abp]-|uthorization: |",
        "(?:TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|PASS|KEY)S?=",
    ))
    .expect("the pattern is fixed and tested")
});

/// What is undecided at the end of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Open {
    /// From here on the text may be secret.
    pub(super) from: usize,
    /// From here on it must be seen again together with what follows.
    pub(super) keep: usize,
}

enum Verdict {
    Harmless,
    Secret(Range<usize>),
    /// Nothing is certain before more text comes; from here on it may be secret.
    TooEarly(usize),
}

/// All secrets by shape, in order of their triggers, and what is undecided.
pub(super) fn find(text: &[u8]) -> (Vec<Range<usize>>, Open) {
    let mut spans = Vec::new();
    let mut open = Open { from: text.len(), keep: text.len() };
    for trigger in TRIGGER.find_iter(text) {
        let after = trigger.end();
        let verdict = match trigger.as_bytes() {
            b"://" => url(text, after),
            b"uthorization: " => authorization(text, after),
            word if word.ends_with(b"=") => assignment(text, after),
            _ => token(text, after),
        };
        match verdict {
            Verdict::Harmless => {}
            Verdict::Secret(span) => spans.push(span),
            Verdict::TooEarly(from) => {
                open.from = open.from.min(from);
                // With the name that an assignment's last word belongs to.
                open.keep = open.keep.min(trigger.start().saturating_sub(NAME));
            }
        }
    }
    (spans, open)
}

/// Where in the text passwords of URLs stand.
pub(super) fn passwords_of_urls(text: &[u8]) -> Vec<Range<usize>> {
    let ends = memchr::memmem::find_iter(text, b"://").map(|at| at + 3);
    let judged = ends.map(|after| match url(text, after) {
        // The text is whole: what could go on does not.
        Verdict::TooEarly(_) => url(&[text, b" "].concat(), after),
        verdict => verdict,
    });
    judged.filter_map(|verdict| if let Verdict::Secret(span) = verdict { Some(span) } else { None }).collect()
}

/// `user:password@` after `://`, or a long token in the user's place.
fn url(text: &[u8], after: usize) -> Verdict {
    let rest = &text[after..text.len().min(after + LONGEST)];
    let end = rest.iter().position(|&byte| byte <= b' ' || br#"/?#"'<>`\|"#.contains(&byte) || byte == 0x7F);
    let authority = &rest[..end.unwrap_or(rest.len())];
    let colon = memchr::memchr(b':', authority);
    if end.is_none() && rest.len() < LONGEST {
        return Verdict::TooEarly(after + colon.map_or(0, |at| at + 1));
    }
    let Some(at) = memchr::memrchr(b'@', authority) else { return Verdict::Harmless };
    match colon.filter(|colon| *colon < at) {
        Some(colon) if colon + 1 < at => Verdict::Secret(after + colon + 1..after + at),
        None if at >= TOKEN_LEAST => Verdict::Secret(after..after + at),
        _ => Verdict::Harmless,
    }
}

/// The random part of `ghp_…`, `glpat-…` and their like.
fn token(text: &[u8], after: usize) -> Verdict {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    match run(text, after, is_part) {
        None => Verdict::TooEarly(after),
        Some(end) if end - after >= TOKEN_LEAST => Verdict::Secret(after..end),
        Some(_) => Verdict::Harmless,
    }
}

/// `Bearer VALUE`, `Basic VALUE`, `token VALUE` after `Authorization: `.
fn authorization(text: &[u8], after: usize) -> Verdict {
    let Some(word_end) = run(text, after, |byte| byte.is_ascii_alphabetic()) else {
        return Verdict::TooEarly(text.len());
    };
    let known = [&b"bearer"[..], b"basic", b"token", b"digest", b"negotiate"];
    if text[word_end] != b' ' || !known.iter().any(|word| word.eq_ignore_ascii_case(&text[after..word_end])) {
        return Verdict::Harmless;
    }
    let from = word_end + 1;
    match run(text, from, |byte| byte > b' ' && byte != b'"' && byte != b'\'') {
        None => Verdict::TooEarly(from),
        Some(end) if end - from >= 4 => Verdict::Secret(from..end),
        Some(_) => Verdict::Harmless,
    }
}

/// `NAME=value` where NAME is an upper-case variable named like a secret.
fn assignment(text: &[u8], after: usize) -> Verdict {
    let is_name = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_';
    let name_end = after - 1;
    let name_len = text[..name_end].iter().rev().take_while(|byte| is_name(byte)).count();
    let name_start = name_end - name_len;
    if name_start > 0 && text[name_start - 1].is_ascii_lowercase() {
        return Verdict::Harmless;
    }
    if !std::str::from_utf8(&text[name_start..name_end]).is_ok_and(is_sensitive) {
        return Verdict::Harmless;
    }
    let (from, end) = match text.get(after) {
        None => return Verdict::TooEarly(after),
        Some(&quote @ (b'"' | b'\'')) => {
            (after + 1, run(text, after + 1, |byte| byte != quote && byte != b'\n'))
        }
        Some(_) => (after, run(text, after, |byte| byte > b' ' && !br#"&;)"'`|<>"#.contains(&byte))),
    };
    match end {
        None => Verdict::TooEarly(from),
        Some(end) => {
            let value = &text[from..end];
            let refers = matches!(value.first(), Some(b'$' | b'{' | b'=' | b'%'));
            let worth = std::str::from_utf8(value).map_or(value.len() >= 4, is_worth_masking);
            if worth && !refers { Verdict::Secret(from..end) } else { Verdict::Harmless }
        }
    }
}

/// Where the run of bytes that `is_part` ends; nothing if the text ends before it does.
fn run(text: &[u8], from: usize, is_part: impl Fn(u8) -> bool) -> Option<usize> {
    let limit = text.len().min(from + LONGEST);
    match text[from..limit].iter().position(|&byte| !is_part(byte)) {
        Some(at) => Some(from + at),
        None if limit < text.len() => Some(limit),
        None => None,
    }
}
