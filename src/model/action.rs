//! What the user can ask for, and where the keys are heard. Which keys mean which action is `keymap`'s business.

use crate::locale::ui::Say;

/// Something the user wants done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Leave the app; asks first where a build goes on.
    Quit,
    /// Close what is open, stop what was begun; never leaves.
    Back,
    /// Show the keys.
    Help,
    /// Focus the next pane.
    FocusNext,
    /// Focus the pane before.
    FocusPrevious,
    /// The focused pane alone, or all again.
    Zoom,
    /// Focus the stages.
    FocusStages,
    /// Focus the log.
    FocusLog,
    /// Focus the findings.
    FocusFindings,
    /// Focus the details.
    FocusDetails,
    /// Focus the timeline.
    FocusTimeline,
    /// The focused pane a row higher.
    Taller,
    /// The focused pane a row less.
    Shorter,
    /// The focused pane wider.
    Wider,
    /// The focused pane narrower.
    Narrower,
    /// Hide the focused pane.
    HidePane,
    /// All panes as they are at first.
    ResetPanes,
    /// One row up.
    Up,
    /// One row down.
    Down,
    /// One page up.
    PageUp,
    /// One page down.
    PageDown,
    /// Half a page up.
    HalfUp,
    /// Half a page down.
    HalfDown,
    /// To the beginning.
    Top,
    /// To the end.
    Bottom,
    /// To the left, where lines are not wrapped.
    Left,
    /// To the right.
    Right,
    /// Stay at the end of the log from now on.
    Follow,
    /// Ask for a pattern.
    Search,
    /// Ask for a place to go to.
    GoTo,
    /// Next match.
    SearchNext,
    /// Match before.
    SearchPrevious,
    /// Next finding, in the log's order.
    NextFinding,
    /// Finding before.
    PreviousFinding,
    /// Long lines wrapped, or cut.
    Wrap,
    /// Line numbers.
    Numbers,
    /// When lines arrived: not, by the clock, since the session began.
    Times,
    /// The bytes of lines as they came.
    Raw,
    /// Ask for a pattern whose lines are the ones to see.
    FilterIn,
    /// Ask for a pattern whose lines are not to be seen.
    FilterOut,
    /// Take the last filter away.
    Unfilter,
    /// Take all filters away.
    UnfilterAll,
    /// More lines around filtered ones.
    Around,
    /// One line for many that say the same.
    Collapse,
    /// Fold the part of the log that a line belongs to, or open it.
    Fold,
    /// Fold all parts of a kind.
    FoldAll,
    /// Open all folds.
    Unfold,
    /// Select lines.
    Select,
    /// Copy the selected lines.
    Copy,
    /// Write the selected lines to a file.
    Write,
    /// Set a bookmark, or take it away.
    Bookmark,
    /// Write a note to a line.
    Note,
    /// Go to the next bookmark.
    NextBookmark,
    /// List bookmarks and notes.
    Bookmarks,
    /// Open the file that a line names in the user's editor.
    Source,
    /// Open what is selected.
    Open,
    /// Show the fix for the selected finding.
    Fix,
    /// Run the failed stage again.
    Retry,
    /// Go on without the failed stage.
    Skip,
    /// Run the stage that waits with another script.
    EditStage,
    /// Change what is shown before it runs.
    Edit,
    /// Give a value back to the plan's own choice.
    Reset,
    /// Break the line that is written.
    NewLine,
    /// Leave step mode: hold no further stage back.
    RunThrough,
    /// Put the finding aside, or bring it back.
    Dismiss,
    /// Why no other rule says something about this line.
    WhyNot,
    /// Make a rule from this line.
    DraftRule,
    /// Stop what runs.
    Cancel,
    /// Give the keyboard to the command.
    Type,
    /// What was built, how long it took, what was mended.
    Summary,
    /// Yes, in a question.
    Accept,
    /// The next choice in a dialog.
    NextChoice,
    /// The choice before.
    PreviousChoice,
    /// Leave, and let the build go on.
    Detach,
    /// Leave, and end the build.
    StopAndQuit,
    /// Replay: play or pause.
    Play,
    /// Replay: one line further.
    Step,
    /// Replay: one line back.
    StepBack,
    /// Replay: where the next stage begins.
    NextStage,
    /// Replay: where the stage before began.
    PreviousStage,
    /// Replay: where the next finding comes up.
    NextMoment,
    /// Replay: where the finding before came up.
    PreviousMoment,
    /// Replay: ask for a time to go to.
    SeekTime,
    /// Replay: cut long pauses, or let them last.
    Idle,
    /// A live session: stop the screen and look back.
    LookBack,
    /// Back from there to what happens now.
    Present,
    /// Replay: next marker.
    NextMarker,
    /// Replay: marker before.
    PreviousMarker,
    /// Replay: twice as fast.
    Faster,
    /// Replay: half as fast.
    Slower,
    /// Replay: back to the beginning.
    Rewind,
    /// Replay: to the end.
    ToEnd,
    /// Give the terminal back to the shell for a while.
    Suspend,
    /// Draw everything anew.
    Redraw,
    /// Let the terminal have the mouse, or take it.
    Mouse,
    /// Everything that can be done, to choose from.
    Palette,
    /// The next theme.
    Theme,
    /// The other language.
    Language,
}

/// Where keys are heard. A key means what the first context says that knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Context {
    /// The command in the pty has the keyboard.
    Typing,
    /// A pattern is being written.
    Prompt,
    /// The command palette is open.
    Palette,
    /// A fix is shown.
    FixDialog,
    /// A stage is held back by step mode.
    StepDialog,
    /// A text is being written in a dialog.
    Editor,
    /// A drafted rule is shown.
    RuleDialog,
    /// The list of bookmarks.
    BookmarkList,
    /// A yes-or-no question.
    Question,
    /// The question what becomes of the build.
    LeaveDialog,
    /// Something to read: help, summary.
    Reading,
    /// A stage's page.
    StagePage,
    /// The stages have the focus.
    Stages,
    /// The log has the focus.
    Log,
    /// The findings have the focus.
    Findings,
    /// The timeline has the focus.
    Timeline,
    /// What is done with the log's lines, whichever pane has the focus.
    Lines,
    /// The past of a live session is shown.
    Past,
    /// A recording is shown.
    Replay,
    /// A build that can be acted upon.
    Build,
    /// The start screen.
    Start,
    /// The inputs of a plan.
    Form,
    /// What mends the machine.
    CureDialog,
    /// A tree's own plan, to be trusted.
    TrustDialog,
    /// Everywhere but in dialogs.
    Global,
    /// Everywhere but while typing.
    Always,
}

/// One key to show at the bottom of the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// The key as people write it.
    pub keys: String,
    /// What it does.
    pub label: Say,
    /// Its place, from 1; from 90 on it is shown even where room is short.
    pub foot: u8,
}

/// A part of the help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its heading.
    pub heading: Say,
    /// Keys and what they do.
    pub keys: Vec<(String, Say)>,
}
