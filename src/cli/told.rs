//! What an error says, in the language of whoever reads it.
//!
//! An error on its way up is any type; the table below knows those of ours, and a test beside it fails on one that is
//! missing there. Contexts are said in the reader's language where they are added; what is left is the operating
//! system's and other programs' own.

use std::error::Error;
use std::io;

use crate::locale::{Fault, Lang, Speak, Text};
use crate::yaml::Problem;

/// Our errors.
macro_rules! ours {
    ($($type:path),* $(,)?) => {
        fn said(error: &(dyn Error + 'static)) -> Option<Text> {
            $(if let Some(ours) = error.downcast_ref::<$type>() {
                return Some(ours.said());
            })*
            None
        }

        #[cfg(test)]
        const OURS: &[&str] = &[$(stringify!($type)),*];
    };
}

ours! {
    io::Error,
    Fault,
    crate::app::Mishap,
    crate::artefact::NoArtefact,
    crate::artefact::NotAnExpectation,
    crate::diagnose::fact::NotAQuestion,
    crate::diagnose::source::NotALocation,
    crate::net::bridge::NotSocks,
    crate::net::download::DownloadError,
    crate::runner::client::ClientError,
    crate::runner::LaunchError,
    crate::session::cast::BadLine,
    crate::session::import::ImportError,
    crate::session::reader::ReadError,
    crate::session::store::StoreError,
    crate::target::NotATarget,
    crate::target::pack::Refusal,
    crate::template::TemplateError,
    crate::toolchain::install::InstallError,
    crate::toolchain::version::NotAVersion,
}

/// An error with what it came of, on one line. What the line before says already is not said again.
pub(super) fn told(error: &anyhow::Error, lang: Lang) -> String {
    let mut line: Vec<String> = Vec::new();
    for link in error.chain() {
        let text = said(link).map_or_else(|| link.to_string(), |text| text.pick(lang).to_owned());
        if line.last().is_none_or(|last| !last.contains(&text)) {
            line.push(text);
        }
    }
    line.join(lang.pick(": ", "："))
}

/// [`told`] in both languages.
pub(super) fn in_both(error: &anyhow::Error) -> Text {
    Text::each(|lang| told(error, lang))
}

/// Everything that is wrong with a user's files, as one error.
pub(super) fn wrong(problems: &[Problem]) -> Fault {
    Fault(Text::each(|lang| problems.iter().map(|problem| problem.text(lang)).collect::<Vec<_>>().join("\n")))
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "reads the sources to see which errors there are")]
mod tests {
    use std::path::{Path, PathBuf};

    use anyhow::Context as _;
    use regex::Regex;

    use super::*;
    use crate::session::store::StoreError;

    #[test]
    fn an_error_and_its_context_are_told_in_either_language() {
        let error = || Err::<(), _>(StoreError::Running { id: "a".into() });
        let told = |lang| told(&error().context("build.log").unwrap_err(), lang);
        assert_eq!(told(Lang::En), "build.log: session a is running");
        assert_eq!(told(Lang::Zh), "build.log：会话 a 正在运行");
    }

    #[test]
    fn what_an_error_says_of_its_cause_is_not_said_twice() {
        let cause = io::Error::from(io::ErrorKind::NotFound);
        let error = StoreError::Io { path: "/x".into(), source: cause };
        assert_eq!(told(&error.into(), Lang::En), "/x: entity not found");
    }

    fn sources() -> Vec<(PathBuf, String)> {
        let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
        let mut found = Vec::new();
        while let Some(folder) = folders.pop() {
            for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    let text = std::fs::read_to_string(&path).unwrap();
                    found.push((path, text));
                }
            }
        }
        found
    }

    #[test]
    fn every_error_of_ours_speaks_both_languages() {
        let derived = Regex::new(r"thiserror::Error\)\]\n((?:#\[.*\]\n)*)pub (?:enum|struct) (\w+)").unwrap();
        let by_itself = "#[error(\"{}\", self.said().en)]\n";
        let known: Vec<&str> =
            OURS.iter().filter_map(|path| path.rsplit("::").next()).map(str::trim).collect();
        let mut count = 0;
        for (path, text) in sources() {
            for found in derived.captures_iter(&text) {
                count += 1;
                let (attributes, name) = (&found[1], &found[2]);
                assert_eq!(attributes, by_itself, "{}: {name} has a text of its own", path.display());
                assert!(known.contains(&name), "{}: {name} is not in the table of `told`", path.display());
            }
            let texts = text.lines().filter(|line| line.trim_start().starts_with("#[error(")).count();
            assert_eq!(
                texts,
                derived.captures_iter(&text).count(),
                "{}: a text without Chinese",
                path.display()
            );
        }
        assert!(count >= 17, "only {count} errors were found");
    }

    /// What looks like a text that is said in English alone: handed to an error as it stands.
    #[test]
    fn no_error_is_raised_in_english_alone() {
        let raised = Regex::new(
            r#"(?x) (?: bail! | anyhow! | \.context | with_context | Text::verbatim | ok_or | \bErr | Unknown | Failed
                  | io::Error::other | io::ErrorKind::\w+, \s*) \( (?:\|\|\s*)? &? (?:format!\(\s*)? "([^"]*)""#,
        )
        .unwrap();
        let words = Regex::new(r"[A-Za-z]{2,} [A-Za-z]{2,}").unwrap();
        let value = Regex::new(r"\{[^}]*\}").unwrap();
        let mut found = Vec::new();
        for (path, text) in sources() {
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            let tests = path.ends_with("tests.rs") || path.iter().any(|part| part == "tests");
            for raised in raised.captures_iter(code).filter(|_| !tests) {
                if words.is_match(&value.replace_all(&raised[1], "")) {
                    found.push(format!("{}: {}", path.display(), &raised[1]));
                }
            }
        }
        assert!(found.is_empty(), "say these in Chinese, too (`both!`):\n{}", found.join("\n"));
    }
}
