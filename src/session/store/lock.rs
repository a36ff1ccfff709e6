//! Who is at work in a session.
//!
//! A runner holds `runner.lock` locked (flock) as long as it lives. The kernel lets go of it however the
//! process ends, so neither a crash nor a reused process id makes a dead session look alive.

#![expect(clippy::disallowed_methods, reason = "lock and pid files are written here")]

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::time::{Duration, Instant};

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use super::{SessionDir, StoreError, io_error};

/// How long to wait for somebody who only looks whether the session is running.
const LOOKER: Duration = Duration::from_secs(1);

/// Held by the one process that writes a session.
#[derive(Debug)]
pub struct RunnerLock {
    _file: File,
}

impl RunnerLock {
    pub(super) fn take(session: &SessionDir) -> Result<Self, StoreError> {
        let path = session.lock_file();
        let open = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path);
        let file = open.map_err(io_error(&path))?;
        let since = Instant::now();
        while let Err(error) = flock(&file, FlockOperation::NonBlockingLockExclusive) {
            match error {
                Errno::WOULDBLOCK if since.elapsed() < LOOKER => std::thread::sleep(Duration::from_millis(2)),
                Errno::WOULDBLOCK => return Err(StoreError::Running { id: session.id.clone() }),
                Errno::INTR => {}
                // A file system without locks: the pid file has to do.
                _ if is_alive(session) => return Err(StoreError::Running { id: session.id.clone() }),
                _ => break,
            }
        }
        let pid = std::process::id();
        let path = session.pid();
        let mut pid_file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&path)
            .map_err(io_error(&path))?;
        writeln!(pid_file, "{pid} {}", start_time(pid).unwrap_or(0)).map_err(io_error(&path))?;
        Ok(Self { _file: file })
    }
}

/// Whether some process holds the session's lock.
pub(super) fn is_held(session: &SessionDir) -> bool {
    let Ok(file) = File::open(session.lock_file()) else { return false };
    match flock(&file, FlockOperation::NonBlockingLockShared) {
        Ok(()) => false,
        Err(Errno::WOULDBLOCK) => true,
        Err(_) => is_alive(session),
    }
}

/// Whether the process of the pid file lives, told from one that got its number later by its start time.
fn is_alive(session: &SessionDir) -> bool {
    let Ok(text) = fs::read_to_string(session.pid()) else { return false };
    let mut numbers = text.split_whitespace().map_while(|word| word.parse::<u64>().ok());
    let (Some(pid), started) = (numbers.next(), numbers.next()) else { return false };
    let Ok(pid) = u32::try_from(pid) else { return false };
    start_time(pid).is_ok_and(|now| started.is_none_or(|then| then == 0 || then == now))
}

/// When a process started, in clock ticks since boot (field 22 of /proc/PID/stat, see proc(5)).
fn start_time(pid: u32) -> io::Result<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The second field is the command in parentheses and may hold anything.
    let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let started = fields.split_whitespace().nth(19).and_then(|field| field.parse().ok());
    started.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))
}
