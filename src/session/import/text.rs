//! Text into output events.
//!
//! Streams: a block at a time, a line of any length in pieces. Line ends become CRLF, as a terminal would have
//! got them; bytes that are not UTF-8 stand exactly in the event before. Also reads typescripts that have no
//! timing file, whose first and last lines are `script`'s own.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::time::Duration;

use super::stamp::{Stamps, Times};
use super::typescript;
use crate::event::{Event, Note, Timed};
use crate::locale::both;
use crate::session::utf8::{Piece, Utf8Chunks};

/// How much is read at a time, and how much of a line is waited for.
const BLOCK: usize = 64 * 1024;

/// The events of a text.
pub(super) struct Text {
    source: Box<dyn Read + Send>,
    times: Times,
    script: Script,
    utf8: Utf8Chunks,
    /// Reused for each read.
    block: Vec<u8>,
    /// Read, and not given out: the start of a line.
    cut: Vec<u8>,
    /// What was given out last is in the middle of a line.
    mid_line: bool,
    last_byte: u8,
    lines: u64,
    ready: VecDeque<Timed>,
    over: bool,
}

/// What lines of `script`'s own are expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    No,
    FirstLine,
    /// Whether a lone newline is held back, which belongs to the last line if that follows.
    LastLine {
        blank: bool,
    },
}

impl Text {
    pub(super) fn new(source: Box<dyn Read + Send>, stamps: Stamps) -> Self {
        Self::with(source, Times::new(stamps, Duration::ZERO), Script::No)
    }

    /// A typescript without times.
    pub(super) fn typescript(source: Box<dyn Read + Send>) -> Self {
        Self::with(source, Times::new(Stamps::None, Duration::ZERO), Script::FirstLine)
    }

    /// What follows in a typescript after its last timed output.
    pub(super) fn rest_of_typescript(source: Box<dyn Read + Send>, at: Duration) -> Self {
        Self::with(source, Times::new(Stamps::None, at), Script::LastLine { blank: false })
    }

    fn with(source: Box<dyn Read + Send>, times: Times, script: Script) -> Self {
        Self {
            source,
            times,
            script,
            utf8: Utf8Chunks::default(),
            block: Vec::new(),
            cut: Vec::new(),
            mid_line: false,
            last_byte: 0,
            lines: 0,
            ready: VecDeque::new(),
            over: false,
        }
    }

    /// Reads one block and gives out the whole lines in it.
    fn more(&mut self) {
        let mut block = std::mem::take(&mut self.block);
        block.resize(BLOCK, 0);
        let read = self.source.read(&mut block);
        match read {
            Ok(0) => self.end(),
            Ok(n) => self.got(&block[..n]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                self.end();
                let why = both!("reading failed here: {error}", "从此处起读取失败：{error}");
                let gap = Event::Note(Note::Gap { line: self.lines + 1, why });
                self.ready.push_back(Timed { at: self.times.now(), event: gap });
            }
        }
        self.block = block;
    }

    /// Gives out whole lines; what follows them waits for its end, unless it is long.
    fn got(&mut self, block: &[u8]) {
        let whole = memchr::memrchr(b'\n', block).map_or(0, |last| last + 1);
        let (lines, rest) = block.split_at(whole);
        if self.cut.is_empty() {
            self.take(lines);
        } else if whole > 0 {
            let mut cut = std::mem::take(&mut self.cut);
            cut.extend_from_slice(lines);
            self.take(&cut);
        }
        self.cut.extend_from_slice(rest);
        if self.cut.len() >= BLOCK {
            let cut = std::mem::take(&mut self.cut);
            self.take(&cut);
        }
    }

    fn end(&mut self) {
        self.over = true;
        let cut = std::mem::take(&mut self.cut);
        self.take(&cut);
        if self.script == (Script::LastLine { blank: true }) {
            self.output(self.times.now(), b"\n");
        }
        if let Some(piece) = self.utf8.finish() {
            self.piece(self.times.now(), piece);
        }
    }

    /// Gives out bytes, one event for neighbouring lines of the same time.
    fn take(&mut self, bytes: &[u8]) {
        if self.times.is_none() && self.script == Script::No {
            self.output(self.times.now(), bytes);
            return;
        }
        let mut at = self.times.now();
        let mut from = 0;
        let mut to = 0;
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            let starts = !std::mem::replace(&mut self.mid_line, line.last() != Some(&b'\n'));
            let now = if starts { self.times.of(line) } else { at };
            let is_own = starts && self.is_scripts_own(line);
            if now != at || is_own {
                self.output(at, &bytes[from..to]);
                from = to;
                at = now;
            }
            to += line.len();
            if is_own {
                self.own_line(at, line);
                from = to;
            }
        }
        self.output(at, &bytes[from..to]);
    }

    fn is_scripts_own(&self, line: &[u8]) -> bool {
        match self.script {
            Script::No => false,
            Script::FirstLine => true,
            Script::LastLine { blank } => blank || line == b"\n" || typescript::is_last_line(line),
        }
    }

    /// A line that is, or may be, not output.
    fn own_line(&mut self, at: Duration, line: &[u8]) {
        let was_blank = self.script == Script::LastLine { blank: true };
        let is_first = self.script == Script::FirstLine;
        self.script = Script::LastLine { blank: line == b"\n" };
        if is_first {
            self.mid_line = false;
        } else if typescript::is_last_line(line) {
            let exit = typescript::exit_code(line);
            self.ready.extend(exit.map(|status| Timed { at, event: Event::Exit(status) }));
        } else {
            if was_blank {
                self.output(at, b"\n");
            }
            if line != b"\n" {
                self.output(at, line);
            }
        }
    }

    fn output(&mut self, at: Duration, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 16);
        let mut from = 0;
        for newline in memchr::memchr_iter(b'\n', bytes) {
            self.lines += 1;
            let before = if newline == 0 { self.last_byte } else { bytes[newline - 1] };
            if before != b'\r' {
                out.extend_from_slice(&bytes[from..newline]);
                out.push(b'\r');
                from = newline;
            }
        }
        out.extend_from_slice(&bytes[from..]);
        self.last_byte = bytes[bytes.len() - 1];
        let mut utf8 = std::mem::take(&mut self.utf8);
        self.piece(at, utf8.push(&out));
        self.utf8 = utf8;
    }

    fn piece(&mut self, at: Duration, piece: Piece<'_>) {
        if let Some(exact) = piece.exact {
            self.ready.push_back(Timed { at, event: Event::Exact(exact) });
        }
        if !piece.text.is_empty() {
            self.ready.push_back(Timed { at, event: Event::Output(piece.text.into_owned()) });
        }
    }
}

impl Iterator for Text {
    type Item = Timed;

    fn next(&mut self) -> Option<Timed> {
        while self.ready.is_empty() && !self.over {
            self.more();
        }
        self.ready.pop_front()
    }
}
