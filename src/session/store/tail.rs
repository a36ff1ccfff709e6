//! The lines of a file from its end.

use std::fs::File;
use std::io;
use std::ops::ControlFlow;
use std::os::unix::fs::FileExt as _;

/// First and largest step back.
const STEPS: (usize, usize) = (64 * 1024, 4 * 1024 * 1024);

/// Shows the lines of the file's first `len` bytes, last first, until told to stop.
pub(super) fn lines_backwards(
    file: &File,
    len: u64,
    mut see: impl FnMut(&[u8]) -> ControlFlow<()>,
) -> io::Result<()> {
    let mut at = len;
    let mut step = STEPS.0;
    // The start of a line whose beginning lies further ahead.
    let mut cut: Vec<u8> = Vec::new();
    while at > 0 {
        let size = step.min(usize::try_from(at).unwrap_or(usize::MAX));
        at -= size as u64;
        let mut block = vec![0; size];
        file.read_exact_at(&mut block, at)?;
        block.append(&mut cut);
        let mut end = block.len();
        while let Some(newline) = memchr::memrchr(b'\n', &block[..end]) {
            if see(&block[newline + 1..end]).is_break() {
                return Ok(());
            }
            end = newline;
        }
        block.truncate(end);
        cut = block;
        step = (step * 4).min(STEPS.1);
    }
    let _first_line_is_the_last_to_see = see(&cut);
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn lines_across_blocks_are_seen_whole() {
        let lines: Vec<String> = (0..900).map(|n| format!("{n}:{}", "x".repeat(n * 7 % 3001))).collect();
        let text = lines.join("\n");
        assert!(text.len() > 4 * STEPS.0);
        let mut file = tempfile::tempfile().expect("a temporary file");
        file.write_all(text.as_bytes()).expect("room");
        let mut seen = Vec::new();
        lines_backwards(&file, text.len() as u64, |line| {
            seen.push(String::from_utf8_lossy(line).into_owned());
            ControlFlow::Continue(())
        })
        .expect("readable");
        seen.reverse();
        assert_eq!(seen, lines);
    }
}
