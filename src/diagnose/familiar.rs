//! What a stage printed when it last went well: a row that stood there too is hardly why the stage fails now.
//!
//! Owns when two rows count as the same. Who finds and reads the earlier session is injected; it is asked once a
//! stage, and only when a failure that no rule knows has to be explained.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::hash::{DefaultHasher, Hasher as _};
use std::sync::{Arc, Mutex, PoisonError};

use super::pattern::Row;

/// So many different rows of a stage are remembered; what a stage prints beyond them counts as new.
const MOST: usize = 200_000;
/// A run of hexadecimal digits this long is an id: a commit, a hash, an address.
const ID: usize = 7;

/// The rows of one good run.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Rows(HashSet<u64>);

impl Rows {
    /// Remembers a row of plain text.
    pub fn add(&mut self, row: &str) {
        if self.0.len() < MOST {
            self.0.insert(shape(Row::new(row.as_bytes()).rest()));
        }
    }

    /// Whether nothing is remembered.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn know(&self, row: &Row<'_>) -> bool {
        self.0.contains(&shape(row.rest()))
    }
}

/// Rows equal but for numbers, ids and blanks are the same.
fn shape(row: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    let words = row.split(|c: char| !c.is_ascii_alphanumeric());
    let mut at = 0;
    for word in words {
        let id = word.len() >= ID
            && word.bytes().all(|byte| byte.is_ascii_hexdigit())
            && word.bytes().any(|byte| byte.is_ascii_digit());
        if id {
            hasher.write(b"#");
        } else {
            let mut number = false;
            for byte in word.bytes() {
                if !byte.is_ascii_digit() {
                    hasher.write_u8(byte);
                } else if !number {
                    hasher.write_u8(b'0');
                }
                number = byte.is_ascii_digit();
            }
        }
        at += word.len();
        if let Some(between) = row[at..].chars().next() {
            at += between.len_utf8();
            if !between.is_whitespace() {
                hasher.write_u32(u32::from(between));
            }
        }
    }
    hasher.finish()
}

type Read = dyn Fn(&str) -> Option<Rows> + Send + Sync;

/// Asks for the rows of a stage's last good run, once a stage.
#[derive(Clone)]
pub struct Familiar(Arc<Inquiry>);

struct Inquiry {
    read: Box<Read>,
    /// Answers by stage.
    told: Mutex<BTreeMap<String, Option<Arc<Rows>>>>,
}

impl Familiar {
    /// `read` answers with the rows of the named stage's last good run, if there was one.
    pub fn new(read: impl Fn(&str) -> Option<Rows> + Send + Sync + 'static) -> Self {
        Self(Arc::new(Inquiry { read: Box::new(read), told: Mutex::default() }))
    }

    pub(super) fn rows(&self, stage: &str) -> Option<Arc<Rows>> {
        let mut told = self.0.told.lock().unwrap_or_else(PoisonError::into_inner);
        let rows = told
            .entry(stage.to_owned())
            .or_insert_with(|| (self.0.read)(stage).filter(|rows| !rows.is_empty()).map(Arc::new));
        rows.clone()
    }
}

impl fmt::Debug for Familiar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Familiar")
    }
}

impl PartialEq for Familiar {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Familiar {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_the_same_but_for_numbers_ids_and_blanks() {
        let mut rows = Rows::default();
        rows.add("#12 3.450 cloning 76c5c770aa into build/src, 12 objects");
        for (row, known) in [
            ("#12 9.001 cloning 01dead7beef into build/src,  9120 objects", true),
            ("cloning 76c5c770 into build/src, 1 objects", true),
            ("cloning 76c5c770 into build/out, 1 objects", false),
            ("cloning deadbeef into build/src, 1 objects", false),
            ("cloning 76c5c770 into build-src, 1 objects", false),
        ] {
            assert_eq!(rows.know(&Row::new(row.as_bytes())), known, "{row}");
        }
    }

    #[test]
    fn a_stage_is_asked_for_once() {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&asked);
        let familiar = Familiar::new(move |stage| {
            told.lock().unwrap().push(stage.to_owned());
            let mut rows = Rows::default();
            rows.add("a");
            (stage == "build").then_some(rows)
        });
        assert!(familiar.rows("build").is_some());
        assert!(familiar.clone().rows("build").is_some());
        assert!(familiar.rows("download").is_none());
        assert!(familiar.rows("download").is_none());
        assert_eq!(*asked.lock().unwrap(), ["build", "download"]);
    }
}
