//! What waits in memory while the disk refuses.
//!
//! Lines are kept without their interval, because that depends on which line ends up before them: when memory
//! gets short the oldest output is dropped, notes are not.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use super::disk::Disk;
use super::{trouble_line, write_all};
use crate::session::cast::Encoder;

/// At most this much waits.
const LIMIT: usize = 64 * 1024 * 1024;
/// How much is written at a time.
const PORTION: usize = 1024 * 1024;
/// First and longest pause between two tries.
const PAUSES: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(10));

/// Lines that could not be written yet.
pub(super) struct Backlog {
    /// The operating system's reason.
    pub(super) why: String,
    since: Duration,
    next_try: Duration,
    pause: Duration,
    /// Comes first, byte for byte: the rest of a batch of which the disk took a part.
    rest: Vec<u8>,
    /// The time from which the first interval of `rest` counts.
    rest_from: Duration,
    lines: VecDeque<Line>,
    bytes: usize,
    limit: usize,
    lost: u64,
    announced: bool,
}

struct Line {
    at: Duration,
    is_output: bool,
    body: String,
}

impl Backlog {
    pub(super) fn new(error: &io::Error, now: Duration, rest: Vec<u8>, rest_from: Duration) -> Self {
        Self {
            why: error.to_string(),
            since: now,
            next_try: now + PAUSES.0,
            pause: PAUSES.0,
            rest,
            rest_from,
            lines: VecDeque::new(),
            bytes: 0,
            limit: LIMIT,
            lost: 0,
            announced: false,
        }
    }

    pub(super) fn bytes(&self) -> usize {
        self.rest.len() + self.bytes
    }

    pub(super) fn keep(&mut self, at: Duration, is_output: bool, body: String) {
        self.bytes += body.len();
        self.lines.push_back(Line { at, is_output, body });
        while self.bytes > self.limit {
            // Notes are few and tell the story; they go last.
            let oldest = self.lines.iter().position(|line| line.is_output).unwrap_or(0);
            let Some(line) = self.lines.remove(oldest) else { break };
            self.bytes -= line.body.len();
            self.lost += line.body.len() as u64;
        }
    }

    pub(super) fn is_due(&self, now: Duration) -> bool {
        now >= self.next_try
    }

    pub(super) fn refused(&mut self, error: &io::Error, now: Duration) {
        self.why = error.to_string();
        self.pause = (self.pause * 2).min(PAUSES.1);
        self.next_try = now + self.pause;
    }

    /// Writes all that waits, with a note about the trouble where it began. On failure what is left waits on.
    pub(super) fn unload(
        &mut self,
        disk: &mut dyn Disk,
        encoder: &mut Encoder,
        header: &str,
    ) -> io::Result<()> {
        if disk.restore()? {
            let mut start = header.to_owned();
            Encoder::default().start(self.rest_from, &mut start);
            start.push_str(&trouble_line(&self.why, std::mem::take(&mut self.lost)));
            self.announced = true;
            self.rest = [start.as_bytes(), whole_lines(&self.rest)].concat();
        }
        loop {
            if let Err((written, error)) = write_all(disk, &self.rest) {
                self.rest.drain(..written);
                return Err(error);
            }
            self.rest.clear();
            if self.announced && self.lost == 0 && self.lines.is_empty() {
                return Ok(());
            }
            self.rest_from = encoder.time();
            self.rest = self.portion(encoder).into_bytes();
        }
    }

    /// The next lines as they will stand in the file.
    fn portion(&mut self, encoder: &mut Encoder) -> String {
        let mut batch = String::new();
        if !self.announced || self.lost > 0 {
            encoder.start(self.since, &mut batch);
            batch.push_str(&trouble_line(&self.why, std::mem::take(&mut self.lost)));
            self.announced = true;
        }
        while batch.len() < PORTION
            && let Some(line) = self.lines.pop_front()
        {
            self.bytes -= line.body.len();
            encoder.start(line.at, &mut batch);
            batch.push_str(&line.body);
        }
        batch
    }

    #[cfg(test)]
    pub(super) fn limit_to(&mut self, bytes: usize) {
        self.limit = bytes;
    }
}

/// Without the end of a line whose start went to a file that is gone.
fn whole_lines(rest: &[u8]) -> &[u8] {
    // A rest that begins with a line begins with its bracket, or with the brace of the header.
    if rest.first() == Some(&b'[') {
        return rest;
    }
    memchr::memchr(b'\n', rest).map_or(&[], |at| &rest[at + 1..])
}
