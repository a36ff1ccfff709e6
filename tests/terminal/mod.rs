//! The real binary in a real pty, read through a terminal emulator: tests assert on what a person sees.
#![allow(dead_code, unreachable_pub, reason = "each test file uses the part it needs")]

use std::io::{Read, Write};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// The longest that a test waits for something to appear.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// The program under test and its screen.
pub struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    screen: Arc<(Mutex<Screen>, Condvar)>,
}

struct Screen {
    vt: avt::Terminal,
    pending: Vec<u8>,
    closed: bool,
}

/// A command that runs ktui with a home of its own, so that no test meets another's sessions or the user's.
pub fn ktui(home: &Path, args: &[&str]) -> CommandBuilder {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_ktui"));
    command.args(args);
    command.cwd(home);
    for (name, value) in environment(home) {
        command.env(name, value);
    }
    command
}

/// The environment of a person with an English UTF-8 terminal whose home is `home`.
pub fn environment(home: &Path) -> Vec<(&'static str, String)> {
    let below = |part: &str| home.join(part).display().to_string();
    vec![
        ("HOME", home.display().to_string()),
        ("XDG_STATE_HOME", below("state")),
        ("XDG_CONFIG_HOME", below("config")),
        ("XDG_CACHE_HOME", below("cache")),
        ("XDG_RUNTIME_DIR", below("run")),
        ("LC_ALL", "C.UTF-8".to_owned()),
        ("LANG", "C.UTF-8".to_owned()),
        ("TERM", "xterm-256color".to_owned()),
    ]
}

impl Terminal {
    /// Starts a command on a screen of this size.
    pub fn start(command: CommandBuilder, cols: u16, rows: u16) -> Self {
        let size = PtySize { rows, cols, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a pty");
        let child = pair.slave.spawn_command(command).expect("ktui starts");
        drop(pair.slave);
        let mut output = pair.master.try_clone_reader().expect("a reader");
        let keys = pair.master.take_writer().expect("a writer");
        let vt = avt::Terminal::new(cols.into(), rows.into()).expect("a size");
        let screen =
            Arc::new((Mutex::new(Screen { vt, pending: Vec::new(), closed: false }), Condvar::new()));
        let shared = Arc::clone(&screen);
        std::thread::spawn(move || {
            let mut block = [0; 16 * 1024];
            loop {
                let got = output.read(&mut block).unwrap_or(0);
                let (screen, changed) = &*shared;
                let mut screen = screen.lock().expect("the screen");
                if got == 0 {
                    screen.closed = true;
                    changed.notify_all();
                    return;
                }
                screen.feed(&block[..got]);
                changed.notify_all();
            }
        });
        Self { child, master: pair.master, keys, screen }
    }

    /// What is on the screen, rows joined by newlines, blanks at their ends removed.
    pub fn text(&self) -> String {
        self.screen.0.lock().expect("the screen").text()
    }

    /// Types.
    pub fn keys(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).expect("keys are taken");
        self.keys.flush().expect("keys are taken");
    }

    /// Waits until the screen holds `wanted`.
    pub fn wait_for(&self, wanted: &str) -> String {
        self.wait_until(wanted, |screen| screen.contains(wanted))
    }

    /// Waits until the screen is as `seen` wants it.
    pub fn wait_until(&self, what: &str, seen: impl Fn(&str) -> bool) -> String {
        let end = Instant::now() + PATIENCE;
        let (screen, changed) = &*self.screen;
        let mut screen = screen.lock().expect("the screen");
        loop {
            let text = screen.text();
            if seen(&text) {
                return text;
            }
            let left = end.saturating_duration_since(Instant::now());
            assert!(!left.is_zero() && !screen.closed, "waited for {what:?}; the screen shows:\n{text}");
            screen =
                changed.wait_timeout(screen, left.min(Duration::from_millis(200))).expect("the screen").0;
        }
    }

    /// Changes the window's size.
    pub fn resize(&mut self, cols: u16, rows: u16) {
        self.screen.0.lock().expect("the screen").vt.resize(cols.into(), rows.into());
        self.master.resize(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }).expect("a new size");
    }

    /// The process id of the screen.
    pub fn pid(&self) -> u32 {
        self.child.process_id().expect("it runs")
    }

    /// SIGKILL, as when the terminal's machine goes away.
    pub fn kill(&mut self) {
        self.child.kill().expect("it can be killed");
        let _ = self.child.wait();
    }

    /// Waits for the end; answers the exit status.
    pub fn wait(&mut self) -> u32 {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("it can be waited for") {
                return status.exit_code();
            }
            assert!(Instant::now() < end, "it does not end; the screen shows:\n{}", self.text());
            let (screen, changed) = &*self.screen;
            let screen = screen.lock().expect("the screen");
            let _ = changed.wait_timeout(screen, Duration::from_millis(50));
        }
    }
}

impl Drop for Terminal {
    /// A test that fails leaves neither the screen nor, since that one's runner outlives it, a runner behind.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Kills the runners whose sessions lie below `home`, whatever the test came to.
pub struct NoRunnerLeft<'a>(pub &'a Path);

impl Drop for NoRunnerLeft<'_> {
    fn drop(&mut self) {
        let Ok(sessions) = std::fs::read_dir(self.0.join("state/ktui/sessions")) else { return };
        for session in sessions.flatten() {
            let text = std::fs::read_to_string(session.path().join("runner.pid")).unwrap_or_default();
            if let Some(pid) = text.split_whitespace().next() {
                let kill = std::process::Command::new("kill").args(["-9", pid]).output();
                drop(kill);
            }
        }
    }
}

impl Screen {
    /// The emulator takes text: an incomplete character waits for its rest.
    fn feed(&mut self, bytes: &[u8]) {
        self.pending.extend_from_slice(bytes);
        let good = match std::str::from_utf8(&self.pending) {
            Ok(text) => text.len(),
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(_) => self.pending.len(),
        };
        let text = String::from_utf8_lossy(&self.pending[..good]).into_owned();
        self.vt.feed(text.as_str());
        self.pending.drain(..good);
    }

    fn text(&self) -> String {
        let rows: Vec<String> =
            self.vt.screen().visible_lines().map(|line| line.text().trim_end().to_owned()).collect();
        rows.join("\n")
    }
}
