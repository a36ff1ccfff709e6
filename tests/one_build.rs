//! One tree is built once at a time: a second build is refused with the way to the first, unless it is asked for.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests may touch the world and stop at the first surprise"
)]

mod terminal;

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use terminal::environment;

/// A home with a tree whose build waits for a file, with a bound.
struct Site(tempfile::TempDir);

impl Site {
    fn new() -> Self {
        let site = Self(tempfile::tempdir().unwrap());
        fs::create_dir(site.path("tree")).unwrap();
        let plan = "plan: slow\ntitle: {en: x, zh: x}\nabout: {en: x, zh: x}\nstages:\n- id: one\n  \
                    title: {en: x, zh: x}\n  run: echo begun; for n in $(seq 3000); do test -e ../go && exit 0; sleep 0.01; done; exit 1\n";
        fs::write(site.path("slow.yaml"), plan).unwrap();
        site
    }

    fn path(&self, below: &str) -> PathBuf {
        self.0.path().canonicalize().unwrap().join(below)
    }

    fn command(&self, args: &[&str]) -> Command {
        let home = self.path("");
        let mut command = Command::new(env!("CARGO_BIN_EXE_ktui"));
        command.args(args).current_dir(self.path("tree")).envs(environment(&home));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// Starts a build; answers once its stage has begun.
    fn build(&self) -> Child {
        let mut child = self.command(&["build", "../slow.yaml", "--headless"]).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(lines.map_while(Result::ok).any(|line| line.contains("begun")), "it ended before");
        child
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_second_build_of_a_tree_is_refused_with_the_way_to_the_first() {
    let site = Site::new();
    let mut first = site.build();
    let second = site.run(&["build", "../slow.yaml", "--headless"]);
    let said = text(&second.stderr);
    assert_eq!(second.status.code(), Some(2), "{said}");
    assert!(said.contains("`ktui attach ") && said.contains("--concurrent"), "{said}");
    let sessions = text(&site.run(&["sessions", "list"]).stdout);
    assert_eq!(sessions.lines().count(), 1, "{sessions}");
    // Another tree is another matter, and so is a build that is asked for.
    let mut beside = site.command(&["build", "../slow.yaml", "--headless", "--concurrent"]).spawn().unwrap();
    fs::write(site.path("go"), "").unwrap();
    assert!(first.wait().unwrap().success());
    assert!(beside.wait().unwrap().success());
    assert!(site.run(&["build", "../slow.yaml", "--headless"]).status.success());
}

#[test]
fn a_second_tour_leaves_the_folder_of_the_first_alone() {
    let site = Site::new();
    let place = site.path("state/ktui/tour");
    let first = site.run(&["tour", "--headless"]);
    assert!(first.status.success(), "{}", text(&first.stderr));
    // A build in the tour's folder that has not ended.
    fs::remove_file(place.join("ktui.yaml")).ok();
    let plan = "plan: slow\ntitle: {en: x, zh: x}\nabout: {en: x, zh: x}\nstages:\n- id: one\n  \
                title: {en: x, zh: x}\n  run: echo begun; for n in $(seq 3000); do test -e go && exit 0; sleep 0.01; done; exit 1\n";
    fs::write(site.path("slow.yaml"), plan).unwrap();
    let mut running = site.command(&["build", "--headless", "-C"]);
    let mut running = running.arg(&place).arg(site.path("slow.yaml")).spawn().unwrap();
    let lines = BufReader::new(running.stdout.take().unwrap()).lines();
    assert!(lines.map_while(Result::ok).any(|line| line.contains("begun")), "it ended before");
    fs::write(place.join("mine"), "").unwrap();
    let second = site.run(&["tour", "--headless"]);
    let said = text(&second.stderr);
    assert_eq!(second.status.code(), Some(2), "{said}");
    assert!(said.contains("`ktui attach ") && Path::new(&place).join("mine").exists(), "{said}");
    fs::write(place.join("go"), "").unwrap();
    assert!(running.wait().unwrap().success());
}
