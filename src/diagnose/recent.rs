//! Rows that came lately, by their bytes, and what is known of each.
//!
//! Owns where a row is kept and which older one goes for it. What is known, and of which rows, is the business of
//! whoever keeps it.

use std::hash::Hasher as _;

use super::needles::Multiply;

/// How many rows are kept, and how many of them have a place in common.
const KEPT: usize = 16 * 1024;
const WAYS: usize = 4;

/// How long a row is at most that is worth being kept, in bytes.
pub(super) const LONGEST: usize = 800;

/// What is known of the rows that came lately.
///
/// By a hash of its bytes a row has one of a few places that are side by side. Most rows that are looked for are not
/// there: a few bits of each one's hash tell that without a look at the rows themselves, which lie far apart.
#[derive(Debug, Default)]
pub(super) struct Recent<T> {
    tags: Vec<[u32; WAYS]>,
    places: Vec<(Vec<u8>, T)>,
}

impl<T: Default> Recent<T> {
    /// What is known of a row.
    pub(super) fn get(&self, row: &[u8]) -> Option<&T> {
        self.place(row, hash(row)).map(|place| &self.places[place].1)
    }

    /// Room for what is known of a row. A row that is not kept yet takes that of another, the oldest one in its
    /// places; what was known of that is left there to be written over.
    pub(super) fn room(&mut self, row: &[u8]) -> &mut T {
        if self.places.is_empty() {
            self.tags.resize(KEPT / WAYS, [0; WAYS]);
            self.places.resize_with(KEPT, Default::default);
        }
        let hash = hash(row);
        let place = self.place(row, hash).unwrap_or_else(|| {
            let group = group(hash);
            let first = group * WAYS;
            self.tags[group].rotate_right(1);
            self.tags[group][0] = tag(hash);
            self.places[first..first + WAYS].rotate_right(1);
            let kept = &mut self.places[first].0;
            kept.clear();
            kept.extend_from_slice(row);
            first
        });
        &mut self.places[place].1
    }

    /// Forgets all of them.
    pub(super) fn clear(&mut self) {
        self.tags.clear();
        self.places.clear();
    }

    fn place(&self, row: &[u8], hash: u64) -> Option<usize> {
        let group = group(hash);
        let tags = self.tags.get(group)?;
        let mut places = (0..WAYS).filter(|&way| tags[way] == tag(hash)).map(|way| group * WAYS + way);
        places.find(|&place| self.places[place].0 == row)
    }
}

/// Which places a row with this hash has in common with others.
fn group(hash: u64) -> usize {
    hash as usize % (KEPT / WAYS)
}

/// What tells most rows apart that have their places in common.
fn tag(hash: u64) -> u32 {
    (hash >> 32) as u32
}

/// A quick hash of a row.
pub(super) fn hash(row: &[u8]) -> u64 {
    let mut hasher = Multiply::default();
    hasher.write(row);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_the_rows_that_share_their_places_the_last_ones_are_kept() {
        let places = |row: &str| group(hash(row.as_bytes()));
        let shares = (0..).map(|number| format!("row {number}")).filter(|row| places(row) == places("row 0"));
        let rows: Vec<String> = shares.take(WAYS + 1).collect();
        let mut recent = Recent::default();
        assert_eq!(recent.get(b"row 0"), None);
        for (number, row) in rows.iter().enumerate() {
            *recent.room(row.as_bytes()) = number;
            assert_eq!(recent.get(row.as_bytes()), Some(&number));
        }
        for (number, row) in rows.iter().enumerate() {
            assert_eq!(recent.get(row.as_bytes()), (number > 0).then_some(&number));
        }
        recent.clear();
        assert_eq!(recent.get(rows[2].as_bytes()), None);
    }
}
