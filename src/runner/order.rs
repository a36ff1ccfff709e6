//! What a runner is told before it starts: `order.json` in the session's folder.
//!
//! Owns the file's shape and its privacy (it can hold secrets: mode 0600). What the plan means is `plan`'s.
#![expect(clippy::disallowed_methods, reason = "reads and writes order.json")]

use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::plan::resolve::Resolved;
use crate::session::whole;

/// One session's work.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// The session's id.
    pub session: String,
    /// What to run, values put in.
    pub plan: Resolved,
    /// Names of environment variables whose values must not reach the log, beyond those that look secret.
    #[serde(default)]
    pub secrets: Vec<String>,
    /// Columns of the first pty.
    #[serde(default = "default_cols")]
    pub cols: u16,
    /// Rows of the first pty.
    #[serde(default = "default_rows")]
    pub rows: u16,
    /// A command that says nothing for so many milliseconds is looked at.
    #[serde(default = "default_look")]
    pub look: u64,
    /// Wait before every stage until a screen says to go on.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub step: bool,
    /// The session that this one goes on from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resumes: Option<String>,
}

fn default_cols() -> u16 {
    80
}

fn default_rows() -> u16 {
    24
}

fn default_look() -> u64 {
    10_000
}

impl Order {
    /// An order for a plan on a terminal of 80×24, with nothing more to hide than the plan's own secrets.
    pub fn new(session: impl Into<String>, plan: Resolved) -> Self {
        Self { session: session.into(), plan, cols: 80, rows: 24, look: default_look(), ..Self::default() }
    }

    /// Writes the order, readable by its owner only, whole or not at all.
    pub fn save(&self, path: &Path) -> io::Result<()> {
        let text = serde_json::to_vec_pretty(self)?;
        whole::write(path, &text)
    }

    /// Reads an order back.
    pub fn load(path: &Path) -> io::Result<Self> {
        let text = std::fs::read(path)?;
        serde_json::from_slice(&text).map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e))
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn an_order_is_private_and_reads_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("order.json");
        let order = Order { secrets: vec!["TOKEN".into()], ..Order::new("s1", Resolved::default()) };
        order.save(&path).unwrap();
        order.save(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(Order::load(&path).unwrap(), order);
    }

    #[test]
    fn a_broken_order_is_an_error_with_a_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("order.json");
        std::fs::write(&path, "{\"session\": 1}").unwrap();
        let error = Order::load(&path).unwrap_err().to_string();
        assert!(error.contains("line 1"), "{error}");
    }
}
