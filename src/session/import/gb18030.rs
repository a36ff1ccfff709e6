//! GBK and GB18030, in which Chinese Windows and old boards write, into UTF-8.
//!
//! Owns how such a text is told from UTF-8 and how it is read, row by row: git and Go write UTF-8 into the same log.
//! Until a text shows which of the two it is, it flows through as it is.

use std::io::{self, Read};
use std::str;

use encoding_rs::GB18030;
use memchr::memrchr;

/// A row that is longer is decoded in pieces.
const LONGEST: usize = 64 * 1024;
/// So many characters of everyday Chinese tell the encoding, beside others and alone.
const ENOUGH: usize = 4;
const ALONE: usize = 2;

/// What the bytes above ASCII are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// There are none, or too few to tell.
    Open,
    /// UTF-8, or nothing that is known here.
    AsItIs,
    /// GBK or GB18030.
    Chinese,
}

/// What a part of a text tells. It may be cut off at its end.
pub(super) fn guess(text: &[u8]) -> Encoding {
    if text.is_ascii() {
        return Encoding::Open;
    }
    match str::from_utf8(text) {
        Ok(_) => return Encoding::AsItIs,
        Err(error) if error.error_len().is_none() && !text[..error.valid_up_to()].is_ascii() => {
            return Encoding::AsItIs;
        }
        Err(_) => {}
    }
    let (mut common, mut other) = (0, 0);
    for row in text.split(|&byte| byte == b'\n').filter(|row| str::from_utf8(row).is_err()) {
        let mut rest = row;
        while let Some(at) = rest.iter().position(|byte| !byte.is_ascii()) {
            rest = &rest[at..];
            // The everyday characters of GB2312, and the punctuation and wide letters before them.
            let everyday = matches!(rest, [0xB0..=0xD7 | 0xA1 | 0xA3, 0xA1..=0xFE, ..]);
            common += usize::from(everyday);
            other += usize::from(!everyday);
            rest = &rest[if everyday { 2 } else { 1 }..];
        }
    }
    match common {
        ENOUGH.. if other * 5 <= common => Encoding::Chinese,
        ALONE.. if other == 0 => Encoding::Chinese,
        ENOUGH.. => Encoding::AsItIs,
        _ if other > ENOUGH => Encoding::AsItIs,
        _ => Encoding::Open,
    }
}

/// Reads UTF-8 from text that may be GB18030.
pub(super) struct Decoded<R> {
    source: R,
    encoding: Encoding,
    /// The row that has no end yet.
    left: Vec<u8>,
    text: String,
    given: usize,
}

impl<R: Read> Decoded<R> {
    /// `encoding` is what is known of the text already.
    pub(super) fn new(source: R, encoding: Encoding) -> Self {
        Self { source, encoding, left: Vec::new(), text: String::new(), given: 0 }
    }

    /// Decodes the rows of one more block; `false` at the end.
    fn more(&mut self) -> io::Result<bool> {
        let mut block = [0; 16 * 1024];
        let n = self.source.read(&mut block)?;
        self.take(&block[..n]);
        Ok(n > 0 || !self.text.is_empty())
    }

    /// Decodes the rows that end with these bytes; at the end of the text (no bytes) what is left.
    fn take(&mut self, bytes: &[u8]) {
        self.left.extend_from_slice(bytes);
        let whole = match memrchr(b'\n', &self.left) {
            _ if bytes.is_empty() => self.left.len(),
            Some(end) => end + 1,
            None if self.left.len() > LONGEST => self.left.len(),
            None => 0,
        };
        self.text.clear();
        self.given = 0;
        for row in self.left[..whole].split_inclusive(|&byte| byte == b'\n') {
            decode(row, &mut self.text);
        }
        self.left.drain(..whole);
    }
}

/// One row, in whichever of the two it is.
fn decode(row: &[u8], text: &mut String) {
    match str::from_utf8(row) {
        // Two Chinese characters can have the form of two letters of Europe, in UTF-8.
        Ok(row) if row.is_ascii() || row.chars().any(|letter| letter >= '\u{800}') => text.push_str(row),
        _ => text.push_str(&GB18030.decode_without_bom_handling(row).0),
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.encoding == Encoding::AsItIs {
            return self.source.read(buf);
        }
        if self.encoding == Encoding::Open {
            let n = self.source.read(buf)?;
            self.encoding = guess(&buf[..n]);
            if self.encoding != Encoding::Chinese {
                return Ok(n);
            }
            self.take(&buf[..n]);
        }
        while self.given == self.text.len() {
            if !self.more()? {
                return Ok(0);
            }
        }
        let n = buf.len().min(self.text.len() - self.given);
        buf[..n].copy_from_slice(&self.text.as_bytes()[self.given..self.given + n]);
        self.given += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "make: *** 没有规则可制作目标“all”。 停止。\nscripts/build：行 9：yq：未找到命令\n";

    fn gbk(text: &str) -> Vec<u8> {
        GB18030.encode(text).0.into_owned()
    }

    fn read(bytes: &[u8], encoding: Encoding) -> String {
        let mut text = Vec::new();
        Decoded::new(bytes, encoding).read_to_end(&mut text).expect("readable");
        String::from_utf8_lossy(&text).into_owned()
    }

    #[test]
    fn encodings_are_told_apart() {
        for (bytes, expected) in [
            (gbk(TEXT), Encoding::Chinese),
            (gbk("make: *** [all] 错误 2\n"), Encoding::Chinese),
            (TEXT.as_bytes().to_vec(), Encoding::AsItIs),
            (TEXT.as_bytes()[..20].to_vec(), Encoding::AsItIs),
            (b"make: *** [all] Error 2\n".to_vec(), Encoding::Open),
            (b"d\xe9j\xe0 vu: impossible d'\xe9crire, d\xe9lai d\xe9pass\xe9\n".to_vec(), Encoding::AsItIs),
            (b"caf\xe9\n".to_vec(), Encoding::Open),
            ([&gbk(TEXT)[..], "go: 正在下载\n".as_bytes()].concat(), Encoding::Chinese),
        ] {
            assert_eq!(guess(&bytes), expected, "{}", String::from_utf8_lossy(&bytes));
        }
    }

    #[test]
    fn a_log_in_gbk_is_read_with_rows_of_utf8_between() {
        let bytes = [&gbk(TEXT)[..], "go: 正在下载\n".as_bytes(), &gbk("联通\n错误")].concat();
        let expected = format!("{TEXT}go: 正在下载\n联通\n错误");
        assert_eq!(read(&bytes, Encoding::Chinese), expected);
        assert_eq!(read(&bytes, Encoding::Open), expected);
    }

    #[test]
    fn what_is_utf8_or_nothing_known_flows_through() {
        for text in [TEXT.as_bytes(), b"d\xe9j\xe0 vu d\xe9lai d\xe9pass\xe9 d\xe9\n", b"all\n"] {
            assert_eq!(read(text, Encoding::Open), String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn a_text_that_speaks_chinese_only_late_is_read_from_there() {
        let mut bytes = b"compiling\n".repeat(20_000);
        bytes.extend(gbk(TEXT));
        assert!(read(&bytes, Encoding::Open).ends_with(TEXT));
    }
}
