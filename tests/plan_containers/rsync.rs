//! Kubernetes up to v1.34: a build image, and three containers with rsync between them; and its releases.

use std::time::Duration;

use ktui::event::Progress;
use ktui::locale::Lang;
use ktui::model::gauge::Gauge;

use crate::engine::{engine_with, forget};
use crate::plan_site::{Site, answers, goarch};

const COMMON: &str = r#"#!/usr/bin/env bash
KUBE_CROSS_VERSION="${KUBE_CROSS_VERSION:-"$(cat build/build-image/cross/VERSION)"}"
id=$(printf '%s' "$PWD" | cksum | cut -d' ' -f1)
IMAGE=kube-build:build-$id DATA=kube-build-data-$id RSYNC=kube-rsync-$id BUILD=kube-build-$id
status() { printf '+++ [%s] %s\n' "$(date +"%m%d %H:%M:%S")" "$1"; }
kube::build::verify_prereqs() {
  status "Verifying Prerequisites...."
  docker info >/dev/null 2>&1 || { echo "Can't connect to 'docker' daemon.  please fix and retry." >&2; return 1; }
}
kube::build::build_image() {
  status "Building Docker image $IMAGE"
  mkdir -p _output/images/build-image
  cp build/build-image/Dockerfile build/build-image/rsyncd.sh _output/images/build-image/
  sed -i "s/KUBE_BUILD_IMAGE_CROSS_TAG/$KUBE_CROSS_VERSION/" _output/images/build-image/Dockerfile
  docker build -q -t "$IMAGE" _output/images/build-image >/dev/null
  status "Creating data container $DATA"
  docker inspect "$DATA" >/dev/null 2>&1 ||
    docker run --volume /go/src/k8s.io/kubernetes --name "$DATA" "$IMAGE" /bin/bash -c 'chmod 0777 /go/src/k8s.io/kubernetes'
  start_rsync; status "Syncing sources to container"
  rsync -a --delete --exclude=/_output --exclude=/.git ./ "rsync://127.0.0.1:$port/k8s/"; stop_rsync
}
start_rsync() {
  docker rm -f -v "$RSYNC" >/dev/null 2>&1 || true
  docker run --name "$RSYNC" --volumes-from "$DATA" -p "127.0.0.1:${KUBE_RSYNC_PORT:-}:8730" -d "$IMAGE" /rsyncd.sh >/dev/null
  port=$(docker port "$RSYNC" 8730 | head -n 1 | sed 's/.*://')
  local tries=50
  until rsync "rsync://127.0.0.1:$port/k8s/" >/dev/null 2>&1; do
    tries=$((tries - 1)); [ "$tries" -gt 0 ] || { echo "Could not connect to rsync container." >&2; return 1; }
    sleep 0.2
  done
}
stop_rsync() { docker rm -f -v "$RSYNC" >/dev/null; }
kube::build::run_build_command() {
  status "Running build command..."
  docker rm -f "$BUILD" >/dev/null 2>&1 || true
  docker run --name "$BUILD" --rm --volumes-from "$DATA" -w /go/src/k8s.io/kubernetes -e "KUBE_BUILD_PLATFORMS=${KUBE_BUILD_PLATFORMS:-}" "$IMAGE" "$@"
}
kube::build::copy_output() {
  status "Syncing out of container"
  start_rsync; mkdir -p _output/dockerized/bin
  rsync -a "rsync://127.0.0.1:$port/k8s/_output/dockerized/bin/" _output/dockerized/bin/; stop_rsync
}
"#;

/// What runs inside, in both eras: make's targets.
pub(crate) fn inside() -> String {
    INSIDE.replace("ARCH", goarch())
}

const INSIDE: &str = r#"#!/bin/bash
set -e
what=cmd/kubectl target=all
[ "$1" != make ] || shift
for a; do case $a in WHAT=*) what=${a#WHAT=} ;; *) target=$a ;; esac; done
stamp() { printf '+++ [0101 00:00:00] %s\n' "$1"; }
[ ! -e break.go ] || { echo 'cmd/kubectl/kubectl.go:3:2: undefined: x' >&2; exit 2; }
[ ! -e memory ] || exit 137
one() {
  case " linux/amd64 linux/arm64 linux/s390x linux/ppc64le " in *" $1 "*) ;; *) return 0 ;; esac
  stamp "Building go targets for $1"
  for w in $what; do
    printf '    k8s.io/kubernetes/%s (static)\n' "$w"
    mkdir -p "_output/dockerized/bin/$1"
    printf '#!/bin/sh\n' > "_output/dockerized/bin/$1/${w##*/}"; chmod +x "_output/dockerized/bin/$1/${w##*/}"
  done
}
case $target in
all) for p in ${KUBE_BUILD_PLATFORMS:-linux/ARCH}; do one "$p"; done ;;
cross) for p in ${KUBE_BUILD_PLATFORMS:-linux/ARCH linux/s390x}; do one "$p"; done ;;
test)
  [ ! -e flaky ] || {
    printf -- '--- FAIL: TestApply (0.01s)\n    apply_test.go:12: got 1, want 2\nFAIL\nFAIL\tk8s.io/kubernetes/%s\t0.034s\n' "$what"
    echo 'make: *** [Makefile:192: test] Error 1' >&2; exit 2; }
  printf 'ok  \tk8s.io/kubernetes/%s\t0.034s\n' "$what" ;;
test-integration)
  [ -e etcd ] || { stamp "Checking etcd is on PATH"; echo "etcd must be in your PATH" >&2; exit 1; }
  stamp "Running integration test cases" ;;
test-cmd) stamp "Testing kubectl(v1:pods)"; echo "Running command: run_pod_tests" ;;
esac
"#;

fn kubernetes(image: &str, tag: &str) -> Site {
    Site::of(&[
        (".gitignore", "/_output/\n"),
        ("hack/lib/golang.sh", "#!/usr/bin/env bash\n"),
        ("cmd/kubelet/kubelet.go", "package main\n"),
        ("staging/src/k8s.io/api/doc.go", "package api\n"),
        ("build/common.sh", COMMON),
        ("build/build-image/cross/VERSION", tag),
        (
            "build/build-image/Dockerfile",
            &format!("FROM {image}:KUBE_BUILD_IMAGE_CROSS_TAG\nADD rsyncd.sh /\n"),
        ),
        (
            "build/build-image/rsyncd.sh",
            "#!/bin/bash\nprintf '[k8s]\\nuse chroot = no\\nuid = 0\\ngid = 0\\nread only = no\\npath = /go/src/k8s.io/kubernetes\\n' > /etc/rsyncd.conf\nexec rsync --no-detach --daemon --port=8730 --config=/etc/rsyncd.conf\n",
        ),
        (
            "build/run.sh",
            "#!/usr/bin/env bash\nset -o errexit -o nounset -o pipefail\ncd \"$(dirname \"$0\")/..\"\nsource build/common.sh\nkube::build::verify_prereqs\nkube::build::build_image\nkube::build::run_build_command bash hack/inside.sh \"$@\"\n[ \"${KUBE_RUN_COPY_OUTPUT:-y}\" != y ] || kube::build::copy_output\n",
        ),
        (
            "build/make-clean.sh",
            "#!/usr/bin/env bash\nset -e\ncd \"$(dirname \"$0\")/..\"\nsource build/common.sh\ndocker rm -f -v \"$DATA\" \"$RSYNC\" \"$BUILD\" >/dev/null 2>&1 || true\ndocker rmi \"$IMAGE\" >/dev/null 2>&1 || true\nrm -rf _output\n",
        ),
        (
            "build/release.sh",
            "#!/usr/bin/env bash\nset -e\nsource build/common.sh\n[ -z \"$NOTHING\" ] || exit 0\nbuild/run.sh make WHAT=cmd/kubectl\nstatus 'Building tarball: client linux-amd64'\n[ -z \"$BROKEN\" ] || { echo 'previous tarball phase failed' >&2; exit 1; }\nmkdir -p _output/release-tars\ntar -czf _output/release-tars/kubernetes-client.tar.gz -C _output/dockerized bin\n",
        ),
        ("Makefile", "quick-release release:\n\tbuild/release.sh\n"),
        ("hack/inside.sh", &inside()),
        (
            "build/copy-output.sh",
            "#!/usr/bin/env bash\nset -e\ncd \"$(dirname \"$0\")/..\"\nsource build/common.sh\nkube::build::verify_prereqs\nkube::build::copy_output\n",
        ),
    ])
}

#[test]
fn kubernetes_is_built_in_three_containers_and_comes_out_by_rsync() {
    let (image, tag) = ("ktui-test/kube-cross", "v1.29.0-test");
    if !engine_with(&format!("{image}:{tag}")) {
        return;
    }
    let site = kubernetes(image, tag);
    let built = site.build("k8s-container", &[]);
    built.is_good();
    assert!(built.said.contains("Syncing out of container"), "{}", built.said);
    assert!(site.has(&format!("_output/dockerized/bin/linux/{}/kubectl", goarch())));
    // A platform that is none of Kubernetes' is left out without a word, and all ends with 0.
    site.build("k8s-container", &["what=cmd/kubectl", "platforms=linux/riscv64"])
        .failed(1, "run ended well, but its success check failed: Failed to find binary kubectl for platform linux/riscv64");
    site.write("break.go", "");
    site.build("k8s-container", &[]).failed(1, "undefined: x");
    std::fs::remove_file(site.tree().join("break.go")).expect("it is there");
    site.write("build/build-image/cross/VERSION", "v0.0.0-gone");
    let gone = site.build("k8s-container", &["mirror=localhost:1/none"]);
    gone.failed(1, "image failed with exit status");
    site.write("build/build-image/cross/VERSION", tag);

    // The release, with the same containers: its phases are the app's.
    let released = site.build("k8s-release", &[]);
    released.is_good();
    let mut gauge = Gauge::new(&progress("k8s-release", "release"));
    gauge.output(released.said.as_bytes(), Duration::ZERO);
    let phase = gauge.reading().phase.clone();
    assert_eq!(phase, Some((6, 6, "Package".to_owned())), "{}", released.said);
    assert_eq!(gauge.reading().label, "Building tarball: client linux-amd64");
    for (line, title) in [
        ("+++ [0101 10:00:00] Verifying Prerequisites....", "Prerequisites"),
        ("+++ [0101 10:00:00] Building Docker image kube-build:build-1", "Build image"),
        ("+++ [0101 10:00:00] Syncing sources to container", "Sources into the container"),
        ("+++ [0101 10:00:00] Running build command...", "Run the build"),
        ("+++ [0101 10:00:00] Syncing out of container", "Copy the output"),
        ("+++ [0101 10:00:00] Starting tarball: node linux-arm64", "Package"),
    ] {
        gauge.restart(Duration::ZERO);
        gauge.output(format!("{line}\r\n").as_bytes(), Duration::ZERO);
        assert_eq!(gauge.reading().phase.as_ref().map(|phase| phase.2.as_str()), Some(title), "{line}");
    }
    assert!(site.has("_output/release-tars/kubernetes-client.tar.gz"));
    let mut broken = kubernetes(image, tag);
    broken.env.push(("NOTHING".into(), "1".into()));
    broken.build("k8s-release", &[]).failed(1, "ended with 0 and packaged nothing");
    broken.env = vec![("BROKEN".into(), "1".into())];
    broken.build("k8s-release", &[]).failed(1, "previous tarball phase failed");

    for site in [&site, &broken] {
        site.build("k8s-container", &["task=make-clean"]).is_good();
    }
    forget(&["rmi", &format!("{image}:{tag}")]);
}

/// How a shipped plan's stage tells its progress, as a session's log holds it.
fn progress(plan: &str, stage: &str) -> Vec<Progress> {
    let file = format!("{}/plans/{plan}.yaml", env!("CARGO_MANIFEST_DIR"));
    let (plan, problems) = ktui::plan::load(&file, &std::fs::read_to_string(&file).unwrap());
    assert!(problems.is_empty(), "{problems:?}");
    let plan = plan.unwrap();
    let stage = plan.stages.iter().find(|known| known.id.value == stage).unwrap();
    let one = |progress: &ktui::plan::schema::Progress| Progress {
        pattern: progress.pattern.value.clone(),
        total: progress.total,
        unit: progress.unit.clone(),
        phase: progress.phase.pick(Lang::En).to_owned(),
    };
    stage.progress.iter().map(one).collect()
}

#[test]
fn every_task_of_the_three_containers_runs_and_fails_in_its_own_words() {
    let (image, tag) = ("ktui-test-tasks/kube-cross", "v1.29.0-test");
    if !engine_with(&format!("{image}:{tag}")) {
        return;
    }
    let site = kubernetes(image, tag);
    let arch = goarch();
    site.build("k8s-container", &["task=cross"]).is_good();
    for platform in [arch, "s390x"] {
        assert!(site.has(&format!("_output/dockerized/bin/linux/{platform}/kubectl")), "{platform}");
    }
    // Left in the container, and fetched from it later.
    std::fs::remove_dir_all(site.tree().join("_output/dockerized")).unwrap();
    site.build("k8s-container", &["copy=n"]).is_good();
    assert!(!site.has("_output/dockerized/bin"));
    site.build("k8s-container", &["task=copy-output"]).is_good();
    assert!(site.has(&format!("_output/dockerized/bin/linux/{arch}/kubectl")));

    let tested = site.build("k8s-container", &["task=test", "what=cmd/kubectl"]);
    tested.is_good();
    assert!(tested.said.contains("ok  \tk8s.io/kubernetes/cmd/kubectl"), "{}", tested.said);
    site.build("k8s-container", &["task=test-cmd"]).is_good();
    site.build("k8s-container", &["task=test-integration"]).failed(1, "etcd must be in your PATH");
    site.write("etcd", "");
    site.build("k8s-container", &["task=test-integration"]).is_good();
    site.write("flaky", "");
    site.build("k8s-container", &["task=test"]).failed(1, "TestApply");
    // The port of the rsync container is taken.
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = format!("rsync_port={}", taken.local_addr().unwrap().port());
    site.build("k8s-container", &["task=make", &port]).failed(1, "address already in use");
    site.write("memory", "");
    site.build("k8s-container", &[]).failed(1, "137");

    site.build("k8s-container", &["task=make-clean"]).is_good();
    assert!(!site.has("_output"));
    forget(&["rmi", &format!("{image}:{tag}")]);
}

#[test]
fn a_daemon_that_is_not_there_is_told_before_anything_else() {
    if !answers("docker", &["--version"]) {
        eprintln!("skipped: this machine has no docker command");
        return;
    }
    let mut site = kubernetes("ktui-test/none", "v1");
    site.env.push(("DOCKER_HOST".into(), "unix:///nonexistent/docker.sock".into()));
    for plan in ["k8s-container", "k8s-release"] {
        site.build(plan, &[]).failed(1, "docker-daemon.not-running");
    }
}
