//! Findings into things to do: templates, quoting, package names, risk. Pure.

use std::collections::BTreeMap;

use crate::diagnose::rule::Risk;

/// A fix for one finding on one target, ready to be shown, confirmed and run.
#[derive(Debug, Clone, PartialEq)]
pub struct Fix {
    /// The fix's id within its rule.
    pub id: String,
    /// One line in the asked language.
    pub title: String,
    /// How much it can hurt.
    pub risk: Risk,
    /// Shell commands, captures quoted; empty where there is only guidance or environment.
    pub commands: Vec<String>,
    /// Environment for the retried stage.
    pub env: BTreeMap<String, String>,
    /// Guidance in words; may be empty.
    pub guide: String,
    /// Exits 0 when it worked; empty for none.
    pub verify: String,
}
