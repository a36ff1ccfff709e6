//! The shipped rule base keeps its own promises: every sample hits, every near miss misses.

#![allow(clippy::disallowed_methods, reason = "a test reads the repository")]

use std::path::Path;
use std::process::Command;
use std::sync::{Arc, LazyLock};

use ktui::diagnose::compile::RuleBase;
use ktui::diagnose::lint::{lint, try_sample};
use ktui::diagnose::rule::{Risk, Sample};
use ktui::locale::Lang;
use ktui::remedy::packages::Manager;
use ktui::remedy::{Fix, Machine, Remedies};

fn files() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("diagnostics");
    let mut files: Vec<(String, String)> = std::fs::read_dir(&folder)
        .expect("diagnostics/ lies in the repository")
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .map(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            (format!("diagnostics/{name}"), std::fs::read_to_string(&path).expect("UTF-8"))
        })
        .collect();
    files.sort();
    files
}

#[test]
fn every_rule_recognises_its_samples_and_nothing_else() {
    let (base, mut problems) = RuleBase::load(&files());
    assert!(!base.is_empty(), "no rules in diagnostics/");
    problems.extend(lint(&Arc::new(base), &|_| true, &|_| true));
    let shown: Vec<String> = problems
        .iter()
        .filter(|problem| !problem.warning)
        .map(|problem| problem.text(ktui::locale::Lang::En))
        .collect();
    assert!(shown.is_empty(), "{}", shown.join("\n"));
}

/// The shipped rules and packages, loaded once.
static SHIPPED: LazyLock<(Arc<RuleBase>, Remedies)> = LazyLock::new(|| {
    let files = files();
    let table = files.iter().find(|(name, _)| name.ends_with("packages.yaml")).expect("the table");
    (Arc::new(RuleBase::load(&files).0), Remedies::load(&table.0, &table.1).0)
});

/// What the shipped rules offer for a log, to a user who is not root on Debian.
fn offered(log: &str) -> Vec<Fix> {
    let (base, remedies) = &*SHIPPED;
    let sample: Sample = serde_json::from_value(serde_json::json!({"text": log})).expect("a sample");
    let findings = try_sample(base, &sample);
    let machine = Machine { manager: Some(Manager::Apt), root: Some(false), ..Machine::default() };
    let of = |finding| Some(remedies.fixes(finding, base.rule(&finding.rule)?, &machine, Lang::En));
    findings.iter().filter_map(of).flatten().collect()
}

/// Runs a fix's commands in a folder as a session does.
fn run(fix: &Fix, dir: &Path) -> bool {
    fix.commands.iter().all(|command| shell(command, dir))
}

fn shell(command: &str, dir: &Path) -> bool {
    let ran = Command::new("bash").args(["-euo", "pipefail", "-c", command]).current_dir(dir).output();
    ran.expect("bash").status.success()
}

#[test]
fn a_file_that_a_log_names_is_never_removed() {
    let dir = tempfile::tempdir().expect("a folder");
    let at = |name: &str| dir.path().join(name);
    let file = at("id_ed25519");
    for log in [
        format!("ln: failed to create symbolic link '{}': File exists", file.display()),
        format!("{}: line 1: syntax error near unexpected token `newline'", file.display()),
        format!("cp: cannot stat '{}': Too many levels of symbolic links", file.display()),
    ] {
        std::fs::write(&file, "-----BEGIN OPENSSH PRIVATE KEY-----\n").expect("written");
        let acts: Vec<Fix> = offered(&log).into_iter().filter(Fix::acts).collect();
        assert!(!acts.is_empty(), "{log}");
        for fix in &acts {
            assert_eq!(fix.risk, Risk::Destructive, "{fix:?}");
            assert!(!run(fix, dir.path()), "{fix:?}");
            assert!(file.is_file(), "{fix:?}");
        }
    }
    // A link and a page are set aside; what was set aside before stays.
    std::os::unix::fs::symlink("k3s", at("kubectl")).expect("linked");
    std::fs::write(at("kubectl.ktui-kept"), "older").expect("written");
    let fix = &offered("ln: failed to create symbolic link 'kubectl': File exists")[0];
    assert!(run(fix, dir.path()) && shell(&fix.verify, dir.path()), "{fix:?}");
    assert_eq!(std::fs::read(at("kubectl.ktui-kept")).expect("kept"), b"older");
    assert_eq!(std::fs::read_link(at("kubectl.ktui-kept+")).expect("kept"), Path::new("k3s"));
    std::fs::write(at("yq"), "<!DOCTYPE html>\n<html>").expect("written");
    let fix = &offered("./yq: 1: Syntax error: newline unexpected")[0];
    assert!(run(fix, dir.path()) && at("yq.ktui-kept").is_file() && !at("yq").exists(), "{fix:?}");
}

#[test]
fn a_makefile_that_is_no_link_in_git_keeps_its_changes() {
    let dir = tempfile::tempdir().expect("a folder");
    let makefile = dir.path().join("Makefile");
    let fix = offered("Makefile:1: *** missing separator.  Stop.").remove(0);
    assert_eq!((fix.id.as_str(), fix.risk), ("restore", Risk::Destructive));
    let git = "git -c user.name=a -c user.email=a@b.c";
    assert!(shell(
        &format!("git init -q && echo all: > Makefile && git add . && {git} commit -qm a"),
        dir.path()
    ));
    std::fs::write(&makefile, "work of today\n").expect("written");
    assert!(!run(&fix, dir.path()));
    assert_eq!(std::fs::read(&makefile).expect("there"), b"work of today\n");
    assert!(shell(&format!("ln -sf build/root/Makefile Makefile && {git} commit -qam b"), dir.path()));
    std::fs::remove_file(&makefile).expect("removed");
    std::fs::write(&makefile, "build/root/Makefile").expect("written");
    assert!(run(&fix, dir.path()) && shell(&fix.verify, dir.path()), "{fix:?}");
    assert_eq!(std::fs::read(dir.path().join("Makefile.ktui-kept")).expect("kept"), b"build/root/Makefile");
}

#[test]
fn no_owner_changes_outside_of_the_tree() {
    let acts = |log: &str| offered(log).into_iter().any(|fix| fix.acts());
    assert!(acts("mkdir: cannot create directory ‘build/data’: Permission denied"));
    for path in ["/usr/lib/x", "/etc/rancher/node/password", "/x", "../x"] {
        assert!(!acts(&format!("open {path}: permission denied")), "{path}");
    }
}

#[test]
fn the_shipped_fixes_run_no_script_from_the_network_as_root_and_mount_nothing_writable() {
    let commands = SHIPPED.0.rules().flat_map(|rule| &rule.fixes).flat_map(|fix| &fix.commands);
    for command in commands {
        let command = &command.value;
        for forbidden in
            ["remount,rw", "get.k3s.io", "system prune", "pkill", "distro-sync", "lowSpeedTime 999999"]
        {
            assert!(!command.contains(forbidden), "{command}");
        }
    }
    let fixes = offered("./build.sh: line 4: k3s: command not found");
    assert!(fixes.iter().all(|fix| !fix.acts()), "{fixes:?}");
    assert!(fixes.iter().any(|fix| fix.guide.contains("ktui build k3s-native")), "{fixes:?}");
}
