//! Kubernetes from v1.35 on: kube-cross runs on the mounted tree, without rsync.

use std::path::Path;
use std::process::Command;

use crate::engine::{engine_with, forget};
use crate::plan_site::{Site, answers, goarch};
use crate::rsync::inside;
use crate::terminal::{Terminal, ktui};

const COMMON: &str = r#"#!/usr/bin/env bash
KUBE_CROSS_VERSION="${KUBE_CROSS_VERSION:-"$(cat build/build-image/cross/VERSION)"}"
KUBE_BASE_IMAGE_REGISTRY="${KUBE_BASE_IMAGE_REGISTRY:-ktui-test-bind}"
KUBE_CROSS_IMAGE="${KUBE_CROSS_IMAGE:-"${KUBE_BASE_IMAGE_REGISTRY}/kube-cross"}"
status() { printf '+++ [%s] %s\n' "$(date +"%m%d %H:%M:%S")" "$1"; }
kube::build::verify_prereqs() {
  status "Verifying Prerequisites...."
  docker info >/dev/null 2>&1 || { echo "Can't connect to 'docker' daemon.  please fix and retry." >&2; return 1; }
}
kube::build::run_build_command() {
  status "Running build command..."
  local tty=(); [ "$1" != -t ] || { tty=(-it); shift; }
  docker run --rm ${tty[@]+"${tty[@]}"} --user "$(id -u):$(id -g)" -v "$PWD:/go/src/k8s.io/kubernetes" \
    -w /go/src/k8s.io/kubernetes -e KUBE_OUTPUT_SUBPATH=_output/dockerized \
    -e "KUBE_BUILD_PLATFORMS=${KUBE_BUILD_PLATFORMS:-}" "$KUBE_CROSS_IMAGE:$KUBE_CROSS_VERSION" "$@"
}
"#;

pub(crate) fn kubernetes(tag: &str) -> Site {
    let script = |body: &str| {
        format!(
            "#!/usr/bin/env bash\nset -o errexit -o nounset -o pipefail\ncd \"$(dirname \"$0\")/..\"\nsource build/common.sh\n{body}\n"
        )
    };
    Site::of(&[
        (".gitignore", "/_output/\n"),
        ("hack/lib/golang.sh", "#!/usr/bin/env bash\n"),
        ("cmd/kubelet/kubelet.go", "package main\n"),
        ("staging/src/k8s.io/api/doc.go", "package api\n"),
        ("build/common.sh", COMMON),
        ("build/build-image/cross/VERSION", tag),
        ("hack/inside.sh", &inside()),
        (
            "build/run.sh",
            &script("kube::build::verify_prereqs\nkube::build::run_build_command bash hack/inside.sh \"$@\""),
        ),
        (
            "build/shell.sh",
            &script("kube::build::verify_prereqs\nkube::build::run_build_command -t bash --norc -i"),
        ),
        ("build/make-clean.sh", &script("kube::build::verify_prereqs\nrm -rf _output")),
    ])
}

#[test]
fn newer_kubernetes_runs_every_task_on_the_mounted_tree() {
    let (image, tag) = ("ktui-test-bind/kube-cross", "v1.36.0-go1.26.1-test");
    if !engine_with(&format!("{image}:{tag}")) {
        return;
    }
    let site = kubernetes(tag);
    let built = site.build("k8s-container", &["what=cmd/kubectl cmd/kubelet"]);
    built.is_good();
    for name in ["kubectl", "kubelet"] {
        assert!(site.has(&format!("_output/dockerized/bin/linux/{}/{name}", goarch())), "{}", built.said);
    }
    site.build("k8s-container", &["task=cross", "platforms=linux/s390x"]).is_good();
    assert!(site.has("_output/dockerized/bin/linux/s390x/kubectl"));
    for task in ["test", "test-cmd"] {
        site.build("k8s-container", &[&format!("task={task}")]).is_good();
    }
    let nothing = site.build("k8s-container", &["task=copy-output"]);
    nothing.is_good();
    assert!(nothing.said.contains("nothing to copy"), "{}", nothing.said);
    site.build("k8s-container", &["task=test-integration"]).failed(1, "etcd must be in your PATH");
    site.write("break.go", "");
    site.build("k8s-container", &[]).failed(1, "undefined: x");
    std::fs::remove_file(site.tree().join("break.go")).unwrap();
    site.write("build/build-image/cross/VERSION", "v0.0.0-gone");
    site.build("k8s-container", &["mirror=localhost:1/none"]).failed(1, "localhost:1");
    site.write("build/build-image/cross/VERSION", tag);
    site.build("k8s-container", &["task=make-clean"]).is_good();
    assert!(!site.has("_output"));
    forget(&["rmi", &format!("{image}:{tag}")]);
}

#[test]
fn a_shell_in_the_build_container_takes_what_is_typed() {
    let (image, tag) = ("ktui-test-bind/kube-cross", "v1.36.0-go1.26.1-shell");
    if !engine_with(&format!("{image}:{tag}")) {
        return;
    }
    let site = kubernetes(tag);
    let tree = site.tree().display().to_string();
    let mut command = ktui(site.home.path(), &["build", "k8s-container", "-C", &tree, "--set", "task=shell"]);
    for name in ["PATH", "DOCKER_HOST", "DOCKER_CONFIG"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    let mut screen = Terminal::start(command, 110, 34);
    screen.wait_until("the container's prompt", |text| text.contains("bash-5") || text.contains("# "));
    screen.keys("i");
    screen.keys("echo in $PWD > made-inside; exit\r");
    screen.wait_until("the end", |_| site.has("made-inside"));
    let told = std::fs::read_to_string(site.tree().join("made-inside")).unwrap();
    assert_eq!(told, "in /go/src/k8s.io/kubernetes\n");
    screen.keys("\x01");
    screen.wait_for("Built: k8s-container");
    screen.keys("q");
    drop(screen);
    forget(&["rmi", &format!("{image}:{tag}")]);
}

/// A program of an architecture that no machine here runs: its number in the header is another one.
fn foreign(path: &Path) -> bool {
    let Ok(mut program) = std::fs::read("/bin/sh") else { return false };
    let Some(machine) = program.get_mut(18..20) else { return false };
    machine.copy_from_slice(&[0x2a, 0]);
    std::fs::write(path, program).is_ok()
        && Command::new("chmod").arg("755").arg(path).status().is_ok_and(|status| status.success())
}

#[test]
fn an_image_for_another_architecture_is_told_before_the_build() {
    if !answers("docker", &["info"]) {
        eprintln!("skipped: no container engine answers `docker info`");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("bin")).unwrap();
    if !foreign(&folder.path().join("bin/sh")) {
        eprintln!("skipped: /bin/sh could not be copied");
        return;
    }
    let (image, tag) = ("ktui-test-bind/kube-cross", "v1.36.0-foreign");
    let tar = format!("{}.tar", folder.path().display());
    let packed = Command::new("tar").args(["-cf", &tar, "-C"]).arg(folder.path()).arg(".").status();
    assert!(packed.unwrap().success());
    assert!(answers("docker", &["import", &tar, &format!("{image}:{tag}")]));
    let _ = std::fs::remove_file(&tar);
    let site = kubernetes(tag);
    let told = site.build("k8s-container", &[]);
    told.failed(1, "exec format error");
    assert!(!told.said.contains("Running build command"), "{}", told.said);
    forget(&["rmi", &format!("{image}:{tag}")]);
}
