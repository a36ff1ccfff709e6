//! A small source tree with its own home, built by the real program without a screen.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a helper of tests drives the world")]
#![allow(dead_code, reason = "each test file uses its part")]

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// How a build ended, and all that it said.
pub(crate) struct Built {
    pub(crate) status: i32,
    pub(crate) said: String,
}

impl Built {
    #[track_caller]
    pub(crate) fn is_good(&self) {
        assert_eq!(self.status, 0, "{}", self.said);
    }

    /// It failed, and somewhere it said why.
    #[track_caller]
    pub(crate) fn failed(&self, status: i32, says: &str) {
        assert_eq!(self.status, status, "{}", self.said);
        assert!(self.said.contains(says), "{says} is not in:\n{}", self.said);
    }
}

pub(crate) struct Site {
    pub(crate) home: TempDir,
    /// Folders before the machine's PATH, or in its place.
    pub(crate) path: String,
    pub(crate) env: Vec<(String, String)>,
}

impl Site {
    /// A tree of these files, committed; what begins with `#!` is executable.
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let home = tempfile::tempdir().unwrap();
        let site = Self { path: std::env::var("PATH").unwrap(), home, env: Vec::new() };
        std::fs::create_dir_all(site.tree()).unwrap();
        for (path, text) in files {
            site.write(path, text);
        }
        site.git(&["init", "-q"]);
        site.git(&["add", "-A"]);
        site.git(&["-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", "x"]);
        site
    }

    pub(crate) fn tree(&self) -> PathBuf {
        self.home.path().join("tree")
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        use std::os::unix::fs::PermissionsExt;

        let path = self.tree().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        let mode = if text.starts_with("#!") { 0o755 } else { 0o644 };
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    }

    fn git(&self, args: &[&str]) {
        let made = Command::new("git").args(args).current_dir(self.tree()).output().unwrap();
        assert!(made.status.success(), "{made:?}");
    }

    /// A program of the machine that it plays.
    pub(crate) fn program(&mut self, name: &str, text: &str) {
        let bin = self.home.path().join("bin");
        self.write(&format!("../bin/{name}"), text);
        if !self.path.starts_with(&format!("{}:", bin.display())) {
            self.path = format!("{}:{}", bin.display(), self.path);
        }
    }

    /// A machine without these programs.
    pub(crate) fn without(&mut self, gone: &[&str]) {
        let bin = self.home.path().join("less");
        std::fs::create_dir_all(&bin).unwrap();
        for folder in std::env::split_paths(&self.path) {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                let name = entry.file_name();
                if !gone.contains(&name.to_str().unwrap_or_default()) {
                    let _ = std::os::unix::fs::symlink(entry.path(), bin.join(name));
                }
            }
        }
        self.path = bin.display().to_string();
    }

    pub(crate) fn ktui(&self, args: &[&str]) -> Built {
        let output = Command::new(env!("CARGO_BIN_EXE_ktui"))
            .args(args)
            .current_dir(self.tree())
            .env("XDG_STATE_HOME", self.home.path().join("state"))
            .env("XDG_CONFIG_HOME", self.home.path().join("config"))
            .env("PATH", &self.path)
            .env("LC_ALL", "C")
            .env_remove("GOFLAGS")
            .env_remove("GOTOOLCHAIN")
            .envs(self.env.iter().map(|(name, value)| (name, value)))
            .output()
            .unwrap();
        let said =
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        Built { status: output.status.code().unwrap_or(-1), said }
    }

    pub(crate) fn build(&self, plan: &str, set: &[&str]) -> Built {
        let mut args = vec!["build", plan, "--headless"];
        args.extend(set.iter().flat_map(|pair| ["--set", pair]));
        self.ktui(&args)
    }

    pub(crate) fn has(&self, path: &str) -> bool {
        self.tree().join(path).exists()
    }
}

/// Whether a program answers here.
pub(crate) fn answers(program: &str, args: &[&str]) -> bool {
    Command::new(program).args(args).output().is_ok_and(|output| output.status.success())
}

pub(crate) fn goarch() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}

pub(crate) fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}
