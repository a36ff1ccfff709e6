//! Terminal output into styled lines, as the bytes come.
//!
//! Owns what a line looks like once carriage returns, backspaces, tabs, erasures and colours have done their
//! work; one `\n` of output makes exactly one line, so line numbers agree with diagnosis. It is no terminal:
//! movement between lines is ignored, and nothing of a control sequence survives into the text.

use std::collections::BTreeMap;

use unicode_width::UnicodeWidthChar;
use vte::{Params, Parser, Perform};

use super::plain::is_deceptive;
use super::style::{Color, Line, Run, Style, attr};

/// Columns that one line may have; what comes after is counted and cut.
const MOST_COLUMNS: usize = 1 << 18;

/// Marks that one character may have: a handful is writing, thousands are an attack on the screen.
const MOST_MARKS: usize = 8;

/// Cells that the erasures of one line may touch: far more than any progress bar does, less than one would wait for.
const MOST_ERASED: usize = 1 << 26;

/// How the place of a wide character's second column is marked.
const TAIL: char = '\0';

#[derive(Clone, Copy)]
struct Cell {
    ch: char,
    style: Style,
}

/// Builds lines from output; feed it any chunking.
pub struct Builder {
    parser: Parser,
    pen: Pen,
}

impl Builder {
    /// For a child whose terminal has `cols` columns (movements to the right stop there).
    pub fn new(cols: u16) -> Self {
        Self { parser: Parser::new(), pen: Pen::new(cols) }
    }

    /// The child's terminal has this many columns now.
    pub fn resize(&mut self, cols: u16) {
        self.pen.cols = usize::from(cols.max(1));
    }

    /// Takes output; returns the lines that it ended.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Line> {
        // Only what follows the last escape can be a sequence that goes on in the next chunk.
        let (before, last) = bytes.split_at(memchr::memrchr(0x1b, bytes).unwrap_or(0));
        self.parser.advance(&mut self.pen, before);
        self.pen.ground &= last.first() != Some(&0x1b);
        self.pen.ended = bytes.last() == Some(&b'\n');
        self.parser.advance(&mut self.pen, last);
        std::mem::take(&mut self.pen.done)
    }

    /// The line that is being written, where there is one.
    pub fn pending(&self) -> Option<Line> {
        (!self.pen.cells.is_empty() || self.pen.cut > 0).then(|| self.pen.line())
    }

    /// The columns of the child's terminal, where nothing but them is needed to go on from here: no line is begun, no
    /// style set, no sequence half read.
    pub fn at_rest(&self) -> Option<u16> {
        let pen = &self.pen;
        let rest = pen.cells.is_empty() && pen.col == 0 && pen.cut == 0 && pen.style == Style::default();
        (rest && pen.ground && pen.ended).then_some(pen.cols as u16)
    }

    /// Column of the cursor on the pending line.
    pub fn column(&self) -> usize {
        self.pen.col
    }

    /// Ends the pending line, as between two commands, and forgets style and half a sequence.
    pub fn finish(&mut self) -> Option<Line> {
        let line = self.pending();
        let cols = self.pen.cols;
        self.parser = Parser::new();
        self.pen = Pen { cols, ..Pen::new(1) };
        line
    }
}

/// The state that the parser writes into.
struct Pen {
    cells: Vec<Cell>,
    /// Zero-width characters by the column of the one they belong to.
    marks: BTreeMap<usize, String>,
    col: usize,
    cols: usize,
    cut: usize,
    /// Cells that erasures touched in this line.
    erased: usize,
    style: Style,
    done: Vec<Line>,
    /// No sequence is half read, as far as that can be told.
    ground: bool,
    /// The last byte ended a line, so no character is half read.
    ended: bool,
}

impl Pen {
    fn new(cols: u16) -> Self {
        Self {
            cells: Vec::new(),
            marks: BTreeMap::new(),
            col: 0,
            cols: usize::from(cols.max(1)),
            cut: 0,
            erased: 0,
            style: Style::default(),
            done: Vec::new(),
            ground: true,
            ended: true,
        }
    }

    fn blank(style: Style) -> Cell {
        Cell { ch: ' ', style: Style { bg: style.bg, ..Style::default() } }
    }

    fn reach(&mut self, col: usize) {
        if self.cells.len() < col {
            self.cells.resize(col, Self::blank(Style::default()));
        }
    }

    /// Breaks a wide character apart whose one half is about to be overwritten.
    fn split_wide(&mut self, col: usize) {
        if self.cells.get(col).is_some_and(|cell| cell.ch == TAIL) {
            self.cells[col].ch = ' ';
            if col > 0 {
                self.cells[col - 1].ch = ' ';
            }
        }
        if self.cells.get(col + 1).is_some_and(|cell| cell.ch == TAIL) {
            self.cells[col + 1].ch = ' ';
        }
    }

    fn put(&mut self, ch: char, width: usize) {
        if self.col + width > MOST_COLUMNS {
            self.cut += 1;
            return;
        }
        self.reach(self.col);
        for offset in 0..width {
            let cell = Cell { ch: if offset == 0 { ch } else { TAIL }, style: self.style };
            let col = self.col + offset;
            if col < self.cells.len() {
                self.split_wide(col);
                self.marks.remove(&col);
                self.cells[col] = cell;
            } else {
                self.cells.push(cell);
            }
        }
        self.col += width;
    }

    fn line(&self) -> Line {
        let shown = self
            .cells
            .iter()
            .rposition(|cell| cell.ch != ' ' || cell.style.paints_blank())
            .map_or(0, |last| last + 1);
        let mut line = Line { text: String::with_capacity(shown), runs: Vec::new() };
        let mut style = Style::default();
        let mut marks = self.marks.iter().peekable();
        for (col, cell) in self.cells[..shown].iter().enumerate() {
            if cell.ch == TAIL {
                continue;
            }
            if cell.style != style {
                style = cell.style;
                line.runs.push(Run { start: line.text.len() as u32, style });
            }
            line.text.push(cell.ch);
            while let Some((_, own)) = marks.next_if(|(at, _)| **at <= col) {
                line.text.push_str(own);
            }
        }
        if self.cut > 0 {
            line.text.push('…');
        }
        line
    }

    fn end_line(&mut self) {
        let line = self.line();
        self.done.push(line);
        self.cells.clear();
        self.marks.clear();
        self.col = 0;
        self.cut = 0;
        self.erased = 0;
    }

    fn tab(&mut self) {
        let stop = (self.col / 8 + 1) * 8;
        if stop <= MOST_COLUMNS {
            self.reach(stop);
            self.col = stop;
        }
    }

    /// A movement to `col`, kept within the child's terminal unless the line is already longer.
    fn go(&mut self, col: usize) {
        let limit = self.cols.max(self.cells.len()).saturating_sub(1);
        self.col = col.min(limit);
    }

    /// Whether the line may have its cells shifted or cleared once more.
    fn may_erase(&mut self) -> bool {
        self.erased += self.cells.len();
        self.erased <= MOST_ERASED
    }

    fn erase(&mut self, mode: u16) {
        if mode < 2 && !self.may_erase() {
            return;
        }
        match mode {
            0 => {
                self.split_wide(self.col);
                self.cells.truncate(self.col);
                self.marks.split_off(&self.col);
                if self.style.bg != Color::Default {
                    // The rest of the row takes the background; a band of colour keeps its width.
                    let width = self.cols.max(self.col);
                    self.cells.resize(width.min(MOST_COLUMNS), Self::blank(self.style));
                }
            }
            1 => {
                let end = (self.col + 1).min(self.cells.len());
                self.cells[..end].fill(Self::blank(self.style));
                self.marks = self.marks.split_off(&end);
            }
            _ => {
                self.cells.clear();
                self.marks.clear();
            }
        }
    }

    fn delete(&mut self, count: usize) {
        if !self.may_erase() {
            return;
        }
        let start = self.col.min(self.cells.len());
        let end = (start + count).min(self.cells.len());
        self.cells.drain(start..end);
        self.marks.clear();
    }

    fn blank_out(&mut self, count: usize) {
        if !self.may_erase() {
            return;
        }
        let start = self.col.min(self.cells.len());
        let end = (start + count).min(self.cells.len());
        self.cells[start..end].fill(Self::blank(self.style));
    }

    fn colours(&mut self, params: &Params) {
        let mut params = params.iter();
        while let Some(param) = params.next() {
            match param {
                [38, rest @ ..] => {
                    if let Some(color) = extended(rest, &mut params) {
                        self.style.fg = color;
                    }
                }
                [48, rest @ ..] => {
                    if let Some(color) = extended(rest, &mut params) {
                        self.style.bg = color;
                    }
                }
                // `4:0` is "not underlined".
                [4, 0] => self.style.attrs &= !attr::UNDERLINE,
                [58, rest @ ..] => drop(extended(rest, &mut params)),
                [code, ..] => self.simple(*code),
                [] => {}
            }
        }
    }

    fn simple(&mut self, code: u16) {
        let style = &mut self.style;
        match code {
            0 => *style = Style::default(),
            1 => style.attrs |= attr::BOLD,
            2 => style.attrs |= attr::DIM,
            3 => style.attrs |= attr::ITALIC,
            4 | 21 => style.attrs |= attr::UNDERLINE,
            7 => style.attrs |= attr::REVERSE,
            9 => style.attrs |= attr::STRIKE,
            22 => style.attrs &= !(attr::BOLD | attr::DIM),
            23 => style.attrs &= !attr::ITALIC,
            24 => style.attrs &= !attr::UNDERLINE,
            27 => style.attrs &= !attr::REVERSE,
            29 => style.attrs &= !attr::STRIKE,
            30..=37 => style.fg = Color::Indexed((code - 30) as u8),
            39 => style.fg = Color::Default,
            40..=47 => style.bg = Color::Indexed((code - 40) as u8),
            49 => style.bg = Color::Default,
            90..=97 => style.fg = Color::Indexed((code - 90 + 8) as u8),
            100..=107 => style.bg = Color::Indexed((code - 100 + 8) as u8),
            _ => {}
        }
    }
}

/// The colour after `38` or `48`, in the `;` form (following parameters) or the `:` form (sub-parameters).
fn extended<'a>(sub: &[u16], rest: &mut impl Iterator<Item = &'a [u16]>) -> Option<Color> {
    let byte = |value: u16| u8::try_from(value).ok();
    match sub {
        [5, index, ..] => return Some(Color::Indexed(byte(*index)?)),
        [2, r, g, b] | [2, _, r, g, b, ..] => return Some(Color::Rgb(byte(*r)?, byte(*g)?, byte(*b)?)),
        _ => {}
    }
    let mut next = || rest.next().and_then(|param| param.first().copied());
    match next()? {
        5 => Some(Color::Indexed(byte(next()?)?)),
        2 => {
            let (r, g, b) = (next()?, next()?, next()?);
            Some(Color::Rgb(byte(r)?, byte(g)?, byte(b)?))
        }
        _ => None,
    }
}

impl Perform for Pen {
    fn print(&mut self, ch: char) {
        self.ground = true;
        if ch.is_ascii() {
            if !ch.is_ascii_control() {
                self.put(ch, 1);
            }
        } else if is_deceptive(ch) {
            self.put('\u{fffd}', 1);
        } else {
            match ch.width() {
                Some(0) if self.col > 0 => {
                    let own = self.marks.entry(self.col - 1).or_default();
                    if own.chars().count() < MOST_MARKS {
                        own.push(ch);
                    }
                }
                Some(width @ 1..) => self.put(ch, width),
                _ => {}
            }
        }
    }

    fn execute(&mut self, byte: u8) {
        match byte {
            b'\n' => self.end_line(),
            b'\r' => self.col = 0,
            0x08 => self.col = self.col.saturating_sub(1),
            b'\t' => self.tab(),
            _ => {}
        }
    }

    fn csi_dispatch(&mut self, params: &Params, intermediates: &[u8], ignore: bool, action: char) {
        self.ground = true;
        if ignore || !intermediates.is_empty() {
            return;
        }
        let first = params.iter().next().and_then(|param| param.first().copied()).unwrap_or(0);
        let count = usize::from(first.max(1));
        match action {
            'm' => self.colours(params),
            'K' => self.erase(first),
            'J' => self.erase(if first == 0 { 0 } else { 2 }),
            'C' | 'a' => self.go(self.col + count),
            'D' => self.col = self.col.saturating_sub(count),
            'G' | '`' => self.go(count - 1),
            'P' => self.delete(count),
            'X' => self.blank_out(count),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
