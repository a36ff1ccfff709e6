//! Rows without the time at which they were written: what CI and containers put before a row differs each time,
//! what the row says does not.
//!
//! Owns what a row is known by where it may come again. What is known of it is the business of whoever keeps it.

use crate::text::prefix::strip_prefix;

/// A row with the digits of its prefixes zeroed, in `room` where that differs from the row itself.
pub(super) fn untimed<'r>(row: &'r [u8], room: &'r mut Vec<u8>) -> &'r [u8] {
    let Ok(text) = std::str::from_utf8(row) else { return row };
    let prefix = row.len() - strip_prefix(text).0.len();
    if !row[..prefix].iter().any(u8::is_ascii_digit) {
        return row;
    }
    room.clear();
    room.extend_from_slice(row);
    room[..prefix].iter_mut().filter(|byte| byte.is_ascii_digit()).for_each(|byte| *byte = b'0');
    room
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_prefixes_make_no_difference_others_do() {
        for (row, known_by) in [
            ("2026-11-28T10:00:01.123Z make: *** Error 2", "0000-00-00T00:00:00.000Z make: *** Error 2"),
            ("#14 12.5 yq: not found", "#00 00.0 yq: not found"),
            ("main.go:12:3: undefined: x", "main.go:12:3: undefined: x"),
            ("10.0.0.1:6443: connection refused", "10.0.0.1:6443: connection refused"),
            ("", ""),
        ] {
            assert_eq!(untimed(row.as_bytes(), &mut Vec::new()), known_by.as_bytes(), "{row}");
        }
        let broken = b"12:00:00 \xff";
        assert_eq!(untimed(broken, &mut Vec::new()), broken);
    }
}
