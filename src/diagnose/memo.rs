//! Rows that came before: what matched them then matches them again.
//!
//! A failing build says the same thing thousands of times. The last few thousand different rows are kept with
//! what matched them and, where they only added to something known, with that: the next one like them costs no
//! search. Of rows that differ in their digits alone, once there were many with the same effect, most are taken
//! at their word.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hasher};
use std::sync::Arc;

use regex::Captures;

use super::candidate;
use super::compile::Body;
use super::matcher::Target;
use super::pattern::Pattern;

/// How many rows are kept, and how long a row may be.
const KEPT: usize = 4096;
const LONGEST: usize = 400;
/// After how many equal effects rows of one shape are believed, and how many of them are checked all the same.
const BELIEVED: u32 = 64;
const CHECKED: u32 = 16;

/// What a pattern took from a row: the same whenever it matches that row.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) captures: BTreeMap<String, String>,
    /// The subject that follows from these alone.
    pub(super) subject: String,
    /// How much of the row it spelt out.
    pub(super) weight: u32,
}

impl Found {
    pub(super) fn new(body: &Body, pattern: &Pattern, found: &Captures<'_>) -> Self {
        let mut captures = BTreeMap::new();
        if let Some(program) = pattern.program() {
            candidate::take(&mut captures, &program.regex, found);
        }
        let subject = candidate::subject(body, &candidate::complete(body, &captures));
        let weight = found.get(0).map_or(0, |whole| whole.len() as u32);
        Self { captures, subject, weight }
    }
}

/// What a row did, where it did nothing new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// One more for this candidate.
    Again(u32),
    /// One more of this pattern, whose rule has as many candidates as it may.
    Full(u32),
}

/// A row and what it means.
#[derive(Debug)]
pub(super) struct Known {
    key: Box<str>,
    /// Patterns that match it, with what they take, and whatever else its words call for.
    pub(super) meant: Arc<[(Target, Option<Arc<Found>>)]>,
    pub(super) effects: Option<Arc<[Effect]>>,
}

/// Rows that differ in digits alone.
#[derive(Debug)]
struct Shape {
    key: Box<str>,
    effects: Arc<[Effect]>,
    streak: u32,
}

/// What rows meant, by their text.
#[derive(Debug, Default)]
pub(super) struct Memo {
    rows: Vec<Option<Known>>,
    shapes: Vec<Option<Shape>>,
}

/// A row as it is looked up: its prefix without the digits of time, then the rest.
#[derive(Debug)]
pub(super) struct Key {
    text: String,
    shape: String,
}

impl Key {
    /// `None` for a row that is too long.
    pub(super) fn new(text: &str, rest_at: usize) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let shape: String =
            text.chars().map(|letter| if letter.is_ascii_digit() { '0' } else { letter }).collect();
        // Digits are one byte each, so places stay what they were.
        let text = shape[..rest_at].to_owned() + &text[rest_at..];
        Some(Self { text, shape })
    }
}

impl Memo {
    /// What is known about a row.
    pub(super) fn get(&self, key: &Key) -> Option<&Known> {
        let known = self.rows.get(place(&key.text))?.as_ref()?;
        (*known.key == *key.text).then_some(known)
    }

    /// What a row does, going by the many of its shape that came before.
    pub(super) fn believed(&mut self, key: &Key) -> Option<Arc<[Effect]>> {
        let shape = self.shapes.get_mut(place(&key.shape))?.as_mut()?;
        if *shape.key != *key.shape || shape.streak < BELIEVED {
            return None;
        }
        shape.streak += 1;
        (!shape.streak.is_multiple_of(CHECKED)).then(|| Arc::clone(&shape.effects))
    }

    /// Remembers a row in place of another one.
    pub(super) fn put(
        &mut self,
        key: &Key,
        meant: Vec<(Target, Option<Arc<Found>>)>,
        effects: Option<Vec<Effect>>,
    ) {
        if self.rows.is_empty() {
            self.rows.resize_with(KEPT, || None);
            self.shapes.resize_with(KEPT, || None);
        }
        let effects: Option<Arc<[Effect]>> = effects.map(Into::into);
        let shape = &mut self.shapes[place(&key.shape)];
        match (shape.as_mut().filter(|shape| *shape.key == *key.shape), &effects) {
            (Some(shape), Some(effects)) if shape.effects == *effects => shape.streak += 1,
            (_, None) => *shape = None,
            (_, Some(effects)) => {
                *shape =
                    Some(Shape { key: key.shape.as_str().into(), effects: Arc::clone(effects), streak: 1 });
            }
        }
        self.rows[place(&key.text)] =
            Some(Known { key: key.text.as_str().into(), meant: meant.into(), effects });
    }

    /// Candidates have new numbers: what rows did is not known any more.
    pub(super) fn renumber(&mut self) {
        self.rows.iter_mut().flatten().for_each(|known| known.effects = None);
        self.shapes.clear();
        self.shapes.resize_with(self.rows.len(), || None);
    }
}

fn place(key: &str) -> usize {
    let mut hasher = DefaultHasher::new();
    hasher.write(key.as_bytes());
    hasher.finish() as usize % KEPT
}
