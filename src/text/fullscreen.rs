//! The screen of a full-screen program (menuconfig, vim, less), from where it takes the alternate screen to where it
//! gives it back. What it writes meanwhile is no text of a log, though the log keeps it.

use avt::{Color as Hue, Pen, ScreenKind, Terminal};

use super::style::{Color, Line, Run, Style, attr};

/// Sequences that take the alternate screen.
const TAKES: [&[u8]; 3] = [b"\x1b[?1049h", b"\x1b[?1047h", b"\x1b[?47h"];
/// The longest of them, but for its last byte: so much of one may stand at the end of a piece of output.
const TAIL: usize = 7;

/// The screen, while there is one.
#[derive(Default)]
pub struct Fullscreen {
    size: (usize, usize),
    /// The end of the last output, where a sequence may have begun.
    tail: Vec<u8>,
    open: Option<Terminal>,
    /// Half a character.
    rest: Vec<u8>,
}

impl Fullscreen {
    /// The command's terminal has this size.
    pub fn resize(&mut self, cols: u16, rows: u16) {
        self.size = (usize::from(cols.max(1)), usize::from(rows.max(1)));
        if let Some(open) = &mut self.open {
            open.resize(self.size.0, self.size.1);
        }
    }

    /// Whether a program has the whole screen.
    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Nothing has the screen any more.
    pub fn close(&mut self) {
        (self.open, self.rest, self.tail) = (None, Vec::new(), Vec::new());
    }

    /// Takes output; answers whether a program took the screen (`Some(true)`) or gave it back.
    pub fn feed(&mut self, bytes: &[u8]) -> Option<bool> {
        if self.open.is_some() {
            self.write(bytes);
            return (!self.is_open()).then_some(false);
        }
        if self.tail.is_empty() && memchr::memchr(0x1b, bytes).is_none() {
            return None;
        }
        let whole = [self.tail.as_slice(), bytes].concat();
        let Some(at) = TAKES.iter().filter_map(|takes| memchr::memmem::find(&whole, takes)).min() else {
            let tail = &whole[whole.len().saturating_sub(TAIL)..];
            self.tail = memchr::memrchr(0x1b, tail).map_or_else(Vec::new, |at| tail[at..].to_vec());
            return None;
        };
        self.tail.clear();
        let (cols, rows) = if self.size.0 == 0 { (80, 24) } else { self.size };
        self.open = Terminal::new(cols, rows).ok();
        self.write(&whole[at..]);
        self.is_open().then_some(true)
    }

    fn write(&mut self, bytes: &[u8]) {
        let Some(open) = &mut self.open else { return };
        let whole = [std::mem::take(&mut self.rest).as_slice(), bytes].concat();
        let mut chunks = whole.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            open.feed(chunk.valid());
            if chunks.peek().is_none() && !chunk.invalid().is_empty() && chunk.invalid().len() < 4 {
                self.rest = chunk.invalid().to_vec();
            } else if !chunk.invalid().is_empty() {
                open.feed("\u{fffd}");
            }
        }
        if open.active_screen_kind() == ScreenKind::Primary {
            self.close();
        }
    }

    /// Where its cursor stands, column and row, unless it is hidden.
    pub fn cursor(&self) -> Option<(usize, usize)> {
        let cursor = self.open.as_ref()?.cursor();
        cursor.visible.then_some((cursor.col, cursor.row))
    }

    /// Its rows.
    pub fn rows(&self) -> Vec<Line> {
        let open = self.open.as_ref();
        open.map_or_else(Vec::new, |open| open.screen().visible_lines().map(line).collect())
    }

    /// What the bytes of a key are to this program: some want other ones for arrows.
    pub fn key(&self, bytes: Vec<u8>) -> Vec<u8> {
        let wants = self.open.as_ref().is_some_and(Terminal::cursor_key_app_mode);
        match bytes.as_slice() {
            [0x1b, b'[', key @ (b'A'..=b'D' | b'H' | b'F')] if wants => vec![0x1b, b'O', *key],
            _ => bytes,
        }
    }
}

fn line(row: &avt::Line) -> Line {
    let mut line = Line::default();
    for cell in row.cells().iter().filter(|cell| cell.width() > 0) {
        let style = style(cell.pen());
        if line.runs.last().map_or(Style::default(), |run| run.style) != style {
            line.runs.push(Run { start: line.text.len() as u32, style });
        }
        let ch = cell.char();
        line.text.push(if ch.is_control() { ' ' } else { ch });
    }
    line
}

fn style(pen: &Pen) -> Style {
    let hue = |hue: Option<Hue>| match hue {
        None => Color::Default,
        Some(Hue::Indexed(index)) => Color::Indexed(index),
        Some(Hue::RGB(rgb)) => Color::Rgb(rgb.r, rgb.g, rgb.b),
    };
    let attrs = [
        (pen.is_bold(), attr::BOLD),
        (pen.is_faint(), attr::DIM),
        (pen.is_italic(), attr::ITALIC),
        (pen.is_underline(), attr::UNDERLINE),
        (pen.is_inverse(), attr::REVERSE),
        (pen.is_strikethrough(), attr::STRIKE),
    ];
    let attrs = attrs.iter().filter(|(on, _)| *on).fold(0, |all, (_, bit)| all | bit);
    Style { fg: hue(pen.foreground()), bg: hue(pen.background()), attrs }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_has_the_screen_until_it_gives_it_back() {
        let mut screen = Fullscreen::default();
        screen.resize(20, 5);
        assert_eq!(screen.feed(b"plain \x1b[31mred\x1b[0m\n"), None);
        // Cut anywhere, it is seen.
        assert_eq!(screen.feed(b"x\x1b[?10"), None);
        assert_eq!(screen.feed(b"49h\x1b[2;3H\xe4\xb8"), Some(true));
        assert_eq!(screen.feed(b"\xad\x1b[7mmenu"), None);
        let rows = screen.rows();
        assert_eq!((rows.len(), rows[1].text.trim_end()), (5, "  中menu"));
        assert_eq!(rows[1].runs.first().map(|run| run.style.attrs), Some(attr::REVERSE));
        assert_eq!(screen.cursor(), Some((8, 1)));
        assert_eq!(screen.key(b"\x1b[A".to_vec()), b"\x1b[A");
        screen.feed(b"\x1b[?1h");
        assert_eq!(screen.key(b"\x1b[A".to_vec()), b"\x1bOA");
        assert_eq!(screen.feed(b"\x1b[?1049l$ "), Some(false));
        assert!(screen.rows().is_empty());
    }
}
