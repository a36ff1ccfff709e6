//! The app: the only loop, and all that it touches: terminal, clock, session file, runner, prober.
//!
//! What is shown is `model`'s, how it looks `view`'s, what keys mean `keymap`'s. [`run`] shows a session or a
//! recording until the user leaves; [`choose`] is the start screen; [`picture`] draws one frame without a
//! terminal.

mod backdrop;
mod clipboard;
mod desk;
mod follow;
mod hands;
mod inbox;
mod mishap;
mod open;
mod pace;
mod picture;
mod plain;
mod precedence;
mod reader;
mod shelf;
mod show;
mod signs;
mod start;
mod terminal;
mod text;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use crate::diagnose::fact::Ask;
use crate::event::Answer;
use crate::keymap::Keymap;
use crate::locale::Lang;
use crate::model::diagnosis::Knowledge;
use crate::model::panes::Arrangement;
use crate::model::{Model, Phase};
use crate::session::import::Log;
use crate::session::store::SessionDir;
use crate::session::whole;
use crate::theme::{self, Theme};

pub use desk::{Count, Desk, KeepRule};
pub use mishap::Mishap;
pub use picture::picture;
pub use plain::{choose_plainly, talk};
pub use signs::{Signs, Wish};
pub use start::{Cure, Examine, Picked, Scene, Sheets, Trust, choose};

/// What is known, loaded once somebody needs it.
pub type Known = Arc<LazyLock<Knowledge, Box<dyn FnOnce() -> Knowledge + Send>>>;

/// How the app is to look and what it knows; the caller reads it from the environment and the data files.
#[derive(Clone)]
pub struct Setup {
    /// Rules, remedies, and what is known about the machine.
    pub knowledge: Known,
    /// Colours, at the terminal's depth.
    pub theme: Theme,
    /// Every theme that can be taken instead, at the same depth.
    pub themes: Vec<Theme>,
    /// What keys do.
    pub keymap: Keymap,
    /// Whether the app takes the mouse.
    pub mouse: bool,
    /// What the terminal is told besides the screen.
    pub signs: Signs,
    /// Whether the terminal shows Unicode; without it everything is ASCII and English.
    pub unicode: bool,
    /// The language of the interface.
    pub lang: Lang,
    /// The user's home folder, shown as `~`; may be empty.
    pub home: String,
    /// What the reader keeps.
    pub desk: Desk,
    /// Where bookmarks and notes of this log are kept, where they can be.
    pub notes: Option<PathBuf>,
    /// How many seconds the local time of day is ahead of UTC.
    pub ahead: i64,
    /// Whether the terminal's background is to choose between the dark theme and the light one.
    pub ask_ground: bool,
    /// How the panes share the screen.
    pub panes: Arrangement,
    /// Where that is remembered.
    pub panes_file: Option<PathBuf>,
    /// Something wrong with the set-up that the user should see on the screen, too.
    pub warning: Option<String>,
    /// Where a long log's lines may be put aside; the file has no name there.
    pub spill: PathBuf,
}

impl Setup {
    /// The palette of commands for what the model shows.
    fn palette(&self, model: &crate::model::Model) -> crate::model::Input {
        let names: Vec<&str> = self.themes.iter().map(|theme| theme.name.as_str()).collect();
        self.keymap.palette(model, &names, self.theme_index())
    }

    /// Which of the themes is in use.
    fn theme_index(&self) -> usize {
        self.themes.iter().position(|theme| theme.name == self.theme.name).unwrap_or(0)
    }

    /// The time of day at a moment, in seconds.
    fn time_of_day(&self, timestamp: u64) -> u64 {
        timestamp.saturating_add_signed(self.ahead) % (24 * 3600)
    }

    /// Takes the theme for a background, as soon as that is known and unless the user chose one meanwhile; `true`
    /// where it did.
    fn take_ground(&mut self, ground: Option<(u8, u8, u8)>) -> bool {
        let Some(ground) = ground.filter(|_| self.ask_ground) else { return false };
        self.ask_ground = false;
        let name = if theme::is_light(ground) { theme::LIGHT } else { theme::DEFAULT };
        let index = self.themes.iter().position(|theme| theme.name == name);
        if let Some(theme) = index.and_then(|index| self.themes.get(index)) {
            self.theme = theme.clone();
        }
        true
    }

    /// Takes a theme of the user's choice.
    fn take_theme(&mut self, index: usize) {
        self.ask_ground = false;
        if let Some(theme) = self.themes.get(index) {
            self.theme = theme.clone();
        }
    }

    /// Remembers an arrangement of the panes.
    fn keep_panes(&self, panes: &Arrangement) -> std::io::Result<()> {
        self.panes_file
            .as_ref()
            .map_or(Ok(()), |file| whole::write_in_new_folder(file, panes.to_yaml().as_bytes()))
    }

    /// Where the app may leave a file of the reader's own.
    fn folder(&self) -> PathBuf {
        let beside = self.panes_file.as_deref().and_then(Path::parent);
        beside.unwrap_or(&self.spill).to_path_buf()
    }

    /// The language that can be shown.
    fn shown_lang(&self) -> Lang {
        if self.unicode { self.lang } else { Lang::En }
    }
}

/// Answers a question about a target (empty: the session's), asked in a folder and with variables on top; blocks,
/// within bounds.
pub type Probe = Arc<dyn Fn(&Ask, &str, &Path, &BTreeMap<String, String>) -> Answer + Send + Sync>;

/// A session that a runner works on.
pub struct Live {
    /// The session's folder.
    pub session: SessionDir,
    /// Who answers what diagnosis asks.
    pub probe: Probe,
}

/// Where a recording is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begin {
    /// At its end: everything is there at once.
    End,
    /// At its beginning, playing.
    Start,
    /// At a moment.
    At(Duration),
    /// Where a stage starts.
    Stage(String),
}

/// A log to be looked at.
pub struct Recording {
    /// Its name.
    pub name: String,
    /// What is in it.
    pub log: Log,
    /// Where to open it.
    pub begin: Begin,
    /// How many times as fast it plays; 0 is as recorded.
    pub speed: f64,
    /// The session that it is of, where it is one of ktui's.
    pub session: Option<SessionDir>,
}

/// What the app shows.
pub enum Input {
    /// A session, while it runs.
    Live(Live),
    /// A recording.
    Replay(Box<Recording>),
}

/// How the app was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// The session's exit status, where it has ended.
    pub status: Option<i32>,
    /// The signal that ended the app, where one did.
    pub signal: Option<i32>,
    /// The build goes on without the app.
    pub goes_on: bool,
}

impl Left {
    fn of(model: &Model, signal: Option<i32>) -> Self {
        let status = match model.phase {
            Phase::Ended(status) => Some(status),
            _ => None,
        };
        Self { status, signal, goes_on: model.goes_on() }
    }
}

/// Shows a session or a recording until the user leaves.
///
/// # Errors
/// Where the terminal or the session's file cannot be used at all. The terminal is as it was before.
pub fn run(input: Input, setup: &Setup) -> anyhow::Result<Left> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(show::run(input, setup))
}
