//! Disks and files.

use std::fs::Metadata;
use std::io;
use std::os::unix::fs::FileTypeExt;
use std::path::Path;

use super::known;
use super::place::Place;
use crate::event::Answer;
use crate::locale::{Text, both};

/// Bytes that an ordinary user may still write where PATH is, or would be.
pub(super) fn free(place: &Place, path: &str) -> Answer {
    if !place.is_local() {
        return match place.run(&["df", "-Pk", "--", path], false) {
            Ok(said) => known(df_free(&said.text).map(|bytes| bytes.to_string())),
            Err(mute) => mute.without("df"),
        };
    }
    let path = place.dir.join(path);
    let Some(there) = path.ancestors().find(|path| path.symlink_metadata().is_ok()) else {
        return Answer::Absent;
    };
    match rustix::fs::statvfs(there) {
        Ok(found) => Answer::Is(found.f_bavail.saturating_mul(found.f_frsize).to_string()),
        Err(e) => Answer::Unknown(Text::verbatim(format!("{}: {e}", there.display()))),
    }
}

/// Files that an ordinary user may still make where PATH is, or would be.
pub(super) fn inodes(place: &Place, path: &str) -> Answer {
    if !place.is_local() {
        return match place.run(&["df", "-Pi", "--", path], false) {
            Ok(said) => match column_before_percent(&said.text) {
                // btrfs and the like count none.
                Some(0) | None => {
                    Answer::Unknown(both!("the file system does not count them", "该文件系统没有统计"))
                }
                Some(count) => Answer::Is(count.to_string()),
            },
            Err(mute) => mute.without("df"),
        };
    }
    let path = place.dir.join(path);
    let there = path.ancestors().find(|path| path.symlink_metadata().is_ok());
    match there.map(rustix::fs::statvfs) {
        Some(Ok(found)) if found.f_files > 0 => Answer::Is(found.f_favail.to_string()),
        Some(Ok(_)) => Answer::Unknown(both!("the file system does not count them", "该文件系统没有统计")),
        Some(Err(e)) => Answer::Unknown(Text::verbatim(e)),
        None => Answer::Absent,
    }
}

/// The `Available` column of `df -Pk`, in bytes.
fn df_free(text: &str) -> Option<u64> {
    column_before_percent(text)?.checked_mul(1024)
}

/// The device's name may hold blanks; the numbers end at the column with the percent sign.
fn column_before_percent(text: &str) -> Option<u64> {
    let before = text.lines().nth(1)?.split('%').next()?;
    before.split_whitespace().rev().nth(1)?.parse().ok()
}

/// `file`, `folder`, `socket`…; `link` for one that leads nowhere.
pub(super) fn kind(place: &Place, path: &str) -> Answer {
    if !place.is_local() {
        let script = "if test -d \"$1\"; then echo folder; elif test -f \"$1\"; then echo file
            elif test -S \"$1\"; then echo socket; elif test -p \"$1\"; then echo pipe
            elif test -e \"$1\"; then echo device; elif test -L \"$1\"; then echo link; fi";
        return match place.run(&["sh", "-c", script, "sh", path], false) {
            Ok(said) => known(said.first_line()),
            Err(mute) => mute.without("sh"),
        };
    }
    let path = place.dir.join(path);
    match std::fs::metadata(&path).map(|found| word(&found)) {
        Ok(word) => Answer::Is(word.into()),
        Err(e) => without_target(&path, &e),
    }
}

fn without_target(path: &Path, error: &io::Error) -> Answer {
    match path.symlink_metadata() {
        Ok(_) if error.kind() == io::ErrorKind::PermissionDenied => Answer::Unknown(Text::verbatim(error)),
        Ok(_) => Answer::Is("link".into()),
        Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Answer::Absent
        }
        Err(e) => Answer::Unknown(Text::verbatim(e)),
    }
}

fn word(found: &Metadata) -> &'static str {
    match found.file_type() {
        kind if kind.is_dir() => "folder",
        kind if kind.is_file() => "file",
        kind if kind.is_socket() => "socket",
        kind if kind.is_fifo() => "pipe",
        _ => "device",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn df_tables() {
        for (text, expected) in [
            (
                "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/vda1 100 60 40 60% /\n",
                Some(40 * 1024),
            ),
            (
                "Filesystem 1024-blocks Used Available Capacity Mounted on\nmy disk 9 8 1 89% /a b%\n",
                Some(1024),
            ),
            ("Filesystem\n", None),
            ("", None),
        ] {
            assert_eq!(df_free(text), expected, "{text}");
        }
    }
}
