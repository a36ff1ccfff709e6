//! The codec's grammar, and that any event comes back.

use proptest::prelude::*;

use super::*;
use crate::event::{
    Answer, Choice, Fact, Made, Outcome, Program, RunEnded, RunKind, RunStarted, SessionStart, StageOutline,
};

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[ -~]{0,24}", "(?s).{0,24}", "[\\x00-\\x1f\\x7f-\\u{9f}\"\\\\é語🎉\u{2028}]{0,12}"]
}

fn choice() -> impl Strategy<Value = Choice> {
    prop_oneof![
        (text(), text()).prop_map(|(stage, command)| Choice::Fix {
            rule: stage.clone(),
            fix: stage,
            commands: vec![command],
            by: "user".to_owned(),
            edited: true,
        }),
        (text(), text()).prop_map(|(stage, script)| Choice::Start { stage, script: Some(script) }),
        Just(Choice::Start { stage: "build".to_owned(), script: None }),
        Just(Choice::RunThrough),
        Just(Choice::Cancel),
    ]
}

fn note() -> impl Strategy<Value = Note> {
    prop_oneof![
        (text(), text(), text(), prop::option::of(text())).prop_map(|(plan, id, title, skipped)| {
            Note::Session(SessionStart {
                ktui: "0.1.0".to_owned(),
                plan,
                dir: "/tree".into(),
                target: "local".to_owned(),
                stages: vec![StageOutline {
                    id,
                    title,
                    explain: String::new(),
                    skipped,
                    ..StageOutline::default()
                }],
                inputs: BTreeMap::from([("a".to_owned(), "b".to_owned())]),
                resumes: None,
            })
        }),
        (any::<u32>(), text(), text(), prop::option::of(text())).prop_map(|(run, stage, command, fix)| {
            Note::RunStarted(RunStarted {
                run,
                kind: RunKind::Fix,
                stage,
                attempt: 2,
                command,
                shell: "bash -euo pipefail".to_owned(),
                dir: "/tree/sub".into(),
                target: String::new(),
                env: BTreeMap::new(),
                title: fix.clone().unwrap_or_default(),
                fix,
            })
        }),
        (any::<u32>(), prop::option::of(any::<i32>()), prop::option::of(text()), any::<u64>()).prop_map(
            |(run, exit, why, millis)| {
                Note::RunEnded(RunEnded {
                    run,
                    outcome: Outcome::CheckFailed,
                    exit,
                    signal: None,
                    why: why.map(Text::verbatim),
                    millis,
                })
            }
        ),
        (text(), text()).prop_map(|(ask, answer)| Note::Fact(Fact { ask, answer: Answer::Is(answer) })),
        Just(Note::Fact(Fact { ask: "which yq".to_owned(), answer: Answer::Absent })),
        choice().prop_map(Note::Choice),
        text().prop_map(|stage| Note::Waiting { stage }),
        (any::<u64>(), text())
            .prop_map(|(line, why)| Note::Gap { line, why: Text { en: why, zh: "缺失".to_owned() } }),
        text().prop_map(|why| Note::DiskTrouble { why }),
        (text(), text(), any::<u64>()).prop_map(|(stage, arch, size)| {
            let path = format!("/tree/{arch}").into();
            Note::Made(Made { stage, programs: vec![Program { path, size, arch }] })
        }),
    ]
}

pub(crate) fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => text().prop_map(Event::Output),
        1 => prop::collection::vec(any::<u8>(), 0..40).prop_map(Event::Exact),
        1 => text().prop_map(Event::Input),
        1 => (1u16.., 1u16..).prop_map(|(cols, rows)| Event::Resize { cols, rows }),
        1 => text().prop_map(Event::Marker),
        4 => note().prop_map(Event::Note),
        1 => any::<i32>().prop_map(Event::Exit),
        1 => ("[a-zA-Z€\"\\\\]", text())
            .prop_map(|(code, data)| (code.chars().next().unwrap_or('z'), data))
            .prop_filter("a code of another program", |(code, _)| !"oirmxkb".contains(*code))
            .prop_map(|(code, data)| Event::Other { code, data }),
    ]
}

pub(crate) fn any_events() -> impl Strategy<Value = Vec<Timed>> {
    prop::collection::vec((0u64..5_000_000_000, any_event()), 0..20).prop_map(|steps| {
        let mut at = Duration::ZERO;
        let mut events = Vec::new();
        for (step, event) in steps {
            at += Duration::from_micros(step);
            events.push(Timed { at, event });
        }
        events
    })
}

proptest! {
    #[test]
    fn any_event_round_trips(events in any_events()) {
        let mut encoder = Encoder::default();
        let mut decoder = Decoder::new(Version::V3);
        for timed in events {
            let line = encoder.line(&timed);
            prop_assert_eq!(decoder.line(&line), Ok(Some(timed)), "{}", line);
        }
    }

    /// The grammar of <https://docs.asciinema.org/manual/asciicast/v3/>: each line is one JSON array of
    /// an interval of at least 0, a code that is a string of one character, and data that is a string.
    /// Other readers take the code from the line unchanged, so it must not need an escape.
    #[test]
    fn every_line_we_write_is_asciicast_v3(events in any_events()) {
        let mut encoder = Encoder::default();
        for timed in events {
            let line = encoder.line(&timed);
            prop_assert_eq!(line.matches('\n').count(), 1);
            prop_assert!(line.ends_with("]\n") && line.trim_end().chars().all(|c| !c.is_control()));
            let value: Value = serde_json::from_str(&line).expect("a line is JSON");
            let [interval, code, data] = value.as_array().expect("an array").as_slice() else {
                return Err(TestCaseError::fail(format!("not three elements: {line}")));
            };
            prop_assert!(interval.as_f64().is_some_and(|seconds| seconds >= 0.0));
            prop_assert_eq!(code.as_str().expect("a code").chars().count(), 1);
            let data = data.as_str().expect("data is a string");
            match code.as_str() {
                Some("r") => prop_assert!(data.split('x').all(|n| n.parse::<u16>().is_ok())),
                Some("x") => prop_assert!(data.parse::<i32>().is_ok()),
                _ => {}
            }
        }
    }

    #[test]
    fn any_header_round_trips(
        cols in 1u16.., rows in 1u16.., timestamp in prop::option::of(any::<u64>()),
        title in prop::option::of(text()), command in prop::option::of(text()), name in text(), value in text(),
    ) {
        let header = Header {
            cols, rows, timestamp, title, command,
            term: Some("xterm-256color".to_owned()),
            idle_time_limit: Some(2.5),
            env: BTreeMap::from([(name, value)]),
        };
        let line = header.line();
        let start = "{\"version\":3,\"term\":{\"cols\":";
        prop_assert!(line.starts_with(start), "{}", line);
        prop_assert_eq!(Header::parse(&line), Ok((header, Version::V3)));
    }

    #[test]
    fn any_line_is_an_event_or_a_reason(line in "(?s).{0,60}|\\[[0-9.e-]{1,6}, ?\"[a-z]\", ?\"[ -~]{0,9}\"\\]?") {
        let _either = Decoder::new(Version::V3).line(&line);
        let _either = Header::parse(&line);
    }
}

#[test]
fn intervals_of_rounded_times_never_drift() {
    let mut encoder = Encoder::default();
    let mut decoder = Decoder::new(Version::V3);
    let step = Duration::from_nanos(333_333_333);
    let mut last = Duration::ZERO;
    for n in 1..=10_000u32 {
        let line = encoder.line(&Timed { at: step * n, event: Event::Marker(String::new()) });
        last = decoder.line(&line).expect("ours").expect("an event").at;
    }
    assert!((step * 10_000).abs_diff(last) < Duration::from_micros(1), "{last:?}");
}

#[test]
fn known_lines() {
    let mut decoder = Decoder::new(Version::V3);
    let table = [
        ("# a comment", None),
        ("", None),
        ("[0.5, \"o\", \"hi\\r\\n\"]", Some((500, Event::Output("hi\r\n".to_owned())))),
        ("[1, \"r\", \"90x30\"]", Some((1500, Event::Resize { cols: 90, rows: 30 }))),
        ("[0.0,\"x\",\"137\"]", Some((1500, Event::Exit(137)))),
        ("[0.5,\"z\",\"new\"]", Some((2000, Event::Other { code: 'z', data: "new".to_owned() }))),
        (
            "[0,\"k\",\"{\\\"type\\\":\\\"from-2030\\\",\\\"x\\\":1}\"]",
            Some((2000, Event::Other { code: 'k', data: "{\"type\":\"from-2030\",\"x\":1}".to_owned() })),
        ),
        ("[-3, \"m\", \"back\"]", Some((2000, Event::Marker("back".to_owned())))),
    ];
    for (line, expected) in table {
        let expected = expected.map(|(millis, event)| Timed { at: Duration::from_millis(millis), event });
        assert_eq!(decoder.line(line), Ok(expected), "{line}");
    }
}

#[test]
fn a_bad_line_says_what_was_expected() {
    for (line, part) in [
        ("[1.0, \"r\", \"wide\"]", "expected COLSxROWS"),
        ("[1.0, \"x\", \"bad\"]", "expected a number"),
        ("[1.0, \"o\", \"cut", "cut off"),
        ("{}", "not an event"),
        ("[1.0, \"\", \"\"]", "empty event code"),
    ] {
        let bad = Decoder::new(Version::V3).line(line).expect_err(line);
        assert!(bad.why.en.contains(part), "{line}: {bad}");
    }
    assert!(
        Header::parse("{\"version\": 1, \"width\": 80}")
            .is_err_and(|bad| bad.why.en.contains("expected 2 or 3"))
    );
}

#[test]
fn a_bad_line_still_moves_the_time_where_its_interval_can_be_read() {
    let mut decoder = Decoder::new(Version::V3);
    assert!(decoder.line("[2.0, \"o\", \"da\u{fffd}").is_err());
    let next = decoder.line("[1.0, \"o\", \"fine\"]").expect("fine").expect("an event");
    assert_eq!(next.at, Duration::from_secs(3));
}

#[test]
fn v2_times_count_from_the_start() {
    let line =
        "{\"version\": 2, \"width\": 100, \"height\": 30, \"env\": {\"TERM\": \"xterm\", \"SHELL\": null}}";
    let (header, version) = Header::parse(line).expect("a v2 header");
    assert_eq!(
        (header.cols, header.rows, header.term.as_deref(), version),
        (100, 30, Some("xterm"), Version::V2)
    );
    let mut decoder = Decoder::new(version);
    let at = |decoder: &mut Decoder, line: &str| {
        decoder.line(line).expect("good").expect("an event").at.as_millis()
    };
    assert_eq!(at(&mut decoder, "[1.5, \"o\", \"a\"]"), 1500);
    assert_eq!(at(&mut decoder, "[2.5, \"o\", \"b\"]"), 2500);
    assert_eq!(at(&mut decoder, "[2.0, \"o\", \"c\"]"), 2500);
}
