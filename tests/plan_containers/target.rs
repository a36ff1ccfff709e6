//! Stages in running containers and pods: `docker exec` and `podman exec` where an engine runs, `kubectl exec` through
//! a stand-in that takes kubectl's arguments and enters this machine.

use std::process::Command;

use crate::engine::{engine_with, forget};
use crate::plan_site::{Built, Site, answers};

const PLAN: &str = r#"
plan: inside
title: {en: x, zh: x}
about: {en: x, zh: x}
stages:
  - id: tell
    title: {en: x, zh: x}
    run: |
      echo "in $(pwd) tty=$(test -t 0 && echo yes) here=${ONLY_HERE-none}"
      mkdir -p out; echo x > out/made
    produces: [{path: out/made}]
    check: test -s out/made
  - id: fails
    title: {en: x, zh: x}
    run: exit 7
"#;

fn site() -> Site {
    let mut site = Site::of(&[("marker", "")]);
    site.write("../inside.yaml", PLAN);
    site.env.push(("ONLY_HERE".into(), "1".into()));
    site
}

fn build(site: &Site, target: &str, dir: &str) -> Built {
    let plan = site.home.path().join("inside.yaml").display().to_string();
    site.ktui(&["build", &plan, "--headless", "--target", target, "-C", dir])
}

fn holds(engine: &str, image: &str) {
    if !engine_with_program(engine, image) {
        return;
    }
    let name = format!("ktui-test-{engine}-{}", std::process::id());
    let started = Command::new(engine)
        .args(["run", "-d", "--name", &name, "-w", "/tmp", image, "sleep", "600"])
        .output()
        .unwrap();
    if !started.status.success() {
        eprintln!("skipped: {engine} runs no container: {}", String::from_utf8_lossy(&started.stderr));
        return;
    }
    let target = format!("container:{engine}/{name}");
    let site = site();
    let built = build(&site, &target, "/tmp");
    built.failed(1, "fails failed with exit status 7");
    assert!(built.said.contains("in /tmp tty=yes here=none"), "{}", built.said);
    assert!(!site.has("out/made"), "nothing happened here");
    let there = Command::new(engine).args(["exec", &name, "cat", "/tmp/out/made"]).output().unwrap();
    assert_eq!(there.stdout, b"x\n");
    // Files go in by tar, since a container has no ssh for rsync.
    site.write("carried/a b", "text");
    site.ktui(&["target", "send", &target, "/tmp/into", "carried"]).is_good();
    let there = Command::new(engine).args(["exec", &name, "cat", "/tmp/into/carried/a b"]).output().unwrap();
    assert_eq!(there.stdout, b"text");
    let shown = site.ktui(&["target", "show", &target]);
    shown.is_good();
    assert!(shown.said.contains("arch "), "{}", shown.said);
    // One that has gone is told of before anything runs.
    let _ = Command::new(engine).args(["rm", "-f", &name]).output();
    let gone = build(&site, &target, "/tmp");
    assert_eq!(gone.status, 2, "{}", gone.said);
    assert!(gone.said.contains(&name), "{}", gone.said);
}

fn engine_with_program(engine: &str, image: &str) -> bool {
    if engine == "docker" {
        return engine_with(image);
    }
    if !answers(engine, &["info"]) {
        eprintln!("skipped: no container engine answers `{engine} info`");
        return false;
    }
    crate::engine::import(engine, image)
}

#[test]
fn stages_run_in_a_docker_container() {
    holds("docker", "ktui-test/target:1");
    forget(&["rmi", "ktui-test/target:1"]);
}

#[test]
fn stages_run_in_a_podman_container() {
    holds("podman", "localhost/ktui-test/target:1");
    let _ = Command::new("podman").args(["rmi", "localhost/ktui-test/target:1"]).output();
}

const KUBECTL: &str = r#"#!/bin/bash
echo "$*" >> "$HOME/kubectl.log"
[ "$1" = exec ] || { echo "error: unknown command \"$1\"" >&2; exit 1; }
shift; tty=
while [ $# -gt 0 ]; do case $1 in
  -it) tty=1; shift ;; -i) shift ;; -n | -c) shift 2 ;;
  --) shift; break ;;
  gone) echo 'Error from server (NotFound): pods "gone" not found' >&2; exit 1 ;;
  *) shift ;;
esac; done
unset ONLY_HERE
if [ -n "$tty" ]; then "$@"; s=$?; else "$@"; s=$?; fi
[ "$s" = 0 ] || echo "command terminated with exit code $s" >&2
exit "$s"
"#;

#[test]
fn stages_run_in_a_pod_through_kubectl() {
    let mut site = site();
    site.program("kubectl", KUBECTL);
    let home = site.home.path().display().to_string();
    site.env.push(("HOME".into(), home.clone()));
    let there = site.home.path().join("pod");
    std::fs::create_dir(&there).unwrap();
    let dir = there.display().to_string();
    let built = build(&site, "kubectl:ci/builder-0/go", &dir);
    built.failed(1, "fails failed with exit status 7");
    assert!(built.said.contains(&format!("in {dir} tty=yes here=none")), "{}", built.said);
    assert!(there.join("out/made").exists());
    let asked = std::fs::read_to_string(format!("{home}/kubectl.log")).unwrap();
    assert!(asked.lines().any(|line| line.starts_with("exec -it -n ci -c go builder-0 -- sh ")), "{asked}");
    let gone = build(&site, "kubectl:gone", &dir);
    assert_eq!(gone.status, 2, "{}", gone.said);
    assert!(gone.said.contains("pods \"gone\" not found"), "{}", gone.said);
}
