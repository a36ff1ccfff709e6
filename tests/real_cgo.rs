//! The promise on real input: a cgo module that needs libseccomp fails, is diagnosed, the machine's own package
//! manager really installs the package, the stage is tried again, and the build ends well.
//!
//! Needs root, apt, Go and a C compiler; says what is missing where it cannot run. A machine that already has
//! libseccomp's headers is only changed where CI asks for it.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests may touch the world and stop at the first surprise"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

const MAIN: &str = r#"package main

/*
#cgo pkg-config: libseccomp
#include <seccomp.h>
*/
import "C"

import "fmt"

func main() {
	v := C.seccomp_version()
	fmt.Printf("libseccomp %d.%d\n", v.major, v.minor)
}
"#;

const PLAN: &str = "\
plan: cgo
title: {en: A cgo module, zh: 一个 cgo 模块}
about: {en: Needs libseccomp., zh: 需要 libseccomp。}
stages:
  - id: build
    title: {en: Build, zh: 构建}
    explain: {en: Compiles the module., zh: 编译该模块。}
    run: CGO_ENABLED=1 go build -v -o probe .
    produces: [{path: probe, executable: true}]
  - id: run
    title: {en: Run, zh: 运行}
    explain: {en: Starts the program., zh: 运行该程序。}
    run: ./probe
";

fn runs(program: &str, args: &[&str]) -> bool {
    Command::new(program)
        .args(args)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .stdin(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Why the test cannot run here.
fn unfit() -> Option<&'static str> {
    let root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n");
    if !root {
        return Some("not root");
    }
    if !runs("apt-get", &["--version"]) {
        return Some("no apt-get");
    }
    if !runs("go", &["version"]) || !runs("cc", &["--version"]) {
        return Some("no Go or no C compiler");
    }
    if !runs("apt-get", &["-qq", "update"]) {
        return Some("the package lists cannot be fetched");
    }
    if !runs("pkg-config", &["--version"]) {
        return Some("no pkg-config");
    }
    if runs("pkg-config", &["--exists", "libseccomp"]) {
        if std::env::var_os("CI").is_none() {
            return Some("libseccomp's headers are installed already (CI=true takes them away first)");
        }
        if !runs("apt-get", &["-qq", "remove", "-y", "libseccomp-dev"])
            || runs("pkg-config", &["--exists", "libseccomp"])
        {
            return Some("libseccomp's headers cannot be taken away");
        }
    }
    None
}

fn tree(dir: &Path) {
    fs::write(dir.join("main.go"), MAIN).unwrap();
    fs::write(dir.join("go.mod"), "module example.org/probe\n\ngo 1.21\n").unwrap();
    fs::write(dir.join("cgo.yaml"), PLAN).unwrap();
}

#[test]
fn a_missing_library_is_really_installed_and_the_build_ends_well() {
    if let Some(why) = unfit() {
        eprintln!("skipped: {why}");
        return;
    }
    let home = tempfile::tempdir().unwrap();
    tree(home.path());
    let output = Command::new(env!("CARGO_BIN_EXE_ktui"))
        .args(["build", "./cgo.yaml", "--headless", "--yes=system"])
        .current_dir(home.path())
        .env("XDG_STATE_HOME", home.path().join("state"))
        .env("XDG_CONFIG_HOME", home.path().join("config"))
        .env("GOTOOLCHAIN", "local")
        .env("GOFLAGS", "-buildvcs=false")
        .stdin(Stdio::null())
        .output()
        .expect("ktui starts");
    let (log, talk) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{talk}\n{log}");
    assert!(talk.contains("running fix pkg-config."), "the pkg-config rule led:\n{talk}");
    assert!(log.contains("libseccomp 2."), "the program ran:\n{log}");
    assert!(runs("pkg-config", &["--exists", "libseccomp"]), "the package is there");
}
