//! Search over the whole log, a piece at a time.
//!
//! Owns the pattern and, for each chunk of the store, how many of its lines match: enough to count, to jump and
//! to say "12 of 345" without a list of every hit. Whoever drives it decides how long a piece may take.

use std::cell::RefCell;
use std::ops::Range;

use regex::bytes;
use regex::{Regex, RegexBuilder};

use super::abreast::{abreast, cores};
use super::mask::Bits;
use super::needle::{CHUNK, Needle};
use super::store::Store;

/// Which lines of a chunk a match may stand on; nothing where it may stand on all of them.
pub type Within<'a> = &'a mut dyn FnMut(usize) -> Option<Bits>;

/// Matches nothing; for a pattern of megabytes, which would match too much or nothing anyway.
fn nothing() -> (Regex, bytes::Regex) {
    const NOTHING: &str = "[^\\s\\S]";
    let constant = "a constant pattern compiles";
    (Regex::new(NOTHING).expect(constant), bytes::Regex::new(NOTHING).expect(constant))
}

/// The chunk that holds the end of a text whose middle is not counted yet.
const END: usize = usize::MAX;

/// Where a match is looked for; [`Search::look`] goes on with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quest {
    /// The next chunk to look into.
    chunk: usize,
    /// Matches count from this line on, or before it.
    line: u64,
    forward: bool,
}

impl Quest {
    /// Whether it goes towards the end.
    pub fn is_forward(&self) -> bool {
        self.forward
    }

    /// The line from which on, or before which, matches count.
    pub fn line(&self) -> u64 {
        self.line
    }
}

/// What a look found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// This line matches.
    Found(u64),
    /// No line does.
    Nowhere,
    /// Not yet; look on.
    Later,
    /// Not yet, and there is nothing to look at until more of the text is known.
    Waits,
}

/// A running or finished search.
pub struct Search {
    pattern: String,
    regex: Regex,
    needle: Needle,
    literal: bool,
    /// Matching lines of each sealed chunk, as far as scanned.
    counts: Vec<u32>,
    total: u64,
    /// Where texts are read into.
    rooms: RefCell<Vec<Vec<u8>>>,
}

impl Search {
    /// Starts over. A pattern that is no regular expression (yet) is taken literally; capitals make it
    /// case-sensitive.
    pub fn new(pattern: &str) -> Self {
        let insensitive = !pattern.chars().any(char::is_uppercase);
        let compile =
            |text: &str| RegexBuilder::new(text).case_insensitive(insensitive).size_limit(1 << 20).build();
        let over_bytes = |text: &str, lines: bool| {
            bytes::RegexBuilder::new(text)
                .case_insensitive(insensitive)
                .multi_line(lines)
                .size_limit(1 << 20)
                .build()
        };
        let escaped = regex::escape(pattern);
        let literal = compile(pattern).is_err();
        let text = if literal { &*escaped } else { pattern };
        // The ends of the text mean the ends of a line, which the sieve cannot know; nor can it under flags.
        let confined = ["\\A", "\\z", "(?"].iter().any(|part| text.contains(part));
        let (regex, line) = match (compile(text), over_bytes(text, false)) {
            (Ok(regex), Ok(line)) => (regex, line),
            _ => nothing(),
        };
        Self {
            pattern: pattern.to_owned(),
            regex,
            needle: Needle { line, sieve: over_bytes(text, true).ok().filter(|_| !confined) },
            literal,
            counts: Vec::new(),
            total: 0,
            rooms: RefCell::default(),
        }
    }

    /// What is searched for.
    pub fn pattern(&self) -> &str {
        &self.pattern
    }

    /// Whether the pattern is no regular expression and is taken literally.
    pub fn is_literal(&self) -> bool {
        self.literal
    }

    /// Other lines than before may hold matches: nothing is counted yet.
    pub fn recount(&mut self) {
        self.counts.clear();
        self.total = 0;
    }

    /// Scans about `bytes` of text more; `true` while sealed chunks remain.
    pub fn step(&mut self, store: &Store, bytes: usize, within: Within<'_>) -> bool {
        let sealed = store.chunks() - 1;
        let mut left = bytes;
        let mut batch = Vec::new();
        for index in self.counts.len()..sealed {
            if left == 0 {
                break;
            }
            let bits = within(index);
            let hidden = bits.as_ref().is_some_and(|bits| bits.next(0, true).is_none());
            left = left.saturating_sub(if hidden { CHUNK } else { store.size_of(index) + 1 });
            batch.push((index, bits));
        }
        let needle = &self.needle;
        // Whoever counts the lines of a text has the other core.
        let at_once = if store.is_counting() { 1 } else { cores() };
        let rooms = self.rooms.get_mut();
        rooms.resize(rooms.len().max(at_once), Vec::new());
        let counts = abreast(&batch, &mut rooms[..at_once], |(index, bits), room| {
            needle.count(store, *index, bits.as_ref(), room)
        });
        self.total += counts.iter().map(|count| u64::from(*count)).sum::<u64>();
        self.counts.extend(counts);
        self.counts.len() < sealed
    }

    /// Matching lines found so far, and whether everything was looked at.
    pub fn count(&self, store: &Store, within: Within<'_>) -> (u64, bool) {
        let open = store.chunks() - 1;
        let last =
            if store.has_gap() { 0 } else { self.hits(store, open, within(open).as_ref()).0.len() as u64 };
        (self.total + last, self.counts.len() >= open && !store.is_counting())
    }

    /// The matching lines of a chunk, and the size of its text.
    pub(super) fn in_chunk(&self, store: &Store, index: usize) -> (Vec<u64>, usize) {
        self.hits(store, index, None)
    }

    /// The same, as far as they are among these lines.
    fn hits(&self, store: &Store, index: usize, within: Option<&Bits>) -> (Vec<u64>, usize) {
        let mut rooms = self.rooms.borrow_mut();
        if rooms.is_empty() {
            rooms.push(Vec::new());
        }
        self.needle.hits(store, index, within, &mut rooms[0])
    }

    fn may_match(&self, index: usize) -> bool {
        self.counts.get(index).is_none_or(|count| *count > 0)
    }

    /// The first match at or after `line`, or the last one before it, is wanted.
    pub fn quest(store: &Store, line: u64, forward: bool) -> Quest {
        let at_end = store.has_gap() && line > store.counted();
        Quest { chunk: if at_end { END } else { store.chunk_of(line) }, line, forward }
    }

    /// Looks for it in about `bytes` of text.
    pub fn look(&mut self, store: &Store, quest: &mut Quest, bytes: usize, within: Within<'_>) -> Look {
        let mut left = bytes;
        loop {
            let open = store.chunks() - 1;
            if quest.chunk == open && store.has_gap() {
                return Look::Waits;
            }
            // What nobody looked at yet is counted on the way, by all who can.
            if quest.forward && quest.chunk == self.counts.len() && quest.chunk < open {
                if left == 0 {
                    return Look::Later;
                }
                self.step(store, left, within);
                left = 0;
            }
            if self.may_match(quest.chunk) {
                if left == 0 && quest.chunk >= self.counts.len() {
                    return Look::Later;
                }
                let (hits, size) = self.hits(store, quest.chunk, within(quest.chunk.min(open)).as_ref());
                left = left.saturating_sub(size);
                let found = if quest.forward {
                    hits.into_iter().find(|at| *at >= quest.line)
                } else {
                    hits.into_iter().rfind(|at| *at < quest.line)
                };
                if let Some(line) = found {
                    return Look::Found(line);
                }
            }
            if quest.chunk == END && !quest.forward {
                return Look::Waits;
            }
            let next = if quest.forward { quest.chunk.checked_add(1) } else { quest.chunk.checked_sub(1) };
            match next.filter(|next| *next < store.chunks()) {
                Some(next) => quest.chunk = next,
                None => return Look::Nowhere,
            }
        }
    }

    /// Which of the matching lines `line` is, from 1; 0 where it is none, `None` where that is not known yet.
    pub fn place(&self, store: &Store, line: u64, within: Within<'_>) -> Option<u64> {
        if store.has_gap() && line > store.counted() {
            return None;
        }
        let index = store.chunk_of(line);
        let before: u64 = self.counts.get(..index)?.iter().map(|count| u64::from(*count)).sum();
        let at = self.hits(store, index, within(index).as_ref()).0.into_iter().position(|hit| hit == line);
        Some(at.map_or(0, |at| before + at as u64 + 1))
    }

    /// Where the pattern stands in a line's text; empty matches are left out.
    pub fn matches(&self, text: &str) -> Vec<Range<usize>> {
        self.regex
            .find_iter(text)
            .map(|found| found.range())
            .filter(|range| !range.is_empty())
            .take(1000)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::style::Line;
    use super::*;

    fn all(_: usize) -> Option<Bits> {
        None
    }

    #[test]
    fn only_lines_that_are_seen_count() {
        let store = store(10_000);
        let mut search = Search::new("error");
        // Of every chunk, only the last lines; of the second, none.
        let mut few = |chunk: usize| {
            let mut bits = Bits::all(store.lines_in(chunk), false);
            bits.set(if chunk == 1 { 512 } else { 400 }..512, true);
            Some(bits)
        };
        let expected: Vec<u64> = (0..10_000)
            .filter(|line| line % 1000 == 7 && line % 512 >= 400 && !(512..1024).contains(line))
            .collect();
        assert_eq!(expected.first(), Some(&2007));
        while search.step(&store, usize::MAX, &mut few) {}
        assert_eq!(search.count(&store, &mut few), (expected.len() as u64, true));
        let mut quest = Search::quest(&store, 8, true);
        let next = expected.iter().find(|line| **line >= 8);
        let found = search.look(&store, &mut quest, usize::MAX, &mut few);
        assert_eq!(found, next.map_or(Look::Nowhere, |line| Look::Found(*line)));
        search.recount();
        while search.step(&store, usize::MAX, &mut all) {}
        assert_eq!(search.count(&store, &mut all), (10, true));
    }

    fn store(lines: u64) -> Store {
        let mut store = Store::default();
        for number in 0..lines {
            store.push(&Line::plain(if number % 1000 == 7 {
                format!("Error {number}")
            } else {
                "fine".into()
            }));
        }
        store
    }

    #[test]
    fn finds_counts_and_places_over_chunks() {
        let store = store(10_000);
        let mut search = Search::new("error");
        let look = |search: &mut Search, line, forward| {
            let mut quest = Search::quest(&store, line, forward);
            std::iter::repeat_with(|| search.look(&store, &mut quest, 1, &mut all))
                .find(|look| *look != Look::Later)
                .unwrap()
        };
        assert_eq!(look(&mut search, 8, true), Look::Found(1007), "works before anything was scanned");
        let mut quest = Search::quest(&store, 1008, true);
        assert_eq!(search.look(&store, &mut quest, 1, &mut all), Look::Later, "a small budget is kept");
        while search.look(&store, &mut quest, 1, &mut all) == Look::Later {}
        assert_eq!(search.look(&store, &mut quest, 1, &mut all), Look::Found(2007), "and the quest goes on");
        assert_eq!(
            search.place(&store, 9007, &mut all),
            None,
            "not known before the chunks before it are scanned"
        );
        let mut steps = 0;
        while search.step(&store, 1, &mut all) {
            steps += 1;
        }
        assert!(steps > 5, "a small budget makes small steps");
        assert_eq!(search.count(&store, &mut all), (10, true));
        assert_eq!(look(&mut search, 0, true), Look::Found(7));
        assert_eq!(look(&mut search, 9008, true), Look::Nowhere);
        assert_eq!(look(&mut search, 9007, false), Look::Found(8007));
        assert_eq!(look(&mut search, 7, false), Look::Nowhere);
        assert_eq!(search.place(&store, 2007, &mut all), Some(3));
        assert_eq!(search.place(&store, 2008, &mut all), Some(0));
    }

    #[test]
    fn growing_logs_are_counted_to_their_end() {
        let mut store = store(100);
        let mut search = Search::new("Error");
        assert!(!search.step(&store, usize::MAX, &mut all));
        assert_eq!(search.count(&store, &mut all).0, 1);
        for _ in 0..1000 {
            store.push(&Line::plain("Error again"));
        }
        while search.step(&store, usize::MAX, &mut all) {}
        assert_eq!(search.count(&store, &mut all).0, 1001);
    }

    #[test]
    fn half_a_pattern_is_literal_and_capitals_matter() {
        assert!(Search::new("foo(").is_literal());
        assert_eq!(Search::new("foo(").matches("a foo( b").first(), Some(&(2..6)));
        assert_eq!(Search::new("err").matches("ERR err"), [0..3, 4..7]);
        assert_eq!(Search::new("Err").matches("ERR Err").first(), Some(&(4..7)));
        assert!(Search::new("x*").matches("abc").is_empty());
    }

    #[test]
    fn anchors_and_flags_mean_the_line_wherever_it_stands() {
        let mut store = Store::default();
        for number in 0..2000 {
            store.push(&Line::plain(format!("{number} tail {number}")));
        }
        for (pattern, count) in [
            ("^7 ", 1),
            (" 7$", 1),
            ("\\A7 ", 1),
            (" 7\\z", 1),
            ("(?s)^7 .*7$", 1),
            ("tail", 2000),
            ("^$", 0),
            ("[^a]7$", 200),
        ] {
            let mut search = Search::new(pattern);
            while search.step(&store, usize::MAX, &mut all) {}
            assert_eq!(search.count(&store, &mut all).0, count, "{pattern}");
        }
    }

    #[test]
    fn a_match_over_two_lines_is_none_of_either() {
        let mut store = Store::default();
        for line in ["ends in a", "b begins", "a  b", "a"] {
            store.push(&Line::plain(line));
        }
        let search = Search::new("a\\s+b");
        assert_eq!(search.in_chunk(&store, 0).0, [2]);
        assert_eq!(Search::new("a").in_chunk(&store, 0).0, [0, 2, 3]);
    }
}
