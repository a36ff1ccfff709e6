//! Bytes as they came, made visible: controls as `^[`, what is no UTF-8 as `\xff`.

use super::plain::is_unseen;

/// The text of a line with nothing left out.
pub fn visible(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for ch in chunk.valid().chars() {
            match ch {
                '\0'..='\x1f' | '\x7f' => text.extend(['^', char::from(ch as u8 ^ 0x40)]),
                ch if ch.is_control() => text.extend(ch.escape_unicode()),
                ch => text.push(ch),
            }
        }
        text.extend(
            chunk.invalid().iter().flat_map(|byte| std::ascii::escape_default(*byte).map(char::from)),
        );
    }
    text
}

/// A line that somebody else wrote, as a terminal may have it: nothing in it steers, hides or reorders; all of it is
/// seen. Tabs stay.
pub fn harmless(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    for ch in line.chars() {
        match ch {
            '\t' => text.push(ch),
            '\0'..='\x1f' | '\x7f' => text.extend(['^', char::from(ch as u8 ^ 0x40)]),
            ch if ch.is_control() || is_unseen(ch) => text.extend(ch.escape_unicode()),
            ch => text.push(ch),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{harmless, visible};

    #[test]
    fn what_others_wrote_steers_no_terminal_and_hides_nothing() {
        assert_eq!(harmless("rm -rf /\t# \rharmless\u{1b}[8m\n"), "rm -rf /\t# ^Mharmless^[[8m^J");
        assert_eq!(harmless("a\u{202e}b\u{9b}c 中文"), "a\\u{202e}b\\u{9b}c 中文");
    }

    #[test]
    fn nothing_is_left_out() {
        assert_eq!(visible(b"\x1b[31mred\x1b[0m\t1 %\r2 %\r"), "^[[31mred^[[0m^I1 %^M2 %^M");
        assert_eq!(visible("中\u{85}é\x7f".as_bytes()), "中\\u{85}é^?");
        assert_eq!(visible(b"a\xff\xc3b\0"), "a\\xff\\xc3b^@");
    }
}
