//! Which rules have no room for one more match, asked for every target of every row.
//!
//! Owns the count only: what happens to a match that is passed over is `intake`'s business.

/// Up to so many vain looks at a rule's matches, only each of so many is looked at: the more, the fewer.
const IN_VAIN: [(u32, u32); 4] = [(64, 1), (256, 16), (2048, 64), (u32::MAX, 512)];

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
    /// How many of its candidates the rows after them refuted, and how many matches it had.
    refuted: u32,
    matches: u32,
}

/// Whether, after so many vain looks, the match of this number is not looked at.
fn rests(vain: u32, number: u32) -> bool {
    let each = IN_VAIN.iter().find(|(most, _)| vain <= *most).map_or(1, |(_, each)| *each);
    !number.is_multiple_of(each)
}

impl Room {
    /// Whether a rule has all the candidates it may have, or was looked at in vain so often that only some of
    /// its matches still are.
    pub(super) fn is_full(&self, rule: usize) -> bool {
        self.is_full_after(rule, 0)
    }

    /// The same after `more` of its matches will have been passed over.
    pub(super) fn is_full_after(&self, rule: usize, more: u32) -> bool {
        self.rules.get(rule).is_some_and(|one| {
            let misses = one.misses.saturating_add(if one.misses > 0 { more } else { 0 });
            let matches = one.matches.saturating_add(more);
            one.full || rests(misses, misses) || rests(one.refuted, matches)
        })
    }

    /// It may have no more.
    pub(super) fn fill(&mut self, rule: usize) {
        self.of(rule).full = true;
    }

    /// One of its candidates is gone.
    pub(super) fn free(&mut self, rule: usize) {
        self.of(rule).full = false;
    }

    /// One of its candidates is gone, for the rows after it spoke against it.
    pub(super) fn refuted(&mut self, rule: usize) {
        self.free(rule);
        let refuted = &mut self.of(rule).refuted;
        *refuted = refuted.saturating_add(1);
    }

    /// The neighbours of a match spoke against it.
    pub(super) fn missed(&mut self, rule: usize) {
        let one = self.of(rule);
        one.misses = one.misses.saturating_add(1);
        one.matches = one.matches.saturating_add(1);
    }

    /// They spoke for it.
    pub(super) fn met(&mut self, rule: usize) {
        let one = self.of(rule);
        one.misses = 0;
        one.matches = one.matches.saturating_add(1);
    }

    /// A match was not looked at: one more in vain, where the last one was.
    pub(super) fn passed_over(&mut self, rule: usize) {
        if let Some(one) = self.rules.get_mut(rule) {
            one.misses = one.misses.saturating_add(u32::from(one.misses > 0));
            one.matches = one.matches.saturating_add(1);
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
