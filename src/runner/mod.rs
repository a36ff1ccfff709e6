//! Runs stages and fixes in a pty, in a process of its own, and writes the session log.
//!
//! Knows the log, knows no screen: a dropped connection or a killed screen never reaches the build.

pub mod protocol;
