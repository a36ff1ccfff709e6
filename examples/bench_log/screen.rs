//! A program in a terminal of its own, read through an emulator: what is waited for is what a person would see.

use std::fs;
use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::Outcome;

/// So long is waited for something to appear.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Screen {
    child: Box<dyn Child + Send + Sync>,
    /// Held so that the terminal stays open.
    _master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    vt: avt::Terminal,
    /// The beginning of a character whose rest is to come.
    torn: Vec<u8>,
    /// Bytes that it wrote.
    pub(crate) bytes: u64,
    started: Instant,
}

impl Screen {
    pub(crate) fn start(args: &[String], cols: u16, rows: u16) -> Outcome<Self> {
        let pair = native_pty_system().openpty(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 })?;
        let mut command = CommandBuilder::new(&args[0]);
        command.args(&args[1..]);
        command.env("TERM", "xterm-256color");
        command.env("LC_ALL", "C.UTF-8");
        command.env_remove("TMUX");
        command.env_remove("LESS");
        let started = Instant::now();
        let child = pair.slave.spawn_command(command)?;
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader()?;
        let (out, output) = channel();
        thread::spawn(move || {
            let mut room = vec![0; 1 << 16];
            while let Ok(got @ 1..) = reader.read(&mut room) {
                if out.send(room[..got].to_vec()).is_err() {
                    return;
                }
            }
        });
        let keys = pair.master.take_writer()?;
        let vt = avt::Terminal::new(cols.into(), rows.into()).map_err(|_| "no such size")?;
        Ok(Self { child, _master: pair.master, keys, output, vt, torn: Vec::new(), bytes: 0, started })
    }

    pub(crate) fn keys(&mut self, keys: &str) -> Outcome<()> {
        self.keys.write_all(keys.as_bytes())?;
        Ok(self.keys.flush()?)
    }

    /// Waits until a word stands on the screen; answers how long that is after the start. `None`: it takes too long, or
    /// the program has ended.
    pub(crate) fn wait_for(&mut self, word: &str) -> Option<Duration> {
        self.wait_until(|text| text.contains(word)).map(|seen| seen.duration_since(self.started))
    }

    /// Types; answers how long it takes until a word stands on the screen.
    pub(crate) fn ask(&mut self, keys: &str, word: &str) -> Outcome<Option<Duration>> {
        let asked = Instant::now();
        self.keys(keys)?;
        Ok(self.wait_until(|text| text.contains(word)).map(|seen| seen.duration_since(asked)))
    }

    /// The same where the word may stand there already: it has to go first.
    pub(crate) fn ask_anew(&mut self, keys: &str, word: &str) -> Outcome<Option<Duration>> {
        let (top, rest) = keys.split_at(1);
        let asked = Instant::now();
        self.keys(top)?;
        if self.wait_until(|text| !text.contains(word)).is_none() {
            return Ok(None);
        }
        let lead = asked.elapsed();
        Ok(self.ask(rest, word)?.map(|took| lead + took))
    }

    /// Waits until the screen is as `seen` wants it.
    pub(crate) fn wait_until(&mut self, seen: impl Fn(&str) -> bool) -> Option<Instant> {
        let until = Instant::now() + PATIENCE;
        loop {
            if seen(&self.text()) {
                return Some(Instant::now());
            }
            let bytes = self.output.recv_timeout(until.saturating_duration_since(Instant::now())).ok()?;
            self.take(&bytes);
            self.drain();
        }
    }

    /// Takes what came meanwhile.
    pub(crate) fn drain(&mut self) {
        while let Ok(bytes) = self.output.try_recv() {
            self.take(&bytes);
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        self.torn.extend_from_slice(bytes);
        let good = match std::str::from_utf8(&self.torn) {
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            _ => self.torn.len(),
        };
        let text = String::from_utf8_lossy(&self.torn[..good]).into_owned();
        self.vt.feed(text.as_str());
        self.torn.drain(..good);
    }

    fn text(&self) -> String {
        self.vt.screen().visible_lines().map(|line| line.text() + "\n").collect()
    }

    /// Its process.
    pub(crate) fn pid(&self) -> Option<u32> {
        self.child.process_id()
    }

    /// Peak resident memory so far, in KiB.
    pub(crate) fn peak(&self) -> u64 {
        let status = self.pid().map(|pid| fs::read_to_string(format!("/proc/{pid}/status")));
        let status = status.and_then(Result::ok).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
