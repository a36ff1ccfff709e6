//! Rows in which a tool says that something ended well.
//!
//! Owns their words and forms; what follows for a log's end is `outcome`'s question.

const GOOD_STARTS: [&str; 31] = [
    "Status: Downloaded newer image for ",
    "Status: Image is up to date for ",
    "ok  \t",
    "--- PASS",
    "=== PASS",
    "Successfully ",
    "BUILD SUCCESS",
    "Build succeeded",
    "Build complete",
    "Build successful",
    "Finished: SUCCESS",
    "Job succeeded",
    "Wrote: ",
    "已写至：",
    "    Finished ",
    "Finished release",
    "Setting up ",
    "正在设置 ",
    "Processing triggers for ",
    "正在处理用于 ",
    "Complete!",
    "完毕！",
    "Writing manifest to image destination",
    "All tests passed",
    "test result: ok",
    "Installed:",
    "DONE ",
    "naming to ",
    "Loaded image",
    "[100%] Built target ",
    "0 issues.",
];

const GOOD_PARTS: [&str; 28] = [
    ": Build complete at ",
    "Image is up to date",
    "\"Action\":\"pass\"",
    "SUCCESS! -- ",
    "Test Suite Passed",
    "initialization completed",
    " failed=0 ",
    "==> Finished making: ",
    "Created binary: ",
    "Daemon has completed initialization",
    "has initialized successfully",
    "STATUS: deployed",
    "] Built target ",
    "successfully booted",
    " is already the newest version",
    "已经是最新版",
    ": digest: sha256:",
    "Successfully ",
    "successfully built",
    " is up and running",
    "exited with code 0",
    "exit code: 0",
    "0 failed",
    "completed successfully",
    "compiled successfully",
    "successfully rolled out",
    " condition met",
    "构建成功",
];

/// Whether a row says that something ended well.
pub(super) fn is_good(rest: &str) -> bool {
    let word = rest.trim_end_matches(['!', '.', ' ']).trim_start();
    rest == "PASS"
        || ["OK", "ok", "Done", "done", "DONE", "Success", "SUCCESS", "success", "成功", "完成"]
            .contains(&word)
        || GOOD_STARTS.iter().any(|start| rest.starts_with(start))
        || GOOD_PARTS.iter().any(|part| rest.contains(part) && !rest.contains("not "))
        || (rest.starts_with("OK: ") && rest.contains(" packages"))
        || is_built(rest)
        || is_tested(rest)
        // apt has found all that it was to install.
        || [" newly installed, ", "，新安装了 "].iter().any(|part| rest.contains(part))
        || [" is up", " is ready", " is healthy"].iter().any(|end| word.ends_with(end))
}

/// BuildKit's `[+] Building 136.8s (21/21) FINISHED`, with every step done.
fn is_built(rest: &str) -> bool {
    let steps = rest.strip_prefix("[+] Building ").and_then(|rest| rest.strip_suffix(" FINISHED"));
    let steps = steps.and_then(|steps| steps.rsplit_once('(')?.1.strip_suffix(')')?.split_once('/'));
    steps.is_some_and(|(done, all)| done == all)
}

/// Go's `ok  \tPACKAGE\t0.042s`, however its blanks were pasted.
fn is_tested(rest: &str) -> bool {
    let mut words = rest.split_whitespace();
    let time = |word: &str| {
        word == "(cached)" || word.strip_suffix('s').is_some_and(|time| time.parse::<f32>().is_ok())
    };
    words.next() == Some("ok")
        && words.next().is_some_and(|name| name.contains(['/', '.']))
        && words.next().is_some_and(time)
}
