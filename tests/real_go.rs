//! The promise about Go, on real toolchains: a tree that needs another Go than this machine has is told of before
//! the first stage, the fix brings that Go from the module proxy, checked, and the build then runs under it.
//!
//! Needs Go and a module proxy that answers; says why it skips where there is none.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests may touch the world and stop at the first surprise"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// An older release; the tree pins it exactly, as k3s does.
const GO: &str = "1.22.12";

/// A newer one than that.
const NEWER: &str = "1.24.0";

const MAIN: &str = "package main\n\nimport (\n\t\"fmt\"\n\t\"runtime\"\n)\n\nfunc main() { fmt.Println(\"built by \" + runtime.Version()) }\n";

const PLAN: &str = "\
plan: pinned
title: {en: A tree that pins its Go, zh: 指定 Go 版本的源码树}
about: {en: Says which Go builds it., zh: 显示构建所用的 Go。}
requirements:
  - tool: go
    why: {en: it is Go, zh: 它是 Go 写的}
stages:
  - id: build
    title: {en: Build, zh: 构建}
    explain: {en: Compiles and starts., zh: 编译并运行。}
    run: |
      go build -o program .
      ./program
    produces: [{path: program, executable: true}]
";

fn ktui(tree: &Path, home: &Path, args: &[&str]) -> Output {
    ktui_on(&std::env::var("PATH").unwrap(), tree, home, args)
}

/// The same on a machine with these programs.
fn ktui_on(path: &str, tree: &Path, home: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ktui"));
    command.args(args).current_dir(tree).env("HOME", home).env("LC_ALL", "C.UTF-8").env("PATH", path);
    for (name, folder) in
        [("XDG_STATE_HOME", "state"), ("XDG_DATA_HOME", "data"), ("XDG_CACHE_HOME", "cache")]
    {
        command.env(name, home.join(folder));
    }
    // The settings of this machine's Go, which its home folder may hold.
    for name in ["GOPROXY", "GOSUMDB", "GOFLAGS"] {
        command.env(name, go_env(name).unwrap_or_default());
    }
    command.env("GOTOOLCHAIN", "local").env_remove("GOROOT").env_remove("XDG_CONFIG_HOME");
    command.stdin(Stdio::null()).output().expect("ktui starts")
}

fn go_env(name: &str) -> Option<String> {
    let output = Command::new("go").args(["env", name]).current_dir("/").output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Why the test cannot run here.
fn unfit() -> Option<String> {
    let Some(version) = go_env("GOVERSION") else { return Some("there is no Go here".into()) };
    if version == format!("go{GO}") {
        return Some("this machine's own Go is the one that would be installed".into());
    }
    let list = Command::new("go")
        .args(["list", "-m", "-json", &format!("golang.org/toolchain@v0.0.1-go{GO}.linux-amd64")])
        .current_dir("/")
        .env("GOFLAGS", "-mod=mod")
        .output();
    let answers = list.is_ok_and(|output| output.status.success());
    (!answers).then(|| "no module proxy answers".into())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_tree_that_needs_another_go_is_predicted_and_mended() {
    if let Some(why) = unfit() {
        eprintln!("skipped: {why}");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (home, tree) = (dir.path().join("home"), dir.path().join("tree"));
    fs::create_dir_all(&home).unwrap();
    fs::create_dir_all(tree.join("scripts")).unwrap();
    fs::create_dir_all(tree.join("hack/lib")).unwrap();
    fs::write(tree.join("go.mod"), "module example.test/pinned\n\ngo 1.21\n").unwrap();
    fs::write(tree.join(".go-version"), format!("{GO}\n")).unwrap();
    fs::write(tree.join("hack/lib/golang.sh"), "# Kubernetes' way: exactly .go-version\n").unwrap();
    fs::write(tree.join("main.go"), MAIN).unwrap();
    fs::write(tree.join("pinned.yaml"), PLAN).unwrap();

    let required = ktui(&tree, &home, &["go", "required"]);
    assert!(text(&required.stdout).starts_with(&format!("go{GO}\n")), "{}", text(&required.stdout));

    // Before stage 1, with the fix.
    let doctor = ktui(&tree, &home, &["doctor", "pinned.yaml", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&doctor.stdout).unwrap();
    let go = report["checks"].as_array().unwrap().iter().find(|check| check["id"] == "go.version").unwrap();
    assert_eq!((doctor.status.code(), go["state"].as_str()), (Some(1), Some("bad")), "{go:#}");
    let command = go["fixes"][0]["commands"][0].as_str().unwrap();
    assert!(command.ends_with(&format!("go install {GO}")) && go["fixes"][0]["risk"] == "safe", "{go:#}");

    // The fix, really: downloaded, checked against the signed database, unpacked, and good from then on.
    let mended = ktui(&tree, &home, &["doctor", "pinned.yaml", "--yes=safe"]);
    let said = text(&mended.stderr);
    assert!(
        said.contains("verified against the checksum database") || said.contains("NOT verified"),
        "{said}"
    );
    let root = home.join(format!("data/ktui/go/go{GO}"));
    assert!(root.join("bin/go").is_file(), "{said}");
    let again = ktui(&tree, &home, &["doctor", "pinned.yaml", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&again.stdout).unwrap();
    let go = report["checks"].as_array().unwrap().iter().find(|check| check["id"] == "go.version").unwrap();
    assert_eq!(go["state"], "good", "{go:#}");

    let build = ktui(&tree, &home, &["build", "pinned.yaml", "--headless"]);
    let out = text(&build.stdout);
    assert!(
        build.status.success() && out.contains(&format!("built by go{GO}")),
        "{out}\n{}",
        text(&build.stderr)
    );

    let lines = text(&ktui(&tree, &home, &["go", "use", GO, "--shell", "bash"]).stdout);
    let script = format!("{lines}\ngo version");
    let shell = Command::new("bash").args(["-c", &script]).current_dir(&tree).output().unwrap();
    assert!(text(&shell.stdout).contains(&format!("go version go{GO} ")), "{}", text(&shell.stderr));

    let rc = home.join("rc");
    fs::write(&rc, "alias x=y\n").unwrap();
    let option = format!("--shell-rc={}", rc.display());
    assert!(ktui(&tree, &home, &["go", "use", GO, &option]).status.success());
    assert!(fs::read_to_string(&rc).unwrap().contains("# >>> ktui go >>>"));
    assert!(ktui(&tree, &home, &["go", "use", "--undo", &option]).status.success());
    assert_eq!(fs::read_to_string(&rc).unwrap(), "alias x=y\n");

    needs_a_newer_go_than_this_machine_has(&home, &root.join("bin"));
}

/// On a machine whose Go is the older one: told before stage 1, mended by the fix, and built then.
fn needs_a_newer_go_than_this_machine_has(home: &Path, older: &Path) {
    let tree = home.join("newer");
    fs::create_dir_all(&tree).unwrap();
    fs::write(tree.join("go.mod"), format!("module example.test/newer\n\ngo {NEWER}\n")).unwrap();
    fs::write(tree.join("main.go"), MAIN).unwrap();
    fs::write(tree.join("pinned.yaml"), PLAN).unwrap();
    let path = format!("{}:{}", older.display(), std::env::var("PATH").unwrap());
    let run = |args: &[&str]| ktui_on(&path, &tree, home, args);

    let told = run(&["doctor", "pinned.yaml"]);
    let said = text(&told.stdout);
    assert_eq!(told.status.code(), Some(1), "{said}");
    assert!(said.contains(&format!("Go {GO} is too old for go.mod")), "{said}");
    assert!(said.contains(&format!("go install {NEWER}")), "{said}");
    let failed = run(&["build", "pinned.yaml", "--headless"]);
    let said = text(&failed.stdout) + &text(&failed.stderr);
    assert!(!failed.status.success() && said.contains(&format!("go.mod requires go >= {NEWER}")), "{said}");

    assert!(run(&["doctor", "pinned.yaml", "--fix", "--yes=safe"]).status.success());
    let built = run(&["build", "pinned.yaml", "--headless"]);
    let out = text(&built.stdout);
    assert!(
        built.status.success() && out.contains(&format!("built by go{NEWER}")),
        "{out}\n{}",
        text(&built.stderr)
    );
}
