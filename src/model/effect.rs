//! What the model wants done in the world, as data. `app` does it, or, in a replay, has nothing to do it with.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::diagnose::fact::Ask;
use crate::event::Choice;
use crate::locale::Lang;
use crate::model::log::{Bookmarks, Reference, Taken};
use crate::session::dismissed::Dismissal;

/// A wish of the model's.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Something about the app itself; harmless in a replay.
    Screen(Screen),
    /// Something that reaches the build or the machine.
    World(World),
    /// Something on the reader's own desk: rules and what was put aside. A recording can be read with notes, too.
    Desk(Desk),
    /// Something for the reader alone, harmless in a replay.
    Reader(Reader),
}

/// Effects on what the reader keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Desk {
    /// Count how often this pattern matches in kept sessions.
    Count(String),
    /// Keep a rule drafted from this line.
    KeepRule(String),
    /// Keep what was put aside.
    Dismissed(Vec<Dismissal>),
}

/// Effects for whoever reads the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reader {
    /// Copy lines to the clipboard.
    Copy(Taken),
    /// Write lines to a new file.
    Write {
        /// The file, as the user wrote it.
        path: PathBuf,
        /// What goes into it.
        taken: Taken,
    },
    /// Keep the bookmarks and notes.
    Keep(Bookmarks),
    /// Open a file in the user's editor.
    Edit(Reference),
}

impl From<Reader> for Effect {
    fn from(reader: Reader) -> Self {
        Self::Reader(reader)
    }
}

/// Effects on the app's own terminal and life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// End the app.
    Quit,
    /// Stop like any program on Ctrl-Z.
    Suspend,
    /// Draw every cell anew.
    Redraw,
    /// Take or release the mouse.
    Mouse(bool),
    /// Draw with this theme, by its index among those that the app has.
    Theme(usize),
    /// Draw with the next one.
    NextTheme,
    /// Read the session's own events again.
    Recall,
    /// Speak this language.
    Speak(Lang),
    /// Speak the other one.
    NextLanguage,
}

/// Effects on the build and the machine.
#[derive(Debug, Clone, PartialEq)]
pub enum World {
    /// Bytes for the command's terminal.
    Type(Vec<u8>),
    /// The command's terminal should have this size.
    Resize {
        /// Columns.
        cols: u16,
        /// Rows.
        rows: u16,
    },
    /// Stop what runs.
    Cancel,
    /// A decision.
    Choose(Choice),
    /// Run a fix as confirmed.
    Fix(FixRun),
    /// Find out about the target.
    Ask {
        /// What.
        questions: Vec<Ask>,
        /// Asked where this run ran; empty for the session's own target…
        target: String,
        /// … in this folder…
        dir: PathBuf,
        /// … and in this environment: where the stage would look.
        env: BTreeMap<String, String>,
    },
}

/// A fix that the user confirmed, exactly as shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixRun {
    /// The rule.
    pub rule: String,
    /// The fix's id.
    pub fix: String,
    /// Its title, as shown.
    pub title: String,
    /// Commands in order.
    pub commands: Vec<String>,
    /// Environment for the commands and the retried stage.
    pub env: BTreeMap<String, String>,
    /// Verification; empty for none.
    pub verify: String,
    /// Whether the user changed the commands.
    pub edited: bool,
}

impl From<Desk> for Effect {
    fn from(desk: Desk) -> Self {
        Self::Desk(desk)
    }
}

impl From<World> for Effect {
    fn from(world: World) -> Self {
        Self::World(world)
    }
}

impl From<Screen> for Effect {
    fn from(screen: Screen) -> Self {
        Self::Screen(screen)
    }
}
