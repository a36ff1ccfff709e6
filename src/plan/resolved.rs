//! A plan with every value put in: what the runner runs and what `order.json` holds.
//!
//! Plain data without templates. Made by `resolve`; read by the runner, which needs nothing else of the plan.
//! Fields may be added; an older order still reads, since everything that can be missing has a default.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::event::{Progress, StageOutline};

/// A plan, ready to run in one tree on one target.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Resolved {
    /// The plan's id.
    pub plan: String,
    /// One line, in the session's language.
    #[serde(default)]
    pub title: String,
    /// The tree, absolute.
    pub dir: PathBuf,
    /// `k3s`, `kubernetes`… for rules' `when.project`; empty where the plan names none.
    #[serde(default)]
    pub project: String,
    /// The tree's era, in the session's language; empty where the plan tells none apart.
    #[serde(default)]
    pub era: String,
    /// `local`, `ssh:HOST`, `container:ENGINE/NAME`.
    pub target: String,
    /// Inputs as resolved, values in the clear; see `secrets`.
    #[serde(default)]
    pub inputs: BTreeMap<String, String>,
    /// Names of the inputs whose values must be masked wherever they are written.
    #[serde(default)]
    pub secrets: Vec<String>,
    /// The stages in the order in which they run, those that do not run included.
    pub stages: Vec<ResolvedStage>,
}

/// One step, ready to run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ResolvedStage {
    /// The plan's id for it.
    pub id: String,
    /// One line, in the session's language.
    #[serde(default)]
    pub title: String,
    /// What it does, reads and leaves.
    #[serde(default)]
    pub explain: String,
    /// The script, one string for the shell's `-c`.
    pub script: String,
    /// The shell's program and its options, without `-c`: `["bash", "-euo", "pipefail"]`. Never empty.
    pub shell: Vec<String>,
    /// Where it runs; empty for the plan's own target.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub target: String,
    /// Working folder, absolute.
    pub dir: PathBuf,
    /// Environment on top of the target's own.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// Time limit; in JSON whole seconds.
    #[serde(default, with = "seconds", skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Duration>,
    /// What must be there afterwards.
    #[serde(default)]
    pub products: Vec<ResolvedProduct>,
    /// Script that must exit 0 afterwards, under the same shell, folder and environment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<String>,
    /// Where a line tells how far the stage is.
    #[serde(default)]
    pub progress: Vec<Progress>,
    /// Why it does not run this time, in the session's language, where it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skipped: Option<String>,
    /// How long it took in earlier sessions on this machine, in milliseconds (their median).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usual: Option<u64>,
}

/// Something a stage must leave.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResolvedProduct {
    /// Relative to the stage's folder; `*` and `?` match within one path part.
    pub path: String,
    /// How many matches at least.
    pub at_least: u32,
    /// Every counted match must be executable.
    #[serde(default)]
    pub executable: bool,
    /// Every counted match must hold something: a file bytes, a folder entries.
    #[serde(default)]
    pub non_empty: bool,
    /// Why it matters, in the session's language; may be empty.
    #[serde(default)]
    pub why: String,
}

impl Resolved {
    /// The stages as a session announces them.
    pub fn outline(&self) -> Vec<StageOutline> {
        self.stages.iter().map(ResolvedStage::outline).collect()
    }

    /// The inputs with the values of secrets masked, as a session records them.
    pub fn shown_inputs(&self) -> BTreeMap<String, String> {
        let mask = |(name, value): (&String, &String)| {
            let hidden = self.secrets.contains(name) && !value.is_empty();
            (name.clone(), if hidden { "***".to_owned() } else { value.clone() })
        };
        self.inputs.iter().map(mask).collect()
    }
}

impl ResolvedStage {
    /// The stage as a session announces it.
    pub fn outline(&self) -> StageOutline {
        StageOutline {
            id: self.id.clone(),
            title: self.title.clone(),
            explain: self.explain.clone(),
            skipped: self.skipped.clone(),
            progress: self.progress.clone(),
            usual: self.usual,
        }
    }
}

/// A time limit as whole seconds.
mod seconds {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[expect(clippy::ref_option, reason = "the signature is serde's")]
    pub(super) fn serialize<S: Serializer>(value: &Option<Duration>, to: S) -> Result<S::Ok, S::Error> {
        value.map(|limit| limit.as_secs()).serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Duration>, D::Error> {
        Ok(Option::<u64>::deserialize(from)?.map(Duration::from_secs))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_reads_back_as_it_was_written() {
        let whole = Resolved {
            plan: "p".into(),
            dir: "/tree".into(),
            target: "local".into(),
            stages: vec![ResolvedStage {
                id: "build".into(),
                script: "make".into(),
                shell: vec!["bash".into()],
                dir: "/tree".into(),
                timeout: Some(Duration::from_secs(90)),
                products: vec![ResolvedProduct { path: "bin/*".into(), at_least: 1, ..Default::default() }],
                progress: vec![Progress { pattern: "x".into(), total: Some(4), ..Progress::default() }],
                ..Default::default()
            }],
            ..Default::default()
        };
        let json = serde_json::to_string(&whole).unwrap();
        assert!(json.contains(r#""timeout":90"#), "{json}");
        assert_eq!(serde_json::from_str::<Resolved>(&json).unwrap(), whole);
    }

    #[test]
    fn an_order_with_unknown_and_missing_fields_reads() {
        let json = r#"{"plan":"p","dir":"/t","target":"local","future":1,
            "stages":[{"id":"a","script":"true","shell":["sh"],"dir":"/t","novelty":[]}]}"#;
        let read: Resolved = serde_json::from_str(json).unwrap();
        assert_eq!(read.stages[0].timeout, None);
    }

    #[test]
    fn secrets_are_masked_where_inputs_are_shown() {
        let resolved = Resolved {
            inputs: [("token".into(), "abc".into()), ("jobs".into(), "2".into())].into(),
            secrets: vec!["token".into()],
            ..Default::default()
        };
        assert_eq!(resolved.shown_inputs()["token"], "***");
        assert_eq!(resolved.shown_inputs()["jobs"], "2");
    }
}
