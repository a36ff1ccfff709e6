//! The loop of a session or a recording: everything that happens comes into one inbox, goes into the model, and
//! is drawn when something changed and the line to the terminal bears it ([`Pace`]).
#![expect(clippy::disallowed_methods, reason = "real time enters here")]

mod mouse;

use std::io;
use std::time::{Duration, Instant};

use crossterm::event::{Event, EventStream, KeyEvent, KeyEventKind, poll, read};
use futures_util::StreamExt as _;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::desk::DeskHands;
use super::follow::recall;
use super::hands::Hands;
use super::inbox::{self, Begun, LAST_WORDS, Message, Work, until};
use super::mishap::Mishap;
use super::pace::Pace;
use super::reader;
use super::terminal::{Terminal, listen};
use super::{Input, Left, Setup};
use crate::keymap;
use crate::locale::Lang;
use crate::model::action::Action;
use crate::model::effect::{Effect, Reader, Screen as ScreenEffect};
use crate::model::replay::Replay;
use crate::model::{self, Model};
use crate::session::store::SessionDir;
use crate::view::layout::Layout;
use crate::view::{self, Glyphs, Look};

/// So much of the inbox is worked off before the screen and the keys have their turn.
const TURN: Duration = Duration::from_millis(10);
/// So long is worked on a search before the keys are heard again.
const STRETCH: Duration = Duration::from_millis(8);

/// No more of what is pasted goes into a text that is being written.
pub(super) const PASTED: usize = 10_000;

/// Shows the input until the user leaves.
pub(super) async fn run(input: Input, setup: &Setup) -> anyhow::Result<Left> {
    let (out, inbox) = channel(64);
    let start = Instant::now();
    let session = match &input {
        Input::Live(live) => Some(live.session.clone()),
        Input::Replay(_) => None,
    };
    let listening = listen();
    let Begun { mut model, hands, desk, work } = inbox::begin(input, setup, &out, start)?;
    model.mouse = setup.mouse;
    model.log.bookmarks = setup.notes.as_deref().map(reader::kept).unwrap_or_default();
    model.panes = setup.panes.clone();
    if let Some(why) = &setup.warning {
        drop(model.update(start.elapsed(), model::Input::Warning(why.clone())));
    }
    let mut show = Show {
        model,
        hands,
        desk,
        work,
        inbox,
        setup: setup.clone(),
        start,
        terminal: Terminal::take(setup, listening)?,
        dirty: true,
        pace: Pace::default(),
        layout: None,
        held: None,
        session,
        out,
        gone: None,
        left: None,
        errand: None,
    };
    // An earlier screen may have been told.
    show.setup.take_ground(show.terminal.ground());
    let left = show.go().await?;
    if show.model.panes != setup.panes {
        // Who leaves wants to leave: that sizes are not remembered is no reason to hold them up.
        let _ = setup.keep_panes(&show.model.panes);
    }
    Ok(left)
}

struct Show {
    model: Model,
    hands: Box<dyn Hands>,
    desk: DeskHands,
    work: Work,
    inbox: Receiver<Message>,
    setup: Setup,
    start: Instant,
    terminal: Terminal,
    /// Something changed since the last frame.
    dirty: bool,
    /// When the next frame may be drawn.
    pace: Pace,
    layout: Option<Layout>,
    /// The border that the mouse holds.
    held: Option<mouse::Held>,
    /// The session's folder, where one is shown.
    session: Option<SessionDir>,
    /// For who reads or works beside the screen.
    out: Sender<Message>,
    /// When the runner's end becomes the session's.
    gone: Option<Instant>,
    left: Option<Left>,
    /// What needs the terminal for itself.
    errand: Option<Reader>,
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
    /// A thread beside the loop panicked.
    Broken(Mishap),
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
        let mut open = true;
        loop {
            if let Some(wish) = self.errand.take() {
                // Whoever gets the terminal reads its keys alone.
                drop(keys);
                self.run(wish)?;
                keys = EventStream::new();
            }
            let busy = self.work.go_on(&mut self.model, STRETCH);
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
                mishap = self.terminal.mishap() => Woken::Broken(mishap),
                message = self.inbox.recv(), if open => Woken::Message(message),
                () = until(wake) => Woken::Time,
            };
            match woken {
                Woken::Message(None) => open = false,
                Woken::Message(Some(message)) => self.take_messages(message),
                Woken::Terminal(Some(event)) => self.take_keys(event?)?,
                Woken::Terminal(None) => return Ok(Left::of(&self.model, None)),
                Woken::Ended(number) => return Ok(Left::of(&self.model, Some(number))),
                Woken::Stopped => self.suspend()?,
                Woken::Continued => self.come_back()?,
                Woken::Time => self.tick()?,
                Woken::Broken(mishap) => return Err(mishap.told(self.setup.shown_lang()).into()),
            }
            if let Some(left) = self.left {
                return Ok(left);
            }
        }
    }

    fn now(&self) -> Duration {
        self.start.elapsed()
    }

    /// When to go on if nothing happens; `None`: never.
    fn next_wake(&self, busy: bool) -> Option<Instant> {
        if busy {
            return Some(Instant::now());
        }
        let now = Instant::now();
        let frame = self.dirty.then(|| self.pace.next(now, self.is_watched()).unwrap_or(now));
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
            if let Some(input) = message.input() {
                let effects = self.model.update(self.now(), input);
                self.dirty = true;
                // Events ask for facts at most, never for the terminal.
                for effect in effects {
                    if let Effect::World(wish) = effect {
                        self.hands.reach(wish);
                    }
                }
            } else {
                self.gone = Some(Instant::now() + LAST_WORDS);
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
            Effect::Desk(wish) => self.desk.reach(wish),
            Effect::Reader(wish @ Reader::Edit(_)) => self.errand = Some(wish),
            Effect::Reader(wish) => return self.run(wish),
            Effect::Screen(ScreenEffect::Quit) => self.left = Some(Left::of(&self.model, None)),
            Effect::Screen(ScreenEffect::Suspend) => return self.suspend(),
            Effect::Screen(ScreenEffect::Redraw) => return self.terminal.forget(),
            Effect::Screen(ScreenEffect::Mouse(on)) => return self.terminal.mouse(on),
            Effect::Screen(ScreenEffect::Theme(index)) => self.setup.take_theme(index),
            Effect::Screen(ScreenEffect::NextTheme) => {
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

    fn run(&mut self, wish: Reader) -> io::Result<()> {
        match reader::fulfil(wish, &mut self.terminal, &self.setup, &self.out)? {
            Some(input) => self.input(input),
            None => Ok(()),
        }
    }

    fn speak(&mut self, lang: Lang) {
        self.setup.lang = lang;
        self.model.speak(lang);
    }

    /// Takes a key and those behind it: what is worked on for the first of them, the next may change again.
    fn take_keys(&mut self, first: Event) -> io::Result<()> {
        self.take_terminal(first)?;
        let until = Instant::now() + TURN;
        // The stream is not asked: it would call whoever asks it, and only once, when there is more.
        while self.left.is_none() && self.errand.is_none() && Instant::now() < until && poll(Duration::ZERO)?
        {
            // A key is about what the one before led to, drawn or not.
            self.fit()?;
            self.take_terminal(read()?)?;
        }
        Ok(())
    }

    fn take_terminal(&mut self, event: Event) -> io::Result<()> {
        self.pace.hurry(Instant::now());
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
        let keys = self.terminal.hear(key);
        self.dirty |= self.setup.take_ground(self.terminal.ground());
        keys.into_iter().try_for_each(|key| self.key(key))
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
            return self.input(model::Input::Pasted(text.chars().take(PASTED).collect()));
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

    /// Lays the panes out.
    fn fit(&mut self) -> io::Result<()> {
        let (layout, effects) = view::fit(&mut self.model, self.terminal.size()?);
        self.layout = Some(layout);
        effects.into_iter().try_for_each(|effect| self.fulfil(effect))
    }

    fn draw_if_due(&mut self) -> io::Result<()> {
        let began = Instant::now();
        if !self.dirty || !self.pace.is_due(began, self.is_watched()) {
            return Ok(());
        }
        self.dirty = false;
        self.fit()?;
        let (model, look) = (&mut self.model, look(&self.setup));
        let title = view::title(model, look);
        let mut cells = 0;
        let bytes = self.terminal.draw(|area, buffer| {
            cells = u64::from(area.width) * u64::from(area.height);
            view::frame(model, look, area, buffer)
        })?;
        self.terminal.sign(&title, self.model.progress())?;
        self.pace.drew(began, Instant::now(), bytes, cells);
        Ok(())
    }

    /// Whether the user waits for the next frame without a key: they watch a recording play.
    fn is_watched(&self) -> bool {
        self.model.recording().is_some_and(Replay::playing)
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
