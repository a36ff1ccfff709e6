//! What a log is, by its first bytes. Pure.

use super::stamp::{self, Stamps};
use super::{Format, typescript};
use crate::locale::{Text, both};
use crate::session::cast::{Header, Version};

/// What has to be done to read a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Cast(Version),
    /// Output of `script`.
    Typescript,
    /// A timing file of `script`.
    Timing,
    /// Text whose lines carry these times.
    Text(Stamps),
}

impl From<Version> for Format {
    fn from(version: Version) -> Self {
        match version {
            Version::V2 => Self::AsciicastV2,
            Version::V3 => Self::AsciicastV3,
        }
    }
}

impl From<Stamps> for Format {
    fn from(stamps: Stamps) -> Self {
        match stamps {
            Stamps::None => Self::Text,
            Stamps::Date | Stamps::TabbedDate => Self::StampedText,
            Stamps::BuildKit => Self::BuildKit,
        }
    }
}

/// What the log is; text where it is nothing better.
pub(super) fn kind(head: &[u8]) -> Kind {
    let head = head.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(head);
    if head.first() == Some(&b'{')
        && let Ok(line) = std::str::from_utf8(first_line(head))
        && let Ok((_, version)) = Header::parse(line)
    {
        return Kind::Cast(version);
    }
    if typescript::is_first_line(first_line(head)) {
        return Kind::Typescript;
    }
    if is_timing(head) {
        return Kind::Timing;
    }
    Kind::Text(stamp::guess(head))
}

/// Whether it is a session of ktui's own, which says itself what it is about.
pub(super) fn is_session(head: &[u8]) -> bool {
    memchr::memmem::find(head, br#""k", "{\"type\":\"session\","#).is_some()
}

/// Whether it looks like what `script --log-timing` writes.
pub(super) fn is_timing(head: &[u8]) -> bool {
    let mut lines = head.split(|byte| *byte == b'\n').take(3).filter(|line| !line.is_empty()).peekable();
    lines.peek().is_some() && lines.all(|line| typescript::entry(line).is_some())
}

/// What it is and what to do about it, if it is no text.
pub(super) fn binary(head: &[u8]) -> Option<Text> {
    let archive = |name: &str| {
        both!("a {name} archive; unpack it and name the log in it", "是 {name} 归档；请解包后指定其中的日志")
    };
    let packed = |name: &str, how: &str| {
        both!(
            "{name} data; unpack it first, for example with {how}",
            "是 {name} 数据；请先解压，例如用 {how}"
        )
    };
    let known: [(&[u8], Text); 10] = [
        (b"PK\x03\x04", archive("zip")),
        (b"BZh", packed("bzip2", "bunzip2")),
        (b"\x04\x22\x4D\x18", packed("lz4", "lz4 -d")),
        (b"7z\xBC\xAF\x27\x1C", archive("7z")),
        (b"Rar!", archive("rar")),
        (b"\x7FELF", both!("a program (ELF)", "是程序（ELF）")),
        (b"\x89PNG", both!("a picture (PNG)", "是图片（PNG）")),
        (b"\xFF\xD8\xFF", both!("a picture (JPEG)", "是图片（JPEG）")),
        (b"%PDF-", both!("a PDF document", "是 PDF 文档")),
        (b"SQLite format 3\0", both!("an SQLite database", "是 SQLite 数据库")),
    ];
    if let Some((_, what)) = known.into_iter().find(|(magic, _)| head.starts_with(magic)) {
        return Some(what);
    }
    if head.get(257..262) == Some(b"ustar") {
        return Some(archive("tar"));
    }
    // A power cut leaves zeros at the end of a file. Elsewhere a terminal ignores them, and some programs print
    // one now and then; data is full of them.
    let len = head.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    let head = if len == 0 { head } else { &head[..len] };
    let odd = |byte: &&u8| matches!(byte, 1..=6 | 0x0E..=0x1A | 0x1C..=0x1F);
    let nul = memchr::memchr_iter(0, head).count();
    let odd = head.iter().filter(odd).count();
    let binary = nul * 10 > head.len() || (nul + odd) * 20 > head.len();
    binary.then(|| both!("binary data", "是二进制数据"))
}

fn first_line(head: &[u8]) -> &[u8] {
    head.split(|byte| *byte == b'\n').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_apart() {
        let table: [(&str, Kind); 12] = [
            ("{\"version\": 3, \"term\": {\"cols\": 80, \"rows\": 24}}\n", Kind::Cast(Version::V3)),
            ("\u{FEFF}{\"version\": 2, \"width\": 80, \"height\": 24}\n", Kind::Cast(Version::V2)),
            ("{\"level\": \"info\", \"msg\": \"a log of JSON lines\"}\n", Kind::Text(Stamps::None)),
            ("Script started on 2026-11-21 03:50:52+00:00 [COMMAND=\"make\"]\nhello\n", Kind::Typescript),
            ("H 0.000000 START_TIME 2026-11-21 03:50:52+00:00\nO 0.010118 7\n", Kind::Timing),
            ("0.010133 8\n0.292516 8\n", Kind::Timing),
            ("2024-05-01T12:34:56.1234567Z ##[group]Run make\n", Kind::Text(Stamps::Date)),
            ("build\tRun make\t2024-05-01T12:34:56.1234567Z go build\n", Kind::Text(Stamps::TabbedDate)),
            (
                "#1 [internal] load build definition\n#1 DONE 0.1s\n\n#5 0.312 hello\n",
                Kind::Text(Stamps::BuildKit),
            ),
            ("# comment\n#include <stdio.h>\n", Kind::Text(Stamps::None)),
            ("3 4\nsome table\n", Kind::Text(Stamps::None)),
            ("make: *** [Makefile:3: all] Error 2\n", Kind::Text(Stamps::None)),
        ];
        for (head, expected) in table {
            assert_eq!(kind(head.as_bytes()), expected, "{head}");
        }
    }

    #[test]
    fn text_in_any_encoding_is_no_binary_data() {
        let gbk = b"make: *** [all] \xB4\xED\xCE\xF3 2\n".repeat(50);
        for text in [
            &gbk[..],
            "未找到命令".as_bytes(),
            b"\x1b[31mred\x1b[0m\r\n\x08\x07",
            b"one\0two three four five\n".repeat(9).as_slice(),
        ] {
            assert_eq!(binary(text), None, "{}", String::from_utf8_lossy(text));
        }
        let noise: Vec<u8> = (0..4096u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        for data in [&noise[..], b"PK\x03\x04...", b"\x7FELF\x02", &[0; 512], b"BZh91AY"] {
            assert!(binary(data).is_some(), "{data:x?}");
        }
    }
}
