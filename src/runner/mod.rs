//! Runs stages and fixes in a pty, in a process of its own, and writes the session log.
//!
//! Knows the log, knows no screen: a dropped connection or a killed screen never reaches the build.
//!
//! [`launch`] starts the process, [`serve`] is its main. Inside, the conductor takes one message after another
//! (a request from the socket, the end of a command, a signal) and decides; `pty` runs one command; `course`
//! knows when to stop it; `record` is the thread that owns the session's writer; `words`
//! are what the log says for people.

pub mod client;
mod conductor;
mod course;
mod elsewhere;
mod execution;
mod flags;
mod kin;
mod launch;
mod limits;
pub mod order;
mod products;
pub mod protocol;
mod pty;
mod record;
mod script;
mod serve;
mod socket;
mod stepping;
mod vitals;
mod words;

pub use launch::{Handle, LaunchError, launch, launch_as};
pub use serve::serve;

/// What the session's own terminal emulator understands, whatever the caller's terminal is.
pub(crate) const TERM: &str = "xterm-256color";
