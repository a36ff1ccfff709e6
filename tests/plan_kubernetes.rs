//! The Kubernetes plans that need no container, on a small tree of Kubernetes' shape: real bash, make, git and Go,
//! in their good way and in the failures that the field knows.
#![expect(clippy::disallowed_methods, reason = "a test drives the world")]

mod plan_site;

use plan_site::{Built, Site, answers, goarch, is_there};

const GOLANG: &str = r#"#!/usr/bin/env bash
KUBE_SUPPORTED_PLATFORMS=(linux/amd64 linux/arm64 linux/s390x linux/ppc64le)
kube::log() { printf '+++ [%s] %s\n' "$(date +"%m%d %H:%M:%S")" "$1"; }
kube::golang::setup_env() {
  if ! command -v go >/dev/null; then
    printf "Can't find 'go' in PATH, please fix and retry.\nSee http://golang.org/doc/install for installation instructions.\n" >&2
    return 2
  fi
  local arch; arch=${FAKE_HOST_ARCH:-$(go env GOARCH)}
  host="linux/$arch"
  [[ " ${KUBE_SUPPORTED_PLATFORMS[*]} " == *" $host "* ]] ||
    printf '!!! [%s] Unsupported host arch. Must be x86_64, 386, arm, arm64, s390x or ppc64le.\n' "$(date +"%m%d %H:%M:%S")" >&2
}
kube::golang::build_binaries() {
  kube::golang::setup_env
  local flags=(); [ "${DBG:-}" = 1 ] && flags=(-gcflags "all=-N -l")
  local platforms=("$host") platform target
  [ -z "${KUBE_BUILD_PLATFORMS:-}" ] || read -ra platforms <<<"$KUBE_BUILD_PLATFORMS"
  for platform in "${platforms[@]}"; do
    if [[ " ${KUBE_SUPPORTED_PLATFORMS[*]} " != *" $platform "* && $platform != "$host" ]]; then continue; fi
    kube::log "Building go targets for $platform"
    local out=_output/local/go/bin
    [ "$platform" = "$host" ] || out=_output/local/go/bin/${platform/\//_}
    mkdir -p "$out"
    for target in "$@"; do
      printf '    k8s.io/kubernetes/%s (static)\n' "$target"
      local env=(CGO_ENABLED=0); [ "$platform" = "$host" ] || env+=(GOOS=${platform%/*} GOARCH=${platform#*/})
      env "${env[@]}" go build ${flags[@]+"${flags[@]}"} -o "$out/${target##*/}" "./$target"
    done
    # place_bins knows supported platforms only
    [[ " ${KUBE_SUPPORTED_PLATFORMS[*]} " == *" $platform "* ]] || continue
    mkdir -p "_output/local/bin/$platform"
    find "$out" -maxdepth 1 -type f -exec cp -p {} "_output/local/bin/$platform/" \;
    [ "$platform" != "$host" ] || ln -sfn "local/bin/$platform" _output/bin
  done
}
"#;

fn kubernetes() -> Site {
    let main =
        "package main\n\nimport \"k8s.io/kubernetes/pkg/kubelet\"\n\nfunc main() { println(kubelet.Name) }\n";
    Site::of(&[
        (".gitignore", "/_output/\n"),
        ("go.mod", "module k8s.io/kubernetes\n\ngo 1.20\n"),
        ("Makefile", "all:\n\thack/make-rules/build.sh $(WHAT)\n.PHONY: all\n"),
        ("hack/lib/golang.sh", GOLANG),
        (
            "hack/make-rules/build.sh",
            "#!/usr/bin/env bash\nset -o errexit -o nounset -o pipefail\ncd \"$(dirname \"${BASH_SOURCE[0]}\")/../..\"\nsource hack/lib/golang.sh\nkube::golang::build_binaries \"$@\"\n",
        ),
        ("pkg/kubelet/kubelet.go", "package kubelet\n\nconst Name = \"kubelet\"\n"),
        ("cmd/kubectl/kubectl.go", main),
        ("cmd/kubelet/kubelet.go", main),
        ("staging/src/k8s.io/api/doc.go", "package api\n"),
        ("build/build-image/Dockerfile", "FROM kube-cross:TAG\n"),
    ])
}

fn has_go() -> bool {
    let has = answers("go", &["version"]);
    if !has {
        eprintln!("skipped: this machine has no Go");
    }
    has
}

fn said_on(site: &Site, args: &[&str]) -> String {
    let Built { status, said } = site.ktui(args);
    assert_eq!(status, 0, "{said}");
    said
}

#[test]
fn k8s_local_builds_what_was_chosen_and_finds_it() {
    if !has_go() {
        return;
    }
    let site = kubernetes();
    site.build("k8s-local", &["what=cmd/kubectl cmd/kubelet", "debug=1"]).is_good();
    assert!(site.has("_output/bin/kubectl") && site.has("_output/bin/kubelet"));
    let shown = said_on(&site, &["plans", "show", "k8s-local"]);
    assert!(shown.contains("era     ") && shown.contains("hack") || shown.contains("make all"), "{shown}");
    // riscv64 is no platform of Kubernetes': the program stays where go put it.
    let mut site = kubernetes();
    site.env.push(("FAKE_HOST_ARCH".into(), "riscv64".into()));
    let built = site.build("k8s-local", &[]);
    built.is_good();
    assert!(built.said.contains("Unsupported host arch"), "{}", built.said);
    assert!(site.has("_output/local/go/bin/kubectl") && !site.has("_output/bin/kubectl"));
}

#[test]
fn k8s_local_fails_for_the_reasons_of_the_field() {
    if !has_go() {
        return;
    }
    let mut site = kubernetes();
    site.without(&["go"]);
    site.build("k8s-local", &[]).failed(1, "Can't find 'go' in PATH");
    let site = kubernetes();
    site.write("Makefile", "build/root/Makefile");
    site.build("k8s-local", &[]).failed(1, "symlink.makefile-became-text");
    let site = kubernetes();
    site.write("pkg/kubelet/kubelet.go", "package kubelet\n\nconst Name = missing\n");
    site.build("k8s-local", &[]).failed(1, "undefined: missing");
    // A platform that Kubernetes does not know is left out, and make ends with 0.
    let site = kubernetes();
    let built = site.build("k8s-local", &["platforms=linux/riscv64"]);
    built.failed(1, "Failed to find binary kubectl for platform linux/riscv64");
}

#[test]
fn k8s_go_builds_one_command_for_any_architecture() {
    if !has_go() {
        return;
    }
    let site = kubernetes();
    let built = site.build("k8s-go", &["goarch=riscv64"]);
    built.is_good();
    assert!(built.said.contains("packages to compile"), "{}", built.said);
    assert!(site.has("_output/go-build/linux-riscv64/kubectl"));
    site.build("k8s-go", &["what=pkg/kubelet"]).failed(1, "kubelet: No such file or directory");
    site.write("cmd/kubectl/kubectl.go", "package main\n\nfunc main() {\n");
    site.build("k8s-go", &[]).failed(1, "go-compile.syntax");
    let site = kubernetes();
    site.write("go.mod", "module k8s.io/kubernetes\n\ngo 1.99.0\n");
    site.build("k8s-go", &["gotoolchain=local"]).failed(1, "go-version");
    let shown = said_on(&site, &["plans", "show", "k8s-go", "--lang", "zh"]);
    assert!(shown.contains("做什么："), "{shown}");
}

const BAZEL: &str = r#"#!/bin/sh
case $1 in
version) echo "Build label: ${FAKE_BAZEL:-2.2.0}" ;;
build)
  shift
  for target; do case $target in
    //cmd/kubectl:kubectl)
      [ -z "$FAKE_NOTHING" ] || exit 0
      mkdir -p bazel-bin/cmd/kubectl/kubectl_ && printf '#!/bin/sh\n' > bazel-bin/cmd/kubectl/kubectl_/kubectl
      chmod +x bazel-bin/cmd/kubectl/kubectl_/kubectl ;;
    //*) echo "ERROR: no such package '${target#//}': BUILD file not found" >&2; exit 7 ;;
  esac; done ;;
esac
"#;

#[test]
fn k8s_bazel_runs_on_old_trees_and_is_refused_with_the_reason_on_newer_ones() {
    let mut site = kubernetes();
    site.program("bazel", BAZEL);
    site.build("k8s-bazel", &[]).failed(2, "Kubernetes removed Bazel in v1.21");
    assert!(said_on(&site, &["plans", "list"]).contains("does not fit: Kubernetes removed Bazel in v1.21"));
    assert!(said_on(&site, &["plans", "show", "k8s-bazel"]).contains("Kubernetes removed Bazel in v1.21"));

    site.write("build/root/WORKSPACE", "workspace(name = \"io_k8s_kubernetes\")\n");
    site.write("build/root/.bazelversion", "2.2.0\n");
    site.build("k8s-bazel", &[]).is_good();
    assert!(is_there(&site.tree().join("WORKSPACE")));
    assert!(said_on(&site, &["build", "k8s-bazel", "--dry-run"]).contains("bazel=2.2.0"));
    site.build("k8s-bazel", &["targets=//cmd/nothing:x"]).failed(1, "no such package");
    std::fs::remove_dir_all(site.tree().join("bazel-bin")).unwrap();
    site.env.push(("FAKE_NOTHING".into(), "1".into()));
    site.build("k8s-bazel", &[]).failed(1, "was not built");
    site.env.push(("FAKE_BAZEL".into(), "5.0.0".into()));
    site.build("k8s-bazel", &[]).failed(1, "requires Bazel 2.2.0");
}

#[test]
fn a_machine_without_dapper_or_kube_cross_is_told_so() {
    let site = kubernetes();
    if goarch() == "riscv64" {
        site.build("k8s-container", &[]).failed(2, "use k8s-go");
    }
    assert!(said_on(&site, &["plans", "list"]).contains("k3s-dapper"));
}

#[test]
fn generic_plans_go_their_good_way_and_fail_with_the_tools_own_words() {
    let site = Site::of(&[("Makefile", "all: out\nout: in\n\tcp in out\n"), ("in", "x\n")]);
    site.build("make", &[]).is_good();
    assert!(site.has("out"));
    site.build("make", &["target=nothing"]).failed(1, "No rule to make target");
    std::fs::remove_file(site.tree().join("out")).unwrap();
    std::fs::remove_file(site.tree().join("in")).unwrap();
    site.build("make", &[]).failed(1, "No rule to make target 'in'");
    site.write("Makefile", "all:\n    true\n");
    site.build("make", &[]).failed(1, "missing separator");
    if !has_go() {
        return;
    }
    let site = Site::of(&[
        ("go.mod", "module example.org/x\n\ngo 1.20\n"),
        ("main.go", "package main\n\nfunc main() {}\n"),
    ]);
    site.build("go-module", &["test=yes"]).is_good();
    site.write("main.go", "package main\n\nfunc main() { x }\n");
    site.build("go-module", &[]).failed(1, "undefined: x");
    site.build("go-module", &["packages=./nothing"]).failed(1, "nothing");
    site.write("go.mod", "module example.org/x\n\ngo 1.20\n\nbogus\n");
    site.build("go-module", &[]).failed(1, "unknown directive");
}
