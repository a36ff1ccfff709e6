//! What CI systems, containers, journals and build runners put before the text of a line.
//!
//! Owns those grammars and how far they reach. Cleaning a line is `plain`'s business; what the text says is the
//! diagnosis'.

use std::ops::Range;

/// What stood before the text of a line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prefix<'a> {
    /// The stream that the line belongs to, where lines of several are mixed: a BuildKit step (`#12`), a
    /// compose service, a journal unit, a stage tag.
    pub stream: Option<&'a str>,
    /// The CI system marked the line as an error.
    pub error: bool,
}

/// Takes CI and container prefixes off a cleaned line, nested ones too. The rest may be empty.
pub fn strip_prefix(line: &str) -> (&str, Prefix<'_>) {
    let mut rest = line;
    let mut prefix = Prefix::default();
    // Deeper nesting than this was never seen; the bound keeps hostile lines linear.
    for _ in 0..6 {
        let Some(range) = one_prefix(rest, &mut prefix) else { break };
        rest = &rest[range];
    }
    (rest, prefix)
}

/// The range of `line` after its first prefix, where it has one.
fn one_prefix<'a>(line: &'a str, prefix: &mut Prefix<'a>) -> Option<Range<usize>> {
    let bytes = line.as_bytes();
    let skip = match bytes.first()? {
        b'0'..=b'9' => iso_time(bytes)
            .map(|at| at + written_by(&line[at..]))
            .or_else(|| clock(bytes))
            .or_else(|| seconds(bytes))
            .or_else(|| service(line, prefix)),
        b'[' => bracket(line, prefix),
        b'#' => hash(line, prefix),
        b'+' | b'!' | b'.' => kube(bytes).or_else(|| earthly(line, prefix)),
        b'=' => packer(line, prefix),
        b' ' => journal(line, prefix).or_else(|| earthly(line, prefix)).or_else(|| nix(line)),
        b'A'..=b'Z' => klog(bytes)
            .or_else(|| mock(line))
            .or_else(|| journal(line, prefix))
            .or_else(|| terraform(line, prefix))
            .or_else(|| service(line, prefix)),
        b'-' => line.starts_with("-- ").then(|| journal(&line[3..], prefix).map(|skip| skip + 3))?,
        b'a'..=b'z' => gitlab(line).or_else(|| service(line, prefix)).or_else(|| terraform(line, prefix)),
        _ => None,
    }?;
    (skip > 0 && skip <= line.len()).then_some(skip..line.len())
}

/// How many bytes fit `shape` from the start: `0` a digit, anything else itself.
fn fits(bytes: &[u8], shape: &[u8]) -> bool {
    bytes.len() >= shape.len()
        && shape
            .iter()
            .zip(bytes)
            .all(|(want, have)| if *want == b'0' { have.is_ascii_digit() } else { want == have })
}

/// After the blanks that follow `at`.
fn blanks(bytes: &[u8], at: usize) -> Option<usize> {
    (bytes.get(at) == Some(&b' ')).then_some(at + 1)
}

/// `2024-05-01T10:00:00.1234567Z `, also with a blank for `T`, an offset, a comma fraction.
fn iso_time(bytes: &[u8]) -> Option<usize> {
    let at = iso_stamp(bytes)?;
    blanks(bytes, at)
}

fn iso_stamp(bytes: &[u8]) -> Option<usize> {
    let shaped = fits(bytes, b"0000-00-00T00:00:00")
        || fits(bytes, b"0000-00-00 00:00:00")
        || fits(bytes, b"0000/00/00 00:00:00");
    if !shaped {
        return None;
    }
    let mut at = 19;
    if matches!(bytes.get(at), Some(b'.' | b',')) {
        at += 1;
        at += bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    }
    if bytes.get(at) == Some(&b'Z') {
        at += 1;
    } else if matches!(bytes.get(at), Some(b'+' | b'-'))
        && (fits(&bytes[at + 1..], b"00:00") || fits(&bytes[at + 1..], b"0000"))
    {
        at += if bytes.get(at + 3) == Some(&b':') { 6 } else { 5 };
    }
    Some(at)
}

/// What says after the time who wrote: `stdout F ` of the container runtime interface, `| ` of Zuul.
fn written_by(rest: &str) -> usize {
    ["stdout F ", "stderr F ", "stdout P ", "stderr P ", "| "]
        .iter()
        .find(|mark| rest.starts_with(**mark))
        .map_or(0, |mark| mark.len())
}

/// klog's `E0101 10:00:00.000000   12345 file.go:12] ` and the `W1102 16:39:56.277] ` of Kubernetes' old CI.
fn klog(bytes: &[u8]) -> Option<usize> {
    if !matches!(bytes[0], b'I' | b'W' | b'E' | b'F') || !fits(&bytes[1..], b"0000 00:00:00.000") {
        return None;
    }
    let end = bytes.iter().take(160).position(|&byte| byte == b']')?;
    blanks(bytes, end + 1)
}

/// `DEBUG util.py:446:  ` of mock, which builds packages.
fn mock(line: &str) -> Option<usize> {
    let (level, rest) = line.split_at_checked(line.find(' ')?)?;
    if !matches!(level, "DEBUG" | "INFO" | "WARNING" | "ERROR") {
        return None;
    }
    let name =
        rest[1..].bytes().take(64).take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    let number = rest[1..].get(name..)?.strip_prefix(".py:")?;
    let text = number.trim_start_matches(|letter: char| letter.is_ascii_digit()).strip_prefix(": ")?;
    Some(line.len() - text.trim_start_matches(' ').len())
}

/// `       > ` before the last rows of a build in Nix.
fn nix(line: &str) -> Option<usize> {
    let text = line.trim_start_matches(' ').strip_prefix('>')?;
    let at = line.len() - text.len();
    // A row of a patch or of BuildKit's stands further left.
    if at < 5 { None } else { blanks(line.as_bytes(), at) }
}

/// Earthly's `        ./lib+build | `, also with `*failed*` before the bar.
fn earthly<'a>(line: &'a str, prefix: &mut Prefix<'a>) -> Option<usize> {
    let text = line.trim_start_matches(' ');
    let (target, rest) = text.split_once(' ').filter(|(target, _)| target.len() <= 128)?;
    let (path, name) = target.split_once('+')?;
    let fine = |part: &str, also: &str| {
        part.chars().all(|letter| letter.is_ascii_alphanumeric() || also.contains(letter))
    };
    if name.is_empty() || !fine(name, "-_") || !fine(path, "-_./:@") {
        return None;
    }
    let rest = rest.trim_start_matches(' ');
    let rest = rest.strip_prefix("*failed* ").unwrap_or(rest);
    let message = rest.strip_prefix('|')?;
    prefix.stream = Some(target);
    Some(line.len() - message.strip_prefix(' ').unwrap_or(message).len())
}

/// `==> name: ` of Packer and Vagrant. `==> ERROR: …` of makepkg and `==> Downloading …` of Homebrew are text.
fn packer<'a>(line: &'a str, prefix: &mut Prefix<'a>) -> Option<usize> {
    let text = line.strip_prefix("==> ")?;
    let fine =
        |letter: &u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || b"-_.".contains(letter);
    let end = text.bytes().take(64).take_while(fine).count();
    let message = text[end..].strip_prefix(": ").filter(|_| end > 0)?;
    prefix.stream = Some(&text[..end]);
    Some(line.len() - message.len())
}

/// `null_resource.node (local-exec): ` of Terraform and OpenTofu.
fn terraform<'a>(line: &'a str, prefix: &mut Prefix<'a>) -> Option<usize> {
    let end = line.bytes().take(128).position(|byte| byte == b' ')?;
    let rest = &line[end..];
    let by = [" (local-exec):", " (remote-exec):"].into_iter().find(|by| rest.starts_with(by))?;
    prefix.stream = Some(&line[..end]);
    let at = end + by.len();
    Some(blanks(line.as_bytes(), at).unwrap_or(at))
}

/// Jenkins' `10:22:18  `, with one blank or two.
fn clock(bytes: &[u8]) -> Option<usize> {
    if !fits(bytes, b"00:00:00") {
        return None;
    }
    let mut at = 8;
    if bytes.get(at) == Some(&b'.') {
        at += 1;
        at += bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    }
    let after = blanks(bytes, at)?;
    Some(blanks(bytes, after).unwrap_or(after))
}

/// The seconds of BuildKit's summary of a failed step: `3.504 `.
fn seconds(bytes: &[u8]) -> Option<usize> {
    let whole = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if whole == 0 || whole > 6 || bytes.get(whole) != Some(&b'.') {
        return None;
    }
    let part = bytes[whole + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    if !(1..=4).contains(&part) {
        return None;
    }
    blanks(bytes, whole + 1 + part)
}

/// `[  123.456] ` of the kernel, `[   46s] ` of OBS, `[2024-05-01T10:00:00Z] ` of Jenkins, `[10:00:00] `,
/// `[make] ` of a stage tag.
fn bracket<'a>(line: &'a str, prefix: &mut Prefix<'a>) -> Option<usize> {
    let end = line.as_bytes().iter().take(64).position(|&byte| byte == b']')?;
    let inside = line.get(1..end)?;
    let trimmed = inside.trim().as_bytes();
    let first = trimmed.first()?;
    let after = blanks(line.as_bytes(), end + 1);
    if inside == "command" {
        return Some(end + 1);
    }
    let after = after?;
    if first.is_ascii_digit() {
        let number = trimmed.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.' || *byte == b's');
        let time = iso_stamp(trimmed) == Some(trimmed.len()) || fits(trimmed, b"00:00:00");
        return (number || time).then_some(after);
    }
    let tag = first.is_ascii_lowercase()
        && inside.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.: ".contains(&byte));
    if tag {
        prefix.stream = Some(inside);
    }
    tag.then_some(after)
}

/// `##[error]` of GitHub and Azure, `#12 34.56 ` of BuildKit.
fn hash<'a>(line: &'a str, prefix: &mut Prefix<'a>) -> Option<usize> {
    if let Some(rest) = line.strip_prefix("##[") {
        let end = rest.find(']')?;
        prefix.error |= &rest[..end] == "error";
        return Some(3 + end + 1);
    }
    let bytes = line.as_bytes();
    let digits = bytes[1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 || digits > 6 {
        return None;
    }
    let at = blanks(bytes, 1 + digits)?;
    prefix.stream = Some(&line[..=digits]);
    Some(at + seconds(&bytes[at..]).unwrap_or(0))
}

/// Kubernetes' `+++ [1120 10:00:00] ` and `!!! [1120 10:00:00] `.
fn kube(bytes: &[u8]) -> Option<usize> {
    let shaped = fits(bytes, b"+++ [0000 00:00:00]") || fits(bytes, b"!!! [0000 00:00:00]");
    if shaped { blanks(bytes, 19) } else { None }
}

/// GitLab's `section_start:1560896352:name` and `section_end:…`, which stand before the text of a row.
fn gitlab(line: &str) -> Option<usize> {
    let rest = line.strip_prefix("section_start:").or_else(|| line.strip_prefix("section_end:"))?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let name = rest.get(digits..)?.strip_prefix(':')?;
    let end = name
        .find(|letter: char| !(letter.is_ascii_alphanumeric() || "_.-".contains(letter)))
        .unwrap_or(name.len());
    Some(line.len() - name.len() + end)
}

/// docker compose's and foreman's `svc-1  | `.
fn service<'a>(line: &'a str, prefix: &mut Prefix<'a>) -> Option<usize> {
    let bytes = line.as_bytes();
    let name = bytes
        .iter()
        .take(64)
        .take_while(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte))
        .count();
    // gcc's source lines (`  12 | int x;`) are no service.
    if name < 2 || bytes[..name].iter().all(u8::is_ascii_digit) {
        return None;
    }
    let gap = bytes[name..].iter().take(64).take_while(|&&byte| byte == b' ').count();
    if gap == 0 || bytes.get(name + gap) != Some(&b'|') {
        return None;
    }
    let at = name + gap + 1;
    prefix.stream = Some(&line[..name]);
    Some(blanks(bytes, at).unwrap_or(at)).filter(|_| matches!(bytes.get(at), None | Some(b' ')))
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// journald's and syslog's `Nov 21 03:31:52 host unit[123]: `, also `11月 21 …`.
fn journal<'a>(line: &'a str, prefix: &mut Prefix<'a>) -> Option<usize> {
    let text = line.trim_start_matches(' ');
    let mut rest = MONTHS.iter().find_map(|month| text.strip_prefix(month)).or_else(|| {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        text.get(digits..).filter(|_| (1..=2).contains(&digits))?.strip_prefix('月')
    })?;
    rest = rest.strip_prefix(' ')?.trim_start_matches(' ');
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    rest = rest.get(digits..).filter(|_| (1..=2).contains(&digits))?.strip_prefix(' ')?;
    if !fits(rest.as_bytes(), b"00:00:00") {
        return None;
    }
    rest = rest.get(8..)?;
    if let Some(fraction) = rest.strip_prefix('.') {
        rest = fraction.trim_start_matches(|letter: char| letter.is_ascii_digit());
    }
    rest = rest.strip_prefix(' ')?;
    let (_host, after) = rest.split_once(' ')?;
    let end = after.bytes().take(128).position(|byte| byte == b' ' || byte == b':')?;
    let unit = &after[..end];
    let message = after[end..].strip_prefix(": ")?;
    prefix.stream = Some(unit.split('[').next().unwrap_or(unit));
    Some(line.len() - message.len())
}

#[cfg(test)]
mod tests;
