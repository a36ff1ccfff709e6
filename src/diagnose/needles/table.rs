//! The picked windows of all literals, and what they are picked by: how often a text holds each gram.
//!
//! Owns the tables that a sample of the text is looked up in; looking is the matcher's business. The one that every
//! log begins with is worked out when ktui is built.

use std::borrow::Cow;

use super::Needles;
use super::census::{Census, GRAMS, gram_at, hash};

/// The picked windows of all literals.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Table {
    /// One bit for each hash of a gram.
    pub(crate) bits: Cow<'static, [u64]>,
    pub(crate) shift: u32,
    /// Grams by hash, open addressing: gram, first entry, number of entries.
    pub(crate) slots: Cow<'static, [(u32, u32, u32)]>,
    pub(crate) entries: Cow<'static, [Entry]>,
    /// For each target, by which of its sets it is found.
    pub(crate) chosen: Cow<'static, [u8]>,
    /// For each literal, the targets that are found by it (numbers into `wanted`), and where each one's end.
    pub(crate) owners: Cow<'static, [u32]>,
    pub(crate) owner_ends: Cow<'static, [u32]>,
}

/// A literal around one of its grams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) literal: u32,
    /// Where in the literal the gram stands.
    pub(crate) offset: u8,
    /// Up to eight bytes of the literal, so that most samples that only look like it cost one comparison.
    pub(crate) glimpse: Glimpse,
}

/// The first bytes of a literal, folded as grams are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Glimpse {
    pub(crate) bytes: u64,
    pub(crate) mask: u64,
}

/// Folds the letters' case away in eight bytes.
const FOLD: u64 = 0x2020_2020_2020_2020;

impl Glimpse {
    fn new(literal: &[u8]) -> Self {
        let mut bytes = [0; 8];
        let mut mask = [0; 8];
        for (at, &byte) in literal.iter().take(8).enumerate() {
            (bytes[at], mask[at]) = (byte, 0xff);
        }
        let mask = u64::from_le_bytes(mask);
        Self { bytes: (u64::from_le_bytes(bytes) | FOLD) & mask, mask }
    }

    /// Whether the literal may begin where `text` does; a text that is too short to tell may.
    pub(crate) fn may_begin(self, text: &[u8]) -> bool {
        text.first_chunk().is_none_or(|&chunk| (u64::from_le_bytes(chunk) | FOLD) & self.mask == self.bytes)
    }
}

impl Table {
    pub(crate) fn new(needles: &Needles, census: &Census) -> Self {
        let (chosen, owners, owner_ends) = Self::choose(needles, census);
        let mut used = Census::new();
        let mut grams: Vec<(u32, u32, u8)> = Vec::with_capacity(owners.len() * GRAMS);
        let owned = |one: u32| {
            owner_ends[one as usize] > one.checked_sub(1).map_or(0, |one| owner_ends[one as usize])
        };
        // Short literals have no choice of windows: they come first, longer ones share theirs where they can.
        let mut order: Vec<u32> = (0..needles.len() as u32).filter(|&one| owned(one)).collect();
        order.sort_unstable_by_key(|&one| (needles.literal(one).len(), one));
        let mut costs: Vec<u64> = Vec::new();
        for number in order {
            let literal = needles.literal(number);
            costs.clear();
            costs.extend((0..=literal.len() - 4).map(|at| {
                let gram = gram_at(literal, at);
                census.of(gram) * 16 + u64::from(used.of(gram) == 0)
            }));
            let windows = (0..).zip(costs.windows(GRAMS));
            let start = windows.min_by_key(|(_, costs)| costs.iter().sum::<u64>()).map_or(0, |(at, _)| at);
            for at in start..start + GRAMS {
                let gram = gram_at(literal, at);
                used.add_one(gram);
                grams.push((gram, number, at as u8));
            }
        }
        grams.sort_unstable();
        let entry = |&(_, literal, offset): &(u32, u32, u8)| Entry {
            literal,
            offset,
            glimpse: Glimpse::new(needles.literal(literal)),
        };
        let different = grams.chunk_by(|a, b| a.0 == b.0).count();
        // At most every sixteenth bit is set, so that a random gram rarely hits one.
        let bits = (different * 16).next_power_of_two().clamp(1 << 16, 1 << 20);
        let shift = 32 - bits.trailing_zeros();
        let mut bits = vec![0; bits / 64];
        let mut slots = vec![(0, 0, 0); (different * 2).next_power_of_two().max(64)];
        let last = slots.len() - 1;
        let mut first = 0;
        for same in grams.chunk_by(|a, b| a.0 == b.0) {
            let gram = same[0].0;
            let bit = hash(gram) >> shift;
            bits[(bit / 64) as usize] |= 1 << (bit % 64);
            let mut slot = hash(gram) as usize & last;
            while slots[slot].2 > 0 {
                slot = (slot + 1) & last;
            }
            slots[slot] = (gram, first, same.len() as u32);
            first += same.len() as u32;
        }
        Self {
            bits: bits.into(),
            shift,
            slots: slots.into(),
            entries: grams.iter().map(entry).collect(),
            chosen: chosen.into(),
            owners: owners.into(),
            owner_ends: owner_ends.into(),
        }
    }

    /// By which set each target is found: the one that is rarest in the text so far. And by which literals.
    fn choose(needles: &Needles, census: &Census) -> (Vec<u8>, Vec<u32>, Vec<u32>) {
        let frequency = |number: u32| {
            let literal = needles.literal(number);
            (0..(literal.len() + 1).saturating_sub(4))
                .map(|at| census.of(gram_at(literal, at)))
                .min()
                .unwrap_or(0)
        };
        let frequency: Vec<u64> = (0..needles.len() as u32).map(frequency).collect();
        let mut chosen = Vec::with_capacity(needles.wanted.len());
        let mut found: Vec<(u32, u32)> = Vec::new();
        for (number, wanted) in (0..).zip(needles.wanted.iter()) {
            let cost = |set: u8| -> u64 {
                needles.set(wanted, set).iter().map(|&one| frequency[one as usize]).sum()
            };
            let best = (0..wanted.searchable).min_by_key(|&set| cost(set)).unwrap_or(0);
            chosen.push(best);
            found.extend(needles.set(wanted, best).iter().map(|&literal| (literal, number)));
        }
        found.sort_unstable();
        let ends =
            (0..needles.len() as u32).map(|one| found.partition_point(|&(literal, _)| literal <= one) as u32);
        let ends = ends.collect();
        (chosen, found.into_iter().map(|(_, number)| number).collect(), ends)
    }

    /// The targets that are found by a literal.
    pub(crate) fn owners(&self, literal: u32) -> &[u32] {
        let end = |one: u32| self.owner_ends[one as usize] as usize;
        &self.owners[literal.checked_sub(1).map_or(0, end)..end(literal)]
    }

    /// The literals that have this gram in their window, and where in the literal it stands.
    pub(crate) fn entries(&self, gram: u32) -> &[Entry] {
        let mask = self.slots.len() - 1;
        let mut slot = hash(gram) as usize & mask;
        loop {
            let (have, first, count) = self.slots[slot];
            if count == 0 {
                return &[];
            }
            if have == gram {
                return &self.entries[first as usize..(first + count) as usize];
            }
            slot = (slot + 1) & mask;
        }
    }
}
