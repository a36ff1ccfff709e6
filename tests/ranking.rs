//! Which of the things that went wrong leads: `ktui diagnose` with the shipped rules, on logs that hold more than one.

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

/// What is found in a log, best first.
fn found(log: impl AsRef<[u8]>) -> Vec<Value> {
    let home = TempDir::new().expect("a folder");
    let mut ktui = Command::cargo_bin("ktui").expect("built");
    let output = ktui
        .args(["diagnose", "--format", "json", "-"])
        .env("HOME", home.path())
        .env("XDG_CONFIG_HOME", home.path())
        .env("KTUI_STATE_DIR", home.path())
        .env("LC_ALL", "C.UTF-8")
        .write_stdin(log.as_ref())
        .output()
        .expect("runs");
    let mut said: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    match said["diagnoses"].take() {
        Value::Array(found) => found,
        other => panic!("no findings but {other}"),
    }
}

/// Rule, line and subject of what leads.
fn leads(log: impl AsRef<[u8]>) -> (String, u64, String) {
    let found = found(log);
    let first = found.first().expect("a finding");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let line = first["evidence"]["line"].as_u64().expect("a line");
    (text(&first["rule"]), line, text(&first["captures"]["subject"]))
}

#[test]
fn what_a_tool_said_before_make_gave_up_leads_though_no_rule_knows_it() {
    for (log, line, category) in [
        (
            "+ frob sync\nfrob: the moon stands in the wrong house\nmake: *** [Makefile:9: sync] Error 1\n",
            2,
            "unknown",
        ),
        (
            "frob sync\nE: the moon stands in the wrong house\nmake: *** [Makefile:9: sync] Error 1\n",
            2,
            "package-manager",
        ),
        (
            "moon/house.go:12:3: the moon stands in the wrong house\nmake: *** [sync] Error 1\n",
            1,
            "compile-error",
        ),
        (
            "Step 2/3 : RUN frob\n ---> Running in 1af2c9d3b001\nfrob: moonrise timed out\nThe command '/bin/sh -c frob' returned a non-zero code: 1\n",
            3,
            "network-timeout",
        ),
    ] {
        let found = found(log);
        assert_eq!(
            (&found[0]["rule"], &found[0]["evidence"]["line"]),
            (&"unknown".into(), &line.into()),
            "{log}"
        );
        assert_eq!(
            (&found[0]["kind"], &found[0]["category"]),
            (&"unknown".into(), &category.into()),
            "{log}"
        );
        assert_eq!(found[1]["kind"], "symptom", "what follows from it comes after it: {log}");
    }
}

#[test]
fn a_cascade_leads_where_nothing_else_was_said() {
    assert_eq!(leads("+ frob sync\nmake: *** [Makefile:9: sync] Error 1\n").0, "cascade.make-error");
}

#[test]
fn a_row_that_is_only_warned_of_is_the_cause_where_all_was_given_up_for_it() {
    let log = "+ bin/ctr\n# github.com/containerd/containerd/cmd/ctr\nloadinternal: cannot find runtime/cgo\nmake: *** [Makefile:200: bin/ctr] Error 2\n";
    let found = found(log);
    assert_eq!((&found[0]["category"], &found[0]["severity"]), (&"go-env".into(), &"error".into()));
}

#[test]
fn the_rows_inside_a_quoted_output_are_read() {
    for (log, category, subject) in [
        (
            r#"time="2024-05-01T10:00:00Z" level=fatal msg="go build failed: # runtime/cgo\n/usr/bin/ld: cannot find -lseccomp\ncollect2: error: ld returned 1 exit status\n""#,
            "missing-library",
            "seccomp",
        ),
        (
            r#"FATA[0003] failed to build: "scripts/build: line 9: yq: command not found\nmake: *** [build] Error 127\n""#,
            "missing-tool",
            "yq",
        ),
        (
            r#"{"stream":"checking\nfatal: unable to access 'https://git.example.com/x.git/': Could not resolve host: git.example.com\n"}"#,
            "dns",
            "git.example.com",
        ),
    ] {
        let found = found(log);
        assert_eq!(
            (&found[0]["category"], &found[0]["evidence"]["line"]),
            (&category.into(), &1.into()),
            "{log}"
        );
        assert_eq!(found[0]["captures"]["subject"], subject, "{log}");
    }
    let quiet = "+ ls\n{\"stream\":\"Step 3/4 : RUN echo 'yq: command not found'\\n\"}\nok\n";
    assert_eq!(found(quiet), Vec::<Value>::new(), "a command that is told of has not failed");
}

#[test]
fn one_failure_that_is_told_of_many_names_is_one_finding() {
    let undefined: Vec<String> =
        (0..20).map(|n| format!("pkg/foo/a.go:{n}:3: undefined: Foo{n}\n")).collect();
    let found =
        found(format!("# k8s.io/kubernetes/pkg/foo\n{}make: *** [all] Error 2\n", undefined.concat()));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((&found[0]["count"], &found[0]["captures"]["subject"]), (&20.into(), &"Foo0".into()));
}

#[test]
fn two_tools_that_are_missing_are_two_findings() {
    let found = found(
        "./a.sh: line 3: yq: command not found\n./a.sh: line 4: zstd: command not found\nmake: *** [all] Error 127\n",
    );
    let subjects: Vec<&Value> = found.iter().map(|one| &one["captures"]["subject"]).collect();
    assert_eq!(subjects, ["yq", "zstd"]);
}

#[test]
fn a_test_that_failed_for_want_of_disk_memory_or_docker_is_no_news_of_what_it_tests() {
    for (log, category) in [
        (
            "=== RUN   TestPull\n    pull_test.go:44: unexpected error: write /tmp/x/layer.tar: no space left on device\n--- FAIL: TestPull (1.20s)\nFAIL\nFAIL\tgithub.com/foo/bar/pkg/images\t2.311s\n",
            "disk-full",
        ),
        (
            "1..2\nok 1 ps\nnot ok 2 run hello\n# (in test file tests/run.bats, line 12)\n#   `[ \"$status\" -eq 0 ]' failed\n# fork/exec /usr/bin/runc: cannot allocate memory\n",
            "out-of-memory",
        ),
        (
            "--- FAIL: TestSock (0.01s)\n    sock_test.go:12: dial unix /run/containerd/containerd.sock: connect: permission denied\nFAIL\nexit status 1\nFAIL\tgithub.com/foo/bar/client\t0.311s\n",
            "permission",
        ),
    ] {
        let found = found(log);
        assert_eq!(found[0]["category"], category, "{log}");
        assert!(found.iter().any(|one| one["category"] == "test-failure"), "the test still failed: {log}");
    }
}

#[test]
fn what_a_passing_test_says_of_the_machine_blames_nobody() {
    let log = "=== RUN   TestAdd\n    add_test.go:9: got 3, want 4\n--- FAIL: TestAdd (0.01s)\n=== RUN   TestNoSpace\n    disk_test.go:12: write /tmp/x: no space left on device\n--- PASS: TestNoSpace (0.01s)\nFAIL\nFAIL\tgithub.com/foo/bar/add\t0.311s\n";
    assert_eq!(leads(log).0, "test.go-fail");
}

#[test]
fn what_was_tried_again_until_it_went_is_no_error() {
    for log in [
        "error pulling image configuration: download failed after attempts=1: dial tcp 104.18.124.25:443: i/o timeout\n3.6: Pulling from rancher/mirrored-pause\nfbe1a72f5dcd: Pull complete\nStatus: Downloaded newer image for rancher/mirrored-pause:3.6\n+ ls -l dist\n",
        "waiting for registry...\ncurl: (7) Failed to connect to localhost port 5000 after 0 ms: Connection refused\nwaiting for registry...\n{}\nregistry is up\n",
        "Err:2 http://mirrors.tuna.tsinghua.edu.cn/debian-security bookworm-security InRelease\n  Could not connect to mirrors.tuna.tsinghua.edu.cn:80 (101.6.15.130), connection timed out\nHit:2 http://mirrors.tuna.tsinghua.edu.cn/debian-security bookworm-security InRelease\nReading package lists... Done\n0 upgraded, 0 newly installed, 0 to remove and 12 not upgraded.\n+ make\n",
    ] {
        let found = found(log);
        assert!(found.iter().all(|one| one["severity"] != "error"), "{found:?}");
    }
}

#[test]
fn a_log_in_gbk_says_what_it_says_in_utf8() {
    let log = "scripts/version.sh：行 13：yq：未找到命令\nmake: *** [Makefile:9：tools] 错误 127\n";
    let gbk = encoding_rs::GB18030.encode(log).0.into_owned();
    assert_eq!(leads(log).2, "yq");
    assert_eq!(leads(gbk), leads(log));
}
