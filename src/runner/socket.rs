//! The runner's ear: a unix socket in the session's folder, mode 0600, one JSON object a line.
//!
//! Owns where the socket is and who waits on it; what a request means is the conductor's.
#![expect(clippy::disallowed_methods, reason = "makes and removes the socket, reads XDG_RUNTIME_DIR")]

use std::fs::DirBuilder;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::os::unix::net::{SocketAddr, UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::fs::Mode;
use rustix::process::{getuid, umask};

use super::conductor::{Message, no};
use super::protocol::{Reply, Request};
use super::words::has_ended;
use crate::locale::{Fault, both};

/// Screens at the same time.
const SCREENS: usize = 64;
/// A request may be this long: a fix with its commands, or a paste.
const LINE: u64 = 4 * 1024 * 1024;
/// A screen that does not take its reply is dropped after this.
const PATIENCE: Duration = Duration::from_secs(5);
/// So long the runner's end waits for replies that are on their way.
const SETTLE: Duration = Duration::from_secs(1);

/// Who is connected.
#[derive(Debug, Clone, Default)]
pub(super) struct Screens(Arc<(Mutex<Counts>, Condvar)>);

#[derive(Debug, Default)]
struct Counts {
    connected: usize,
    /// Those whose request has no reply on its way yet.
    asking: usize,
}

impl Screens {
    /// Their number.
    pub(super) fn count(&self) -> usize {
        self.counts().connected
    }

    /// Waits until nobody waits for a reply, a moment at most.
    pub(super) fn settle(&self) {
        let _ = self.0.1.wait_timeout_while(self.counts(), SETTLE, |counts| counts.asking > 0);
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut Counts)) {
        change(&mut self.counts());
        self.0.1.notify_all();
    }
}

/// Where a session's socket really is: next to it may stand `runner.sock.path`, where the folder's own path is
/// too long for a socket.
pub(super) fn address(wanted: &Path) -> PathBuf {
    match std::fs::read_to_string(pointer(wanted)) {
        Ok(elsewhere) if !elsewhere.trim().is_empty() => PathBuf::from(elsewhere.trim_end_matches('\n')),
        _ => wanted.to_owned(),
    }
}

fn pointer(wanted: &Path) -> PathBuf {
    wanted.with_extension("sock.path")
}

/// Binds the session's socket, in place of one that a dead runner left.
pub(super) fn bind(wanted: &Path) -> io::Result<UnixListener> {
    remove(wanted);
    let place = if fits(wanted) {
        wanted.to_owned()
    } else {
        let place = elsewhere(wanted)?;
        let _ = std::fs::remove_file(&place);
        std::fs::write(pointer(wanted), place.to_string_lossy().as_bytes())?;
        place
    };
    let before = umask(Mode::RWXG | Mode::RWXO | Mode::XUSR);
    let listener = UnixListener::bind(&place);
    umask(before);
    let listener = listener?;
    std::fs::set_permissions(&place, std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// Takes the socket and its pointer away.
pub(super) fn remove(wanted: &Path) {
    let _ = std::fs::remove_file(address(wanted));
    let _ = std::fs::remove_file(wanted);
    let _ = std::fs::remove_file(pointer(wanted));
}

fn fits(path: &Path) -> bool {
    SocketAddr::from_pathname(path).is_ok()
}

/// A short private place for a socket whose own folder has too long a path.
fn elsewhere(wanted: &Path) -> io::Result<PathBuf> {
    let mut hasher = DefaultHasher::new();
    wanted.hash(&mut hasher);
    let name = format!("{:016x}.sock", hasher.finish());
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").filter(|dir| !dir.is_empty());
    let folders = runtime
        .map(|dir| PathBuf::from(dir).join("ktui"))
        .into_iter()
        .chain([PathBuf::from(format!("/tmp/ktui-{}", getuid().as_raw()))]);
    let mut trouble = io::Error::new(
        io::ErrorKind::InvalidInput,
        Fault(both!("no folder is short enough for a socket", "没有路径足够短的目录可放套接字")),
    );
    for folder in folders {
        let place = folder.join(&name);
        match own(&folder) {
            Ok(()) if fits(&place) => return Ok(place),
            Ok(()) => {}
            Err(e) => trouble = e,
        }
    }
    Err(trouble)
}

/// Makes the folder ours alone, or refuses one that is not.
fn own(folder: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(folder) {
        Err(e) if e.kind() != io::ErrorKind::AlreadyExists => return Err(e),
        _ => {}
    }
    let found = folder.symlink_metadata()?;
    let private = found.mode() & 0o777 == 0o700;
    if found.is_dir() && found.uid() == getuid().as_raw() && private {
        Ok(())
    } else {
        let folder = folder.display();
        let why = both!(
            "{folder} belongs to somebody else or is open to others",
            "{folder} 属于其他用户，或对他人开放"
        );
        Err(io::Error::new(io::ErrorKind::PermissionDenied, Fault(why)))
    }
}

/// Hears screens from now on; every request lands in the inbox with a way back.
pub(super) fn listen(listener: UnixListener, inbox: Sender<Message>) -> Screens {
    let screens = Screens::default();
    let counted = screens.clone();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            if counted.count() >= SCREENS {
                continue;
            }
            counted.change(|counts| counts.connected += 1);
            let (inbox, counted) = (inbox.clone(), counted.clone());
            thread::spawn(move || {
                let _ = converse(&stream, &inbox, &counted);
                counted.change(|counts| counts.connected -= 1);
            });
        }
    });
    screens
}

fn converse(stream: &UnixStream, inbox: &Sender<Message>, screens: &Screens) -> io::Result<()> {
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut lines = BufReader::new(stream);
    loop {
        let mut line = Vec::new();
        let n = lines.by_ref().take(LINE).read_until(b'\n', &mut line)?;
        if n == 0 || line.last() != Some(&b'\n') {
            return Ok(());
        }
        screens.change(|counts| counts.asking += 1);
        let sent = reply(stream, &answer(&line, inbox));
        screens.change(|counts| counts.asking -= 1);
        sent?;
    }
}

fn reply(mut stream: &UnixStream, reply: &Reply) -> io::Result<()> {
    let mut line = serde_json::to_vec(reply)?;
    line.push(b'\n');
    stream.write_all(&line)
}

fn answer(line: &[u8], inbox: &Sender<Message>) -> Reply {
    let request: Request = match serde_json::from_slice(line) {
        Ok(request) => request,
        Err(e) => return no(both!("not a request: {e}", "不是请求：{e}")),
    };
    let (back, reply) = sync_channel(1);
    if inbox.send(Message::Request(request, back)).is_err() {
        return no(has_ended());
    }
    reply.recv().unwrap_or_else(|_| no(has_ended()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_is_private() {
        let folder = tempfile::tempdir().unwrap();
        let wanted = folder.path().join("runner.sock");
        let _listener = bind(&wanted).unwrap();
        assert_eq!(std::fs::metadata(&wanted).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(address(&wanted), wanted);
        remove(&wanted);
        assert!(!wanted.exists());
    }

    #[test]
    fn a_socket_replaces_the_one_of_a_dead_runner() {
        let folder = tempfile::tempdir().unwrap();
        let wanted = folder.path().join("runner.sock");
        drop(bind(&wanted).unwrap());
        assert!(wanted.exists(), "a socket outlives its process");
        bind(&wanted).unwrap();
        UnixStream::connect(&wanted).expect_err("the second listener is gone too");
    }

    #[test]
    fn a_folder_with_too_long_a_path_gets_its_socket_elsewhere() {
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("d".repeat(120));
        std::fs::create_dir_all(&deep).unwrap();
        let wanted = deep.join("runner.sock");
        let _listener = bind(&wanted).unwrap();
        let place = address(&wanted);
        assert_ne!(place, wanted);
        assert_eq!(place.parent().unwrap().metadata().unwrap().permissions().mode() & 0o777, 0o700);
        UnixStream::connect(&place).unwrap();
        remove(&wanted);
        assert!(!place.exists() && !pointer(&wanted).exists());
    }

    #[test]
    fn nonsense_is_refused_and_the_line_stays_open() {
        let (inbox, messages) = std::sync::mpsc::channel();
        let folder = tempfile::tempdir().unwrap();
        let wanted = folder.path().join("runner.sock");
        let screens = listen(bind(&wanted).unwrap(), inbox);
        let stream = UnixStream::connect(&wanted).unwrap();
        let mut lines = BufReader::new(&stream).lines();
        (&stream).write_all(b"{\"request\":\"dance\"}\n{\"request\":\"hello\"}\n").unwrap();
        assert!(lines.next().unwrap().unwrap().contains("not a request"));
        let Message::Request(Request::Hello, back) = messages.recv().unwrap() else { panic!("no hello") };
        back.send(Reply::Ok).unwrap();
        assert_eq!(lines.next().unwrap().unwrap(), r#"{"reply":"ok"}"#);
        assert_eq!(screens.count(), 1);
    }
}
