//! What the reader of a session put aside: findings that are none, with the reason. Kept beside the session's log,
//! which holds only what happened.
#![expect(clippy::disallowed_methods, reason = "reads and writes the list")]

use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::whole;

/// A finding that the user put aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dismissal {
    /// Its rule.
    pub rule: String,
    /// What it is about: the same failure later in the session is put aside with it.
    pub subject: String,
    /// Why, in the user's words; may be empty.
    #[serde(default)]
    pub reason: String,
}

/// What was put aside in a session; nothing where the list is not there or cannot be read.
pub fn read(path: &Path) -> Vec<Dismissal> {
    std::fs::read(path).ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default()
}

/// Keeps the list, whole or not at all.
///
/// # Errors
/// Where the session's folder cannot be written.
pub fn write(path: &Path, list: &[Dismissal]) -> io::Result<()> {
    whole::write(path, &serde_json::to_vec_pretty(list)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_aside_reads_back_and_a_torn_list_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("dismissed.json");
        assert_eq!(read(&path), []);
        let list =
            [Dismissal { rule: "a.b".into(), subject: "yq".into(), reason: "它只是可选的".into() }];
        write(&path, &list).unwrap();
        assert_eq!(read(&path), list);
        std::fs::write(&path, "[{").unwrap();
        assert_eq!(read(&path), []);
        assert!(write(Path::new("/nonexistent/dismissed.json"), &list).is_err());
    }
}
