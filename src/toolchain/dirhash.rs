//! The `h1:` checksum of a module: SHA-256 over the list of its files' SHA-256. Pure.
//!
//! Documented at <https://go.dev/ref/mod#go-sum-files>; the list is sorted by name, one `HEX  NAME` a line.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// A module's files, as far as they were added.
#[derive(Debug, Default)]
pub struct DirHash {
    files: Vec<(String, String)>,
}

impl DirHash {
    /// Adds a file by its name in the module zip and its SHA-256 in hex.
    pub fn add(&mut self, name: &str, sha256: String) {
        self.files.push((name.to_owned(), sha256));
    }

    /// `h1:…`
    pub fn finish(mut self) -> String {
        self.files.sort();
        let mut hash = Sha256::new();
        for (name, sum) in &self.files {
            hash.update(format!("{sum}  {name}\n"));
        }
        format!("h1:{}", STANDARD.encode(hash.finalize()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::download::hex;

    #[test]
    fn the_order_of_the_files_does_not_matter_their_names_do() {
        let of = |files: &[(&str, &str)]| {
            let mut hash = DirHash::default();
            for (name, text) in files {
                hash.add(name, hex(&Sha256::digest(text)));
            }
            hash.finish()
        };
        // golang.org/toolchain's go.mod, whose sum every go.sum with a toolchain in it repeats.
        assert_eq!(
            of(&[("go.mod", "module golang.org/toolchain\n")]),
            "h1:8wlg68NqwW7eMnI1aABk/C2pDYXj8mrMY4TyRfiLeS0="
        );
        assert_eq!(of(&[("a", "1"), ("b", "2")]), of(&[("b", "2"), ("a", "1")]));
        assert_ne!(of(&[("a", "1"), ("b", "2")]), of(&[("a", "2"), ("b", "1")]));
    }
}
