//! Plain mode: a line a happening, and numbered choices. Everything of the app, for screen readers, for terminals that
//! cannot be drawn on, and for pipes.
//!
//! The model, what it wants done and the pages are the app's own; here only how they are told and asked.
#![expect(clippy::disallowed_methods, reason = "real time, standard input and output enter here")]

mod choices;
mod start;
mod tell;

use std::collections::VecDeque;
use std::io::{self, BufRead as _, IsTerminal as _};
use std::thread;
use std::time::{Duration, Instant};

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc::{Receiver, UnboundedReceiver, channel, unbounded_channel};

use self::choices::Choice;
use self::tell::Told;
use super::desk::DeskHands;
use super::hands::Hands;
use super::inbox::{self, Begun, LAST_WORDS, Message, Work, until};
use super::mishap::Listening;
use super::{Input, Left, Setup};
use crate::locale::Lang;
use crate::model::action::Action;
use crate::model::dialog::Dialog;
use crate::model::effect::{Effect, Screen};
use crate::model::{self, Model, Phase};
use crate::view::{Glyphs, Look};

pub use start::choose_plainly;

/// So long is worked on a search before the next message is taken.
const STRETCH: Duration = Duration::from_millis(50);

/// Tells of a session or a recording until the user leaves.
///
/// # Errors
/// Where the session's file or standard output cannot be used at all.
pub fn talk(input: Input, setup: &Setup) -> anyhow::Result<Left> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let (out, inbox) = channel(64);
        let start = Instant::now();
        let listening = Listening::begin(|| {});
        let Begun { model, hands, desk, work } = inbox::begin(input, setup, &out, start)?;
        let mut talk = Talk {
            model,
            hands,
            desk,
            work,
            inbox,
            setup: setup.clone(),
            start,
            told: Told::default(),
            choices: Vec::new(),
            lines: listen(),
            queue: VecDeque::new(),
            over: false,
            patient: !io::stdin().is_terminal(),
            wanted: Wanted::Choice,
            written: Vec::new(),
            gone: None,
            left: None,
        };
        talk.go(listening).await
    })
}

/// What the next line of the user's is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// A number, or a key.
    Choice,
    /// A pattern to search for.
    Pattern,
}

/// A conversation about a session.
struct Talk {
    model: Model,
    hands: Box<dyn Hands>,
    desk: DeskHands,
    work: Work,
    inbox: Receiver<Message>,
    setup: Setup,
    start: Instant,
    /// What the user has heard already.
    told: Told,
    /// What a number means now.
    choices: Vec<Choice>,
    lines: UnboundedReceiver<String>,
    /// Lines that were not dealt with yet.
    queue: VecDeque<String>,
    /// The user says no more.
    over: bool,
    /// Nobody sits there: a line waits until something is asked.
    patient: bool,
    wanted: Wanted,
    /// Lines of a text that is being written.
    written: Vec<String>,
    gone: Option<Instant>,
    left: Option<Left>,
}

/// What woke the conversation.
enum Woken {
    Message(Option<Message>),
    Line(Option<String>),
    Interrupted,
    Ended(i32),
    Time,
}

impl Talk {
    async fn go(&mut self, listening: Listening) -> anyhow::Result<Left> {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut term = signal(SignalKind::terminate())?;
        let mut hangup = signal(SignalKind::hangup())?;
        let size = self.model.fit((80, 24), (80, 24));
        self.fulfil(size);
        self.hello()?;
        loop {
            let busy = self.work.go_on(&mut self.model, STRETCH);
            self.tell()?;
            self.next_line()?;
            if let Some(left) = self.left {
                return Ok(left);
            }
            let wake = if busy { Some(Instant::now()) } else { self.wake() };
            let woken = tokio::select! {
                biased;
                _ = interrupt.recv() => Woken::Interrupted,
                _ = term.recv() => Woken::Ended(15),
                _ = hangup.recv() => Woken::Ended(1),
                mishap = listening.hear() => return Err(mishap.told(self.setup.shown_lang()).into()),
                line = self.lines.recv(), if !self.over => Woken::Line(line),
                Some(message) = self.inbox.recv() => Woken::Message(Some(message)),
                () = until(wake) => Woken::Time,
            };
            match woken {
                Woken::Message(Some(message)) => self.take(message),
                Woken::Message(None) => {}
                Woken::Line(Some(line)) => self.queue.push_back(line),
                Woken::Line(None) => self.over = true,
                Woken::Interrupted if matches!(self.model.dialog, Some(Dialog::Leave)) => {
                    return Ok(Left::of(&self.model, Some(2)));
                }
                Woken::Interrupted => self.interrupted(),
                Woken::Ended(number) => return Ok(Left::of(&self.model, Some(number))),
                Woken::Time => self.tick(),
            }
        }
    }

    fn now(&self) -> Duration {
        self.start.elapsed()
    }

    fn wake(&self) -> Option<Instant> {
        // A build that runs needs no ticking clock here.
        let model =
            if self.model.is_replay() { self.model.wake().map(|wake| self.start + wake) } else { None };
        model.into_iter().chain(self.gone).min()
    }

    fn tick(&mut self) {
        if self.gone.is_some_and(|gone| gone <= Instant::now()) {
            self.gone = None;
            self.input(model::Input::RunnerGone);
        }
        if self.model.is_replay() {
            self.input(model::Input::Tick);
        }
    }

    fn take(&mut self, message: Message) {
        self.told.heed(&message);
        match message.input() {
            Some(input) => self.input(input),
            None => self.gone = Some(Instant::now() + LAST_WORDS),
        }
    }

    fn input(&mut self, input: model::Input) {
        let effects = self.model.update(self.now(), input);
        self.fulfil(effects);
    }

    fn fulfil(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::World(wish) => self.hands.reach(wish),
                Effect::Desk(wish) => self.desk.reach(wish),
                Effect::Screen(Screen::Quit) => self.left = Some(Left::of(&self.model, None)),
                Effect::Screen(Screen::NextLanguage) => {
                    let next = if self.setup.lang == Lang::En { Lang::Zh } else { Lang::En };
                    self.setup.lang = next;
                    self.model.speak(self.setup.shown_lang());
                    self.told.forget();
                }
                // A pipe has no clipboard, and an editor would take it over.
                Effect::Reader(_) | Effect::Screen(_) => {}
            }
        }
    }

    /// Ctrl-C: first asks what becomes of the build.
    fn interrupted(&mut self) {
        while self.model.dialog.is_some() || self.model.typing {
            self.input(model::Input::Action(Action::Back));
        }
        self.input(model::Input::Action(Action::Quit));
    }

    /// Whether the user is asked something now.
    fn is_asked(&self) -> bool {
        let running = matches!(self.model.phase, Phase::Starting | Phase::Running) && !self.model.is_replay();
        let playing = self.model.recording().is_some_and(crate::model::replay::Replay::playing);
        let reading = self.model.log.is_text() && self.model.diagnosing().is_some();
        // Who has not been told yet how far it is, is asked nothing.
        let told = !self.told.catching_up;
        told && (self.model.dialog.is_some()
            || self.model.typing
            || !(running || playing || reading || self.model.loading().is_some()))
    }

    fn look(&self) -> Look<'_> {
        Look {
            theme: &self.setup.theme,
            // Screen readers read every symbol; words say the same.
            glyphs: Glyphs::of(false),
            lang: self.setup.shown_lang(),
            home: &self.setup.home,
            keymap: &self.setup.keymap,
        }
    }
}

/// The user's lines, as they come.
fn listen() -> UnboundedReceiver<String> {
    let (out, lines) = unbounded_channel();
    thread::spawn(move || {
        for line in io::stdin().lock().split(b'\n') {
            let Ok(line) = line else { return };
            if out.send(String::from_utf8_lossy(&line).trim_end_matches('\r').to_owned()).is_err() {
                return;
            }
        }
    });
    lines
}
