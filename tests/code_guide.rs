//! The code guide as a person meets it: `ktui explain`, and its line under a finding in a source file: in the report, in
//! the app and in an exported session.
#![expect(clippy::disallowed_methods, reason = "a test drives the world")]

mod plan_site;
mod terminal;

use plan_site::Site;
use terminal::{Terminal, ktui};

const LOG: &str = "# github.com/k3s-io/k3s/pkg/agent\npkg/agent/run.go:5:13: undefined: missing\n";
const PLAN: &str = "plan: small\ntitle: {en: x, zh: x}\nabout: {en: x, zh: x}\ndetect: {project: k3s}\nstages:\n\
    \x20 - {id: build, title: {en: x, zh: x}, run: 'cat go.log; exit 1'}\n";

fn k3s() -> Site {
    Site::of(&[
        ("go.mod", "module github.com/k3s-io/k3s\n\ngo 1.24\n"),
        ("cmd/server/main.go", "package main\n"),
        ("pkg/agent/run.go", "package agent\n\nfunc run() {\n\t// what it does\n\tprintln(missing)\n}\n"),
        ("scripts/build", "#!/bin/bash\n"),
        ("go.log", LOG),
        ("small.yaml", PLAN),
    ])
}

#[track_caller]
fn said(site: &Site, args: &[&str]) -> String {
    let built = site.ktui(args);
    built.is_good();
    built.said
}

#[test]
fn a_folder_a_file_of_a_message_and_a_subcommand_are_explained() {
    let site = k3s();
    let overview = said(&site, &["explain"]);
    assert!(overview.contains("k3s: all of Kubernetes") && overview.contains("server  "), "{overview}");
    let place = said(&site, &["explain", "pkg/agent/run.go:5:13"]);
    assert!(place.contains("pkg/agent ") && place.contains("a node: fetches its configuration"), "{place}");
    assert!(place.contains("on the way of: ") && place.contains("server"), "{place}");
    // From inside the tree, by the name it has there.
    let from_inside = said(&site, &["explain", "-C", "pkg", "./agent"]);
    assert!(from_inside.contains("a node: fetches its configuration"), "{from_inside}");
    let server = said(&site, &["explain", "server"]);
    let at = |text: &str| server.find(text).unwrap_or_else(|| panic!("{text} is not in:\n{server}"));
    assert!(
        at("cmd/k3s") < at("cmd/server")
            && at("cmd/server") < at("pkg/cli/server")
            && at("pkg/cli/server") < at("pkg/daemons/control")
    );
    assert!(server.contains("pkg/cli/server") && server.contains("(not in this tree)"), "{server}");
    let chinese = said(&site, &["explain", "server", "--lang", "zh"]);
    assert!(chinese.contains("控制平面") && chinese.contains("此源码树中没有"), "{chinese}");
    let json: serde_json::Value =
        serde_json::from_str(&said(&site, &["explain", "server", "--format", "json"])).unwrap();
    assert_eq!(
        (json["command"].as_str(), json["way"][0]["path"].as_str()),
        (Some("server"), Some("cmd/k3s"))
    );
    let json: serde_json::Value =
        serde_json::from_str(&said(&site, &["explain", "pkg/agent", "--format", "json"])).unwrap();
    assert!(
        json["places"].to_string().contains("fetches its configuration") && json["here"] == true,
        "{json}"
    );
}

#[test]
fn what_the_guide_does_not_know_is_said_with_what_it_knows() {
    let site = k3s();
    site.ktui(&["explain", "sever"]).failed(2, "did you mean `server`?");
    site.ktui(&["explain", "-C", "/", "server"]).failed(2, "is in no k3s or Kubernetes tree");
}

#[test]
fn kubernetes_trees_have_a_guide_too() {
    let site = Site::of(&[
        ("go.mod", "module k8s.io/kubernetes\n"),
        ("hack/lib/golang.sh", "#!/bin/bash\n"),
        ("cmd/kubelet/kubelet.go", "package main\n"),
        ("staging/src/k8s.io/api/doc.go", "package api\n"),
    ]);
    for what in ["hack", "build", "cmd/kubelet", "staging/src/k8s.io/api", "kubelet", "kubectl"] {
        let text = said(&site, &["explain", what]);
        assert!(text.lines().count() >= 1 && text.len() > what.len() + 20, "{what}: {text}");
    }
}

#[test]
fn a_finding_in_a_source_file_says_what_its_folder_is_for() {
    let site = k3s();
    let report = site.ktui(&["diagnose", "go.log"]);
    report.failed(1, "pkg/agent/run.go: ");
    assert!(report.said.contains("pkg/agent"), "{}", report.said);

    // A build, its session in the app and as a report for somebody else.
    let plan = site.tree().join("small.yaml").display().to_string();
    site.ktui(&["build", &plan, "--headless"]).failed(1, "undefined: missing");
    let sessions = std::fs::read_dir(site.home.path().join("state/ktui/sessions")).unwrap();
    let id = sessions.flatten().next().unwrap().file_name().into_string().unwrap();
    let exported = said(&site, &["sessions", "export", &id, "--format", "markdown"]);
    assert!(exported.contains("`pkg/agent/run.go`: "), "{exported}");

    let mut command = ktui(site.home.path(), &["replay", &id]);
    command.cwd(site.tree());
    let mut screen = Terminal::start(command, 140, 50);
    screen.wait_for("pkg/agent/run.go: ");
    screen.keys("q");
}
