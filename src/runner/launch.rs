//! Starts a runner and waits until it answers.
//!
//! The runner is this same program, started anew as `ktui runner FOLDER`. It takes itself out of the caller's
//! terminal session (`serve`), so the caller may vanish in any way without the build noticing.
#![expect(clippy::disallowed_methods, reason = "starts the runner and reads its own log when it fails")]

use std::fs::OpenOptions;
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use super::client::Client;
use super::order::Order;
use crate::locale::{Fault, Speak, Text, both};
use crate::session::store::{SessionDir, StoreError};

/// A loaded machine may need a while to start a process.
const PATIENCE: Duration = Duration::from_secs(20);
/// So much of the runner's own log goes into an error.
const TAIL: u64 = 2000;

/// A runner that answers.
#[derive(Debug)]
pub struct Handle {
    /// Its process.
    pub pid: u32,
    /// A connection to it; `None` where so little was to do that the session has ended already.
    pub client: Option<Client>,
}

/// Why no runner runs.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.said().en)]
pub enum LaunchError {
    /// The order could not be written or the process not started.
    Start(#[from] io::Error),
    /// It started and ended before it answered.
    Ended(Text),
    /// It started, yet never answered.
    Silent(Text),
}

impl Speak for LaunchError {
    fn said(&self) -> Text {
        match self {
            Self::Start(why) => both!("the runner could not be started: {why}", "运行器无法启动：{why}", why),
            Self::Ended(why) => both!("the runner ended at once: {why}", "运行器启动后立即结束：{why}", why),
            Self::Silent(why) => {
                let seconds = PATIENCE.as_secs();
                both!(
                    "the runner does not answer after {seconds} seconds: {why}",
                    "运行器在 {seconds} 秒后仍未应答：{why}",
                    why
                )
            }
        }
    }
}

/// Starts the session's runner from the program that is running now.
pub fn launch(session: &SessionDir, order: &Order) -> Result<Handle, LaunchError> {
    launch_as(&this_program()?, session, order)
}

/// The program's own file; after an upgrade in place Linux still reaches the old one through /proc.
fn this_program() -> io::Result<PathBuf> {
    let path = std::env::current_exe()?;
    Ok(if path.exists() { path } else { PathBuf::from("/proc/self/exe") })
}

/// Starts the session's runner from a given `ktui`.
pub fn launch_as(program: &Path, session: &SessionDir, order: &Order) -> Result<Handle, LaunchError> {
    if session.is_running() {
        return Err(LaunchError::Start(io::Error::other(Fault(
            StoreError::Running { id: session.id.clone() }.said(),
        ))));
    }
    order.save(&session.order())?;
    let log = session.path.join("runner.log");
    let errors = OpenOptions::new().create(true).append(true).mode(0o600).open(&log)?;
    let mut child = Command::new(program)
        .arg0("ktui")
        .arg("runner")
        .arg(&session.path)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(errors)
        .spawn()?;
    let ready = wait_until_ready(&mut child);
    let pid = child.id();
    thread::spawn(move || child.wait());
    match ready {
        Some(true) => {}
        Some(false) => return Err(LaunchError::Ended(tail(&log))),
        None => return Err(LaunchError::Silent(tail(&log))),
    }
    let client = Client::connect(&session.socket()).ok();
    Ok(Handle { pid, client: client.and_then(|mut client| client.hello().is_ok().then_some(client)) })
}

/// The runner writes one line to its standard output once it listens; its end closes the pipe without one.
fn wait_until_ready(child: &mut Child) -> Option<bool> {
    let mut pipe = child.stdout.take()?;
    let (tell, told) = channel();
    thread::spawn(move || {
        let mut first = [0];
        let _ = tell.send(matches!(pipe.read(&mut first), Ok(1)));
    });
    told.recv_timeout(PATIENCE).ok()
}

fn tail(log: &Path) -> Text {
    let read = || -> io::Result<String> {
        use std::io::{Seek, SeekFrom};
        let mut file = std::fs::File::open(log)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
    };
    match read() {
        Ok(text) if !text.is_empty() => Text::verbatim(text),
        _ => {
            let log = log.display();
            both!("it left no word in {log}", "它没有在 {log} 中留下说明")
        }
    }
}
