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
#[derive(Debug, Default)]
pub(super) struct Recent<T> {
    /// By a hash of its bytes a row has one of a few places that are side by side.
    places: Vec<(Vec<u8>, T)>,
}

impl<T: Default> Recent<T> {
    /// What is known of a row.
    pub(super) fn get(&self, row: &[u8]) -> Option<&T> {
        self.place(row).map(|place| &self.places[place].1)
    }

    /// Room for what is known of a row. A row that is not kept yet takes that of another, the oldest one in its
    /// places; what was known of that is left there to be written over.
    pub(super) fn room(&mut self, row: &[u8]) -> &mut T {
        if self.places.is_empty() {
            self.places.resize_with(KEPT, Default::default);
        }
        let place = self.place(row).unwrap_or_else(|| {
            let first = first_place(row);
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
        self.places.clear();
    }

    fn place(&self, row: &[u8]) -> Option<usize> {
        let first = first_place(row);
        let kept = self.places.get(first..first + WAYS)?;
        kept.iter().position(|(kept, _)| kept == row).map(|at| first + at)
    }
}

/// The first of a row's places.
fn first_place(row: &[u8]) -> usize {
    hash(row) as usize % (KEPT / WAYS) * WAYS
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
        let places = first_place(b"row 0");
        let shares =
            (0..).map(|number| format!("row {number}")).filter(|row| first_place(row.as_bytes()) == places);
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
