//! A chunk of lines in memory, and how it is packed for a shelf.

use crate::text::style::{Color, Line, Run, Style};

/// Some lines: all text in one string, a newline after each, all style changes in one list, and what lines came as
/// where that is more than their text.
#[derive(Default)]
pub(super) struct Chunk {
    text: String,
    /// Where each line's text ends.
    ends: Vec<u32>,
    /// Where each line's runs end.
    run_ends: Vec<u32>,
    runs: Vec<Run>,
    /// Where each line's bytes end; a line without any came as its text.
    came_ends: Vec<u32>,
    came: Vec<u8>,
}

impl Chunk {
    pub(super) fn lines(&self) -> usize {
        self.ends.len()
    }

    /// Bytes that it takes, more or less.
    pub(super) fn size(&self) -> usize {
        self.text.len() + self.came.len()
    }

    /// Appends a line that came as these bytes.
    pub(super) fn push(&mut self, line: &Line, came: &[u8]) {
        if came != line.text.as_bytes() {
            self.came.extend_from_slice(came);
        }
        self.came_ends.push(self.came.len() as u32);
        self.text.push_str(&line.text);
        self.ends.push(self.text.len() as u32);
        self.text.push('\n');
        self.runs.extend_from_slice(&line.runs);
        self.run_ends.push(self.runs.len() as u32);
    }

    /// The text of all lines.
    pub(super) fn whole(&self) -> &str {
        &self.text
    }

    pub(super) fn text(&self, index: usize) -> &str {
        let start = if index == 0 { 0 } else { self.ends[index - 1] as usize + 1 };
        self.ends.get(index).and_then(|end| self.text.get(start..*end as usize)).unwrap_or("")
    }

    pub(super) fn line(&self, index: usize) -> Option<Line> {
        let last = *self.run_ends.get(index)? as usize;
        let first = if index == 0 { 0 } else { self.run_ends[index - 1] as usize };
        Some(Line { text: self.text(index).to_owned(), runs: self.runs.get(first..last)?.to_vec() })
    }

    /// What a line came as.
    pub(super) fn came(&self, index: usize) -> Option<&[u8]> {
        let end = *self.came_ends.get(index)? as usize;
        let start = if index == 0 { 0 } else { self.came_ends[index - 1] as usize };
        if start == end { Some(self.text(index).as_bytes()) } else { self.came.get(start..end) }
    }

    pub(super) fn lost(lines: usize) -> Self {
        let mut chunk = Self::default();
        let line = Line::plain("\u{fffd}");
        for _ in 0..lines {
            chunk.push(&line, line.text.as_bytes());
        }
        chunk
    }

    pub(super) fn pack(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.size() + self.lines() * 4 + self.runs.len() * 6);
        number(&mut bytes, self.text.len() as u32);
        bytes.extend_from_slice(self.text.as_bytes());
        number(&mut bytes, self.lines() as u32);
        let mut end = 0;
        for line_end in &self.ends {
            number(&mut bytes, line_end - end);
            end = *line_end;
        }
        let mut first = 0;
        for run_end in &self.run_ends {
            number(&mut bytes, run_end - first);
            for run in &self.runs[first as usize..*run_end as usize] {
                number(&mut bytes, run.start);
                bytes.push(run.style.attrs);
                color(&mut bytes, run.style.fg);
                color(&mut bytes, run.style.bg);
            }
            first = *run_end;
        }
        let mut end = 0;
        for came_end in &self.came_ends {
            number(&mut bytes, came_end - end);
            end = *came_end;
        }
        bytes.extend_from_slice(&self.came);
        bytes
    }

    /// The lines of a packed chunk.
    pub(super) fn unpack(bytes: &[u8]) -> Option<Self> {
        let text = String::from_utf8(text(bytes)?.to_vec()).ok()?;
        let mut rest = bytes;
        take_number(&mut rest)?;
        rest = rest.get(text.len()..)?;
        let lines = take_number(&mut rest)?;
        let mut chunk = Self { text, ..Self::default() };
        let mut end = 0u32;
        for _ in 0..lines {
            end = end.checked_add(take_number(&mut rest)?)?;
            chunk.ends.push(end);
        }
        for _ in 0..lines {
            for _ in 0..take_number(&mut rest)? {
                let start = take_number(&mut rest)?;
                let attrs = take_byte(&mut rest)?;
                let style = Style { attrs, fg: take_color(&mut rest)?, bg: take_color(&mut rest)? };
                chunk.runs.push(Run { start, style });
            }
            chunk.run_ends.push(chunk.runs.len() as u32);
        }
        let mut end = 0u32;
        for _ in 0..lines {
            end = end.checked_add(take_number(&mut rest)?)?;
            chunk.came_ends.push(end);
        }
        chunk.came = rest.get(..end as usize)?.to_vec();
        Some(chunk)
    }
}

/// The text of a packed chunk, which is all that a search reads.
pub(super) fn text(packed: &[u8]) -> Option<&[u8]> {
    let mut rest = packed;
    let len = take_number(&mut rest)? as usize;
    rest.get(..len)
}

/// LEB128.
fn number(bytes: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

fn take_byte(rest: &mut &[u8]) -> Option<u8> {
    let (first, tail) = rest.split_first()?;
    *rest = tail;
    Some(*first)
}

fn take_number(rest: &mut &[u8]) -> Option<u32> {
    let mut value = 0u32;
    for shift in (0..35).step_by(7) {
        let byte = take_byte(rest)?;
        value |= u32::from(byte & 0x7f).checked_shl(shift)?;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

fn color(bytes: &mut Vec<u8>, color: Color) {
    match color {
        Color::Default => bytes.push(0),
        Color::Indexed(index) => bytes.extend([1, index]),
        Color::Rgb(r, g, b) => bytes.extend([2, r, g, b]),
    }
}

fn take_color(rest: &mut &[u8]) -> Option<Color> {
    Some(match take_byte(rest)? {
        0 => Color::Default,
        1 => Color::Indexed(take_byte(rest)?),
        _ => Color::Rgb(take_byte(rest)?, take_byte(rest)?, take_byte(rest)?),
    })
}
