//! The names of every text of ours, as types: a wrong name, a missing or misspelt value does not compile.
//!
//! The texts themselves stand in `en/*.ftl` and `zh-CN/*.ftl` (Project Fluent): `Say::NoStages` is the message
//! `no-stages` there. The tests beside this file fail on a message without a name, a name without a message in
//! one of the languages, other values than declared here, and a name that nothing uses.

use fluent_bundle::FluentArgs;

use super::Lang;
use super::texts::Texts;

macro_rules! fixed {
    ($($name:ident),* $(,)?) => {
        /// A text without values.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[allow(missing_docs, reason = "each message's text says it")]
        pub enum Say { $($name),* }

        impl Say {
            /// Every one of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its name in the code.
            pub(super) fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name)),* }
            }
        }
    };
}

macro_rules! with_values {
    ($($name:ident { $($value:ident: $type:ty),* }),* $(,)?) => {
        /// A text with values. Numbers choose plural forms and are shown in groups of three digits.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[allow(missing_docs, reason = "each message's text says it")]
        pub enum Tell<'a> { $($name { $($value: $type),* }),* }

        impl<'a> Tell<'a> {
            /// Every name, with the names of its values.
            pub const ALL: &'static [(&'static str, &'static [&'static str])] =
                &[$((stringify!($name), &[$(stringify!($value)),*])),*];

            fn parts(self) -> (&'static str, FluentArgs<'a>) {
                let mut args = FluentArgs::new();
                let name = match self {
                    $(Self::$name { $($value),* } => {
                        $(args.set(stringify!($value), $value);)*
                        stringify!($name)
                    })*
                };
                (name, args)
            }
        }
    };
}

impl Say {
    /// The text.
    pub fn text(self, lang: Lang) -> &'static str {
        Texts::of(lang).fixed(self)
    }
}

impl Tell<'_> {
    /// The text with its values. What a value holds is never taken for a placeholder.
    pub fn text(self, lang: Lang) -> String {
        let (name, args) = self.parts();
        Texts::of(lang).format(name, &args)
    }
}

fixed! {
    // Panes
    Stages, Log, Findings, Details, NoStages, NoFindings, NoFindingsAtAll, NoOutput, Following,
    // Session state
    Starting, Running, Fixing, Checking, Waiting, Passed, Failed, Interrupted, Paused, Playing, ReplayEnd,
    Diagnosed,
    // Stage states
    StagePending, StageSkipped, StageRunning, StageChecking, StagePassed, StageFailed, StageCheckFailed,
    StageTimedOut, StageCancelled, StageNotStarted, StageCut,
    // Marks in the log
    MarkFix, MarkVerify,
    // Findings and details
    Evidence, Fixes, NoFixes, Also, Source, SourceSame, Facts, FactOpen, FactAbsent, Earlier, Mended,
    GuideOnly, RiskSafe, RiskSystem, RiskDestructive, SeverityError, SeverityWarning, SeverityNote,
    // Stage page
    StageScript, StageFolder, StageShell, StageEnv, StageWhy, StageTook, StageNotRun, StageProgress, StageUsual, StageSilent,
    // Fix dialog
    FixTitle, FixShown, FixMends, FixRuns, FixSets, FixFolder, FixTarget, FixUser, FixUserUnknown, FixRisk,
    FixVerify, FixNoVerify, FixGuide, FixPlanEnv, FixNoRunReplay, FixNoRunBusy, FixNoRunOver, FixNoRunGuide,
    // Questions
    AskCancelTitle, AskSkipTitle, AskRetryTitle, LeaveTitle, LeaveStarting,
    // Summary
    SummaryTitle, SummaryStages, SummaryFixed, SummaryOpen, SummaryResume,
    // Notices and states at the bottom
    TypingState, TypingSecret, AsksSecret, AsksAnswer, PromptSearch, PromptPlace, SearchNone, SearchLiteral,
    SearchWrapped, NoticeReplay, NoticeNoFinding, NoticeNoFix, NoticeNotWaiting, NoticeNothingRuns,
    NoticeNoSearch, NoticeMouseOn, NoticeMouseOff, TooSmall,
    // Start screen
    StartTitle, StartNothing, StartAttach, StartResume, StartPlan, StartPast, StartTour,
    // Actions: short for the footer, long for the help
    KeyQuit, KeyQuitLong, KeyBack, KeyBackLong, KeyHelp, KeyHelpLong, KeyFocusNext, KeyFocusPrevious,
    KeyZoom, KeyZoomLong, KeyUp, KeyDown, KeyPageUp, KeyPageDown, KeyHalfUp, KeyHalfDown, KeyTop, KeyBottom,
    KeyLeft, KeyRight, KeyFollow, KeyFollowLong, KeySearch, KeySearchLong, KeySearchNext, KeyGoTo, KeyGoToLong, KeySearchPrevious,
    KeyNextFinding, KeyNextFindingLong, KeyPreviousFinding, KeyWrap, KeyWrapLong, KeyNumbers, KeyOpen,
    KeyOpenLong, KeyFix, KeyFixLong, KeyRetry, KeyRetryLong, KeySkip, KeySkipLong, KeyCancel, KeyCancelLong,
    KeyType, KeyTypeLong, KeySummary, KeyAccept, KeyAcceptRun, KeyAcceptClose, KeyNextChoice,
    KeyPreviousChoice, KeyDetach, KeyStopAndQuit, KeyNo, KeyCancelDialog, KeyStay, KeyPlay, KeyStep,
    KeyStepLong, KeyNextMarker, KeyPreviousMarker, KeyFaster, KeySlower, KeyRewind, KeyToEnd, KeySuspend,
    KeyRedraw, KeyMouse, KeyMouseLong, KeyTakeBack,
    // Headings of the help
    HelpTitle, HelpGlobal, HelpLog, HelpBuild, HelpReplay, HelpTyping, HelpFoot,
}

with_values! {
    // Panes
    Lines { count: u64 },
    LinesSoFar { count: u64 },
    MoreBelow { count: u64 },
    // Session state
    Loading { percent: u64 },
    Diagnosing { percent: u64 },
    // Stage states
    Attempt { n: u64 },
    // Marks in the log
    MarkCheck { title: &'a str },
    MarkExit { code: &'a str },
    MarkGap { why: &'a str },
    MarkQuiet { time: &'a str },
    NoticeNoPlace { place: &'a str },
    // Findings and details
    EvidenceIn { line: &'a str, stage: &'a str },
    EvidenceLine { line: &'a str },
    SourceDiffers { added: u64, removed: u64 },
    FactUnknown { why: &'a str },
    Times { count: u64 },
    // Stage page
    StagePhase { n: u64, count: u64, title: &'a str },
    StageLeft { time: &'a str },
    QuietBusy { time: &'a str, who: &'a str },
    QuietElsewhere { time: &'a str, who: &'a str },
    QuietIdle { time: &'a str, who: &'a str },
    QuietStuck { time: &'a str, still: &'a str },
    // Fix dialog
    FixOf { n: u64, count: u64 },
    // Questions
    AskCancel { what: &'a str },
    AskSkip { stage: &'a str },
    AskRetry { fix: &'a str, stage: &'a str },
    LeaveRunning { what: &'a str },
    LeaveWaiting { what: &'a str },
    // Summary
    SummaryGood { plan: &'a str },
    SummaryBad { plan: &'a str },
    SummaryCut { plan: &'a str },
    SummaryTook { time: &'a str, passed: u64, due: u64 },
    SummaryFolder { dir: &'a str },
    SummaryReplay { name: &'a str },
    SummaryTries { count: u64 },
    // Notices and states at the bottom
    SearchCount { count: u64 },
    SearchPlace { place: u64, count: u64 },
    SearchMore { count: u64 },
    NoticeFailed { why: &'a str },
    NoticeFixFailed { title: &'a str },
    NoticeDisk { why: &'a str },
}
