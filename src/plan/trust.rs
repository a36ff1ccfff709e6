//! Which trees' own plans the user trusts: by folder and by the hash of exactly that text.
//!
//! Pure; `disk` keeps the list in the state folder. A changed file is a new question.

use std::collections::BTreeMap;
use std::fmt::Write;

use sha2::{Digest, Sha256};

/// The hash that trust is given to: lower-case hexadecimal SHA-256.
pub fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing into a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// What is trusted. One line each in its file: the hash, two blanks, the folder (as `sha256sum` writes it).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trust(BTreeMap<String, String>);

impl Trust {
    /// Reads the file; lines that are none of ours are dropped, which can only lose trust, never give it.
    pub fn read(text: &str) -> Self {
        let entry = |line: &str| {
            let (hash, dir) = line.split_once("  ")?;
            let is_hash = hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
            (is_hash && !dir.is_empty()).then(|| (dir.to_owned(), hash.to_owned()))
        };
        Self(text.lines().filter_map(entry).collect())
    }

    /// The file's text.
    pub fn write(&self) -> String {
        self.0.iter().fold(String::new(), |text, (dir, hash)| text + hash + "  " + dir + "\n")
    }

    /// Whether this text in this folder is trusted.
    pub fn holds(&self, dir: &str, text: &str) -> bool {
        self.0.get(dir).is_some_and(|known| *known == hash(text))
    }

    /// Trusts this text in this folder, and no earlier text there. A folder with a line break in its name
    /// cannot be written down and is not trusted.
    pub fn give(&mut self, dir: &str, text: &str) {
        if !dir.contains(['\n', '\r']) {
            self.0.insert(dir.to_owned(), hash(text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trust_is_for_one_text_in_one_folder() {
        let mut trust = Trust::default();
        trust.give("/a b", "plan: x\n");
        trust.give("/evil\n", "plan: x\n");
        let trust = Trust::read(&trust.write());
        assert!(trust.holds("/a b", "plan: x\n"));
        assert!(!trust.holds("/a b", "plan: y\n"));
        assert!(!trust.holds("/a", "plan: x\n"));
        assert!(!trust.holds("/evil\n", "plan: x\n"));
        assert_eq!(hash(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    #[test]
    fn a_damaged_file_only_loses_trust() {
        let good = format!("{}  /a\n", hash("x"));
        for text in ["", "garbage", "zz  /a\n", &good[1..], &good.replace("  ", " ")] {
            assert!(!Trust::read(text).holds("/a", "x"), "{text}");
        }
        assert!(Trust::read(&format!("noise\n{good}noise")).holds("/a", "x"));
    }
}
