//! The user's terminal: taken over, drawn on, and given back however the app ends.

use std::io::{self, BufWriter, Stdout, Write};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
    disable_raw_mode, enable_raw_mode,
};
use crossterm::{cursor, event, execute, queue};
use ratatui::backend::CrosstermBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// Clicks, the wheel and movements with a button held, with coordinates beyond column 223.
const MOUSE_ON: &str = "\x1b[?1002h\x1b[?1006h";
const MOUSE_OFF: &str = "\x1b[?1006l\x1b[?1002l";

/// Whether the terminal is taken over, for the panic hook.
static TAKEN: AtomicBool = AtomicBool::new(false);

type Backend = CrosstermBackend<BufWriter<Stdout>>;

/// A terminal that is ours until it is dropped.
pub(super) struct Terminal {
    inner: ratatui::Terminal<Backend>,
    mouse: bool,
}

impl Terminal {
    /// Takes the terminal over, and the mouse where that is wished.
    pub(super) fn take(mouse: bool) -> io::Result<Self> {
        restore_on_panic();
        // One frame is one write, as far as it fits.
        let backend = CrosstermBackend::new(BufWriter::with_capacity(1 << 16, io::stdout()));
        let mut terminal = Self { inner: ratatui::Terminal::new(backend)?, mouse };
        terminal.enter()?;
        Ok(terminal)
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
        restore()
    }

    /// Takes or releases the mouse.
    pub(super) fn mouse(&mut self, on: bool) -> io::Result<()> {
        self.mouse = on;
        let out = self.inner.backend_mut();
        out.write_all(if on { MOUSE_ON } else { MOUSE_OFF }.as_bytes())?;
        out.flush()
    }

    /// Asks something that the terminal answers among the keys.
    pub(super) fn ask(&mut self, question: &str) -> io::Result<()> {
        let out = self.inner.backend_mut();
        out.write_all(question.as_bytes())?;
        out.flush()
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

    /// Draws a frame: only the cells that changed are written.
    pub(super) fn draw(
        &mut self,
        paint: impl FnOnce(Rect, &mut Buffer) -> Option<Position>,
    ) -> io::Result<()> {
        queue!(self.inner.backend_mut(), BeginSynchronizedUpdate)?;
        self.inner.draw(|frame| {
            let area = frame.area();
            if let Some(cursor) = paint(area, frame.buffer_mut()) {
                frame.set_cursor_position(cursor);
            }
        })?;
        execute!(self.inner.backend_mut(), EndSynchronizedUpdate)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // The terminal may be gone (SIGHUP); there is nobody left to tell.
        let _ = self.leave();
    }
}

/// Puts the terminal back, once.
fn restore() -> io::Result<()> {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return Ok(());
    }
    let mut out = io::stdout();
    out.write_all(MOUSE_OFF.as_bytes())?;
    execute!(out, EndSynchronizedUpdate, event::DisableBracketedPaste, LeaveAlternateScreen, cursor::Show)?;
    disable_raw_mode()
}

/// A panic's message belongs on a terminal that can show it.
fn restore_on_panic() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let _ = restore();
            before(info);
        }));
    });
}
