//! Users' YAML into typed values, or a list of problems with their places.
//!
//! The only module that names the YAML crate. It owns [`Problem`], the shape in which every loader of a
//! user's file reports; what is wrong beyond syntax and types is the loader's own business.

mod message;
mod nearest;
mod outline;

use std::fmt::Write as _;

use serde::de::DeserializeOwned;
pub use serde_yaml::Spanned;

pub use message::none_of;
pub use nearest::{all_of, did_you_mean, nearest, one_of};
pub use outline::Places;

use crate::locale::{Lang, Speak, Text};

/// Something wrong in a user's file, placed so that an editor can jump there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file as the user named it.
    pub file: String,
    /// 1-based line; 0 where the whole file is meant.
    pub line: u64,
    /// 1-based column; 0 where the whole line is meant.
    pub column: u64,
    /// What is wrong and what was expected.
    pub message: Text,
    /// Whether the file can be used all the same.
    pub warning: bool,
}

impl Speak for Problem {
    fn said(&self) -> Text {
        Text::each(|lang| self.text(lang))
    }
}

impl Problem {
    /// A problem at the place of `at`.
    pub fn at<T>(file: &str, at: &Spanned<T>, message: Text) -> Self {
        Self {
            file: file.to_owned(),
            line: at.referenced.line(),
            column: at.referenced.column(),
            message,
            warning: false,
        }
    }

    /// A problem of the file as a whole.
    pub fn file(file: &str, message: Text) -> Self {
        Self { file: file.to_owned(), line: 0, column: 0, message, warning: false }
    }

    /// One line for people: `FILE:LINE:COLUMN: what is wrong`.
    pub fn text(&self, lang: Lang) -> String {
        let mut line = self.file.clone();
        for place in [self.line, self.column].into_iter().take_while(|place| *place > 0) {
            // Writing to a string cannot fail.
            let _ = write!(line, ":{place}");
        }
        let warning = if self.warning { lang.pick("warning: ", "警告：") } else { "" };
        format!("{line}: {warning}{}", self.message.pick(lang))
    }

    /// The same, but not fatal.
    #[must_use]
    pub fn into_warning(mut self) -> Self {
        self.warning = true;
        self
    }
}

/// The most nodes that one file may unfold to; an alias bomb stops here.
const MOST_NODES: usize = 250_000;

/// The deepest nesting of one file.
const MOST_DEPTH: usize = 64;

/// The largest file, in bytes; anything larger is no file that a person wrote.
const MOST_BYTES: usize = 4 << 20;

/// The most problems that one file is searched for before the search stops.
const MOST_PROBLEMS: usize = 20;

/// Decodes one YAML document. `file` is only named in the problem.
///
/// # Errors
/// One [`Problem`] for the first thing that is not YAML or not of the expected shape.
pub fn parse<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, Problem> {
    decode(text).map_err(|failure| failure.problem(file, text))
}

/// Decodes one YAML document and finds as many things of the wrong shape as it can: after each, the
/// offending entry is left out (or a misspelt field read as the one that was meant) and the rest read again.
///
/// The value is there only where nothing but unknown fields was wrong, so what else is wrong with it can be
/// told as well; with any problem the file as it stands is not to be used.
pub fn parse_all<T: DeserializeOwned>(file: &str, text: &str) -> (Option<T>, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut edits = Edits::default();
    // Each problem takes one round, and one more where a field turns out to be needed.
    for _ in 0..2 * MOST_PROBLEMS {
        let Some(rest) = edits.applied(text) else { break };
        let failure = match decode::<T>(&rest) {
            Ok(value) => return (edits.keep_the_value().then_some(value), problems),
            Err(failure) => failure,
        };
        if failure.missing().is_some_and(|name| edits.explain(name, failure.place())) {
            continue;
        }
        // The document was well-formed before something was left out: a later fault is not the file's.
        if failure.is_shape() || problems.is_empty() {
            problems.push(failure.problem(file, text));
        }
        if !failure.is_shape() || problems.len() == MOST_PROBLEMS {
            break;
        }
        let key = outline::key_at(&rest, failure.place());
        edits.0.push(Edit { place: failure.place(), what: failure.remedy(), key });
    }
    (None, problems)
}

/// What was changed in a text so that the rest of it can be read.
#[derive(Default)]
struct Edits(Vec<Edit>);

struct Edit {
    place: (u64, u64),
    what: What,
    /// The field that went, where its absence was not met yet.
    key: Option<String>,
}

/// A change.
#[derive(Clone, Copy)]
enum What {
    /// A field that is not known is left out; perhaps this one was meant.
    Unknown(Option<&'static str>),
    /// A field that is not known is read as this one, which is needed.
    Read(&'static str),
    /// An entry whose value is wrong is left out.
    Value,
    /// What lacks a field is left out whole.
    Item,
}

impl Edits {
    fn applied(&self, text: &str) -> Option<String> {
        self.0.iter().try_fold(text.to_owned(), |text, edit| match edit.what {
            What::Unknown(_) | What::Value => outline::without_entry(&text, edit.place),
            What::Item => outline::without_item(&text, edit.place),
            What::Read(name) => outline::with_key(&text, edit.place, name),
        })
    }

    /// Whether a field is only missing because of what was left out; if so, that is seen to.
    fn explain(&mut self, missing: &str, place: (u64, u64)) -> bool {
        for edit in &mut self.0 {
            match edit.what {
                What::Unknown(Some(meant)) if meant == missing => {
                    edit.what = What::Read(meant);
                    return true;
                }
                What::Value | What::Item if edit.key.as_deref() == Some(missing) => {
                    edit.key = None;
                    let key = None;
                    self.0.push(Edit { place, what: What::Item, key });
                    return true;
                }
                _ => {}
            }
        }
        false
    }

    fn keep_the_value(&self) -> bool {
        self.0.iter().all(|edit| matches!(edit.what, What::Unknown(_) | What::Read(_)))
    }
}

fn decode<T: DeserializeOwned>(text: &str) -> Result<T, message::Failure> {
    if text.len() > MOST_BYTES {
        return Err(message::Failure::too_large(text.len(), MOST_BYTES));
    }
    let options = serde_yaml::options! {
        budget: serde_yaml::budget! { max_nodes: MOST_NODES, max_depth: MOST_DEPTH },
        with_snippet: false,
    };
    serde_yaml::from_str_with_options(text, options).map_err(message::Failure::from)
}

#[cfg(test)]
mod tests;
