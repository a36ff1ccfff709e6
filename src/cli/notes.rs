//! Where bookmarks and notes of a log are kept: with its session, or, of a file that is none, in the state folder.

use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::sessions::store;
use crate::net::download::hex;

/// The file's name in a session's folder.
const NAME: &str = "notes.json";

/// Where the notes of a session are.
pub(super) fn of_session(folder: &Path) -> PathBuf {
    folder.join(NAME)
}

/// Where the notes of a log are that was named by its file or its session's id; nowhere for standard input.
pub(super) fn of_log(log: &str) -> Option<PathBuf> {
    let store = store().ok()?;
    let Ok(path) = Path::new(log).canonicalize() else {
        return store.find(log).ok().map(|session| of_session(&session.path));
    };
    if path.file_name().is_some_and(|name| name == "session.cast") {
        return path.parent().map(of_session);
    }
    let sum = Sha256::digest(path.as_os_str().as_encoded_bytes());
    Some(store.root().parent()?.join("notes").join(format!("{}.json", hex(&sum[..16]))))
}
