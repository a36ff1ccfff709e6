//! Bytes as they came, made visible: controls as `^[`, what is no UTF-8 as `\xff`.

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

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn nothing_is_left_out() {
        assert_eq!(visible(b"\x1b[31mred\x1b[0m\t1 %\r2 %\r"), "^[[31mred^[[0m^I1 %^M2 %^M");
        assert_eq!(visible("中\u{85}é\x7f".as_bytes()), "中\\u{85}é^?");
        assert_eq!(visible(b"a\xff\xc3b\0"), "a\\xff\\xc3b^@");
    }
}
