//! What of a row's targets is welcome now, and what it would call for at another time.
//!
//! Owns what must be known of a row so that it may be remembered by its letters. What the row then does is `intake`'s
//! business.

use std::cell::{Cell, RefCell};

use super::context::Context;
use super::lines::Place;
use super::matcher::Target;
use super::state::State;

/// A row that is to be dealt with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fresh<'n> {
    pub(super) place: Place,
    /// What it is known by where it comes again.
    pub(super) name: &'n [u8],
    /// Its letters alone tell what it calls for, whatever came before it: see [`Gate`].
    pub(super) plain: bool,
    /// Rules of which it speaks to candidates with a condition on the rest of the stage, once there are any.
    pub(super) turned_away: &'n [u32],
}

/// Admits what a row calls for, as far as it is welcome now, and knows whether that would be so at any time.
pub(super) struct Gate<'s> {
    state: &'s State,
    context: &'s Context,
    speaks_of_tests: Cell<bool>,
    turned_away: RefCell<Vec<u32>>,
}

impl<'s> Gate<'s> {
    pub(super) fn new(state: &'s State, context: &'s Context) -> Self {
        Self { state, context, speaks_of_tests: Cell::new(false), turned_away: RefCell::default() }
    }

    /// Whether a target is welcome; notes what the row may call for at another time.
    pub(super) fn admits(&self, target: Target) -> bool {
        let admitted = self.state.welcomes(self.context, target);
        match target {
            Target::Passed => self.speaks_of_tests.set(true),
            Target::Rest(rule) if !admitted => self.turned_away.borrow_mut().push(rule),
            Target::Rest(_) | Target::Pattern(_) | Target::Context => {}
        }
        admitted
    }

    /// Whether the letters of the row alone tell what it calls for, but for candidates of these rules that may rest on it
    /// at another time. What it says of a place is learnt the first time that it comes; whose test ends with it, no row
    /// tells alone.
    pub(super) fn said(self) -> (bool, Vec<u32>) {
        (!self.speaks_of_tests.get(), self.turned_away.into_inner())
    }
}
