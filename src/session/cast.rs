//! One asciicast line ⇄ one event. Pure.
//!
//! Owns the grammar of asciicast v3 (<https://docs.asciinema.org/manual/asciicast/v3/>) as ktui writes it and
//! of v2 and v3 as it reads them. Files, growing or not, are `reader`'s and `writer`'s; masking is `redact`'s.
//!
//! Besides the standard codes there are two of our own, which other players skip: `k`, whose data is a
//! [`Note`] as JSON, and `b`, whose data is the base64 of bytes that the following output had to replace.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::escape::push_escaped;
use crate::event::{Event, Note, Timed};
use crate::locale::{Speak, Text, both};

/// The first line of a recording.
#[derive(Debug, Clone, PartialEq)]
pub struct Header {
    /// Columns of the terminal.
    pub cols: u16,
    /// Its rows.
    pub rows: u16,
    /// When the recording began, in seconds of Unix time.
    pub timestamp: Option<u64>,
    /// A title.
    pub title: Option<String>,
    /// The command that was recorded.
    pub command: Option<String>,
    /// The terminal's type, as in `TERM`.
    pub term: Option<String>,
    /// Players shorten pauses to this many seconds.
    pub idle_time_limit: Option<f64>,
    /// Captured environment.
    pub env: BTreeMap<String, String>,
}

impl Default for Header {
    fn default() -> Self {
        Self {
            cols: 80,
            rows: 24,
            timestamp: None,
            title: None,
            command: None,
            term: None,
            idle_time_limit: None,
            env: BTreeMap::new(),
        }
    }
}

/// A version of the format that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// asciicast v2: times count from the start.
    V2,
    /// asciicast v3: times count from the event before.
    V3,
}

/// A line that is not what the format wants.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.said().en)]
pub struct BadLine {
    /// What is wrong with it, in words.
    pub why: Text,
}

impl BadLine {
    fn new(why: Text) -> Self {
        Self { why }
    }
}

impl Speak for BadLine {
    fn said(&self) -> Text {
        self.why.clone()
    }
}

impl Header {
    /// The header as a line of asciicast v3, newline included.
    pub fn line(&self) -> String {
        let wire = WireHeader {
            version: 3,
            term: WireTerm { cols: self.cols, rows: self.rows, kind: self.term.as_deref() },
            timestamp: self.timestamp,
            idle_time_limit: self.idle_time_limit.filter(|limit| limit.is_finite()),
            command: self.command.as_deref(),
            title: self.title.as_deref(),
            env: &self.env,
        };
        match serde_json::to_string(&wire) {
            Ok(line) => line + "\n",
            Err(error) => unreachable!("strings and finite numbers always become JSON: {error}"),
        }
    }

    /// Reads a header line of v2 or v3; fields that are unknown or of another type are passed over.
    pub fn parse(line: &str) -> Result<(Self, Version), BadLine> {
        let header: Value = serde_json::from_str(line).map_err(|error| bad_json(&error))?;
        let size = |value: &Value| value.as_u64().and_then(|n| u16::try_from(n).ok()).filter(|n| *n > 0);
        let (version, cols, rows, term) = match header["version"].as_u64() {
            Some(3) => {
                let term = &header["term"];
                (Version::V3, size(&term["cols"]), size(&term["rows"]), &term["type"])
            }
            Some(2) => (Version::V2, size(&header["width"]), size(&header["height"]), &header["env"]["TERM"]),
            Some(other) => {
                return Err(BadLine::new(both!(
                    "asciicast version {other}; expected 2 or 3",
                    "asciicast 版本为 {other}；应为 2 或 3"
                )));
            }
            None => {
                return Err(BadLine::new(both!(
                    "no asciicast header: expected an object with \"version\": 3",
                    "没有 asciicast 头；应为含 \"version\": 3 的对象"
                )));
            }
        };
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let env = header["env"].as_object().into_iter().flatten();
        let header = Self {
            cols: cols.unwrap_or(80),
            rows: rows.unwrap_or(24),
            timestamp: header["timestamp"].as_u64().or(header["timestamp"].as_f64().map(|t| t as u64)),
            title: text(&header["title"]),
            command: text(&header["command"]),
            term: text(term),
            idle_time_limit: header["idle_time_limit"].as_f64(),
            env: env.filter_map(|(name, value)| Some((name.clone(), text(value)?))).collect(),
        };
        Ok((header, version))
    }
}

#[derive(Serialize)]
struct WireHeader<'a> {
    version: u8,
    term: WireTerm<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    idle_time_limit: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    env: &'a BTreeMap<String, String>,
}

#[derive(Serialize)]
struct WireTerm<'a> {
    cols: u16,
    rows: u16,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'a str>,
}

/// Writes events as lines; keeps the running time, in whole microseconds so that rounding never adds up.
#[derive(Debug, Default)]
pub struct Encoder {
    micros: u64,
}

impl Encoder {
    /// The event as one line, newline included.
    pub fn line(&mut self, timed: &Timed) -> String {
        let mut line = String::new();
        self.start(timed.at, &mut line);
        push_body(&timed.event, &mut line);
        line
    }

    /// The time of the last line.
    pub(super) fn time(&self) -> Duration {
        Duration::from_micros(self.micros)
    }

    /// The start of a line, up to where [`push_body`] or [`push_output`] goes on. A time before the last one
    /// counts as the last one.
    pub(super) fn start(&mut self, at: Duration, line: &mut String) {
        let now = u64::try_from(at.as_micros()).unwrap_or(u64::MAX).max(self.micros);
        let step = now - self.micros;
        self.micros = now;
        let written = write!(line, "[{}.{:06}, ", step / 1_000_000, step % 1_000_000);
        debug_assert!(written.is_ok(), "writing to a string cannot fail");
    }
}

/// The rest of a line: code, data, newline.
pub(super) fn push_body(event: &Event, line: &mut String) {
    match event {
        Event::Output(text) => push_output(text, line),
        Event::Exact(bytes) => push_coded('b', &BASE64.encode(bytes), line),
        Event::Input(text) => push_coded('i', text, line),
        Event::Resize { cols, rows } => push_coded('r', &format!("{cols}x{rows}"), line),
        Event::Marker(label) => push_coded('m', label, line),
        Event::Note(note) => match serde_json::to_string(note) {
            Ok(json) => push_coded('k', &json, line),
            // Only a path that is not UTF-8 can do that; the rest of the log must not suffer.
            Err(error) => push_coded('k', &format!("{{\"type\":\"unwritable\",\"why\":\"{error}\"}}"), line),
        },
        Event::Exit(status) => push_coded('x', &status.to_string(), line),
        Event::Other { code, data } => push_coded(*code, data, line),
    }
}

/// The rest of an output line.
pub(super) fn push_output(text: &str, line: &mut String) {
    push_coded('o', text, line);
}

/// The rest of a line with any code.
pub(super) fn push_coded(code: char, data: &str, line: &mut String) {
    line.push('"');
    push_escaped(code.encode_utf8(&mut [0; 4]), line);
    line.push_str("\", \"");
    push_escaped(data, line);
    line.push_str("\"]\n");
}

/// Reads event lines; keeps the running time.
#[derive(Debug)]
pub struct Decoder {
    version: Version,
    now: Duration,
}

#[derive(Deserialize)]
struct Line<'a>(f64, #[serde(borrow)] Cow<'a, str>, String);

impl Decoder {
    /// For the event lines of a file of this version.
    pub fn new(version: Version) -> Self {
        Self { version, now: Duration::ZERO }
    }

    /// The event of one line (with or without its newline), nothing for comments and blank lines.
    pub fn line(&mut self, line: &str) -> Result<Option<Timed>, BadLine> {
        let line = line.trim_ascii();
        if line.is_empty() || line.starts_with('#') {
            return Ok(None);
        }
        match serde_json::from_str(line) {
            Ok(Line(seconds, code, data)) => {
                self.advance(seconds)?;
                Ok(Some(Timed { at: self.now, event: event(&code, data)? }))
            }
            Err(error) => {
                // The interval is often still readable: then the damage does not shift what follows.
                if let Some(seconds) = leading_number(line) {
                    let _unreadable_time_is_no_time = self.advance(seconds);
                }
                Err(bad_json(&error))
            }
        }
    }

    /// The time of the last line read.
    pub fn now(&self) -> Duration {
        self.now
    }

    /// Starts over with another file whose times go on after what was read so far.
    pub(super) fn goes_on(&self, version: Version) -> Self {
        Self { version, now: self.now }
    }

    fn advance(&mut self, seconds: f64) -> Result<(), BadLine> {
        // Times that go backwards happen in real recordings; they count as "now".
        let time = Duration::try_from_secs_f64(seconds.max(0.0)).map_err(|_| {
            BadLine::new(both!("{seconds} is no time in seconds", "{seconds} 不是以秒计的时间"))
        })?;
        self.now = match self.version {
            Version::V2 => self.now.max(time),
            Version::V3 => self.now.saturating_add(time),
        };
        Ok(())
    }
}

fn event(code: &str, data: String) -> Result<Event, BadLine> {
    Ok(match code {
        "o" => Event::Output(data),
        "i" => Event::Input(data),
        "m" => Event::Marker(data),
        "r" => resize(&data).ok_or_else(|| {
            BadLine::new(both!("size {data:.40?}; expected COLSxROWS", "大小 {data:.40?}；应为 COLSxROWS"))
        })?,
        "x" => Event::Exit(data.trim().parse().map_err(|_| {
            BadLine::new(both!(
                "exit status {data:.40?}; expected a number",
                "退出状态 {data:.40?}；应为数字"
            ))
        })?),
        "k" => match serde_json::from_str::<Note>(&data) {
            Ok(note) => Event::Note(note),
            // From a newer ktui: kept, so that passing it on does not lose it.
            Err(_) => Event::Other { code: 'k', data },
        },
        "b" => match BASE64.decode(&data) {
            Ok(bytes) => Event::Exact(bytes),
            Err(_) => Event::Other { code: 'b', data },
        },
        other => match other.chars().next() {
            Some(code) => Event::Other { code, data },
            None => return Err(BadLine::new(both!("an empty event code", "事件代码为空"))),
        },
    })
}

fn resize(data: &str) -> Option<Event> {
    let (cols, rows) = data.split_once('x')?;
    Some(Event::Resize { cols: cols.trim().parse().ok()?, rows: rows.trim().parse().ok()? })
}

fn leading_number(line: &str) -> Option<f64> {
    let (number, _) = line.strip_prefix('[')?.split_once(',')?;
    number.trim().parse().ok().filter(|seconds: &f64| seconds.is_finite())
}

fn bad_json(error: &serde_json::Error) -> BadLine {
    BadLine::new(match error.classify() {
        serde_json::error::Category::Eof => both!("cut off", "不完整"),
        serde_json::error::Category::Data => both!("not an event: {error}", "不是事件：{error}"),
        _ => both!("not JSON: {error}", "不是 JSON：{error}"),
    })
}

#[cfg(test)]
pub(crate) mod tests;
