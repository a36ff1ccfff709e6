//! Where entries begin and end in a YAML text, so that one can be left out and the rest read again.
//!
//! Works on the parser's events and keeps every other line and column where it was: what is left out
//! becomes blanks. Flow collections (`{a: 1}`) are left out whole.

use serde_yaml::granit_parser::{Event, Parser, Span, StructureStyle};

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
}

/// A collection whose entries are being read.
struct Open {
    mapping: bool,
    block: bool,
    /// Its own start, for the entry that it is the value of.
    start: Mark,
    /// A key waiting for its value.
    key: Option<(String, Mark)>,
}

#[derive(Clone, Copy)]
struct Mark {
    byte: usize,
    place: (u64, u64),
}

/// The text without the entry at `place`, and the names of the fields that went with it.
pub(super) fn without_entry(text: &str, place: (u64, u64)) -> Option<(String, Vec<String>)> {
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
pub(super) fn without_item(text: &str, place: (u64, u64)) -> Option<(String, Vec<String>)> {
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

fn cut(text: &str, entries: &[Entry], entry: &Entry) -> Option<(String, Vec<String>)> {
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
    // A block scalar's indentation must not swallow what follows, and a lone key needs no value.
    Some((shorter, entry.key.clone().into_iter().collect()))
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
    Some(Open { mapping, block: style == StructureStyle::Block, start: mark(span)?, key: None })
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
    let Some(parent) = open.last_mut() else { return };
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
    });
}
