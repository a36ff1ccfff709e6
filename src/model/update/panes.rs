//! Moving about: focus, scrolling, selecting, searching.

use crate::model::action::Action;
use crate::model::dialog::PageKind;
use crate::model::effect::Effect;
use crate::model::{Model, NoticeKind, Pane};

impl Model {
    pub(super) fn act_in_panes(&mut self, action: Action) -> Vec<Effect> {
        if self.arrange(action) {
            return Vec::new();
        }
        if let Some(effects) = self.act_on_replay(action) {
            return effects;
        }
        if let Some(effects) = self.act_on_build(action) {
            return effects;
        }
        if let Some(effects) = self.act_on_log(action) {
            return effects;
        }
        match action {
            Action::Help => self.read(PageKind::Help),
            Action::Summary => self.read(PageKind::Summary),
            Action::FocusNext => self.turn_focus(true),
            Action::FocusPrevious => self.turn_focus(false),
            Action::Zoom => self.zoom = !self.zoom,
            Action::Back => self.back(),
            Action::Follow => {
                self.log.lit = None;
                self.log.point_nowhere();
                self.log.end();
            }
            Action::Search => {
                self.focus = Pane::Log;
                self.log.ask_pattern();
            }
            Action::GoTo => {
                self.focus = Pane::Log;
                self.log.ask_place();
            }
            Action::SeekTime => self.log.ask_moment(),
            Action::SearchNext | Action::SearchPrevious if self.log.finder.is_none() => {
                self.notify(NoticeKind::NoSearch);
            }
            Action::SearchNext => self.log.find(true),
            Action::SearchPrevious => self.log.find(false),
            Action::Dismiss => return self.dismiss(),
            Action::WhyNot => self.ask_why_not(),
            Action::DraftRule => return self.draft_rule(),
            Action::NextFinding | Action::PreviousFinding => self.next_finding(action == Action::NextFinding),
            Action::Wrap => {
                self.log.wrap = !self.log.wrap;
                self.log.left = 0;
                self.log.top.row = 0;
            }
            Action::Numbers => self.log.numbers = !self.log.numbers,
            _ => self.act_in_focus(action),
        }
        Vec::new()
    }

    fn act_in_focus(&mut self, action: Action) {
        match self.focus {
            Pane::Log => self.move_in_log(action),
            Pane::Stages => self.move_in_stages(action),
            Pane::Findings => self.move_in_findings(action),
            Pane::Details => self.move_in_details(action),
            Pane::Timeline => self.move_in_timeline(action),
        }
    }

    fn move_in_details(&mut self, action: Action) {
        if action == Action::Open {
            self.zoom = !self.zoom;
        } else if let Some(rows) = self.findings.fits.rows_by(action) {
            self.findings.scroll_by(rows);
        }
    }

    fn move_in_log(&mut self, action: Action) {
        let log = &mut self.log;
        let page = log.height().saturating_sub(1).max(1);
        match action {
            Action::Up => log.up(1),
            Action::Down => log.down(1),
            Action::PageUp => log.up(page),
            Action::PageDown => log.down(page),
            Action::HalfUp => log.up(page / 2),
            Action::HalfDown => log.down(page / 2),
            Action::Top => log.start(),
            Action::Bottom => log.end(),
            Action::Left => log.left = log.left.saturating_sub(8),
            Action::Right if !log.wrap => log.left += 8,
            _ => {}
        }
    }

    fn move_in_stages(&mut self, action: Action) {
        let last = self.stages.list.len().saturating_sub(1);
        let at = self.stages.selected;
        let to = match action {
            Action::Up => at.saturating_sub(1),
            Action::Down => at + 1,
            Action::Top | Action::PageUp | Action::HalfUp => 0,
            Action::Bottom | Action::PageDown | Action::HalfDown => last,
            Action::Open => {
                if !self.stages.list.is_empty() {
                    self.read(PageKind::Stage);
                }
                return;
            }
            _ => return,
        };
        self.select_stage(to);
    }

    /// Selects a stage; the log shows where its last try began.
    pub(super) fn select_stage(&mut self, index: usize) {
        self.stages.select(index);
        if let Some(line) =
            self.stages.current_selection().filter(|stage| stage.attempts > 0).map(|stage| stage.line)
        {
            self.log.show_mark(line);
        }
    }

    fn move_in_findings(&mut self, action: Action) {
        let last = self.findings.list.len().saturating_sub(1);
        let at = self.findings.selected;
        match action {
            Action::Up => self.select_finding(at.saturating_sub(1)),
            Action::Down => self.select_finding(at + 1),
            Action::Top => self.select_finding(0),
            Action::Bottom => self.select_finding(last),
            Action::Open => self.zoom = !self.zoom,
            // What a finding says is read without leaving the list.
            Action::PageUp | Action::PageDown | Action::HalfUp | Action::HalfDown => {
                self.move_in_details(action);
            }
            _ => {}
        }
    }

    pub(super) fn select_finding(&mut self, index: usize) {
        self.findings.select(index);
        self.show_evidence();
    }

    fn next_finding(&mut self, forward: bool) {
        match self.findings.neighbour(forward) {
            Some(index) => self.select_finding(index),
            None => self.notify(NoticeKind::NoFinding),
        }
    }

    /// The log shows the selected finding's evidence.
    pub(in crate::model) fn show_evidence(&mut self) {
        let Some(evidence) = self.findings.current().map(|entry| &entry.finding.evidence) else { return };
        if evidence.line == 0 {
            self.log.lit = None;
            return;
        }
        let first = evidence.line - 1;
        self.log.lit = Some(first..evidence.end_line.max(evidence.line));
        self.log.reveal(first);
    }

    fn turn_focus(&mut self, forward: bool) {
        self.moved_focus = false;
        let order = self.ring();
        let at = order.iter().position(|pane| *pane == self.focus).unwrap_or(0);
        let step = if forward { 1 } else { order.len() - 1 };
        self.focus = order[(at + step) % order.len()];
    }

    /// Esc: one thing less, never the app.
    fn back(&mut self) {
        if self.notice.take().is_some() {
            return;
        }
        if self.log.selection.take().is_some() {
            return;
        }
        if self.zoom {
            self.zoom = false;
        } else if self.log.finder.is_some() {
            self.log.finder = None;
            self.log.point_nowhere();
        } else if self.log.lit.is_some() && self.focus == Pane::Log {
            self.log.lit = None;
            self.log.point_nowhere();
        } else {
            self.focus = Pane::Log;
        }
        self.moved_focus = false;
    }

    pub(super) fn wheel(&mut self, pane: Pane, rows: isize) -> Vec<Effect> {
        if self.dialog.is_some() {
            self.scroll_dialog_by(rows);
            return Vec::new();
        }
        match pane {
            Pane::Log if rows < 0 => self.log.up(rows.unsigned_abs()),
            Pane::Log => self.log.down(rows.unsigned_abs()),
            Pane::Findings | Pane::Details => self.findings.scroll_by(rows),
            Pane::Stages | Pane::Timeline => {}
        }
        Vec::new()
    }

    pub(super) fn click(&mut self, pane: Pane, row: usize) -> Vec<Effect> {
        if self.dialog.is_some() || self.typing {
            return Vec::new();
        }
        self.focus = pane;
        self.moved_focus = false;
        match pane {
            Pane::Stages if row < self.stages.list.len() => self.select_stage(row),
            Pane::Findings if row < self.findings.list.len() => self.select_finding(row),
            Pane::Log => self.point_in_log(row, false),
            _ => {}
        }
        Vec::new()
    }
}
