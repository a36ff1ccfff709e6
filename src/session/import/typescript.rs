//! What `script` of util-linux records: a typescript and its timing file, in the classic and the advanced form.
//!
//! Formats: script(1) and scriptreplay(1). The classic timing file has lines «SECONDS BYTES»; the advanced one
//! «O SECONDS BYTES» for output, «I» for input, «S SECONDS SIGWINCH ROWS=… COLS=…» and «H SECONDS NAME VALUE».

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Read};
use std::time::Duration;

use super::source::Opened;
use super::text::Text;
use super::{ImportError, stamp};
use crate::event::{Event, Note, Timed};
use crate::locale::both;
use crate::session::cast::Header;
use crate::session::lines::{Line, Lines};
use crate::session::utf8::Utf8Chunks;

/// Longest line of a timing file, or of `script`'s own in a typescript.
const LINE: usize = 64 * 1024;
/// Largest piece of output in one event.
const PIECE: u64 = 64 * 1024;

/// A line of a timing file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    delay: Duration,
    what: What,
}

#[derive(Debug, Clone, PartialEq)]
enum What {
    Output(u64),
    Input(u64),
    Resize { cols: u16, rows: u16 },
    Info { name: String, value: String },
    Other,
}

/// Reads a line of a timing file in either form.
pub(super) fn entry(line: &[u8]) -> Option<Entry> {
    let line = std::str::from_utf8(line).ok()?.trim_end();
    let mut words = line.split(' ');
    let first = words.next()?;
    let kind = matches!(first, "O" | "I" | "S" | "H").then_some(first);
    let delay = seconds(if kind.is_some() { words.next()? } else { first })?;
    let what = match kind {
        None => {
            let size = What::Output(words.next()?.parse().ok()?);
            words.next().is_none().then_some(size)?
        }
        Some("O") => What::Output(words.next()?.parse().ok()?),
        Some("I") => What::Input(words.next()?.parse().ok()?),
        Some("H") => {
            let name = words.next()?.to_owned();
            What::Info { name, value: words.collect::<Vec<_>>().join(" ") }
        }
        Some(_) => {
            let size = |name: &str| {
                words.clone().find_map(|word| word.strip_prefix(name)).and_then(|n| n.parse().ok())
            };
            match (size("COLS="), size("ROWS=")) {
                (Some(cols), Some(rows)) => What::Resize { cols, rows },
                _ => What::Other,
            }
        }
    };
    Some(Entry { delay, what })
}

/// `0.010133`: always with six places, which tells a timing file from other columns of numbers.
fn seconds(word: &str) -> Option<Duration> {
    let (whole, part) = word.split_once('.')?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if part.len() != 6 || !digits(part) || !digits(whole) {
        return None;
    }
    Some(Duration::from_secs(whole.parse().ok()?) + Duration::from_micros(part.parse().ok()?))
}

/// The first line of a typescript, whose words depend on the language.
pub(super) fn is_first_line(line: &[u8]) -> bool {
    let has = |part: &[u8]| memchr::memmem::find(line, part).is_some();
    line.starts_with(b"Script started on ")
        || (line.trim_ascii_end().ends_with(b"]")
            && (has(b" [COMMAND=\"") || has(b" [TERM=\"") || has(b"<not executed on terminal>]")))
}

/// The last line of a typescript, likewise.
pub(super) fn is_last_line(line: &[u8]) -> bool {
    line.starts_with(b"Script done on ") || memchr::memmem::find(line, b" [COMMAND_EXIT_CODE=\"").is_some()
}

/// The exit status that the last line tells.
pub(super) fn exit_code(line: &[u8]) -> Option<i32> {
    attribute(&String::from_utf8_lossy(line), "COMMAND_EXIT_CODE")?.parse().ok()
}

/// The terminal that the first line tells of.
pub(super) fn header(head: &[u8]) -> Header {
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let text = String::from_utf8_lossy(line);
    let size = |name: &str| attribute(&text, name).and_then(|n| n.parse().ok()).filter(|n| *n > 0);
    let default = Header::default();
    Header {
        cols: size("COLUMNS").unwrap_or(default.cols),
        rows: size("LINES").unwrap_or(default.rows),
        timestamp: text
            .match_indices(|c: char| c.is_ascii_digit())
            .find_map(|(at, _)| stamp::date(&text.as_bytes()[at..]))
            .map(|time| time.as_secs()),
        command: attribute(&text, "COMMAND").map(str::to_owned),
        term: attribute(&text, "TERM").map(str::to_owned),
        ..default
    }
}

/// `NAME="value"`; the value itself may hold quotes.
fn attribute<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let (_, after) = line.split_once(&format!("{name}=\""))?;
    let end = ["\" TERM=", "\" TTY=", "\" COLUMNS=", "\" LINES=", "\" <", "\"]", "\" "];
    let end = end.iter().filter_map(|end| after.find(end)).min().or(after.find('"'))?;
    Some(&after[..end])
}

/// The typescript's name, which a timing file of the advanced form tells.
pub(super) fn output_log(head: &[u8]) -> Option<String> {
    head.split(|byte| *byte == b'\n').map_while(entry).find_map(|entry| match entry.what {
        What::Info { name, value } if name == "OUTPUT_LOG" => Some(value),
        _ => None,
    })
}

/// The events of a typescript with its timing file.
pub(super) struct Typescript {
    log: BufReader<Box<dyn Read + Send>>,
    timing: Box<dyn Read + Send>,
    timing_lines: Lines,
    logs: Logs,
    at: Duration,
    /// What of the current entry is not read yet, and whether it was typed.
    left: u64,
    typed: bool,
    utf8: Utf8Chunks,
    typed_utf8: Utf8Chunks,
    exit: Option<i32>,
    /// After the last entry.
    rest: Option<Text>,
    ready: VecDeque<Timed>,
}

/// Names of the logs, to know whether input stands between the output.
#[derive(Debug, Default)]
struct Logs {
    output: Option<String>,
    input: Option<String>,
}

impl Typescript {
    /// Both files from their start.
    pub(super) fn new(log: Box<dyn Read + Send>, timing: Opened) -> Result<Self, ImportError> {
        let first = timing.head.split(|byte| *byte == b'\n').next().unwrap_or_default();
        if entry(first).is_none() {
            return Err(ImportError::Timing { name: timing.name, line: 1 });
        }
        let mut log = BufReader::new(log);
        // `script`'s own line is not counted in the timing file. A failure comes up again at the next read.
        let _own_line = (&mut log).take(LINE as u64).read_until(b'\n', &mut Vec::new());
        Ok(Self {
            log,
            timing: timing.bytes,
            timing_lines: Lines::new(LINE),
            logs: Logs::default(),
            at: Duration::ZERO,
            left: 0,
            typed: false,
            utf8: Utf8Chunks::default(),
            typed_utf8: Utf8Chunks::default(),
            exit: None,
            rest: None,
            ready: VecDeque::new(),
        })
    }

    /// Goes on by one entry or one piece of it; `false` when all is read.
    fn more(&mut self) -> bool {
        if let Some(rest) = &mut self.rest {
            let next = rest.next();
            let told = self.exit;
            match next {
                Some(Timed { event: Event::Exit(status), .. }) => self.exit = told.or(Some(status)),
                Some(timed) => self.ready.push_back(timed),
                None => {
                    let Some(status) = self.exit.take() else { return false };
                    self.push(Event::Exit(status));
                }
            }
        } else if self.left > 0 {
            self.piece();
        } else {
            self.entry();
        }
        true
    }

    fn entry(&mut self) {
        loop {
            let line = match self.timing_lines.next() {
                Some(Line::Whole(line)) if line.trim_ascii().is_empty() => continue,
                Some(Line::Whole(line)) => entry(line),
                Some(Line::TooLong) => None,
                // A last line without newline may be cut; what it tells of is read as the rest.
                None => match self.timing_lines.fill(&mut self.timing) {
                    Ok(n) if n > 0 => continue,
                    _ => return self.end_of_timing(),
                },
            };
            let Some(entry) = line else {
                let why = both!("not a line of a timing file", "不是计时文件的行");
                let line = self.timing_lines.number();
                return self.push(Event::Note(Note::Gap { line, why }));
            };
            return self.apply(entry);
        }
    }

    fn apply(&mut self, entry: Entry) {
        self.at = self.at.saturating_add(entry.delay);
        match entry.what {
            What::Output(size) => (self.left, self.typed) = (size, false),
            // Input that went to a log of its own is not in this one.
            What::Input(size) if self.logs.input.is_some() && self.logs.input == self.logs.output => {
                (self.left, self.typed) = (size, true);
            }
            What::Resize { cols, rows } => self.push(Event::Resize { cols, rows }),
            What::Info { name, value } => match name.as_str() {
                "OUTPUT_LOG" => self.logs.output = Some(value),
                "INPUT_LOG" => self.logs.input = Some(value),
                "EXIT_CODE" => self.exit = value.trim().parse().ok(),
                _ => {}
            },
            What::Input(_) | What::Other => {}
        }
    }

    fn piece(&mut self) {
        let mut bytes = Vec::new();
        match (&mut self.log).take(self.left.min(PIECE)).read_to_end(&mut bytes) {
            Ok(0) => self.end_of_timing(),
            Ok(n) => {
                self.left -= n as u64;
                self.show(&bytes);
            }
            Err(error) => {
                self.show(&bytes);
                let why = both!("reading failed here: {error}", "从此处起读取失败：{error}");
                self.push(Event::Note(Note::Gap { line: 0, why }));
                self.left = 0;
                self.end_of_timing();
            }
        }
    }

    fn show(&mut self, bytes: &[u8]) {
        if self.typed {
            let text = self.typed_utf8.push(bytes).text.into_owned();
            return self.push(Event::Input(text));
        }
        let piece = self.utf8.push(bytes);
        let exact = piece.exact.map(Event::Exact);
        let output = Event::Output(piece.text.into_owned());
        self.ready.extend(exact.into_iter().chain([output]).map(|event| Timed { at: self.at, event }));
    }

    fn end_of_timing(&mut self) {
        self.left = 0;
        if let Some(piece) = self.utf8.finish() {
            let exact = piece.exact.map(Event::Exact);
            let output = Event::Output(piece.text.into_owned());
            self.ready.extend(exact.into_iter().chain([output]).map(|event| Timed { at: self.at, event }));
        }
        let nothing: Box<dyn Read + Send> = Box::new(std::io::empty());
        let log = std::mem::replace(&mut self.log, BufReader::new(nothing));
        self.rest = Some(Text::rest_of_typescript(Box::new(log), self.at));
    }

    fn push(&mut self, event: Event) {
        self.ready.push_back(Timed { at: self.at, event });
    }
}

impl Iterator for Typescript {
    type Item = Timed;

    fn next(&mut self) -> Option<Timed> {
        while self.ready.is_empty() {
            if !self.more() {
                return None;
            }
        }
        self.ready.pop_front()
    }
}
