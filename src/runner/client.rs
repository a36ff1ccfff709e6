//! A screen's side of the runner's socket: ask, get one reply. Blocking.

use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::protocol::{Reply, Request, State};
use super::socket;
use super::words::has_ended;
use crate::locale::{Fault, Speak, Text, both};

/// A runner answers at once; one that does not within this is stuck or gone.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why a request got no reply.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.said().en)]
pub enum ClientError {
    /// Nobody listens, or the line broke: the runner has ended or never started.
    Gone(#[from] io::Error),
    /// The reply is not one.
    Garbled(#[from] serde_json::Error),
}

impl Speak for ClientError {
    fn said(&self) -> Text {
        match self {
            Self::Gone(why) => both!("the runner does not answer: {why}", "运行器没有应答：{why}", why),
            Self::Garbled(why) => {
                both!("the runner's reply makes no sense: {why}", "无法理解运行器的应答：{why}")
            }
        }
    }
}

/// How a runner fares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Greeting {
    /// Its process id.
    pub pid: u32,
    /// What it does.
    pub state: State,
    /// Why the log cannot be written, as long as that is so.
    pub trouble: Option<String>,
    /// The session's exit status, once it ended and the log does not tell.
    pub exit: Option<i32>,
}

/// A connection to a runner.
#[derive(Debug)]
pub struct Client {
    stream: BufReader<UnixStream>,
}

impl Client {
    /// Connects to the session whose socket is, or would be, at this path (`SessionDir::socket`).
    pub fn connect(path: &Path) -> Result<Self, ClientError> {
        let stream = UnixStream::connect(socket::address(path))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self { stream: BufReader::new(stream) })
    }

    /// Asks and waits for the reply, some seconds at most.
    pub fn request(&mut self, request: &Request) -> Result<Reply, ClientError> {
        let mut line = serde_json::to_vec(request)?;
        line.push(b'\n');
        self.stream.get_mut().write_all(&line)?;
        let mut reply = String::new();
        if self.stream.read_line(&mut reply)? == 0 {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, Fault(has_ended())).into());
        }
        Ok(serde_json::from_str(&reply)?)
    }

    /// How the runner fares.
    pub fn hello(&mut self) -> Result<Greeting, ClientError> {
        match self.request(&Request::Hello)? {
            Reply::State { pid, state, trouble, exit } => Ok(Greeting { pid, state, trouble, exit }),
            other => {
                Err(io::Error::other(Fault(both!("greeted with {other:?}", "问候的应答是 {other:?}"))).into())
            }
        }
    }

    /// Types into the terminal of what runs.
    pub fn type_bytes(&mut self, bytes: &[u8]) -> Result<Reply, ClientError> {
        self.request(&Request::Type { bytes: STANDARD.encode(bytes) })
    }
}
