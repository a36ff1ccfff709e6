//! Whether a literal stands in a row, in either case.

use memchr::{memchr_iter, memchr2_iter};

use crate::diagnose::needles::rarest;

/// A literal to compare rows with.
#[derive(Debug)]
pub(in crate::diagnose) struct Literal {
    bytes: Box<[u8]>,
    rare: usize,
}

impl Literal {
    pub(in crate::diagnose) fn new(bytes: &[u8]) -> Self {
        Self { bytes: bytes.into(), rare: rarest(bytes) }
    }

    /// Whether it stands in a row, in either case.
    pub(in crate::diagnose) fn stands_in(&self, row: &[u8]) -> bool {
        stands_in(&self.bytes, self.rare, row)
    }
}

/// Whether folded `bytes`, of which the one at `rare` is the rarest, stand in a row.
pub(super) fn stands_in(bytes: &[u8], rare: usize, row: &[u8]) -> bool {
    let Some(&byte) = bytes.get(rare) else { return true };
    let Some(last) = row.len().checked_sub(bytes.len()) else { return false };
    let area = &row[rare..=last + rare];
    let fits = |at: usize| row[at..at + bytes.len()].eq_ignore_ascii_case(bytes);
    if byte.is_ascii_lowercase() {
        memchr2_iter(byte, byte.to_ascii_uppercase(), area).any(fits)
    } else {
        memchr_iter(byte, area).any(fits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_stand_in_rows() {
        for (row, literal, stands) in [
            ("Permission Denied", "denied", true),
            ("Permission Denie", "denied", false),
            ("xdenied", "denied", true),
            ("de", "denied", false),
            ("行：未找到命令", "未找到命令", true),
            ("", "abc", false),
        ] {
            assert_eq!(Literal::new(literal.as_bytes()).stands_in(row.as_bytes()), stands, "{row} {literal}");
        }
    }
}
