//! k3s-native and k3s-uninstall from an empty folder to a node that is Ready, and out again: a small tree with scripts
//! of k3s' shape; real bash, git, curl, Go, make, tar and zstd; a systemctl that only writes down what it was told.
#![expect(clippy::needless_raw_string_hashes, reason = "all files of the tree are written alike")]
#![expect(clippy::disallowed_methods, reason = "a test drives the world")]
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod plan_site;

use std::path::{Path, PathBuf};
use std::process::Command;

use plan_site::{Built, Site, answers, goarch, is_there};

const TREE: &[(&str, &str)] = &[
    (
        "go.mod",
        r##"module github.com/k3s-io/k3s

go 1.20
"##,
    ),
    (
        ".gitignore",
        r##"/build
/bin
/etc
/dist
"##,
    ),
    (
        "pkg/version/version.go",
        r##"package version

var (
	Version        = "dev"
	UpstreamGolang = ""
)
"##,
    ),
    (
        "cmd/server/main.go",
        r##"package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/k3s-io/k3s/pkg/version"
)

func main() {
	if strings.Join(os.Args[1:], " ") == "--version" {
		fmt.Println("k3s version", version.Version)
		return
	}
	state := os.Getenv("FAKE_NODE")
	if state == "" {
		state = "Ready"
	}
	if strings.Contains(strings.Join(os.Args[1:], " "), "jsonpath") {
		// Another machine of the cluster, and this one.
		fmt.Println("00000000-0000-4000-8000-000000000000", "True")
		boot, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
		fmt.Println(strings.TrimSpace(string(boot)), map[bool]string{true: "True", false: "False"}[state == "Ready"])
		return
	}
	fmt.Println("other   Ready   agent   9d   ", version.Version)
	fmt.Println("board   "+state+"   control-plane,master   1m   ", version.Version, version.UpstreamGolang)
}
"##,
    ),
    (
        "scripts/version.sh",
        r##"#!/bin/bash
GO=${GO-go}
ARCH=${ARCH:-$("${GO}" env GOARCH)}
SUFFIX="-${ARCH}"
if [ "$ARCH" = amd64 ]; then SUFFIX=; fi
DEPENDENCIES_URL="file://${FAKE_UPSTREAM}/dependencies.yaml"
VERSION_K8S=v1.32.3
VERSION=${VERSION_K8S}+k3s1
if [ -n "$(git status --porcelain --untracked-files=no)" ]; then VERSION="$VERSION-dirty"; fi
VERSION_GOLANG="go$(curl -sL "${DEPENDENCIES_URL}" | yq e '.dependencies[] | select(.name == "golang: upstream version").version' -)"
"##,
    ),
    (
        "scripts/download",
        r##"#!/bin/bash
set -ex
cd $(dirname $0)/..
. ./scripts/version.sh
rm -rf build/src build/static/charts
mkdir -p build/static/charts build/src/github.com/k3s-io bin etc
for part in runc containerd; do git clone -q --depth=1 "file://$FAKE_UPSTREAM/$part" build/src/github.com/k3s-io/$part; done
for chart in $(yq e '.spec.chart' manifests/traefik.yaml | xargs -n1 basename); do
  curl -sfL "file://$FAKE_UPSTREAM/charts/$chart" -o build/static/charts/$chart
done
curl -sfL "file://$FAKE_UPSTREAM/k3s-root-$ARCH.tar" | tar xf -
"##,
    ),
    (
        "scripts/generate",
        r##"#!/bin/bash
set -e
cd $(dirname $0)/..
mkdir -p pkg/static
echo "Running: go generate"
echo "package static" > pkg/static/zz_generated_bindata.go
"##,
    ),
    (
        "scripts/build",
        r##"#!/bin/bash
set -e
cd $(dirname $0)/..
. ./scripts/version.sh
PKG=github.com/k3s-io/k3s
echo Building k3s
"$GO" build -ldflags "-X $PKG/pkg/version.Version=$VERSION -X $PKG/pkg/version.UpstreamGolang=$VERSION_GOLANG" -o bin/k3s ./cmd/server
echo Building containerd-shim
cp bin/k3s bin/containerd-shim-runc-v2
echo Building runc
make -C build/src/github.com/k3s-io/runc
cp build/src/github.com/k3s-io/runc/runc bin/runc
"##,
    ),
    (
        "scripts/package-cli",
        r##"#!/bin/bash
set -e -x
cd $(dirname $0)/..
. ./scripts/version.sh
mkdir -p dist/artifacts build/out
tar cvf build/out/data.tar ./bin ./etc
zstd -q -f build/out/data.tar
"$GO" build -ldflags "-X github.com/k3s-io/k3s/pkg/version.Version=$VERSION -w -s" -o dist/artifacts/k3s$SUFFIX ./cmd/server
stat dist/artifacts/k3s$SUFFIX
echo "AWS_SECRET_ACCESS_KEY is not set"
"##,
    ),
    (
        "manifests/traefik.yaml",
        r##"spec: {chart: "https://%{KUBERNETES_API}%/static/charts/traefik-34.2.1.tgz"}
"##,
    ),
];

const YQ: &str = r##"#!/bin/sh
case $1 in
--version) echo "yq (https://github.com/mikefarah/yq/) version v4.44.6" ;;
*) case $2 in *golang*) sed -n 's/^ *version: //p' ;; *) sed -n 's/.*chart: "\(.*\)".*/\1/p' "$3" ;; esac ;;
esac
"##;

const SYSTEMCTL: &str = r##"#!/bin/sh
echo "systemctl $*" >> "$FAKE_UPSTREAM/calls"
case $1 in
is-active) echo "${FAKE_STATE:-active}"; [ "${FAKE_STATE:-active}" = active ] ;;
show) echo 3 ;;
status) echo "k3s.service: Main process exited, code=exited, status=1/FAILURE"; exit 3 ;;
esac
"##;

const JOURNALCTL: &str = r##"#!/bin/sh
echo "time=x level=info msg=\"Starting k3s\""
[ -z "$FAKE_JOURNAL" ] || echo "$FAKE_JOURNAL"
exec sleep 60
"##;

const RC: &str = r##"#!/bin/sh
echo "$(basename "$0") $*" >> "$FAKE_UPSTREAM/calls"
case $* in
"k3s status") echo " * status: ${FAKE_STATE:-started}"; [ "${FAKE_STATE:-started}" = started ] ;;
esac
"##;

/// A machine, the place that k3s is fetched from, and a folder that stands for `/`.
struct Board {
    site: Site,
}

fn board() -> Option<Board> {
    for (tool, flag) in [
        ("go", "version"),
        ("git", "--version"),
        ("make", "--version"),
        ("zstd", "--version"),
        ("curl", "--version"),
    ] {
        if !answers(tool, &[flag]) {
            eprintln!("skipped: this machine has no {tool}");
            return None;
        }
    }
    let mut site = Site::of(&[("keep", "")]);
    std::fs::remove_dir_all(site.tree()).unwrap();
    std::fs::create_dir_all(site.tree()).unwrap();
    for (name, text) in [("yq", YQ), ("systemctl", SYSTEMCTL), ("journalctl", JOURNALCTL)] {
        site.program(name, text);
    }
    for (path, text) in TREE {
        site.write(&format!("../upstream/{path}"), text);
    }
    let have = Command::new("go").args(["env", "GOVERSION"]).output().unwrap();
    let have = String::from_utf8(have.stdout).unwrap().trim().trim_start_matches("go").to_owned();
    let mirror = |path: &str, text: &str| site.write(&format!("../mirror/{path}"), text);
    mirror(
        "dependencies.yaml",
        &format!("dependencies:\n- name: \"golang: upstream version\"\n  version: {have}\n"),
    );
    mirror("charts/traefik-34.2.1.tgz", "chart\n");
    mirror("runc/Makefile", "runc:\n\tprintf '#!/bin/sh\\n' > runc\n\tchmod +x runc\n");
    mirror("containerd/go.mod", "module x\n");
    mirror("root/bin/busybox", "busybox\n");
    mirror("root/etc/conf", "conf\n");
    let board = Board { site };
    let tar = board.at("mirror").join(format!("k3s-root-{}.tar", goarch()));
    let root = board.at("mirror/root");
    let made = Command::new("tar").arg("cf").arg(tar).arg("-C").arg(root).args(["bin", "etc"]).status();
    assert!(made.unwrap().success());
    for folder in ["mirror/runc", "mirror/containerd", "upstream"] {
        let folder = board.at(folder);
        git(&folder, &["init", "-q"]);
        git(&folder, &["add", "-A"]);
        git(&folder, &["-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", "x"]);
    }
    for tag in ["v1.9.3+k3s1", "v1.32.3+k3s1", "v1.33.0-rc1+k3s1"] {
        git(&board.at("upstream"), &["tag", tag]);
    }
    let mut board = board;
    let mirror = board.at("mirror").display().to_string();
    board.site.env.push(("FAKE_UPSTREAM".into(), mirror));
    Some(board)
}

fn git(folder: &Path, args: &[&str]) {
    assert!(Command::new("git").args(args).current_dir(folder).status().unwrap().success());
}

impl Board {
    fn at(&self, path: &str) -> PathBuf {
        self.site.home.path().join(path)
    }

    fn build(&self, plan: &str, more: &[&str]) -> Built {
        let mut args = vec!["build", plan, "--headless"];
        let root = format!("root={}", self.at("root").display());
        let source = format!("source=file://{}", self.at("upstream").display());
        args.extend(["--set", &root]);
        if plan == "k3s-native" {
            // What is said later counts.
            args.extend(["--set", &source, "--set", "install=yes", "--set", "init=systemd"]);
        }
        args.extend(more);
        self.site.ktui(&args)
    }

    fn calls(&self) -> String {
        std::fs::read_to_string(self.at("mirror/calls")).unwrap_or_default()
    }
}

#[test]
fn from_an_empty_folder_to_a_node_that_is_ready_and_out_again() {
    let Some(board) = board() else { return };
    let built = board.build("k3s-native", &[]);
    built.is_good();
    assert!(built.said.contains("--branch v1.32.3+k3s1"), "the newest release: {}", built.said);
    assert!(
        built.said.contains("as wanted  v1.32.3") && built.said.contains("Starting k3s"),
        "{}",
        built.said
    );
    assert!(built.said.contains("board   Ready"), "{}", built.said);
    assert!(
        is_there(&board.at("root/usr/local/bin/k3s")) && is_there(&board.at("root/usr/local/bin/kubectl"))
    );
    for call in ["daemon-reload", "enable k3s", "restart --no-block k3s"] {
        assert!(board.calls().contains(call), "{}", board.calls());
    }
    // Somebody edits the unit: it is theirs now.
    let unit = board.at("root/etc/systemd/system/k3s.service");
    let edited = std::fs::read_to_string(&unit).unwrap() + "# mine\n";
    std::fs::write(&unit, &edited).unwrap();
    let removed = board.build("k3s-uninstall", &[]);
    removed.is_good();
    assert!(removed.said.contains("kept /etc/systemd/system/k3s.service"), "{}", removed.said);
    assert!(
        !is_there(&board.at("root/usr/local/bin/k3s")) && !is_there(&board.at("root/usr/local/bin/kubectl"))
    );
    assert_eq!(std::fs::read_to_string(&unit).unwrap(), edited);
    board.build("k3s-uninstall", &["--set", "changed=remove"]).is_good();
    assert!(!is_there(&unit) && !is_there(&board.at("root/var/lib/ktui/k3s.installed")));
    assert!(board.calls().contains("disable --now k3s"));
    board.build("k3s-uninstall", &[]).failed(1, "ktui installed no k3s here");
}

#[test]
fn what_an_installation_takes_the_place_of_is_kept_and_comes_back() {
    let Some(board) = board() else { return };
    board.build("k3s-native", &["--to", "artefact"]).is_good();
    board.site.write("../root/usr/local/bin/k3s", "#!/bin/sh\n# another k3s\n");
    board.site.write("../root/usr/local/bin/kubectl", "#!/bin/sh\n# another kubectl\n");
    let installed =
        board.build("k3s-native", &["--only", "install", "--set", "exec=server --disable traefik"]);
    installed.is_good();
    assert!(installed.said.contains("kubectl: is there already"), "{}", installed.said);
    let drop_in = std::fs::read_to_string(board.at("root/etc/systemd/system/k3s.service.d/10-ktui.conf"));
    assert!(drop_in.unwrap().contains("ExecStart=/usr/local/bin/k3s server --disable traefik\n"));
    board.build("k3s-uninstall", &[]).is_good();
    let back = std::fs::read_to_string(board.at("root/usr/local/bin/k3s")).unwrap();
    assert!(back.contains("another k3s") && !is_there(&board.at("root/usr/local/bin/k3s.before-ktui")));
    assert!(is_there(&board.at("root/usr/local/bin/kubectl")));
}

#[test]
fn known_failures_end_the_build_with_their_reason() {
    let Some(mut board) = board() else { return };
    board
        .build("k3s-native", &["--set", "tag=v0.0.1+k3s1"])
        .failed(1, "v0.0.1+k3s1 not found in upstream origin");
    board.build("k3s-native", &["--to", "package-cli"]).is_good();

    // yq is missing: download ends with 0 and has no charts.
    board.site.program("yq", "#!/bin/sh\ncase $2 in *golang*) sed -n 's/^ *version: //p' ;; esac\n");
    board.build("k3s-native", &["--only", "download"]).failed(1, "build/static/charts/*.tgz");
    board.site.program("yq", YQ);

    // For another machine than this one.
    let other = if goarch() == "riscv64" { "amd64" } else { "riscv64" };
    let name = if goarch() == "amd64" { "k3s".to_owned() } else { format!("k3s-{}", goarch()) };
    let artifact = format!("dist/artifacts/{name}");
    let mut cross = Command::new("go");
    cross.args(["build", "-o", &artifact, "./cmd/server"]);
    let cross = cross.current_dir(board.site.tree()).env("GOARCH", other).env("CGO_ENABLED", "0").status();
    assert!(cross.unwrap().success());
    let says = format!("built for another architecture than {}", goarch());
    board.build("k3s-native", &["--only", "artefact"]).failed(1, &says);
    board.build("k3s-native", &["--only", "package-cli", "--only", "artefact"]).is_good();

    // The service dies again and again: its own words are diagnosed.
    let fatal = "level=fatal msg=\"Failed to validate golang version: incorrect golang build version - kubernetes v1.32.3 should be built with go, runtime version is go1.23.3\"";
    board.site.env.push(("FAKE_JOURNAL".into(), fatal.into()));
    board.site.env.push(("FAKE_STATE".into(), "activating".into()));
    board.build("k3s-native", &["--from", "install"]).failed(1, "go-version.k3s-empty");
    assert!(board.calls().contains("stop k3s"));

    // It runs, and its node is never ready, although another one of the cluster is.
    board.site.env.retain(|(name, _)| name == "FAKE_UPSTREAM");
    board.site.env.push(("FAKE_NODE".into(), "NotReady".into()));
    board
        .build("k3s-native", &["--only", "verify", "--set", "patience=1"])
        .failed(1, "this machine's node is not Ready after 1 seconds");

    // No systemd here.
    board.build("k3s-native", &["--from", "install", "--set", "init=none"]).failed(1, "service.no-systemd");
}

#[test]
fn on_openrc_the_service_is_a_script_and_comes_out_again() {
    let Some(mut board) = board() else { return };
    for name in ["rc-service", "rc-update"] {
        board.site.program(name, RC);
    }
    board.site.env.push(("K3S_TOKEN".into(), "it's a 'secret'".into()));
    let openrc = ["--set", "init=openrc", "--set", "exec=server --disable traefik"];
    let built = board.build("k3s-native", &openrc);
    built.is_good();
    assert!(
        built.said.contains("* status: started") && built.said.contains("board   Ready"),
        "{}",
        built.said
    );
    for call in ["rc-update add k3s default", "rc-service k3s restart"] {
        assert!(board.calls().contains(call), "{}", board.calls());
    }
    let script = board.at("root/etc/init.d/k3s");
    let text = std::fs::read_to_string(&script).unwrap();
    assert!(
        text.starts_with("#!/sbin/openrc-run\n")
            && text.contains("command_args=\"server --disable traefik\""),
        "{text}"
    );
    // What the script reads is shell: the value comes out as it went in.
    let env = board.at("root/etc/rancher/k3s/k3s.env").display().to_string();
    let told =
        Command::new("sh").args(["-c", &format!(". {env}; printf %s \"$K3S_TOKEN\"")]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&told.stdout), "it's a 'secret'");
    let checked = Command::new("sh").arg("-n").arg(&script).output().unwrap();
    assert!(checked.status.success(), "{checked:?}");

    // It dies again and again.
    board.site.env.push(("FAKE_STATE".into(), "crashed".into()));
    let dies = [&openrc[..], &["--from", "service", "--set", "patience=1"]].concat();
    board.build("k3s-native", &dies).failed(1, "k3s did not come up");
    assert!(board.calls().contains("rc-service k3s stop"), "{}", board.calls());

    board.build("k3s-uninstall", &[]).is_good();
    assert!(board.calls().contains("rc-update del k3s default") && !is_there(&script));
}
