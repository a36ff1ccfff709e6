//! Reading never fails half-way (invariant e).

use std::fs;
use std::io::Write as _;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::session::cast::Encoder;
use crate::session::cast::tests::any_events;

fn file_of(events: &[Timed]) -> Vec<String> {
    let mut encoder = Encoder::default();
    std::iter::once(Header::default().line()).chain(events.iter().map(|timed| encoder.line(timed))).collect()
}

fn read(bytes: &[u8]) -> Vec<Timed> {
    Events::new(bytes).expect("memory can be read").collect()
}

fn is_gap(timed: &Timed) -> bool {
    matches!(timed.event, Event::Note(Note::Gap { .. }))
}

proptest! {
    #[test]
    fn invariant_e_any_truncation_reads_up_to_the_cut(events in any_events(), cut in any::<prop::sample::Index>()) {
        let lines = file_of(&events);
        let file = lines.concat().into_bytes();
        let cut = cut.index(file.len() + 1);
        let seen = read(&file[..cut]);
        // Whole lines before the cut; the one that lacks nothing but its newline may count too.
        let mut whole = 0;
        let mut end = 0;
        for line in &lines {
            end += line.len();
            whole += usize::from(end <= cut + 1);
        }
        prop_assert_eq!(&seen[..], &events[..whole.saturating_sub(1)]);
    }

    #[test]
    fn invariant_e_a_damaged_line_costs_only_itself(
        events in any_events(), which in any::<prop::sample::Index>(),
        damage in prop_oneof![
            prop::collection::vec(any::<u8>().prop_filter("one line", |byte| *byte != b'\n'), 1..40),
            Just(b"[0.1, \"o\", \"half".to_vec()), Just(vec![0; 300]), Just(b"[]".to_vec()),
        ],
    ) {
        let lines = file_of(&events);
        let which = which.index(lines.len());
        // What still is an event, a comment or nothing at all is no damage.
        prop_assume!(std::str::from_utf8(&damage).map_or(true, |text| Decoder::new(Version::V3).line(text).is_err()));
        let mut bytes = Vec::new();
        for (number, line) in lines.iter().enumerate() {
            if number == which {
                bytes.extend_from_slice(&damage);
                bytes.push(b'\n');
            } else {
                bytes.extend_from_slice(line.as_bytes());
            }
        }
        let seen = read(&bytes);
        let mut expected: Vec<Event> = events.iter().map(|timed| timed.event.clone()).collect();
        let gap = usize::max(which, 1) - 1;
        if which > 0 {
            expected.remove(gap);
        }
        prop_assert!(seen.get(gap).is_some_and(is_gap), "{seen:?}");
        let mut rest: Vec<Event> = seen.iter().map(|timed| timed.event.clone()).collect();
        rest.remove(gap);
        prop_assert_eq!(rest, expected);
        let Event::Note(Note::Gap { line, why }) = &seen[gap].event else { unreachable!() };
        prop_assert_eq!(*line, which as u64 + 1);
        prop_assert!(!why.is_empty());
    }

    #[test]
    fn a_growing_file_gives_the_same_events_however_it_grows(
        events in any_events(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let file = file_of(&events).concat().into_bytes();
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(file.len() + 1)).collect();
        cuts.extend([0, file.len()]);
        cuts.sort_unstable();
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("session.cast");
        let mut out = fs::File::create(&path).expect("a new file");
        let mut reader = Reader::open(&path).expect("an empty file can be followed");
        let mut seen = Vec::new();
        for pair in cuts.windows(2) {
            out.write_all(&file[pair[0]..pair[1]]).expect("room");
            seen.extend(reader.poll().expect("readable"));
        }
        prop_assert_eq!(seen, events);
    }
}

#[test]
fn a_torn_last_line_is_nothing_until_it_is_completed() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("session.cast");
    fs::write(&path, "{\"version\":3,\"term\":{\"cols\":100,\"rows\":30}}\n[1.0, \"o\", \"a").expect("room");
    let mut reader = Reader::open(&path).expect("a file");
    assert_eq!(reader.header().cols, 100);
    assert_eq!(reader.poll().expect("readable"), []);
    fs::OpenOptions::new()
        .append(true)
        .open(&path)
        .and_then(|mut file| file.write_all(b"b\"]\n"))
        .expect("room");
    let expected = Timed { at: Duration::from_secs(1), event: Event::Output("ab".to_owned()) };
    assert_eq!(reader.poll().expect("readable"), [expected]);
}

#[test]
fn a_replaced_or_shortened_file_is_read_from_its_start() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("session.cast");
    let header = Header::default().line();
    let write = |path: &Path, rest: &str| fs::write(path, format!("{header}{rest}")).expect("room");
    write(&path, "[1.0, \"o\", \"first\"]\n[1.0, \"o\", \"second\"]\n");
    let mut reader = Reader::open(&path).expect("a file");
    assert_eq!(reader.poll().expect("readable").len(), 2);
    write(&path, "[1.0, \"o\", \"short\"]\n");
    let seen = [reader.poll().expect("readable"), reader.poll().expect("readable")].concat();
    assert!(is_gap(&seen[0]), "{seen:?}");
    assert_eq!(seen[1], Timed { at: Duration::from_secs(3), event: Event::Output("short".to_owned()) });
    let other = dir.path().join("other");
    write(&other, "[1.0, \"o\", \"a much longer line than before, so only the file's identity tells\"]\n");
    fs::rename(&other, &path).expect("same folder");
    let seen = [reader.poll().expect("readable"), reader.poll().expect("readable")].concat();
    assert!(is_gap(&seen[0]) && seen.len() == 2, "{seen:?}");
}

#[test]
fn a_line_past_the_bound_becomes_a_gap() {
    let mut bytes = Header::default().line().into_bytes();
    bytes.extend_from_slice(b"[0.1, \"o\", \"");
    bytes.resize(bytes.len() + LONGEST_LINE, b'x');
    bytes.extend_from_slice(b"\"]\n[0.1, \"o\", \"after\"]\n");
    let seen = read(&bytes);
    assert!(is_gap(&seen[0]), "the first event is a gap");
    assert_eq!(seen[1].event, Event::Output("after".to_owned()));
}

#[test]
fn what_cannot_be_opened_says_which_file() {
    let missing = Reader::open("/nowhere/session.cast").expect_err("there is no such file");
    assert!(missing.to_string().starts_with("/nowhere/session.cast: "), "{missing}");
    let dir = tempfile::tempdir().expect("a temporary folder");
    assert!(matches!(Events::open(dir.path()), Err(ReadError::Folder { .. })));
}

#[test]
fn a_disk_that_fails_while_reading_leaves_a_gap() {
    struct Failing(usize);
    impl Read for Failing {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            self.0 += 1;
            if self.0 > 1 {
                return Err(io::Error::other("input/output error"));
            }
            let text = b"{\"version\":3,\"term\":{\"cols\":80,\"rows\":24}}\n[1, \"o\", \"a\"]\n[1, \"o\"";
            buf[..text.len()].copy_from_slice(text);
            Ok(text.len())
        }
    }
    let seen: Vec<Timed> = Events::new(Failing(0)).expect("the start is good").collect();
    assert_eq!(seen.len(), 2);
    assert!(
        matches!(&seen[1].event, Event::Note(Note::Gap { why, .. }) if why.en.contains("input/output error"))
    );
}
