//! Follows a session's file while it grows, and learns when its runner is gone. Two threads that sleep in the
//! kernel until there is something to do.
#![expect(clippy::disallowed_methods, reason = "opens the runner's lock file")]

use std::fs::File;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use rustix::fs::{FlockOperation, flock};
use tokio::sync::mpsc::Sender;

use super::inbox::Message;
use crate::event::{Event, Timed};
use crate::locale::Speak;
use crate::session::reader::{ReadError, Reader};
use crate::session::store::SessionDir;

/// So much output is handed over at once: the keys are heard in between.
const PORTION: usize = 256 * 1024;
/// After new events, so long for more: a flood becomes few large batches, not many small ones.
const GATHER: Duration = Duration::from_millis(8);
/// How often to look where the kernel cannot tell about changes.
const LOOK: Duration = Duration::from_millis(100);

/// Starts to follow. What is there already comes as [`Message::Past`], and [`Message::Present`] after it.
pub(super) fn follow(session: &SessionDir, out: Sender<Message>) -> Result<Option<u64>, ReadError> {
    let mut reader = Reader::open(session.cast())?;
    let started = reader.header().timestamp;
    let watch = Watch::new(&session.cast());
    let to_app = out.clone();
    thread::spawn(move || {
        if catch_up(&mut reader, &to_app, Message::Past).is_none()
            || to_app.blocking_send(Message::Present).is_err()
        {
            return;
        }
        while catch_up(&mut reader, &to_app, Message::Events).is_some() {
            watch.wait();
            thread::park_timeout(GATHER);
        }
    });
    let lock = session.lock_file();
    thread::spawn(move || wait_for_end(&lock, &out));
    Ok(started)
}

/// Reads a session's events from its start, up to now.
pub(super) fn recall(session: &SessionDir, out: Sender<Message>) {
    let path = session.cast();
    thread::spawn(move || {
        let mut events = Vec::new();
        // What cannot be read is missing, which the model sees by the number.
        if let Ok(mut reader) = Reader::open(path) {
            while let Ok(more) = reader.poll() {
                if more.is_empty() {
                    break;
                }
                events.extend(more);
            }
        }
        let _ = out.blocking_send(Message::Recalled(events));
    });
}

/// Hands over everything that is there; `None` when nobody listens any more.
fn catch_up(reader: &mut Reader, out: &Sender<Message>, wrap: fn(Vec<Timed>) -> Message) -> Option<()> {
    loop {
        let events = match reader.poll() {
            Ok(events) => events,
            Err(error) => {
                out.blocking_send(Message::Trouble(error.said())).ok()?;
                return Some(());
            }
        };
        if events.is_empty() {
            return Some(());
        }
        for portion in portions(events) {
            out.blocking_send(wrap(portion)).ok()?;
        }
    }
}

/// Cuts a batch so that no part holds much more than [`PORTION`] of output.
pub(super) fn portions(events: Vec<Timed>) -> Vec<Vec<Timed>> {
    let mut parts = vec![Vec::new()];
    let mut size = 0;
    for timed in events {
        size += match &timed.event {
            Event::Output(text) => text.len(),
            _ => 0,
        };
        if let Some(part) = parts.last_mut() {
            part.push(timed);
        }
        if size >= PORTION {
            parts.push(Vec::new());
            size = 0;
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// A runner holds its lock as long as it lives; whoever gets a share of it knows that the runner is gone.
fn wait_for_end(lock: &Path, out: &Sender<Message>) {
    let Ok(file) = File::open(lock) else { return };
    loop {
        match flock(&file, FlockOperation::LockShared) {
            Err(rustix::io::Errno::INTR) => {}
            // A file system without locks cannot tell.
            Err(_) => return,
            Ok(()) => break,
        }
    }
    drop(file);
    // Where nobody listens any more, nobody need know.
    let _ = out.blocking_send(Message::RunnerGone);
}

/// Waits for a file to change.
struct Watch {
    #[cfg(target_os = "linux")]
    inotify: Option<rustix::fd::OwnedFd>,
}

impl Watch {
    #[cfg(target_os = "linux")]
    fn new(path: &PathBuf) -> Self {
        use rustix::fs::inotify::{CreateFlags, WatchFlags, add_watch, init};
        let flags = WatchFlags::MODIFY | WatchFlags::MOVE_SELF | WatchFlags::DELETE_SELF;
        let inotify =
            init(CreateFlags::CLOEXEC).ok().filter(|inotify| add_watch(inotify, path, flags).is_ok());
        Self { inotify }
    }

    #[cfg(not(target_os = "linux"))]
    fn new(_path: &PathBuf) -> Self {
        Self {}
    }

    /// Returns once the file may have changed since the last time.
    fn wait(&self) {
        #[cfg(target_os = "linux")]
        if let Some(inotify) = &self.inotify {
            let mut events = [0u8; 4096];
            match rustix::io::read(inotify, &mut events) {
                Ok(_) | Err(rustix::io::Errno::INTR) => return,
                Err(_) => {}
            }
        }
        thread::park_timeout(LOOK);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_handed_over_in_portions() {
        let event = |size: usize| Timed { at: Duration::ZERO, event: Event::Output("x".repeat(size)) };
        let parts = portions(vec![event(PORTION), event(10), event(PORTION / 2), event(PORTION / 2)]);
        assert_eq!(parts.iter().map(Vec::len).collect::<Vec<_>>(), [1, 3]);
        assert!(portions(Vec::new()).is_empty());
    }
}
