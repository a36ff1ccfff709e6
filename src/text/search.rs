//! Search over the whole log, a piece at a time.
//!
//! Owns the pattern and, for each chunk of the store, how many of its lines match: enough to count, to jump and
//! to say "12 of 345" without a list of every hit. Whoever drives it decides how long a piece may take.

use std::ops::Range;

use regex::{Regex, RegexBuilder};

use super::store::Store;

/// Matches nothing; for a pattern of megabytes, which would match too much or nothing anyway.
fn nothing() -> Regex {
    static NOTHING: std::sync::LazyLock<Regex> =
        std::sync::LazyLock::new(|| Regex::new("[^\\s\\S]").expect("a constant pattern compiles"));
    NOTHING.clone()
}

/// A running or finished search.
pub struct Search {
    pattern: String,
    regex: Regex,
    literal: bool,
    /// Matching lines of each sealed chunk, as far as scanned.
    counts: Vec<u32>,
    total: u64,
}

impl Search {
    /// Starts over. A pattern that is no regular expression (yet) is taken literally; capitals make it
    /// case-sensitive.
    pub fn new(pattern: &str) -> Self {
        let compile = |text: &str| {
            RegexBuilder::new(text)
                .case_insensitive(!pattern.chars().any(char::is_uppercase))
                .size_limit(1 << 20)
                .build()
        };
        let (regex, literal) = match compile(pattern) {
            Ok(regex) => (regex, false),
            Err(_) => (compile(&regex::escape(pattern)).unwrap_or_else(|_| nothing()), true),
        };
        Self { pattern: pattern.to_owned(), regex, literal, counts: Vec::new(), total: 0 }
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
                let texts = (0..chunk.lines()).map(|index| chunk.text(index));
                texts.fold((0, 1), |(count, size), text| {
                    (count + u32::from(self.regex.is_match(text)), size + text.len())
                })
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
        (self.total + self.in_chunk(store, open).len() as u64, self.counts.len() >= open)
    }

    fn in_chunk(&self, store: &Store, index: usize) -> Vec<u64> {
        let first = store.first_of(index);
        store.with_chunk(index, |chunk| {
            (0..chunk.lines())
                .filter(|at| self.regex.is_match(chunk.text(*at)))
                .map(|at| first + at as u64)
                .collect()
        })
    }

    fn may_match(&self, index: usize) -> bool {
        self.counts.get(index).is_none_or(|count| *count > 0)
    }

    /// The first matching line at or after `line`.
    pub fn next(&self, store: &Store, line: u64) -> Option<u64> {
        (store.chunk_of(line)..store.chunks())
            .filter(|index| self.may_match(*index))
            .find_map(|index| self.in_chunk(store, index).into_iter().find(|at| *at >= line))
    }

    /// The last matching line before `line`.
    pub fn previous(&self, store: &Store, line: u64) -> Option<u64> {
        (0..=store.chunk_of(line))
            .rev()
            .filter(|index| self.may_match(*index))
            .find_map(|index| self.in_chunk(store, index).into_iter().rev().find(|at| *at < line))
    }

    /// Which of the matching lines `line` is, from 1; 0 where it is none, `None` where that is not known yet.
    pub fn place(&self, store: &Store, line: u64) -> Option<u64> {
        let index = store.chunk_of(line);
        let before: u64 = self.counts.get(..index)?.iter().map(|count| u64::from(*count)).sum();
        let at = self.in_chunk(store, index).into_iter().position(|hit| hit == line);
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
        assert_eq!(search.next(&store, 8), Some(1007), "works before anything was scanned");
        assert_eq!(search.place(&store, 9007), None, "not known before the chunks before it are scanned");
        let mut steps = 0;
        while search.step(&store, 1) {
            steps += 1;
        }
        assert!(steps > 5, "a small budget makes small steps");
        assert_eq!(search.count(&store), (10, true));
        assert_eq!(search.next(&store, 0), Some(7));
        assert_eq!(search.next(&store, 9008), None);
        assert_eq!(search.previous(&store, 9007), Some(8007));
        assert_eq!(search.previous(&store, 7), None);
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
}
