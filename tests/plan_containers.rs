//! The container plans on a real engine, without a registry: an image of the machine's own programs stands in for
//! kube-cross and golang. Build, run -v, the data container, --volumes-from, the published rsync port and the way
//! out really happen. Where no engine answers, the tests say so and pass.
#![expect(clippy::disallowed_methods, reason = "a test drives the world")]

mod plan_site;

use std::path::Path;
use std::process::Command;

use plan_site::{Site, answers, goarch};

/// What the stand-in holds.
const PROGRAMS: &[&str] = &[
    "bash", "sh", "ls", "cat", "cp", "mkdir", "rm", "chmod", "dirname", "basename", "date", "sed", "grep",
    "find", "tar", "gzip", "rsync", "uname", "head", "env", "sleep", "id", "tr", "ln", "touch", "mv",
];

/// Imports the stand-in under this name; `false`, said why, where that cannot be.
fn engine_with(image: &str) -> bool {
    if !answers("docker", &["info"]) {
        eprintln!("skipped: no container engine answers `docker info`");
        return false;
    }
    let stage = tempfile::tempdir().expect("a folder");
    let script = r#"set -e; mkdir -p "$0/bin" "$0/tmp" "$0/etc" "$0/root" "$0/var"; echo 'root:x:0:0:root:/root:/bin/bash' > "$0/etc/passwd"
    for p; do f=$(readlink -f "$(type -P "$p")"); cp -L "$f" "$0/bin/$p"; ldd "$f" 2>/dev/null | grep -o '/[^ )]*' || true; done |
    sort -u | while read -r lib; do mkdir -p "$0$(dirname "$lib")"; cp -L "$lib" "$0$lib"; done; tar -C "$0" -cf "$0.tar" ."#;
    let made = Command::new("bash").args(["-c", script]).arg(stage.path()).args(PROGRAMS).output();
    let tar = format!("{}.tar", stage.path().display());
    let good = made.is_ok_and(|made| made.status.success()) && answers("docker", &["import", &tar, image]);
    let _ = std::fs::remove_file(&tar);
    if !good {
        eprintln!("skipped: no image could be made of this machine's programs (rsync is needed)");
    }
    good
}

fn forget(args: &[&str]) {
    let _ = Command::new("docker").args(args).output();
}

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
        (
            "hack/inside.sh",
            &format!(
                "#!/bin/bash\nset -e\nwhat=cmd/kubectl\nfor a; do case $a in WHAT=*) what=${{a#WHAT=}} ;; esac; done\n[ ! -e break.go ] || {{ echo 'cmd/kubectl/kubectl.go:3:2: undefined: x' >&2; exit 2; }}\nprintf '+++ [0101 00:00:00] Building go targets for linux/{0}\\n    %s\\n' \"$what\"\nfor w in $what; do mkdir -p _output/dockerized/bin/linux/{0}; printf '#!/bin/sh\\n' > \"_output/dockerized/bin/linux/{0}/${{w##*/}}\"; chmod +x \"_output/dockerized/bin/linux/{0}/${{w##*/}}\"; done\n",
                goarch()
            ),
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
    // Nothing copied out, and asked for another command than the run built.
    site.build("k8s-container", &["what=cmd/kubectl", "platforms=linux/s390x"])
        .failed(1, "Failed to find binary kubectl for platform linux/s390x");
    site.write("break.go", "");
    site.build("k8s-container", &[]).failed(1, "undefined: x");
    std::fs::remove_file(site.tree().join("break.go")).expect("it is there");
    site.write("build/build-image/cross/VERSION", "v0.0.0-gone");
    let gone = site.build("k8s-container", &["mirror=localhost:1/none"]);
    gone.failed(1, "image failed with exit status");
    site.write("build/build-image/cross/VERSION", tag);

    // The release, with the same containers.
    site.build("k8s-release", &[]).is_good();
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

/// Stands in for dapper: builds the image of Dockerfile.dapper and runs a script in it on the mounted tree.
const DAPPER: &str = r#"#!/bin/bash
[ "$1" != --version ] || { echo "dapper version v0.6.0"; exit 0; }
tag=ktui-test/dapper-$(printf '%s' "$PWD" | cksum | cut -d' ' -f1)
docker build -q -t "$tag" -f Dockerfile.dapper . >/dev/null || { echo "FATA[0001] exit status 1"; exit 1; }
[ "$1" != --build ] || exit 0
[ "$1" = -m ] && shift 2
docker run --rm --privileged -v "$PWD:/src" -w /src "$tag" bash "scripts/$1" || { s=$?; echo "FATA[0002] exit status $s"; exit 1; }
"#;

/// A program (an ELF file) that runs a script.
fn program(folder: &Path, script: &str) -> bool {
    let at = folder.join("dapper.sh");
    let source = format!(
        "#include <unistd.h>\nint main(int n, char **a) {{ a[0] = \"{}\"; char *all[32] = {{\"bash\"}}; int i; for (i = 0; i < n && i < 30; i++) all[i + 1] = a[i]; execv(\"/bin/bash\", all); return 127; }}\n",
        at.display()
    );
    let name =
        Command::new("sh").args(["-c", "printf 'dapper-%s-%s' \"$(uname -s)\" \"$(uname -m)\""]).output();
    let Ok(name) = name else { return false };
    let name = String::from_utf8_lossy(&name.stdout).into_owned();
    std::fs::write(&at, script).is_ok()
        && std::fs::write(folder.join("dapper.c"), source).is_ok()
        && Command::new("cc")
            .args(["-w", "-o", &name, "dapper.c"])
            .current_dir(folder)
            .status()
            .is_ok_and(|s| s.success())
}

fn k3s(base: &str, url: &str) -> Site {
    Site::of(&[
        ("go.mod", "module github.com/k3s-io/k3s\n\ngo 1.23.3\n"),
        ("Makefile", &format!(".dapper:\n\t@curl -sL {url}/dapper-`uname -s`-`uname -m` > .dapper\n")),
        ("Dockerfile.dapper", &format!("ARG GOLANG={base}\nFROM ${{GOLANG}}\nENV STATIC_BUILD=true\n")),
        ("scripts/version.sh", "#!/bin/bash\n"),
        (
            "scripts/download",
            "#!/bin/bash\nset -e\nmkdir -p build/static/charts bin etc\n[ -e nocharts ] || echo x > build/static/charts/traefik.tgz\n",
        ),
        (
            "scripts/build",
            "#!/bin/bash\nset -e\n[ ! -e breaks ] || { echo '+ curl -sfL https://example.org/x'; exit 35; }\n[ \"$STATIC_BUILD\" = true ]\nfor p in cni k3s containerd-shim runc; do echo \"Building $p\"; echo x > bin/$p; chmod +x bin/$p; done\n",
        ),
        (
            "scripts/package-cli",
            "#!/bin/bash\nset -e\nmkdir -p dist/artifacts\ncp bin/k3s dist/artifacts/k3s\necho \"proxy $GOPROXY\" > build/proxy\n",
        ),
    ])
}

#[test]
fn k3s_is_built_with_dapper_and_the_mirrors_are_taken_out_again() {
    let base = "ktui-test/golang:1.20.3-alpine3.17";
    if !engine_with(base) {
        return;
    }
    let shop = tempfile::tempdir().expect("a folder");
    if !program(shop.path(), DAPPER) {
        eprintln!("skipped: no C compiler to make a stand-in for dapper with");
        return;
    }
    let url = format!("file://{}", shop.path().display());
    let site = k3s(base, &url);
    let before = std::fs::read_to_string(site.tree().join("Dockerfile.dapper")).expect("it is there");
    site.build("k3s-dapper", &["goproxy=https://goproxy.cn,direct"]).is_good();
    let read = |path: &str| std::fs::read_to_string(site.tree().join(path)).unwrap_or_default();
    assert_eq!(read("Dockerfile.dapper"), before);
    assert!(
        read("build/ktui/Dockerfile.dapper.undone.patch").contains("+ENV GOPROXY=https://goproxy.cn,direct")
    );
    assert_eq!(read("build/proxy"), "proxy https://goproxy.cn,direct\n");
    assert!(site.has("dist/artifacts/k3s"));

    site.write("nocharts", "");
    std::fs::remove_dir_all(site.tree().join("build/static")).expect("it is there");
    site.build("k3s-dapper", &[]).failed(1, "build/static/charts/*.tgz is missing");
    std::fs::remove_file(site.tree().join("nocharts")).expect("it is there");
    site.write("breaks", "");
    site.build("k3s-dapper", &[]).failed(1, "exit status 35");
    // An error page under dapper's name.
    site.write("page/dapper-Linux-x86_64", "<html>404</html>");
    std::fs::remove_file(site.tree().join(".dapper")).expect("it is there");
    let page = format!("dapper_url=file://{}/page/dapper", site.tree().display());
    let built = site.build("k3s-dapper", &[&page]);
    assert_eq!(built.status, 1, "{}", built.said);
    assert!(!site.has(".dapper"), "{}", built.said);
    forget(&["rmi", base]);
}
