//! The vocabulary: everything that can happen in a session.
//!
//! Owns the one event type that runner, recorder, replay and screen share. How an event is written is
//! `session::cast`'s business; what it means for the screen is `model`'s. Nothing here does IO.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::locale::Text;

/// An event and when it happened, counted from the session's start.
#[derive(Debug, Clone, PartialEq)]
pub struct Timed {
    /// Time since the first event's origin; never decreases within a session.
    pub at: Duration,
    /// What happened.
    pub event: Event,
}

/// One entry of a session.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// What a stage wrote to its terminal (asciicast `o`). Bytes that are not UTF-8 stand here as U+FFFD
    /// and, when there are any, exactly in the [`Event::Exact`] right before.
    Output(String),
    /// The exact bytes of the next [`Event::Output`], recorded only where that one had to replace some (`b`).
    Exact(Vec<u8>),
    /// Typed input (`i`): read from foreign recordings, never written by ktui.
    Input(String),
    /// The terminal became this large (`r`).
    Resize {
        /// Columns.
        cols: u16,
        /// Rows.
        rows: u16,
    },
    /// A readable label on the time line (`m`): stage boundaries, and whatever a foreign recording marks.
    Marker(String),
    /// What only ktui needs (`k`); other players skip it.
    Note(Note),
    /// The session ended with this exit status (`x`).
    Exit(i32),
    /// A code from the future or from another program, kept as it was.
    Other {
        /// The asciicast event code.
        code: char,
        /// Its data, verbatim.
        data: String,
    },
}

/// The JSON payload of a `k` event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Note {
    /// First note of a session that ktui recorded.
    Session(SessionStart),
    /// A stage, or a fix's command, starts in the pty.
    RunStarted(RunStarted),
    /// It ended; every `RunStarted` of a session that was not cut off has one.
    RunEnded(RunEnded),
    /// Programs that a stage left, after it passed.
    Made(Made),
    /// Something probed about the target.
    Fact(Fact),
    /// What a command was doing while it said nothing.
    Activity(Activity),
    /// Something the user (or `--yes`) decided.
    Choice(Choice),
    /// In step mode the runner waits before this run, told as it would start.
    Before(RunStarted),
    /// The runner waits for a decision after the failure of `stage`.
    Waiting {
        /// The failed stage.
        stage: String,
    },
    /// A part of the log could not be read. Made by the reader, never written.
    Gap {
        /// 1-based line of the session file.
        line: u64,
        /// What is wrong with it.
        #[serde(with = "text")]
        why: Text,
    },
    /// The writer could not reach the disk for a while and went on in memory.
    DiskTrouble {
        /// The operating system's reason.
        why: String,
    },
}

/// What a session is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SessionStart {
    /// ktui's version.
    pub ktui: String,
    /// Plan id, or the file name of an imported log.
    pub plan: String,
    /// The tree that is built.
    pub dir: PathBuf,
    /// Where the stages run: `local`, `ssh:HOST`, `container:ENGINE/NAME`.
    pub target: String,
    /// The stages that this session means to run, in order.
    pub stages: Vec<StageOutline>,
    /// Inputs as resolved, secrets masked.
    #[serde(default)]
    pub inputs: BTreeMap<String, String>,
    /// The session that this one goes on from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resumes: Option<String>,
}

/// A stage as a session announces it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct StageOutline {
    /// The plan's id for the stage.
    pub id: String,
    /// Its title in the session's language.
    pub title: String,
    /// What it does, reads and leaves, for the details pane.
    #[serde(default)]
    pub explain: String,
    /// Why it does not run this time (its condition, `--from`), where it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skipped: Option<String>,
    /// Where a line of its output tells how far it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub progress: Vec<Progress>,
    /// How long it took in earlier sessions on this machine, in milliseconds (their median).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usual: Option<u64>,
}

/// How a line of output tells progress; the plan's own words, values put in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Regular expression; named groups `done` and `total`, or `percent`, or `label` alone. `total` alone
    /// announces how many matches of the same unit will come.
    pub pattern: String,
    /// Total where no line says it: each match counts one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u32>,
    /// What is counted.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// The phase that the line begins, in the session's language; empty where it begins none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub phase: String,
}

/// What a silent command was seen to do, over the time since it was last looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// The run.
    pub run: u32,
    /// Milliseconds that were looked at.
    pub over: u64,
    /// Processor time that its processes took meanwhile, in milliseconds.
    pub cpu: u64,
    /// Bytes that they read and wrote meanwhile, as far as /proc tells.
    pub io: u64,
    /// How many processes it has.
    pub processes: u32,
    /// The name of the busiest, or of the youngest where none was busy.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub who: String,
    /// The program among them whose work happens elsewhere (docker, ssh): what it waits for is not seen here.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub elsewhere: String,
}

/// What kind of command occupies the pty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunKind {
    /// A stage of the plan.
    Stage,
    /// The success check of a stage.
    Check,
    /// The commands of a fix.
    Fix,
    /// A fix's verification.
    Verify,
}

/// A command that starts in the pty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunStarted {
    /// Counts from 1 within the session; `RunEnded` refers to it.
    pub run: u32,
    /// What it is.
    pub kind: RunKind,
    /// The stage it is, or belongs to.
    pub stage: String,
    /// 1 for the first try of a stage, 2 for the retry after it…
    pub attempt: u32,
    /// The script or command, verbatim (secrets masked).
    pub command: String,
    /// The shell it runs under, for example `bash -euo pipefail`.
    pub shell: String,
    /// Working folder.
    pub dir: PathBuf,
    /// Where it runs; empty for the session's own target.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub target: String,
    /// Environment that the plan or the fix adds (secrets masked).
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// `RULE/FIX` for fixes and their verification.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
    /// The fix's title as the user saw it; empty for stages.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
}

/// How a command in the pty ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunEnded {
    /// The `run` of its `RunStarted`.
    pub run: u32,
    /// The verdict.
    pub outcome: Outcome,
    /// Exit status, where the process exited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit: Option<i32>,
    /// Signal name (`SIGKILL`), where a signal ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<String>,
    /// In words: the missing product, the limit that was passed…
    #[serde(default, skip_serializing_if = "Option::is_none", with = "text::maybe")]
    pub why: Option<Text>,
    /// Wall-clock milliseconds.
    pub millis: u64,
}

/// The programs that a stage left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// The stage.
    pub stage: String,
    /// The programs, in the order of the plan's products.
    pub programs: Vec<Program>,
}

/// A file that a stage left to be run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// The file.
    pub path: PathBuf,
    /// Bytes.
    pub size: u64,
    /// GOARCH name of the machine that it is for; empty where it is a script, or something that nobody knows.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub arch: String,
}

/// The verdict on a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Exit 0 and every success check held.
    Passed,
    /// Non-zero exit or a signal.
    Failed,
    /// Exit 0, yet a product is missing or a check failed.
    CheckFailed,
    /// Ran into its time limit.
    TimedOut,
    /// The user stopped it.
    Cancelled,
    /// It could not be started at all.
    NotStarted,
}

impl Outcome {
    /// Whether the stage may be built upon.
    pub fn is_ok(self) -> bool {
        self == Self::Passed
    }
}

/// One question about the target and its answer. The question's grammar is `diagnose::fact`'s.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// The question in its written form, for example `which yq` or `reachable https://example.org`.
    pub ask: String,
    /// The answer.
    pub answer: Answer,
}

/// What a probe found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// There it is: a path, a version, a number of bytes, `true`.
    Is(String),
    /// Asked and not there.
    Absent,
    /// Could not be found out, and why.
    Unknown(#[serde(with = "text")] Text),
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Choice {
    /// Run this fix.
    Fix {
        /// The rule whose finding it mends.
        rule: String,
        /// The fix's id within the rule.
        fix: String,
        /// The commands as confirmed.
        commands: Vec<String>,
        /// `user` or `--yes=RISK`.
        by: String,
        /// Whether the user changed the commands before they ran.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        edited: bool,
    },
    /// Run a stage that step mode holds back, or one that failed, with this script in place of the plan's where
    /// the user changed it.
    Start {
        /// The stage.
        stage: String,
        /// The script as confirmed (secrets masked), where it is not the plan's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        script: Option<String>,
    },
    /// Leave step mode: wait before no further stage.
    RunThrough,
    /// Run the failed stage again.
    Retry {
        /// The stage.
        stage: String,
    },
    /// Go on without the failed stage.
    Skip {
        /// The stage.
        stage: String,
    },
    /// Stop what runs.
    Cancel,
    /// End the session.
    End,
}

/// A text as a session's log holds it: one string where every language says the same (and in old logs), else both.
pub(crate) mod text {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Text;

    #[derive(Serialize, Deserialize)]
    #[serde(untagged)]
    enum Written {
        Same(String),
        Both(Text),
    }

    impl From<&Text> for Written {
        fn from(text: &Text) -> Self {
            if text.en == text.zh { Self::Same(text.en.clone()) } else { Self::Both(text.clone()) }
        }
    }

    impl From<Written> for Text {
        fn from(written: Written) -> Self {
            match written {
                Written::Same(text) => Self::verbatim(text),
                Written::Both(text) => text,
            }
        }
    }

    pub(crate) fn serialize<S: Serializer>(text: &Text, to: S) -> Result<S::Ok, S::Error> {
        Written::from(text).serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Text, D::Error> {
        Written::deserialize(from).map(Text::from)
    }

    /// The same where there may be none.
    pub(crate) mod maybe {
        use serde::{Deserialize, Deserializer, Serialize, Serializer};

        use super::{Text, Written};

        #[expect(clippy::ref_option, reason = "what serde calls")]
        pub(crate) fn serialize<S: Serializer>(text: &Option<Text>, to: S) -> Result<S::Ok, S::Error> {
            text.as_ref().map(Written::from).serialize(to)
        }

        pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Text>, D::Error> {
            Ok(Option::<Written>::deserialize(from)?.map(Text::from))
        }
    }
}
