//! Where entries begin and end in a YAML text, so that one can be left out and the rest read again.
//!
//! Works on the parser's events and keeps every other line and column where it was: what is left out
//! becomes blanks. Flow collections (`{a: 1}`) are left out whole.

use std::collections::BTreeMap;

use serde_yaml::granit_parser::{Event, Parser, Span, StructureStyle};

use super::Problem;
use crate::locale::Text;

/// A node of the document that can be left out with its key or its dash.
#[derive(Debug)]
struct Entry {
    /// The key, for an entry of a mapping.
    key: Option<String>,
    /// First byte of key or value.
    start: usize,
    /// First byte after the value.
    end: usize,
    /// Line and column (1-based) of the key, or of the value without one.
    place: (u64, u64),
    /// Line and column of the value.
    value: (u64, u64),
    /// Whether it stands in a block collection, so that blanks can take its place.
    block: bool,
    /// How deep it is nested.
    depth: usize,
    /// Keys and list positions from the top, joined by dots: `stages.2.run`.
    path: String,
}

/// A collection whose entries are being read.
struct Open {
    mapping: bool,
    block: bool,
    /// Its own start, for the entry that it is the value of.
    start: Mark,
    /// A key waiting for its value.
    key: Option<(String, Mark)>,
    /// How many entries were begun.
    begun: usize,
}

#[derive(Clone, Copy)]
struct Mark {
    byte: usize,
    place: (u64, u64),
}

/// The text with another key for the entry at `place`.
pub(super) fn with_key(text: &str, place: (u64, u64), key: &str) -> Option<String> {
    let entries = entries(text)?;
    let entry = entries.iter().find(|entry| entry.place == place && entry.key.is_some())?;
    // A quoted key is left alone.
    let after = text.get(entry.start..)?.strip_prefix(entry.key.as_deref()?)?;
    Some(format!("{}{key}{after}", text.get(..entry.start)?))
}

/// The field whose key or value begins at `place`.
pub(super) fn key_at(text: &str, place: (u64, u64)) -> Option<String> {
    let entries = entries(text)?;
    let at = |entry: &&Entry| entry.key.is_some() && (entry.place == place || entry.value == place);
    entries.iter().filter(at).max_by_key(|entry| entry.depth)?.key.clone()
}

/// The text without the entry at `place`.
pub(super) fn without_entry(text: &str, place: (u64, u64)) -> Option<String> {
    let entries = entries(text)?;
    let exact = entries
        .iter()
        .filter(|entry| entry.key.is_some() && (entry.place == place || entry.value == place))
        .max_by_key(|entry| entry.depth);
    let found = exact.or_else(|| {
        let around = |entry: &&Entry| entry.place <= place && place <= end_place(text, entry);
        entries.iter().filter(around).max_by_key(|entry| entry.depth)
    })?;
    cut(text, &entries, found)
}

/// The text without the list item (or mapping entry) whose value begins at `place`.
pub(super) fn without_item(text: &str, place: (u64, u64)) -> Option<String> {
    let entries = entries(text)?;
    let found = entries.iter().filter(|entry| entry.value == place).max_by_key(|entry| entry.depth)?;
    cut(text, &entries, found)
}

fn end_place(text: &str, entry: &Entry) -> (u64, u64) {
    let before = text.get(..entry.end).unwrap_or(text);
    let line = before.matches('\n').count() as u64 + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() as u64 + 1;
    (line, column)
}

fn cut(text: &str, entries: &[Entry], entry: &Entry) -> Option<String> {
    let mut entry = entry;
    while !entry.block {
        let around = |other: &&Entry| other.start <= entry.start && entry.end <= other.end;
        entry = entries
            .iter()
            .filter(|other| other.depth < entry.depth)
            .filter(around)
            .max_by_key(|other| other.depth)?;
    }
    let mut start = entry.start;
    if entry.key.is_none() {
        // The dash of a list item goes with it.
        start = text.get(..start)?.trim_end().len().checked_sub(1)?;
        if text.as_bytes().get(start) != Some(&b'-') {
            return None;
        }
    }
    let middle = text.get(start..entry.end)?;
    let mut shorter = String::with_capacity(text.len());
    shorter.push_str(text.get(..start)?);
    // A blank for every character keeps columns; line ends stay.
    shorter.extend(middle.chars().map(|c| if c == '\n' || c == '\r' { c } else { ' ' }));
    shorter.push_str(text.get(entry.end..)?);
    Some(shorter)
}

/// Every entry of the first document, or nothing where it is not YAML or too much of it.
fn entries(text: &str) -> Option<Vec<Entry>> {
    let mut found = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.ok()?;
        if found.len() > super::MOST_NODES || open.len() > super::MOST_DEPTH {
            return None;
        }
        match event {
            Event::Scalar(value, ..) => leaf(&mut found, &mut open, Some(&value), span, text),
            Event::Alias(_) => leaf(&mut found, &mut open, None, span, text),
            Event::SequenceStart(style, ..) => open.push(opened(false, style, span)?),
            Event::MappingStart(style, ..) => open.push(opened(true, style, span)?),
            Event::SequenceEnd | Event::MappingEnd => {
                let closed = open.pop()?;
                let end = span.end.byte_offset()?;
                close(&mut found, &mut open, closed.start, end, text);
            }
            Event::DocumentEnd => break,
            _ => {}
        }
    }
    Some(found)
}

fn opened(mapping: bool, style: StructureStyle, span: Span) -> Option<Open> {
    Some(Open { mapping, block: style == StructureStyle::Block, start: mark(span)?, key: None, begun: 0 })
}

fn mark(span: Span) -> Option<Mark> {
    let place = (span.start.line() as u64, span.start.col() as u64 + 1);
    Some(Mark { byte: span.start.byte_offset()?, place })
}

fn leaf(found: &mut Vec<Entry>, open: &mut [Open], value: Option<&str>, span: Span, text: &str) {
    let (Some(start), Some(end)) = (mark(span), span.end.byte_offset()) else { return };
    if let Some(parent) = open.last_mut().filter(|parent| parent.mapping && parent.key.is_none()) {
        parent.key = Some((value.unwrap_or_default().to_owned(), start));
        return;
    }
    close(found, open, start, end, text);
}

/// Notes the entry whose value ran from `start` to `end`.
fn close(found: &mut Vec<Entry>, open: &mut [Open], start: Mark, end: usize, text: &str) {
    let depth = open.len();
    let path = path(open);
    let Some(parent) = open.last_mut() else { return };
    parent.begun += 1;
    let (key, from) = match parent.key.take() {
        Some((key, at)) => (Some(key), at),
        None if parent.mapping => return,
        None => (None, start),
    };
    // The end of a block collection is where the next thing begins: step back over blank lines.
    let end = text.get(..end).map_or(end, |before| before.trim_end().len()).max(from.byte);
    found.push(Entry {
        key,
        start: from.byte,
        end,
        place: from.place,
        value: start.place,
        block: parent.block,
        depth,
        path,
    });
}

/// The path of the entry that is being read in the innermost of `open`.
fn path(open: &[Open]) -> String {
    let step = |open: &Open| open.key.as_ref().map_or_else(|| open.begun.to_string(), |(key, _)| key.clone());
    open.iter().map(step).collect::<Vec<_>>().join(".")
}

/// Where each value of a document stands, by its path: `stages.2.run`.
///
/// For what is wrong beyond the shape, where the decoded value has lost its place.
#[derive(Debug, Default)]
pub struct Places<'t> {
    file: String,
    text: &'t str,
    values: BTreeMap<String, (u64, u64)>,
}

impl<'t> Places<'t> {
    /// Reads the places of `text`; of something that is no YAML, none.
    pub fn of(file: &str, text: &'t str) -> Self {
        let place = |entry: Entry| (entry.path, if entry.key.is_some() { entry.place } else { entry.value });
        let values = entries(text).unwrap_or_default().into_iter().map(place).collect();
        Self { file: file.to_owned(), text, values }
    }

    /// A problem with what stands at `path`: at its key (or list item), or at the nearest one around it.
    pub fn problem(&self, path: &str, message: Text) -> Problem {
        let (line, column) = self.place(path);
        Problem { file: self.file.clone(), line, column, message, warning: false }
    }

    /// A problem with a word inside the value at `path`: where the word stands.
    pub fn problem_with(&self, path: &str, word: &str, message: Text) -> Problem {
        let mut problem = self.problem(path, message);
        let from = usize::try_from(problem.line).unwrap_or(1).saturating_sub(1);
        let hit = self.text.lines().enumerate().skip(from).find_map(|(line, text)| {
            let at = text.find(word)?;
            Some((line as u64 + 1, text[..at].chars().count() as u64 + 1))
        });
        if let Some((line, column)) = hit {
            problem.line = line;
            problem.column = column;
        }
        problem
    }

    fn place(&self, path: &str) -> (u64, u64) {
        let mut path = path;
        loop {
            if let Some(place) = self.values.get(path) {
                return *place;
            }
            match path.rsplit_once('.') {
                Some((around, _)) => path = around,
                None => return (1, 1),
            }
        }
    }
}
