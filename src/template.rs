//! `{{name}}` placeholders in texts and in shell commands.
//!
//! Owns how a placeholder is found and how a value enters a shell command: as one word, whatever it holds.
//! Which values exist, and whether they have the right shape, is the caller's business. A template engine
//! is not used on purpose: bash's `${#x}` and docker's `{{.Names}}` must pass through untouched.

use std::borrow::Cow;

use crate::locale::{Speak, Text, both};

/// Why a template could not be filled in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.said().en)]
pub enum TemplateError {
    /// No value for this name.
    Unknown(String),
    /// The value cannot be quoted where it stands.
    Unsafe(String),
}

impl Speak for TemplateError {
    fn said(&self) -> Text {
        match self {
            Self::Unknown(name) => {
                both!("nothing is known for {{{{{name}}}}}", "{{{{{name}}}}} 没有可用的值")
            }
            Self::Unsafe(name) => both!(
                "the value of {{{{{name}}}}} cannot stand safely in this command",
                "{{{{{name}}}}} 的值无法安全地放入此命令"
            ),
        }
    }
}

/// A placeholder: where it stands in the template, and its name.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Slot<'t> {
    start: usize,
    end: usize,
    name: &'t str,
}

/// Finds the next `{{name}}` at or after `from`; anything else between braces is plain text.
fn next_slot(template: &str, mut from: usize) -> Option<Slot<'_>> {
    while let Some(open) = template[from..].find("{{").map(|at| from + at) {
        let inner = &template[open + 2..];
        if let Some(close) = inner.find("}}") {
            let name = inner[..close].trim();
            if is_name(name) {
                return Some(Slot { start: open, end: open + 2 + close + 2, name });
            }
        }
        from = open + 2;
    }
    None
}

/// Lower-case identifiers, with dots (`env.GOFLAGS`).
fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.')
}

/// The names that a template uses, in order, each once.
pub fn names(template: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(slot) = next_slot(template, from) {
        if !found.contains(&slot.name) {
            found.push(slot.name);
        }
        from = slot.end;
    }
    found
}

/// Fills a text in for people: values as they are, control characters removed, unknown names left out.
pub fn text<'v>(template: &str, value: impl Fn(&str) -> Option<Cow<'v, str>>) -> String {
    let mut out = String::with_capacity(template.len());
    let mut from = 0;
    while let Some(slot) = next_slot(template, from) {
        out.push_str(&template[from..slot.start]);
        if let Some(value) = value(slot.name) {
            out.extend(value.chars().filter(|c| !c.is_control()));
        }
        from = slot.end;
    }
    out.push_str(&template[from..]);
    out
}

/// Fills in a value that is not a command (an environment value, a path): verbatim.
///
/// # Errors
/// [`TemplateError::Unknown`] for the first name without a value.
pub fn plain<'v>(
    template: &str,
    value: impl Fn(&str) -> Option<Cow<'v, str>>,
) -> Result<String, TemplateError> {
    let mut out = String::with_capacity(template.len());
    let mut from = 0;
    while let Some(slot) = next_slot(template, from) {
        out.push_str(&template[from..slot.start]);
        let value = value(slot.name).ok_or_else(|| TemplateError::Unknown(slot.name.to_owned()))?;
        out.push_str(&value);
        from = slot.end;
    }
    out.push_str(&template[from..]);
    Ok(out)
}

/// Fills in a shell command: every value becomes (part of) exactly one word.
///
/// Values made of harmless characters go in as they are; others are quoted, which is possible only where
/// the template itself does not quote. Inside quotes, a heredoc or after a backslash they are refused.
///
/// # Errors
/// [`TemplateError`] for the first placeholder without a value, or whose value is refused.
pub fn shell<'v>(
    template: &str,
    value: impl Fn(&str) -> Option<Cow<'v, str>>,
) -> Result<String, TemplateError> {
    let mut out = String::with_capacity(template.len());
    let mut from = 0;
    // In a heredoc, and after a comment's apostrophes, quotes no longer mean what this scanner thinks.
    let unclear = template.contains("<<") || template.contains('#');
    let mut context = Quoting { refuse_all: unclear, ..Quoting::default() };
    while let Some(slot) = next_slot(template, from) {
        let before = &template[from..slot.start];
        context.read(before);
        out.push_str(before);
        let value = value(slot.name).ok_or_else(|| TemplateError::Unknown(slot.name.to_owned()))?;
        if is_harmless(&value) {
            out.push_str(&value);
        } else if context.is_bare() {
            let quoted = shlex::try_quote(&value).map_err(|_| TemplateError::Unsafe(slot.name.to_owned()))?;
            out.push_str(&quoted);
        } else {
            return Err(TemplateError::Unsafe(slot.name.to_owned()));
        }
        from = slot.end;
    }
    out.push_str(&template[from..]);
    Ok(out)
}

/// Whether a value is one word in any quoting context of any shell.
fn is_harmless(value: &str) -> bool {
    !value.is_empty() && value.bytes().all(|b| b.is_ascii_alphanumeric() || b"_./:@%+=,-".contains(&b))
}

/// Where in a shell command a placeholder stands.
#[derive(Debug, Default)]
struct Quoting {
    /// The quote that is open: `'`, `"` or none.
    open: Option<char>,
    escaped: bool,
    backquote: bool,
    refuse_all: bool,
}

impl Quoting {
    fn read(&mut self, text: &str) {
        for c in text.chars() {
            if self.escaped {
                self.escaped = false;
            } else if self.open == Some('\'') {
                self.open = (c != '\'').then_some('\'');
            } else {
                match (c, self.open) {
                    ('\\', _) => self.escaped = true,
                    ('\'' | '"', None) => self.open = Some(c),
                    ('"', Some('"')) => self.open = None,
                    ('`', _) => self.backquote = !self.backquote,
                    _ => {}
                }
            }
        }
    }

    fn is_bare(&self) -> bool {
        self.open.is_none() && !(self.escaped || self.backquote || self.refuse_all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with<'v>(pairs: &'v [(&'v str, &'v str)]) -> impl Fn(&str) -> Option<Cow<'v, str>> {
        move |name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| Cow::Borrowed(*value))
    }

    #[test]
    fn only_names_are_placeholders() {
        assert_eq!(names("a {{b}} {{ c }} {{.Names}} ${#d} {{b}} {{E}} {{"), ["b", "c"]);
        let docker = "docker ps --format '{{.Names}}' ${#x}";
        assert_eq!(shell(docker, with(&[])).as_deref(), Ok(docker));
    }

    #[test]
    fn text_drops_control_characters_and_unknown_names() {
        assert_eq!(text("{{a}} is {{b}}.", with(&[("a", "x\x1b[31m\n")])), "x[31m is .");
    }

    #[test]
    fn harmless_values_stand_bare_and_others_are_quoted() {
        let values = [("p", "a b"), ("q", "libseccomp-dev"), ("h", "$(touch /tmp/x)")];
        let values = with(&values);
        assert_eq!(shell("i {{q}}", &values).as_deref(), Ok("i libseccomp-dev"));
        assert_eq!(shell("i \"{{q}}\"", &values).as_deref(), Ok("i \"libseccomp-dev\""));
        assert_eq!(shell("i {{p}}", &values).as_deref(), Ok("i 'a b'"));
        assert_eq!(shell("i {{h}}", &values).as_deref(), Ok("i '$(touch /tmp/x)'"));
    }

    #[test]
    fn a_hostile_value_inside_quotes_is_refused() {
        let values = [("h", "$(touch /tmp/x)")];
        for template in
            ["e \"{{h}}\"", "e '{{h}}'", "e \\{{h}}", "e `{{h}}`", "cat <<E\n{{h}}\nE", "x # don't\n{{h}}"]
        {
            let got = shell(template, with(&values));
            assert_eq!(got, Err(TemplateError::Unsafe("h".to_owned())), "{template}");
        }
    }
}
