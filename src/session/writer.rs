//! Appends events to a session file, and never fails a build for it.
//!
//! Owns batching of output, the order of lines, masking before the append (through `redact`), and going on in
//! memory while the disk refuses. Each append is one write of whole lines, so the file is readable while it
//! grows. What a line looks like is `cast`'s business.

#![expect(
    clippy::disallowed_methods,
    reason = "the session's file is written here and events get their times"
)]

mod backlog;
mod disk;

use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use super::cast::{Encoder, Header, push_body, push_coded, push_output};
use super::redact::{Redactor, Stream};
use super::utf8::{Piece, Utf8Chunks};
use crate::event::{Event, Note};
use backlog::Backlog;
use disk::{Disk, File};

/// Output is written when this much has gathered, or on [`Writer::flush`].
const BATCH: usize = 64 * 1024;
/// How long gathered output may wait for more.
const PATIENCE: Duration = Duration::from_millis(50);
/// How often it is looked whether the file is still there.
const LOOK: Duration = Duration::from_secs(1);

/// The one writer of a session's file.
///
/// Give it what the pty says with [`Writer::output`] and everything else with [`Writer::append`]. Call
/// [`Writer::flush`] whenever the pty has nothing more to say right now, and [`Writer::idle`] after it has
/// been silent for a moment (say 100 ms).
pub struct Writer {
    disk: Box<dyn Disk>,
    header: String,
    redactor: Redactor,
    stream: Stream,
    utf8: Utf8Chunks,
    encoder: Encoder,
    begun: Instant,
    /// Masked output that is not written yet, and when its first byte came.
    pending: Vec<u8>,
    pending_since: Duration,
    /// Reused for each write.
    lines: String,
    /// The time of the last line that reached the disk.
    saved: Duration,
    /// An [`Event::Exact`] was taken for output: the [`Event::Output`] after it says the same again.
    exact_taken: bool,
    looked: Duration,
    backlog: Option<Backlog>,
}

impl Writer {
    /// Starts a file at `path` (mode 0600) with the header as its first line. Times count from now.
    ///
    /// Fails only where the file cannot be made or already holds something; a full disk is no failure.
    pub fn create(path: &Path, header: &Header, redactor: Redactor) -> io::Result<Self> {
        Ok(Self::on(Box::new(File::create(path)?), header, redactor))
    }

    fn on(disk: Box<dyn Disk>, header: &Header, redactor: Redactor) -> Self {
        let mut writer = Self {
            disk,
            header: redactor.mask_header(header).line(),
            stream: redactor.stream(),
            redactor,
            utf8: Utf8Chunks::default(),
            encoder: Encoder::default(),
            begun: Instant::now(),
            pending: Vec::new(),
            pending_since: Duration::ZERO,
            lines: String::new(),
            saved: Duration::ZERO,
            exact_taken: false,
            looked: Duration::ZERO,
            backlog: None,
        };
        writer.lines.push_str(&writer.header);
        writer.write(Duration::ZERO);
        writer
    }

    /// Time since the session's start, as the next event will be stamped.
    pub fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Why the disk refuses, as long as it does.
    pub fn trouble(&self) -> Option<&str> {
        self.backlog.as_ref().map(|backlog| backlog.why.as_str())
    }

    /// Bytes that wait in memory for the disk.
    pub fn unsaved(&self) -> usize {
        self.backlog.as_ref().map_or(0, Backlog::bytes)
    }

    /// The masking that this file gets; for values that become known only later, see [`Writer::keep_secret`].
    pub fn redactor(&self) -> &Redactor {
        &self.redactor
    }

    /// From now on this value never reaches the file.
    pub fn keep_secret(&mut self, value: &str) {
        self.redactor.add(value);
        self.stream.learn(&self.redactor);
    }

    /// Takes what the pty said. It is written when enough has gathered, when some of it has waited for 50 ms,
    /// or on [`Writer::flush`].
    pub fn output(&mut self, bytes: &[u8]) {
        self.output_at(self.elapsed(), bytes);
    }

    /// Appends an event, after all output that came before it.
    pub fn append(&mut self, event: Event) {
        self.append_at(self.elapsed(), event);
    }

    /// Writes the output that has gathered.
    pub fn flush(&mut self) {
        self.flush_at(self.elapsed());
    }

    /// The pty has been silent for a moment: also writes what was held back because a secret might have begun,
    /// as far as that cannot give one away, and tries the disk again if it refused.
    pub fn idle(&mut self) {
        let now = self.elapsed();
        if self.pending.is_empty() {
            self.pending_since = now;
        }
        self.stream.idle(&mut self.pending);
        self.flush_at(now);
        self.retry(now, false);
    }

    /// Writes everything, and tries a disk that refuses once more. Also done on drop.
    pub fn finish(&mut self) {
        let now = self.elapsed();
        self.end_output(now);
        self.retry(now, true);
    }

    fn output_at(&mut self, now: Duration, bytes: &[u8]) {
        for part in bytes.chunks(BATCH) {
            if self.pending.is_empty() {
                self.pending_since = now;
            }
            self.stream.push(part, &mut self.pending);
            if self.pending.len() >= BATCH || now.saturating_sub(self.pending_since) >= PATIENCE {
                self.flush_at(now);
            }
        }
    }

    fn append_at(&mut self, now: Duration, event: Event) {
        match event {
            Event::Exact(bytes) => {
                self.output_at(now, &bytes);
                self.exact_taken = true;
                return;
            }
            Event::Output(text) => {
                if !std::mem::take(&mut self.exact_taken) {
                    self.output_at(now, text.as_bytes());
                }
                self.flush_at(now);
                return;
            }
            // What is typed may be a password, whatever sent it here.
            Event::Input(_) => return,
            // A stage's output ends where its run ends.
            Event::Note(Note::RunStarted(_) | Note::RunEnded(_)) | Event::Exit(_) => self.end_output(now),
            _ => self.flush_at(now),
        }
        self.exact_taken = false;
        let event = self.redactor.mask_event(event);
        self.line(now, false, |line| push_body(&event, line));
        self.write(now);
    }

    /// Nothing more will come from this run: what was held back is decided.
    fn end_output(&mut self, now: Duration) {
        if self.pending.is_empty() {
            self.pending_since = now;
        }
        self.stream.end(&mut self.pending);
        self.flush_at(now);
        if let Some(piece) = self.utf8.finish() {
            self.piece(now, &piece);
            self.write(now);
        }
    }

    fn flush_at(&mut self, now: Duration) {
        if self.pending.is_empty() {
            return;
        }
        let bytes = std::mem::take(&mut self.pending);
        let since = self.pending_since;
        for part in bytes.chunks(BATCH) {
            let mut utf8 = std::mem::take(&mut self.utf8);
            self.piece(since, &utf8.push(part));
            self.utf8 = utf8;
        }
        self.write(now);
        self.pending = bytes;
        self.pending.clear();
    }

    fn piece(&mut self, at: Duration, piece: &Piece<'_>) {
        if let Some(bytes) = &piece.exact {
            let event = Event::Exact(bytes.clone());
            self.line(at, true, |line| push_body(&event, line));
        }
        if !piece.text.is_empty() {
            self.line(at, true, |line| push_output(&piece.text, line));
        }
    }

    /// One line: to the batch, or to memory while the disk refuses.
    fn line(&mut self, at: Duration, is_output: bool, body: impl FnOnce(&mut String)) {
        if let Some(backlog) = &mut self.backlog {
            let mut line = String::new();
            body(&mut line);
            backlog.keep(at, is_output, line);
        } else {
            self.encoder.start(at, &mut self.lines);
            body(&mut self.lines);
        }
    }

    /// Writes the batch.
    fn write(&mut self, now: Duration) {
        if self.backlog.is_some() {
            self.retry(now, false);
            return;
        }
        if self.lines.is_empty() {
            return;
        }
        if now.saturating_sub(self.looked) >= LOOK {
            self.looked = now;
            if let Err(error) = self.disk.look() {
                let lines = std::mem::take(&mut self.lines).into_bytes();
                self.backlog = Some(Backlog::new(&error, now, lines, self.saved));
                return;
            }
        }
        match write_all(&mut *self.disk, self.lines.as_bytes()) {
            Ok(()) => {
                self.saved = self.encoder.time();
                self.lines.clear();
                if self.lines.capacity() > 8 * BATCH {
                    self.lines.shrink_to(8 * BATCH);
                }
            }
            Err((written, error)) => {
                let mut rest = std::mem::take(&mut self.lines).into_bytes();
                rest.drain(..written);
                self.backlog = Some(Backlog::new(&error, now, rest, self.saved));
            }
        }
    }

    /// Brings what waits in memory to the disk, if it is time to try (or `at_once`).
    fn retry(&mut self, now: Duration, at_once: bool) {
        let Some(backlog) = &mut self.backlog else { return };
        if !at_once && !backlog.is_due(now) {
            return;
        }
        match backlog.unload(&mut *self.disk, &mut self.encoder, &self.header) {
            Ok(()) => {
                self.saved = self.encoder.time();
                self.backlog = None;
            }
            Err(error) => backlog.refused(&error, now),
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.finish();
    }
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").field("trouble", &self.trouble()).field("unsaved", &self.unsaved()).finish()
    }
}

/// Writes all, or tells how much was written before the disk refused.
fn write_all(disk: &mut dyn Disk, bytes: &[u8]) -> Result<(), (usize, io::Error)> {
    let mut written = 0;
    while written < bytes.len() {
        match disk.write(&bytes[written..]) {
            Ok(0) => return Err((written, io::ErrorKind::WriteZero.into())),
            Ok(n) => written += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err((written, error)),
        }
    }
    Ok(())
}

/// The note that tells of a time without a disk.
fn trouble_line(why: &str, lost: u64) -> String {
    let why = if lost == 0 { why.to_owned() } else { format!("{why}; {lost} bytes of the log were lost") };
    let mut line = String::new();
    match serde_json::to_string(&Note::DiskTrouble { why }) {
        Ok(json) => push_coded('k', &json, &mut line),
        Err(error) => unreachable!("a note of strings becomes JSON: {error}"),
    }
    line
}

#[cfg(test)]
mod tests;
