//! The picked windows of all literals, and what they are picked by: how often a text holds each gram.
//!
//! Owns the tables that a sample of the text is looked up in; looking is the matcher's business.

use super::{GRAMS, Needles};

/// The picked windows of all literals.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// One bit for each hash of a gram.
    pub(super) bits: Vec<u64>,
    pub(super) shift: u32,
    /// Grams by hash, open addressing: gram, first entry, number of entries.
    slots: Vec<(u32, u32, u32)>,
    entries: Vec<Entry>,
    /// For each target, by which of its sets it is found.
    pub(super) chosen: Vec<u8>,
    /// For each literal, the targets that are found by it (numbers into `wanted`).
    pub(super) owners: Vec<Vec<u32>>,
}

/// A literal around one of its grams.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) literal: u32,
    /// Where in the literal the gram stands.
    pub(super) offset: u8,
    /// Up to eight bytes of the literal, so that most samples that only look like it cost one comparison.
    pub(super) glimpse: Glimpse,
}

/// The first bytes of a literal, folded as grams are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Glimpse {
    bytes: u64,
    mask: u64,
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
    pub(super) fn may_begin(self, text: &[u8]) -> bool {
        text.first_chunk().is_none_or(|&chunk| (u64::from_le_bytes(chunk) | FOLD) & self.mask == self.bytes)
    }
}

/// How often each gram was seen, by hash.
pub(super) struct Census {
    counts: Vec<u32>,
}

const CENSUS_BITS: u32 = 16;

pub(super) fn hash(gram: u32) -> u32 {
    gram.wrapping_mul(0x9E37_79B1)
}

/// Four bytes with the letters' case folded away.
pub(super) fn gram(bytes: [u8; 4]) -> u32 {
    u32::from_le_bytes(bytes) | 0x2020_2020
}

pub(super) fn gram_at(text: &[u8], at: usize) -> u32 {
    gram([text[at], text[at + 1], text[at + 2], text[at + 3]])
}

impl Census {
    pub(super) fn new() -> Self {
        Self { counts: vec![0; 1 << CENSUS_BITS] }
    }

    pub(super) fn add(&mut self, text: &[u8]) {
        let mut at = 0;
        while at + 4 <= text.len() {
            self.add_one(gram_at(text, at));
            at += GRAMS;
        }
    }

    pub(super) fn add_one(&mut self, gram: u32) {
        let slot = &mut self.counts[(hash(gram) >> (32 - CENSUS_BITS)) as usize];
        *slot = slot.saturating_add(1);
    }

    pub(super) fn of(&self, gram: u32) -> u64 {
        u64::from(self.counts[(hash(gram) >> (32 - CENSUS_BITS)) as usize])
    }
}

impl Table {
    pub(super) fn new(needles: &Needles, census: Option<&Census>) -> Self {
        let (chosen, owners) = Self::choose(needles, census);
        let mut used = Census::new();
        let mut grams: Vec<(u32, u32, u8)> = Vec::with_capacity(owners.len() * GRAMS);
        // Short literals have no choice of windows: they come first, longer ones share theirs where they can.
        let mut order: Vec<u32> =
            (0..).take(owners.len()).filter(|&one| !owners[one as usize].is_empty()).collect();
        order.sort_unstable_by_key(|&one| (needles.literal(one).len(), one));
        let mut costs: Vec<u64> = Vec::new();
        for number in order {
            let literal = needles.literal(number);
            costs.clear();
            costs.extend((0..=literal.len() - 4).map(|at| {
                let gram = gram_at(literal, at);
                census.map_or(0, |census| census.of(gram) * 16) + u64::from(used.of(gram) == 0)
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
        let slots = (different * 4).next_power_of_two().max(64);
        let mut table = Self {
            bits: vec![0; bits / 64],
            shift: 32 - bits.trailing_zeros(),
            slots: vec![(0, 0, 0); slots],
            entries: grams.iter().map(entry).collect(),
            chosen,
            owners,
        };
        let mut first = 0;
        for same in grams.chunk_by(|a, b| a.0 == b.0) {
            let gram = same[0].0;
            let bit = hash(gram) >> table.shift;
            table.bits[(bit / 64) as usize] |= 1 << (bit % 64);
            let mut slot = hash(gram) as usize & (slots - 1);
            while table.slots[slot].2 > 0 {
                slot = (slot + 1) & (slots - 1);
            }
            table.slots[slot] = (gram, first, same.len() as u32);
            first += same.len() as u32;
        }
        table
    }

    /// By which set each target is found: the one that is rarest in the text so far.
    fn choose(needles: &Needles, census: Option<&Census>) -> (Vec<u8>, Vec<Vec<u32>>) {
        let frequency: Option<Vec<u64>> = census.map(|census| {
            let of = |literal: &[u8]| {
                (0..(literal.len() + 1).saturating_sub(4)).map(|at| census.of(gram_at(literal, at))).min()
            };
            needles.literals.iter().map(|literal| of(literal.bytes()).unwrap_or(0)).collect()
        });
        let mut owners = vec![Vec::new(); needles.literals.len()];
        let mut chosen = Vec::with_capacity(needles.wanted.len());
        for (number, wanted) in (0..).zip(&needles.wanted) {
            let cost = |set: &Vec<u32>| -> u64 {
                frequency.as_ref().map_or(0, |seen| set.iter().map(|&one| seen[one as usize]).sum())
            };
            let best = (0..wanted.searchable).min_by_key(|&set| cost(&wanted.sets[set])).unwrap_or(0);
            chosen.push(best as u8);
            wanted.sets[best].iter().for_each(|&one| owners[one as usize].push(number));
        }
        (chosen, owners)
    }

    /// The literals that have this gram in their window, and where in the literal it stands.
    pub(super) fn entries(&self, gram: u32) -> &[Entry] {
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

impl std::fmt::Debug for Census {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Census").finish_non_exhaustive()
    }
}
