//! k3s-native's service under a real OpenRC, in a mount and process namespace of its own so that the machine's own files
//! and services stay as they are: started and supervised, one that dies again and again is found out, and out again.
#![expect(clippy::disallowed_methods, reason = "a test drives the world")]

mod plan_site;

use std::process::Command;

use plan_site::{Site, answers};

/// What the artifact does of k3s: a server that stays (or dies, where `dies` is there), and a node that is this machine.
const K3S: &str = r#"#!/bin/sh
case $1 in
--version) echo "k3s version v1.32.3+k3s1" ;;
kubectl) case $* in *jsonpath*) echo "$(cat /proc/sys/kernel/random/boot_id) True" ;; *) echo "board   Ready   control-plane   1m   v1.32.3+k3s1" ;; esac ;;
server)
  echo "level=info msg=\"Starting k3s with $* and $K3S_TOKEN\""
  [ ! -e /etc/rancher/k3s/dies ] || { echo 'level=fatal msg="Failed to validate golang version: incorrect golang build version - kubernetes v1.32.3 should be built with go, runtime version is go1.23.3"'; exit 1; }
  exec sleep 600 ;;
esac
"#;

/// Runs in the namespaces; 77 where they cannot be had.
const INSIDE: &str = r#"
work=$(mktemp -d) && mount -t tmpfs none "$work" || exit 77
for folder in /etc /usr/local /var/lib /var/log; do
  layer=$work/$(echo $folder | tr / -); mkdir -p "$layer/up" "$layer/work"
  mount -t overlay overlay -o "lowerdir=$folder,upperdir=$layer/up,workdir=$layer/work" "$folder" || exit 77
done
mount -t tmpfs none /run || exit 77
# What OpenRC makes when it boots a machine.
mkdir -p /run/openrc/daemons /run/openrc/exclusive /run/openrc/failed /run/openrc/hotplugged /run/openrc/inactive \
  /run/openrc/options /run/openrc/scheduled /run/openrc/started /run/openrc/starting /run/openrc/stopping /run/openrc/wasinactive
touch /run/openrc/softlevel
build() { "$KTUI_BIN" build k3s-native --headless --set install=yes --set init=openrc --set 'exec=server --disable traefik' "$@"; }
build --from install; echo "<built $?>"
echo "<runlevel $(readlink /etc/runlevels/default/k3s)>"
rc-service k3s status; cat /var/log/k3s.log
touch /etc/rancher/k3s/dies
build --only service; echo "<dying $?>"
rc-service k3s status; echo "<after it $?>"
"$KTUI_BIN" build k3s-uninstall --headless; echo "<out $?>"
for left in /etc/init.d/k3s /etc/runlevels/default/k3s /usr/local/bin/k3s /var/lib/ktui; do [ ! -e "$left" ] || echo "<left $left>"; done
"#;

#[test]
fn openrc_starts_k3s_keeps_it_running_and_lets_it_go_again() {
    for tool in ["openrc-run", "supervise-daemon", "rc-service", "rc-update", "unshare"] {
        if which::which(tool).is_err() && !std::path::Path::new(&format!("/sbin/{tool}")).exists() {
            eprintln!("skipped: this machine has no {tool}");
            return;
        }
    }
    let alone = ["--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "--mount-proc"];
    if !answers("unshare", &[&alone[..], &["true"]].concat()) {
        eprintln!("skipped: namespaces of its own need root");
        return;
    }
    let site = Site::of(&[
        ("go.mod", "module github.com/k3s-io/k3s\n\ngo 1.23.3\n"),
        ("scripts/version.sh", "#!/bin/bash\n"),
        ("scripts/download", "#!/bin/bash\n"),
        ("scripts/build", "#!/bin/bash\n"),
        ("scripts/package-cli", "#!/bin/bash\n"),
    ]);
    let arch = plan_site::goarch();
    let name = if arch == "amd64" { "k3s".to_owned() } else { format!("k3s-{arch}") };
    site.write(&format!("dist/artifacts/{name}"), K3S);
    let ran = Command::new("unshare")
        .args(alone)
        .args(["bash", "-c", INSIDE])
        .current_dir(site.tree())
        .env("KTUI_BIN", env!("CARGO_BIN_EXE_ktui"))
        .env("XDG_STATE_HOME", site.home.path().join("state"))
        .env("XDG_CONFIG_HOME", site.home.path().join("config"))
        .env("PATH", format!("{}:/usr/sbin:/sbin", site.path))
        .env("LC_ALL", "C")
        .env("K3S_TOKEN", "it's a 'token'")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stdout).into_owned() + &String::from_utf8_lossy(&ran.stderr);
    if ran.status.code() == Some(77) {
        eprintln!("skipped: no folder can be laid over /etc here: {said}");
        return;
    }
    for told in [
        "<built 0>",
        "<runlevel /etc/init.d/k3s>",
        "status: started",
        "Starting k3s with server --disable traefik and it's a 'token'",
        "<dying 1>",
        "k3s did not come up (started again 3 times); it is stopped",
        "go-version.k3s-empty",
        "<after it 3>",
        "<out 0>",
    ] {
        assert!(said.contains(told), "{told} is not in:\n{said}");
    }
    assert!(!said.contains("<left "), "{said}");
}
