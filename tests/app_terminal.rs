//! The real binary in a real terminal, tmux's: its first screen, a flood, sizes that change all the time, Ctrl-Z, a
//! large paste, locales without Unicode, a signal; and what of the terminal is left afterwards.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests may touch the world and stop at the first surprise"
)]

mod terminal;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use terminal::{NoRunnerLeft, PATIENCE, environment};

/// One frame begins so.
const FRAME: &[u8] = b"\x1b[?2026h";
/// What the shell prompts with.
const PROMPT: &str = "ready>";

/// A shell in a terminal of tmux's, with a server of its own.
struct Tmux<'a> {
    server: String,
    home: &'a Path,
}

impl<'a> Tmux<'a> {
    /// `None`, and why, where there is no tmux.
    fn start(home: &'a Path, cols: u16, rows: u16) -> Option<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        if which::which("tmux").is_err() || which::which("bash").is_err() {
            eprintln!("skipped: tmux or bash is not installed");
            return None;
        }
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let settings = home.join("tmux.conf");
        fs::write(
            &settings,
            "set -g default-terminal screen-256color\nset -g status off\nset -s escape-time 0\n",
        )
        .unwrap();
        let rc = home.join("bashrc");
        fs::write(&rc, format!("PS1='{PROMPT} '\n")).unwrap();
        let shell = format!("bash --noprofile --rcfile {} -i", rc.display());
        let tmux = Self { server: format!("ktui-test-{}-{number}", std::process::id()), home };
        let (cols, rows, settings) = (cols.to_string(), rows.to_string(), settings.display().to_string());
        tmux.run(&["-u", "-f", &settings, "new-session", "-d", "-s", "t", "-x", &cols, "-y", &rows, &shell]);
        tmux.wait_for(PROMPT);
        Some(tmux)
    }

    fn run(&self, words: &[&str]) -> String {
        let output = Command::new("tmux")
            .args(["-L", &self.server])
            .args(words)
            .current_dir(self.home)
            .env_remove("TMUX")
            .envs(environment(self.home))
            .env("TMUX_TMPDIR", self.home)
            .output()
            .expect("tmux starts");
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Types a command line and ends it.
    fn types(&self, line: &str) {
        self.run(&["send-keys", "-t", "t", "-l", line]);
        self.key("Enter");
    }

    /// Presses a key, by tmux's name for it.
    fn key(&self, key: &str) {
        self.run(&["send-keys", "-t", "t", key]);
    }

    fn screen(&self) -> String {
        self.run(&["capture-pane", "-p", "-t", "t"])
    }

    fn wait_until(&self, what: &str, mut seen: impl FnMut(&str) -> bool) -> String {
        let end = Instant::now() + PATIENCE;
        loop {
            let screen = self.screen();
            if seen(&screen) {
                return screen;
            }
            assert!(Instant::now() < end, "waited for {what}; the screen shows:\n{screen}");
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    fn wait_for(&self, wanted: &str) -> String {
        self.wait_until(wanted, |screen| screen.contains(wanted))
    }

    /// The modes of the terminal that a program may change: the alternate screen, the cursor, the mouse.
    fn modes(&self) -> String {
        let modes = "#{alternate_on}#{cursor_flag}#{mouse_any_flag}#{mouse_sgr_flag}";
        self.run(&["display-message", "-p", "-t", "t", modes]).trim().to_owned()
    }

    /// Everything that reaches the terminal from now on goes into this file as well.
    fn record(&self, path: &Path) {
        self.run(&["pipe-pane", "-O", "-t", "t", &format!("cat >> {}", path.display())]);
    }

    /// The shell has the terminal again, as it was: lines are edited and echoed, no screen of a program is left.
    fn has_its_terminal_back(&self, why: &str) {
        let state = self.home.join("stty");
        let _ = fs::remove_file(&state);
        self.wait_until("the shell", |_| self.modes() == "0100");
        self.types(&format!("stty -a > {0}.part; mv {0}.part {0}", state.display()));
        let said = self.wait_until_file(&state);
        let on: Vec<&str> = said.split_whitespace().collect();
        for mode in ["icanon", "echo", "isig", "icrnl", "opost"] {
            assert!(on.contains(&mode), "{why}: {mode} is off: {said}");
        }
    }

    fn wait_until_file(&self, path: &Path) -> String {
        self.wait_until(&path.display().to_string(), |_| path.exists());
        fs::read_to_string(path).unwrap()
    }

    /// The program that the shell runs.
    fn program(&self) -> String {
        let shell = self.run(&["display-message", "-p", "-t", "t", "#{pane_pid}"]);
        let shell = shell.trim();
        let children = fs::read_to_string(format!("/proc/{shell}/task/{shell}/children")).unwrap();
        children.split_whitespace().next().expect("a program runs").to_owned()
    }
}

impl Drop for Tmux<'_> {
    fn drop(&mut self) {
        let mut kill = Command::new("tmux");
        drop(kill.args(["-L", &self.server, "kill-server"]).env("TMUX_TMPDIR", self.home).output());
    }
}

/// A log to look at: 300 lines, the last of which says so.
fn log(home: &Path) -> String {
    let lines: String = (1..300).fold(String::new(), |text, n| text + &format!("line {n} of a build\n"));
    fs::write(home.join("build.log"), lines + "the last line of 300\n").unwrap();
    format!("{} replay build.log", env!("CARGO_BIN_EXE_ktui"))
}

/// A screen with the log on it, diagnosed: nothing changes on it by itself any more.
fn open(tmux: &Tmux<'_>, command: &str) -> String {
    tmux.types(command);
    // While it is diagnosed, its head says how much of it is.
    tmux.wait_until("the log", |screen| {
        screen.contains("the last line of 300") && !screen.contains(" %") && tmux.modes().starts_with('1')
    })
}

#[test]
fn the_first_screen_is_there_and_leaving_gives_the_terminal_back() {
    let folder = tempfile::tempdir().unwrap();
    let Some(tmux) = Tmux::start(folder.path(), 100, 30) else { return };
    let screen = open(&tmux, &log(folder.path()));
    assert!(screen.contains("line 299 of a build") && !screen.contains(PROMPT), "{screen}");
    tmux.key("q");
    tmux.wait_for(PROMPT);
    tmux.has_its_terminal_back("after q");
}

#[test]
fn a_flood_leaves_the_keys_heard_and_the_line_to_the_terminal_free() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let _runners = NoRunnerLeft(home);
    let Some(tmux) = Tmux::start(home, 120, 40) else { return };
    // It floods until the test has seen enough, however slow the machine is; no line is like the one before.
    let plan = "plan: flood\ntitle: {en: Flood}\nabout: {en: Floods.}\nstages:\n  - id: flood\n    title: {en: Flood}\n    \
                run: |\n      n=0; until [ -e enough ]; do n=$((n + 1000)); \
                seq -f '%.0f the quick brown fox jumps over the lazy dog' $n $((n + 999)); done\n      echo flooded\n";
    fs::write(home.join("ktui.yaml"), plan).unwrap();
    tmux.types(&format!("{} build ./ktui.yaml", env!("CARGO_BIN_EXE_ktui")));
    tmux.wait_until("the flood", |screen| screen.matches("lazy dog").count() > 10);
    let record = home.join("record");
    let begun = Instant::now();
    tmux.record(&record);
    let frames = || {
        let bytes = fs::read(&record).unwrap_or_default();
        (bytes.windows(FRAME.len()).filter(|part| *part == FRAME).count(), bytes.len() as u64)
    };
    tmux.wait_until("thirty frames", |_| frames().0 >= 30);
    // A machine that is slow writes less in a second, never more.
    let (bytes, millis) = (frames().1, begun.elapsed().as_millis() as u64);
    assert!(bytes * 1000 / millis < 60_000, "{bytes} bytes in {millis} ms");
    tmux.key("?");
    tmux.wait_until("the help", |screen| screen.contains(" Keys ─"));
    tmux.key("Escape");
    tmux.wait_until("the help gone", |screen| !screen.contains(" Keys ─"));
    tmux.key("k");
    tmux.wait_for("below");
    assert!(!home.join("enough").exists() && !tmux.screen().contains("flooded"), "it floods still");
    fs::write(home.join("enough"), "").unwrap();
    tmux.wait_until("the end", |screen| screen.contains("1 of 1 stage"));
}

#[test]
fn fifty_sizes_later_the_screen_is_right() {
    let folder = tempfile::tempdir().unwrap();
    let Some(tmux) = Tmux::start(folder.path(), 100, 30) else { return };
    let before = open(&tmux, &log(folder.path()));
    let size = |cols: u64, rows: u64| {
        tmux.run(&["resize-window", "-t", "t", "-x", &cols.to_string(), "-y", &rows.to_string()]);
    };
    size(1, 1);
    size(250, 80);
    let mut seed = 1u64;
    for _ in 0..48 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        size((seed >> 33) % 250 + 1, (seed >> 50) % 80 + 1);
    }
    size(100, 30);
    tmux.wait_until("the screen as it was", |screen| screen == before);
    tmux.key("q");
    tmux.has_its_terminal_back("after a storm of sizes");
}

#[test]
fn ctrl_z_gives_the_terminal_back_and_fg_takes_it_again() {
    let folder = tempfile::tempdir().unwrap();
    let Some(tmux) = Tmux::start(folder.path(), 100, 30) else { return };
    let before = open(&tmux, &log(folder.path()));
    let modes = tmux.modes();
    for _ in 0..2 {
        tmux.key("C-z");
        tmux.wait_for("Stopped");
        tmux.has_its_terminal_back("while it is stopped");
        tmux.types("clear; fg");
        tmux.wait_until("the screen as it was", |screen| screen == before);
        tmux.wait_until("the modes as they were", |_| tmux.modes() == modes);
    }
    tmux.key("q");
    tmux.has_its_terminal_back("after it was stopped");
}

#[test]
fn a_megabyte_that_is_pasted_is_text_and_no_order() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let Some(tmux) = Tmux::start(home, 100, 30) else { return };
    let before = open(&tmux, &log(home));
    let orders = "yq ?:q#TLMq x\n& y\n\n/q\n";
    fs::write(home.join("paste"), orders.repeat((1 << 20) / orders.len() + 1)).unwrap();
    tmux.run(&["load-buffer", "paste"]);
    let help = |screen: &str| screen.contains(" Keys ─");
    // Outside of what is being written: nothing, however much it is.
    tmux.run(&["paste-buffer", "-p", "-t", "t"]);
    tmux.key("?");
    tmux.wait_until("the help", help);
    tmux.key("Escape");
    tmux.wait_until("the screen as it was", |screen| screen == before);
    // Into a pattern: one line of it, and neither a newline nor a `q` does anything.
    tmux.key("/");
    tmux.wait_until("the prompt", |screen| screen != before);
    tmux.run(&["paste-buffer", "-p", "-t", "t"]);
    tmux.wait_until("what was pasted", |screen| screen.contains("& y/qyq ?:q#TLMq x"));
    tmux.key("Enter");
    tmux.key("?");
    tmux.wait_until("the help", help);
    tmux.key("Escape");
    tmux.wait_until("the help gone", |screen| !help(screen));
    tmux.key("q");
    tmux.has_its_terminal_back("after a paste");
}

#[test]
fn a_locale_decides_between_unicode_and_ascii() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let Some(tmux) = Tmux::start(home, 100, 30) else { return };
    let command = log(home);
    for (locale, ascii, words) in
        [("C", true, "following"), ("zh_CN.GB18030", true, "following"), ("zh_CN.UTF-8", false, "日志")]
    {
        let record = home.join(format!("record-{locale}"));
        tmux.types("clear");
        tmux.record(&record);
        open(&tmux, &format!("LC_ALL={locale} {command}"));
        let screen = tmux.wait_for(words);
        tmux.run(&["pipe-pane", "-t", "t"]);
        tmux.wait_until("what was written", |_| fs::metadata(&record).is_ok_and(|file| file.len() > 1000));
        let written = fs::read(&record).unwrap();
        assert_eq!(written.is_ascii(), ascii, "{locale}:\n{screen}");
        tmux.key("q");
        tmux.has_its_terminal_back(locale);
    }
}

#[test]
fn a_signal_that_ends_it_leaves_a_terminal_to_work_with() {
    let folder = tempfile::tempdir().unwrap();
    let Some(tmux) = Tmux::start(folder.path(), 100, 30) else { return };
    let command = log(folder.path());
    for signal in ["TERM", "HUP", "INT"] {
        open(&tmux, &command);
        let pid = tmux.program();
        assert!(Command::new("kill").args([&format!("-{signal}"), &pid]).status().unwrap().success());
        tmux.wait_for(PROMPT);
        tmux.has_its_terminal_back(signal);
        tmux.types("clear");
        tmux.wait_until("a clear screen", |screen| !screen.contains("stty"));
    }
}
