//! A block of a text as it stands in its file: cut into lines when it is read, styled line by line when drawn.

use std::borrow::Cow;

use crate::text::build::Builder;
use crate::text::plain;
use crate::text::style::Line;

/// As much of a line is styled; what is visible of it ends long before.
const LINE_AT_MOST: usize = 1 << 20;

/// Lines of a text.
pub(super) struct Raw {
    bytes: Vec<u8>,
    /// Where each line ends.
    ends: Vec<u32>,
    /// Where colours may reach from one line into the next, all lines are styled at once.
    styled: Option<Vec<Line>>,
}

impl Raw {
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        let mut ends: Vec<u32> = memchr::memchr_iter(b'\n', &bytes).map(|end| end as u32).collect();
        if bytes.last().is_some_and(|last| *last != b'\n') {
            ends.push(bytes.len() as u32);
        }
        let mut raw = Self { bytes, ends, styled: None };
        if memchr::memchr(0x1b, &raw.bytes).is_some() {
            let mut builder = Builder::new(80);
            let mut lines = Vec::with_capacity(raw.ends.len());
            for index in 0..raw.ends.len() {
                lines.extend(builder.feed(raw.of(index)));
                lines.extend(builder.feed(b"\n"));
                lines.truncate(index + 1);
            }
            raw.styled = Some(lines);
        }
        raw
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn lines(&self) -> usize {
        self.ends.len()
    }

    fn of(&self, index: usize) -> &[u8] {
        let start = if index == 0 { 0 } else { self.ends[index - 1] as usize + 1 };
        let end = self.ends[index] as usize;
        &self.bytes[start..end.min(start + LINE_AT_MOST)]
    }

    /// The bytes of a line.
    pub(super) fn raw(&self, index: usize) -> Option<Vec<u8>> {
        (index < self.ends.len()).then(|| self.of(index).to_vec())
    }

    pub(super) fn line(&self, index: usize) -> Option<Line> {
        if index >= self.ends.len() {
            return None;
        }
        if let Some(styled) = &self.styled {
            return styled.get(index).cloned();
        }
        let mut builder = Builder::new(80);
        builder.feed(self.of(index));
        builder.feed(b"\n").into_iter().next()
    }
}

/// What a search reads of a text: the bytes themselves where they stand for themselves, else what a terminal
/// would show of each line.
pub(super) fn text(bytes: &[u8]) -> Cow<'_, [u8]> {
    if stands_for_itself(bytes) {
        return Cow::Borrowed(bytes);
    }
    let mut text = Vec::with_capacity(bytes.len());
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        if stands_for_itself(line) {
            text.extend_from_slice(line);
        } else {
            let body = line.strip_suffix(b"\n").unwrap_or(line);
            text.extend_from_slice(plain::clean(body).as_bytes());
            text.extend_from_slice(&line[body.len()..]);
        }
    }
    Cow::Owned(text)
}

/// Whether nothing in it moves a cursor or sets a mode. Looks at every byte, so that many are looked at at once.
fn stands_for_itself(bytes: &[u8]) -> bool {
    // What may begin a control of two bytes is looked at once more.
    const LEADS: u8 = 2;
    let found = bytes.iter().fold(0, |any, byte| {
        let control = u8::from(*byte < 0x20) & u8::from(*byte != b'\n') & u8::from(*byte != b'\t');
        any | control | u8::from(*byte == 0x7f) | (u8::from(*byte == 0xc2) * LEADS)
    });
    let c1 = |at: usize| bytes.get(at + 1).is_some_and(|byte| (0x80..0xa0).contains(byte));
    found == 0 || (found == LEADS && !memchr::memchr_iter(0xc2, bytes).any(c1))
}
