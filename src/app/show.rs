//! The loop of a session or a recording: everything that happens comes into one inbox, goes into the model, and
//! is drawn when something changed, thirty times a second at most.
#![expect(clippy::disallowed_methods, reason = "real time enters here")]

mod mouse;

use std::io;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crossterm::event::{Event, EventStream, KeyEvent, KeyEventKind};
use futures_util::StreamExt as _;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::backdrop::{Backdrop, Heard, QUESTION};
use super::follow::{follow, recall};
use super::hands::{Hands, LiveHands, NoHands};
use super::open::{maker, open};
use super::shelf::Spill;
use super::terminal::Terminal;
use super::{Input, Left, Setup};
use crate::event::Timed;
use crate::keymap;
use crate::locale::Lang;
use crate::model::action::Action;
use crate::model::effect::{Effect, Screen as ScreenEffect};
use crate::model::text::News;
use crate::model::{self, Model, Phase};
use crate::session::store::SessionDir;
use crate::view::layout::Layout;
use crate::view::{self, Glyphs, Look};

/// So long after it was asked, the terminal's answer may come.
const ANSWER: Duration = Duration::from_millis(400);
/// Between two frames.
const FRAME: Duration = Duration::from_millis(33);
/// So much of the inbox is worked off before the screen and the keys have their turn.
const TURN: Duration = Duration::from_millis(20);
/// So long is worked on a search before the keys are heard again.
const STRETCH: Duration = Duration::from_millis(8);
/// After the runner's end, so long for its last words to arrive.
const LAST_WORDS: Duration = Duration::from_millis(400);

/// What comes into the inbox besides keys and signals.
#[derive(Debug)]
pub(super) enum Message {
    /// Events that were there before.
    Past(Vec<Timed>),
    /// From here on, events are new.
    Present,
    /// New events.
    Events(Vec<Timed>),
    /// A wish was not fulfilled.
    Refused(String),
    /// The log cannot be read right now.
    Trouble(String),
    /// The runner's process is gone.
    RunnerGone,
    /// Something became known of a text.
    Text(News),
    /// The session's events from its start.
    Recalled(Vec<Timed>),
}

/// Shows the input until the user leaves.
pub(super) async fn run(input: Input, setup: &Setup) -> anyhow::Result<Left> {
    let (out, inbox) = channel(64);
    let start = Instant::now();
    let (to_hands, to_recall) = (out.clone(), out.clone());
    let mut session = None;
    let (model, hands): (Model, Box<dyn Hands>) = match input {
        Input::Live(live) => {
            session = Some(live.session.clone());
            let mut model = Model::live(&live.session.id, maker(setup), Some(Spill::boxed(&setup.spill)));
            if let Some(started) = follow(&live.session, out.clone())? {
                let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                let session = now.saturating_sub(Duration::from_secs(started));
                model.update(start.elapsed(), model::Input::Clock(session));
            }
            (model, Box::new(LiveHands::new(&live, to_hands)))
        }
        Input::Replay(recording) => (open(*recording, setup, out)?, Box::new(NoHands)),
    };
    let mut model = model;
    model.mouse = setup.mouse;
    model.panes = setup.panes.clone();
    if let Some(why) = &setup.warning {
        drop(model.update(start.elapsed(), model::Input::Warning(why.clone())));
    }
    let mut show = Show {
        model,
        hands,
        inbox,
        setup: setup.clone(),
        start,
        terminal: Terminal::take(setup.mouse)?,
        dirty: true,
        drawn: None,
        layout: None,
        held: None,
        backdrop: Backdrop::default(),
        session,
        out: to_recall,
        gone: None,
        left: None,
    };
    if setup.ask_ground {
        show.terminal.ask(QUESTION)?;
        show.backdrop.asked();
    }
    let left = show.go().await?;
    // An answer that comes after the end would be typed into the shell.
    while show.backdrop.waits() && show.now() < ANSWER && crossterm::event::poll(ANSWER / 4)? {
        drop(crossterm::event::read()?);
    }
    if show.model.panes != setup.panes {
        // Who leaves wants to leave: that sizes are not remembered is no reason to hold them up.
        let _ = setup.keep_panes(&show.model.panes);
    }
    Ok(left)
}

struct Show {
    model: Model,
    hands: Box<dyn Hands>,
    inbox: Receiver<Message>,
    setup: Setup,
    start: Instant,
    terminal: Terminal,
    /// Something changed since the last frame.
    dirty: bool,
    /// When the last frame was drawn.
    drawn: Option<Instant>,
    layout: Option<Layout>,
    /// The border that the mouse holds.
    held: Option<mouse::Held>,
    /// What the terminal says of its background.
    backdrop: Backdrop,
    /// The session's folder, where one is shown.
    session: Option<SessionDir>,
    /// For who reads or works beside the screen.
    out: Sender<Message>,
    /// When the runner's end becomes the session's.
    gone: Option<Instant>,
    left: Option<Left>,
}

/// Signals that end or stop a program.
struct Signals {
    term: Signal,
    hangup: Signal,
    interrupt: Signal,
    stop: Signal,
    go_on: Signal,
}

/// What woke the loop.
enum Woken {
    Message(Option<Message>),
    Terminal(Option<io::Result<Event>>),
    Ended(i32),
    Stopped,
    Continued,
    Time,
}

impl Signals {
    fn new() -> io::Result<Self> {
        let of = |number| signal(SignalKind::from_raw(number));
        Ok(Self {
            term: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
            stop: of(rustix::process::Signal::TSTP.as_raw())?,
            go_on: of(rustix::process::Signal::CONT.as_raw())?,
        })
    }
}

impl Show {
    async fn go(&mut self) -> anyhow::Result<Left> {
        let mut signals = Signals::new()?;
        let mut keys = EventStream::new();
        // A replay has nobody who sends; its inbox is closed from the start.
        let mut open = true;
        loop {
            let busy = self.work();
            self.dirty |= busy;
            self.draw_if_due()?;
            let wake = self.next_wake(busy);
            // A flood keeps the inbox full; without this, signals and timers would wait for its end.
            tokio::task::yield_now().await;
            let woken = tokio::select! {
                biased;
                event = keys.next() => Woken::Terminal(event),
                _ = signals.term.recv() => Woken::Ended(15),
                _ = signals.hangup.recv() => Woken::Ended(1),
                _ = signals.interrupt.recv() => Woken::Ended(2),
                _ = signals.stop.recv() => Woken::Stopped,
                _ = signals.go_on.recv() => Woken::Continued,
                message = self.inbox.recv(), if open => Woken::Message(message),
                () = until(wake) => Woken::Time,
            };
            match woken {
                Woken::Message(None) => open = false,
                Woken::Message(Some(message)) => self.take_messages(message),
                Woken::Terminal(Some(event)) => self.take_terminal(event?)?,
                Woken::Terminal(None) => return Ok(self.leaving(None)),
                Woken::Ended(number) => return Ok(self.leaving(Some(number))),
                Woken::Stopped => self.suspend()?,
                Woken::Continued => self.come_back()?,
                Woken::Time => self.tick()?,
            }
            if let Some(left) = self.left {
                return Ok(left);
            }
        }
    }

    fn now(&self) -> Duration {
        self.start.elapsed()
    }

    /// Goes on with what takes long, for a moment; `true` while some is left.
    fn work(&mut self) -> bool {
        let until = Instant::now() + STRETCH;
        while self.model.work() {
            if Instant::now() >= until {
                return true;
            }
        }
        false
    }

    fn leaving(&self, signal: Option<i32>) -> Left {
        let status = match self.model.phase {
            Phase::Ended(status) => Some(status),
            _ => None,
        };
        Left { status, signal }
    }

    /// When to go on if nothing happens; `None`: never.
    fn next_wake(&self, busy: bool) -> Option<Instant> {
        if busy {
            return Some(Instant::now());
        }
        let frame = self.dirty.then(|| self.drawn.map_or_else(Instant::now, |drawn| drawn + FRAME));
        let model = self.model.wake().map(|wake| self.start + wake);
        frame.into_iter().chain(model).chain(self.gone).min()
    }

    fn tick(&mut self) -> io::Result<()> {
        let now = self.now();
        if self.model.wake().is_some_and(|wake| wake <= now) {
            self.input(model::Input::Tick)?;
        }
        if self.gone.is_some_and(|gone| gone <= Instant::now()) {
            self.gone = None;
            self.input(model::Input::RunnerGone)?;
        }
        Ok(())
    }

    /// Takes a message and, for a moment, those behind it.
    fn take_messages(&mut self, first: Message) {
        let until = Instant::now() + TURN;
        let mut next = Some(first);
        while let Some(message) = next {
            let input = match message {
                Message::Past(events) => Some(model::Input::Past(events)),
                Message::Events(events) => Some(model::Input::Events(events)),
                Message::Refused(why) | Message::Trouble(why) => Some(model::Input::Failed(why)),
                Message::RunnerGone => {
                    self.gone = Some(Instant::now() + LAST_WORDS);
                    None
                }
                Message::Text(news) => Some(model::Input::Text(news)),
                Message::Recalled(events) => Some(model::Input::Recalled(events)),
                Message::Present => None,
            };
            if let Some(input) = input {
                let effects = self.model.update(self.now(), input);
                self.dirty = true;
                // Events ask for facts at most, never for the terminal.
                for effect in effects {
                    if let Effect::World(wish) = effect {
                        self.hands.reach(wish);
                    }
                }
            }
            next = if Instant::now() < until { self.inbox.try_recv().ok() } else { None };
        }
    }

    fn input(&mut self, input: model::Input) -> io::Result<()> {
        let effects = self.model.update(self.now(), input);
        self.dirty = true;
        effects.into_iter().try_for_each(|effect| self.fulfil(effect))
    }

    fn fulfil(&mut self, effect: Effect) -> io::Result<()> {
        match effect {
            Effect::World(wish) => self.hands.reach(wish),
            Effect::Screen(ScreenEffect::Quit) => self.left = Some(self.leaving(None)),
            Effect::Screen(ScreenEffect::Suspend) => return self.suspend(),
            Effect::Screen(ScreenEffect::Redraw) => return self.terminal.forget(),
            Effect::Screen(ScreenEffect::Mouse(on)) => return self.terminal.mouse(on),
            Effect::Screen(ScreenEffect::Theme(index)) => {
                self.setup.ask_ground = false;
                self.setup.take_theme(index);
            }
            Effect::Screen(ScreenEffect::NextTheme) => {
                self.setup.ask_ground = false;
                let next = (self.setup.theme_index() + 1) % self.setup.themes.len().max(1);
                self.setup.take_theme(next);
            }
            Effect::Screen(ScreenEffect::Recall) => {
                if let Some(session) = &self.session {
                    recall(session, self.out.clone());
                }
            }
            Effect::Screen(ScreenEffect::Speak(lang)) => self.speak(lang),
            Effect::Screen(ScreenEffect::NextLanguage) => {
                self.speak(if self.setup.lang == Lang::En { Lang::Zh } else { Lang::En });
            }
        }
        Ok(())
    }

    fn speak(&mut self, lang: Lang) {
        self.setup.lang = lang;
        self.model.speak(lang);
    }

    fn take_terminal(&mut self, event: Event) -> io::Result<()> {
        match event {
            Event::Key(key) if key.kind != KeyEventKind::Release => self.heard(key),
            Event::Paste(text) => self.paste(&text),
            Event::Mouse(mouse) => self.mouse(mouse),
            Event::Resize(..) => {
                self.dirty = true;
                Ok(())
            }
            Event::Key(_) | Event::FocusGained | Event::FocusLost => Ok(()),
        }
    }

    fn heard(&mut self, key: KeyEvent) -> io::Result<()> {
        match self.backdrop.hear(key) {
            Heard::Keys(keys) => keys.into_iter().try_for_each(|key| self.key(key)),
            Heard::Nothing => Ok(()),
            Heard::Ground(ground) => {
                // What the user chose meanwhile stays.
                if self.setup.ask_ground {
                    self.setup.take_ground(ground);
                }
                self.dirty = true;
                Ok(())
            }
        }
    }

    fn key(&mut self, key: KeyEvent) -> io::Result<()> {
        match self.setup.keymap.input(&self.model, key) {
            Some(model::Input::Action(Action::Palette)) => self.input(self.setup.palette(&self.model)),
            Some(input) => self.input(input),
            None => Ok(()),
        }
    }

    fn paste(&mut self, text: &str) -> io::Result<()> {
        if self.model.typing {
            return self.input(model::Input::Typed(keymap::paste(text)));
        }
        if self.model.writes() {
            for ch in text.chars().filter(|ch| !ch.is_control()).take(1000) {
                self.input(model::Input::Edit(tui_input::InputRequest::InsertChar(ch)))?;
            }
        }
        Ok(())
    }

    /// Stops like any program on Ctrl-Z; goes on here when the shell says so.
    fn suspend(&mut self) -> io::Result<()> {
        self.terminal.leave()?;
        rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::STOP)?;
        self.come_back()
    }

    fn come_back(&mut self) -> io::Result<()> {
        self.dirty = true;
        self.terminal.enter()
    }

    fn draw_if_due(&mut self) -> io::Result<()> {
        if !self.dirty || self.drawn.is_some_and(|drawn| drawn.elapsed() < FRAME) {
            return Ok(());
        }
        self.dirty = false;
        self.drawn = Some(Instant::now());
        let area = self.terminal.size()?;
        let (layout, effects) = view::fit(&mut self.model, area);
        self.layout = Some(layout);
        for effect in effects {
            self.fulfil(effect)?;
        }
        let (model, look) = (&mut self.model, look(&self.setup));
        self.terminal.draw(|area, buffer| view::frame(model, look, area, buffer))
    }
}

/// How things are drawn.
pub(super) fn look(setup: &Setup) -> Look<'_> {
    Look {
        theme: &setup.theme,
        glyphs: Glyphs::of(setup.unicode),
        lang: setup.shown_lang(),
        home: &setup.home,
        keymap: &setup.keymap,
    }
}

/// Sleeps until a moment, or for ever.
async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment.into()).await,
        None => std::future::pending().await,
    }
}
