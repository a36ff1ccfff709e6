//! Any bytes are a log or a clear error, and none is lost.

use proptest::prelude::*;

use super::*;

fn from(bytes: impl AsRef<[u8]>) -> Source {
    Source::Bytes { name: "build.log".to_owned(), bytes: Box::new(io::Cursor::new(bytes.as_ref().to_vec())) }
}

fn events(bytes: impl AsRef<[u8]>) -> Vec<Timed> {
    open(from(bytes)).expect("a log").events.collect()
}

/// What the events show, byte for byte.
fn shown(events: &[Timed]) -> Vec<u8> {
    let mut bytes = Vec::new();
    Shown::new(events.iter().cloned()).read_to_end(&mut bytes).expect("memory can be read");
    bytes
}

/// Line ends as a terminal gets them.
fn crlf(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for (at, byte) in bytes.iter().enumerate() {
        if *byte == b'\n' && (at == 0 || bytes[at - 1] != b'\r') {
            out.push(b'\r');
        }
        out.push(*byte);
    }
    out
}

fn millis(events: &[Timed]) -> Vec<(u128, String)> {
    let output = |timed: &Timed| match &timed.event {
        Event::Output(text) => Some((timed.at.as_millis(), text.clone())),
        _ => None,
    };
    events.iter().filter_map(output).collect()
}

#[test]
fn plain_text_shows_what_it_holds() {
    let seen = events("make: 进入目录\n\x1b[31merror\x1b[0m\r\nno newline at the end");
    assert_eq!(shown(&seen), "make: 进入目录\r\n\x1b[31merror\x1b[0m\r\nno newline at the end".as_bytes());
    assert!(matches!(&seen[0].event, Event::Note(Note::Session(start)) if start.plan == "build.log"));
}

#[test]
fn invalid_utf8_loses_no_line_and_no_byte() {
    let text = b"ok\nmake: *** [d\xE9j\xE0] Erreur 2 \xFF\nlast\n";
    let seen = events(text);
    assert_eq!(shown(&seen), crlf(text));
    let lines: String = millis(&seen).into_iter().map(|(_, text)| text).collect();
    assert_eq!(lines.lines().count(), 3);
    assert!(lines.ends_with("last\r\n"));
}

#[test]
fn github_actions_stamps_become_times() {
    let imported = open(from(
        "\u{FEFF}2024-05-01T12:34:56.0000000Z ##[group]Run make\n2024-05-01T12:34:56.0000000Z make\n\
         2024-05-01T12:34:57.5000000Z cc a.c\n  goes on\n2024-05-01T12:34:59.0000000Z ##[error]Process\n",
    ))
    .expect("a log");
    assert_eq!((imported.format, imported.header.timestamp), (Format::StampedText, Some(1_714_566_896)));
    let seen = millis(&imported.events.collect::<Vec<_>>());
    assert_eq!(seen.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [0, 1500, 3000]);
    assert!(seen[0].1.starts_with("2024-05-01T12:34:56") && seen[1].1.ends_with("  goes on\r\n"));
}

#[test]
fn buildkit_seconds_become_times() {
    let imported =
        open(from("#1 [internal] load\n#1 DONE 0.5s\n\n#2 [1/2] RUN make\n#2 0.25 cc\n#2 2.25 ld\n"))
            .expect("a log");
    assert_eq!(imported.format, Format::BuildKit);
    let seen = millis(&imported.events.collect::<Vec<_>>());
    assert_eq!(seen.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [0, 500, 750, 2750]);
}

#[test]
fn recordings_of_both_versions() {
    for (text, format) in [
        (
            "{\"version\":2,\"width\":90,\"height\":20}\n[0.5,\"o\",\"a\"]\n[1.5,\"o\",\"b\"]\n",
            Format::AsciicastV2,
        ),
        (
            "{\"version\":3,\"term\":{\"cols\":90,\"rows\":20}}\n[0.5,\"o\",\"a\"]\n[1.0,\"o\",\"b\"]\n",
            Format::AsciicastV3,
        ),
    ] {
        let imported = open(from(text)).expect("a recording");
        assert_eq!((imported.format, imported.header.cols), (format, 90));
        let seen: Vec<Timed> = imported.events.collect();
        assert_eq!(millis(&seen), [(500, "a".to_owned()), (1500, "b".to_owned())]);
        assert!(matches!(seen[0].event, Event::Note(Note::Session(_))));
        let mut shown = String::new();
        raw(from(text)).expect("a recording").bytes.read_to_string(&mut shown).expect("readable");
        assert_eq!(shown, "ab");
    }
}

#[test]
fn a_session_of_our_own_keeps_its_own_first_note() {
    let own = session("k3s-native");
    let text = Header::default().line() + &crate::session::cast::Encoder::default().line(&own);
    assert_eq!(events(text), [own]);
}

#[test]
fn utf16_of_a_windows_shell_is_read() {
    let text = "make : 未找到\r\nüber 🎉\r\n";
    for order in [u16::to_le_bytes, u16::to_be_bytes] {
        let bytes: Vec<u8> = "\u{FEFF}".encode_utf16().chain(text.encode_utf16()).flat_map(order).collect();
        assert_eq!(String::from_utf8_lossy(&shown(&events(bytes))), text);
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "writes the log")]
fn gbk_of_an_old_board_is_read_even_where_only_the_end_speaks_chinese() {
    let gbk = encoding_rs::GB18030.encode("make: *** [all] 错误 2\n").0.into_owned();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("build.log");
    for before in [0, 20_000] {
        let bytes = [&b"CC main.o\n".repeat(before)[..], &gbk].concat();
        std::fs::write(&path, &bytes).expect("a file");
        for source in [Source::named(&path), from(&bytes)] {
            let mut text = String::new();
            raw(source).expect("a text").bytes.read_to_string(&mut text).expect("UTF-8");
            assert!(text.ends_with("make: *** [all] 错误 2\n"), "{before}");
        }
        let Log::Text(shown) = log(Source::named(&path), None).expect("a text") else { panic!("no text") };
        assert!(matches!(shown.body, Body::Stream(_)), "what is shown is decoded, too");
    }
}

#[test]
fn what_is_no_log_says_so() {
    let table: [(&[u8], &str); 6] = [
        (b"", "build.log: empty; expected a log"),
        (b"PK\x03\x04", "zip archive"),
        (&[0; 100], "binary data; expected a log as text"),
        (b"\x1f\x8b\x08garbage", "damaged gzip data"),
        (b"\x28\xb5\x2f\xfdgarbage", "damaged zstd data"),
        (b"0.010133 8\n0.292516 8\n", "timing file of a typescript"),
    ];
    for (bytes, part) in table {
        for message in
            [open(from(bytes)).expect_err(part).to_string(), raw(from(bytes)).expect_err(part).to_string()]
        {
            assert!(message.contains(part), "{message}");
        }
    }
    assert!(matches!(open(Source::named("/")), Err(ImportError::Folder { .. })));
    let missing = open(Source::named("/nowhere/x.log")).expect_err("missing");
    assert!(missing.to_string().starts_with("/nowhere/x.log: "), "{missing}");
}

#[test]
fn a_line_of_fifty_megabytes_is_read_in_pieces() {
    let mut text = b"before\n".to_vec();
    text.resize(50 * 1024 * 1024, b'x');
    text.extend_from_slice(b"\nafter\n");
    let mut len = 0;
    let mut last = String::new();
    for timed in open(from(&text)).expect("a log").events {
        if let Event::Output(text) = timed.event {
            assert!(text.len() <= 256 * 1024, "{}", text.len());
            len += text.len();
            last = text;
        }
    }
    assert_eq!(len, text.len() + 3);
    assert!(last.ends_with("\r\nafter\r\n"));
}

#[test]
fn a_log_cut_off_in_its_compressed_data_is_read_up_to_there() {
    let lines = (0..20_000u64).map(|n| format!("line {n} {:x}\n", n.wrapping_mul(0x9E37_79B9_7F4A_7C15)));
    let text = lines.collect::<Vec<_>>().concat();
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    io::Write::write_all(&mut gz, text.as_bytes()).expect("memory takes all");
    let gz = gz.finish().expect("memory takes all");
    let seen = events(&gz[..gz.len() / 2]);
    let bytes = shown(&seen);
    assert!(bytes.len() > text.len() / 4 && crlf(text.as_bytes()).starts_with(&bytes));
    let Some(Event::Note(Note::Gap { line, why })) = seen.last().map(|timed| &timed.event) else {
        panic!("the last event says that something is missing")
    };
    assert!(why.en.starts_with("reading failed here: "), "{why:?}");
    assert_eq!(*line as usize, memchr::memchr_iter(b'\n', &bytes).count() + 1);
    assert_eq!(shown(&events(&gz)), crlf(text.as_bytes()));
}

proptest! {
    #[test]
    fn any_bytes_are_a_log_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..300), start in 0usize..12) {
        let starts: [&[u8]; 12] = [
            b"", b"{\"version\":3}\n", b"Script started on x\n", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"\xfd7zXZ\0",
            b"\xff\xfe", b"O 0.000001 5\n", b"2024-05-01T12:34:56Z a\n", b"#1 [a]\n#1 DONE 1.0s\n", b"\xef\xbb\xbf", b"[\n",
        ];
        let bytes = [starts[start], &bytes].concat();
        if let Ok(imported) = open(from(&bytes)) {
            let _all_of_them = imported.events.count();
        }
        if let Ok(mut raw) = raw(from(&bytes)) {
            let _all_of_it = io::copy(&mut raw.bytes, &mut io::sink());
        }
    }

    #[test]
    fn text_loses_no_byte(
        lines in prop::collection::vec(
            prop_oneof![
                "[ -~é語]{0,20}\r?\n".prop_map(String::into_bytes),
                "2024-05-01T12:34:[0-5][0-9]Z [a-z]{0,9}\n".prop_map(String::into_bytes),
                "#[0-9] [0-9]\\.[0-9] [a-z]{0,9}\n".prop_map(String::into_bytes),
                prop::collection::vec(prop_oneof![0x80u8..0xA0, 0xD8u8..], 1..9), Just(b"\n".to_vec()),
            ],
            1..40,
        ),
        long in prop::option::weighted(0.1, 60_000usize..140_000),
    ) {
        let mut text = lines.concat();
        text.splice(0..0, long.into_iter().flat_map(|len| std::iter::repeat_n(b'x', len)));
        prop_assume!(utf16::order(&text).is_none() && detect::binary(&text).is_none());
        prop_assert_eq!(shown(&events(&text)), crlf(&text));
        let mut bytes = Vec::new();
        raw(from(&text)).expect("a text").bytes.read_to_end(&mut bytes).expect("readable");
        prop_assert_eq!(bytes, text);
    }
}
