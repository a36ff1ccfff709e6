//! What the YAML crate reports, in words that say what was expected.

use serde_yaml::Error;

use super::{Problem, What, did_you_mean, nearest, one_of};
use crate::locale::{Text, both};

/// Why a document was refused.
#[derive(Debug)]
pub(super) struct Failure {
    line: u64,
    column: u64,
    message: Text,
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
        let message = both!(
            "is {bytes} bytes large: expected at most {most}",
            "大小为 {bytes} 字节；最多应为 {most} 字节"
        );
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
            both!(
                "holds nothing: expected a YAML mapping of `key: value` lines",
                "没有内容；应为由 `key: value` 行组成的 YAML 映射"
            )
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
fn told(error: &Error) -> (Text, Kind) {
    match error {
        Error::AliasError { error, .. } | Error::WithSnippet { error, .. } => told(error),
        Error::SerdeUnknownField { field, expected, .. } => {
            let meant = nearest(field, expected.iter().copied())
                .and_then(|near| expected.iter().copied().find(|name| *name == near));
            let hint = did_you_mean(field, expected.iter().copied());
            let all = one_of(expected.iter().copied());
            let field = shown(field);
            let message = both!(
                "unknown field `{field}`{hint} (expected {all})",
                "未知字段 `{field}`{hint}（应为 {all}）",
                hint,
                all
            );
            (message, Kind::UnknownField(meant))
        }
        Error::SerdeUnknownVariant { variant, expected, .. } => {
            let hint = did_you_mean(variant, expected.iter().copied());
            let all = one_of(expected.iter().copied());
            (not_allowed(&shown(variant), &hint, &all), Kind::Value)
        }
        Error::SerdeMissingField { field, .. } => {
            (both!("the field `{field}` is missing here", "此处缺少字段 `{field}`"), Kind::Missing(field))
        }
        Error::SerdeInvalidType { unexpected, expected, .. }
        | Error::SerdeInvalidValue { unexpected, expected, .. } => (
            both!("expected {expected}, found {unexpected}", "应为 {expected}，实为 {unexpected}"),
            Kind::Value,
        ),
        Error::Unexpected { expected: shape, .. } | Error::InvalidScalar { ty: shape, .. } => {
            (both!("expected {shape}", "应为{shape}", shape = in_words(shape)), Kind::Value)
        }
        Error::InvalidBooleanStrict { .. } => {
            (both!("expected `true` or `false`", "应为 `true` 或 `false`"), Kind::Value)
        }
        Error::NullIntoString { .. } => {
            (both!("expected a text, found nothing", "应为文本，实为空"), Kind::Value)
        }
        Error::DuplicateMappingKey { key, .. } => {
            let key = shown(key.as_deref().map_or("this key", |key| key));
            let message = both!(
                "`{key}` stands twice in this mapping: expected it once",
                "`{key}` 在此映射中出现两次；只应出现一次"
            );
            (message, Kind::Value)
        }
        other => (unreadable(other), Kind::Syntax),
    }
}

/// What is wrong with a document that is not YAML as it is read here.
fn unreadable(error: &Error) -> Text {
    match error {
        Error::MultipleDocuments { .. } => both!(
            "expected one YAML document, found a second after `---`",
            "应只有一个 YAML 文档，但 `---` 之后还有第二个"
        ),
        Error::UnknownAnchor { .. } => both!(
            "this alias names no anchor: expected `&NAME` before `*NAME`",
            "此别名没有对应的锚点；`*NAME` 之前应有 `&NAME`"
        ),
        Error::Budget { .. }
        | Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. }
        | Error::AliasReplayCounterOverflow { .. } => both!(
            "is nested too deeply or unfolds to too much: expected a file of ordinary size",
            "嵌套过深，或展开后过大；应为普通大小的文件"
        ),
        other => both!("is not YAML as expected: {why}", "不是预期的 YAML：{why}", why = plain(other)),
    }
}

/// A value that is none of those that are allowed: with the nearest of them, and all.
pub fn none_of<'a>(value: &str, allowed: impl IntoIterator<Item = &'a str> + Clone) -> Text {
    not_allowed(value, &did_you_mean(value, allowed.clone()), &one_of(allowed))
}

/// The same, where what is near and what is allowed is said otherwise.
fn not_allowed(value: &str, hint: &Text, all: &Text) -> Text {
    both!(
        "`{value}` is not allowed here{hint} (expected {all})",
        "此处不能用 `{value}`{hint}（应为 {all}）",
        hint,
        all
    )
}

/// The crate's own words, without the place that it ends them with.
fn plain(error: &Error) -> String {
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or(&message);
    message.lines().next().unwrap_or_default().chars().take(300).collect()
}

/// The crate's names of shapes, in words.
fn in_words(shape: &str) -> Text {
    match shape {
        "string scalar" | "scalar" => both!("one text", "一段文本"),
        "sequence start" => {
            both!("a list (`- item` lines, or `[a, b]`)", "列表（`- item` 行，或 `[a, b]`）")
        }
        "mapping start" => {
            both!(
                "a mapping (`key: value` lines, or `{{key: value}}`)",
                "映射（`key: value` 行，或 `{{key: value}}`）"
            )
        }
        "boolean" => both!("`true` or `false`", " `true` 或 `false`"),
        "floating point" => both!("a number", "数字"),
        "u8" | "u16" | "u32" | "u64" | "usize" => both!("a whole number, not negative", "非负整数"),
        "i8" | "i16" | "i32" | "i64" | "isize" => both!("a whole number", "整数"),
        other => Text::verbatim(other),
    }
}

/// A word from a file, fit for a one-line message.
fn shown(word: &str) -> String {
    word.chars().take(60).flat_map(char::escape_debug).collect()
}
