//! The shipped rules as the build script prepared them: where each stands, what it looks for, and the needles.
//!
//! All of it lies in the program's own data, mostly as plain numbers: at start-up nothing is read, computed or
//! copied. A test of `compile` shows that it is what the YAML says.
#![expect(clippy::unreadable_literal, reason = "what the build script writes is not for reading")]

use std::borrow::Cow;
use std::iter::Peekable;

use super::needles::Target::{Context, Passed, Pattern, Rest};
use super::needles::table::{Entry, Glimpse, Table};
use super::needles::{Needles, Target, Wanted};

/// A shipped rule as far as matching needs it.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) id: &'static str,
    /// Which of [`FILES`] it stands in.
    pub(super) file: usize,
    pub(super) place: Place,
    /// Whether it speaks of how a stage ends.
    pub(super) ending: bool,
    /// Patterns of `unless` on the rest of the stage.
    pub(super) rest: &'static [&'static str],
}

/// Where in its file a rule stands.
#[derive(Debug)]
pub(super) enum Place {
    /// These bytes, with so many lines before them, can be decoded alone.
    Alone { before: usize, start: usize, end: usize },
    /// It refers to others, so all of its file is needed; it is the how manieth.
    Nth(usize),
}

// `FILES`, `RULES`, `SOURCES`, `PATTERNS` and the parts of `needles` and `table`.
include!(concat!(env!("OUT_DIR"), "/prepared.rs"));

/// The needles of all shipped rules.
pub(super) fn needles() -> Needles {
    Needles {
        letters: Cow::Borrowed(&LETTERS),
        ends: Cow::Borrowed(&ENDS),
        rare: Cow::Borrowed(&RARE),
        members: Cow::Borrowed(&MEMBERS),
        sets: Cow::Borrowed(&SETS),
        wanted: Cow::Borrowed(&WANTED),
        always: Cow::Borrowed(&ALWAYS),
    }
}

/// What every log is searched with at first.
pub(super) fn table() -> Table {
    Table {
        bits: Cow::Borrowed(&BITS),
        shift: SHIFT,
        slots: Cow::Borrowed(&SLOTS),
        entries: Cow::Borrowed(&ENTRIES),
        chosen: Cow::Borrowed(&CHOSEN),
        owners: Cow::Borrowed(&OWNERS),
        owner_ends: Cow::Borrowed(&OWNER_ENDS),
    }
}

/// Every pattern with the number of its rule.
pub(super) fn sources() -> Peekable<impl Iterator<Item = (u32, &'static str)>> {
    let mut start = 0;
    let source = move |&(end, rule): &(u32, u32)| {
        let source = &SOURCES[start..end as usize];
        start = end as usize;
        (rule, source)
    };
    PATTERNS.iter().map(source).peekable()
}
