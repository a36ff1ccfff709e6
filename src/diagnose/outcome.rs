//! Whether a log ends well, judged from its last rows where nobody knows the exit status.

use super::pattern::Row;

/// How a log ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Good,
    Bad,
}

/// What a row says about the end of the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// A tool gave up.
    Final,
    /// Something went wrong.
    Bad,
    /// Something ended well.
    Good,
    Neutral,
}

/// How many rows of ordinary work after an error mean that it was survived.
const WENT_ON: usize = 12;

/// Judges `tail` (line, text; oldest first) for an error on `line`.
pub(super) fn judge(tail: &[(u64, String)], line: u64) -> End {
    let mut work = 0;
    for (number, text) in tail.iter().rev() {
        if *number <= line {
            return if work > WENT_ON { End::Good } else { End::Bad };
        }
        match mark(text) {
            Mark::Final => return End::Bad,
            Mark::Good => return End::Good,
            Mark::Bad => return if work > WENT_ON { End::Good } else { End::Bad },
            Mark::Neutral => work += 1,
        }
    }
    if work > WENT_ON { End::Good } else { End::Bad }
}

fn mark(text: &str) -> Mark {
    let row = Row::new(text.as_bytes());
    let rest = row.rest();
    if let Some(status) = rest.trim_start_matches('+').strip_prefix(" exit") {
        return match status.trim() {
            "" | "0" => Mark::Good,
            _ => Mark::Final,
        };
    }
    if row.echo {
        return Mark::Neutral;
    }
    if is_final(rest) {
        Mark::Final
    } else if is_good(rest) {
        Mark::Good
    } else if is_bad(rest) {
        Mark::Bad
    } else {
        Mark::Neutral
    }
}

fn is_final(rest: &str) -> bool {
    let make = rest.starts_with("make") && rest.contains(": *** ") && !rest.ends_with("(ignored)");
    make || [
        "FATA[",
        "ERROR: failed to solve",
        "error: Bad exit status",
        "ERROR: Job failed",
        "ninja: build stopped",
        "npm ERR!",
        "FAIL\t",
        "FAIL: ",
        "--- FAIL",
        "BUILD FAILED",
        "Finished: FAILURE",
        "Process completed with exit code",
    ]
    .iter()
    .any(|start| rest.starts_with(start))
        || rest == "FAIL"
        || rest.contains("returned a non-zero code: ")
        || rest.contains("did not complete successfully")
}

fn is_good(rest: &str) -> bool {
    [
        "ok  \t",
        "PASS",
        "Successfully ",
        "BUILD SUCCESS",
        "Finished: SUCCESS",
        "Job succeeded",
        "Wrote: ",
        "Build complete",
        "    Finished ",
        "--- PASS",
        "Setting up ",
        "Complete!",
        "完毕！",
    ]
    .iter()
    .any(|start| rest.starts_with(start))
        || ["OK", "Done", "Done.", "done", "done."].contains(&rest.trim())
        || rest.starts_with("DONE ")
        || rest.contains("Successfully ")
        || rest.contains(" is up and running")
}

fn is_bad(rest: &str) -> bool {
    let low = rest.to_lowercase();
    [
        "error",
        "fatal",
        "not found",
        "failed",
        "failure",
        "cannot ",
        "denied",
        "no such",
        "panic:",
        "abort",
        "错误",
        "失败",
        "未找到",
        "没有",
        "无法",
        "killed",
        "refused",
        "timed out",
        "undefined",
    ]
    .iter()
    .any(|word| low.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(text: &str, line: u64) -> End {
        let tail: Vec<(u64, String)> = (1..).zip(text.lines().map(str::to_owned)).collect();
        judge(&tail, line)
    }

    #[test]
    fn the_tail_tells() {
        for (text, line, expected) in [
            ("x: command not found\n+ exit 0", 1, End::Good),
            ("x: command not found\nmake: *** [all] Error 127", 1, End::Bad),
            ("x: command not found", 1, End::Bad),
            ("fatal: early EOF\n+ sleep 5\n+ git clone\nOK", 1, End::Good),
            ("make: *** [a] Error 126\n$ ls -l x\n-rw-r--r-- x", 1, End::Bad),
        ] {
            assert_eq!(end(text, line), expected, "{text}");
        }
    }
}
