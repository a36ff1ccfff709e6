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

/// Which pairs of bytes a row holds, in either case: most literals that do not stand in it are told by one of theirs.
#[derive(Debug)]
pub(super) struct Pairs([u64; PAIRS / 64]);

/// Bits for pairs, by a hash of both bytes.
const PAIRS: usize = 1024;

impl Pairs {
    /// Those of a row.
    pub(super) fn of(row: &[u8]) -> Self {
        let mut bits = [0; PAIRS / 64];
        for pair in row.windows(2) {
            let (word, bit) = place(pair);
            bits[word] |= bit;
        }
        Self(bits)
    }

    /// Whether `bytes`, of which the one at `rare` is the rarest, may stand in the row.
    pub(super) fn may_hold(&self, bytes: &[u8], rare: usize) -> bool {
        let Some(last) = bytes.len().checked_sub(2) else { return true };
        let at = rare.min(last);
        let (word, bit) = place(&bytes[at..at + 2]);
        self.0[word] & bit != 0
    }
}

fn place(pair: &[u8]) -> (usize, u64) {
    let hash = (u32::from(pair[0] | 0x20) << 8 | u32::from(pair[1] | 0x20)).wrapping_mul(0x9E37_79B1) >> 22;
    (hash as usize / 64, 1 << (hash % 64))
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
            ("EXIT STATUS [1", "status {1", false),
            ("EXIT STATUS [1", "status [1", true),
        ] {
            assert_eq!(Literal::new(literal.as_bytes()).stands_in(row.as_bytes()), stands, "{row} {literal}");
            let pairs = Pairs::of(row.as_bytes());
            let may = (0..literal.len()).all(|rare| pairs.may_hold(literal.as_bytes(), rare));
            assert!(may || !stands, "{row} {literal}");
        }
    }
    #[test]
    fn what_lacks_a_pair_is_told_without_a_look() {
        let pairs = Pairs::of(b"gcc -O2 -c -o net.o net.c");
        assert!(!pairs.may_hold(b"permission denied", 0) && !pairs.may_hold(b"xq", 1));
        assert!(pairs.may_hold(b"x", 0), "one byte has no pair");
    }
}
