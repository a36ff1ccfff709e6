//! How often a text holds each gram, four bytes with the letters' case folded away.

/// Samples of a text stand this far apart, and this many grams of a literal are looked for.
pub(crate) const GRAMS: usize = 3;

/// How often each gram was seen, by hash.
pub(crate) struct Census {
    counts: Vec<u32>,
}

const CENSUS_BITS: u32 = 16;

pub(crate) fn hash(gram: u32) -> u32 {
    gram.wrapping_mul(0x9E37_79B1)
}

/// Four bytes with the letters' case folded away.
pub(crate) fn gram(bytes: [u8; 4]) -> u32 {
    u32::from_le_bytes(bytes) | 0x2020_2020
}

pub(crate) fn gram_at(text: &[u8], at: usize) -> u32 {
    gram([text[at], text[at + 1], text[at + 2], text[at + 3]])
}

impl Census {
    pub(crate) fn new() -> Self {
        Self { counts: vec![0; 1 << CENSUS_BITS] }
    }

    pub(crate) fn add(&mut self, text: &[u8]) {
        let mut at = 0;
        while at + 4 <= text.len() {
            self.add_one(gram_at(text, at));
            at += GRAMS;
        }
    }

    pub(crate) fn add_one(&mut self, gram: u32) {
        let slot = &mut self.counts[(hash(gram) >> (32 - CENSUS_BITS)) as usize];
        *slot = slot.saturating_add(1);
    }

    pub(crate) fn of(&self, gram: u32) -> u64 {
        u64::from(self.counts[(hash(gram) >> (32 - CENSUS_BITS)) as usize])
    }
}

impl std::fmt::Debug for Census {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Census").finish_non_exhaustive()
    }
}
