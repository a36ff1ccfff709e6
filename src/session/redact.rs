//! What must never reach the disk. Pure.
//!
//! Owns which values are secrets (by the names of their variables, see [`names`]; by their shape, see `shapes`)
//! and how they are masked, in whole texts, in notes and in output that is cut anywhere. Who calls it before
//! each append is `writer`. It masks values; it does not hide that there was one.

pub mod names;
mod notes;
mod shapes;
mod stream;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use memchr::memmem;

use super::cast::Header;
use crate::event::Event;
use names::{is_sensitive, is_worth_masking};

pub use stream::Stream;

/// What stands in place of a secret.
pub const MASK: &str = "••••";

/// Knows the secrets of a session. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Redactor {
    secrets: Arc<Vec<Secret>>,
}

#[derive(Debug, Clone)]
struct Secret {
    bytes: Vec<u8>,
    find: memmem::Finder<'static>,
}

impl Redactor {
    /// Takes the secrets out of an environment: values of variables that are named like one, and passwords
    /// in URLs of all others.
    pub fn new<N: AsRef<str>, V: AsRef<str>>(environment: impl IntoIterator<Item = (N, V)>) -> Self {
        let mut redactor = Self::default();
        for (name, value) in environment {
            redactor.learn(name.as_ref(), value.as_ref());
        }
        redactor
    }

    /// Adds the variable's value, if it is a secret or holds one.
    pub fn learn(&mut self, name: &str, value: &str) {
        if is_sensitive(name) {
            self.add(value);
        }
        for range in shapes::passwords_of_urls(value.as_bytes()) {
            if let Some(password) = value.get(range) {
                self.add(password);
            }
        }
    }

    /// Adds a value that is secret whatever its name, for example of an input that the plan declares secret.
    /// Values so short or so common that masking them would hide the log itself are passed over.
    pub fn add(&mut self, value: &str) {
        let mut forms = vec![value.to_owned(), percent_encoded(value)];
        // A pty turns line ends into CRLF, so the lines of a key are looked for one by one.
        forms.extend(value.lines().map(str::trim).filter(|line| line.len() >= 8).map(str::to_owned));
        let secrets = Arc::make_mut(&mut self.secrets);
        for form in forms {
            if is_worth_masking(&form) && !secrets.iter().any(|known| known.bytes == form.as_bytes()) {
                let find = memmem::Finder::new(form.as_bytes()).into_owned();
                secrets.push(Secret { bytes: form.into_bytes(), find });
            }
        }
    }

    /// The text with every secret masked.
    pub fn mask<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let spans = self.spans_of_whole(text.as_bytes());
        if spans.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut out = String::with_capacity(text.len());
        let mut done = 0;
        for span in spans {
            out.push_str(text.get(done..span.start).unwrap_or_default());
            out.push_str(MASK);
            done = span.end;
            // The longest shape may end inside a character.
            while !text.is_char_boundary(done) {
                done += 1;
            }
        }
        out.push_str(&text[done..]);
        Cow::Owned(out)
    }

    /// The header with every secret masked.
    pub fn mask_header(&self, header: &Header) -> Header {
        let masked = |text: &Option<String>| text.as_ref().map(|text| self.mask(text).into_owned());
        Header {
            title: masked(&header.title),
            command: masked(&header.command),
            env: self.mask_env(&header.env),
            ..header.clone()
        }
    }

    /// The environment with secrets masked by name and by value.
    pub fn mask_env(&self, env: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        env.iter().map(|(name, value)| (name.clone(), self.mask_named(name, value))).collect()
    }

    fn mask_named(&self, name: &str, value: &str) -> String {
        if is_sensitive(name) && is_worth_masking(value) {
            MASK.to_owned()
        } else {
            self.mask(value).into_owned()
        }
    }

    /// The event with every secret masked. Output that comes in pieces wants a [`Stream`] instead, for a
    /// secret may be cut in two.
    pub fn mask_event(&self, event: Event) -> Event {
        match event {
            Event::Output(text) => Event::Output(self.mask(&text).into_owned()),
            Event::Input(text) => Event::Input(self.mask(&text).into_owned()),
            Event::Marker(label) => Event::Marker(self.mask(&label).into_owned()),
            Event::Other { code, data } => Event::Other { code, data: self.mask(&data).into_owned() },
            Event::Note(note) => Event::Note(self.mask_note(note)),
            Event::Exact(bytes) => {
                let mut stream = self.stream();
                let mut masked = Vec::with_capacity(bytes.len());
                stream.push(&bytes, &mut masked);
                stream.end(&mut masked);
                Event::Exact(masked)
            }
            Event::Resize { .. } | Event::Exit(_) => event,
        }
    }

    /// For output that arrives in pieces cut anywhere.
    pub fn stream(&self) -> Stream {
        Stream::new(self.clone())
    }

    /// Where secrets stand, in order and apart from each other, and what is not decided before more text comes.
    fn spans(&self, text: &[u8]) -> (Vec<Range<usize>>, shapes::Open) {
        let (mut spans, open) = shapes::find(text);
        for secret in self.secrets.iter() {
            spans.extend(secret.find.find_iter(text).map(|at| at..at + secret.bytes.len()));
        }
        spans.sort_unstable_by_key(|span| (span.start, span.end));
        let mut apart: Vec<Range<usize>> = Vec::with_capacity(spans.len());
        for span in spans {
            match apart.last_mut() {
                Some(last) if span.start < last.end => last.end = last.end.max(span.end),
                _ => apart.push(span),
            }
        }
        (apart, open)
    }

    /// The same for a text to which nothing will be added.
    fn spans_of_whole(&self, text: &[u8]) -> Vec<Range<usize>> {
        let (spans, open) = self.spans(text);
        if open.from == text.len() && open.keep == text.len() {
            return spans;
        }
        // What would end a shape: the end of the text does as well.
        let ended = [text, b"\n"].concat();
        let mut spans = self.spans(&ended).0;
        for span in &mut spans {
            span.end = span.end.min(text.len());
        }
        spans
    }

    /// Where a secret may have begun that the text does not hold to its end, and how long that secret is; the
    /// text's length if none has.
    fn begun(&self, text: &[u8]) -> (usize, usize) {
        let mut first = (text.len(), 0);
        for secret in self.secrets.iter() {
            let from = text.len().saturating_sub(secret.bytes.len() - 1);
            for at in memchr::memchr_iter(secret.bytes[0], &text[from..]) {
                if from + at < first.0 && secret.bytes.starts_with(&text[from + at..]) {
                    first = (from + at, secret.bytes.len());
                }
            }
        }
        first
    }
}

/// The value as it would stand in a URL.
fn percent_encoded(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            for digit in [byte >> 4, byte & 15] {
                out.push(char::from_digit(u32::from(digit), 16).unwrap_or('0').to_ascii_uppercase());
            }
        }
    }
    out
}

#[cfg(test)]
mod tests;
