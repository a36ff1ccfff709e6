//! What a tree brings along changes nothing and steers no terminal until its user trusts it.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests may touch the world and stop at the first surprise"
)]

mod terminal;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use terminal::environment;

/// A tree with a plan of its own, and a home.
struct Site(tempfile::TempDir);

impl Site {
    fn new(plan: &str) -> Self {
        let site = Self(tempfile::tempdir().unwrap());
        for folder in ["tree", "bin"] {
            fs::create_dir(site.path(folder)).unwrap();
        }
        fs::write(site.path("tree/ktui.yaml"), plan).unwrap();
        site
    }

    fn path(&self, below: &str) -> PathBuf {
        self.0.path().canonicalize().unwrap().join(below)
    }

    fn command(&self, args: &[&str]) -> Command {
        let home = self.path("");
        let mut command = Command::new(env!("CARGO_BIN_EXE_ktui"));
        command.args(args).current_dir(self.path("tree")).envs(environment(&home));
        let path = format!("{}:{}", home.join("bin").display(), std::env::var("PATH").unwrap());
        command.env("PATH", path).stdin(Stdio::null());
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn plan(more: &str) -> String {
    format!(
        "plan: own\ntitle: {{en: \"T\\e[2J\\u202e\", zh: x}}\nabout: {{en: \"A\\e[8m\", zh: x}}\n{more}\
         stages:\n- id: one\n  title: {{en: x, zh: x}}\n  explain: {{en: \"E\\a\", zh: x}}\n  \
         env: {{API_TOKEN: hunter2hunter2, SEEN: \"v\\e[0m\"}}\n  \
         run: \"echo hunter2hunter2 > /dev/null # \\rharmless\\e[8m\"\n"
    )
}

/// Nothing but line ends and tabs, and nothing that reorders.
fn steers(text: &str) -> Option<char> {
    text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t') || *c == '\u{202e}')
}

#[test]
fn an_untrusted_plan_is_shown_without_what_it_would_do_to_the_terminal() {
    let site = Site::new(&plan(""));
    for args in [&["plans", "list"][..], &["plans", "show", "own"], &["build", "own", "--dry-run"]] {
        let shown = site.run(args);
        let (out, err) = (text(&shown.stdout), text(&shown.stderr));
        assert_eq!(shown.status.code(), Some(0), "{args:?}: {err}");
        assert_eq!(steers(&out).or(steers(&err)), None, "{args:?}: {out:?} {err:?}");
        assert!(out.contains("T^[[2J"), "{args:?}: what is there is seen: {out}");
    }
    let shown = text(&site.run(&["plans", "show", "own"]).stdout);
    assert!(shown.contains("# ^Mharmless^[[8m"), "{shown}");
}

#[test]
fn secrets_of_a_plan_are_not_shown() {
    let site = Site::new(&plan(""));
    for args in [&["plans", "show", "own"][..], &["build", "own", "--dry-run"]] {
        let shown = text(&site.run(args).stdout);
        assert!(shown.contains("API_TOKEN=••••"), "{shown}");
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}

#[test]
fn a_session_file_is_listed_without_what_it_would_do_to_the_terminal() {
    let site = Site::new(&plan(""));
    let session = site.path("state/ktui/sessions/20260101-000000-evil-abcd");
    fs::create_dir_all(&session).unwrap();
    let header = r#"{"version": 3, "term": {"cols": 80, "rows": 24}, "title": "\u001b[31mt\u0007"}"#;
    fs::write(session.join("session.cast"), format!("{header}\n[0.1, \"o\", \"x\"]\n")).unwrap();
    let id = session.file_name().unwrap().to_str().unwrap();
    for args in [&["sessions", "list"][..], &["sessions", "show", id]] {
        let shown = site.run(args);
        assert!(shown.status.success(), "{args:?}: {}", text(&shown.stderr));
        assert_eq!(steers(&text(&shown.stdout)), None, "{args:?}: {:?}", text(&shown.stdout));
    }
    assert!(text(&site.run(&["sessions", "show", id]).stdout).contains("^[[31mt^G"));
}

#[test]
fn a_doctor_installs_nothing_for_a_plan_that_is_not_trusted() {
    let site = Site::new(&plan("requirements: [{tool: hello-evil}]\n"));
    let ran = site.path("ran");
    for manager in ["apt-get", "dnf", "yum", "apk", "pacman", "zypper", "brew", "sudo", "hello-evil"] {
        let program = site.path("bin").join(manager);
        fs::write(&program, format!("#!/bin/sh\necho \"$0 $*\" >> '{}'\n", ran.display())).unwrap();
        fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
    }
    let asked_for = || fs::read_to_string(&ran).unwrap_or_default().contains("evil");
    let done = site.run(&["doctor", "--yes=system"]);
    let (out, err) = (text(&done.stdout), text(&done.stderr));
    assert!(!out.contains("hello-evil") && !asked_for(), "{out}\n{err}");
    assert!(err.contains("not trusted yet") && err.contains("ktui plans show own"), "{err}");
    let named = site.run(&["doctor", "own", "--yes=system"]);
    assert_eq!(named.status.code(), Some(2), "{}", text(&named.stdout));
    assert!(!asked_for());
    // Once it is trusted, its requirements count.
    let trusted = site.run(&["doctor", "--trust"]);
    assert!(text(&trusted.stdout).contains("hello-evil"), "{}", text(&trusted.stderr));
}

#[test]
fn the_start_screen_shows_an_untrusted_plan_and_runs_it_only_after_a_yes() {
    let site = Site::new(&plan(""));
    // 1 takes the plan, 2 says no; then the same with a yes, and 1 builds.
    let said = |lines: &str| {
        fs::write(site.path("lines"), lines).unwrap();
        let done = site
            .command(&["--plain", "--lang", "en"])
            .stdin(fs::File::open(site.path("lines")).unwrap())
            .output()
            .unwrap();
        text(&done.stdout) + &text(&done.stderr)
    };
    let no = said("1\n2\n");
    assert!(no.contains("Trust this plan?") && no.contains("run: \"echo "), "{no}");
    assert_eq!(steers(&no), None, "{no:?}");
    assert!(!no.contains("-- stage") && !site.path("state/ktui/trust").exists(), "{no}");
    let yes = said("1\n1\n1\n");
    assert!(site.path("state/ktui/trust").exists(), "{yes}");
    assert!(yes.contains("-- stage"), "{yes}");
    assert!(!said("1\n").contains("Trust this plan?"), "once is enough");
}

#[test]
fn trust_given_by_several_at_once_is_kept() {
    let site = Site::new(&plan(""));
    let trees: Vec<PathBuf> = (0..6).map(|number| site.path(&format!("tree-{number}"))).collect();
    for tree in &trees {
        fs::create_dir(tree).unwrap();
        fs::copy(site.path("tree/ktui.yaml"), tree.join("ktui.yaml")).unwrap();
    }
    let start = |tree: &PathBuf| {
        let mut command = site.command(&["build", "own", "--trust", "--dry-run", "-C"]);
        command.arg(tree).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    };
    let builds: Vec<_> = trees.iter().map(start).collect();
    for mut build in builds {
        assert!(build.wait().unwrap().success());
    }
    let kept = fs::read_to_string(site.path("state/ktui/trust")).unwrap();
    assert_eq!(kept.lines().count(), trees.len(), "{kept}");
}
