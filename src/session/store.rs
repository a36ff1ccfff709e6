//! Where sessions live: one folder each, found by id, listed newest first, pruned.
//!
//! Owns names and modes of folders and files, and who may write a session (the runner's lock). What is in a
//! session is told by [`Summary`]; the lines are `reader`'s business.

#![expect(clippy::disallowed_methods, reason = "session folders are made, listed and deleted here")]

mod lock;
mod summary;
mod tail;
mod usual;

use std::ffi::OsStr;
use std::fs;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;
use time::macros::format_description;

use crate::locale::{Speak, Text, both};

pub use lock::RunnerLock;
pub use summary::{Status, Summary};
pub use usual::Alike;

/// What goes wrong with the store.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.said().en)]
pub enum StoreError {
    /// There is no home folder to keep sessions in.
    NoHome,
    /// The operating system refuses.
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// No session has this id.
    NotFound {
        /// As asked for.
        wanted: String,
    },
    /// More than one session fits.
    Ambiguous {
        /// As asked for.
        wanted: String,
        /// Ids that fit, newest first.
        candidates: Vec<String>,
    },
    /// A runner is at work in it.
    Running {
        /// The session.
        id: String,
    },
}

impl Speak for StoreError {
    fn said(&self) -> Text {
        match self {
            Self::NoHome => both!(
                "no home folder; set KTUI_STATE_DIR to a folder for sessions",
                "没有主目录；请将 KTUI_STATE_DIR 设为存放会话的目录"
            ),
            Self::Io { path, source } => Text::verbatim(format!("{}: {source}", path.display())),
            Self::NotFound { wanted } => both!(
                "no session {wanted:?}; `ktui sessions list` shows them all",
                "没有会话 {wanted:?}；`ktui sessions list` 列出全部"
            ),
            Self::Ambiguous { wanted, candidates } => {
                let all = candidates.join(", ");
                both!("{wanted:?} fits {all}", "{wanted:?} 同时符合 {all}")
            }
            Self::Running { id } => both!("session {id} is running", "会话 {id} 正在运行"),
        }
    }
}

fn io_error(path: &Path) -> impl FnOnce(io::Error) -> StoreError + '_ {
    move |source| StoreError::Io { path: path.to_owned(), source }
}

/// All sessions of a user.
#[derive(Debug, Clone)]
pub struct Store {
    root: PathBuf,
}

impl Store {
    /// The user's store: `sessions` in `state_dir` (the value of `KTUI_STATE_DIR`) where one is given, else in
    /// `$XDG_STATE_HOME/ktui`.
    pub fn open_default(state_dir: Option<&OsStr>) -> Result<Self, StoreError> {
        if let Some(dir) = state_dir.filter(|dir| !dir.is_empty()) {
            return Ok(Self::at(Path::new(dir).join("sessions")));
        }
        let dirs = directories::ProjectDirs::from("", "", "ktui").ok_or(StoreError::NoHome)?;
        // Where the platform knows no folder for state, its folder for local data comes nearest.
        Ok(Self::at(dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir()).join("sessions")))
    }

    /// The store whose session folders lie in `root`; it is made when the first session is.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The folder that holds the session folders.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Makes the folder (mode 0700) of a new session of this plan.
    pub fn create(&self, plan: &str) -> Result<SessionDir, StoreError> {
        self.create_at(plan, SystemTime::now())
    }

    fn create_at(&self, plan: &str, now: SystemTime) -> Result<SessionDir, StoreError> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.root).map_err(io_error(&self.root))?;
        loop {
            let id = new_id(plan, now);
            let path = self.root.join(&id);
            match fs::DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => return Ok(SessionDir { id, path }),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(source) => return Err(StoreError::Io { path, source }),
            }
        }
    }

    /// All sessions, newest first. Cheap however long their logs are; what cannot be read is left out.
    pub fn list(&self) -> Result<Vec<Summary>, StoreError> {
        let mut sessions: Vec<Summary> = self.dirs()?.iter().filter_map(|dir| dir.summary().ok()).collect();
        sessions.sort_by(|a, b| (b.started, &b.id).cmp(&(a.started, &a.id)));
        Ok(sessions)
    }

    /// The session of this id, of which a unique start or the last word is enough.
    pub fn find(&self, wanted: &str) -> Result<SessionDir, StoreError> {
        let dirs = self.dirs()?;
        let last_word = format!("-{wanted}");
        let fits: [&dyn Fn(&str) -> bool; 3] =
            [&|id| id == wanted, &|id| id.starts_with(wanted), &|id| id.ends_with(&last_word)];
        for fit in fits {
            let mut fitting: Vec<&SessionDir> =
                dirs.iter().filter(|dir| !wanted.is_empty() && fit(&dir.id)).collect();
            match fitting[..] {
                [] => {}
                [one] => return Ok(one.clone()),
                _ => {
                    fitting.reverse();
                    let candidates = fitting.iter().map(|dir| dir.id.clone()).collect();
                    return Err(StoreError::Ambiguous { wanted: wanted.to_owned(), candidates });
                }
            }
        }
        Err(StoreError::NotFound { wanted: wanted.to_owned() })
    }

    /// Deletes a session, unless it is running.
    pub fn remove(&self, session: &SessionDir) -> Result<(), StoreError> {
        if session.is_running() {
            return Err(StoreError::Running { id: session.id.clone() });
        }
        fs::remove_dir_all(&session.path).map_err(io_error(&session.path))
    }

    /// The sessions that [`Store::prune`] would delete, newest first.
    pub fn prunable(&self, which: Prune) -> Result<Vec<Summary>, StoreError> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let mut sessions = self.list()?;
        if which == Prune::default() {
            return Ok(Vec::new());
        }
        let mut rank = 0;
        sessions.retain(|session| {
            rank += 1;
            let past = which.keep.is_none_or(|keep| rank > keep);
            let age = now.saturating_sub(Duration::from_secs(session.changed));
            past && which.older_than.is_none_or(|limit| age > limit) && session.status != Status::Running
        });
        Ok(sessions)
    }

    /// Deletes old sessions and tells which; never running ones.
    pub fn prune(&self, which: Prune) -> Result<Vec<Summary>, StoreError> {
        let sessions = self.prunable(which)?;
        for session in &sessions {
            self.remove(&session.session)?;
        }
        Ok(sessions)
    }

    /// All session folders, oldest first.
    fn dirs(&self) -> Result<Vec<SessionDir>, StoreError> {
        let entries = match fs::read_dir(&self.root) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(io_error(&self.root))?,
        };
        let mut dirs: Vec<SessionDir> = entries
            .filter_map(Result::ok)
            .filter_map(|entry| {
                Some(SessionDir { id: entry.file_name().into_string().ok()?, path: entry.path() })
            })
            .filter(|dir| dir.cast().is_file() || dir.order().is_file())
            .collect();
        dirs.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(dirs)
    }
}

/// Which sessions to delete: those for which every given condition holds; none without a condition.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Prune {
    /// Not among so many newest ones.
    pub keep: Option<usize>,
    /// Last written longer ago.
    pub older_than: Option<Duration>,
}

/// The folder of one session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionDir {
    /// Its id, which is the folder's name.
    pub id: String,
    /// The folder.
    pub path: PathBuf,
}

impl SessionDir {
    /// A session folder at any place.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let id = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Self { id, path }
    }

    /// The log.
    pub fn cast(&self) -> PathBuf {
        self.path.join("session.cast")
    }

    /// The runner's socket. Its path may be longer than a socket address holds (107 bytes).
    pub fn socket(&self) -> PathBuf {
        self.path.join("runner.sock")
    }

    /// What the runner was told to do.
    pub fn order(&self) -> PathBuf {
        self.path.join("order.json")
    }

    /// The runner's process id, for people and for `kill`; whether it lives is told by the lock.
    pub fn pid(&self) -> PathBuf {
        self.path.join("runner.pid")
    }

    /// What its reader put aside.
    pub fn dismissed(&self) -> PathBuf {
        self.path.join("dismissed.json")
    }

    /// The file that the runner holds locked as long as it lives.
    pub fn lock_file(&self) -> PathBuf {
        self.path.join("runner.lock")
    }

    /// What it is about and how it stands.
    pub fn summary(&self) -> io::Result<Summary> {
        Summary::read(self)
    }

    /// Whether a runner is at work in it.
    pub fn is_running(&self) -> bool {
        lock::is_held(self)
    }

    /// Takes the session for this process, until the lock is dropped or the process ends in whatever way.
    /// Also writes the pid file.
    pub fn hold(&self) -> Result<RunnerLock, StoreError> {
        RunnerLock::take(self)
    }
}

/// `20261121-034410-k3s-native-7f3a`: sortable, readable, unique enough to try.
fn new_id(plan: &str, now: SystemTime) -> String {
    let mut slug = String::new();
    for c in plan.chars().map(|c| c.to_ascii_lowercase()) {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(40);
    let slug = if slug.is_empty() { "session" } else { slug.trim_end_matches('-') };
    let stamp = OffsetDateTime::from(now)
        .format(format_description!("[year][month][day]-[hour][minute][second]"))
        .unwrap_or_else(|_| "00000000-000000".to_owned());
    // The hasher's keys are random, and that is all that is wanted of it.
    let random = RandomState::new().build_hasher().finish() & 0xFFFF;
    format!("{stamp}-{slug}-{random:04x}")
}

#[cfg(test)]
mod tests;
