//! k3s of spring 2026 and later: its multi-stage Dockerfile through BuildKit.

use crate::engine::{engine_with, forget};
use crate::plan_site::{Site, answers};

const MAKEFILE: &str = "\
SHELL := /bin/bash
.DEFAULT_GOAL := ci
.PHONY: binary
binary:
\t. ./scripts/git_version.sh && DOCKER_BUILDKIT=1 docker build \\
\t\t--build-arg \"GIT_TAG=$$GIT_TAG\" -f Dockerfile --target=result --output=. .
.PHONY: multiarch-binary
multiarch-binary:
\tDOCKER_BUILDKIT=1 docker buildx build --platform linux/amd64,linux/arm64,linux/riscv64 \\
\t\t-f Dockerfile --target=multiarch-result --output type=local,dest=.,platform-split=false .
image: binary
\t./scripts/package-image
airgap:
\t./scripts/package-airgap
ci: binary image airgap
";

fn dockerfile(base: &str, xx: &str) -> String {
    format!(
        "ARG GOLANG={base}
ARG XX={xx}

FROM --platform=$BUILDPLATFORM ${{XX}} AS xx

FROM --platform=$BUILDPLATFORM ${{GOLANG}} AS infra
COPY --from=xx /etc/passwd /xx-passwd
ENV STATIC_BUILD=true
ENV SRC_DIR=/go/src/github.com/k3s-io/k3s
WORKDIR ${{SRC_DIR}}/

FROM infra AS manifests
ARG GIT_TAG
COPY ./scripts/ ./scripts
COPY ./go.mod ./
RUN mkdir -p bin dist build/out
RUN ./scripts/download

FROM manifests AS build
ARG TARGETARCH
RUN --mount=type=cache,id=gobuild,target=/root/.cache/go-build ./scripts/build
RUN ./scripts/package-cli

FROM scratch AS result
ENV SRC_DIR=/go/src/github.com/k3s-io/k3s
COPY --from=build ${{SRC_DIR}}/dist /dist
COPY --from=build ${{SRC_DIR}}/bin /bin

FROM scratch AS multiarch-result
ENV SRC_DIR=/go/src/github.com/k3s-io/k3s
COPY --from=build ${{SRC_DIR}}/dist /dist
"
    )
}

fn k3s(base: &str, xx: &str) -> Site {
    Site::of(&[
        (".gitignore", "/dist/\n/bin/\n"),
        ("go.mod", "module github.com/k3s-io/k3s\n\ngo 1.26.1\n"),
        ("Makefile", MAKEFILE),
        ("Dockerfile", &dockerfile(base, xx)),
        ("scripts/git_version.sh", "#!/bin/bash\nGIT_TAG=v1.36.2+k3s1\n"),
        ("scripts/platform.sh", "#!/bin/bash\n"),
        ("scripts/download", "#!/bin/bash\nset -ex\nmkdir -p etc\necho busybox > bin/busybox\n"),
        (
            "scripts/build",
            "#!/bin/bash\nset -e\n[ \"$STATIC_BUILD\" = true ]\nfor p in cni k3s containerd-shim runc; do echo \"Building $p\"; echo \"$GIT_TAG\" > bin/$p; chmod +x bin/$p; done\n",
        ),
        (
            "scripts/package-cli",
            "#!/bin/bash\nset -e\nmkdir -p dist/artifacts\ncp bin/k3s dist/artifacts/k3s\n",
        ),
        (
            "scripts/package-image",
            "#!/bin/bash\nset -e\nprintf 'FROM scratch\\nCOPY k3s /bin/k3s\\n' | docker build -q -t ktui-test/k3s-image -f - dist/artifacts\n",
        ),
        (
            "scripts/package-airgap",
            "#!/bin/bash\nset -e\ndocker save ktui-test/k3s-image | gzip > dist/artifacts/k3s-airgap-images.tar.gz\n",
        ),
    ])
}

/// Whether the engine keeps its images in containerd, which alone keeps them for several platforms.
fn containerd_store() -> bool {
    String::from_utf8_lossy(&said("docker", &["info", "--format", "{{.DriverStatus}}"]))
        .contains("io.containerd.snapshotter")
}

/// BuildKit's client is a program of its own.
fn buildkit(base: &str, xx: &str) -> bool {
    if !engine_with(base) || !engine_with(xx) {
        return false;
    }
    let has = answers("docker", &["buildx", "version"]);
    if !has {
        eprintln!("skipped: this docker has no buildx");
    }
    has
}

#[test]
fn the_newest_k3s_is_built_through_buildkit() {
    let (base, xx) = ("ktui-test/buildkit-golang:1.26.1-alpine3.23", "ktui-test/xx:1.6.1");
    if !buildkit(base, xx) {
        return;
    }
    let site = k3s(base, xx);
    let built = site.build("k3s-container", &[]);
    built.is_good();
    for image in [base, xx] {
        assert!(built.said.contains(&format!("{image}: it is here")), "{}", built.said);
    }
    let k3s = std::fs::read_to_string(site.tree().join("dist/artifacts/k3s")).unwrap();
    assert_eq!(k3s, "v1.36.2+k3s1\n", "the version comes from git outside");

    site.build("k3s-container", &["make_target=ci"]).is_good();
    assert!(site.has("dist/artifacts/k3s-airgap-images.tar.gz"));
    forget(&["rmi", "ktui-test/k3s-image"]);
    forget(&["rmi", base, xx]);
}

#[test]
fn what_the_newest_k3s_dies_of_in_buildkit_is_told() {
    let (base, xx) = ("ktui-test/buildkit-fails:1.26.1-alpine3.23", "ktui-test/xx-fails:1.6.1");
    if !buildkit(base, xx) {
        return;
    }
    // A script that fails inside.
    let site = k3s(base, xx);
    site.write(
        "scripts/download",
        "#!/bin/bash\nset -ex\ncurl() { return 35; }\ncurl -sfL https://k3s.io/x\n",
    );
    site.build("k3s-container", &[]).failed(1, "did not complete successfully: exit code: 35");

    // make ends with 0 and leaves nothing to install.
    let site = k3s(base, xx);
    site.write("scripts/package-cli", "#!/bin/bash\nrm -rf bin/* dist/*\n");
    site.build("k3s-container", &[]).failed(1, "make binary ended with 0 and left no binary");

    // The base image cannot be had.
    let site = k3s("localhost:1/golang:gone", xx);
    site.build("k3s-container", &[]).failed(1, "localhost:1/golang:gone");
    let site = k3s("ktui-test-gone/golang:1", xx);
    site.build("k3s-container", &["image_mirror=localhost:1/hub/library"])
        .failed(1, "localhost:1/hub/ktui-test-gone/golang");

    // Several platforms at once need another driver or another image store; said before anything is pulled.
    let site = k3s(base, xx);
    if !containerd_store() {
        let told = site.build("k3s-container", &["make_target=multiarch-binary"]);
        told.failed(1, "Multi-platform build is not supported for the docker driver");
        assert!(!told.said.contains("#1 [internal]"), "{}", told.said);
    }

    // A docker without BuildKit's client.
    let mut site = k3s(base, xx);
    let empty = site.home.path().join("no-plugins");
    std::fs::create_dir(&empty).unwrap();
    site.env.push(("DOCKER_CONFIG".into(), empty.display().to_string()));
    if !String::from_utf8_lossy(&said("env", &["DOCKER_CONFIG=/nonexistent", "docker", "buildx", "version"]))
        .contains("buildx")
    {
        site.build("k3s-container", &[]).failed(1, "buildx");
    }
    // An older tree has no such target.
    let site = k3s(base, xx);
    site.write("Makefile", "ci:\n\t./.dapper ci\n");
    site.build("k3s-container", &[]).failed(2, "use k3s-dapper");
    forget(&["rmi", base, xx]);
}

/// Compiles for another machine, in a few bytes: a program of this one with that machine's number in its header.
const CROSS: &str = r#"#!/bin/bash
set -e
case $TARGETARCH in amd64) code='\x3e' ;; arm64) code='\xb7' ;; riscv64) code='\xf3' ;; *) echo "no compiler for $TARGETARCH" >&2; exit 1 ;; esac
[ "$TARGETARCH" != riscv64 ] || [ ! -e scripts/breaks ] || { echo "runtime/cgo: C compiler \"riscv64-linux-musl-gcc\" not found" >&2; exit 1; }
echo "Building k3s for $TARGETARCH"
{ head -c 18 /bin/cat; printf "$code"; tail -c +20 /bin/cat; } > bin/k3s
chmod +x bin/k3s
"#;

#[test]
fn several_platforms_are_really_built_where_images_are_kept_in_containerd() {
    let (base, xx) = ("ktui-test/multiarch-golang:1.26.1-alpine3.23", "ktui-test/multiarch-xx:1.6.1");
    if !buildkit(base, xx) {
        return;
    }
    if !containerd_store() {
        eprintln!("skipped: this docker keeps its images outside containerd");
        return;
    }
    let site = k3s(base, xx);
    site.write("scripts/build", CROSS);
    site.write(
        "scripts/package-cli",
        "#!/bin/bash\nset -e\nmkdir -p dist/artifacts\nname=k3s-$TARGETARCH; [ \"$TARGETARCH\" != amd64 ] || name=k3s\ncp bin/k3s dist/artifacts/$name\n",
    );
    let built = site.build("k3s-container", &["make_target=multiarch-binary"]);
    built.is_good();
    for arch in ["amd64", "arm64", "riscv64"] {
        assert!(built.said.contains(&format!("as wanted  {arch}")), "{arch}: {}", built.said);
    }
    for name in ["k3s", "k3s-arm64", "k3s-riscv64"] {
        assert!(site.has(&format!("dist/artifacts/{name}")), "{name}: {}", built.said);
    }
    // One platform fails: none is left, and which one it was is told.
    site.write("scripts/breaks", "");
    site.build("k3s-container", &["make_target=multiarch-binary"]).failed(1, "riscv64-linux-musl-gcc");
    forget(&["rmi", base, xx]);
}

/// Stands in for an engine with the containerd image store: it has every image, and builds for several platforms.
const DOCKER: &str = r##"#!/bin/bash
case "$1 $2" in
"info "*) case $* in *DriverStatus*) echo '[[driver-type io.containerd.snapshotter.v1]]' ;; *) echo 'server 28.2.2, linux/x86_64' ;; esac ;;
"buildx version") echo 'github.com/docker/buildx v0.24.0' ;;
"buildx inspect") printf 'Name:   default\nDriver: docker\n' ;;
"image inspect") echo '[]' ;;
"buildx build")
  echo "#9 [linux/amd64->riscv64 build 1/2] RUN ./scripts/build"
  mkdir -p dist/artifacts
  IFS=, read -ra platforms <<<"$(sed 's/.*--platform \([^ ]*\) .*/\1/' <<<"$*")"
  for platform in "${platforms[@]}"; do
    arch=${platform#linux/}; name=k3s-$arch; [ "$arch" != amd64 ] || name=k3s
    [ "$FAKE_WRONG" != "$arch" ] || arch=s390x
    if [ -z "$FAKE_NOTHING" ]; then CGO_ENABLED=0 GOARCH=$arch go build -o "dist/artifacts/$name" ./cmd/k3s; fi
  done ;;
esac
"##;

#[test]
fn several_platforms_are_built_at_once_and_each_is_looked_at() {
    if !answers("go", &["version"]) || !answers("make", &["--version"]) {
        eprintln!("skipped: this machine has no Go, or no make");
        return;
    }
    let mut site = k3s("golang:1.26.1-alpine3.23", "tonistiigi/xx:1.6.1");
    site.program("docker", DOCKER);
    site.write("go.mod", "module github.com/k3s-io/k3s\n\ngo 1.20\n");
    site.write("cmd/k3s/main.go", "package main\n\nfunc main() {}\n");
    let built = site.build("k3s-container", &["make_target=multiarch-binary"]);
    built.is_good();
    for arch in ["amd64", "arm64", "riscv64"] {
        assert!(built.said.contains(&format!("as wanted  {arch}")), "{arch}: {}", built.said);
    }
    site.env.push(("FAKE_WRONG".into(), "riscv64".into()));
    site.build("k3s-container", &["make_target=multiarch-binary"])
        .failed(1, "built for another architecture than riscv64: it is s390x");
    std::fs::remove_dir_all(site.tree().join("dist")).unwrap();
    site.env.push(("FAKE_NOTHING".into(), "1".into()));
    site.build("k3s-container", &["make_target=multiarch-binary"])
        .failed(1, "make multiarch-binary ended with 0 and left no binary");
}

fn said(program: &str, args: &[&str]) -> Vec<u8> {
    std::process::Command::new(program).args(args).output().map(|output| output.stdout).unwrap_or_default()
}
