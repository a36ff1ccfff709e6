//! The thread that owns the session's writer: everything that happens passes through here, in order.
//!
//! Its queue is bounded, so a child that writes faster than the disk takes it waits in its own `write`, as on
//! any terminal, and memory stays flat. How events look in the file and what is masked is `session`'s.

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::event::{Event, Note};
use crate::session::writer::Writer;

/// Entries that may wait; one holds at most one read's worth of output.
const QUEUE: usize = 64;
/// A terminal that says nothing for this long has said all it has to say now: screens shall see it.
const PAUSE: Duration = Duration::from_millis(5);
/// One that is silent for this long after that may be waiting for an answer.
const SILENCE: Duration = Duration::from_millis(100);
/// How often a disk that refuses is tried again while nothing happens.
const AGAIN: Duration = Duration::from_secs(1);

/// Why the disk refuses, as long as it does.
type Trouble = Arc<Mutex<Option<String>>>;

enum Entry {
    Bytes(Vec<u8>),
    Event(Event),
    Close,
}

/// The way into the session's log; clones share it.
#[derive(Clone)]
pub(super) struct Record {
    queue: SyncSender<Entry>,
    trouble: Trouble,
}

impl Record {
    /// Starts the thread. It ends with [`Record::close`].
    pub(super) fn start(writer: Writer) -> (Self, JoinHandle<()>) {
        let (queue, entries) = sync_channel(QUEUE);
        let trouble = Trouble::default();
        let told = Arc::clone(&trouble);
        (Self { queue, trouble }, thread::spawn(move || write(writer, &entries, &told)))
    }

    /// Why the log cannot be written, as long as that is so.
    pub(super) fn trouble(&self) -> Option<String> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Something happened.
    pub(super) fn event(&self, event: Event) {
        let _ = self.queue.send(Entry::Event(event));
    }

    /// Something that only ktui needs happened.
    pub(super) fn note(&self, note: Note) {
        self.event(Event::Note(note));
    }

    /// The pty said this.
    pub(super) fn bytes(&self, bytes: Vec<u8>) {
        let _ = self.queue.send(Entry::Bytes(bytes));
    }

    /// Nothing more happens: what is queued is written, then the thread ends, once the disk took it all.
    pub(super) fn close(&self) {
        let _ = self.queue.send(Entry::Close);
    }
}

fn write(mut writer: Writer, entries: &Receiver<Entry>, trouble: &Trouble) {
    let mut patience = SILENCE;
    loop {
        tell(&writer, trouble);
        match entries.recv_timeout(patience) {
            Ok(Entry::Bytes(bytes)) => {
                writer.output(&bytes);
                patience = PAUSE;
            }
            Ok(Entry::Event(event)) => {
                writer.append(event);
                patience = SILENCE;
            }
            Ok(Entry::Close) | Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) if patience == PAUSE => {
                writer.flush();
                patience = SILENCE;
            }
            Err(RecvTimeoutError::Timeout) => {
                writer.idle();
                patience = if writer.trouble().is_some() { AGAIN } else { Duration::from_secs(60) };
            }
        }
    }
    writer.finish();
    tell(&writer, trouble);
    while writer.trouble().is_some() {
        thread::park_timeout(AGAIN);
        writer.finish();
        tell(&writer, trouble);
    }
}

fn tell(writer: &Writer, trouble: &Trouble) {
    let now = writer.trouble();
    let mut told = trouble.lock().unwrap_or_else(PoisonError::into_inner);
    if told.as_deref() != now {
        *told = now.map(str::to_owned);
    }
}
