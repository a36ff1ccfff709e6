//! What comes off a line, and what stays.

use super::*;

#[test]
fn prefixes_come_off() {
    for (line, rest) in [
        ("2024-05-01T10:00:00.1234567Z make: *** x", "make: *** x"),
        ("2024-05-01T10:00:00.1234567Z ##[error]buildx failed", "buildx failed"),
        ("##[error]Process completed", "Process completed"),
        ("Error: kept", "Error: kept"),
        ("#12 34.56 yq: not found", "yq: not found"),
        ("#12 ERROR: process", "ERROR: process"),
        ("3.504 # [pkg-config --cflags]", "# [pkg-config --cflags]"),
        ("svc-1  | text", "text"),
        ("  12 | int x;", "  12 | int x;"),
        ("12 | int x;", "12 | int x;"),
        ("Nov 21 03:31:52 host k3s[123]: Failed", "Failed"),
        ("Nov  1 03:31:52 host (modprobe)[123]: Failed", "Failed"),
        (" 1月 11 02:59:48 nanosaur dockerd[17670]: unable", "unable"),
        ("[  123.456] Out of memory", "Out of memory"),
        ("[   46s] go: x", "go: x"),
        ("[make] ++ dirname", "++ dirname"),
        ("[ERROR]  Download", "[ERROR]  Download"),
        ("10:22:18 + git rev-parse", "+ git rev-parse"),
        ("+++ [1120 10:00:00] Building", "Building"),
        ("!!! [1120 10:00:00] Call tree:", "Call tree:"),
        ("++ VERSION_GOLANG=go", "++ VERSION_GOLANG=go"),
        ("[2024-05-01T10:00:00.123Z] #7 1.2 x", "x"),
        ("# github.com/foo", "# github.com/foo"),
        ("section_start:1560896352:build make", " make"),
        ("2024-05-01T10:00:00.123456789Z stderr F Error: x", "Error: x"),
        ("2024-05-01 10:00:00.123456 | ubuntu-noble | + make", "+ make"),
        ("E1120 10:00:00.123456    2112 run.go:74] \"command failed\" err=x", "\"command failed\" err=x"),
        ("W1102 16:39:56.277] make: *** [x] Error 1", "make: *** [x] Error 1"),
        ("17:38:39  make: *** [x] Error 1", "make: *** [x] Error 1"),
        ("E1120 is an error code", "E1120 is an error code"),
        ("DEBUG util.py:446:  No matching package to install: x", "No matching package to install: x"),
        ("ERROR 404: Not Found", "ERROR 404: Not Found"),
        ("       > make: *** [Makefile:3: all] Error 1", "make: *** [Makefile:3: all] Error 1"),
        (" > [builder 4/6] RUN make:", " > [builder 4/6] RUN make:"),
        ("> int x;", "> int x;"),
        ("               +build | go: not found", "go: not found"),
        ("./lib+build *failed* | Error: x", "Error: x"),
        ("+ make | tee log", "+ make | tee log"),
        ("+set -o pipefail", "+set -o pipefail"),
        ("==> arm-image.pi: E: Unable to locate package", "E: Unable to locate package"),
        ("==> ERROR: A failure occurred in build().", "==> ERROR: A failure occurred in build()."),
        ("module.a.null_resource.b[0] (remote-exec): sh: 1: yq: not found", "sh: 1: yq: not found"),
        ("Error (local-exec) is text", "Error (local-exec) is text"),
        ("", ""),
    ] {
        assert_eq!(strip_prefix(line).0, rest, "{line:?}");
    }
}

#[test]
fn a_prefix_names_its_stream() {
    assert_eq!(strip_prefix("#12 3.4 x").1.stream, Some("#12"));
    assert_eq!(strip_prefix("web-1  | x").1.stream, Some("web-1"));
    assert_eq!(strip_prefix("Nov 21 03:31:52 h k3s[1]: x").1.stream, Some("k3s"));
    assert!(strip_prefix("##[error]x").1.error);
}

proptest::proptest! {
    #[test]
    fn any_text_has_a_prefix_or_not(text in "\\PC{0,80}") {
        let (rest, _) = strip_prefix(&text);
        assert!(text.ends_with(rest));
    }
}
