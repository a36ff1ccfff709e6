//! What a terminal would show for raw output.
//!
//! Owns the reduction of bytes to plain text, one row at a time, without an emulated screen: colours and
//! hyperlinks vanish, `\r` and backspace overwrite. Styled text for the log pane is `style`'s business, what CI
//! systems put before a text `prefix`'s, which rows belong to a failure `diagnose`'s.

use std::borrow::Cow;

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

#[cfg(test)]
mod tests;
