//! Rows that came before: what matched them then matches them again.
//!
//! A failing build says the same thing thousands of times. The last few thousand different rows are kept with
//! what matched them and, where they only added to something known, with that: the next one like them costs no
//! search. Of rows that differ in their digits alone, once there were many with the same effect, most are taken
//! at their word.

use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasherDefault;
use std::sync::Arc;

use super::candidate;
use super::compile::Body;
use super::matcher::Target;
use super::needles::Multiply;
use super::pattern::{Groups, Program};
use super::recent::{self, LONGEST, Recent};

/// How many rows are kept before all are forgotten.
const KEPT: usize = 8192;
/// How many rows are marked that nothing matched.
const MARKS: usize = 8192;
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
    pub(super) fn new(body: &Body, program: &Program, found: &Groups<'_>) -> Self {
        let mut captures = BTreeMap::new();
        candidate::take(&mut captures, program, found);
        let subject = candidate::subject(body, &candidate::complete(body, &captures));
        let weight = found.len() as u32;
        Self { captures, subject, weight }
    }
}

/// What a row did, where it did nothing new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// One more for this candidate.
    Again(u32),
    /// One more of this pattern, whose rule is not looked at closely any more.
    Full { rule: u32, pattern: u32 },
    /// Candidates with a condition on the rest of the stage heard it, up to the one of this number.
    Heard(u32),
}

/// The targets that a row called for, and what it did to them.
type Effects = (Box<[Target]>, Arc<[Effect]>);

/// A row and what it means.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// What patterns take from it; `None` where one does not match.
    found: Vec<(Target, Option<Arc<Found>>)>,
    /// What it did when it called for these targets, where that was nothing new.
    effects: Option<Effects>,
}

/// Rows that differ in digits alone.
#[derive(Debug)]
struct Shape {
    /// What they called for.
    targets: Box<[Target]>,
    effects: Arc<[Effect]>,
    streak: u32,
}

/// What rows meant, by their text.
#[derive(Debug, Default)]
pub(super) struct Memo {
    rows: HashMap<Box<[u8]>, Known, BuildHasherDefault<Multiply>>,
    shapes: HashMap<Box<[u8]>, Shape, BuildHasherDefault<Multiply>>,
    /// What rows did, where that was nothing new: those that come again, but for their time, are not even read.
    repeated: Recent<Arc<[Effect]>>,
    /// Hashes of rows that nothing matched.
    marks: Vec<u64>,
}

/// A row as it is looked up: by its name (see `untimed`), and by that without any digits.
#[derive(Debug)]
pub(super) struct Key<'n> {
    name: &'n [u8],
    shape: Vec<u8>,
}

impl<'n> Key<'n> {
    /// `None` for a row that is too long.
    pub(super) fn new(name: &'n [u8]) -> Option<Self> {
        let shape = name.iter().map(|byte| if byte.is_ascii_digit() { b'0' } else { *byte });
        (name.len() <= LONGEST).then(|| Self { name, shape: shape.collect() })
    }
}

impl Known {
    /// What is known about a target; the inner `None` where it does not match.
    pub(super) fn of(&self, target: Target) -> Option<&Option<Arc<Found>>> {
        self.found.iter().find(|(one, _)| *one == target).map(|(_, found)| found)
    }

    /// What the row did when it called for just these targets.
    pub(super) fn effects(&self, targets: &[Target]) -> Option<Arc<[Effect]>> {
        self.effects.as_ref().filter(|(of, _)| **of == *targets).map(|(_, effects)| Arc::clone(effects))
    }
}

impl Memo {
    /// What a row did when it came before, the last time that this was nothing new.
    pub(super) fn repeated(&self, row: &[u8]) -> Option<Arc<[Effect]>> {
        self.repeated.get(row).map(Arc::clone)
    }

    /// Remembers what a row did that was nothing new.
    pub(super) fn repeats(&mut self, row: &[u8], effects: Arc<[Effect]>) {
        if row.len() <= LONGEST {
            *self.repeated.room(row) = effects;
        }
    }

    /// What is known about a row.
    pub(super) fn get(&self, key: &Key<'_>) -> Option<&Known> {
        self.rows.get(key.name)
    }

    /// What a row does that calls for these targets, going by the many of its shape that came before.
    pub(super) fn believed(&mut self, key: &Key<'_>, targets: &[Target]) -> Option<Arc<[Effect]>> {
        let shape = self.shapes.get_mut(key.shape.as_slice())?;
        if shape.streak < BELIEVED || *shape.targets != *targets {
            return None;
        }
        shape.streak += 1;
        (!shape.streak.is_multiple_of(CHECKED)).then(|| Arc::clone(&shape.effects))
    }

    /// Remembers a row and its shape.
    ///
    /// What nothing matched is worth it only where it comes again: the first time, a mark is enough.
    pub(super) fn put(
        &mut self,
        key: &Key<'_>,
        meant: Vec<(Target, Option<Arc<Found>>)>,
        effects: Option<Vec<Effect>>,
    ) {
        let nothing = meant.iter().all(|(_, found)| found.is_none());
        let effects: Option<Arc<[Effect]>> = effects.map(Into::into);
        let targets = || meant.iter().map(|(target, _)| *target).collect();
        if !nothing || self.came_before(&key.shape) {
            self.put_shape(key, targets, effects.as_ref());
        }
        if nothing && !self.came_before(key.name) {
            return;
        }
        if self.rows.len() >= KEPT {
            self.rows.clear();
        }
        if !self.rows.contains_key(key.name) {
            self.rows.insert(key.name.into(), Known::default());
        }
        let Some(known) = self.rows.get_mut(key.name) else { return };
        known.effects = effects.map(|effects| (targets(), effects));
        let new = meant.into_iter().filter(|(target, _)| known.found.iter().all(|(one, _)| one != target));
        let new: Vec<_> = new.collect();
        known.found.extend(new);
    }

    /// Remembers what the rows of a shape did.
    fn put_shape(
        &mut self,
        key: &Key<'_>,
        targets: impl Fn() -> Box<[Target]>,
        effects: Option<&Arc<[Effect]>>,
    ) {
        if self.shapes.len() >= KEPT {
            self.shapes.clear();
        }
        let Some(effects) = effects else {
            self.shapes.remove(key.shape.as_slice());
            return;
        };
        let targets = targets();
        match self.shapes.get_mut(key.shape.as_slice()) {
            Some(shape) if shape.effects == *effects && shape.targets == targets => shape.streak += 1,
            _ => {
                let shape = Shape { targets, effects: Arc::clone(effects), streak: 1 };
                self.shapes.insert(key.shape.as_slice().into(), shape);
            }
        }
    }

    /// Whether a row came before, as far as marks tell; sets its mark.
    fn came_before(&mut self, row: &[u8]) -> bool {
        if self.marks.is_empty() {
            self.marks = vec![0; MARKS];
        }
        let hash = recent::hash(row);
        let mark = &mut self.marks[hash as usize % MARKS];
        std::mem::replace(mark, hash) == hash
    }

    /// Candidates have new numbers: what rows did is not known any more.
    pub(super) fn renumber(&mut self) {
        self.rows.values_mut().for_each(|known| known.effects = None);
        self.shapes.clear();
        self.repeated.clear();
    }
}
