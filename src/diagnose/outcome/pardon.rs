//! Rows by which what was complained of before counts no more: it is tried again, passed over, or was a remark.
//!
//! Owns their grammar; what follows for a log's end is `outcome`'s question.

use super::{Mark, Said};
use crate::diagnose::pattern::command_of;

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
pub(super) fn is_cleaned_up(rows: &[Said<'_>]) -> bool {
    let cleans = ["Post job cleanup.", "Cleaning up orphan processes"];
    rows.iter().any(|said| cleans.contains(&said.row.rest()))
}

/// Whether a script says that it goes on without what failed.
pub(super) fn goes_on(rest: &str) -> bool {
    const WORDS: [&str; 10] = [
        "falling back",
        "fall back to",
        "skipping",
        "ignoring",
        "continuing",
        " instead",
        "改用",
        "跳过",
        "忽略",
        "继续",
    ];
    let low = rest.to_lowercase();
    WORDS.iter().any(|word| low.contains(word))
}

/// So many rows at the end may show what was built.
const SHOWN: usize = 8;

/// Whether at the end somebody looks at what a command before was told to write, and finds it there.
pub(super) fn is_shown(rows: &[Said<'_>]) -> bool {
    let first = rows.len().saturating_sub(SHOWN);
    let asks = |said: &Said<'_>| command_of(said.row.rest()).is_some();
    let Some(last) = rows[first..].iter().rposition(asks).map(|at| first + at) else { return false };
    let answer = &rows[last + 1..];
    let complains = |said: &Said<'_>| matches!(said.mark, Mark::Bad | Mark::Final);
    let product = command_of(rows[last].row.rest()).and_then(looked_at);
    !answer.is_empty()
        && !answer.iter().any(complains)
        && product.is_some_and(|name| rows[..last].iter().any(|said| is_written_by(&said.row.text, name)))
}

/// The name of what a command lists, measures or asks for its version.
fn looked_at(command: &str) -> Option<&str> {
    let words: Vec<&str> = command.split_whitespace().collect();
    let path = match *words.as_slice() {
        ["ls" | "file" | "stat" | "du" | "sha256sum", .., last] if !last.starts_with('-') => last,
        [program, "--version" | "-version" | "version" | "-v", ..] => program,
        _ => return None,
    };
    path.rsplit('/').next().filter(|name| !name.is_empty())
}

fn is_written_by(text: &str, product: &str) -> bool {
    let mut words = text.split_whitespace();
    let told = words.find(|word| *word == "-o").and_then(|_| words.next());
    told.is_some_and(|path| path.rsplit('/').next() == Some(product))
}
