//! Which rules have no room for one more match, asked for every target of every row.
//!
//! Owns the count only: what happens to a match that is passed over is `intake`'s business.

/// After how many vain looks at a rule's neighbours only some more are made, and at which.
const IN_VAIN: u32 = 256;
const CHECKED: u32 = 16;

/// What is known about each rule in this run, by its number.
#[derive(Debug, Clone, Default)]
pub(super) struct Room {
    rules: Vec<Filling>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Filling {
    /// It has as many candidates as it may.
    full: bool,
    /// How often the neighbours of its matches spoke against it, one time after the other.
    misses: u32,
}

impl Room {
    /// Whether a rule has all the candidates it may have, or was looked at in vain so often that only some of
    /// its matches still are.
    pub(super) fn is_full(&self, rule: usize) -> bool {
        self.rules
            .get(rule)
            .is_some_and(|one| one.full || (one.misses > IN_VAIN && !one.misses.is_multiple_of(CHECKED)))
    }

    /// It may have no more.
    pub(super) fn fill(&mut self, rule: usize) {
        self.of(rule).full = true;
    }

    /// One of its candidates is gone.
    pub(super) fn free(&mut self, rule: usize) {
        self.of(rule).full = false;
    }

    /// The neighbours of a match spoke against it.
    pub(super) fn missed(&mut self, rule: usize) {
        let misses = &mut self.of(rule).misses;
        *misses = misses.saturating_add(1);
    }

    /// They spoke for it.
    pub(super) fn met(&mut self, rule: usize) {
        self.of(rule).misses = 0;
    }

    /// A match was not looked at: one more in vain, where the last one was.
    pub(super) fn passed_over(&mut self, rule: usize) {
        if let Some(one) = self.rules.get_mut(rule).filter(|one| one.misses > 0) {
            one.misses = one.misses.saturating_add(1);
        }
    }

    /// A new run begins.
    pub(super) fn clear(&mut self) {
        self.rules.clear();
    }

    fn of(&mut self, rule: usize) -> &mut Filling {
        if self.rules.len() <= rule {
            self.rules.resize(rule + 1, Filling::default());
        }
        &mut self.rules[rule]
    }
}
