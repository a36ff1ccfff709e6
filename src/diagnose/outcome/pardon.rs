//! Rows by which what was complained of before counts no more: it is tried again, passed over, or was a remark.
//!
//! Owns their grammar; what follows for a log's end is `outcome`'s question.

use crate::diagnose::pattern::Row;

/// What tools say where they are about to try again by themselves: the failure before counts only if it comes
/// once more.
pub(super) fn is_retrying(rest: &str) -> bool {
    const WORDS: [&str; 16] = [
        "before trying again",
        "trying again in ",
        "Will retry in ",
        "Retrying in ",
        "retrying in ",
        "will retry in ",
        "Trying other mirror",
        "tries remaining)",
        "重试中",
        "后重试",
        "正在重试",
        "Neuer Versuch in ",
        "ouvelle tentative ",
        "eintentando ",
        "再試行",
        "Retry scheduled",
    ];
    WORDS.iter().any(|word| rest.contains(word))
}

/// Whether a script passes over what went wrong before: xtrace shows the other half of `command || true`.
pub(super) fn is_pardon(rest: &str) -> bool {
    let command = rest.trim_start_matches('+');
    command.len() < rest.len() && matches!(command.trim_end(), " true" | " :")
}

/// Whether make tells of a program that it could not start for a `$(shell …)`: where it was for a target, a row with
/// `***` follows at once.
pub(super) fn is_remark(rest: &str) -> bool {
    let told = rest.strip_prefix("make").and_then(|rest| rest.split_once(": "));
    let makes = |depth: &str| depth.is_empty() || (depth.starts_with('[') && depth.ends_with(']'));
    let words = ["No such file or directory", "Command not found", "没有那个文件或目录", "未找到命令"];
    told.is_some_and(|(depth, text)| {
        makes(depth) && !text.starts_with("***") && words.iter().any(|word| text.ends_with(word))
    })
}

/// Whether a job of GitHub's cleans up after itself. A step that failed is told of before that.
pub(super) fn is_cleaned_up(tail: &[(u64, String)]) -> bool {
    let cleans = ["Post job cleanup.", "Cleaning up orphan processes"];
    tail.iter().any(|(_, text)| cleans.contains(&Row::new(text.as_bytes()).rest()))
}
