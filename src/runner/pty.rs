//! One command in a pty of its own: started, read, written to, resized, waited for.
//!
//! Decides nothing: what comes out goes to the record, how it went goes to the conductor's inbox. A process
//! that outlives its command and keeps the terminal stays readable: its reader lives on and what it writes is
//! recorded whenever it comes.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use portable_pty::{CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::Pid;

use super::conductor::Message;
use super::record::Record;
use crate::locale::{Text, both};
use crate::text::plain;

/// As much as one read takes; the kernel hands out less at a time.
const READ: usize = 64 * 1024;
/// Pieces of typed input that may wait for a program that does not read.
const TYPED: usize = 64;
/// So much of the last output is kept, for its last line.
const TAIL: usize = 2048;

/// What to start.
#[derive(Debug, Clone)]
pub(super) struct Command {
    /// Program and arguments.
    pub(super) argv: Vec<String>,
    /// Working folder; must exist.
    pub(super) dir: PathBuf,
    /// On top of the runner's own environment; `None` takes a variable out.
    pub(super) env: BTreeMap<String, Option<String>>,
}

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Exit {
    /// Its status, where it exited.
    pub(super) code: Option<i32>,
    /// The signal, where one ended it.
    pub(super) signal: Option<i32>,
}

impl Exit {
    /// Exit status 0.
    pub(super) fn ok(self) -> bool {
        self.code == Some(0)
    }
}

/// A command that runs.
pub(super) struct Live {
    /// Its first process, leader of the pty's session.
    pub(super) leader: Pid,
    master: Box<dyn MasterPty + Send>,
    input: SyncSender<Vec<u8>>,
    bytes: Arc<AtomicU64>,
    tail: Arc<Mutex<Vec<u8>>>,
}

impl Live {
    /// The last line that says something, as plain text; of one that is very long, its end.
    pub(super) fn last_line(&self) -> Option<String> {
        let tail = self.tail.lock().unwrap_or_else(PoisonError::into_inner);
        let lines = tail.split(|byte| matches!(byte, b'\n' | b'\r'));
        lines.rev().map(|line| plain::clean(line).trim().to_owned()).find(|line| !line.is_empty())
    }

    /// How many bytes came out so far.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Types into the terminal; `false` where the program has long not read.
    pub(super) fn type_bytes(&self, bytes: Vec<u8>) -> bool {
        self.input.try_send(bytes).is_ok()
    }

    /// Changes the terminal's size.
    pub(super) fn resize(&self, cols: u16, rows: u16) -> Result<(), Text> {
        self.master.resize(size(cols, rows)).map_err(Text::verbatim)
    }
}

fn size(cols: u16, rows: u16) -> PtySize {
    PtySize { cols: cols.max(1), rows: rows.max(1), pixel_width: 0, pixel_height: 0 }
}

/// Starts the command; the inbox hears of `run`. The error is in words.
pub(super) fn start(
    run: u32,
    command: &Command,
    (cols, rows): (u16, u16),
    record: &Record,
    inbox: &Sender<Message>,
) -> Result<Live, Text> {
    if !command.dir.is_dir() {
        let dir = command.dir.display();
        return Err(both!("the folder {dir} is not there", "没有目录 {dir}"));
    }
    let pair = native_pty_system().openpty(size(cols, rows)).map_err(no_pty)?;
    let reader = pair.master.try_clone_reader().map_err(no_pty)?;
    let writer = pair.master.take_writer().map_err(no_pty)?;
    let child: Box<dyn portable_pty::Child> =
        pair.slave.spawn_command(builder(command)).map_err(|e| Text::verbatim(e.to_string().trim()))?;
    drop(pair.slave);
    let mut child = child
        .downcast::<std::process::Child>()
        .map_err(|_| both!("the pty started something that is no process", "伪终端启动的不是进程"))?;
    let leader = Pid::from_child(&child);

    let bytes = Arc::new(AtomicU64::new(0));
    let tail = Arc::new(Mutex::new(Vec::new()));
    let (input, typed) = sync_channel(TYPED);
    let (open, closed) = sync_channel::<()>(0);
    thread::spawn({
        let (record, inbox) = (record.clone(), inbox.clone());
        let (bytes, tail) = (Arc::clone(&bytes), Arc::clone(&tail));
        move || {
            drain(reader, &record, &bytes, &tail);
            drop(open);
            let _ = inbox.send(Message::Drained(run));
        }
    });
    thread::spawn(move || feed(writer, &typed, &closed));
    thread::spawn({
        let inbox = inbox.clone();
        move || {
            let exit = child.wait().map(|status| Exit { code: status.code(), signal: status.signal() });
            let _ = inbox.send(Message::Exited(run, exit.unwrap_or(Exit { code: None, signal: None })));
        }
    });
    Ok(Live { leader, master: pair.master, input, bytes, tail })
}

#[expect(clippy::needless_pass_by_value, reason = "what map_err calls")]
fn no_pty(error: anyhow::Error) -> Text {
    both!("no pty: {error}", "没有伪终端：{error}")
}

fn builder(command: &Command) -> CommandBuilder {
    let mut builder = CommandBuilder::from_argv(command.argv.iter().map(OsString::from).collect());
    builder.cwd(&command.dir);
    for (name, value) in &command.env {
        match value {
            Some(value) => builder.env(name, value),
            None => builder.env_remove(name),
        }
    }
    builder
}

/// Reads until every process has closed the terminal.
fn drain(mut reader: Box<dyn Read + Send>, record: &Record, bytes: &AtomicU64, tail: &Mutex<Vec<u8>>) {
    let mut buffer = vec![0; READ];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => {
                bytes.fetch_add(n as u64, Ordering::Relaxed);
                keep(&buffer[..n], &mut tail.lock().unwrap_or_else(PoisonError::into_inner));
                record.bytes(buffer[..n].to_vec());
            }
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
}

fn keep(new: &[u8], tail: &mut Vec<u8>) {
    tail.extend_from_slice(&new[new.len().saturating_sub(TAIL)..]);
    let more = tail.len().saturating_sub(TAIL);
    tail.drain(..more);
}

/// Types what is asked for. Keeps the writer until nobody reads the terminal any more: dropped, it types an
/// end-of-file, which the terminal would echo into the log.
fn feed(mut writer: Box<dyn Write + Send>, typed: &Receiver<Vec<u8>>, closed: &Receiver<()>) {
    while let Ok(bytes) = typed.recv() {
        let _ = writer.write_all(&bytes).and_then(|()| writer.flush());
    }
    let _ = closed.recv();
}
