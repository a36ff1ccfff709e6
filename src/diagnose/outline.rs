//! The shipped rule files, read no further than matching needs.
//!
//! A rule's samples, texts and fixes are most of its file and wanted only once it matches. So the files that
//! come with ktui, whose soundness its tests show, are cut into their rules here by indentation, and each rule
//! is decoded when it is first needed. What does not have the plain form is left to the YAML decoder at once.

use serde::Deserialize;

use crate::yaml::{self, Spanned};

use super::rule::{Side, Unless};

/// A rule as far as matching needs it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sketch<'a> {
    pub(super) id: String,
    pub(super) patterns: Vec<String>,
    /// Patterns of `unless` on the rest of the stage.
    pub(super) rest: Vec<String>,
    pub(super) ending: bool,
    pub(super) item: Item<'a>,
}

/// One entry under `rules:`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Item<'a> {
    /// Lines before it.
    pub(super) before: usize,
    pub(super) text: &'a str,
}

impl Item<'_> {
    /// The entry alone, on its own lines.
    pub(super) fn alone(&self) -> String {
        "\n".repeat(self.before) + self.text
    }
}

/// The entries under `rules:`.
pub(super) fn items(text: &str) -> Vec<Item<'_>> {
    let mut items: Vec<Item<'_>> = Vec::new();
    let mut indent = None;
    let mut inside = false;
    let mut start = 0;
    let mut end = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let at = end;
        end += line.len();
        if !inside {
            inside = line.trim_end() == "rules:";
            continue;
        }
        let body = line.trim_start_matches(' ');
        let depth = line.len() - body.len();
        if body.starts_with("- ") && indent.is_none_or(|indent| indent == depth) {
            indent = Some(depth);
            start = at;
            items.push(Item { before: number, text: "" });
        } else if depth == 0 && !body.trim_end().is_empty() && !body.starts_with('#') {
            break;
        }
        if let Some(item) = items.last_mut() {
            item.text = &text[start..end];
        }
    }
    items
}

/// Every rule of a file; `None` where one does not have the plain form.
pub(super) fn sketches<'a>(file: &str, text: &'a str) -> Option<Vec<Sketch<'a>>> {
    items(text).into_iter().map(|item| sketch(file, item)).collect()
}

/// Whether a part of the file may refer to another.
pub(super) fn has_aliases(text: &str) -> bool {
    [": *", "- *", "[*", ", *"].iter().any(|alias| text.contains(alias))
}

#[derive(Deserialize)]
struct Patterns {
    patterns: Vec<String>,
}

#[derive(Deserialize)]
struct Unlesses {
    unless: Vec<Unless>,
}

fn sketch<'a>(file: &str, item: Item<'a>) -> Option<Sketch<'a>> {
    let dash = item.text.len() - item.text.trim_start_matches(' ').len();
    let mut sketch =
        Sketch { id: String::new(), patterns: Vec::new(), rest: Vec::new(), ending: false, item };
    // The dash stands where the first key's indentation would be.
    let indent = dash + 2;
    let mut keys: Vec<(usize, &str)> = Vec::new();
    let mut at = 0;
    for line in item.text.split_inclusive('\n') {
        let is_key =
            at == 0 || (line.len() > indent && line.as_bytes()[..indent].iter().all(|&byte| byte == b' '));
        if is_key && let Some(key) = line.get(indent..).and_then(key) {
            keys.push((at, key));
        }
        at += line.len();
    }
    for (index, &(start, key)) in keys.iter().enumerate() {
        let end = keys.get(index + 1).map_or(item.text.len(), |next| next.0);
        let block = &item.text[start + if start == 0 { indent } else { 0 }..end];
        match key {
            "id" => block.split_once(':')?.1.trim().clone_into(&mut sketch.id),
            "patterns" => sketch.patterns = patterns(file, block)?,
            "ending" => sketch.ending = true,
            "unless" if block.contains("rest") => {
                let unless = yaml::parse::<Unlesses>(file, block).ok()?.unless;
                let rest = unless.into_iter().filter(|unless| unless.side == Side::Rest);
                sketch.rest = rest.map(|Unless { pattern: Spanned { value, .. }, .. }| value).collect();
            }
            _ => {}
        }
    }
    let plain = sketch.id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
    (plain && !sketch.id.is_empty()).then_some(sketch)
}

/// The key that a line begins with.
fn key(line: &str) -> Option<&str> {
    let end = line.bytes().position(|byte| !(byte.is_ascii_lowercase() || byte == b'_'))?;
    (end > 0 && line.as_bytes().get(end) == Some(&b':')).then(|| &line[..end])
}

/// The entries of `patterns:`: quoted ones by hand, anything else by the decoder.
fn patterns(file: &str, block: &str) -> Option<Vec<String>> {
    let mut lines = block.lines();
    let plain = lines.next().is_some_and(|first| first.trim_end() == "patterns:");
    let by_hand = || -> Option<Vec<String>> {
        let mut found = Vec::new();
        for line in lines {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            found.push(unquoted(line.strip_prefix("- ")?)?);
        }
        Some(found)
    };
    let found = if plain { by_hand() } else { None };
    found.or_else(|| yaml::parse::<Patterns>(file, block).ok().map(|block| block.patterns))
}

/// A quoted scalar on one line, with no escapes but those of quote and backslash.
fn unquoted(scalar: &str) -> Option<String> {
    let quote = scalar.chars().next().filter(|quote| matches!(quote, '\'' | '"'))?;
    let inner = scalar[1..].strip_suffix(quote)?;
    let mut text = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = rest.find(if quote == '"' { ['"', '\\'] } else { ['\'', '\''] }) {
        let escaped = rest.as_bytes().get(at + 1).copied().map(char::from);
        let fits = match escaped? {
            '\'' => quote == '\'',
            '"' | '\\' => rest[at..].starts_with('\\'),
            _ => false,
        };
        let escaped = escaped.filter(|_| fits)?;
        text.push_str(&rest[..at]);
        text.push(escaped);
        rest = &rest[at + 2..];
    }
    text.push_str(rest);
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_come_off_as_the_decoder_takes_them() {
        for scalar in [
            r"'it''s'",
            r#""a\\b\"c""#,
            r#""a\tb""#,
            r"'a\b'",
            r"'x' # y'",
            r#""x"y""#,
            "plain",
            "''",
            r#""\'""#,
        ] {
            if let Some(text) = unquoted(scalar) {
                assert_eq!(
                    yaml::parse::<Vec<String>>("x", &format!("- {scalar}")).ok(),
                    Some(vec![text]),
                    "{scalar}"
                );
            }
        }
        assert_eq!(unquoted(r"'it''s'").as_deref(), Some("it's"));
        assert_eq!(unquoted(r#""a\\b""#).as_deref(), Some(r"a\b"));
    }

    #[test]
    fn rules_are_cut_apart() {
        let text = "family: x\nrules:\n  - id: x.a\n    patterns:\n      - 'it''s'\n      # why\n      - 'b: c'\n\n  - id: x.b\n    \
                    patterns: [\"q\\tr\", p]\n    ending: {exit: [1]}\n    unless:\n      - {pattern: 'ok', side: rest}\n      - {pattern: no}\n";
        let sketches = sketches("x.yaml", text).expect("plain");
        assert_eq!(sketches[0].patterns, ["it's", "b: c"]);
        assert_eq!((sketches[0].id.as_str(), sketches[0].ending, sketches[0].item.before), ("x.a", false, 2));
        assert_eq!(sketches[1].patterns, ["q\tr", "p"]);
        assert_eq!(sketches[1].rest, ["ok"]);
        assert!(sketches[1].ending);
        assert!(sketches[1].item.alone().starts_with("\n\n\n\n\n\n\n\n  - id: x.b\n"));
    }
}
