//! What the YAML crate reports, in words that say what was expected.

use serde_yaml::Error;

use super::{Problem, What, did_you_mean, nearest, one_of};

/// Why a document was refused.
#[derive(Debug)]
pub(super) struct Failure {
    line: u64,
    column: u64,
    message: String,
    kind: Kind,
}

/// What can be done about it.
#[derive(Debug)]
enum Kind {
    /// Not YAML, or more of it than is read.
    Syntax,
    /// A field that the type does not have, and the one that was probably meant.
    UnknownField(Option<&'static str>),
    /// A field that is not there.
    Missing(&'static str),
    /// A value of the wrong type.
    Value,
}

impl Failure {
    pub(super) fn too_large(bytes: usize, most: usize) -> Self {
        let message = format!("is {bytes} bytes large: expected at most {most}");
        Self { line: 0, column: 0, message, kind: Kind::Syntax }
    }

    /// Line and column, 1-based.
    pub(super) fn place(&self) -> (u64, u64) {
        (self.line, self.column)
    }

    /// The field that is missing, where that is what is wrong.
    pub(super) fn missing(&self) -> Option<&'static str> {
        match self.kind {
            Kind::Missing(name) => Some(name),
            _ => None,
        }
    }

    /// What to change so that the rest can be read.
    pub(super) fn remedy(&self) -> What {
        match self.kind {
            Kind::UnknownField(meant) => What::Unknown(meant),
            Kind::Missing(_) => What::Item,
            Kind::Value | Kind::Syntax => What::Value,
        }
    }

    /// Whether it is YAML, only not of the expected shape.
    pub(super) fn is_shape(&self) -> bool {
        !matches!(self.kind, Kind::Syntax)
    }

    pub(super) fn problem(&self, file: &str, text: &str) -> Problem {
        let nothing = text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'));
        let message = if nothing && text.len() < 65_536 {
            "holds nothing: expected a YAML mapping of `key: value` lines".to_owned()
        } else {
            self.message.clone()
        };
        Problem { file: file.to_owned(), line: self.line, column: self.column, message, warning: false }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let (line, column) = error.location().map_or((0, 0), |at| (at.line(), at.column()));
        let (message, kind) = told(&error);
        Self { line, column, message, kind }
    }
}

/// The message for people, and what kind of failure it is.
fn told(error: &Error) -> (String, Kind) {
    match error {
        Error::AliasError { error, .. } | Error::WithSnippet { error, .. } => told(error),
        Error::SerdeUnknownField { field, expected, .. } => {
            let meant = nearest(field, expected.iter().copied())
                .and_then(|near| expected.iter().copied().find(|name| *name == near));
            let hint = did_you_mean(field, expected.iter().copied());
            let all = one_of(expected.iter().copied());
            let message = format!("unknown field `{}`{hint} (expected {all})", shown(field));
            (message, Kind::UnknownField(meant))
        }
        Error::SerdeUnknownVariant { variant, expected, .. } => {
            let hint = did_you_mean(variant, expected.iter().copied());
            let all = one_of(expected.iter().copied());
            (format!("`{}` is not allowed here{hint} (expected {all})", shown(variant)), Kind::Value)
        }
        Error::SerdeMissingField { field, .. } => {
            (format!("the field `{field}` is missing here"), Kind::Missing(field))
        }
        Error::SerdeInvalidType { unexpected, expected, .. }
        | Error::SerdeInvalidValue { unexpected, expected, .. } => {
            (format!("expected {expected}, found {unexpected}"), Kind::Value)
        }
        Error::Unexpected { expected, .. } => (format!("expected {}", in_words(expected)), Kind::Value),
        Error::InvalidScalar { ty, .. } => (format!("expected {}", in_words(ty)), Kind::Value),
        Error::InvalidBooleanStrict { .. } => ("expected `true` or `false`".to_owned(), Kind::Value),
        Error::NullIntoString { .. } => ("expected a text, found nothing".to_owned(), Kind::Value),
        Error::DuplicateMappingKey { key, .. } => {
            let key = key.as_deref().map_or("this key", |key| key);
            (format!("`{}` stands twice in this mapping: expected it once", shown(key)), Kind::Value)
        }
        Error::MultipleDocuments { .. } => {
            ("expected one YAML document, found a second after `---`".to_owned(), Kind::Syntax)
        }
        Error::UnknownAnchor { .. } => {
            ("this alias names no anchor: expected `&NAME` before `*NAME`".to_owned(), Kind::Syntax)
        }
        Error::Budget { .. }
        | Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. }
        | Error::AliasReplayCounterOverflow { .. } => (
            "is nested too deeply or unfolds to too much: expected a file of ordinary size".to_owned(),
            Kind::Syntax,
        ),
        other => (format!("is not YAML as expected: {}", plain(other)), Kind::Syntax),
    }
}

/// The crate's own words, without the place that it ends them with.
fn plain(error: &Error) -> String {
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or(&message);
    message.lines().next().unwrap_or_default().chars().take(300).collect()
}

/// The crate's names of shapes, in words.
fn in_words(shape: &str) -> &str {
    match shape {
        "string scalar" | "scalar" => "one text",
        "sequence start" => "a list (`- item` lines, or `[a, b]`)",
        "mapping start" => "a mapping (`key: value` lines, or `{key: value}`)",
        "boolean" => "`true` or `false`",
        "floating point" => "a number",
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number, not negative",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        other => other,
    }
}

/// A word from a file, fit for a one-line message.
fn shown(word: &str) -> String {
    word.chars().take(60).flat_map(char::escape_debug).collect()
}
