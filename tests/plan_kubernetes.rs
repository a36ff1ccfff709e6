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
fn what_was_built_is_read_from_the_file_and_held_against_what_was_wanted() {
    if !has_go() {
        return;
    }
    let site = kubernetes();
    let built = site.build("k8s-go", &["goarch=riscv64"]);
    built.is_good();
    assert!(built.said.contains("as wanted  riscv64"), "{}", built.said);
    let program = "_output/go-build/linux-riscv64/kubectl";
    let about = said_on(&site, &["artefact", program]);
    for text in ["riscv64 ELF", "statically", "k8s.io/kubernetes/cmd/kubectl"] {
        assert!(about.contains(text), "{text} is not in:\n{about}");
    }
    let json: serde_json::Value =
        serde_json::from_str(&said_on(&site, &["artefact", program, "--format", "json"])).unwrap();
    let one = &json["artefacts"][0];
    assert_eq!(
        (one["arch"].as_str(), one["wrong"].as_array().map(Vec::len)),
        (Some("riscv64"), Some(0)),
        "{json}"
    );
    assert!(one["go"]["go"].as_str().is_some_and(|go| go.starts_with("go1.")), "{json}");

    site.ktui(&["artefact", program, "--expect", "arm64"])
        .failed(1, "built for another architecture than arm64: it is riscv64");
    site.ktui(&["artefact", program, "--expect", "dynamic"]).failed(1, "is static, wanted a dynamic one");
    site.ktui(&["artefact", program, "--expect", "go1.2.3"]).failed(1, "wanted go1.2.3");
    site.ktui(&["artefact", program, "--expect", "bogus"])
        .failed(2, "is nothing that can be expected of a program");
    // What the plan would build here is for this machine.
    if goarch() != "riscv64" {
        let says = format!("built for another architecture than {}", goarch());
        site.ktui(&["artefact", program, "--expect", "k8s-go"]).failed(1, &says);
    }
    site.ktui(&["artefact", "go.mod"]).failed(1, "go.mod: ");
    site.ktui(&["artefact", "cmd"]).failed(1, "is a folder");
    site.ktui(&["artefact", "nothing-there"]).failed(2, "nothing-there");
}

#[test]
fn k8s_local_that_leaves_a_program_for_another_machine_is_a_failure() {
    if !has_go() || goarch() == "s390x" {
        return;
    }
    let site = kubernetes();
    let script = site.tree().join("hack/lib/golang.sh");
    let text = std::fs::read_to_string(&script).unwrap();
    site.write(
        "hack/lib/golang.sh",
        &text.replace("local env=(CGO_ENABLED=0);", "local env=(CGO_ENABLED=0 GOARCH=s390x);"),
    );
    site.build("k8s-local", &[])
        .failed(1, &format!("built for another architecture than {}: it is s390x", goarch()));
}

#[test]
fn a_tree_without_rsync_needs_none() {
    let site = kubernetes();
    let needs = |site: &Site, plan: &str| said_on(site, &["plans", "show", plan]).contains("rsync (");
    site.write(".go-version", "1.24.2\n");
    std::fs::remove_dir_all(site.tree().join("build")).unwrap();
    assert!(!needs(&site, "k8s-local"));
    site.write("build/build-image/Dockerfile", "FROM kube-cross:TAG\n");
    site.write("build/build-image/rsyncd.sh", "#!/bin/sh\n");
    assert!(needs(&site, "k8s-local"));
    // C code, and so a compiler, only where it was asked for.
    let gcc = |set: &[&str]| {
        let mut args = vec!["plans", "show", "k8s-go"];
        args.extend(set.iter().flat_map(|pair| ["--set", pair]));
        said_on(&site, &args).contains("gcc (")
    };
    assert!(!gcc(&[]) && gcc(&["cgo=1"]));
}
