//! Search over the whole log, a piece at a time.
//!
//! Owns the pattern and, for each chunk of the store, how many of its lines match: enough to count, to jump and
//! to say "12 of 345" without a list of every hit. Whoever drives it decides how long a piece may take.

use std::ops::Range;

use regex::{Regex, RegexBuilder};

use super::store::{Chunk, Store};

/// Matches nothing; for a pattern of megabytes, which would match too much or nothing anyway.
fn nothing() -> Regex {
    static NOTHING: std::sync::LazyLock<Regex> =
        std::sync::LazyLock::new(|| Regex::new("[^\\s\\S]").expect("a constant pattern compiles"));
    NOTHING.clone()
}

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
}

/// A running or finished search.
pub struct Search {
    pattern: String,
    regex: Regex,
    /// The same over many lines at once: where it does not match, no line of them does.
    sieve: Option<Regex>,
    literal: bool,
    /// Matching lines of each sealed chunk, as far as scanned.
    counts: Vec<u32>,
    total: u64,
}

impl Search {
    /// Starts over. A pattern that is no regular expression (yet) is taken literally; capitals make it
    /// case-sensitive.
    pub fn new(pattern: &str) -> Self {
        let compile = |text: &str, lines: bool| {
            RegexBuilder::new(text)
                .case_insensitive(!pattern.chars().any(char::is_uppercase))
                .multi_line(lines)
                .size_limit(1 << 20)
                .build()
        };
        let literal = regex::escape(pattern);
        let (text, is_literal) =
            if compile(pattern, false).is_ok() { (pattern, false) } else { (&*literal, true) };
        // The ends of the text mean the ends of a line, which the sieve cannot know; nor can it under flags.
        let confined = ["\\A", "\\z", "(?"].iter().any(|part| text.contains(part));
        Self {
            pattern: pattern.to_owned(),
            regex: compile(text, false).unwrap_or_else(|_| nothing()),
            sieve: compile(text, true).ok().filter(|_| !confined),
            literal: is_literal,
            counts: Vec::new(),
            total: 0,
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

    /// Scans about `bytes` of text more; `true` while sealed chunks remain.
    pub fn step(&mut self, store: &Store, bytes: usize) -> bool {
        let sealed = store.chunks() - 1;
        let mut left = bytes;
        while self.counts.len() < sealed && left > 0 {
            let (count, size) = store.with_chunk(self.counts.len(), |chunk| {
                let count = if self.may_hold(chunk) {
                    (0..chunk.lines()).filter(|index| self.regex.is_match(chunk.text(*index))).count()
                } else {
                    0
                };
                (count as u32, chunk.whole().len() + 1)
            });
            self.counts.push(count);
            self.total += u64::from(count);
            left = left.saturating_sub(size);
        }
        self.counts.len() < sealed
    }

    /// Matching lines found so far, and whether everything was looked at.
    pub fn count(&self, store: &Store) -> (u64, bool) {
        let open = store.chunks() - 1;
        (self.total + self.in_chunk(store, open).0.len() as u64, self.counts.len() >= open)
    }

    fn may_hold(&self, chunk: &Chunk) -> bool {
        self.sieve.as_ref().is_none_or(|sieve| sieve.is_match(chunk.whole()))
    }

    /// The matching lines of a chunk, and the size of its text.
    fn in_chunk(&self, store: &Store, index: usize) -> (Vec<u64>, usize) {
        let first = store.first_of(index);
        store.with_chunk(index, |chunk| {
            let lines = 0..if self.may_hold(chunk) { chunk.lines() } else { 0 };
            let hits = lines.filter(|at| self.regex.is_match(chunk.text(*at))).map(|at| first + at as u64);
            (hits.collect(), chunk.whole().len() + 1)
        })
    }

    fn may_match(&self, index: usize) -> bool {
        self.counts.get(index).is_none_or(|count| *count > 0)
    }

    /// The first match at or after `line`, or the last one before it, is wanted.
    pub fn quest(store: &Store, line: u64, forward: bool) -> Quest {
        Quest { chunk: store.chunk_of(line), line, forward }
    }

    /// Looks for it in about `bytes` of text.
    pub fn look(&self, store: &Store, quest: &mut Quest, bytes: usize) -> Look {
        let mut left = bytes;
        loop {
            if self.may_match(quest.chunk) {
                if left == 0 {
                    return Look::Later;
                }
                let (hits, size) = self.in_chunk(store, quest.chunk);
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
            let next = if quest.forward { quest.chunk + 1 } else { quest.chunk.wrapping_sub(1) };
            if next >= store.chunks() {
                return Look::Nowhere;
            }
            quest.chunk = next;
        }
    }

    /// Which of the matching lines `line` is, from 1; 0 where it is none, `None` where that is not known yet.
    pub fn place(&self, store: &Store, line: u64) -> Option<u64> {
        let index = store.chunk_of(line);
        let before: u64 = self.counts.get(..index)?.iter().map(|count| u64::from(*count)).sum();
        let at = self.in_chunk(store, index).0.into_iter().position(|hit| hit == line);
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
        let look = |search: &Search, line, forward| {
            search.look(&store, &mut Search::quest(&store, line, forward), usize::MAX)
        };
        assert_eq!(look(&search, 8, true), Look::Found(1007), "works before anything was scanned");
        let mut quest = Search::quest(&store, 1008, true);
        assert_eq!(search.look(&store, &mut quest, 1), Look::Later, "a small budget is kept");
        assert_eq!(search.look(&store, &mut quest, 1 << 20), Look::Found(2007), "and the quest goes on");
        assert_eq!(search.place(&store, 9007), None, "not known before the chunks before it are scanned");
        let mut steps = 0;
        while search.step(&store, 1) {
            steps += 1;
        }
        assert!(steps > 5, "a small budget makes small steps");
        assert_eq!(search.count(&store), (10, true));
        assert_eq!(look(&search, 0, true), Look::Found(7));
        assert_eq!(look(&search, 9008, true), Look::Nowhere);
        assert_eq!(look(&search, 9007, false), Look::Found(8007));
        assert_eq!(look(&search, 7, false), Look::Nowhere);
        assert_eq!(search.place(&store, 2007), Some(3));
        assert_eq!(search.place(&store, 2008), Some(0));
    }

    #[test]
    fn growing_logs_are_counted_to_their_end() {
        let mut store = store(100);
        let mut search = Search::new("Error");
        assert!(!search.step(&store, usize::MAX));
        assert_eq!(search.count(&store).0, 1);
        for _ in 0..1000 {
            store.push(&Line::plain("Error again"));
        }
        while search.step(&store, usize::MAX) {}
        assert_eq!(search.count(&store).0, 1001);
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
            while search.step(&store, usize::MAX) {}
            assert_eq!(search.count(&store).0, count, "{pattern}");
        }
    }
}
