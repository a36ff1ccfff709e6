//! Why there is no toolchain, in words.

use std::io;
use std::path::PathBuf;

use crate::locale::{Speak, Text, both};
use crate::net::download::{self, Failed};

/// Why there is no toolchain.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.said().en)]
pub enum InstallError {
    /// Nobody has it.
    Nowhere {
        /// The version.
        version: String,
        /// GOOS/GOARCH.
        platform: String,
        /// Who was asked, and why not.
        failed: Vec<Failed>,
    },
    /// What came is not what was published.
    Checksum {
        /// Where it came from.
        url: String,
        /// What was published.
        expected: String,
        /// What came.
        found: String,
    },
    /// The checksum database answered with what it cannot have signed.
    Forged {
        /// Where the toolchain came from.
        url: String,
        /// What is wrong with the answer.
        why: Text,
    },
    /// The disk.
    Disk {
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        error: io::Error,
    },
}

impl Speak for InstallError {
    fn said(&self) -> Text {
        match self {
            Self::Nowhere { version, platform, failed } => both!(
                "Go {version} for {platform} cannot be had:{all}",
                "无法获得用于 {platform} 的 Go {version}：{all}",
                all = download::in_lines(failed)
            ),
            Self::Checksum { url, expected, found } => both!(
                "{url}: wrong checksum: expected {expected}, got {found}; it was thrown away",
                "{url}：校验和不符：应为 {expected}，实为 {found}；已丢弃"
            ),
            Self::Forged { url, why } => both!(
                "{url}: the checksum database's answer does not hold: {why}; the toolchain was thrown away",
                "{url}：校验数据库的应答不成立：{why}；已丢弃该工具链",
                why
            ),
            Self::Disk { path, error } => Text::verbatim(format!("{}: {error}", path.display())),
        }
    }
}
