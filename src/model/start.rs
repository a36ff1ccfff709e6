//! The start screen of a bare `ktui`: what could be done in this folder, best first.

use super::action::Action;

/// What an [`Offer`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OfferKind {
    /// Watch a build that runs.
    Attach,
    /// Go on with an interrupted one.
    Resume,
    /// Build with a plan that fits the tree.
    Plan,
    /// Look at a past session.
    Past,
    /// The tour.
    Tour,
}

/// Something that could be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What it is about.
    pub kind: OfferKind,
    /// One line: a plan's title, a session's plan and age.
    pub title: String,
    /// Why it is offered: `go.mod and scripts/download are here`.
    pub why: String,
    /// More, a line each: the stages, the folder.
    pub details: Vec<String>,
}

/// The start screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// The folder, as shown.
    pub dir: String,
    /// What could be done.
    pub offers: Vec<Offer>,
    /// Index of the selected one.
    pub selected: usize,
    /// Whether the keys are shown.
    pub help: bool,
}

/// What became of the start screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chosen {
    /// Nothing yet.
    Nothing,
    /// This offer.
    Offer(usize),
    /// The user left.
    Left,
}

impl Start {
    /// The screen with its first offer selected.
    pub fn new(dir: impl Into<String>, offers: Vec<Offer>) -> Self {
        Self { dir: dir.into(), offers, selected: 0, help: false }
    }

    /// Takes an action.
    pub fn act(&mut self, action: Action) -> Chosen {
        let last = self.offers.len().saturating_sub(1);
        match action {
            Action::Quit if self.help => self.help = false,
            Action::Quit => return Chosen::Left,
            Action::Back => self.help = false,
            Action::Help => self.help = !self.help,
            Action::Up | Action::FocusPrevious => self.selected = self.selected.saturating_sub(1),
            Action::Down | Action::FocusNext => self.selected = (self.selected + 1).min(last),
            Action::Top | Action::PageUp => self.selected = 0,
            Action::Bottom | Action::PageDown => self.selected = last,
            Action::Open | Action::Accept if !self.offers.is_empty() => return Chosen::Offer(self.selected),
            _ => {}
        }
        Chosen::Nothing
    }

    /// Selects by a click; a click on the selected one opens it.
    pub fn click(&mut self, index: usize) -> Chosen {
        if index >= self.offers.len() {
            return Chosen::Nothing;
        }
        if self.selected == index {
            return Chosen::Offer(index);
        }
        self.selected = index;
        Chosen::Nothing
    }
}
