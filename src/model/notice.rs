//! Messages that go away by themselves. How they read is `view::bottom`'s business.

use std::time::Duration;

use super::log::FoldBy;

use crate::locale::Text;

/// The runner cannot write the session's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unwritten {
    /// Why: what the system says.
    pub why: String,
    /// The build's exit status, where it has ended meanwhile and the log cannot say so.
    pub exit: Option<i32>,
}

/// A short message that goes away by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What.
    pub kind: NoticeKind,
    /// Real time at which it goes.
    pub until: Duration,
}

/// Where copied lines went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clipboard {
    /// The terminal was asked to keep them.
    Terminal,
    /// This program keeps them.
    Program(String),
    /// They are in this file: there is no clipboard.
    File(String),
}

/// What a [`Notice`] says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoticeKind {
    /// A wish could not be fulfilled, and why.
    Failed(Text),
    /// This is a recording: nothing can be run.
    ReplayOnly,
    /// A rule was written, and where to.
    RuleKept(String),
    /// A finding was put aside; whether that is kept.
    Dismissed(bool),
    /// A finding that was put aside is back.
    BroughtBack,
    /// There is no line that a rule could be made from.
    NoLine,
    /// There is no finding to act upon.
    NoFinding,
    /// The finding has no fix.
    NoFix,
    /// Nothing waits for a decision.
    NotWaiting,
    /// Nothing runs.
    NothingRuns,
    /// A fix ran and did not help.
    FixFailed(String),
    /// The session file could not be written for a while.
    DiskTrouble(String),
    /// There is nothing to search.
    NoSearch,
    /// This is no time.
    NoMoment(String),
    /// The log is always shown.
    LogStays,
    /// Long pauses of the recording are cut, or last.
    Idle(bool),
    /// The session's file does not tell what was.
    NoPast,
    /// The user is in the past: nothing can be run from there.
    LookingBack,
    /// Something about how ktui was set up.
    Warning(String),
    /// The log has no such place.
    NoPlace(String),
    /// The mouse is the terminal's now, or the app's again.
    Mouse(bool),
    /// No filter is on.
    NoFilter,
    /// So many lines around wanted ones are shown.
    Around(u64),
    /// There is nothing to fold here.
    NoFold,
    /// Everything of this kind is folded.
    Folded(FoldBy),
    /// Everything is open again.
    NoMoreFolds,
    /// No line has a bookmark.
    NoBookmark,
    /// More lines than can be taken: bytes that can.
    TooMuch(u64),
    /// So many lines were copied: lines, bytes, where to.
    Copied(u64, u64, Clipboard),
    /// So many lines were written to a file.
    Written(u64, String),
    /// A line names no file.
    NoFile,
    /// The file that a line names is not here.
    NotFound(String),
    /// A file was opened in an editor: the editor, the place.
    Opened(String, String),
}
