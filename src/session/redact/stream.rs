//! Masking of output that is cut anywhere.
//!
//! Holds back what may become a secret with the next piece, never more than the longest secret (or shape)
//! less one byte, and remembers a little of what was let through, for a shape may begin there.

use super::{MASK, Redactor};

/// How much of the text that was let through stays in sight: long enough for the name of a variable.
const CONTEXT: usize = 64;
/// When nothing comes, this much of what may be the start of a secret is shown: a prompt must not look cut.
const TEASER: usize = 3;

/// See [`Redactor::stream`].
#[derive(Debug)]
pub struct Stream {
    redactor: Redactor,
    /// What is in sight: `shown` bytes that were let through, then what is held back.
    text: Vec<u8>,
    shown: usize,
}

impl Stream {
    pub(super) fn new(redactor: Redactor) -> Self {
        Self { redactor, text: Vec::new(), shown: 0 }
    }

    /// From now on masks what this redactor knows.
    pub fn learn(&mut self, redactor: &Redactor) {
        self.redactor = redactor.clone();
    }

    /// Appends to `out` what is certain after these bytes, secrets masked.
    pub fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        self.text.extend_from_slice(bytes);
        let (spans, open) = self.redactor.spans(&self.text);
        let (begun, _) = self.redactor.begun(&self.text);
        self.emit(&spans, begun.min(open.from), out);
        // A shape in sight is kept whole, so that it can still be told apart with what follows.
        let keep = self.shown.min(begun).min(open.keep).min(self.text.len().saturating_sub(CONTEXT));
        self.text.drain(..keep);
        self.shown -= keep;
    }

    /// Nothing came for a while: lets through what cannot give a secret away. The rest waits for [`Self::end`].
    pub fn idle(&mut self, out: &mut Vec<u8>) {
        if self.shown == self.text.len() {
            return;
        }
        let (spans, open) = self.redactor.spans(&self.text);
        let (begun, _) = self.redactor.begun(&self.text);
        let teaser = self.text.len().min(begun + TEASER);
        self.emit(&spans, teaser.min(open.from), out);
    }

    /// The output is over: lets all through; a secret that was cut off past its half is masked too.
    pub fn end(&mut self, out: &mut Vec<u8>) {
        let (begun, len) = self.redactor.begun(&self.text);
        let mut spans = self.redactor.spans_of_whole(&self.text);
        let cut_off = self.text.len() - begun;
        if cut_off >= 4 && cut_off * 2 >= len {
            spans.retain(|span| span.end <= begun);
            spans.push(begun..self.text.len());
        }
        self.emit(&spans, self.text.len(), out);
        self.text.clear();
        self.shown = 0;
    }

    fn emit(&mut self, spans: &[std::ops::Range<usize>], until: usize, out: &mut Vec<u8>) {
        for span in spans {
            if span.start >= until {
                break;
            }
            if span.end <= self.shown {
                continue;
            }
            if self.shown < span.start {
                out.extend_from_slice(&self.text[self.shown..span.start]);
            }
            out.extend_from_slice(MASK.as_bytes());
            self.shown = span.end;
        }
        if self.shown < until {
            out.extend_from_slice(&self.text[self.shown..until]);
            self.shown = until;
        }
    }
}
