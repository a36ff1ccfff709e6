//! Which lines of a log something holds of: a bit a line, found out a chunk at a time and kept.
//!
//! Owns the bits and how lines are told apart: by a pattern, as repeats of the line before, as heads of a shell's
//! traced commands or of an image build's steps. What the bits are for is the log pane's business.

use std::ops::Range;

use super::search::Search;
use super::store::Store;

/// A bit for each line of a chunk.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bits {
    words: Vec<u64>,
    len: usize,
}

impl Bits {
    /// So many lines, all of them alike.
    pub fn all(len: usize, on: bool) -> Self {
        let mut bits = Self { words: vec![if on { u64::MAX } else { 0 }; len.div_ceil(64)], len };
        bits.trim();
        bits
    }

    fn trim(&mut self) {
        if let (Some(last), rest @ 1..) = (self.words.last_mut(), self.len % 64) {
            *last &= (1 << rest) - 1;
        }
    }

    /// Lines.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no line.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether it holds of a line.
    pub fn get(&self, at: usize) -> bool {
        at < self.len && (self.words[at / 64] >> (at % 64)) & 1 == 1
    }

    /// Says whether it holds of some lines; what is beyond the end is no matter.
    pub fn set(&mut self, range: Range<usize>, on: bool) {
        for at in range.start..range.end.min(self.len) {
            let bit = 1 << (at % 64);
            if on {
                self.words[at / 64] |= bit;
            } else {
                self.words[at / 64] &= !bit;
            }
        }
    }

    /// Of how many lines it holds.
    pub fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Holds where either did.
    pub fn or(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word |= other);
    }

    /// Holds where both did.
    pub fn and(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word &= other);
    }

    /// Holds where the other does not.
    pub fn without(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word &= !other);
    }

    /// The lines of which it holds.
    pub fn on(&self) -> impl DoubleEndedIterator<Item = usize> + '_ {
        (0..self.len).filter(|at| self.get(*at))
    }

    /// The first line at or after `at` of which it does (or does not) hold.
    pub fn next(&self, at: usize, on: bool) -> Option<usize> {
        let mut at = at;
        while at < self.len {
            let word = if on { self.words[at / 64] } else { !self.words[at / 64] } >> (at % 64);
            if word == 0 {
                at = (at / 64 + 1) * 64;
                continue;
            }
            at += word.trailing_zeros() as usize;
            return (at < self.len).then_some(at);
        }
        None
    }

    /// The last line before `at` of which it holds.
    pub fn before(&self, at: usize) -> Option<usize> {
        let mut at = at.min(self.len);
        while at > 0 {
            let word = self.words[(at - 1) / 64] << (63 - (at - 1) % 64);
            if word == 0 {
                at = (at - 1) / 64 * 64;
                continue;
            }
            return Some(at - 1 - word.leading_zeros() as usize);
        }
        None
    }
}

/// How lines are told apart.
pub enum Rule {
    /// They match a pattern.
    Pattern(Box<Search>),
    /// They say what the line before said.
    Repeat,
    /// A shell that traces its commands begins one (`+ make`).
    Command,
    /// An image build goes on with another of its steps (`#12 [build 3/7] RUN …`).
    Step,
}

impl Rule {
    /// Lines that match.
    pub fn pattern(pattern: &str) -> Self {
        Self::Pattern(Box::new(Search::new(pattern)))
    }
}

/// Which lines a rule holds of, as far as they were looked at.
pub struct Mask {
    rule: Rule,
    sealed: Vec<Option<Bits>>,
    /// The chunk that still grows: which one it was when it was looked at, and what was found.
    open: Option<(usize, Bits)>,
    room: Vec<u8>,
}

impl Mask {
    /// Nothing was looked at yet.
    pub fn new(rule: Rule) -> Self {
        Self { rule, sealed: Vec::new(), open: None, room: Vec::new() }
    }

    /// The rule.
    pub fn rule(&self) -> &Rule {
        &self.rule
    }

    /// The log starts anew.
    pub fn again(&mut self) {
        self.sealed.clear();
        self.open = None;
    }

    /// What is known of a chunk.
    pub fn known(&self, store: &Store, chunk: usize) -> Option<&Bits> {
        let lines = store.lines_in(chunk);
        let bits = if chunk + 1 == store.chunks() {
            self.open.as_ref().filter(|(at, _)| *at == chunk).map(|(_, bits)| bits)
        } else {
            self.sealed.get(chunk).and_then(Option::as_ref)
        };
        bits.filter(|bits| bits.len == lines)
    }

    /// Looks at a chunk, if nobody did; answers how much of text that was.
    pub fn look(&mut self, store: &Store, chunk: usize) -> usize {
        if self.known(store, chunk).is_some() {
            return 0;
        }
        let (bits, size) = self.bits(store, chunk);
        if chunk + 1 == store.chunks() {
            self.open = Some((chunk, bits));
        } else {
            if self.sealed.len() <= chunk {
                self.sealed.resize(chunk + 1, None);
            }
            self.sealed[chunk] = Some(bits);
        }
        size
    }

    fn bits(&mut self, store: &Store, chunk: usize) -> (Bits, usize) {
        let mut bits = Bits::all(store.lines_in(chunk), false);
        if let Rule::Pattern(search) = &self.rule {
            let (hits, size) = search.in_chunk(store, chunk);
            let first = store.first_of(chunk);
            for at in hits.into_iter().map(|hit| (hit - first) as usize) {
                bits.set(at..at + 1, true);
            }
            return (bits, size);
        }
        let alone = chunk == 0 || (store.has_gap() && chunk + 1 == store.chunks());
        let before = if alone {
            None
        } else {
            store.with_text(chunk - 1, &mut self.room, |text| {
                let text = text.strip_suffix(b"\n").unwrap_or(text);
                let start = memchr::memrchr(b'\n', text).map_or(0, |newline| newline + 1);
                Some(text[start..].to_vec())
            })
        };
        let rule = &self.rule;
        let size = store.with_text(chunk, &mut self.room, |text| {
            let mut last: Option<&[u8]> = before.as_deref();
            for (at, line) in
                text.strip_suffix(b"\n").unwrap_or(text).split(|byte| *byte == b'\n').enumerate()
            {
                if holds(rule, last, line) {
                    bits.set(at..at + 1, true);
                }
                last = Some(line);
            }
            text.len() + 1
        });
        (bits, size)
    }
}

fn holds(rule: &Rule, before: Option<&[u8]>, line: &[u8]) -> bool {
    match rule {
        Rule::Pattern(_) => false,
        Rule::Repeat => before == Some(line),
        Rule::Command => line.starts_with(b"+ ") && line.len() > 2,
        Rule::Step => match step(line) {
            // Blank lines stand between two parts of a step's output.
            None => !line.is_empty() && before.is_some_and(|before| step(before).is_some()),
            number => before.and_then(step) != number,
        },
    }
}

/// The number of the step of an image build that a line belongs to.
fn step(line: &[u8]) -> Option<&[u8]> {
    let rest = line.strip_prefix(b"#")?;
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (digits > 0 && rest.get(digits).is_some_and(|byte| *byte == b' ')).then(|| &rest[..digits])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::style::Line;

    fn lines(mask: Rule, texts: &[&str]) -> Vec<usize> {
        let mut store = Store::default();
        for text in texts {
            store.push(&Line::plain(*text));
        }
        let mut mask = Mask::new(mask);
        mask.look(&store, 0);
        mask.known(&store, 0).expect("looked at").on().collect()
    }

    #[test]
    fn lines_are_told_apart() {
        assert_eq!(lines(Rule::pattern("err"), &["a", "Err", "b", "error"]), [1, 3]);
        assert_eq!(lines(Rule::Repeat, &["a", "a", "a", "b", "a", "", ""]), [1, 2, 6]);
        assert_eq!(lines(Rule::Command, &["+ make", "cc x", "++ id", "+ ", "+ make test"]), [0, 4]);
        let build =
            ["#1 [internal] load", "#1 DONE 0.1s", "", "#2 [1/3] FROM x", "#3 RUN y", "#2 DONE 2s", "end"];
        assert_eq!(lines(Rule::Step, &build), [0, 3, 4, 5, 6]);
        assert!(lines(Rule::Step, &["#include <a.h>", "# 1", "#1"]).is_empty(), "no step is none");
    }

    #[test]
    fn a_repeat_is_seen_over_chunks_and_in_a_chunk_that_grows() {
        let mut store = Store::default();
        (0..600).for_each(|_| store.push(&Line::plain("same")));
        let mut mask = Mask::new(Rule::Repeat);
        for chunk in 0..store.chunks() {
            mask.look(&store, chunk);
        }
        let counts = |mask: &Mask, store: &Store| -> usize {
            (0..store.chunks()).filter_map(|chunk| mask.known(store, chunk)).map(Bits::count).sum()
        };
        assert_eq!(counts(&mask, &store), 599);
        store.push(&Line::plain("same"));
        assert!(mask.known(&store, store.chunks() - 1).is_none(), "it grew");
        mask.look(&store, store.chunks() - 1);
        assert_eq!(counts(&mask, &store), 600);
    }

    proptest! {
        #[test]
        fn neighbours_are_those_of_a_list(on in proptest::collection::btree_set(0usize..200, 0..40), len in 0usize..200, at in 0usize..220) {
            let mut bits = Bits::all(len, false);
            for at in &on {
                bits.set(*at..at + 1, true);
            }
            let on: Vec<usize> = on.into_iter().filter(|at| *at < len).collect();
            prop_assert_eq!(bits.count(), on.len());
            prop_assert_eq!(bits.next(at, true), on.iter().copied().find(|on| *on >= at));
            prop_assert_eq!(bits.before(at), on.iter().copied().rfind(|on| *on < at));
            prop_assert_eq!(bits.next(at, false), (at..len).find(|at| !on.contains(at)));
        }
    }
}
