//! What the user is looking at: a fold over the session log plus the user's keys. Pure; effects are data.
//!
//! One sub-model an area; `fold` takes events, `update` takes what the user does. Time comes in as an argument,
//! keys come in as actions. Nothing here draws, reads or runs anything.

pub mod action;
mod can;
mod contexts;
pub mod diagnosis;

pub mod dialog;
pub mod editor;
pub mod effect;
pub mod findings;
pub mod form;
pub mod gauge;
pub mod log;
pub mod palette;
pub mod panes;
pub mod progress;
pub mod replay;
pub mod rule_draft;
pub mod screen;
pub mod stages;
pub mod start;
pub mod step;
pub mod text;
pub mod timeline;
pub mod writing;

mod fold;
mod notice;
mod trail;
mod update;

use std::path::PathBuf;
use std::time::Duration;

use crate::event::{RunKind, RunStarted};
use crate::locale::Lang;
use crate::session::dismissed::Dismissal;
use crate::text::store::Shelf;
use dialog::{Dialog, Fits, Page, PageKind};
use effect::{Effect, World};
use findings::{Findings, NewDiagnosis};
use log::LogView;
use panes::{Arrangement, Edge, Shape};
use replay::Replay;
use stages::Stages;
use timeline::Timeline;
use trail::Trail;
use update::{Goal, Moment, Recall};

pub use notice::{Clipboard, Notice, NoticeKind, Unwritten};
pub use update::Input;

/// What the session is about, as far as its log says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// Session id, or the file's name.
    pub name: String,
    /// Plan id.
    pub plan: String,
    /// The tree.
    pub dir: PathBuf,
    /// Where stages run.
    pub target: String,
    /// The login name that commands run as; empty where not known.
    pub user: String,
}

/// How far the session is.
#[derive(Debug, Clone, PartialEq)]
pub enum Phase {
    /// Nothing ran yet.
    Starting,
    /// Something runs, or is about to.
    Running,
    /// Step mode holds a stage back; a decision is waited for.
    Held(Box<RunStarted>),
    /// A stage failed; a decision is waited for.
    Waiting {
        /// The stage.
        stage: String,
    },
    /// Over, with this exit status.
    Ended(i32),
    /// The log ends without an end: the runner is gone.
    Cut,
}

/// The panes that can have the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pane {
    /// Stages.
    Stages,
    /// The log.
    Log,
    /// Findings.
    Findings,
    /// What is selected, in full.
    Details,
    /// Stages and findings over time.
    Timeline,
}

/// Whether the world can be reached.
pub enum Mode {
    /// A session that a runner works on, or worked on.
    Live,
    /// A session that a runner works on, looked back into; it goes on meanwhile.
    Past(Box<Replay>),
    /// A recording.
    Replay(Box<Replay>),
}

/// Everything on the screen.
#[expect(clippy::struct_excessive_bools, reason = "switches that have nothing to do with each other")]
pub struct Model {
    /// What the session is about.
    pub about: About,
    /// How far it is.
    pub phase: Phase,
    /// Live or replay.
    pub mode: Mode,
    /// The stages.
    pub stages: Stages,
    /// The log.
    pub log: LogView,
    /// The findings.
    pub findings: Findings,
    /// What lies over the panes.
    pub dialog: Option<Dialog>,
    /// How much of it is seen, as last drawn.
    dialog_fits: Fits,
    /// The first row of it that is seen, where it is a question.
    pub question_row: usize,
    /// A message.
    pub notice: Option<Notice>,
    /// The log cannot be written: what is shown is older than what happens.
    pub unwritten: Option<Unwritten>,
    /// The pane with the focus.
    pub focus: Pane,
    /// How the panes share the screen.
    pub panes: Arrangement,
    /// What ran when.
    pub timeline: Timeline,
    /// The focused pane has the screen for itself.
    pub zoom: bool,
    /// The command has the keyboard.
    pub typing: bool,
    /// The app has the mouse.
    pub mouse: bool,
    /// Real time since the app started.
    now: Duration,
    /// A moment in real time, and the session time then.
    sync: (Duration, Duration),
    /// Time of the last event.
    last_event: Duration,
    /// The exact bytes of the next output.
    exact: Option<Vec<u8>>,
    /// Whether the log is ktui's own (its markers repeat what its notes say).
    own: bool,
    /// The size that the command's terminal was asked to take.
    asked_size: Option<(u16, u16)>,
    /// The title of the fix that was ordered from this screen.
    ordered: Option<String>,
    /// The focus was moved by the app, not by the user.
    moved_focus: bool,
    /// Whether what the user puts aside is kept: the log is a session's.
    pub keeps_notes: bool,
    /// Where in the recording the user wants to be, while the way there is gone in portions.
    goal: Option<Goal>,
    /// States on the way here.
    trail: Trail,
    /// When findings came up.
    moments: Vec<Moment>,
    /// The session's file is being read, to look back.
    recall: Option<Recall>,
    /// What the session came to while the user looked back.
    meanwhile: Option<Phase>,
    /// The runner went while the user looked back.
    gone: bool,
    /// The user ended the build.
    ends: bool,
    /// Back from the past: what is to be asked was not asked yet.
    owes: bool,
    /// What can be resized, as last drawn.
    edges: Vec<Edge>,
    /// The kind of screen, as last drawn.
    shape: Shape,
    /// Catching up with the log of a session that was there before: nothing pops up.
    catching_up: bool,
    /// How far the diagnosis of a text is, in percent.
    diagnosing: Option<u64>,
    /// The screen of a command that takes all of it.
    pub screen: screen::StageScreen,
    /// The time of day, in seconds, at which the session began; where it is not known, no time of day is shown.
    pub began: Option<u64>,
}

impl Model {
    /// A live session that nothing is known of yet.
    pub fn live(name: &str, diagnosis: NewDiagnosis, shelf: Option<Box<dyn Shelf>>) -> Self {
        Self::new(name, Mode::Live, diagnosis, shelf)
    }

    /// A recording, at its beginning.
    pub fn replay(
        name: &str,
        replay: Replay,
        diagnosis: NewDiagnosis,
        shelf: Option<Box<dyn Shelf>>,
    ) -> Self {
        let timeline = Timeline::of(&replay.events());
        Self { timeline, ..Self::new(name, Mode::Replay(Box::new(replay)), diagnosis, shelf) }
    }

    fn new(name: &str, mode: Mode, diagnosis: NewDiagnosis, shelf: Option<Box<dyn Shelf>>) -> Self {
        Self {
            about: About { name: name.to_owned(), ..About::default() },
            phase: Phase::Starting,
            mode,
            stages: Stages::default(),
            log: LogView::new(shelf),
            findings: Findings::new(diagnosis),
            dialog: None,
            dialog_fits: Fits::default(),
            question_row: 0,
            notice: None,
            unwritten: None,
            focus: Pane::Log,
            panes: Arrangement::default(),
            timeline: Timeline::default(),
            zoom: false,
            typing: false,
            mouse: true,
            now: Duration::ZERO,
            sync: (Duration::ZERO, Duration::ZERO),
            last_event: Duration::ZERO,
            exact: None,
            own: false,
            asked_size: None,
            ordered: None,
            moved_focus: false,
            goal: None,
            keeps_notes: false,
            trail: Trail::default(),
            moments: Vec::new(),
            recall: None,
            meanwhile: None,
            gone: false,
            ends: false,
            owes: false,
            edges: Vec::new(),
            shape: Shape::Wide,
            catching_up: false,
            diagnosing: None,
            screen: screen::StageScreen::default(),
            began: None,
        }
    }

    /// Whether this is a recording, or the past of a session: nothing can be run.
    pub fn is_replay(&self) -> bool {
        self.recording().is_some()
    }

    /// Whether this is the past of a session that may go on.
    pub fn is_past(&self) -> bool {
        matches!(self.mode, Mode::Past(_))
    }

    /// What the session came to while its past is looked at.
    pub fn meanwhile(&self) -> Option<&Phase> {
        self.meanwhile.as_ref()
    }

    /// The recording, where this is one.
    pub fn recording(&self) -> Option<&Replay> {
        match &self.mode {
            Mode::Replay(replay) | Mode::Past(replay) => Some(replay),
            Mode::Live => None,
        }
    }

    /// Session time now. It stands still once the session is over.
    pub fn clock(&self) -> Duration {
        match (&self.mode, &self.phase) {
            (Mode::Replay(replay) | Mode::Past(replay), _) => replay.clock(),
            // Between two runs nothing happens that the user would time.
            (Mode::Live, Phase::Ended(_) | Phase::Cut | Phase::Waiting { .. } | Phase::Held(_)) => {
                self.last_event
            }
            (Mode::Live, _) => self.running_clock(),
        }
    }

    fn running_clock(&self) -> Duration {
        self.sync.1 + self.now.saturating_sub(self.sync.0)
    }

    /// Session time now, also for a user who looks back.
    fn present(&self) -> Duration {
        match (&self.mode, &self.meanwhile) {
            (Mode::Past(_), Some(Phase::Ended(_) | Phase::Waiting { .. } | Phase::Held(_))) => {
                self.last_event
            }
            (Mode::Past(_), _) => self.running_clock(),
            _ => self.clock(),
        }
    }

    /// An event was at this time.
    fn tell_time(&mut self, at: Duration) {
        self.last_event = self.last_event.max(at);
        if at > self.running_clock() {
            self.sync = (self.now, at);
        }
    }

    /// Whether a line of text is being written.
    pub fn writes(&self) -> bool {
        self.log.prompt.is_some() || matches!(self.dialog, Some(Dialog::Palette(_) | Dialog::Write(_)))
    }

    /// From now on findings and fixes are told in this language.
    pub fn speak(&mut self, lang: Lang) {
        self.findings.speak(lang);
        self.refresh_findings();
    }

    /// Real time of the next moment at which the screen changes by itself.
    pub fn wake(&self) -> Option<Duration> {
        let notice = self.notice.as_ref().map(|notice| notice.until);
        let mode = match &self.mode {
            // Frames, not events: a fast stretch of the recording is drawn thirty times a second at most.
            _ if self.owes => Some(self.now),
            Mode::Replay(replay) => replay.due().map(|due| self.now + due.clamp(FRAME, SECOND)),
            // How far behind one is grows meanwhile.
            Mode::Past(replay) => {
                Some(self.now + replay.due().map_or(SECOND, |due| due.clamp(FRAME, SECOND)))
            }
            Mode::Live if self.stages.current().is_some() => {
                let part = Duration::from_nanos(u64::from(self.clock().subsec_nanos()));
                Some(self.now + SECOND.saturating_sub(part).max(FRAME))
            }
            Mode::Live => None,
        };
        notice.into_iter().chain(mode).min()
    }

    /// Goes on with what takes longer than a moment (a search, a jump in a long recording); `true` while some is left.
    pub fn work(&mut self) -> bool {
        self.work_on(log::PIECE)
    }

    /// The same; of a search, about so many bytes of text are looked at.
    pub fn work_on(&mut self, bytes: usize) -> bool {
        self.go_on() || self.log.search_on(bytes)
    }

    /// The panes were laid out: how much of the log fits, how large the command's terminal may be.
    pub fn fit(&mut self, log: (u16, u16), terminal: (u16, u16)) -> Vec<Effect> {
        self.log.fit(usize::from(log.0), usize::from(log.1));
        let wanted = (terminal.0.max(20), terminal.1.max(5));
        if self.is_replay() || self.asked_size == Some(wanted) || !self.can_reach_runner() {
            return Vec::new();
        }
        self.asked_size = Some(wanted);
        vec![World::Resize { cols: wanted.0, rows: wanted.1 }.into()]
    }

    /// Whether a build goes on (or waits) when the app is left now.
    pub fn goes_on(&self) -> bool {
        let live = !matches!(self.mode, Mode::Replay(_));
        live && self.can_reach_runner() && !self.gone && !self.ends
    }

    fn can_reach_runner(&self) -> bool {
        !matches!(self.phase, Phase::Ended(_) | Phase::Cut)
    }

    /// What runs, as a person would name it.
    pub fn running_title(&self) -> Option<String> {
        let run = self.stages.current()?;
        Some(match run.kind {
            RunKind::Stage | RunKind::Check => self.stages.title_of(&run.stage).to_owned(),
            RunKind::Fix | RunKind::Verify => {
                self.stages.fixes.last().map_or_else(|| run.stage.clone(), |fix| fix.title.clone())
            }
        })
    }

    /// What the user put aside when they looked at this log before.
    pub fn recall(&mut self, dismissed: Vec<Dismissal>) {
        self.findings.dismissed = dismissed;
        let list = std::mem::take(&mut self.findings.list);
        self.findings.replace(list);
    }

    fn notify(&mut self, kind: NoticeKind) {
        self.notice = Some(Notice { kind, until: self.now + NOTICE });
    }

    fn read(&mut self, kind: PageKind) {
        self.dialog = Some(Dialog::Read(Page::new(kind)));
    }
}

const SECOND: Duration = Duration::from_secs(1);
const FRAME: Duration = Duration::from_millis(33);
const NOTICE: Duration = Duration::from_secs(6);
