//! The log: what is shown of it, what is taken from it.

use crate::model::action::Action;
use crate::model::effect::{Effect, Reader};
use crate::model::log::{COPY_AT_MOST, Place, Prompt, Reference, Times, WRITE_AT_MOST, Wanted};
use crate::model::{Model, NoticeKind, Pane};

impl Model {
    /// Actions on the log; `None` where the action is none.
    pub(super) fn act_on_log(&mut self, action: Action) -> Option<Vec<Effect>> {
        if self.focus == Pane::Log && self.log.selection.is_some() && self.select_on(action) {
            return Some(Vec::new());
        }
        if self.act_on_filters(action) {
            return Some(Vec::new());
        }
        match action {
            Action::Times => self.log.times = self.log.times.next(self.began.is_some()),
            Action::Raw => {
                self.log.raw = !self.log.raw;
                self.log.top.row = 0;
            }
            Action::Fold => {
                let point = self.log.point();
                if !self.log.fold(point) {
                    self.notify(NoticeKind::NoFold);
                }
            }
            Action::FoldAll => {
                let by = self.log.fold_all();
                self.notify(by.map_or(NoticeKind::NoMoreFolds, NoticeKind::Folded));
            }
            Action::Unfold => self.log.unfold(),
            Action::Select => {
                // The keys that move are to move the selection.
                self.focus = Pane::Log;
                self.log.select();
            }
            Action::Copy | Action::Write => return Some(self.take(action == Action::Copy)),
            Action::Bookmark => {
                let point = self.log.point();
                self.log.bookmark(point);
                return Some(self.keep_bookmarks());
            }
            Action::Note => {
                let point = self.log.point();
                let note =
                    self.log.bookmarks.get(&point).map_or_else(String::new, |known| known.note.clone());
                self.log.ask_with(Wanted::Note(point), &note);
            }
            Action::NextBookmark => {
                if !self.log.next_bookmark() {
                    self.notify(NoticeKind::NoBookmark);
                }
            }
            Action::Source => return Some(self.open_source()),
            Action::Bookmarks => self.list_bookmarks(),
            _ => return None,
        }
        Some(Vec::new())
    }

    /// Actions on what is left out of the log; `false` where the action is none.
    fn act_on_filters(&mut self, action: Action) -> bool {
        match action {
            Action::FilterIn | Action::FilterOut => {
                self.focus = Pane::Log;
                self.log.ask(Wanted::Filter(action == Action::FilterIn));
            }
            Action::Unfilter => {
                if !self.log.unfilter() {
                    self.notify(NoticeKind::NoFilter);
                }
            }
            Action::UnfilterAll => self.log.unfilter_all(),
            Action::Around => {
                let lines = self.log.turn_around();
                self.notify(NoticeKind::Around(lines));
            }
            Action::Collapse => self.log.collapse(),
            _ => return false,
        }
        true
    }

    /// Moves the end of the selection; `false` where the action does not move.
    fn select_on(&mut self, action: Action) -> bool {
        let page = self.log.height().saturating_sub(1).max(1).cast_signed();
        match action {
            Action::Up => self.log.select_by(-1),
            Action::Down => self.log.select_by(1),
            Action::PageUp => self.log.select_by(-page),
            Action::PageDown => self.log.select_by(page),
            Action::HalfUp => self.log.select_by(-page / 2),
            Action::HalfDown => self.log.select_by(page / 2),
            Action::Top | Action::Bottom => {
                let last = self.log.len().saturating_sub(1);
                let line = if action == Action::Top { 0 } else { last };
                self.log.select_to(line);
                self.log.reveal(line);
            }
            _ => return false,
        }
        true
    }

    /// Takes the selected lines to the clipboard, or asks for the file that they go to.
    fn take(&mut self, copy: bool) -> Vec<Effect> {
        if self.log.is_empty() {
            return Vec::new();
        }
        if !copy {
            self.log.ask_with(Wanted::File, &format!("{}.log", file_name(&self.about.name)));
            return Vec::new();
        }
        match self.log.taken(COPY_AT_MOST) {
            Ok(taken) => {
                self.log.selection = None;
                vec![Reader::Copy(taken).into()]
            }
            Err(most) => {
                self.notify(NoticeKind::TooMuch(most as u64));
                Vec::new()
            }
        }
    }

    /// What was written into the prompt is a filter, a note, a file's name.
    pub(super) fn accept_written(&mut self, prompt: &Prompt) -> Vec<Effect> {
        let value = prompt.input.value();
        match prompt.wanted {
            Wanted::Filter(_) if value.is_empty() => self.log.unfilter_all(),
            Wanted::Filter(wanted) => self.log.filter(value, wanted),
            Wanted::Note(line) => {
                self.log.note(line, value);
                return self.keep_bookmarks();
            }
            Wanted::File if value.trim().is_empty() => {}
            Wanted::File => match self.log.taken(WRITE_AT_MOST) {
                Ok(taken) => {
                    self.log.selection = None;
                    return vec![Reader::Write { path: value.trim().into(), taken }.into()];
                }
                Err(most) => self.notify(NoticeKind::TooMuch(most as u64)),
            },
            Wanted::Place => self.go_to_place(value),
            Wanted::Moment => match Place::read(value).map(|place| place.moment()) {
                Some(Some(at)) => self.go_to_time(at),
                Some(None) => self.notify(NoticeKind::NoMoment(value.to_owned())),
                None => {}
            },
            Wanted::Pattern => {}
        }
        Vec::new()
    }

    fn go_to_place(&mut self, value: &str) {
        let clock = self.began.filter(|_| self.log.times == Times::Clock);
        let of_day = clock.and_then(|began| Place::of_day(value, began));
        let Some(place) = of_day.or_else(|| Place::read(value)) else { return };
        let stage = match &place {
            Place::Stage(name) => self.stages.named(name),
            _ => None,
        };
        if let Some(index) = stage {
            self.select_stage(index);
        } else if !self.log.go(&place) {
            self.notify(NoticeKind::NoPlace(value.to_owned()));
        }
    }

    /// Opens the file that the line names that the user points at.
    fn open_source(&mut self) -> Vec<Effect> {
        let line = self.asked_line().and_then(|line| self.log.line(line)).unwrap_or_default();
        if let Some(reference) = Reference::in_line(&line.text) {
            return vec![Reader::Edit(reference.under(&self.about.dir)).into()];
        }
        self.notify(NoticeKind::NoFile);
        Vec::new()
    }

    pub(super) fn keep_bookmarks(&self) -> Vec<Effect> {
        // What is not counted yet has no number to be found by another time.
        let mut kept = self.log.bookmarks.clone();
        kept.retain(|line, _| self.log.number(*line).is_some());
        vec![Reader::Keep(kept).into()]
    }

    pub(super) fn drag(&mut self, row: usize) -> Vec<Effect> {
        if self.dialog.is_none() && !self.typing {
            self.point_in_log(row, true);
        }
        Vec::new()
    }

    /// A click, or a drag, on a row of the log.
    pub(super) fn point_in_log(&mut self, row: usize, drag: bool) {
        let Some(line) = self.log.rows.get(row).and_then(crate::model::log::Row::line) else { return };
        if drag {
            self.log.select_to(line);
        } else {
            self.log.selection = None;
            self.log.point_at(line);
        }
    }
}

/// A name that a file can have everywhere.
fn file_name(name: &str) -> String {
    let name: String =
        name.chars().map(|ch| if ch.is_alphanumeric() || "._-".contains(ch) { ch } else { '-' }).collect();
    name.trim_matches(['-', '.']).to_owned()
}
