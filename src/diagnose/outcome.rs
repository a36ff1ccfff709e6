//! What single rows say about how the work ends, where nobody knows the exit status.
//!
//! Reads the grammar in which tools give up or finish. Which of the failures before was the cause is `rank`'s
//! question.

use super::pattern::Row;
use super::test_block::is_verdict;

mod good;
mod pardon;

use good::is_good;
use pardon::{goes_on, is_cleaned_up, is_pardon, is_remark, is_retrying, is_shown};

/// How a log ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Good,
    Bad,
}

/// What a row says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// A tool gave up: `make: *** … Error 2`.
    Final,
    /// A failure that its caller ignores: `make: [x] Error 1 (ignored)`.
    Ignored,
    /// Something went wrong.
    Bad,
    /// Something ended well.
    Good,
    /// Anything else: work that goes on.
    Neutral,
}

/// How much work after an error means that it was survived: a dozen commands, or three times as many rows of
/// which nothing is known. See [`work`].
const WENT_ON: usize = 36;

/// A row of a tail, and what it says.
struct Said<'t> {
    line: u64,
    row: Row<'t>,
    mark: Mark,
}

/// The last rows of a run, oldest first, read once for all that is asked of them.
pub(super) struct Tail<'t> {
    rows: Vec<Said<'t>>,
    badly: bool,
    /// It tells of its own end, or shows what it made.
    ended: bool,
}

impl<'t> Tail<'t> {
    /// Reads rows with their lines.
    pub(super) fn new(rows: &'t [(u64, String)]) -> Self {
        let said = rows.iter().map(|(line, text)| {
            let row = Row::new(text.as_bytes());
            Said { line: *line, mark: mark(&row), row }
        });
        let rows: Vec<Said<'_>> = said.collect();
        let ended = is_cleaned_up(&rows) || is_shown(&rows);
        Self { badly: ends_badly(&rows, ended), ended, rows }
    }

    /// Whether the log ends in a failure, whoever caused it. Silence is no failure.
    pub(super) fn ends_badly(&self) -> bool {
        self.badly
    }

    /// Judges the log's end for an error on `line`.
    pub(super) fn judge(&self, line: u64) -> End {
        let after = &self.rows[self.rows.partition_point(|said| said.line <= line)..];
        let next = after_complaints(after);
        let rest = next.map_or("", |said| said.row.rest());
        let tried_again = is_retrying(rest);
        if is_pardon(rest) || (next.is_some_and(|said| said.mark == Mark::Ignored) && !tried_again) {
            return End::Good;
        }
        let said = self.rows.iter().find(|said| said.line == line);
        let remarked = !after.is_empty() && said.is_some_and(|said| is_remark(said.row.rest()));
        if (tried_again || goes_on(rest) || remarked || self.ended) && !self.badly {
            return End::Good;
        }
        let mut work = 0;
        for said in after.iter().rev() {
            match said.mark {
                Mark::Final if work <= 2 * WENT_ON => return End::Bad,
                Mark::Good => return End::Good,
                Mark::Final | Mark::Bad => break,
                Mark::Ignored | Mark::Neutral => work += self::work(&said.row),
            }
        }
        if work > WENT_ON { End::Good } else { End::Bad }
    }
}

fn ends_badly(rows: &[Said<'_>], ended: bool) -> bool {
    let mut work = 0;
    let mut pardoned = false;
    for Said { row, mark, .. } in rows.iter().rev() {
        match mark {
            Mark::Final if !pardoned => return work <= 2 * WENT_ON,
            Mark::Good => return false,
            Mark::Bad if work > 0 && is_remark(row.rest()) => {}
            Mark::Bad if !pardoned && !ended => return work <= WENT_ON,
            _ => work += self::work(row),
        }
        pardoned = is_pardon(row.rest())
            || goes_on(row.rest())
            || *mark == Mark::Ignored
            || (pardoned && matches!(mark, Mark::Bad | Mark::Final));
    }
    false
}

/// What follows after the complaints that come with one.
fn after_complaints<'s, 't>(after: &'s [Said<'t>]) -> Option<&'s Said<'t>> {
    after.iter().find(|said| is_retrying(said.row.rest()) || !matches!(said.mark, Mark::Bad | Mark::Final))
}

/// How rows begin in which something is built, fetched or installed.
const WORK_STARTS: [&str; 42] = [
    "▶ ",
    "==> ",
    "gcc ",
    "cc ",
    "g++ ",
    "c++ ",
    "clang",
    "ld ",
    "ar ",
    "go build",
    "go: downloading ",
    "go install",
    "CC ",
    "LD ",
    "AR ",
    "CXX ",
    "AS ",
    "HOSTCC ",
    "GEN ",
    "UPD ",
    "INSTALL ",
    "Compiling ",
    "Building ",
    "Downloading ",
    "Downloaded ",
    "Unpacking ",
    "Selecting ",
    "Preparing ",
    "Installing ",
    "Get:",
    "Fetching ",
    "Copying ",
    "libtool: ",
    "checking ",
    "-- ",
    "INFO[",
    "=== RUN",
    "--> ",
    "---> ",
    "Entering directory",
    "Writing ",
    "Processing ",
];

/// How much a row that is neither good nor bad shows that work goes on. A tool's advice, which it gives
/// indented or after a `hint:`, shows nothing.
pub(super) fn work(row: &Row<'_>) -> usize {
    let rest = row.rest();
    let advice = ["hint:", "note:", "See ", "Try ", "Usage", "usage"];
    if rest.trim().is_empty() || advice.iter().any(|start| rest.starts_with(start)) {
        return 0;
    }
    let body = rest.trim_start();
    let counted =
        body.starts_with('[') && body[1..].trim_start().starts_with(|digit: char| digit.is_ascii_digit());
    if row.echo || counted || WORK_STARTS.iter().any(|start| body.starts_with(start)) {
        return 3;
    }
    usize::from(body.len() == rest.len())
}

/// What one row says.
pub(super) fn mark(row: &Row<'_>) -> Mark {
    let rest = row.rest();
    if let Some(status) = rest.trim_start_matches('+').strip_prefix(" exit") {
        return match status.trim() {
            "" | "0" => Mark::Good,
            _ => Mark::Final,
        };
    }
    if row.echo || is_verdict(rest) {
        return Mark::Neutral;
    }
    if let Some(mark) = make(rest) {
        return mark;
    }
    if is_retrying(rest) {
        Mark::Ignored
    } else if is_final(rest) || row.text.contains("##[error]") {
        Mark::Final
    } else if is_good(rest) {
        Mark::Good
    } else if is_bad(rest) {
        Mark::Bad
    } else {
        Mark::Neutral
    }
}

/// make's verdicts: `make[1]: *** [Makefile:3: x] Error 2`, `make: [x] Error 1 (ignored)`.
fn make(rest: &str) -> Option<Mark> {
    let after = ["gmake", "make", "mingw32-make"].iter().find_map(|make| rest.strip_prefix(make))?;
    let (depth, after) = after.split_once([':', '：'])?;
    let depth = depth.trim_end();
    let is_depth = depth.is_empty() || (depth.starts_with('[') && depth.ends_with(']'));
    if !is_depth {
        return None;
    }
    let ignored = ["(ignored)", "(已忽略)", "（已忽略）", "（ignored）", "(ignoriert)", "(ignorée)"];
    if ignored.iter().any(|word| after.trim_end().ends_with(word)) {
        return Some(Mark::Ignored);
    }
    after.trim_start().starts_with("***").then_some(Mark::Final)
}

/// How tools begin the row in which they give up.
const FINAL_STARTS: [&str; 28] = [
    "FATA[",
    "ERROR: failed to solve",
    "failed to solve",
    "error: Bad exit status",
    "错误：Bad exit status",
    "ERROR: Job failed",
    "ERROR: Service '",
    "ninja: build stopped",
    "npm ERR!",
    "FAIL\t",
    "FAIL: ",
    "--- FAIL",
    "BUILD FAILED",
    "BUILD FAILURE",
    "Build FAILED",
    "Finished: FAILURE",
    "Process completed with exit code",
    "Error: Process completed with exit code",
    "CMake Error",
    "-- Configuring incomplete, errors occurred!",
    "configure: error:",
    "error: could not compile",
    "error: aborting due to",
    "collect2: error: ld returned",
    "compilation terminated.",
    "dpkg: error processing",
    "RPM build errors:",
    "panic: ",
];

const FINAL_PARTS: [&str; 7] = [
    "\"Action\":\"fail\"",
    "returned a non-zero code: ",
    "did not complete successfully",
    "exited with non-zero exit code",
    "while running in step",
    "Build step 'Execute shell' marked build as failure",
    "Call tree:",
];

fn is_final(rest: &str) -> bool {
    let exit = |text: &str| {
        let status = ["exited with code ", "exit status ", "exit code: ", "exit code "]
            .iter()
            .find_map(|words| text.split_once(words).map(|(_, status)| status));
        status.is_some_and(|status| status.starts_with(|digit: char| ('1'..='9').contains(&digit)))
    };
    rest == "FAIL"
        || FINAL_STARTS.iter().any(|start| rest.starts_with(start))
        || FINAL_PARTS.iter().any(|part| rest.contains(part))
        || (exit(rest) && !is_ignoring(rest))
}

fn is_ignoring(rest: &str) -> bool {
    let low = rest.to_ascii_lowercase();
    ["ignor", "retry", "warning", "level=info", "level=debug", "info[", "debu[", "warn["]
        .iter()
        .any(|word| low.contains(word))
}

const BAD_WORDS: [&str; 25] = [
    "segfault",
    "error",
    "errors",
    "err",
    "fatal",
    "failed",
    "fail",
    "failure",
    "cannot",
    "can't",
    "couldn't",
    "unable",
    "denied",
    "panic",
    "abort",
    "aborted",
    "aborting",
    "killed",
    "refused",
    "undefined",
    "invalid",
    "unknown",
    "unsupported",
    "missing",
    "illegal",
];

const BAD_PHRASES: [&str; 22] = [
    "segmentation fault",
    "bus error",
    "core dumped",
    "段错误",
    "总线错误",
    "已杀死",
    "核心已转储",
    "stack trace",
    "not found",
    "no such file",
    "timed out",
    "could not",
    "does not exist",
    "no space left",
    "错误",
    "失败",
    "未找到",
    "没有那个",
    "无法",
    "不支持",
    "未定义",
    "拒绝",
];

/// Words of failure as words: not in paths, not counted to zero, not in warnings.
pub(super) fn is_bad(rest: &str) -> bool {
    const ASIDE: [&str; 8] =
        ["warning", "warn[", "info[", "debu[", "level=warn", "level=info", "警告", "note:"];
    let low = rest.to_lowercase();
    if ASIDE.iter().any(|word| low.contains(word)) {
        return false;
    }
    if BAD_PHRASES.iter().any(|phrase| low.contains(phrase)) {
        return true;
    }
    let mut before = "";
    let mut tokens = low.split([' ', '\t', '=', '[', '(']).peekable();
    while let Some(token) = tokens.next() {
        let word = token.trim_matches(|letter: char| !letter.is_alphanumeric() && letter != '\'');
        // `errors.go`, `pkg/errors`, `-Werror` are names.
        let whole = token.len() <= word.len() + 2 && !token.starts_with(['-', '/', '.']);
        let exception = token.ends_with(':') && (word.ends_with("error") || word.ends_with("exception"));
        if exception
            || whole
                && BAD_WORDS.contains(&word)
                && !["0", "no", "without", "zero"].contains(&before)
                && tokens.peek() != Some(&"0")
        {
            return true;
        }
        if !word.is_empty() {
            before = word;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_say_how_it_ends() {
        for (text, expected) in [
            ("make[1]: *** [Makefile:3: x] Error 2", Mark::Final),
            ("make: *** [Makefile:9：tools] 错误 2", Mark::Final),
            ("make: [Makefile:3: x] Error 1 (ignored)", Mark::Ignored),
            (
                "#14 ERROR: process \"/bin/sh -c make\" did not complete successfully: exit code: 2",
                Mark::Final,
            ),
            ("Warning: Problem : timeout. Will retry in 1 seconds. 3 retries left.", Mark::Ignored),
            ("ok 3 checkpoint # skip requires criu: command not found", Mark::Neutral),
            ("+ exit 0", Mark::Good),
            ("+ exit 3", Mark::Final),
            ("FATA[0000] no", Mark::Final),
            ("2024-05-01T10:00:00.1Z ##[error]oops", Mark::Final),
            ("ok  \tk8s.io/apimachinery/pkg/api/errors\t0.042s", Mark::Good),
            ("#27 DONE 61.9s", Mark::Good),
            (
                r#"{"Time":"2024-05-01T10:00:01Z","Action":"pass","Package":"k8s.io/api","Elapsed":1.2}"#,
                Mark::Good,
            ),
            (
                r#"{"Time":"2024-05-01T10:00:01Z","Action":"fail","Package":"k8s.io/api","Elapsed":1.2}"#,
                Mark::Final,
            ),
            ("[+] Building 136.8s (21/21) FINISHED", Mark::Good),
            ("[+] Building 3.1s (5/21) FINISHED", Mark::Neutral),
            ("ok      k8s.io/kubernetes/pkg/apis/core 10.838s", Mark::Good),
            ("ok 3 tar works", Mark::Neutral),
            ("Your Kubernetes control-plane has initialized successfully!", Mark::Good),
            ("OK: 187 MiB in 58 packages", Mark::Good),
            ("Loaded image: docker.io/library/foo:latest", Mark::Good),
            ("deployment \"coredns\" successfully rolled out", Mark::Good),
            ("Status: Downloaded newer image for rancher/mirrored-pause:3.6", Mark::Good),
            ("dev: digest: sha256:5d20c808ce19 size: 528", Mark::Good),
            ("registry is up", Mark::Good),
            ("Successfully tagged localhost/k3s-dapper:latest", Mark::Good),
            ("web-1 exited with code 0", Mark::Good),
            ("web-1 exited with code 137", Mark::Final),
            ("fatal: early EOF", Mark::Bad),
            ("unzip：未找到命令", Mark::Bad),
            ("go: downloading github.com/pkg/errors v0.9.1", Mark::Neutral),
            ("gcc -Werror -o x x.c", Mark::Neutral),
            ("0 errors, 3 warnings", Mark::Neutral),
            ("page_reporting_drain_all: err=0", Mark::Neutral),
            ("foo.c:1:2: warning: invalid conversion", Mark::Neutral),
            ("  CC error.o", Mark::Neutral),
            ("-rwxr-xr-x 1 u u 58720256 Jan 11 10:02 bin/helm", Mark::Neutral),
        ] {
            assert_eq!(mark(&Row::new(text.as_bytes())), expected, "{text}");
        }
    }

    #[test]
    fn the_tail_tells() {
        let work = "Compiling something\n".repeat(13);
        for (text, line, expected) in [
            ("x: command not found\n+ exit 0", 1, End::Good),
            ("x: command not found\nmake: *** [all] Error 127", 1, End::Bad),
            ("x: command not found", 1, End::Bad),
            ("fatal: early EOF\n+ sleep 5\n+ git clone\nOK", 1, End::Good),
            ("make: *** [a] Error 126\n$ ls -l x\n-rw-r--r-- x", 1, End::Bad),
            ("x: not found\nx: failed\n+ true\n+ make\nsome: failure", 1, End::Good),
            ("x: not found\n+ truer", 1, End::Bad),
            ("x: denied\nmv a b\nPost job cleanup.", 1, End::Good),
            ("rm: cannot remove x\nmake: [clean] Error 1 (ignored)\ngo build ./...", 1, End::Good),
            ("make: git: No such file or directory\ngo vet ./...\n$", 1, End::Good),
            ("make: git: No such file or directory", 1, End::Bad),
            ("curl: (22) error: 404\n+ echo 'falling back to upstream'\n+ curl x\n+ tar xf x", 1, End::Good),
            ("curl: (22) error: 404\n+ echo falling back\n+ curl y\ncurl: (6) failed", 1, End::Bad),
            ("x: denied\ngo build -o bin/k3s .\n$ ls -l bin/k3s\n-rwxr-xr-x 1 u u 9 bin/k3s", 1, End::Good),
            ("x: denied\ngo build -o bin/k3s .\n$ ls -l bin/k3s\nls: cannot access", 1, End::Bad),
            ("x: denied\n$ go version\ngo version go1.23.1 linux/riscv64", 1, End::Bad),
            ("make: git: No such file or directory\nmake: *** [all] Error 127", 1, End::Bad),
            (
                "x: refused\nfailed with exit code 128\nWaiting 9 seconds before trying again\ndone: x",
                1,
                End::Good,
            ),
            ("x: refused\nRetrying in 5s\nx: gave up\nmake: *** [x] Error 1", 1, End::Bad),
            ("x: denied\n##[error]Process completed with exit code 2.\nPost job cleanup.", 1, End::Bad),
            (&format!("fatal: early EOF\n{work}"), 1, End::Good),
        ] {
            let tail: Vec<(u64, String)> = (1..).zip(text.lines().map(str::to_owned)).collect();
            assert_eq!(Tail::new(&tail).judge(line), expected, "{text}");
        }
    }
}
