//! UTF-16 with a byte order mark, as a Windows shell redirects output, into UTF-8.

use std::io::{self, Read};

/// Which byte of a unit comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Little,
    Big,
}

/// By the byte order mark.
pub(super) fn order(head: &[u8]) -> Option<Order> {
    match head {
        [0xFF, 0xFE, ..] => Some(Order::Little),
        [0xFE, 0xFF, ..] => Some(Order::Big),
        _ => None,
    }
}

/// Reads UTF-8 from UTF-16; what is not UTF-16 becomes U+FFFD.
pub(super) struct Utf16<R> {
    source: R,
    order: Order,
    /// Bytes of the source that are not decoded yet: half a unit, or half a pair.
    left: Vec<u8>,
    text: Vec<u8>,
    given: usize,
}

impl<R: Read> Utf16<R> {
    pub(super) fn new(source: R, order: Order) -> Self {
        Self { source, order, left: Vec::new(), text: Vec::new(), given: 0 }
    }

    /// Decodes one more block; `false` at the end.
    fn more(&mut self) -> io::Result<bool> {
        let mut block = [0; 16 * 1024];
        let n = self.source.read(&mut block)?;
        self.left.extend_from_slice(&block[..n]);
        let unit = |pair: &[u8]| match self.order {
            Order::Little => u16::from_le_bytes([pair[0], pair[1]]),
            Order::Big => u16::from_be_bytes([pair[0], pair[1]]),
        };
        let mut units: Vec<u16> = self.left.chunks_exact(2).map(unit).collect();
        let mut used = units.len() * 2;
        if n > 0 && units.last().is_some_and(|unit| (0xD800..0xDC00).contains(unit)) {
            units.pop();
            used -= 2;
        }
        self.text.clear();
        self.given = 0;
        for c in char::decode_utf16(units) {
            let c = c.unwrap_or(char::REPLACEMENT_CHARACTER);
            self.text.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
        self.left.drain(..used);
        if n == 0 && !self.left.is_empty() {
            self.left.clear();
            self.text.extend_from_slice("\u{FFFD}".as_bytes());
        }
        Ok(n > 0 || !self.text.is_empty())
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while self.given == self.text.len() {
            if !self.more()? {
                return Ok(0);
            }
        }
        let n = buf.len().min(self.text.len() - self.given);
        buf[..n].copy_from_slice(&self.text[self.given..self.given + n]);
        self.given += n;
        Ok(n)
    }
}
