//! The arrangement of the panes: which has the focus, which are shown, how large they are.

use crate::model::action::Action;
use crate::model::panes::{self, Arrangement, Edge, Growth, Shape, Split};
use crate::model::{Model, NoticeKind, Pane};

/// Columns that one key makes a pane wider.
const COLUMNS: i16 = 2;

impl Model {
    /// Actions on the arrangement; `false` where the action is none.
    pub(super) fn arrange(&mut self, action: Action) -> bool {
        match action {
            Action::Taller => self.grow(Growth::Height(1)),
            Action::Shorter => self.grow(Growth::Height(-1)),
            Action::Wider => self.grow(Growth::Width(COLUMNS)),
            Action::Narrower => self.grow(Growth::Width(-COLUMNS)),
            Action::HidePane => self.hide(),
            Action::ResetPanes => self.panes = Arrangement::default(),
            Action::FocusStages => self.go_to_pane(Pane::Stages),
            Action::FocusLog => self.go_to_pane(Pane::Log),
            Action::FocusFindings => self.go_to_pane(Pane::Findings),
            Action::FocusDetails => self.go_to_pane(Pane::Details),
            Action::FocusTimeline => self.go_to_pane(Pane::Timeline),
            _ => return false,
        }
        true
    }

    /// The panes that this log has and the user wants to see.
    pub fn ring(&self) -> Vec<Pane> {
        Pane::ALL
            .into_iter()
            .filter(|pane| (self.has(*pane) && !self.panes.hides(*pane)) || *pane == self.focus)
            .collect()
    }

    /// Whether a pane is away that this log has.
    pub fn hides_panes(&self) -> bool {
        Pane::ALL.into_iter().any(|pane| self.has(pane) && self.panes.hides(pane))
    }

    /// Whether this log has such a pane: a text has no times.
    pub fn has(&self, pane: Pane) -> bool {
        pane != Pane::Timeline || !self.log.is_text()
    }

    fn go_to_pane(&mut self, pane: Pane) {
        if self.has(pane) {
            self.moved_focus = false;
            self.panes.show(pane);
            self.focus = pane;
        }
    }

    fn hide(&mut self) {
        if self.panes.hide(self.focus) {
            self.focus = Pane::Log;
            self.zoom = false;
        } else {
            self.notify(NoticeKind::LogStays);
        }
    }

    fn grow(&mut self, growth: Growth) {
        if let Some((edge, cells)) = panes::grow(self.focus, growth, &self.edges) {
            self.panes.give(self.shape, edge.split, cells, edge.total);
        }
    }

    /// A border was dragged.
    pub(super) fn dragged(&mut self, split: Split, cells: u16, total: u16) {
        self.panes.give(self.shape, split, cells, total);
    }

    /// The panes were laid out: what can be moved.
    pub fn laid(&mut self, shape: Shape, edges: Vec<Edge>) {
        (self.shape, self.edges) = (shape, edges);
    }
}
