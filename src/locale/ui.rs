//! The names of every text of ours, as types: a wrong name, a missing or misspelt value does not compile.
//!
//! The texts themselves stand in `en/*.ftl` and `zh-CN/*.ftl` (Project Fluent): `Say::NoStages` is the message
//! `no-stages` there. The tests beside this file fail on a message without a name, a name without a message in
//! one of the languages, other values than declared here, and a name that nothing uses.

use super::Lang;
use super::declare::{fixed, with_values};
use super::texts::Texts;

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
    Stages, Log, Findings, Details, Timeline, NoStages, StagesComing, NoTimes, OutputRate, NoFindings, NoFindingsAtAll, NoOutput, Following,
    // Session state
    Starting, Running, Fixing, Checking, Waiting, Passed, Failed, Interrupted, Paused, Playing, ReplayEnd, GoesOn,
    Diagnosed,
    // Stage states
    StagePending, StageSkipped, StageRunning, StageChecking, StagePassed, StageFailed, StageCheckFailed,
    StageTimedOut, StageCancelled, StageNotStarted, StageCut,
    // Marks in the log
    MarkFix, MarkVerify,
    // Findings and details
    Evidence, Fixes, NoFixes, Also, Source, SourceSame, Facts, FactOpen, FactAbsent, Earlier, Mended,
    Dismissed, GuideOnly, RiskSafe, RiskSystem, RiskDestructive, SeverityError, SeverityWarning, SeverityNote,
    // Stage page
    StageTitle, StageId, StageScript, StageFolder, StageShell, StageEnv, StageWhy, StageTook, StageNotRun, StageProgress, StageUsual, StageSilent,
    // Fix dialog
    FixTitle, FixShown, FixMends, FixRuns, FixSets, FixFolder, FixTarget, FixUser, FixUserUnknown, FixRisk,
    FixVerify, FixNoVerify, FixGuide, FixPlanEnv, FixNoRunReplay, FixNoRunPast, FixNoRunBusy, FixNoRunOver, FixNoRunGuide,
    // A stage held back, a text being written
    StepTitle, StepAgain, Edited, DismissTitle, DismissAsk,
    // A rule of one's own, and why not another
    RuleTitle, RuleYaml, RuleCounting, WhyTitle, WhyNothing, WhyBehind,
    // Questions
    AskCancelTitle, AskSkipTitle, AskRetryTitle, LeaveTitle, LeaveStarting,
    // Summary
    SummaryTitle, SummaryBuilt, SummaryStages, SummaryFixed, SummaryOpen, SummaryResume,
    // Notices and states at the bottom
    PromptSearch, PromptPlace, PromptMoment, SearchNone, SearchLiteral,
    SearchWrapped, NoticeReplay, NoticeNoFinding, NoticeNoFix, NoticeNotWaiting, NoticeNothingRuns,
    NoticeLogStays, NoticeIdleCut, NoticeIdleLasts, NoticeNoPast, NoticeMouseOn, NoticeMouseOff, NoticeDismissed, NoticeDismissedNow, NoticeBack, NoticeNoLine, TooSmall,
    // Filters, folds, bookmarks of the log
    PromptFilterIn, PromptFilterOut, PromptNote, PromptFile, NoticeNoFilter, NoticeNoFold, NoticeUnfolded,
    NoticeNoBookmark, NoticeNoFile, NoBookmarks, BookmarksTitle, FoldedStages, FoldedCommands, FoldedSteps, Sifting,
    Raw, CollapseOn,
    // The command palette
    PaletteTitle, PaletteNothing, LanguageName,
    // Start screen
    StartTitle, StartNothing, StartAttach, StartResume, StartPlan, StartPast, StartTour, StartUnfit,
    DoctorTitle, DoctorRuns, DoctorLooks, DoctorFine, CheckGood, CheckUnknown, CheckWarning, CheckBad,
    CureDone, CureFailed, CureBack, FormNoInputs, FormEmpty, FormDefault, FormTree, FormOwn, FormBuild, FormStep, TrustTitle, TrustAbout, TrustSeen, UnfitTitle, StartUntrusted,
    // Plain mode
    PlainHello, PlainChoices, PlainText, PlainReason, PlainPattern, PlainType, PlainSecret, PlainAnswer, PlainFinding,
    PlainFindings, PlainStage, PlainStages, PlainLog, PlainSearch, PlainOutput, PlainQuiet, PlainLoud, StepAlone,
    // Actions: short for the footer, long for the help
    KeyQuit, KeyQuitLong, KeyBack, KeyBackLong, KeyHelp, KeyHelpLong, KeyFocusNext, KeyFocusPrevious,
    KeyZoom, KeyZoomLong, KeyFocusStages, KeyFocusLog, KeyFocusFindings, KeyFocusDetails, KeyFocusTimeline,
    KeyTaller, KeyShorter, KeyWider, KeyNarrower, KeyHidePane, KeyResetPanes, KeyUp, KeyDown, KeyPageUp, KeyPageDown, KeyHalfUp, KeyHalfDown, KeyTop, KeyBottom,
    KeyLeft, KeyRight, KeyFollow, KeyFollowLong, KeySearch, KeySearchLong, KeySearchNext, KeyGoTo, KeyGoToLong, KeySearchPrevious,
    KeyFilterIn, KeyFilterInLong, KeyFilterOut, KeyUnfilter, KeyUnfilterLong, KeyUnfilterAll, KeyAround,
    KeyCollapse, KeyFold, KeyFoldLong, KeyFoldAll, KeyUnfold, KeyUnfoldLong, KeySelect, KeySelectMore, KeyCopy, KeyCopyLong, KeyWrite, KeyWriteLong,
    KeyBookmark, KeyNextBookmark, KeyNextBookmarkLong, KeyNote, KeyGoThere, KeyRemove, KeyRemoveLong, KeyBookmarks, KeyTimes, KeyRaw, KeyRawOff, KeySource,
    KeyNextFinding, KeyNextFindingLong, KeyPreviousFinding, KeyWrap, KeyWrapLong, KeyNumbers, KeyOpen, KeyOpenStage,
    KeyOpenLong, KeyFix, KeyFixLong, KeyRetry, KeyRetryLong, KeySkip, KeySkipLong, KeyCancel, KeyCancelLong,
    KeyEditStage, KeyEditStageLong, KeyEdit, KeyTrust, KeyTrustLong, KeyBuild, KeyBuildStep, KeyAttach, KeyResume, KeySetUp, KeyBeginTour, KeyWhyUnfit, KeyNextValue, KeyPreviousValue, KeyReset, KeyAcceptText, KeyNewLine, KeyRunThrough, KeyRunThroughLong, KeyNextCommand, KeyPreviousCommand, KeyKeep, KeyDismiss, KeyDismissLong, KeyBringBack,
    KeyWhyNot, KeyWhyNotLong, KeyDraftRule, KeyDraftRuleLong,
    KeyType, KeyTypeLong, KeySummary, KeyAccept, KeyAcceptRun, KeyAcceptClose, KeyDecideLater, KeyNextChoice,
    KeyPreviousChoice, KeyDetach, KeyStopAndQuit, KeyNo, KeyCancelDialog, KeyStay, KeyPlay, KeyPause, KeyStep,
    KeyStepLong, KeyStepBack, KeyNextStage, KeyPreviousStage, KeyNextMoment, KeyPreviousMoment, KeySeekTime,
    KeySeekTimeLong, KeyIdle, KeyLookBack, KeyLookBackLong, KeyPresent, KeyPresentLong, KeyEarlier, KeyLater,
    KeyNextMarker, KeyPreviousMarker, KeyFaster, KeySlower, KeyRewind, KeyFromStart, KeyToEnd, KeySuspend,
    KeyRedraw, KeyMouse, KeyMouseLong, KeyTakeBack, KeyPalette, KeyPaletteLong, KeyFind, KeyChoose, KeyTheme, KeyLanguage,
    // Headings of the help
    HelpTitle, HelpGlobal, HelpLog, HelpBuild, HelpReplay, HelpTimeline, HelpTyping,
    // What a plan needs, and how the machine stands to it
    NeedMemory, NeedDisk, NeedHeader, NeedPkgConfig, NeedRightTool, NeedOnPath, NotThere, NotKnown,
    // Findings as text
    UnknownAlone, UnknownBeside, UnknownNext, FirstTitle, ReportNothing, ReportFollows, ReportFix, PageFollows, PageFix, LevelSymptom, LevelError,
    LevelWarning, LevelNote,
    // What to do first about a failure that no rule knows, by what it speaks of
    FirstDiskFull, FirstOutOfMemory, FirstRegistryRateLimit, FirstTls, FirstProxy, FirstDns,
    FirstConnectionRefused, FirstNetworkTimeout, FirstDockerDaemon, FirstCredentials, FirstHttpStatus,
    FirstPortInUse, FirstFileLimit, FirstReadOnlyFs, FirstPermission, FirstExecFormat, FirstGlibcVersion,
    FirstChecksum, FirstMissingTool, FirstMissingHeader, FirstMissingLibrary, FirstArchUnsupported,
    FirstSyntaxError, FirstLinkerError, FirstGoModule, FirstGoVersion, FirstCodegen, FirstArchiveCorrupt,
    FirstImageMissing, FirstPackageManager, FirstLint, FirstGitState, FirstKernelConfig, FirstServiceFailure,
    FirstTestFailure, FirstCompileError,
    // A build without a screen
    Gone, RunVerify, EndPassed, EndTimedOut, EndStopped, EndCheckFailed, EndNotStarted, EndFailed,
    // Sessions
    StatusRunning, StatusCut, StatusWell, StatusImported, NoSessions, NoSessionRuns,
    // Labels of what is listed
    LabelPlan, LabelFolder, LabelTarget, LabelStarted, LabelStatus, LabelLog, LabelResumes, LabelInput,
    LabelStage, LabelCheck, LabelFix, LabelFixRun, LabelVerify, LabelGap, LabelPattern, LabelSample,
    LabelSee, LabelEra, LabelFit, LabelNeeds, RoomGoCache, RoomGoModules, RoomBuilds, RoomContainers, RoomPackages, RoomJournal,
    // Plans
    NoPlanInFile, PlanCheck,
    // Settings, rules, the app as the command line sees it
    BuiltIn, NoHome, NoFixedText, NoTerminal,
    // What is looked at on a machine before a build
    WhatClock, WhatLocale, WhatGo,
    // What is wanted of it
    WantInodes, WantTmp, WantCache, WantImages, WantToday, WantUtf, WantEngine, WantCgroups, WantKernel, WantFree, WantNoCluster, WantNoLock,
    WantOpen, WantConnect, WantAddress, WantServed, WantCommit, WantIssuer, WantReached,
    // Why it matters
    WhyInodes, WhyTmp, WhyBuildCache, WhyModuleCache, WhyImageStore, WhyClock, WhyLocale, WhyEngine, WhyCgroups, WhyKernel, WhyPort, WhyLeftover, WhyLock,
    WhyProxyPort, WhyConnect, WhyDns, WhySources, WhyModules, WhyGit, WhyImages, WhyIssuer, WhyContainer,
    // What was found
    FoundDenied, FoundNobody, FoundThere, FoundNoAnswer, FoundNoAddress, FoundNoGo,
    // The doctor on the command line
    DoctorGood, DoctorUnknown, DoctorWarning, DoctorBad, LabelWanted, FixNotRun, FixRunIt,
    // Go toolchains
    GoNone, GoOffline, GoOthers, GoNowhere, GoGood, GoNotGood, GoWasThere, GoSum, GoVerifying, GoUnpacking,
    GoBlockOut, GoNewShells, GoThisShell, GoWhich,
    // Which Go a tree needs, and which would build it
    RuleAtRunTime, RuleInValidation, RuleByScripts, RuleByGo,
    // Proxies
    ProxyNoScheme, ProxyTls, ProxyWget, ProxyApt, ProxyInside, ProxyLoopback, ProxyUpperHttp, ProxyUpper,
    ProxyDiffers, ProxyNone, SudoKeeps, SudoDrops, HopBad, BridgeOpen, BridgeLocal,
    // Files on a target
    UnpackRefused, DiffersChanged, DiffersMissing, DiffersExtra, DiffersMode,
    // The code guide
    GuideAbsent, GuideCalls,
    // What a built program is
    IsFolder, ArtMachine, ArtLinked, ArtProgram, ArtVersion, ArtSource, ArtWanted, ArtStatic, ArtDirty,
    KindScript, KindGzip, KindZstd, KindXz, KindZip, KindWindows, KindMac, KindPage, KindError, KindOther,
    KindEmpty, KindFolder, WrongDynamic, WrongStatic,
    // Mistakes in the use of the command line
    UsageMore, UsageUtf8,
}

with_values! {
    // Panes
    Labelled { name: &'a str, value: &'a str }, Aside { said: &'a str, more: &'a str },
    Listed { one: &'a str, more: &'a str }, Sentences { one: &'a str, more: &'a str },
    Lines { count: u64 },
    LinesSoFar { count: u64 },
    MoreBelow { count: u64 },
    Shows { count: u64, of: u64 },
    NothingPasses { key: &'a str },
    Repeats { count: u64 },
    FoldOf { count: u64 },
    FoldFindings { count: u64 },
    NoticeAround { count: u64 },
    NoticeTooMuch { kilobytes: u64 },
    NoticeCopied { count: u64, kilobytes: u64 },
    NoticeCopiedWith { count: u64, kilobytes: u64, program: &'a str },
    NoticeCopiedFile { count: u64, path: &'a str },
    NoticeWritten { count: u64, path: &'a str },
    NoticeOpened { place: &'a str, editor: &'a str },
    NoticeNotFound { path: &'a str },
    At { time: &'a str },
    // Session state
    Loading { percent: u64 },
    Behind { time: &'a str },
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
    EvidenceLine { line: &'a str }, Sure { percent: &'a str },
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
    // A text being written
    EditCommand { n: u64, count: u64 },
    EditScript { stage: &'a str },
    DismissedFor { reason: &'a str },
    // A rule of one's own, and why not another
    RuleKnown { rule: &'a str }, RuleKeeps { key: &'a str }, TrustEnd { down: &'a str, key: &'a str }, UnfitMore { plan: &'a str }, TimelineMost { rate: &'a str },
    WhyFinding { title: &'a str },
    WhyFact { ask: &'a str, answer: &'a str },
    WhyUnless { line: &'a str, text: &'a str },
    WhyNeeds { pattern: &'a str, count: u64 },
    WhyElsewhere { places: &'a str },
    WhyLacks { words: &'a str },
    WhyForm { pattern: &'a str },
    // Questions
    LeaveHeld { what: &'a str },
    AskCancel { what: &'a str },
    AskSkip { stage: &'a str }, AskSkipNext { stage: &'a str, next: &'a str },
    AskRetry { fix: &'a str, stage: &'a str },
    LeftGoingOn { id: &'a str },
    LeaveRunning { what: &'a str },
    LeaveWaiting { what: &'a str },
    // Summary
    SummaryGood { plan: &'a str },
    SummaryBad { plan: &'a str },
    SummaryCut { plan: &'a str },
    SummaryTook { time: &'a str, passed: u64, due: u64 },
    SummaryFolder { dir: &'a str },
    SummaryReplay { name: &'a str }, SummaryReport { name: &'a str }, SummaryNext { arch: &'a str, path: &'a str }, SummarySkipped { said: &'a str, count: u64 },
    SummaryAgain { plan: &'a str, stage: &'a str },
    SummaryTries { count: u64 }, SummaryMore { count: u64 }, SummaryLook { path: &'a str },
    // Start screen and plain mode
    DoctorCount { count: u64, bad: u64, warnings: u64 },
    CheckWanted { found: &'a str, wanted: &'a str },
    CheckFix { title: &'a str },
    CheckWants { wanted: &'a str },
    FormChoices { choices: &'a str },
    FormChange { name: &'a str },
    FormValue { name: &'a str },
    PlainAt { at: &'a str, length: &'a str },
    PlainNoChoice { text: &'a str, count: u64 },
    PlainMend { what: &'a str, title: &'a str },
    // The command palette
    PaletteStage { title: &'a str },
    PaletteFinding { title: &'a str },
    PaletteTheme { name: &'a str },
    PaletteLanguage { name: &'a str },
    // Notices and states at the bottom
    TypingState { key: &'a str },
    TypingSecret { key: &'a str },
    AsksSecret { key: &'a str },
    AsksAnswer { key: &'a str },
    NoticeNoSearch { key: &'a str }, NoticeLookingBack { key: &'a str },
    HelpFoot { key: &'a str },
    SearchCount { count: u64 }, Selected { count: u64 },
    SearchPlace { place: u64, count: u64 },
    SearchMore { count: u64 },
    NoticeFailed { why: &'a str },
    NoticeFixFailed { title: &'a str },
    NoticeRule { path: &'a str },
    NoticeDisk { why: &'a str }, Unwritten { why: &'a str }, UnwrittenEnded { why: &'a str, exit: &'a str }, Mishap { why: &'a str },
    // What a plan needs, and how the machine stands to it
    NeedNoVersion { path: &'a str },
    NeedLinks { library: &'a str },
    // Why a plan fits a tree, or a stage does not run
    TreeHas { path: &'a str },
    TreeLacks { path: &'a str },
    FileSays { path: &'a str, pattern: &'a str },
    FileSaysNot { path: &'a str, pattern: &'a str },
    WhenLacks { paths: &'a str },
    WhenHas { path: &'a str },
    WhenArch { all: &'a str, is: &'a str },
    WhenEra { titles: &'a str },
    WhenInput { name: &'a str, given: &'a str, value: &'a str },
    // Fixes
    InstallTitle { name: &'a str },
    RestoreTitle { path: &'a str },
    RestoreGuide { added: u64, removed: u64, patch: &'a str, quoted: &'a str },
    OtherManagers { commands: &'a str },
    AskManager { commands: &'a str },
    // Findings as text
    UnknownTitle { message: &'a str },
    ReportLine { line: &'a str, text: &'a str },
    ReportPlace { line: &'a str },
    ReportWith { name: &'a str, value: &'a str },
    ReportCheck { command: &'a str },
    PageCheck { command: &'a str },
    // A build without a screen
    LogNotWritten { why: &'a str },
    WaitsForAnswer { session: &'a str },
    RunStage { stage: &'a str },
    RunCheck { stage: &'a str },
    RunFix { fix: &'a str },
    RunningFix { fix: &'a str, title: &'a str },
    Refuses { why: &'a str },
    EndSignal { signal: &'a str },
    EndExit { code: &'a str },
    SessionIn { id: &'a str, path: &'a str },
    WasCut { id: &'a str },
    AlreadyRuns { dir: &'a str, id: &'a str },
    TourRuns { dir: &'a str, id: &'a str },
    Unmet { what: &'a str, found: &'a str, wanted: &'a str },
    // Settings
    ConfigThere { path: &'a str },
    // Sessions
    StatusCutIn { stage: &'a str },
    StatusFailed { exit: &'a str },
    Exported { id: &'a str, path: &'a str }, ExportExists { path: &'a str },
    Deleted { id: &'a str },
    DeletedCount { count: u64 },
    LogSize { path: &'a str, bytes: u64 },
    RunLine { what: &'a str, stage: &'a str, attempt: u64, how: &'a str, seconds: &'a str },
    GapLine { line: &'a str, why: &'a str },
    // What is looked at on a machine before a build
    WhatInodes { dir: &'a str },
    WhatEngine { name: &'a str },
    WhatRoom { dir: &'a str },
    WhatPort { port: &'a str, who: &'a str },
    WhatProxyPort { proxy: &'a str },
    WhatCertificate { host: &'a str },
    WhatContainer { engine: &'a str, proxy: &'a str },
    // What was found
    FoundOwnGo { version: &'a str },
    // The doctor on the command line
    DoctorSummary { checks: u64, bad: u64, warnings: u64 },
    FixIn { dir: &'a str, target: &'a str },
    // Go toolchains
    GoDecided { place: &'a str, line: &'a str },
    GoChecked { rule: &'a str },
    GoOpen { release: &'a str },
    GoAsking { host: &'a str },
    GoUsed { dir: &'a str, what: &'a str },
    GoNeeded { version: &'a str, word: &'a str },
    GoRoot { path: &'a str },
    GoDatabase { name: &'a str },
    GoSha { source: &'a str },
    GoUnverified { why: &'a str },
    GoNoBlock { file: &'a str },
    GoNotHere { version: &'a str },
    GoInstall { version: &'a str },
    GoFrom { version: &'a str, path: &'a str },
    TargetElsewhere { target: &'a str, why: &'a str },
    PlanNotHere { plan: &'a str, dir: &'a str, why: &'a str },
    // Which Go a tree needs, and which would build it
    UsesInstalled { version: &'a str },
    UsesFetched { version: &'a str },
    UsesTooOld { version: &'a str },
    UsesCannotRead { version: &'a str },
    // Proxies
    ProxyIsNone { proxy: &'a str },
    BridgeRuns { socks: &'a str },
    // Files on a target
    Packed { sum: &'a str, file: &'a str, count: u64 },
    Unpacked { count: u64, dir: &'a str },
    DifferMore { count: u64 },
    DifferRefused { target: &'a str, dir: &'a str },
    AsSent { count: u64 },
    ManifestEmpty { file: &'a str },
    ManifestLine { file: &'a str, line: &'a str },
    // The code guide
    GuideNoTree { dir: &'a str },
    GuideUnknown { what: &'a str, hint: &'a str, all: &'a str },
    GuidePassing { names: &'a str },
    // What a built program is
    ArtDynamic { loader: &'a str, needed: &'a str },
    ArtOther { what: &'a str },
    ArtDamaged { why: &'a str },
    WrongArch { wanted: &'a str, found: &'a str },
    WrongGo { found: &'a str, wanted: &'a str },
    WrongVersion { found: &'a str, wanted: &'a str },
    WrongDirty { found: &'a str },
    // Plans
    PlanSkips { why: &'a str },
    PlanUnfit { why: &'a str },
    PlanRuns { dir: &'a str, shell: &'a str },
    PlanLimit { limit: &'a str },
    PlanChoices { all: &'a str },
    PlanLeaves { path: &'a str, count: u64 },
    PlanFits { dir: &'a str },
    PlansLinted { count: u64, errors: u64, warnings: u64 },
    NotTrusted { file: &'a str, plan: &'a str, dir: &'a str },
    NothingCut { dir: &'a str, plan: &'a str },
    NoPlanFits { dir: &'a str, known: &'a str },
    NoPlan { plan: &'a str, known: &'a str },
    SetForm { pair: &'a str },
    NotAFolder { dir: &'a str },
    // Rules
    RulesCount { count: u64 },
    RulesTested { samples: u64, misses: u64, wrong: u64 },
    RulesLinted { rules: u64, files: u64, errors: u64, warnings: u64 },
    NoRule { rule: &'a str },
    NoRuleNear { rule: &'a str, near: &'a str },
    NoCategory { category: &'a str },
    FromForm { from: &'a str },
    FamilyForm { family: &'a str },
    NoLine { log: &'a str, count: u64, line: &'a str },
    NothingToDraft { log: &'a str, line: &'a str },
    KnownAlready { rule: &'a str, title: &'a str },
    PatternMatches { lines: u64, with: u64, sessions: u64 },
    PatternPassed { count: u64 },
    // The app, seen from the command line
    NoTerminalReplay { log: &'a str },
    NoSuchLog { log: &'a str },
    NoMoment { text: &'a str },
    TooFar { text: &'a str },
    NoTheme { name: &'a str, near: &'a str, known: &'a str },
    // Mistakes in the use of the command line
    UsageNear { near: &'a str },
    UsageNoValue { arg: &'a str },
    UsageValue { arg: &'a str, value: &'a str, all: &'a str, near: &'a str },
    UsageBadValue { arg: &'a str, value: &'a str, why: &'a str },
    UsageUnknown { arg: &'a str, near: &'a str },
    UsageCommand { word: &'a str, near: &'a str },
    UsageMissing { arg: &'a str },
    UsageConflict { arg: &'a str, other: &'a str },
    UsageEquals { arg: &'a str },
    UsageTooMany { arg: &'a str, value: &'a str },
    ThemesLinted { count: u64, problems: u64 },
}
