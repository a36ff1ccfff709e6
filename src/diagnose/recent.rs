//! Rows that came lately, by their bytes, and what is known of each.
//!
//! Owns where a row is kept and which older one goes for it. What is known, and of which rows, is the business of
//! whoever keeps it.

use std::hash::Hasher as _;

use super::needles::Multiply;

/// How many rows are kept.
const KEPT: usize = 16 * 1024;

/// What is known of the rows that came lately.
#[derive(Debug, Default)]
pub(super) struct Recent<T> {
    /// By a hash of its bytes a row has two places.
    places: Vec<(Vec<u8>, T)>,
}

impl<T: Default> Recent<T> {
    /// What is known of a row.
    pub(super) fn get(&self, row: &[u8]) -> Option<&T> {
        self.place(row).map(|place| &self.places[place].1)
    }

    /// Room for what is known of a row. A row that is not kept yet takes that of another, the older one of its two
    /// places; what was known of that is left there to be written over.
    pub(super) fn room(&mut self, row: &[u8]) -> &mut T {
        if self.places.is_empty() {
            self.places.resize_with(KEPT, Default::default);
        }
        let place = self.place(row).unwrap_or_else(|| {
            let first = first_place(row);
            self.places.swap(first, first ^ 1);
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
        [first, first ^ 1]
            .into_iter()
            .find(|&place| self.places.get(place).is_some_and(|(kept, _)| kept == row))
    }
}

fn first_place(row: &[u8]) -> usize {
    hash(row) as usize % KEPT
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
    fn of_the_rows_that_share_two_places_the_last_two_are_kept() {
        let place = first_place(b"row 0") | 1;
        let shares = (0..)
            .map(|number| format!("row {number}"))
            .filter(|row| first_place(row.as_bytes()) | 1 == place);
        let rows: Vec<String> = shares.take(3).collect();
        let mut recent = Recent::default();
        assert_eq!(recent.get(b"row 0"), None);
        for (number, row) in rows.iter().enumerate() {
            *recent.room(row.as_bytes()) = number;
            assert_eq!(recent.get(row.as_bytes()), Some(&number));
        }
        let known = rows.iter().filter(|row| recent.get(row.as_bytes()).is_some()).count();
        assert!((1..=2).contains(&known) && recent.get(rows[2].as_bytes()) == Some(&2), "{known}");
        recent.clear();
        assert_eq!(recent.get(rows[2].as_bytes()), None);
    }
}
