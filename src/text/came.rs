//! What a line came as: the bytes since the line before, for whoever wants to see them as they were.
//!
//! What becomes of them on a terminal is `build`'s business. Bounded: of a line that is written over and over for
//! hours, the last part is kept.

/// So much of a line is kept.
const AT_MOST: usize = 1 << 18;
/// Stands for what was given up.
const CUT: &[u8] = "…".as_bytes();

/// The bytes of the line that is being written.
#[derive(Debug, Default)]
pub struct Came(Vec<u8>);

impl Came {
    /// More of the line, its end included.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
        if self.0.len() > 2 * AT_MOST {
            let middle = self.0.len() - AT_MOST;
            let is_middle = |byte: &u8| byte & 0xc0 == 0x80;
            let from = middle + self.0[middle..].iter().take_while(|byte| is_middle(byte)).count();
            self.0.splice(..from, CUT.iter().copied());
        }
    }

    /// The line without its end. The `\r` before the `\n` is the terminal's, not the program's.
    pub fn line(&self) -> &[u8] {
        let bytes = self.0.as_slice();
        bytes.strip_suffix(b"\r\n").or_else(|| bytes.strip_suffix(b"\n")).unwrap_or(bytes)
    }

    /// The line is over.
    pub fn end(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(bytes: &[u8]) -> Vec<u8> {
        let mut came = Came::default();
        bytes.chunks(3).for_each(|piece| came.feed(piece));
        came.line().to_vec()
    }

    #[test]
    fn only_the_end_of_the_line_is_left_out() {
        for (bytes, expected) in [
            (&b"\x1b[31mred\x1b[0m \r\n"[..], &b"\x1b[31mred\x1b[0m "[..]),
            (b"1 %\r2 %\r", b"1 %\r2 %\r"),
            (b"a\r\r\n", b"a\r"),
            (b"\n", b""),
            (b"", b""),
        ] {
            assert_eq!(line(bytes), expected);
        }
    }

    #[test]
    fn of_an_endless_line_the_last_part_is_kept() {
        let mut came = Came::default();
        for number in 0..200_000 {
            came.feed(format!("第 {number} %\r").as_bytes());
            assert!(came.line().len() <= 2 * AT_MOST);
        }
        let text = std::str::from_utf8(came.line()).expect("no character is cut in two");
        assert!(text.starts_with('…') && text.ends_with("第 199999 %\r"));
    }
}
