//! What a terminal would show for raw output, and the prefixes that CI systems and containers put before it.
//!
//! Owns the reduction of bytes to plain text, one row at a time, without an emulated screen: colours and
//! hyperlinks vanish, `\r` and backspace overwrite. Styled text for the log pane is `style`'s business, which
//! rows belong to a failure is `diagnose`'s.

use std::borrow::Cow;
use std::ops::Range;

/// The longest row that is looked at, in bytes; what is beyond is dropped.
pub const LONGEST_ROW: usize = 64 * 1024;

/// Whether a byte needs [`rows`] to be understood. So does a C1 control, which UTF-8 writes in two bytes: see
/// [`is_plain`].
pub fn is_control(byte: u8) -> bool {
    (byte < 0x20 && byte != b'\t' && byte != b'\n' && byte != b'\r') || byte == 0x7f
}

/// What a terminal would show for one line (without its `\n`): control sequences gone, `\r` and backspace
/// carried out, other controls dropped, invalid UTF-8 as U+FFFD, trailing blanks kept. Tabs stay.
pub fn clean(line: &[u8]) -> Cow<'_, str> {
    let line = bounded(line.strip_suffix(b"\r").unwrap_or(line));
    if is_plain(line) && memchr::memchr2(b'\r', b'\n', line).is_none() {
        return String::from_utf8_lossy(line);
    }
    let mut screen = Row::default();
    screen.print(line, &mut |_| {});
    Cow::Owned(screen.cells.into_iter().collect())
}

/// Hands over every row that a line paints, oldest first: a `\r` that starts over, a cursor that moves to
/// another row, ends one. So nothing that was once readable is lost to a later repaint. Empty rows are left out.
pub fn rows(line: &[u8], mut each: impl FnMut(&str)) {
    for part in line.split(|&byte| byte == b'\r') {
        let part = bounded(part);
        if part.is_empty() {
            continue;
        }
        if is_plain(part) {
            each(&String::from_utf8_lossy(part));
            continue;
        }
        let mut row = Row::default();
        row.print(part, &mut each);
        row.flush(&mut each);
    }
}

/// Whether nothing in it moves a cursor or sets a mode; C1 controls (U+0080 to U+009F) do so too, and U+009B
/// begins a sequence like ESC `[`.
pub fn is_plain(bytes: &[u8]) -> bool {
    let c1 = |at: usize| bytes.get(at + 1).is_some_and(|byte| (0x80..0xa0).contains(byte));
    !bytes.iter().any(|&byte| is_control(byte))
        && !memchr::memchr_iter(0xc2, bytes).any(c1)
        && !memchr::memchr2_iter(0xd8, 0xe2, bytes).any(|at| begins_deceptive(&bytes[at..]))
}

/// Characters that reorder what stands around them on a terminal: a log must not use them on its reader.
pub fn is_deceptive(letter: char) -> bool {
    matches!(
        letter,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}'
    )
}

/// Those, and what takes no room on the screen: whoever reads a text would not know of them.
pub fn is_unseen(letter: char) -> bool {
    is_deceptive(letter)
        || matches!(letter, '\u{200b}'..='\u{200d}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2065}' | '\u{feff}')
}

/// Whether [`is_deceptive`] holds for the character that these bytes begin with.
fn begins_deceptive(bytes: &[u8]) -> bool {
    matches!(
        bytes,
        [0xd8, 0x9c, ..] | [0xe2, 0x80, 0x8e | 0x8f | 0xaa..=0xae, ..] | [0xe2, 0x81, 0xa6..=0xa9, ..]
    )
}

fn bounded(line: &[u8]) -> &[u8] {
    line.get(..LONGEST_ROW).unwrap_or(line)
}

/// One terminal row while it is written.
#[derive(Default)]
struct Row {
    cells: Vec<char>,
    column: usize,
}

impl Row {
    fn print(&mut self, bytes: &[u8], finished: &mut dyn FnMut(&str)) {
        let text = String::from_utf8_lossy(bytes);
        let mut chars = text.chars();
        while let Some(letter) = chars.next() {
            match letter {
                '\u{1b}' => self.escape(&mut chars, finished),
                '\u{9b}' => self.sequence(&mut chars, finished),
                '\r' => self.column = 0,
                '\u{8}' => self.column = self.column.saturating_sub(1),
                '\n' => self.flush(finished),
                '\t' => self.put('\t'),
                _ if letter.is_control() => {}
                _ if is_deceptive(letter) => self.put('\u{fffd}'),
                _ => self.put(letter),
            }
        }
    }

    fn put(&mut self, letter: char) {
        if self.column < self.cells.len() {
            self.cells[self.column] = letter;
        } else {
            if self.column > LONGEST_ROW {
                return;
            }
            self.cells.resize(self.column, ' ');
            self.cells.push(letter);
        }
        self.column += 1;
    }

    fn flush(&mut self, finished: &mut dyn FnMut(&str)) {
        if self.cells.iter().any(|letter| !letter.is_whitespace()) {
            finished(&self.cells.iter().collect::<String>());
        }
        self.cells.clear();
        self.column = 0;
    }

    fn escape(&mut self, chars: &mut std::str::Chars<'_>, finished: &mut dyn FnMut(&str)) {
        match chars.clone().next() {
            Some('[') => {
                chars.next();
                self.sequence(chars, finished);
            }
            Some(']' | 'P' | 'X' | '^' | '_') => skip_string(chars),
            // Charset and size selections: ESC, intermediates, one final byte.
            Some(' '..='/') => {
                while let Some(letter) = chars.clone().next() {
                    chars.next();
                    if !(' '..='/').contains(&letter) {
                        break;
                    }
                }
            }
            Some('M' | 'D' | 'E' | 'c' | '8') => {
                chars.next();
                self.flush(finished);
            }
            Some('0'..='~') => {
                chars.next();
            }
            _ => {}
        }
    }

    /// A control sequence, after its introducer.
    fn sequence(&mut self, chars: &mut std::str::Chars<'_>, finished: &mut dyn FnMut(&str)) {
        let mut number: Option<usize> = None;
        let mut first = true;
        for letter in chars.by_ref() {
            match letter {
                '0'..='9' if first => {
                    let digit = letter as usize - '0' as usize;
                    number =
                        Some(number.unwrap_or(0).saturating_mul(10).saturating_add(digit).min(LONGEST_ROW));
                }
                ' '..='?' => first = first && letter != ';',
                '@'..='~' => return self.perform(letter, number, finished),
                // A broken sequence ends where something that cannot belong to it begins.
                _ => return,
            }
        }
    }

    fn perform(&mut self, action: char, number: Option<usize>, finished: &mut dyn FnMut(&str)) {
        let count = number.unwrap_or(1).max(1);
        match action {
            'K' => match number {
                Some(1) => {
                    let until = (self.column + 1).min(self.cells.len());
                    self.cells[..until].fill(' ');
                }
                Some(2) => self.cells.clear(),
                _ => self.cells.truncate(self.column),
            },
            'C' => self.column = (self.column + count).min(LONGEST_ROW),
            'D' => self.column = self.column.saturating_sub(count),
            'G' | '`' => self.column = count - 1,
            'P' => {
                let end = (self.column + count).min(self.cells.len());
                if self.column < end {
                    self.cells.drain(self.column..end);
                }
            }
            'X' => {
                let end = (self.column + count).min(self.cells.len());
                if self.column < end {
                    self.cells[self.column..end].fill(' ');
                }
            }
            // The cursor leaves the row: what stood there was shown.
            'A' | 'B' | 'E' | 'F' | 'H' | 'f' | 'd' | 'J' | 'S' | 'T' => self.flush(finished),
            _ => {}
        }
    }
}

/// Skips an OSC, DCS, SOS, PM or APC string up to BEL or ST. One that never ends costs only its introducer.
fn skip_string(chars: &mut std::str::Chars<'_>) {
    chars.next();
    let mut ahead = chars.clone();
    while let Some(letter) = ahead.next() {
        match letter {
            '\u{7}' | '\u{9c}' => {
                *chars = ahead;
                return;
            }
            '\u{1b}' => {
                if ahead.clone().next() == Some('\\') {
                    ahead.next();
                    *chars = ahead;
                }
                return;
            }
            _ => {}
        }
    }
}

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
            .or_else(|| clock(bytes))
            .or_else(|| seconds(bytes))
            .or_else(|| service(line, prefix)),
        b'[' => bracket(line, prefix),
        b'#' => hash(line, prefix),
        b'+' | b'!' => kube(bytes),
        b' ' | b'A'..=b'Z' => journal(line, prefix).or_else(|| service(line, prefix)),
        b'-' => line.starts_with("-- ").then(|| journal(&line[3..], prefix).map(|skip| skip + 3))?,
        b'a'..=b'z' => gitlab(line).or_else(|| service(line, prefix)),
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

/// Jenkins' `10:22:18 `.
fn clock(bytes: &[u8]) -> Option<usize> {
    if !fits(bytes, b"00:00:00") {
        return None;
    }
    let mut at = 8;
    if bytes.get(at) == Some(&b'.') {
        at += 1;
        at += bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    }
    blanks(bytes, at)
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
