//! A search's pattern over the bytes of a chunk: which of its lines match, and how many.
//!
//! Whole chunks of text are sieved at once; lines are told apart only where something matches. Which chunks are
//! looked at, and when, is the search's business.

use regex::bytes;

use super::mask::Bits;
use super::store::Store;

/// What a chunk costs whose text need not be looked at.
pub(super) const CHUNK: usize = 1 << 10;

/// The pattern, for the bytes of a text.
pub(super) struct Needle {
    /// For those of a line.
    pub(super) line: bytes::Regex,
    /// The same over many lines at once: where it does not match, no line of them does.
    pub(super) sieve: Option<bytes::Regex>,
}

impl Needle {
    /// Scans a text for lines that match, and says where each begins.
    fn starts(&self, text: &[u8], mut each: impl FnMut(usize)) {
        let end_of = |from: usize| memchr::memchr(b'\n', &text[from..]).map_or(text.len(), |end| from + end);
        let mut at = 0;
        while at < text.len() {
            let (start, end, sure) = match &self.sieve {
                None => (at, end_of(at), false),
                Some(sieve) => {
                    let Some(found) = sieve.find_at(text, at).filter(|found| found.start() < text.len())
                    else {
                        return;
                    };
                    let before = memchr::memrchr(b'\n', &text[at..found.start()]);
                    let end = end_of(found.start());
                    (before.map_or(at, |newline| at + newline + 1), end, found.end() <= end)
                }
            };
            // What begins in this line and ends in another is no match of either.
            if sure || self.line.is_match(&text[start..end]) {
                each(start);
            }
            at = end + 1;
        }
    }

    /// How many lines of a chunk match, of those that are seen.
    pub(super) fn count(
        &self,
        store: &Store,
        index: usize,
        within: Option<&Bits>,
        room: &mut Vec<u8>,
    ) -> u32 {
        if within.is_some() {
            return self.hits(store, index, within, room).0.len() as u32;
        }
        store.with_text(index, room, |text| {
            let mut count = 0;
            self.starts(text, |_| count += 1);
            count
        })
    }

    /// The matching lines of a chunk, and the size of its text.
    fn in_chunk(&self, store: &Store, index: usize, room: &mut Vec<u8>) -> (Vec<u64>, usize) {
        let first = store.first_of(index);
        store.with_text(index, room, |text| {
            let mut hits = Vec::new();
            let (mut line, mut counted) = (first, 0);
            self.starts(text, |start| {
                line += memchr::memchr_iter(b'\n', &text[counted..start]).count() as u64;
                counted = start;
                hits.push(line);
            });
            (hits, text.len() + 1)
        })
    }

    /// The same, as far as they are among these lines.
    pub(super) fn hits(
        &self,
        store: &Store,
        index: usize,
        within: Option<&Bits>,
        room: &mut Vec<u8>,
    ) -> (Vec<u64>, usize) {
        let Some(bits) = within else { return self.in_chunk(store, index, room) };
        if bits.next(0, true).is_none() {
            return (Vec::new(), CHUNK);
        }
        let first = store.first_of(index);
        let (mut hits, size) = self.in_chunk(store, index, room);
        hits.retain(|hit| bits.get((hit - first) as usize));
        (hits, size)
    }
}
