//! The tour's project, driven by its scripts alone: each of the five breaks really happens, is mended by the
//! overlay's own commands, and after the last one the build ends well. In every locale that the machine has.
//!
//! What the app makes of it is another test's business.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test drives the world")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

use ktui::assets::Folder;
use ktui::diagnose::rule::Risk;
use ktui::locale::Lang;
use ktui::plan::resolve::{Machine, Resolved, ResolvedStage, Settings, resolve};
use ktui::plan::{self, disk, tour, tree};
use ktui::remedy::overlay::Overlay;

fn embedded() -> Vec<(String, Vec<u8>)> {
    Folder::Plans.embedded()
}

fn text(name: &str) -> String {
    let (_, bytes) = embedded().into_iter().find(|(other, _)| other == name).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn overlay() -> Overlay {
    let (overlay, problems) = Overlay::load(tour::OVERLAY, &text(tour::OVERLAY));
    assert!(problems.is_empty(), "{problems:?}");
    overlay.unwrap()
}

fn resolved(dir: &Path) -> Resolved {
    let (plan, problems) = plan::load("tour.yaml", &text("tour.yaml"));
    assert!(problems.is_empty(), "{problems:?}");
    let settings = Settings {
        dir,
        tree: &disk::Folder::at(dir),
        target: "local",
        set: &[],
        from: None,
        to: None,
        only: &[],
        env: &BTreeMap::new(),
        machine: &Machine { arch: "riscv64".into(), os: "linux".into(), cpus: 1 },
        lang: Lang::En,
    };
    resolve(&plan.unwrap(), &settings).unwrap()
}

fn run(stage: &ResolvedStage, script: &str, locale: &str) -> Output {
    let mut command = Command::new(&stage.shell[0]);
    command.args(&stage.shell[1..]).arg("-c").arg(script).current_dir(&stage.dir).envs(&stage.env);
    command.env("LC_ALL", locale).env("LANGUAGE", "").output().unwrap()
}

fn shown(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// Every product is there, as the runner would check it.
fn products_are_there(stage: &ResolvedStage) -> bool {
    let tree = disk::Folder::at(&stage.dir);
    stage.products.iter().all(|product| tree::glob(&tree, &product.path).len() >= product.at_least as usize)
}

/// Stage, the fix that the overlay has for its failure, and what the failure says in any locale.
const BREAKS: [(&str, &str, &[&str]); 5] = [
    ("download", "tour-yq", &["yq: command not found", "yq: 未找到命令", "yq：未找到命令"]),
    (
        "download",
        "tour-proxy",
        &[
            "Failed to connect to 127.0.0.1 port",
            "Connecting to 127.0.0.1:",
            "正在连接 127.0.0.1:",
            "proxyconnect tcp: dial tcp 127.0.0.1:",
        ],
    ),
    ("build", "tour-source", &["pkg/agent/run.c:19:"]),
    ("build", "tour-header", &["cmd/runc/main.c:3:10: "]),
    (
        "verify",
        "tour-go",
        &[
            "FATA[0000] Failed to validate golang version: incorrect golang build version - kubernetes v1.32.3 should be built with go1.23.6, runtime version is go1.22.1",
        ],
    ),
];

fn mend(stage: &ResolvedStage, fix: &str, locale: &str) {
    let overlay = overlay();
    let fix =
        overlay.fixes.iter().flat_map(|entry| &entry.fixes).find(|other| other.id.value == fix).unwrap();
    assert_eq!(fix.risk, Risk::Safe);
    for command in &fix.commands {
        let output = run(stage, &command.value, locale);
        assert!(output.status.success(), "{}: {}", command.value, shown(&output));
    }
    let verified = run(stage, &fix.verify, locale);
    assert!(verified.status.success(), "{}: {}", fix.verify, shown(&verified));
}

/// Breaks and mends until every stage passed; `path` is the PATH of the machine that it plays.
fn take_the_tour(path: &str, locale: &str) -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().join("a tour's folder");
    tour::unpack(&dir, &embedded(), path).unwrap();
    assert!(tour::is_tour(&dir));
    let mut breaks = BREAKS.iter();
    let mut outputs = Vec::new();
    for stage in &resolved(&dir).stages {
        loop {
            let output = run(stage, &stage.script, locale);
            let told = shown(&output);
            outputs.push(told.clone());
            if output.status.success() {
                assert!(products_are_there(stage), "{}: {told}", stage.id);
                break;
            }
            let (id, fix, says) = breaks.next().unwrap_or_else(|| panic!("{}: {told}", stage.id));
            assert_eq!(stage.id, *id, "{told}");
            assert!(says.iter().any(|says| told.contains(says)), "expected one of {says:?} in:\n{told}");
            mend(stage, fix, locale);
        }
    }
    assert!(breaks.next().is_none(), "not every break was met: {outputs:?}");
    assert!(outputs.last().unwrap().contains("Ready   control-plane,master"), "{outputs:?}");
    assert!(dir.join("run.c.patch").metadata().unwrap().len() > 0);
    outputs
}

#[test]
fn five_breaks_five_fixes_and_a_good_end() {
    let path = std::env::var("PATH").unwrap();
    let outputs = take_the_tour(&path, "C");
    let all = outputs.join("\n");
    // What real k3s scripts print.
    for line in ["++ VERSION_K8S=v1.32.3", "+++ yq e", "Building runc", "AWS_SECRET_ACCESS_KEY is not set"] {
        assert!(all.contains(line), "{line}");
    }
}

#[test]
fn the_same_in_chinese_where_the_machine_has_it() {
    let has = Command::new("locale").arg("-a").output();
    if !has.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("zh_CN.utf8")) {
        eprintln!("skipped: this machine has no zh_CN.UTF-8 locale");
        return;
    }
    take_the_tour(&std::env::var("PATH").unwrap(), "zh_CN.UTF-8");
}

/// A PATH of links to the programs of the real one, without some and with others.
fn machine_without(dir: &Path, gone: &[&str], own: &[(&str, &str)]) -> String {
    use std::os::unix::fs::{PermissionsExt, symlink};

    std::fs::create_dir_all(dir).unwrap();
    for (name, script) in own {
        std::fs::write(dir.join(name), script).unwrap();
        std::fs::set_permissions(dir.join(name), std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    for folder in std::env::var("PATH").unwrap().split(':') {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = entry.file_name();
            if !gone.iter().any(|gone| name == *gone) && !dir.join(&name).exists() {
                let _ = symlink(entry.path(), dir.join(&name));
            }
        }
    }
    dir.display().to_string()
}

#[test]
fn it_breaks_and_mends_with_and_without_curl_and_wget_and_where_yq_is_installed() {
    let dir = tempfile::tempdir().unwrap();
    let yq = "#!/bin/sh\necho 'yq (https://github.com/mikefarah/yq/) version v4.44.6'\n";
    for (name, gone, want) in [
        ("no-curl", &["curl"][..], "Connecting to 127.0.0.1:"),
        ("neither", &["curl", "wget"][..], "proxyconnect tcp: dial tcp 127.0.0.1:"),
    ] {
        let path = machine_without(&dir.path().join(name), gone, &[("yq", yq)]);
        let wget = gone.contains(&"wget") || Path::new("/usr/bin/wget").exists();
        let all = take_the_tour(&path, "C").join("\n");
        let want = if wget { want } else { "proxyconnect tcp" };
        assert!(all.contains(want), "{name}: {all}");
    }
}

#[test]
fn nothing_but_an_earlier_tour_is_written_over() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("precious"), "x").unwrap();
    assert!(tour::unpack(dir.path(), &embedded(), "").is_err());
    assert!(dir.path().join("precious").exists());
    let earlier = dir.path().join("tour");
    tour::unpack(&earlier, &embedded(), "").unwrap();
    std::fs::write(earlier.join("left"), "x").unwrap();
    tour::unpack(&earlier, &embedded(), "").unwrap();
    assert!(!earlier.join("left").exists());
}
