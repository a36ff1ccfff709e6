//! Terminal output as the text a reader sees.

use super::*;

#[test]
fn shows_what_a_terminal_would() {
    for (raw, shown) in [
        (&b"plain text"[..], "plain text"),
        (
            b"\x1b[01m\x1b[Kfoo.c:1:2:\x1b[m\x1b[K \x1b[01;31m\x1b[Kfatal error: \x1b[m\x1b[Kseccomp.h",
            "foo.c:1:2: fatal error: seccomp.h",
        ),
        (b"see \x1b]8;;https://example.org\x1b\\here\x1b]8;;\x07 now", "see here now"),
        (b"10%\r50%\r100%\x1b[K", "100%"),
        (b"Receiving: 100%\rerr", "erreiving: 100%"),
        (b"abc\x08\x08XY\tz", "aXY\tz"),
        (b"crlf\r", "crlf"),
        (b"b\x00e\x07ll", "bell"),
        ("caf\u{e9} \u{e9}".as_bytes(), "café é"),
        (b"bad \xff byte", "bad \u{fffd} byte"),
        (b"a\x1b[3Cb", "a   b"),
        (b"open \x1b]0;title never ends", "open 0;title never ends"),
        (b"\x1b(B\x1b[?25lok", "ok"),
    ] {
        assert_eq!(clean(raw), shown, "{raw:?}");
    }
}

#[test]
fn a_repaint_hides_nothing() {
    let mut seen = Vec::new();
    rows(b"Receiving objects:   7%\rerror: RPC failed\r\x1b[KReceiving objects:   8%", |row| {
        seen.push(row.to_owned());
    });
    assert_eq!(seen, ["Receiving objects:   7%", "error: RPC failed", "Receiving objects:   8%"]);
    seen.clear();
    rows(b"\x1b[1A\x1b[1B\x1b[0G\x1b[?25l[+] Building 0.1s\x1b[2;1H => ERROR x", |row| {
        seen.push(row.to_owned());
    });
    assert_eq!(seen, ["[+] Building 0.1s", " => ERROR x"]);
}

#[test]
fn c1_controls_do_not_reach_a_reader() {
    assert_eq!(clean("a\u{86}b".as_bytes()), "ab");
    let mut seen = Vec::new();
    rows("a\u{9b}31mb".as_bytes(), |row| seen.push(row.to_owned()));
    assert!(seen.iter().all(|row| !row.contains('\u{9b}')), "{seen:?}");
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_cleaned(raw in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300)) {
        let shown = clean(&raw);
        assert!(!shown.chars().any(|letter| letter.is_control() && letter != '\t'), "{shown:?}");
        rows(&raw, |row| assert!(!row.contains('\u{1b}')));
    }
}
