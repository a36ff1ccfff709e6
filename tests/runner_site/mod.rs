//! A folder with a session in it, a runner to run it, and ways to wait for what its log says.

#![expect(clippy::disallowed_methods, reason = "starts runners and waits for them with a bound")]
#![expect(clippy::unwrap_used, reason = "a helper of tests")]
#![allow(dead_code, reason = "each test file uses its part")]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use ktui::event::{Event, Note, RunEnded, Timed};
use ktui::plan::resolve::{Resolved, ResolvedStage};
use ktui::runner::client::Client;
use ktui::runner::order::Order;
use ktui::runner::protocol::{Reply, Request};
use ktui::runner::{Handle, launch_as};
use ktui::session::reader::Reader;
use ktui::session::store::SessionDir;
use tempfile::TempDir;

/// Longer than anything here takes on the slowest machine; only a failure waits this long.
pub(crate) const BOUND: Duration = Duration::from_secs(60);

pub(crate) struct Site {
    pub(crate) folder: TempDir,
    pub(crate) session: SessionDir,
}

impl Site {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("session");
        std::fs::create_dir_all(&path).unwrap();
        std::fs::create_dir_all(folder.path().join("tree")).unwrap();
        Self { session: SessionDir::at(path), folder }
    }

    pub(crate) fn tree(&self) -> PathBuf {
        self.folder.path().join("tree")
    }

    pub(crate) fn stage(&self, id: &str, script: &str) -> ResolvedStage {
        ResolvedStage {
            id: id.into(),
            title: id.into(),
            script: script.into(),
            shell: ["bash", "-euo", "pipefail"].map(str::to_owned).to_vec(),
            dir: self.tree(),
            ..ResolvedStage::default()
        }
    }

    pub(crate) fn order(&self, stages: Vec<ResolvedStage>) -> Order {
        let plan = Resolved {
            plan: "test".into(),
            dir: self.tree(),
            target: "local".into(),
            stages,
            ..Resolved::default()
        };
        Order::new("session", plan)
    }

    pub(crate) fn launch(&self, order: &Order) -> Handle {
        launch_as(program(), &self.session, order).unwrap()
    }

    /// Starts a session of one stage.
    pub(crate) fn start(&self, script: &str) -> Handle {
        self.launch(&self.order(vec![self.stage("one", script)]))
    }

    /// Runs a session that ends by itself; its events.
    pub(crate) fn run(&self, script: &str) -> Vec<Event> {
        self.start(script);
        self.ended()
    }

    /// All events of a session that ends, or waits after a failure, by itself.
    pub(crate) fn ended(&self) -> Vec<Event> {
        self.wait("the session to end", |events| {
            let last = events.last()?;
            let over = matches!(last, Event::Exit(_) | Event::Note(Note::Waiting { .. }));
            over.then(|| events.to_vec())
        })
    }

    /// Waits until the log says something.
    pub(crate) fn wait<T>(&self, what: &str, mut find: impl FnMut(&[Event]) -> Option<T>) -> T {
        let mut reader = until("the log", || Reader::open(self.session.cast()).ok());
        let mut events = Vec::new();
        let deadline = Instant::now() + BOUND;
        loop {
            let more = reader.poll().unwrap();
            events.extend(more.into_iter().map(|Timed { event, .. }| event));
            if let Some(found) = find(&events) {
                return found;
            }
            assert!(Instant::now() < deadline, "waited for {what} in vain; the log holds {events:#?}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits until the output holds a text.
    pub(crate) fn wait_for_text(&self, text: &str) {
        self.wait(text, |events| output(events).contains(text).then_some(()));
    }

    pub(crate) fn client(&self) -> Client {
        Client::connect(&self.session.socket()).unwrap()
    }

    pub(crate) fn ask(&self, request: &Request) -> Reply {
        self.client().request(request).unwrap()
    }
}

/// A runner that waits for a decision outlives its test otherwise.
impl Drop for Site {
    fn drop(&mut self) {
        until("the runner to go", || {
            if !self.session.is_running() {
                return Some(());
            }
            if let Some(pid) = read_pid(&self.session.pid()) {
                kill_9(pid);
            }
            None
        });
    }
}

pub(crate) fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_ktui"))
}

/// Waits for something that is not in the log.
pub(crate) fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + BOUND;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "waited for {what} in vain");
        std::thread::sleep(Duration::from_millis(5));
    }
}

pub(crate) fn output(events: &[Event]) -> String {
    let text = |event: &Event| if let Event::Output(text) = event { Some(text.clone()) } else { None };
    events.iter().filter_map(text).collect()
}

/// The exact bytes of the output.
pub(crate) fn bytes(events: &[Event]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut exact = false;
    for event in events {
        match event {
            Event::Exact(all) => {
                bytes.extend_from_slice(all);
                exact = true;
            }
            Event::Output(text) if !std::mem::take(&mut exact) => bytes.extend_from_slice(text.as_bytes()),
            _ => {}
        }
    }
    bytes
}

pub(crate) fn ends(events: &[Event]) -> Vec<&RunEnded> {
    events
        .iter()
        .filter_map(|event| if let Event::Note(Note::RunEnded(ended)) = event { Some(ended) } else { None })
        .collect()
}

/// Whether a process of this id runs (a zombie does not).
pub(crate) fn runs(pid: i32) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat"))
        .is_ok_and(|stat| stat.rsplit(") ").next().is_some_and(|rest| !rest.starts_with('Z')))
}

/// The number that a stage wrote into a file of its tree.
pub(crate) fn pid_in(path: &Path) -> i32 {
    until("a process id", || read_pid(path))
}

fn read_pid(path: &Path) -> Option<i32> {
    std::fs::read_to_string(path).ok()?.split_whitespace().next()?.parse().ok()
}

pub(crate) fn kill_9(pid: i32) {
    let pid = rustix::process::Pid::from_raw(pid).unwrap();
    let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
}
