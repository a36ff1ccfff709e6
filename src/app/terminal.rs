//! The user's terminal: taken over, drawn on, asked for its background, and given back however the app ends.
#![expect(clippy::disallowed_methods, reason = "an answer of the terminal's is waited for in real time")]

use std::cell::Cell;
use std::io::{self, BufWriter, Stdout, Write};
use std::mem::ManuallyDrop;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crossterm::clipboard::CopyToClipboard;
use crossterm::event::{Event, KeyEvent};
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
    disable_raw_mode, enable_raw_mode,
};
use crossterm::{cursor, event, execute, queue};
use ratatui::backend::CrosstermBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use rustix::event::{PollFd, PollFlags};

use super::Setup;
use super::backdrop::{Backdrop, QUESTION};
use super::mishap::{Listening, Mishap};
use super::signs::{BRING_TITLE_BACK, Given, KEEP_TITLE, NO_PROGRESS, Signs};
use crate::model::progress::Progress;

/// Clicks, the wheel and movements with a button held, with coordinates beyond column 223.
const MOUSE_ON: &str = "\x1b[?1002h\x1b[?1006h";
const MOUSE_OFF: &str = "\x1b[?1006l\x1b[?1002l";

/// While an answer is waited for, so often it is looked whether it came.
const GLANCE: Duration = Duration::from_millis(10);

/// Whether the terminal is taken over, for the panic hook.
static TAKEN: AtomicBool = AtomicBool::new(false);
/// Whether its title is ours, and whether it shows how far something is.
static TITLED: AtomicBool = AtomicBool::new(false);
static PROGRESS: AtomicBool = AtomicBool::new(false);

/// What the terminal says of its background: one screen may hear what an earlier one asked.
static BACKDROP: LazyLock<Mutex<Backdrop>> = LazyLock::new(Mutex::default);

type Backend = CrosstermBackend<BufWriter<Counted>>;

/// Standard output, and how much was written to it.
struct Counted {
    out: Stdout,
    bytes: Rc<Cell<u64>>,
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.bytes.set(self.bytes.get() + written as u64);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A terminal that is ours until it is dropped.
pub(super) struct Terminal {
    /// Never dropped: its own end would complain on standard error, which may have gone with the terminal.
    inner: ManuallyDrop<ratatui::Terminal<Backend>>,
    mouse: bool,
    /// How much was written to it.
    bytes: Rc<Cell<u64>>,
    signs: Signs,
    given: Given,
    listening: Listening,
}

/// From now on, this thread's loop hears of panics beside it, also of those before it has the terminal.
pub(super) fn listen() -> Listening {
    // A panic's message belongs on a terminal that can show it.
    Listening::begin(|| drop(restore()))
}

impl Terminal {
    /// Takes the terminal over, and the mouse where that is wished, and asks for its background.
    pub(super) fn take(setup: &Setup, listening: Listening) -> io::Result<Self> {
        let bytes = Rc::new(Cell::new(0));
        let out = Counted { out: io::stdout(), bytes: Rc::clone(&bytes) };
        // One frame is one write, as far as it fits.
        let backend = CrosstermBackend::new(BufWriter::with_capacity(1 << 16, out));
        let inner = ManuallyDrop::new(ratatui::Terminal::new(backend)?);
        let (mouse, signs) = (setup.mouse, setup.signs);
        let mut terminal = Self { inner, mouse, bytes, signs, given: Given::default(), listening };
        terminal.enter()?;
        if setup.ask_ground && backdrop().asks(Instant::now()) {
            let out = terminal.inner.backend_mut();
            out.write_all(QUESTION.as_bytes())?;
            out.flush()?;
        }
        Ok(terminal)
    }

    /// Returns once a thread beside the loop panicked.
    pub(super) async fn mishap(&self) -> Mishap {
        self.listening.hear().await
    }

    /// Takes it over, again after [`Terminal::leave`].
    pub(super) fn enter(&mut self) -> io::Result<()> {
        enable_raw_mode()?;
        TAKEN.store(true, Ordering::SeqCst);
        let out = self.inner.backend_mut();
        execute!(out, EnterAlternateScreen, event::EnableBracketedPaste, cursor::Hide)?;
        self.mouse(self.mouse)?;
        self.forget()
    }

    /// Gives it back as it was.
    pub(super) fn leave(&mut self) -> io::Result<()> {
        self.inner.backend_mut().flush()?;
        if TAKEN.load(Ordering::SeqCst) {
            await_answer()?;
        }
        self.given = Given::default();
        restore()
    }

    /// A key as the terminal's reader understood it; what is left are the user's own.
    #[expect(clippy::unused_self, reason = "there is something to hear while there is a terminal")]
    pub(super) fn hear(&self, key: KeyEvent) -> Vec<KeyEvent> {
        backdrop().hear(key, Instant::now())
    }

    /// The terminal's background, once it is known.
    #[expect(clippy::unused_self, reason = "there is something to hear while there is a terminal")]
    pub(super) fn ground(&self) -> Option<(u8, u8, u8)> {
        backdrop().ground()
    }

    /// Takes or releases the mouse.
    pub(super) fn mouse(&mut self, on: bool) -> io::Result<()> {
        self.mouse = on;
        let out = self.inner.backend_mut();
        out.write_all(if on { MOUSE_ON } else { MOUSE_OFF }.as_bytes())?;
        out.flush()
    }

    /// Asks the terminal to put a text on the clipboard (OSC 52).
    pub(super) fn copy(&mut self, text: &str) -> io::Result<()> {
        execute!(self.inner.backend_mut(), CopyToClipboard::to_clipboard_from(text))
    }

    /// The next frame draws every cell.
    pub(super) fn forget(&mut self) -> io::Result<()> {
        // `clear` would ask the terminal where its cursor is, and not every line to one carries answers.
        let all = self.size()?;
        self.inner.resize(all)
    }

    /// Its size.
    pub(super) fn size(&self) -> io::Result<Rect> {
        let size = self.inner.size()?;
        Ok(Rect::new(0, 0, size.width, size.height))
    }

    /// Lets the terminal show, besides the screen, this title and how far the build is.
    pub(super) fn sign(&mut self, title: &str, progress: Progress) -> io::Result<()> {
        let said = self.given.change(self.signs, title, progress);
        if said.is_empty() {
            return Ok(());
        }
        let out = self.inner.backend_mut();
        if self.signs.title && !TITLED.swap(true, Ordering::SeqCst) {
            out.write_all(KEEP_TITLE.as_bytes())?;
        }
        PROGRESS.fetch_or(self.signs.progress && progress != Progress::None, Ordering::SeqCst);
        out.write_all(said.as_bytes())?;
        out.flush()
    }

    /// Draws a frame: only the cells that changed are written. Answers how many bytes those took.
    pub(super) fn draw(
        &mut self,
        paint: impl FnOnce(Rect, &mut Buffer) -> Option<Position>,
    ) -> io::Result<u64> {
        let before = self.bytes.get();
        queue!(self.inner.backend_mut(), BeginSynchronizedUpdate)?;
        self.inner.draw(|frame| {
            let area = frame.area();
            if let Some(cursor) = paint(area, frame.buffer_mut()) {
                frame.set_cursor_position(cursor);
            }
        })?;
        execute!(self.inner.backend_mut(), EndSynchronizedUpdate)?;
        Ok(self.bytes.get() - before)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // The terminal may be gone (SIGHUP); there is nobody left to tell.
        let _ = self.leave();
    }
}

fn backdrop() -> MutexGuard<'static, Backdrop> {
    BACKDROP.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An answer that came to whoever has the terminal next would be typed there.
fn await_answer() -> io::Result<()> {
    loop {
        // A statement of its own: as a loop's condition it would hold the lock that `hear` takes below.
        let Some(wait) = backdrop().wait(Instant::now()) else { return Ok(()) };
        // The system is asked first, since crossterm's own poll never returns from a terminal that is gone; in
        // glances, since the loop's reader may have taken what is there and keeps it where only crossterm sees it.
        let stdin = io::stdin();
        let mut fds = [PollFd::new(&stdin, PollFlags::IN)];
        let glance = wait.min(GLANCE).try_into().map_err(io::Error::other)?;
        rustix::event::poll(&mut fds, Some(&glance))?;
        if fds[0].revents().intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL) {
            return Ok(());
        }
        while event::poll(Duration::ZERO)? {
            if let Event::Key(key) = event::read()? {
                backdrop().hear(key, Instant::now());
            }
        }
    }
}

/// Puts the terminal back, once.
fn restore() -> io::Result<()> {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return Ok(());
    }
    let mut out = io::stdout();
    out.write_all(MOUSE_OFF.as_bytes())?;
    if PROGRESS.swap(false, Ordering::SeqCst) {
        out.write_all(NO_PROGRESS.as_bytes())?;
    }
    if TITLED.swap(false, Ordering::SeqCst) {
        out.write_all(BRING_TITLE_BACK.as_bytes())?;
    }
    execute!(out, EndSynchronizedUpdate, event::DisableBracketedPaste, LeaveAlternateScreen, cursor::Show)?;
    disable_raw_mode()
}
