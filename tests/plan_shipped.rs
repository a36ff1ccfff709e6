//! Every plan that ships: without a fault, fitting its own kind of tree and no other, and with checks that
//! tell a good build from one that only ended with 0.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test drives the world")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

use ktui::assets::{self, Folder};
use ktui::locale::Lang;
use ktui::plan::catalogue::{Catalogue, Entry, Origin};
use ktui::plan::disk;
use ktui::plan::resolve::{Machine, Resolved, Settings, resolve};
use ktui::plan::tree::Table;

fn catalogue() -> Catalogue {
    let mut catalogue = Catalogue::default();
    for (name, bytes) in Folder::Plans.embedded() {
        if !name.contains('/') {
            catalogue.add(&format!("plans/{name}"), &String::from_utf8(bytes).unwrap(), Origin::Shipped);
        }
    }
    catalogue
}

#[test]
fn every_plan_is_without_fault_or_warning() {
    let catalogue = catalogue();
    assert!(catalogue.problems().is_empty(), "{:#?}", catalogue.problems());
    for id in [
        "k3s-native",
        "k3s-uninstall",
        "k3s-split",
        "k3s-dapper",
        "k3s-container",
        "k8s-local",
        "k8s-go",
        "k8s-container",
        "k8s-release",
        "k8s-bazel",
        "go-module",
        "make",
        "cargo",
        "cmake",
        "tour",
    ] {
        assert!(catalogue.get(id).is_some_and(Entry::is_runnable), "{id}");
    }
}

#[test]
fn every_file_of_the_folder_is_embedded() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("plans");
    let (files, problems) = assets::read_dir(&folder);
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(files.len(), catalogue().entries().len());
}

#[test]
fn each_plan_explains_every_stage_and_requirement() {
    for entry in catalogue().entries() {
        for stage in &entry.plan.stages {
            let (en, zh) = (stage.explain.pick(Lang::En), stage.explain.pick(Lang::Zh));
            for word in ["Does:", "Reads:", "Leaves:"] {
                assert!(en.contains(word), "{} {}: {word}", entry.id(), stage.id.value);
            }
            for word in ["做什么：", "读取：", "留下："] {
                assert!(zh.contains(word), "{} {}: {word}", entry.id(), stage.id.value);
            }
            assert!(stage.timeout.is_some(), "{} {}", entry.id(), stage.id.value);
        }
        for requirement in &entry.plan.requirements {
            assert!(!requirement.why.is_empty(), "{}", entry.id());
        }
    }
}

#[test]
fn trees_are_recognised() {
    let k3s = [
        ("go.mod", "module github.com/k3s-io/k3s\n\ngo 1.23.3\n"),
        ("scripts/version.sh", ""),
        ("scripts/download", ""),
        ("scripts/build", ""),
        ("scripts/package-cli", ""),
        ("Makefile", ""),
    ];
    let k8s = [
        ("go.mod", "module k8s.io/kubernetes\n"),
        ("hack/lib/golang.sh", ""),
        ("cmd/kubelet/kubelet.go", ""),
        ("staging/src/k8s.io/api/go.mod", ""),
        ("Makefile", ""),
    ];
    let catalogue = catalogue();
    let offered = |files: &[(&str, &str)]| -> Vec<String> {
        let tree = Table::of(files.iter().copied());
        catalogue.offers(&tree, Lang::En).iter().map(|offer| offer.entry.id().to_owned()).collect()
    };
    assert_eq!(offered(&k3s), ["k3s-native", "k3s-split"]);
    assert_eq!(offered(&k8s), ["k8s-local", "k8s-go"]);
    assert_eq!(offered(&[("go.mod", "module x"), ("main.go", "")]), ["go-module"]);
    assert_eq!(offered(&[("Cargo.toml", "")]), ["cargo"]);
    for name in ["makefile", "Makefile", "GNUmakefile"] {
        assert_eq!(offered(&[(name, "")]), ["make"]);
    }
    assert_eq!(offered(&[("CMakeLists.txt", ""), ("Makefile", "")]), ["cmake"]);
    assert_eq!(offered(&[("README", "")]), Vec::<String>::new());
    let old: Vec<(&str, &str)> = k3s
        .iter()
        .map(|(path, text)| {
            (*path, if *path == "go.mod" { "module github.com/rancher/k3s\n" } else { *text })
        })
        .collect();
    assert_eq!(offered(&old), ["k3s-native", "k3s-split"]);
    let with = |more: &[(&'static str, &'static str)]| [&k3s[..], more].concat();
    assert_eq!(offered(&with(&[("Dockerfile.dapper", "")])), ["k3s-native", "k3s-split", "k3s-dapper"]);
    let newest: Vec<_> = k3s.iter().filter(|file| file.0 != "Makefile").copied().collect();
    let newest = [&newest[..], &[("Makefile", "binary:\n\tdocker build .\n")]].concat();
    assert_eq!(offered(&newest), ["k3s-native", "k3s-split", "k3s-container"]);
}

fn resolved(plan: &str, dir: &Path, set: &[(&str, &str)]) -> Resolved {
    let catalogue = catalogue();
    let set: Vec<(String, String)> = set.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let settings = Settings {
        dir,
        tree: &disk::Folder::at(dir),
        target: "local",
        set: &set,
        from: None,
        to: None,
        only: &[],
        env: &BTreeMap::new(),
        machine: &Machine { arch: "riscv64".into(), os: "linux".into(), cpus: 8 },
        lang: Lang::En,
    };
    resolve(&catalogue.get(plan).unwrap().plan, &settings).unwrap()
}

/// A tree on disk; scripts (`#!`) are executable.
fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt;

    let dir = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        let mode = if text.starts_with("#!") { 0o755 } else { 0o644 };
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    }
    dir
}

/// Runs a stage's script (or its check) with `bin/` of the tree before the machine's PATH.
fn run(plan: &Resolved, stage: &str, check: bool) -> Output {
    let stage = plan.stages.iter().find(|other| other.id == stage).unwrap();
    let script = if check { stage.check.as_deref().unwrap() } else { &stage.script };
    let path = format!("{}/fake:{}", stage.dir.display(), std::env::var("PATH").unwrap());
    let mut command = Command::new(&stage.shell[0]);
    command.args(&stage.shell[1..]).arg("-c").arg(script).current_dir(&stage.dir).envs(&stage.env);
    command.env("PATH", path).env("LC_ALL", "C").output().unwrap()
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn k3s_is_stopped_early_when_the_go_version_could_not_be_fetched_or_is_another() {
    let go = "#!/bin/sh\ncase $1 in env) echo go1.23.3 ;; version) echo go version go1.23.3 linux/riscv64 ;; esac\n";
    let script = |golang: &str| {
        format!("GO=${{GO-go}}\n[ -z \"$DRONE_TAG\" ]\nVERSION_K8S=v1.32.3\nVERSION=v1.32.3+k3s1\n{golang}\n")
    };
    for (golang, gocheck, good, says) in [
        ("VERSION_GOLANG=go", "yes", false, "++ VERSION_GOLANG=go\n"),
        ("VERSION_GOLANG=go404:NotFound", "yes", false, "could not be fetched"),
        (
            "VERSION_GOLANG=go1.23.6",
            "yes",
            false,
            "Unexpected go version go1.23.3 linux/riscv64 - Kubernetes v1.32.3 should be built with go version go1.23.6",
        ),
        ("VERSION_GOLANG=go1.23.6", "no", true, ""),
        ("VERSION_GOLANG=go1.23.3", "yes", true, "++ VERSION_GOLANG=go1.23.3\n"),
        ("# the check was removed", "yes", true, ""),
    ] {
        let dir = tree(&[("scripts/version.sh", &script(golang)), ("fake/go", go)]);
        let output = run(&resolved("k3s-native", dir.path(), &[("gocheck", gocheck)]), "versions", false);
        let told = errors(&output);
        assert_eq!(output.status.success(), good, "{golang}: {told}");
        assert!(told.contains(says), "{golang}: {told}");
    }
}

#[test]
fn k3s_download_that_leaves_no_sources_is_a_failure() {
    let clones = "#!/bin/bash\nRUNC_DIR=x\ngit clone --depth=1 https://github.com/k3s-io/containerd y\n";
    for (script, files, good) in [
        (clones, &["opencontainers/runc/Makefile", "k3s-io/containerd/go.mod"][..], true),
        (clones, &["opencontainers/runc/Makefile"][..], false),
        (clones, &[][..], false),
        ("#!/bin/bash\n# no clone of runc in this era\ncurl x\n", &[][..], true),
    ] {
        let sources: Vec<String> = files.iter().map(|path| format!("build/src/github.com/{path}")).collect();
        let mut all = vec![("scripts/download", script)];
        all.extend(sources.iter().map(|path| (path.as_str(), "x")));
        let dir = tree(&all);
        let output = run(&resolved("k3s-native", dir.path(), &[]), "download", true);
        assert_eq!(output.status.success(), good, "{files:?}: {}", errors(&output));
    }
    let dir = tree(&[]);
    let plan = resolved("k3s-native", dir.path(), &[]);
    let charts = &plan.stages.iter().find(|stage| stage.id == "download").unwrap().products[0];
    assert_eq!(
        (charts.path.as_str(), charts.at_least, charts.non_empty),
        ("build/static/charts/*.tgz", 1, true)
    );
}

#[test]
fn k3s_generate_runs_only_where_the_tree_has_it() {
    let skipped = |files: &[(&str, &str)], set: &[(&str, &str)]| {
        let dir = tree(files);
        let plan = resolved("k3s-native", dir.path(), set);
        plan.stages.into_iter().find(|stage| stage.id == "generate").unwrap().skipped
    };
    assert_eq!(skipped(&[("scripts/generate", "")], &[]), None);
    let embeds = skipped(&[("go.mod", ""), ("scripts/platform.sh", "")], &[]);
    assert!(embeds.is_some_and(|why| why.starts_with("only for trees of another era")));
    // Before the tree is there nobody knows; the stage looks for itself.
    assert_eq!(skipped(&[], &[]), None);
    assert!(skipped(&[("scripts/generate", "")], &[("generate", "no")]).is_some());
}

#[test]
fn k3s_built_with_another_go_is_found_in_the_binary() {
    if Command::new("go").arg("version").output().is_err() {
        eprintln!("skipped: this machine has no Go");
        return;
    }
    let have = Command::new("go").args(["env", "GOVERSION"]).output().unwrap();
    let have = String::from_utf8(have.stdout).unwrap().trim().to_owned();
    for (wanted, good, says) in [
        ("go1.23.6", false, "kubernetes v1.32.3 should be built with go1.23.6, runtime version is go1."),
        ("go", false, "should be built with go, runtime version is go1."),
        (have.as_str(), true, ""),
    ] {
        let dir =
            tree(&[("go.mod", "module x\n\ngo 1.20\n"), ("main.go", "package main\n\nfunc main() {}\n")]);
        let flags = format!(
            "-X 'github.com/k3s-io/k3s/pkg/version.UpstreamGolang={wanted}' -X k8s.io/component-base/version.gitVersion=v1.32.3+k3s1"
        );
        let built = Command::new("go")
            .args(["build", "-ldflags", &flags, "-o", "bin/k3s", "."])
            .current_dir(dir.path())
            .env("GOFLAGS", "")
            .output()
            .unwrap();
        assert!(built.status.success(), "{}", errors(&built));
        let output = run(&resolved("k3s-native", dir.path(), &[]), "build", true);
        assert_eq!(output.status.success(), good, "{wanted}: {}", errors(&output));
        assert!(errors(&output).contains(says), "{wanted}: {}", errors(&output));
    }
}

#[test]
fn kubernetes_binaries_are_found_wherever_the_host_puts_them() {
    let program = "#!/bin/sh\n";
    for (files, what, good) in [
        (&["_output/bin/kubectl"][..], "cmd/kubectl", true),
        (&["_output/local/go/bin/kubectl"][..], "cmd/kubectl", true),
        (&["_output/local/bin/linux/riscv64/kubelet"][..], "./cmd/kubelet", true),
        (&["_output/local/bin/linux/arm64/kubelet"][..], "./cmd/kubelet", false),
        (&["_output/local/go/bin/kubectl"][..], "cmd/kubectl cmd/kubelet", false),
        (&[][..], "", false),
    ] {
        let all: Vec<(&str, &str)> = files.iter().map(|path| (*path, program)).collect();
        let dir = tree(&all);
        let plan = resolved("k8s-local", dir.path(), &[("what", what)]);
        let output = run(&plan, "build", true);
        assert_eq!(output.status.success(), good, "{files:?} {what}: {}", errors(&output));
    }
}
