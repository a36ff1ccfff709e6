//! Foreign logs as other programs wrote them.

#![expect(clippy::disallowed_methods, reason = "fixtures are read and cut")]

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ktui::event::{Event, Note, Timed};
use ktui::session::import::{self, Compression, Format, Imported, Source};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/import").join(name)
}

fn open(name: &str) -> Imported {
    import::open(Source::named(fixture(name))).expect("a fixture can be read")
}

fn text(events: &[Timed]) -> String {
    let output =
        |timed: &Timed| if let Event::Output(text) = &timed.event { Some(text.clone()) } else { None };
    events.iter().filter_map(output).collect()
}

#[test]
fn compressed_logs_are_read_whole() {
    for (name, compression) in [
        ("lines.log.gz", Compression::Gzip),
        ("lines-two-members.log.gz", Compression::Gzip),
        ("lines.log.xz", Compression::Xz),
        ("lines-two-frames.log.zst", Compression::Zstd),
    ] {
        let imported = open(name);
        assert_eq!((imported.name.as_str(), imported.compression), (name, Some(compression)));
        assert_eq!(text(&imported.events.collect::<Vec<_>>()), "one\r\nzwei\r\n三\r\n", "{name}");
        let mut bytes = String::new();
        let mut raw = import::raw(Source::named(fixture(name))).expect("a fixture can be read");
        raw.bytes.read_to_string(&mut bytes).expect("readable");
        assert_eq!(bytes, "one\nzwei\n三\n", "{name}");
    }
}

#[test]
fn typescripts_keep_their_times_and_their_exit_status() {
    // The last one is named by its timing file, which tells the rest.
    for name in ["build.typescript", "advanced.log", "advanced.log.timing"] {
        let imported = open(name);
        assert_eq!(imported.format, Format::TimedTypescript, "{name}");
        assert!(
            imported.header.command.as_deref().is_some_and(|command| command.ends_with("exit 3")),
            "{name}"
        );
        assert_eq!(imported.header.term.as_deref(), Some("xterm-256color"));
        let events: Vec<Timed> = imported.events.collect();
        assert_eq!(text(&events), "cc main.c\r\n未找到\r\n", "{name}");
        let times: Vec<Duration> = events
            .iter()
            .filter(|timed| matches!(timed.event, Event::Output(_)))
            .map(|timed| timed.at)
            .collect();
        assert!(times[0] < Duration::from_millis(100) && times[1] > Duration::from_millis(300), "{times:?}");
        assert_eq!(events.last().map(|timed| &timed.event), Some(&Event::Exit(3)), "{name}");
        assert!(!events.iter().any(|timed| matches!(timed.event, Event::Note(Note::Gap { .. }))));
    }
    let header = open("build.typescript").header;
    assert_eq!((header.cols, header.rows, header.timestamp), (100, 30, Some(1_795_235_176)));
}

#[test]
fn a_typescript_without_times_is_still_a_log() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let alone = dir.path().join("alone.log");
    std::fs::copy(fixture("build.typescript"), &alone).expect("room");
    let imported = import::open(Source::named(&alone)).expect("readable");
    assert_eq!(imported.format, Format::Typescript);
    let events: Vec<Timed> = imported.events.collect();
    assert_eq!(text(&events), "cc main.c\r\n未找到\r\n");
    assert_eq!(events.last().map(|timed| &timed.event), Some(&Event::Exit(3)));
    let timed = import::open_with_timing(Source::named(&alone), &fixture("build.timing")).expect("readable");
    assert_eq!(timed.format, Format::TimedTypescript);
    let refused =
        import::open_with_timing(Source::named(&alone), &fixture("build.typescript")).expect_err("no timing");
    assert!(refused.to_string().contains("build.typescript:1: not a timing file"), "{refused}");
}

#[test]
fn a_typescript_cut_short_gives_what_it_has() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let whole = std::fs::read(fixture("build.typescript")).expect("there");
    let timing = std::fs::read(fixture("build.timing")).expect("there");
    let (log_path, timing_path) = (dir.path().join("x.log"), dir.path().join("x.timing"));
    for log_cut in (150..=whole.len()).step_by(7).chain([whole.len()]) {
        for timing_cut in [9, timing.len() / 2 + 3, timing.len()] {
            std::fs::write(&log_path, &whole[..log_cut]).expect("room");
            std::fs::write(&timing_path, &timing[..timing_cut]).expect("room");
            let Ok(imported) = import::open_with_timing(Source::named(&log_path), &timing_path) else {
                continue;
            };
            let shown = text(&imported.events.collect::<Vec<_>>());
            if log_cut == whole.len() {
                assert_eq!(shown, "cc main.c\r\n未找到\r\n", "timing cut at {timing_cut}");
            }
        }
    }
}
