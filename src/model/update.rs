//! What the user does, into changes of the model and effects. One function an area.

mod arrange;
mod build;
mod dialogs;
mod editing;
mod inquiry;
mod log;
mod palette;
mod panes;
mod play;

use std::time::Duration;

use tui_input::InputRequest;

use super::action::Action;
use super::dialog::Dialog;
use super::effect::{Effect, Screen, World};
use super::log::Wanted;
use super::palette::{Entry, Palette};
use super::panes::Split;
use super::rule_draft::Matches;
use super::text::News;
use super::{Model, NoticeKind, Pane, Phase, Unwritten};
use crate::event::Timed;
use crate::locale::Text;

pub(super) use play::{Goal, Moment, Recall};

/// Everything that can reach the model.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// Events that the log got.
    Events(Vec<Timed>),
    /// The events that were in the log before the app opened it.
    Past(Vec<Timed>),
    /// All of those are in; what comes from here on is new.
    Present,
    /// A key's meaning.
    Action(Action),
    /// An edit of the pattern being written.
    Edit(InputRequest),
    /// A text put into what is being written, in one piece.
    Pasted(String),
    /// The whole text that a dialog asks for, from where it is not written key by key.
    Written(String),
    /// Opens the command palette with these entries; the theme in use is the one with this index.
    Palette(Vec<Entry>, usize),
    /// Bytes that the user types into the command.
    Typed(Vec<u8>),
    /// The wheel over a pane, in rows; negative is up.
    Wheel(Pane, isize),
    /// A click on a row of a pane.
    Click(Pane, usize),
    /// The mouse goes over a row of the log while its button is held.
    DragLog(usize),
    /// Something to tell the user.
    Notice(NoticeKind),
    /// A click on a column of the timeline.
    ClickTime(u16),
    /// A border was dragged: a size is so many of so many cells now.
    Drag(Split, u16, u16),
    /// The session's events, as its file has them.
    Recalled(Vec<Timed>),
    /// Something about how ktui was set up.
    Warning(String),
    /// Time went on.
    Tick,
    /// Session time is this now.
    Clock(Duration),
    /// A wish could not be fulfilled, and why.
    Failed(Text),
    /// The runner cannot write its log, or can again.
    Unwritten(Option<Unwritten>),
    /// Nobody writes the log any more.
    RunnerGone,
    /// How often a pattern matches in kept sessions.
    Matches(String, Result<Matches, Text>),
    /// A drafted rule was written here.
    RuleKept(String),
    /// Something became known of a log that is a text.
    Text(News),
}

impl Model {
    /// Takes one input at real time `now`.
    pub fn update(&mut self, now: Duration, input: Input) -> Vec<Effect> {
        self.now = now.max(self.now);
        if self.notice.as_ref().is_some_and(|notice| notice.until <= self.now) {
            self.notice = None;
        }
        let effects = self.meet(input);
        self.renew_fix();
        effects
    }

    fn meet(&mut self, input: Input) -> Vec<Effect> {
        match input {
            Input::Events(events) => self.heard(events),
            Input::Past(events) => {
                self.catching_up = true;
                let effects = self.heard(events);
                self.catching_up = false;
                effects
            }
            Input::Present => {
                self.show_what_is();
                Vec::new()
            }
            Input::Action(action) => self.act(action),
            Input::Palette(entries, theme) => {
                if !self.typing && !self.writes() {
                    self.dialog = Some(Dialog::Palette(Box::new(Palette::new(entries, theme))));
                }
                Vec::new()
            }
            Input::Edit(request) if self.log.prompt.is_none() => self.edit_in_dialog(request),
            Input::Pasted(text) => self.pasted(&text),
            Input::Written(text) => self.written(&text),
            Input::Matches(pattern, matches) => self.counted(&pattern, matches),
            Input::RuleKept(path) => self.told(NoticeKind::RuleKept(path)),
            Input::Edit(request) => {
                self.log.edit_pattern(request);
                Vec::new()
            }
            Input::Typed(bytes) => self.typed(bytes),
            Input::Wheel(pane, rows) => self.wheel(pane, rows),
            Input::Click(pane, row) => self.click(pane, row),
            Input::DragLog(row) => self.drag(row),
            Input::Notice(kind) => self.told(kind),
            Input::Tick => self.play_on(),
            Input::Failed(why) => {
                self.ordered = None;
                self.told(NoticeKind::Failed(why))
            }
            Input::RunnerGone => {
                if self.is_past() {
                    self.gone = true;
                } else {
                    self.runner_gone();
                }
                Vec::new()
            }
            Input::ClickTime(column) => {
                if self.dialog.is_none() && !self.typing {
                    self.click_time(column);
                }
                Vec::new()
            }
            quiet => {
                self.learn_of(quiet);
                Vec::new()
            }
        }
    }

    /// What is only taken note of.
    fn learn_of(&mut self, input: Input) {
        match input {
            Input::Drag(split, cells, total) => self.dragged(split, cells, total),
            Input::Recalled(events) => self.recalled(events),
            Input::Warning(why) => self.notify(NoticeKind::Warning(why)),
            Input::Text(news) => self.learn(news),
            Input::Unwritten(why) => self.unwritten = why,
            Input::Clock(session) => self.sync = (self.now, session),
            _ => {}
        }
    }

    /// Nobody writes the log any more.
    fn runner_gone(&mut self) {
        if self.can_reach_runner() {
            self.phase = Phase::Cut;
            self.stages.closed(true);
            self.typing = false;
        }
    }

    fn told(&mut self, notice: NoticeKind) -> Vec<Effect> {
        self.notify(notice);
        Vec::new()
    }

    fn typed(&mut self, bytes: Vec<u8>) -> Vec<Effect> {
        if !self.typing {
            return Vec::new();
        }
        self.log.end();
        vec![World::Type(self.screen.full.key(bytes)).into()]
    }

    fn accept_prompt(&mut self) -> Vec<Effect> {
        if let Some(prompt) = self.log.prompt.take_if(|prompt| prompt.wanted != Wanted::Pattern) {
            return self.accept_written(&prompt);
        }
        self.log.accept_pattern();
        Vec::new()
    }

    fn act(&mut self, action: Action) -> Vec<Effect> {
        // Who goes on has read what was said, and wants to see the keys again; Esc alone takes nothing else away.
        if action != Action::Back {
            self.notice = None;
        }
        match action {
            Action::Suspend => return vec![Screen::Suspend.into()],
            Action::Redraw => return vec![Screen::Redraw.into()],
            Action::Mouse => {
                self.mouse = !self.mouse;
                self.notify(NoticeKind::Mouse(self.mouse));
                return vec![Screen::Mouse(self.mouse).into()];
            }
            Action::Theme => return vec![Screen::NextTheme.into()],
            Action::Language => return vec![Screen::NextLanguage.into()],
            _ => {}
        }
        if self.typing {
            if action == Action::Back {
                self.typing = false;
            }
            return Vec::new();
        }
        if self.log.prompt.is_some() {
            match action {
                Action::Accept => return self.accept_prompt(),
                Action::Back => self.log.cancel_pattern(),
                _ => {}
            }
            return Vec::new();
        }
        if self.dialog.is_some() { self.act_in_dialog(action) } else { self.act_in_panes(action) }
    }
}
