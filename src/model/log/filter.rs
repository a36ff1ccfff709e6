//! Filters of the log: patterns whose lines are wanted, with the lines around them, and patterns whose lines are not.

use crate::text::mask::{Bits, Mask, Rule};
use crate::text::store::Store;

/// How many lines around a wanted one are shown; one key goes through them.
const AROUND: [u64; 4] = [0, 1, 3, 10];

/// A filter.
pub struct Filter {
    /// What was written.
    pub pattern: String,
    /// Lines that match are the ones to see; otherwise they are those not to see.
    pub wanted: bool,
    mask: Mask,
}

/// All filters that are on.
#[derive(Default)]
pub struct Filters {
    /// In the order in which they were set.
    pub list: Vec<Filter>,
    /// Lines around a wanted one that are shown as well.
    pub around: u64,
}

impl Filters {
    /// Adds a filter; the same one again changes nothing.
    pub(super) fn add(&mut self, pattern: &str, wanted: bool) {
        self.list.retain(|filter| filter.pattern != pattern);
        let mask = Mask::new(Rule::pattern(pattern));
        self.list.push(Filter { pattern: pattern.to_owned(), wanted, mask });
    }

    /// More lines around a wanted one, then none again.
    pub(super) fn turn_around(&mut self) {
        let at = AROUND.iter().position(|around| *around == self.around).unwrap_or(0);
        self.around = AROUND[(at + 1) % AROUND.len()];
    }

    pub(super) fn again(&mut self) {
        self.list.iter_mut().for_each(|filter| filter.mask.again());
    }

    /// Looks at a chunk and at what reaches into it from its neighbours; answers how much of text that was.
    pub(super) fn look(&mut self, store: &Store, chunk: usize) -> usize {
        let reach = usize::from(self.around > 0);
        let chunks = chunk.saturating_sub(reach)..(chunk + reach + 1).min(store.chunks());
        let masks = self.list.iter_mut().map(|filter| &mut filter.mask);
        masks.map(|mask| chunks.clone().map(|chunk| mask.look(store, chunk)).sum::<usize>()).sum()
    }

    /// Which lines of a chunk pass; [`Filters::look`] was there.
    pub(super) fn bits(&self, store: &Store, chunk: usize) -> Bits {
        let len = store.lines_in(chunk);
        let mut bits = Bits::all(len, !self.list.iter().any(|filter| filter.wanted));
        for filter in self.list.iter().filter(|filter| filter.wanted) {
            self.widen(&filter.mask, store, chunk, &mut bits);
        }
        for filter in self.list.iter().filter(|filter| !filter.wanted) {
            if let Some(known) = filter.mask.known(store, chunk) {
                bits.without(known);
            }
        }
        bits
    }

    /// Which lines of a chunk pass, where anything is filtered.
    pub(super) fn pass(&mut self, store: &Store, chunk: usize) -> Option<Bits> {
        if self.list.is_empty() {
            return None;
        }
        self.look(store, chunk);
        self.known(store, chunk)
    }

    /// The same, as far as it is known already.
    pub(super) fn known(&self, store: &Store, chunk: usize) -> Option<Bits> {
        (!self.list.is_empty()).then(|| self.bits(store, chunk))
    }

    fn widen(&self, mask: &Mask, store: &Store, chunk: usize, bits: &mut Bits) {
        let Some(known) = mask.known(store, chunk) else { return };
        if self.around == 0 {
            bits.or(known);
            return;
        }
        let (len, around) = (bits.len(), self.around as usize);
        known.on().for_each(|at| bits.set(at.saturating_sub(around)..at + around + 1, true));
        if let Some(before) = chunk.checked_sub(1).and_then(|before| mask.known(store, before))
            && let Some(last) = before.before(before.len())
        {
            bits.set(0..(last + around + 1).saturating_sub(before.len()), true);
        }
        if let Some(first) = mask.known(store, chunk + 1).and_then(|after| after.next(0, true)) {
            bits.set((len + first).saturating_sub(around)..len, true);
        }
    }
}
