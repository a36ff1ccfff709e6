//! What bytes become on a line, in tables and for any bytes.

use proptest::prelude::*;

use super::*;

fn texts(bytes: &[u8]) -> Vec<String> {
    let mut builder = Builder::new(80);
    let mut lines = builder.feed(bytes);
    lines.extend(builder.finish());
    lines.into_iter().map(|line| line.text).collect()
}

#[test]
fn shows_what_a_terminal_would_show() {
    for (bytes, expected) in [
        ("one\r\ntwo\n", vec!["one", "two"]),
        ("10 %\r50 %\r100 %\n", vec!["100 %"]),
        ("long text\rshort\n", vec!["shorttext"]),
        ("long text\r\x1b[Kshort\n", vec!["short"]),
        ("abc\x08\x08X\n", vec!["aXc"]),
        ("a\tb\n", vec!["a       b"]),
        ("\x1b[10Gx\n", vec!["         x"]),
        ("\x1b[999Cx\x1b[999D<\n", vec![&*format!("<{}x", " ".repeat(78))]),
        ("name\x1b[3Cvalue\n", vec!["name   value"]),
        ("中文 ok\r\n", vec!["中文 ok"]),
        ("中文\rx\n", vec!["x 文"]),
        ("e\u{301}te\u{301}\n", vec!["e\u{301}te\u{301}"]),
        ("\x1b]0;title\x07\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\\n", vec!["link"]),
        ("\x1bP+q\x1b\\a\x1b[?25lb\x1b[2;3Hc\n", vec!["abc"]),
        ("evil \u{202e}txt\n", vec!["evil \u{fffd}txt"]),
        ("no newline", vec!["no newline"]),
        ("trailing   \n\n", vec!["trailing", ""]),
        ("abcdef\r\x1b[2Px\n", vec!["xdef"]),
    ] {
        assert_eq!(texts(bytes.as_bytes()), expected, "{bytes:?}");
    }
    assert_eq!(texts(b"bad \xff byte\n"), ["bad \u{fffd} byte"]);
}

#[test]
fn keeps_colours_of_every_depth() {
    let mut builder = Builder::new(80);
    let line =
        builder.feed(b"\x1b[1;31mred\x1b[0m \x1b[38;5;208mo\x1b[48:2::1:2:3mb\x1b[39;49;22mp\n").remove(0);
    let pieces: Vec<_> = line.pieces().map(|(text, style)| (text, style.fg, style.bg, style.attrs)).collect();
    assert_eq!(
        pieces,
        [
            ("red", Color::Indexed(1), Color::Default, attr::BOLD),
            (" ", Color::Default, Color::Default, 0),
            ("o", Color::Indexed(208), Color::Default, 0),
            ("b", Color::Indexed(208), Color::Rgb(1, 2, 3), 0),
            ("p", Color::Default, Color::Default, 0),
        ]
    );
}

#[test]
fn an_endless_line_stays_bounded() {
    let mut builder = Builder::new(80);
    for _ in 0..40 {
        builder.feed(&vec![b'x'; 65_536]);
    }
    let line = builder.finish().expect("there is text");
    assert_eq!(line.text.chars().count(), MOST_COLUMNS + 1);
    assert!(line.text.ends_with('…'));
}

#[test]
fn marks_stay_with_their_characters_and_go_with_them() {
    for (bytes, text) in [
        ("e\u{301}a\u{308}", "e\u{301}a\u{308}"),
        ("e\u{301}a\u{308}\rx", "xa\u{308}"),
        ("e\u{301}a\u{308}\u{8}\x1b[K", "e\u{301}"),
        ("e\u{301}a\u{308}b\x1b[2D\x1b[1K", "  b"),
    ] {
        let mut builder = Builder::new(80);
        builder.feed(bytes.as_bytes());
        assert_eq!(builder.finish().expect("there is text").text, text, "{bytes:?}");
    }
}

/// 200,000 marks, or erasures over a quarter of a million columns, once took minutes each.
#[test]
fn a_line_of_marks_or_of_erasures_does_not_hold_the_screen_up() {
    let marks = "e\u{301}".repeat(200_000);
    for line in
        [format!("{marks}\r{marks}"), format!("{}{}", "x".repeat(300_000), "\x1b[1K\x1b[P".repeat(200_000))]
    {
        let mut builder = Builder::new(80);
        builder.feed(line.as_bytes());
        assert!(builder.finish().is_some());
    }
}

proptest! {
    #[test]
    fn any_bytes_in_any_chunks_give_the_same_clean_lines(
        bytes in proptest::collection::vec(prop_oneof![
            Just(0x1bu8), Just(b'['), Just(b'm'), Just(b'\r'), Just(b'\n'), Just(8u8), Just(b';'), any::<u8>()
        ], 0..400),
        cut in 0usize..400,
    ) {
        let cut = cut.min(bytes.len());
        let whole = Builder::new(40).feed(&bytes);
        let mut parts = Builder::new(40);
        let mut lines = parts.feed(&bytes[..cut]);
        lines.extend(parts.feed(&bytes[cut..]));
        prop_assert_eq!(&whole, &lines);
        for line in &whole {
            prop_assert!(!line.text.chars().any(char::is_control), "{:?}", line.text);
            let joined: String = line.pieces().map(|(text, _)| text).collect();
            prop_assert_eq!(&joined, &line.text);
        }
    }
}
