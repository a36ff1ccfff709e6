//! Time in a recording: playing, stepping both ways, markers.

use super::*;

fn output(at: u64, text: &str) -> Timed {
    Timed { at: Duration::from_secs(at), event: Event::Output(text.to_owned()) }
}

fn recording(seconds: &[u64]) -> Replay {
    Replay::new(seconds.iter().map(|at| output(*at, &format!("{at}\n"))).collect(), 1.0)
}

fn spots(range: Range<usize>) -> Range<Spot> {
    Spot::at(range.start)..Spot::at(range.end)
}

const S: Duration = Duration::from_secs(1);

#[test]
fn plays_in_time_and_cuts_long_pauses() {
    let mut replay = recording(&[0, 1, 100, 101]);
    replay.toggle(S * 10);
    assert_eq!(replay.advance(S * 10), spots(0..1));
    assert_eq!(replay.due(), Some(S));
    assert_eq!(replay.advance(S * 11), spots(1..2));
    assert_eq!(replay.due(), Some(IDLE), "99 seconds of silence are cut");
    assert_eq!(replay.advance(S * 12), spots(2..2));
    assert_eq!(replay.clock(), S * 2);
    assert_eq!(replay.advance(S * 13), spots(2..3));
    replay.change_speed(S * 13, true);
    assert_eq!(replay.advance(S * 13 + S / 2), spots(3..4));
    assert!(!replay.playing(), "pauses at the end");
    assert_eq!(replay.due(), None);
}

#[test]
fn pauses_last_where_the_user_wants_them_to() {
    let mut replay = recording(&[0, 100]);
    replay.change_idle();
    replay.toggle(S);
    replay.advance(S);
    assert_eq!(replay.due(), Some(S * 100));
    replay.change_idle();
    assert_eq!(replay.due(), Some(IDLE));
}

#[test]
fn paused_time_does_not_count() {
    let mut replay = recording(&[1, 2]);
    assert_eq!(replay.advance(S * 50), spots(0..0));
    replay.toggle(S * 60);
    assert_eq!(replay.advance(S * 60), spots(0..0));
    assert_eq!(replay.advance(S * 61), spots(0..1));
}

#[test]
fn steps_go_a_line_forward_and_the_same_lines_back() {
    let events = vec![
        output(1, "one\ntwo\nthr"),
        output(2, "ee\n"),
        Timed { at: S * 3, event: Event::Marker("m".into()) },
        output(4, "no end"),
        Timed { at: S * 5, event: Event::Exact(b"\xff\nx\n".to_vec()) },
        output(5, "\u{fffd}\nx\n"),
        output(6, "last"),
    ];
    let mut replay = Replay::new(events, 1.0);
    let mut there = vec![replay.here()];
    while !replay.at_end() {
        let to = replay.line_after();
        replay.go(S, to);
        there.push(replay.here());
    }
    let spot = |event, byte| Spot { event, byte };
    let expected = [spot(0, 0), spot(0, 4), spot(0, 8), spot(2, 0), spot(3, 0), spot(6, 0), spot(7, 0)];
    assert_eq!(there, expected, "bytes that are no text come whole");
    let mut back = vec![replay.here()];
    while replay.here() != Spot::default() {
        let to = replay.line_before();
        replay.back_to(S, to.event);
        replay.go(S, to);
        back.push(replay.here());
    }
    back.reverse();
    assert_eq!(back, expected);
}

#[test]
fn silence_can_be_stood_in() {
    let mut replay = recording(&[1, 100]);
    replay.go(S, Spot::at(replay.position_at(S * 40)));
    replay.wait_at(S, S * 40);
    assert_eq!((replay.clock(), replay.here()), (S * 40, Spot::at(1)));
    replay.wait_at(S, S * 400);
    assert_eq!(replay.clock(), S * 100, "never past what comes next");
}

#[test]
fn markers_next_to_each_other_are_one_place_also_when_they_come_later() {
    let marker = |label: &str| Event::Marker(label.to_owned());
    let events =
        [marker("a"), marker("b"), Event::Output("x".into()), marker("c"), Event::Output("y".into())];
    let mut events: Vec<Timed> = events.into_iter().map(|event| Timed { at: S, event }).collect();
    let later = events.split_off(1);
    let mut replay = Replay::new(events, 1.0);
    replay.append(later);
    let stops: Vec<usize> = (0..3)
        .map(|_| {
            let at = replay.marker(true);
            replay.go(S, at);
            at.event
        })
        .collect();
    assert_eq!(stops, [2, 4, 5]);
    assert_eq!(replay.marker(false), Spot::at(4));
}
