//! Step mode: waiting before a stage until a screen says to run it, to run it changed, or to go on without it.

use super::conductor::{Answered, Conductor, no};
use super::protocol::{Reply, Request, State};
use super::words::{nothing_runs, other_waits};
use crate::event::{Choice, Note, RunKind, RunStarted};
use crate::locale::{Text, both};
use crate::plan::resolve::ResolvedStage;
use crate::session::redact::MASK;

/// What becomes of a stage that was held back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stepped {
    /// It runs.
    Run,
    /// The session goes on without it.
    Skip,
    /// The session ends.
    End,
}

/// What a screen said.
enum Said {
    Run(Option<String>),
    Through,
    Skip,
    End,
}

/// Why a script that was edited is refused.
pub(super) fn masked() -> Text {
    both!(
        "the script holds a secret that is masked here: it can only be run as the plan has it",
        "脚本含有在此被遮盖的机密：只能按计划中的原样运行"
    )
}

/// Whether a script that a screen sent has lost a secret: the screen knows the log only, where it is masked.
pub(super) fn is_masked(script: &str) -> bool {
    script.contains(MASK)
}

impl Conductor {
    /// Waits before a stage where that was wished; its script is the user's afterwards, where they changed it.
    pub(super) fn step(&mut self, stage: &mut ResolvedStage) -> Stepped {
        if !self.order.step {
            return Stepped::Run;
        }
        self.record.note(Note::Before(self.run_to_come(stage)));
        match self.answer(|me, request| me.while_held(request, stage)) {
            Some(Said::Run(script)) => {
                if let Some(script) = script {
                    stage.script = script;
                }
                Stepped::Run
            }
            Some(Said::Through) => {
                self.order.step = false;
                Stepped::Run
            }
            Some(Said::Skip) => Stepped::Skip,
            Some(Said::End) | None => {
                self.end.get_or_insert(1);
                Stepped::End
            }
        }
    }

    fn run_to_come(&self, stage: &ResolvedStage) -> RunStarted {
        RunStarted {
            run: self.runs + 1,
            kind: RunKind::Stage,
            stage: stage.id.clone(),
            attempt: 1,
            command: stage.script.clone(),
            shell: stage.shell.join(" "),
            dir: stage.dir.clone(),
            target: stage.target.clone(),
            env: self.added_env(stage),
            fix: None,
            title: String::new(),
        }
    }

    fn while_held(&mut self, request: Request, stage: &ResolvedStage) -> Answered<Said> {
        let Request::Choose(choice) = request else {
            return match request {
                Request::Fix(_) => (no(both!("no stage has failed", "没有失败的阶段")), None),
                Request::Type { .. } | Request::Cancel => (no(nothing_runs()), None),
                other => (self.at_any_time(other, State::Waiting), None),
            };
        };
        let said = match &choice {
            Choice::Start { stage: id, .. } | Choice::Skip { stage: id } if *id != stage.id => {
                return (no(other_waits(&stage.id)), None);
            }
            Choice::Start { script: Some(script), .. } if is_masked(script) => return (no(masked()), None),
            Choice::Start { script, .. } => Said::Run(script.clone()),
            Choice::RunThrough => Said::Through,
            Choice::Skip { .. } => Said::Skip,
            Choice::End => Said::End,
            Choice::Cancel => return (no(nothing_runs()), None),
            Choice::Retry { .. } | Choice::Fix { .. } => {
                return (no(both!("no stage has failed", "没有失败的阶段")), None);
            }
        };
        self.choose(choice);
        (Reply::Ok, Some(said))
    }
}
