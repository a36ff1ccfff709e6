//! Secrets never get through, whatever cuts the output (invariant f).

use proptest::prelude::*;

use super::*;
use crate::event::{Answer, Event, Fact, Note, RunKind, RunStarted};
use crate::session::cast::tests::any_event;

fn secrets() -> Redactor {
    Redactor::new([
        ("GITHUB_TOKEN", "hunter2-hunter3"),
        ("DB_PASSWORD", "pass word"),
        ("HTTPS_PROXY", "http://me:pr0xy@pw@proxy.example:3128"),
        ("PATH", "/usr/bin:/bin"),
        ("KEYBOARD", "qwerty"),
        ("FLAG_KEY", "true"),
        ("PIN_KEY", "123"),
    ])
}

/// Feeds the pieces and returns all that got through.
fn through(redactor: &Redactor, pieces: &[&[u8]], idle_between: bool) -> Vec<u8> {
    let mut stream = redactor.stream();
    let mut out = Vec::new();
    for piece in pieces {
        stream.push(piece, &mut out);
        if idle_between {
            stream.idle(&mut out);
        }
    }
    stream.end(&mut out);
    out
}

fn split<'a>(text: &'a [u8], cuts: &[prop::sample::Index]) -> Vec<&'a [u8]> {
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(text.len() + 1)).collect();
    cuts.extend([0, text.len()]);
    cuts.sort_unstable();
    cuts.windows(2).map(|pair| &text[pair[0]..pair[1]]).collect()
}

fn holds(haystack: &[u8], needle: &str) -> bool {
    memmem::find(haystack, needle.as_bytes()).is_some()
}

#[test]
fn whole_texts() {
    let redactor = secrets();
    for (text, expected) in [
        ("curl -H 'X: hunter2-hunter3' x", "curl -H 'X: ••••' x"),
        ("the pass word is pass word", "the •••• is ••••"),
        ("hunter2 alone, qwerty, true, 123, /usr/bin", "hunter2 alone, qwerty, true, 123, /usr/bin"),
        ("fatal: http://me:pr0xy@pw@proxy.example:3128/", "fatal: http://me:••••@proxy.example:3128/"),
        ("other form pr0xy%40pw", "other form ••••"),
        ("https://u:p4ss@host/x", "https://u:••••@host/x"),
        ("https://u:p4ss@host", "https://u:••••@host"),
        ("https://0123456789abcdef0123@github.com/x.git", "https://••••@github.com/x.git"),
        ("git clone ssh://git@github.com:22/x", "git clone ssh://git@github.com:22/x"),
        (
            "see http://localhost:8080/a@b and https://a.b:443",
            "see http://localhost:8080/a@b and https://a.b:443",
        ),
        ("dial tcp://[::1]:2375: refused", "dial tcp://[::1]:2375: refused"),
        ("ghp_0123456789abcdefABCDEF0123456789abcd!", "ghp_••••!"),
        ("glpat-0123456789abcdefABCD", "glpat-••••"),
        ("ghp_short glpat-x", "ghp_short glpat-x"),
        ("> Authorization: Bearer abc.def-ghi\r\n", "> Authorization: Bearer ••••\r\n"),
        ("authorization: basic dXNlcjpwYXNz", "authorization: basic ••••"),
        ("authorization: failed for user", "authorization: failed for user"),
        ("+ export K3S_TOKEN=abcdef::server:1 X=1", "+ export K3S_TOKEN=•••• X=1"),
        ("AWS_SECRET_ACCESS_KEY='a b c' next", "AWS_SECRET_ACCESS_KEY='••••' next"),
        (
            "MONKEY=banana XKEYBOARD=de TOKEN=$OTHER KEY=true",
            "MONKEY=banana XKEYBOARD=de TOKEN=$OTHER KEY=true",
        ),
        ("KEY=", "KEY="),
    ] {
        assert_eq!(redactor.mask(text), expected, "{text}");
        let streamed = through(&redactor, &[text.as_bytes()], false);
        assert_eq!(String::from_utf8_lossy(&streamed), expected, "streamed: {text}");
    }
}

#[test]
fn invariant_f_notes_are_masked_by_name_and_by_value() {
    let redactor = secrets();
    let run = RunStarted {
        run: 1,
        kind: RunKind::Stage,
        stage: "build".to_owned(),
        attempt: 1,
        command: "login --with hunter2-hunter3".to_owned(),
        shell: "sh".to_owned(),
        dir: "/tree".into(),
        target: String::new(),
        env: BTreeMap::from([
            ("API_KEY".to_owned(), "only-by-name".to_owned()),
            ("PROXY".to_owned(), "socks5://u:4secret@h:1".to_owned()),
            ("GOFLAGS".to_owned(), "-mod=mod".to_owned()),
        ]),
        fix: None,
        title: String::new(),
    };
    let Event::Note(Note::RunStarted(masked)) = redactor.mask_event(Event::Note(Note::RunStarted(run)))
    else {
        unreachable!("masking keeps the kind")
    };
    assert_eq!(masked.command, "login --with ••••");
    let env: Vec<(&str, &str)> =
        masked.env.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(env, [("API_KEY", "••••"), ("GOFLAGS", "-mod=mod"), ("PROXY", "socks5://u:••••@h:1")]);

    let fact = |ask: &str| {
        Event::Note(Note::Fact(Fact { ask: ask.to_owned(), answer: Answer::Is("never-seen".to_owned()) }))
    };
    assert_ne!(redactor.mask_event(fact("env MY_TOKEN")), fact("env MY_TOKEN"));
    assert_eq!(redactor.mask_event(fact("env MY_NAME")), fact("env MY_NAME"));
    let marker = redactor.mask_event(Event::Marker("build hunter2-hunter3".to_owned()));
    assert_eq!(marker, Event::Marker("build ••••".to_owned()));
}

#[test]
fn a_prompt_is_not_held_back_and_a_slow_secret_still_does_not_get_through() {
    let redactor = secrets();
    let mut stream = redactor.stream();
    let mut out = Vec::new();
    stream.push(b"Push", &mut out);
    assert_eq!(out, b"Push"[..3].to_vec(), "an h may begin hunter2");
    stream.idle(&mut out);
    assert_eq!(out, b"Push");
    for byte in b"unter2-hunter3" {
        stream.push(&[*byte], &mut out);
        stream.idle(&mut out);
    }
    stream.push(b" ok", &mut out);
    assert_eq!(String::from_utf8_lossy(&out), "Pushun•••• ok");
}

#[test]
fn long_secrets_are_known_however_slowly_they_come() {
    let secret: String = ('a'..='z').cycle().take(200).collect();
    let redactor = Redactor::new([("TOKEN", secret.as_str())]);
    let bytes: Vec<&[u8]> = secret.as_bytes().chunks(1).collect();
    assert_eq!(through(&redactor, &bytes, true), "abc••••".as_bytes(), "three bytes give nothing away");
    let url = format!("https://{}:s3cr3t@host/", "long-user".repeat(20));
    let pieces: Vec<&[u8]> = url.as_bytes().chunks(50).collect();
    let out = through(&redactor, &pieces, true);
    assert!(holds(&out, ":••••@host/") && !holds(&out, "s3cr3t"), "{}", String::from_utf8_lossy(&out));
}

#[test]
fn secrets_that_overlap_are_both_masked_whole() {
    let redactor = Redactor::new([("A_TOKEN", "abcdef-1"), ("B_TOKEN", "def-1xyz")]);
    assert_eq!(redactor.mask("<abcdef-1xyz>"), "<••••>");
    assert_eq!(through(&redactor, &[b"<abcdef-1", b"xyz>"], false), "<••••••••>".as_bytes());
}

#[test]
fn keys_of_many_lines_are_masked_line_by_line() {
    let redactor = Redactor::new([("DEPLOY_KEY", "-----BEGIN-----\nAAAABBBBCCCC\nDDDDEEEEFFFF\n")]);
    assert_eq!(redactor.mask("AAAABBBBCCCC\r\nDDDDEEEEFFFF\r\nother\r\n"), "••••\r\n••••\r\nother\r\n");
}

#[test]
fn a_secret_that_is_cut_off_by_the_end_is_masked_from_its_half_on() {
    let redactor = secrets();
    assert_eq!(through(&redactor, &[b"x hunter2-hunt"], false), "x ••••".as_bytes());
    assert_eq!(through(&redactor, &[b"x hunt"], false), b"x hunt");
}

#[test]
fn nothing_is_held_for_long() {
    let redactor = secrets();
    let mut stream = redactor.stream();
    let mut out = Vec::new();
    stream.push(b"https://", &mut out);
    stream.push(&vec![b'x'; 100_000], &mut out);
    assert!(out.len() > 100_000 - 8192, "{} bytes are held", 100_000 - out.len());
}

proptest! {
    /// A password may be any word, also one that notes are made of.
    #[test]
    fn weak_passwords_break_no_note(event in any_event(), word in "session|stage|passed|absent|type|fact|fail|local|chec") {
        let masked = Redactor::new([("PASSWORD", word)]).mask_event(event.clone());
        prop_assert_eq!(std::mem::discriminant(&masked), std::mem::discriminant(&event));
        if let Event::Note(note) = masked {
            let json = serde_json::to_string(&note).expect("a note is JSON");
            prop_assert!(serde_json::from_str::<Note>(&json).is_ok());
        }
    }

    #[test]
    fn invariant_f_no_split_lets_a_secret_through(
        words in prop::collection::vec(
            prop_oneof![
                Just("hunter2-hunter3".to_owned()), Just("pass word".to_owned()), Just("hunt".to_owned()),
                Just("https://u:s3cr3t-s3cr3t@h/".to_owned()), Just("http://u:".to_owned()), Just("\n".to_owned()),
                Just("ghp_s3cr3ts3cr3ts3cr3t".to_owned()), Just("DB_TOKEN=s3cr3t-s3cr3t ".to_owned()),
                Just("Authorization: Bearer s3cr3t-s3cr3t ".to_owned()), "[a-z ]{0,80}", "[hunter23 -]{0,9}",
            ],
            0..8,
        ),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12), idle in any::<bool>(),
    ) {
        let text = words.concat();
        let redactor = secrets();
        let out = through(&redactor, &split(text.as_bytes(), &cuts), idle);
        let shown = String::from_utf8_lossy(&out).into_owned();
        prop_assert!(!holds(&out, "hunter2-hunter3") && !holds(&out, "pass word"), "{}", shown);
        // What only its shape gives away needs the shape to be there: the whole text is the judge.
        let whole = redactor.mask(&text).into_owned();
        prop_assert_eq!(holds(&out, "s3cr3t-s3cr3t"), whole.contains("s3cr3t-s3cr3t"), "{} | {}", shown, whole);
        // Where two secrets overlap, a cut between them may leave two masks for one.
        let once = |text: &str| text.split(MASK).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(MASK);
        if !idle {
            prop_assert_eq!(once(&shown), once(&whole));
        }
    }

    #[test]
    fn harmless_bytes_pass_unchanged(
        text in prop::collection::vec(any::<u8>(), 0..400), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
    ) {
        let redactor = Redactor::new([("TOKEN", "a secret that is not there")]);
        prop_assume!(redactor.spans_of_whole(&text).is_empty());
        prop_assert_eq!(through(&redactor, &split(&text, &cuts), true), text);
    }
}
