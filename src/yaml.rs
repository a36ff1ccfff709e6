//! Users' YAML into typed values, or a list of problems with their places.
//!
//! The only module that names the YAML crate. It owns [`Problem`], the shape in which every loader of a
//! user's file reports; what is wrong beyond syntax and types is the loader's own business.

mod message;
mod nearest;
mod outline;

use std::fmt;

use serde::de::DeserializeOwned;
pub use serde_yaml::Spanned;

pub use nearest::{did_you_mean, nearest, one_of};
pub use outline::Places;

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
    pub message: String,
    /// Whether the file can be used all the same.
    pub warning: bool,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
            if self.column > 0 {
                write!(f, ":{}", self.column)?;
            }
        }
        write!(f, ": {}{}", if self.warning { "warning: " } else { "" }, self.message)
    }
}

impl Problem {
    /// A problem at the place of `at`.
    pub fn at<T>(file: &str, at: &Spanned<T>, message: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            line: at.referenced.line(),
            column: at.referenced.column(),
            message: message.into(),
            warning: false,
        }
    }

    /// A problem of the file as a whole.
    pub fn file(file: &str, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line: 0, column: 0, message: message.into(), warning: false }
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
/// offending entry is left out and the rest read again.
///
/// The value is there only where nothing but unknown fields had to be left out, so what else is wrong
/// with it can be told as well; with any problem the file as it stands is not to be used.
pub fn parse_all<T: DeserializeOwned>(file: &str, text: &str) -> (Option<T>, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut rest = text.to_owned();
    // Names of fields that were left out, and whose absence is therefore no news.
    let mut gone: Vec<String> = Vec::new();
    let mut whole = true;
    for _ in 0..MOST_PROBLEMS {
        let failure = match decode::<T>(&rest) {
            Ok(value) => return (whole.then_some(value), problems),
            Err(failure) => failure,
        };
        let known = failure.missing().and_then(|name| gone.iter().position(|other| other == name));
        let syntax = !failure.is_shape();
        match known {
            Some(at) => drop(gone.swap_remove(at)),
            // The document was well-formed before something was left out, so this is no fault of the file's.
            None if syntax && !problems.is_empty() => break,
            None => problems.push(failure.problem(file, text)),
        }
        if syntax {
            break;
        }
        let cut = if failure.missing().is_some() {
            outline::without_item(&rest, failure.place())
        } else {
            outline::without_entry(&rest, failure.place())
        };
        let Some((shorter, names)) = cut else { break };
        whole &= failure.is_unknown_field();
        gone.extend(names);
        gone.extend(failure.meant().map(str::to_owned));
        rest = shorter;
    }
    (None, problems)
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
