//! The language of the interface, and texts that come in both.
//!
//! Owns the choice of language, the texts of the interface ([`ui`]: their names; `en/` and `zh-CN/`: what they say)
//! and how an error speaks both languages ([`Speak`]). The texts of rules, plans and themes stand in those files.

mod declare;
mod speak;
mod texts;
pub mod ui;

use serde::{Deserialize, Serialize};

pub(crate) use speak::both;
pub use speak::{Fault, Speak};

/// A language that ktui speaks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Simplified Chinese.
    Zh,
}

impl Lang {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::En, Self::Zh];

    /// Its BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh-CN",
        }
    }

    /// From the values of `LC_ALL`, `LC_MESSAGES` and `LANG`, in this order; the first that is not empty decides.
    pub fn from_locale<'a>(values: impl IntoIterator<Item = &'a str>) -> Self {
        match values.into_iter().find(|value| !value.is_empty()) {
            Some(value) if value.starts_with("zh") => Self::Zh,
            _ => Self::En,
        }
    }

    /// Several reasons as one line.
    pub fn joined<S: AsRef<str>>(self, reasons: &[S]) -> String {
        let reasons: Vec<&str> = reasons.iter().map(AsRef::as_ref).collect();
        reasons.join(self.pick("; ", "；"))
    }

    /// The text in this language.
    pub fn pick<'t>(self, en: &'t str, zh: &'t str) -> &'t str {
        match self {
            Self::En => en,
            Self::Zh => zh,
        }
    }
}

/// A text in both languages. Placeholders `{{name}}` are filled in by whoever shows it.
#[derive(
    Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// English.
    pub en: String,
    /// Simplified Chinese; lint wants it.
    #[serde(default, deserialize_with = "unfolded")]
    pub zh: String,
}

/// YAML folds a line break into a blank, which Chinese has none of: not between its letters, not beside its marks.
fn unfolded<'de, D: serde::Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let text = String::deserialize(from)?;
    let is_han =
        |ch: char| matches!(ch, '\u{3000}'..='\u{303F}' | '\u{4E00}'..='\u{9FFF}' | '\u{FF01}'..='\u{FF65}');
    let is_mark = |ch: char| matches!(ch, '\u{3000}'..='\u{303F}' | '\u{FF01}'..='\u{FF65}');
    let mut whole = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(ch) = rest.next() {
        let (before, after) = (whole.chars().next_back(), rest.peek().copied());
        let inside = ch == ' '
            && before.zip(after).is_some_and(|(before, after)| {
                is_mark(before) || is_mark(after) || is_han(before) && is_han(after)
            });
        if !inside {
            whole.push(ch);
        }
    }
    Ok(whole)
}

impl Text {
    /// The text in `lang`, English where that one is missing.
    pub fn pick(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh if !self.zh.is_empty() => &self.zh,
            _ => &self.en,
        }
    }

    /// The same in every language: what the operating system or another program said, a name, a number.
    pub fn verbatim(said: impl std::fmt::Display) -> Self {
        let en = said.to_string();
        Self { zh: en.clone(), en }
    }

    /// Made once a language.
    pub fn each(make: impl Fn(Lang) -> String) -> Self {
        Self { en: make(Lang::En), zh: make(Lang::Zh) }
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.en.is_empty() && self.zh.is_empty()
    }
}

#[cfg(test)]
mod tests;
