//! The Fluent files, read once a language and kept.
//!
//! A language that nobody asks for is never read. Marks that isolate left-to-right from right-to-left text are off:
//! terminals show them as boxes, and both languages run from left to right.

use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use super::Lang;
use super::ui::Say;

/// The files of a language, by name.
pub(super) const fn files(lang: Lang) -> &'static [(&'static str, &'static str)] {
    macro_rules! files {
        ($tag:literal: $($name:literal)*) => {
            &[$((concat!($tag, "/", $name, ".ftl"), include_str!(concat!($tag, "/", $name, ".ftl")))),*]
        };
    }
    match lang {
        Lang::En => files!("en": "screen" "keys" "talk" "steps" "machine"),
        Lang::Zh => files!("zh-CN": "screen" "keys" "talk" "steps" "machine"),
    }
}

/// The texts of one language.
pub(super) struct Texts {
    bundle: FluentBundle<FluentResource>,
    /// Those without values, by [`Say`]'s number: what is drawn thirty times a second is looked up, not made.
    fixed: Vec<String>,
}

impl Texts {
    /// The texts of a language.
    pub(super) fn of(lang: Lang) -> &'static Self {
        static EN: OnceLock<Texts> = OnceLock::new();
        static ZH: OnceLock<Texts> = OnceLock::new();
        match lang {
            Lang::En => EN.get_or_init(|| Self::read(lang)),
            Lang::Zh => ZH.get_or_init(|| Self::read(lang)),
        }
    }

    fn read(lang: Lang) -> Self {
        let tag: LanguageIdentifier = lang.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![tag]);
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(|value, _| match value {
            FluentValue::Number(number) if number.options.use_grouping && number.value.fract() == 0.0 => {
                Some(grouped(&number.as_string()))
            }
            _ => None,
        }));
        for (_, text) in files(lang) {
            // The files are embedded, and a test reads them: what is wrong in one does not reach a user.
            let resource =
                FluentResource::try_new((*text).to_owned()).unwrap_or_else(|(resource, _)| resource);
            let _ = bundle.add_resource(resource);
        }
        let mut texts = Self { bundle, fixed: Vec::new() };
        texts.fixed = Say::ALL.iter().map(|say| texts.format(say.name(), &FluentArgs::new())).collect();
        texts
    }

    /// A text without values.
    pub(super) fn fixed(&self, say: Say) -> &str {
        self.fixed.get(say as usize).map_or("", String::as_str)
    }

    /// A text by its name in the code; the name itself where there is none, so that it is seen.
    pub(super) fn format(&self, name: &str, args: &FluentArgs<'_>) -> String {
        let id = id(name);
        match self.bundle.get_message(&id).and_then(|message| message.value()) {
            Some(pattern) => self.bundle.format_pattern(pattern, Some(args), &mut Vec::new()).into_owned(),
            None => id,
        }
    }
}

/// `NoStages` is `no-stages` in the files.
pub(super) fn id(name: &str) -> String {
    let mut id = String::with_capacity(name.len() + 6);
    for ch in name.chars() {
        if ch.is_ascii_uppercase() && !id.is_empty() {
            id.push('-');
        }
        id.push(ch.to_ascii_lowercase());
    }
    id
}

/// Digits in groups of three.
fn grouped(digits: &str) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |rest| ("-", rest));
    let mut shown = sign.to_owned();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}
