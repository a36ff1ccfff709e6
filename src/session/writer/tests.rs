//! The writer against disks that fail, and against readers.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use proptest::prelude::*;

use super::*;
use crate::event::Timed;
use crate::session::cast::tests::any_events;
use crate::session::reader::Events;

/// A disk in memory that takes, takes in part, or refuses, as it is told.
#[derive(Clone, Default)]
struct Moody {
    state: Arc<Mutex<Mood>>,
}

#[derive(Default)]
struct Mood {
    bytes: Vec<u8>,
    writes: usize,
    /// For each write to come: how many bytes it takes before it refuses. All, when there is no entry.
    takes: VecDeque<usize>,
    full: bool,
    deleted: bool,
}

impl Moody {
    fn with<T>(&self, act: impl FnOnce(&mut Mood) -> T) -> T {
        act(&mut self.state.lock().expect("no test panics while holding it"))
    }

    fn read(&self) -> Vec<Timed> {
        let bytes = self.with(|mood| mood.bytes.clone());
        Events::new(&bytes[..]).expect("memory can be read").collect()
    }
}

impl Disk for Moody {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.with(|mood| {
            mood.writes += 1;
            let takes = if mood.full { 0 } else { mood.takes.pop_front().unwrap_or(usize::MAX) };
            if takes == 0 {
                return Err(io::Error::from_raw_os_error(28));
            }
            let n = takes.min(bytes.len());
            mood.bytes.extend_from_slice(&bytes[..n]);
            Ok(n)
        })
    }

    fn look(&mut self) -> io::Result<()> {
        if self.with(|mood| mood.deleted) { Err(io::ErrorKind::NotFound.into()) } else { Ok(()) }
    }

    fn restore(&mut self) -> io::Result<bool> {
        Ok(self.with(|mood| {
            if mood.deleted {
                mood.bytes.clear();
            }
            std::mem::take(&mut mood.deleted)
        }))
    }
}

fn writer(disk: &Moody) -> Writer {
    Writer::on(Box::new(disk.clone()), &Header::default(), Redactor::default())
}

fn at(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// All output of the events, byte for byte.
fn output(events: &[Timed]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut exact: Option<&Vec<u8>> = None;
    for timed in events {
        match &timed.event {
            Event::Exact(raw) => exact = Some(raw),
            Event::Output(text) => bytes.extend_from_slice(exact.take().map_or(text.as_bytes(), |raw| raw)),
            _ => {}
        }
    }
    bytes
}

fn troubles(events: &[Timed]) -> Vec<String> {
    let why = |timed: &Timed| match &timed.event {
        Event::Note(Note::DiskTrouble { why }) => Some(why.clone()),
        _ => None,
    };
    events.iter().filter_map(why).collect()
}

#[test]
fn each_append_is_one_write_of_whole_lines() {
    let disk = Moody::default();
    let mut writer = writer(&disk);
    assert_eq!(disk.with(|mood| mood.writes), 1, "the header");
    writer.append(Event::Marker("build".to_owned()));
    writer.append(Event::Output("a \u{fffd} b".to_owned()));
    writer.append(Event::Exit(0));
    assert_eq!(disk.with(|mood| mood.writes), 4);
    assert!(disk.with(|mood| mood.bytes.ends_with(b"\"]\n")));
}

#[test]
fn output_is_gathered_until_there_is_enough_or_time_passed() {
    let disk = Moody::default();
    let mut writer = writer(&disk);
    for _ in 0..100 {
        writer.output_at(at(1), b"y\r\n");
    }
    assert_eq!(disk.with(|mood| mood.writes), 1);
    writer.output_at(at(1) + PATIENCE, b"y\r\n");
    assert_eq!(disk.with(|mood| mood.writes), 2);
    writer.output_at(at(2), &vec![b'x'; 3 * BATCH]);
    assert!(disk.with(|mood| mood.writes) >= 4);
    writer.finish();
    let seen = disk.read();
    assert_eq!(output(&seen).len(), 303 + 3 * BATCH);
    assert_eq!(seen[0].at, at(1));
}

#[test]
fn typed_input_is_never_recorded() {
    let disk = Moody::default();
    writer(&disk).append(Event::Input("sudo password".to_owned()));
    assert_eq!(disk.read(), []);
}

#[test]
fn bytes_that_are_not_text_stand_exactly_before_their_output() {
    let disk = Moody::default();
    let mut log = writer(&disk);
    log.output(b"gcc: \xB4\xED\xCE\xF3\r\n");
    log.append(Event::Exact(b"\xFFa".to_vec()));
    log.append(Event::Output("\u{fffd}a".to_owned()));
    log.output("torn \u{65e5}".as_bytes().split_last().expect("not empty").1);
    drop(log);
    let seen = disk.read();
    assert!(matches!(seen[0].event, Event::Exact(_)));
    assert_eq!(output(&seen), b"gcc: \xB4\xED\xCE\xF3\r\n\xFFatorn \xE6\x97");
}

#[test]
fn invariant_f_secrets_are_masked_before_the_append() {
    let disk = Moody::default();
    let redactor = Redactor::new([("MY_TOKEN", "hunter2-hunter3")]);
    let header = Header { command: Some("x hunter2-hunter3".to_owned()), ..Header::default() };
    let mut writer = Writer::on(Box::new(disk.clone()), &header, redactor);
    writer.output(b"the \xFF hunter2-");
    writer.flush();
    writer.output(b"hunter3 is hunt");
    writer.append(Event::Marker("hunter2-hunter3".to_owned()));
    writer.append(Event::Other { code: 'z', data: "hunter2-hunter3".to_owned() });
    writer.keep_secret("later-known");
    writer.output(b" later-");
    writer.idle();
    writer.append(Event::Note(Note::DiskTrouble { why: "hunter2-hunter3".to_owned() }));
    writer.output(b"known");
    writer.append(Event::Exit(1));
    drop(writer);
    let text = disk.with(|mood| String::from_utf8(mood.bytes.clone()).expect("a session is UTF-8"));
    assert!(!text.contains("hunter2-hunter3") && !text.contains("later-known"), "{text}");
    let expected = ["the ".as_bytes(), b"\xFF", " •••• is hunt lat••••".as_bytes()].concat();
    assert_eq!(String::from_utf8_lossy(&output(&disk.read())), String::from_utf8_lossy(&expected));
}

#[test]
fn invariant_g_a_full_disk_loses_no_line() {
    let disk = Moody::default();
    let mut writer = writer(&disk);
    writer.append_at(at(1), Event::Marker("before".to_owned()));
    disk.with(|mood| mood.full = true);
    writer.output_at(at(2), b"while it is full\r\n");
    writer.append_at(at(3), Event::Marker("meanwhile".to_owned()));
    assert!(writer.trouble().is_some_and(|why| why.contains("No space left")), "{:?}", writer.trouble());
    assert!(writer.unsaved() > 0);
    disk.with(|mood| mood.full = false);
    writer.append_at(at(60), Event::Exit(0));
    assert_eq!((writer.trouble(), writer.unsaved()), (None, 0));
    let seen = disk.read();
    assert_eq!(output(&seen), b"while it is full\r\n");
    let times: Vec<u64> = seen.iter().map(|timed| timed.at.as_secs()).collect();
    assert_eq!(times, [1, 2, 3, 3, 60], "{seen:?}");
    assert_eq!(troubles(&seen).len(), 1);
    assert_eq!(seen.last().map(|timed| &timed.event), Some(&Event::Exit(0)));
}

#[test]
fn invariant_g_memory_is_bounded_and_says_what_it_dropped() {
    let disk = Moody::default();
    let mut writer = writer(&disk);
    disk.with(|mood| mood.full = true);
    writer.append_at(at(1), Event::Marker("stays".to_owned()));
    if let Some(backlog) = &mut writer.backlog {
        backlog.limit_to(1000);
    }
    for second in 2..100 {
        writer.append_at(at(second), Event::Output(format!("line {second} {}\r\n", "x".repeat(50))));
        assert!(writer.unsaved() <= 1100, "{}", writer.unsaved());
    }
    disk.with(|mood| mood.full = false);
    writer.append_at(at(200), Event::Exit(0));
    let seen = disk.read();
    assert!(troubles(&seen)[0].contains("bytes of the log were lost"), "{seen:?}");
    assert_eq!(seen[0].event, Event::Marker("stays".to_owned()));
    let text = String::from_utf8(output(&seen)).expect("text");
    assert!(text.contains("line 99 ") && !text.contains("line 2 "));
    assert_eq!(seen.last().map(|timed| timed.at), Some(at(200)), "what was dropped does not shift times");
}

#[test]
fn a_deleted_file_is_made_anew_with_what_comes_after() {
    let disk = Moody::default();
    let mut writer = writer(&disk);
    writer.append_at(at(1), Event::Marker("gone".to_owned()));
    disk.with(|mood| mood.deleted = true);
    writer.append_at(at(5), Event::Marker("kept".to_owned()));
    writer.append_at(at(10), Event::Marker("after".to_owned()));
    let seen = disk.read();
    let labels: Vec<&Event> = seen.iter().map(|timed| &timed.event).collect();
    assert!(
        matches!(labels[..], [Event::Note(Note::DiskTrouble { .. }), Event::Marker(_), Event::Marker(_)]),
        "{seen:?}"
    );
    let times: Vec<u64> = seen.iter().map(|timed| timed.at.as_secs()).collect();
    assert_eq!(times, [1, 5, 10]);
    assert!(disk.with(|mood| mood.bytes.starts_with(b"{\"version\":3")));
}

proptest! {
    #[test]
    fn invariant_g_whatever_the_disk_does_the_file_ends_up_whole(
        events in any_events(), takes in prop::collection::vec(prop_oneof![Just(0usize), 1usize..60, Just(usize::MAX)], 0..40),
    ) {
        let (calm, moody) = (Moody::default(), Moody::default());
        moody.with(|mood| mood.takes = takes.into());
        let (mut expected, mut actual) = (writer(&calm), writer(&moody));
        for timed in &events {
            expected.append_at(timed.at, timed.event.clone());
            actual.append_at(timed.at, timed.event.clone());
        }
        expected.finish();
        moody.with(|mood| mood.takes.clear());
        actual.finish();
        let is_ours = |timed: &Timed| matches!(&timed.event, Event::Note(Note::DiskTrouble { why }) if why.contains("os error 28"));
        let seen: Vec<Event> = moody.read().into_iter().filter(|timed| !is_ours(timed)).map(|timed| timed.event).collect();
        let wanted: Vec<Event> = calm.read().into_iter().map(|timed| timed.event).collect();
        prop_assert_eq!(seen, wanted);
    }
}
