//! What screen and runner say to each other over the unix socket: one JSON object a line.
//!
//! Everything that happened travels through the session log; the socket carries only requests, and for
//! each request one reply. A screen that vanishes mid-line costs nothing. What a log on a full disk cannot tell, the
//! answer to a hello does.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::event::{Choice, Fact};
use crate::locale::Text;

/// A request of a screen's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "request", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Request {
    /// Is anybody there, and what is going on?
    Hello,
    /// Bytes for the child's terminal; never recorded.
    Type {
        /// Standard base64.
        bytes: String,
    },
    /// The screen's log pane has this size now.
    Resize {
        /// Columns.
        cols: u16,
        /// Rows.
        rows: u16,
    },
    /// Stop what runs: TERM to the process group, KILL after the grace period.
    Cancel,
    /// Record a fact that the screen's prober found.
    Fact(Fact),
    /// Record a decision; all but `Cancel`, which acts at any time, act on what waits.
    Choose(Choice),
    /// Run a fix: its choice is recorded, then the commands run in the pty, then the verification.
    Fix(FixOrder),
}

/// A fix as confirmed by the user.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FixOrder {
    /// The rule whose finding it mends.
    pub rule: String,
    /// The fix's id.
    pub fix: String,
    /// One line for people, kept in the log.
    #[serde(default)]
    pub title: String,
    /// Shell commands, run one after another, stopping at the first that fails.
    pub commands: Vec<String>,
    /// Environment for the commands and for every later try of a stage.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// Exits 0 when it worked; empty for none.
    #[serde(default)]
    pub verify: String,
    /// `user` or `--yes=RISK`.
    pub by: String,
    /// Whether the user changed the commands before they ran.
    #[serde(default)]
    pub edited: bool,
}

/// The runner's answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "kebab-case")]
pub enum Reply {
    /// Done, or begun; the log tells the rest.
    Ok,
    /// Answer to `Hello`.
    State {
        /// The runner's process id.
        pid: u32,
        /// What it does.
        state: State,
        /// Why the log cannot be written, as long as that is so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        trouble: Option<String>,
        /// The session's exit status, once it ended.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        exit: Option<i32>,
    },
    /// Refused, and why.
    No {
        /// In words.
        #[serde(with = "crate::event::text")]
        why: Text,
    },
}

/// What the runner is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Something runs in the pty.
    Running,
    /// A stage failed; waits for a fix, a retry, a skip or the end.
    Waiting,
    /// All done, but for what the log's disk does not take yet.
    Ended,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Answer;

    #[test]
    fn every_request_survives_the_wire() {
        let fact = Fact { ask: "which yq".into(), answer: Answer::Is("/usr/bin/yq".into()) };
        let fix = FixOrder {
            rule: "a.b".into(),
            fix: "install".into(),
            title: "Install it".into(),
            commands: vec!["true".into()],
            env: BTreeMap::from([("A".into(), "1".into())]),
            verify: "true".into(),
            by: "user".into(),
            edited: true,
        };
        for request in [
            Request::Hello,
            Request::Type { bytes: "eQo=".into() },
            Request::Resize { cols: 80, rows: 24 },
            Request::Cancel,
            Request::Fact(fact),
            Request::Choose(Choice::Retry { stage: "build".into() }),
            Request::Choose(Choice::Start { stage: "build".into(), script: Some("make\n".into()) }),
            Request::Choose(Choice::RunThrough),
            Request::Choose(Choice::Cancel),
            Request::Fix(fix),
        ] {
            let line = serde_json::to_string(&request).unwrap();
            assert_eq!(serde_json::from_str::<Request>(&line).unwrap(), request, "{line}");
        }
    }
}
