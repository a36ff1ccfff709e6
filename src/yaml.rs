//! Users' YAML into typed values, or a list of problems with their places.
//!
//! The only module that names the YAML crate. It owns [`Problem`], the shape in which every loader of a
//! user's file reports; what is wrong beyond syntax and types is the loader's own business.

use std::fmt;

use serde::de::DeserializeOwned;
pub use serde_yaml::Spanned;

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

/// Decodes one YAML document. `file` is only named in the problem.
///
/// # Errors
/// One [`Problem`] for the first thing that is not YAML or not of the expected shape.
pub fn parse<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, Problem> {
    let options = serde_yaml::options! {
        budget: serde_yaml::budget! { max_nodes: MOST_NODES, max_depth: 64 },
        with_snippet: false,
    };
    serde_yaml::from_str_with_options(text, options).map_err(|error| {
        let (line, column) = error.location().map_or((0, 0), |at| (at.line(), at.column()));
        let message = error.to_string();
        // The crate ends its text with the place, which `Problem` prints in front.
        let message = message.split(" at line ").next().unwrap_or(&message).to_owned();
        Problem { file: file.to_owned(), line, column, message, warning: false }
    })
}
