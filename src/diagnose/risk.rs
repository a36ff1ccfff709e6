//! How much a fix can hurt, and whose rights it runs with.
//!
//! Owns the two words of a rule file. Putting `sudo` in front is `remedy`'s, asking first the screen's.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::rule::FixRule;

/// How much a fix can hurt; ordered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Risk {
    /// Own files and environment only.
    #[default]
    Safe,
    /// Root, packages, services.
    System,
    /// Can lose work; keeps what it would lose first.
    Destructive,
}

impl Risk {
    /// Its word in rule files, on the command line and in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::System => "system",
            Self::Destructive => "destructive",
        }
    }
}

/// Whose rights commands need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RunsAs {
    /// Those of the user who builds: what they write stays that user's.
    User,
    /// Those of root.
    Root,
}

impl FixRule {
    /// Whether the commands need root: by their own word, else by the risk. What can lose work loses it in
    /// the user's own tree, so `destructive` alone does not ask for root.
    pub fn needs_root(&self) -> bool {
        self.runs_as.map_or(self.risk == Risk::System, |runs_as| runs_as == RunsAs::Root)
    }
}
