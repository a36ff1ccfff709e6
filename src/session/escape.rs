//! Text into the inside of a JSON string, fast.
//!
//! Every byte that a stage prints passes here, so the loop looks at eight bytes at a time. Beyond what JSON
//! demands it escapes DEL and the C1 controls: a session file shown with `cat` holds no control characters.

/// How a byte is treated: 0 stands as it is, [`LEAD`] may start a C1 control, any other is escaped.
const CLASS: [u8; 256] = classes();
const ESCAPE: u8 = 1;
const LEAD: u8 = 2;
/// The byte that starts U+0080 to U+00BF in UTF-8.
const C2: u8 = 0xC2;
const HEX: &[u8; 16] = b"0123456789abcdef";

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = ESCAPE;
        byte += 1;
    }
    table[b'"' as usize] = ESCAPE;
    table[b'\\' as usize] = ESCAPE;
    table[0x7F] = ESCAPE;
    table[C2 as usize] = LEAD;
    table
}

/// Appends `text` to `out` so that it may stand between two quotes of a JSON document.
pub(super) fn push_escaped(text: &str, out: &mut String) {
    let bytes = text.as_bytes();
    out.reserve(bytes.len() + bytes.len() / 8);
    let (mut done, mut at) = (0, 0);
    while at < bytes.len() {
        if let Some(word) = bytes[at..].first_chunk::<8>()
            && is_plain(u64::from_le_bytes(*word))
        {
            at += 8;
            continue;
        }
        // At least one of the next eight bytes may need care; walk to the end of this word.
        let end = bytes.len().min(at + 8);
        while at < end {
            let byte = bytes[at];
            match CLASS[byte as usize] {
                0 => at += 1,
                ESCAPE => {
                    out.push_str(&text[done..at]);
                    let crlf = byte == b'\r' && bytes.get(at + 1) == Some(&b'\n');
                    if crlf {
                        out.push_str("\\r\\n");
                    } else {
                        push_escape(byte, out);
                    }
                    at += if crlf { 2 } else { 1 };
                    done = at;
                }
                _ => match bytes.get(at + 1) {
                    Some(&second) if second < 0xA0 => {
                        out.push_str(&text[done..at]);
                        push_unicode(second, out);
                        at += 2;
                        done = at;
                    }
                    _ => at += 2,
                },
            }
        }
    }
    out.push_str(&text[done..]);
}

/// Whether none of the eight bytes needs a closer look.
fn is_plain(word: u64) -> bool {
    const ONES: u64 = u64::MAX / 0xFF;
    const HIGH: u64 = ONES * 0x80;
    // The classic "some byte is zero" and "some byte is below n" tests; a false alarm only costs time.
    let has = |byte: u8| {
        let same = word ^ (ONES * u64::from(byte));
        same.wrapping_sub(ONES) & !same
    };
    let control = word.wrapping_sub(ONES * 0x20) & !word;
    (control | has(b'"') | has(b'\\') | has(0x7F) | has(C2)) & HIGH == 0
}

fn push_escape(byte: u8, out: &mut String) {
    match byte {
        b'\n' => out.push_str("\\n"),
        b'\r' => out.push_str("\\r"),
        b'\t' => out.push_str("\\t"),
        b'"' => out.push_str("\\\""),
        b'\\' => out.push_str("\\\\"),
        0x1B => out.push_str("\\u001b"),
        _ => push_unicode(byte, out),
    }
}

fn push_unicode(code: u8, out: &mut String) {
    out.push_str("\\u00");
    out.push(HEX[usize::from(code >> 4)] as char);
    out.push(HEX[usize::from(code & 15)] as char);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn escaped(text: &str) -> String {
        let mut out = String::from("\"");
        push_escaped(text, &mut out);
        out + "\""
    }

    #[test]
    fn controls_never_stand_as_they_are() {
        for code in (0u8..0x20).chain(0x7F..0xA0) {
            let text = format!("{:?}", escaped(&format!("before{}after", char::from(code))));
            let line = escaped(&format!("before{}after", char::from(code)));
            assert!(line.chars().all(|c| !c.is_control()), "{code:#x}: {text}");
        }
        assert_eq!(escaped("y\r\ny\r\n"), r#""y\r\ny\r\n""#);
        assert_eq!(escaped("a\rb\u{1b}[0m\u{9b}\u{a0}é"), "\"a\\rb\\u001b[0m\\u009b\u{a0}é\"");
    }

    proptest! {
        #[test]
        fn any_text_comes_back(text in "(?s)[\\x00-\\x20\"\\\\a-c\\u{7f}-\\u{ff}\\u{2028}€語🎉]{0,64}|(?s).{0,64}") {
            let back: String = serde_json::from_str(&escaped(&text)).expect("what we escape is JSON");
            prop_assert_eq!(back, text);
        }
    }
}
