//! What the log says of a run: its name, its label, how it ended. Texts for people; nothing reads them back.

use super::execution::Job;
use crate::event::{Outcome, RunEnded, RunKind};
use crate::locale::{Text, both};

/// What the shell calls the script in its messages: a word of its own, without a colon.
pub(super) fn name(job: &Job<'_>) -> String {
    match job.kind {
        RunKind::Stage => format!("stage-{}", job.stage.id),
        RunKind::Check => format!("check-{}", job.stage.id),
        RunKind::Fix => "fix".to_owned(),
        RunKind::Verify => "verify".to_owned(),
    }
}

/// What a marker of the log calls it.
pub(super) fn label(job: &Job<'_>) -> String {
    let fix = job.fix.map(|fix| format!("{}/{}", fix.rule, fix.fix)).unwrap_or_default();
    match job.kind {
        RunKind::Stage => format!("stage {}", job.stage.id),
        RunKind::Check => format!("check {}", job.stage.id),
        RunKind::Fix => format!("fix {fix}"),
        RunKind::Verify => format!("verify {fix}"),
    }
}

/// How it ended.
pub(super) fn in_words(ended: &RunEnded) -> String {
    let how = match (&ended.signal, ended.exit) {
        (Some(signal), _) => format!("failed, {signal}"),
        (None, Some(code)) => format!("failed, exit {code}"),
        (None, None) => "failed".to_owned(),
    };
    let outcome = match ended.outcome {
        Outcome::Passed => "passed".to_owned(),
        Outcome::Failed => how,
        Outcome::CheckFailed => "exit 0, yet".to_owned(),
        Outcome::TimedOut => "timed out".to_owned(),
        Outcome::Cancelled => "cancelled".to_owned(),
        Outcome::NotStarted => "not started".to_owned(),
    };
    match (&ended.why, ended.outcome) {
        (Some(why), Outcome::CheckFailed) => format!("{outcome} {}", why.en),
        (Some(why), _) => format!("{outcome}: {}", why.en),
        (None, _) => outcome,
    }
}

/// Why a check that failed did: what it said last, or, where it said nothing, what it tried.
pub(super) fn unmet(script: &str, said: Option<&str>) -> Text {
    let first = script.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    let first = first.unwrap_or_default();
    said.map_or_else(|| both!("expected `{first}` to end with 0", "`{first}` 应以 0 结束"), Text::verbatim)
}

/// Another stage waits.
pub(super) fn other_waits(stage: &str) -> Text {
    both!("the stage that waits is {stage}", "等待中的阶段是 {stage}")
}

/// There is nothing to type into, or to stop.
pub(super) fn nothing_runs() -> Text {
    both!("nothing runs", "没有命令在运行")
}

/// Several reasons as one.
pub(super) fn joined(reasons: &[Text]) -> Text {
    Text::each(|lang| lang.joined(&reasons.iter().map(|why| why.pick(lang)).collect::<Vec<_>>()))
}

/// Whoever asks came too late.
pub(super) fn has_ended() -> Text {
    both!("the session has ended", "会话已结束")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_is_told_by_its_own_words_or_by_what_it_tried() {
        assert_eq!(unmet("x", Some("bin/k3s: no such file")).zh, "bin/k3s: no such file");
        let script = "\n# the chart\n  test -s 'a b.tgz'\ntrue\n";
        assert_eq!(unmet(script, None).en, "expected `test -s 'a b.tgz'` to end with 0");
    }
}
