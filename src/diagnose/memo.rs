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
    /// This rule's candidates with a condition on the rest of the stage heard it, of which there were so many.
    Heard { rule: u32, rested: u32 },
}

/// What a row means for one target, and did to it.
#[derive(Debug, Clone)]
pub(super) struct Meant {
    pub(super) target: Target,
    /// What a pattern takes from it; `None` where it does not match.
    pub(super) found: Option<Arc<Found>>,
    /// What it did the last time, where that was nothing new.
    pub(super) effect: Option<Effect>,
}

impl Meant {
    /// Whether the row said anything new.
    fn is_new(&self) -> bool {
        let says = self.found.is_some() || !matches!(self.target, Target::Pattern(_) | Target::Context);
        says && self.effect.is_none()
    }
}

/// What a row did, where that was nothing new.
pub(super) fn effects(meant: &[Meant]) -> Option<Vec<Effect>> {
    let known = !meant.iter().any(Meant::is_new);
    known.then(|| meant.iter().filter_map(|meant| meant.effect).collect())
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
    /// By their names, their numbers in `known`.
    rows: HashMap<Box<[u8]>, usize, BuildHasherDefault<Multiply>>,
    known: Vec<Vec<Meant>>,
    shapes: HashMap<Box<[u8]>, Shape, BuildHasherDefault<Multiply>>,
    /// What rows did, where that was nothing new: those that come again, but for their time, are not even read.
    repeated: Recent<Arc<[Effect]>>,
    /// Hashes of rows that nothing matched.
    marks: Vec<u64>,
    /// How often candidates got new numbers.
    pub(super) renumbered: u32,
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

    /// Where a row is kept.
    pub(super) fn find(&self, key: &Key<'_>) -> Option<usize> {
        self.rows.get(key.name).copied()
    }

    /// What the row kept there meant for a target when it last came.
    pub(super) fn meant(&self, row: usize, target: Target) -> Option<&Meant> {
        self.known[row].iter().find(|meant| meant.target == target)
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

    /// Remembers a row, which is kept at `row` already if it is `Some`, and its shape.
    ///
    /// What nothing matched is worth it only where it comes again: the first time, a mark is enough.
    pub(super) fn put(&mut self, key: &Key<'_>, row: Option<usize>, meant: Vec<Meant>) {
        let nothing = meant.iter().all(|meant| meant.found.is_none());
        if !nothing || self.came_before(&key.shape) {
            self.put_shape(key, &meant);
        }
        if let Some(row) = row {
            let known = &mut self.known[row];
            for meant in meant {
                match known.iter_mut().find(|one| one.target == meant.target) {
                    Some(one) => *one = meant,
                    None => known.push(meant),
                }
            }
        } else if !nothing || self.came_before(key.name) {
            if self.known.len() >= KEPT {
                self.rows.clear();
                self.known.clear();
            }
            self.rows.insert(key.name.into(), self.known.len());
            self.known.push(meant);
        }
    }

    /// Remembers what the rows of a shape did.
    fn put_shape(&mut self, key: &Key<'_>, meant: &[Meant]) {
        if self.shapes.len() >= KEPT {
            self.shapes.clear();
        }
        // What else than patterns a row calls for is not alike in all rows of a shape.
        let patterns = meant.iter().all(|meant| matches!(meant.target, Target::Pattern(_)));
        let Some(effects) = effects(meant).filter(|_| patterns) else {
            self.shapes.remove(key.shape.as_slice());
            return;
        };
        let targets = meant.iter().map(|meant| meant.target);
        match self.shapes.get_mut(key.shape.as_slice()) {
            Some(shape)
                if *shape.effects == *effects && shape.targets.iter().copied().eq(targets.clone()) =>
            {
                shape.streak += 1;
            }
            _ => {
                let shape = Shape { targets: targets.collect(), effects: effects.into(), streak: 1 };
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
        self.renumbered += 1;
        self.known.iter_mut().flatten().for_each(|meant| meant.effect = None);
        self.shapes.clear();
        self.repeated.clear();
    }
}
