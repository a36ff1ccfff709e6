//! Step mode: a stage that is held back, with all it would do, until the user says so.

use super::editor::Editor;
use crate::event::{Choice, RunStarted};

/// A stage that waits for a yes.
#[derive(Debug, Clone, PartialEq)]
pub struct StepDialog {
    /// The run as it would start; its command is the plan's.
    pub run: RunStarted,
    /// The script as the user changed it.
    pub script: Option<String>,
    /// Whether the stage failed before and this is one more try.
    pub again: bool,
    /// First visible row.
    pub scroll: usize,
    /// Rows beyond what fits, as last drawn.
    pub overflow: usize,
}

impl StepDialog {
    /// A stage that is held back.
    pub fn new(run: RunStarted) -> Self {
        Self { run, script: None, again: false, scroll: 0, overflow: 0 }
    }

    /// The script that would run.
    pub fn script(&self) -> &str {
        self.script.as_deref().unwrap_or(&self.run.command)
    }

    /// The script, to be changed.
    pub fn editor(&self) -> Editor {
        Editor::new(self.script())
    }

    /// From now on this is the script, for this session alone.
    pub fn change(&mut self, script: String) {
        let same = script.trim_end_matches('\n') == self.run.command.trim_end_matches('\n');
        self.script = (!same).then_some(script);
    }

    /// What the user decides by a yes.
    pub fn start(&self) -> Choice {
        Choice::Start { stage: self.run.stage.clone(), script: self.script.clone() }
    }
}
