//! `{{name}}` in texts that are shown or searched: titles, subjects, defaults.
//!
//! Only substitution. Commands go through `remedy`, which checks shapes and quotes.

use std::collections::BTreeMap;

/// The text with every `{{name}}` replaced; an unknown name becomes `…`.
pub fn fill(template: &str, values: &BTreeMap<String, String>) -> String {
    fill_with(template, |name| values.get(name).cloned().unwrap_or_else(|| "…".to_owned()))
}

/// The same with the values from `value`.
pub(super) fn fill_with(template: &str, value: impl Fn(&str) -> String) -> String {
    let mut text = String::with_capacity(template.len());
    for piece in Pieces(template) {
        match piece {
            Piece::Plain(plain) => text.push_str(plain),
            Piece::Name(name) => text.push_str(&value(name)),
        }
    }
    text
}

/// The names that a template uses, in order.
pub fn names(template: &str) -> impl Iterator<Item = &str> {
    Pieces(template).filter_map(|piece| match piece {
        Piece::Name(name) => Some(name),
        Piece::Plain(_) => None,
    })
}

enum Piece<'a> {
    Plain(&'a str),
    Name(&'a str),
}

struct Pieces<'a>(&'a str);

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        if self.0.is_empty() {
            return None;
        }
        let mut from = 0;
        while let Some(open) = self.0[from..].find("{{").map(|at| at + from) {
            let close = self.0[open..].find("}}").map(|at| at + open);
            let name = close.map(|close| self.0[open + 2..close].trim()).filter(|name| is_name(name));
            match (name, close) {
                (Some(name), Some(close)) if open == 0 => {
                    self.0 = &self.0[close + 2..];
                    return Some(Piece::Name(name));
                }
                (Some(_), Some(_)) => {
                    let (plain, rest) = self.0.split_at(open);
                    self.0 = rest;
                    return Some(Piece::Plain(plain));
                }
                _ => from = open + 2,
            }
        }
        Some(Piece::Plain(std::mem::take(&mut self.0)))
    }
}

fn is_name(name: &str) -> bool {
    name.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_replaced_and_the_rest_stays() {
        let values = BTreeMap::from([("tool".to_owned(), "y{{q}}".to_owned())]);
        for (template, text) in [
            ("{{tool}} is missing", "y{{q}} is missing"),
            ("no {{ tool }}!", "no y{{q}}!"),
            ("{{other}}", "…"),
            ("{{a b}} {{", "{{a b}} {{"),
            ("{{.Version}} {{tool}}", "{{.Version}} y{{q}}"),
            ("", ""),
        ] {
            assert_eq!(fill(template, &values), text);
        }
        assert_eq!(names("{{a}} and {{ b }} {{c").collect::<Vec<_>>(), ["a", "b"]);
    }
}
