//! Scrolling, following, marks and searching.

use std::time::Duration;

use proptest::prelude::*;
use tui_input::InputRequest;

use super::*;

fn log(lines: u64) -> LogView {
    let mut log = LogView::new(None);
    for number in 0..lines {
        log.output(format!("line {number}\r\n").as_bytes());
    }
    log.fit(20, 5);
    log
}

fn shown(log: &LogView) -> Vec<String> {
    log.rows
        .iter()
        .map(|row| match row {
            Row::Mark(index) => format!("<{index}>"),
            Row::Text { shown, part, .. } => shown.line.text[part.clone()].to_owned(),
        })
        .collect()
}

fn after(log: &mut LogView, act: impl FnOnce(&mut LogView)) -> Vec<String> {
    act(log);
    log.fit(20, 5);
    shown(log)
}

#[test]
fn follows_until_the_reader_scrolls_up_and_then_stays_put() {
    let mut log = log(10);
    assert_eq!(shown(&log), ["line 5", "line 6", "line 7", "line 8", "line 9"]);
    assert_eq!(after(&mut log, |log| log.up(2))[0], "line 3");
    assert_eq!(
        after(&mut log, |log| log.output(b"more\nand more\n"))[0],
        "line 3",
        "growth does not move it"
    );
    assert_eq!(after(&mut log, |log| log.down(100))[4], "and more");
    assert_eq!(after(&mut log, |log| log.output(b"last\n"))[4], "last", "whoever is at the end follows");
    assert_eq!(after(&mut log, LogView::start)[0], "line 0");
    assert_eq!(after(&mut log, |log| log.down(1))[0], "line 1");
}

#[test]
fn wraps_by_columns_and_counts_wide_characters_twice() {
    let mut log = LogView::new(None);
    log.output("0123456789".repeat(5).as_bytes());
    log.output("\n中文中文中文中文中文中文\nend\n".as_bytes());
    log.fit(20, 9);
    let expected =
        ["01234567890123456789", "01234567890123456789", "0123456789", "中文中文中文中文中文", "中文", "end"];
    assert_eq!(shown(&log), expected);
    log.wrap = false;
    log.fit(20, 9);
    assert_eq!(shown(&log).len(), 3);
}

#[test]
fn marks_are_rows_and_end_half_lines() {
    let mut log = LogView::new(None);
    log.mark(Duration::ZERO, MarkKind::Label("a".into()));
    log.output(b"one\nhalf");
    log.mark(Duration::ZERO, MarkKind::Label("b".into()));
    log.output(b"two\n");
    log.mark(Duration::ZERO, MarkKind::Label("c".into()));
    log.fit(20, 10);
    assert_eq!(shown(&log), ["<0>", "one", "half", "<1>", "two", "<2>"]);
    log.fit(20, 3);
    assert_eq!(shown(&log), ["<1>", "two", "<2>"]);
    assert_eq!(log.len(), 3);
}

#[test]
fn revealing_a_visible_line_moves_nothing() {
    let mut log = log(100);
    assert_eq!(after(&mut log, |log| log.reveal(50))[0], "line 49");
    assert_eq!(after(&mut log, |log| log.reveal(52))[0], "line 49");
    assert_eq!(after(&mut log, |log| log.reveal(99))[4], "line 99");
}

#[test]
fn search_as_you_type_jumps_counts_and_goes_back() {
    let mut log = log(100);
    log.up(50);
    log.fit(20, 5);
    let before = log.top;
    log.ask_pattern();
    for ch in "line 7".chars() {
        log.edit_pattern(InputRequest::InsertChar(ch));
    }
    log.fit(20, 5);
    assert!(!log.search_on(PIECE), "a small log is searched at once");
    assert_eq!(log.count(), Some((11, true, Some(2))));
    assert_eq!(log.finder.as_ref().and_then(|finder| finder.at), Some(70));
    log.accept_pattern();
    log.find(true);
    assert_eq!(log.count(), Some((11, true, Some(3))));
    log.find(false);
    log.find(false);
    assert_eq!(log.finder.as_ref().map(|finder| (finder.at, finder.wrapped)), Some((Some(7), false)));
    log.find(false);
    while log.search_on(PIECE) {}
    assert_eq!(log.finder.as_ref().map(|finder| (finder.at, finder.wrapped)), Some((Some(79), true)));
    log.cancel_pattern();
    log.ask_pattern();
    log.edit_pattern(InputRequest::InsertChar('9'));
    log.cancel_pattern();
    assert_eq!(log.finder.as_ref().map(|finder| finder.search.pattern()), Some("line 7"));
    assert!(log.top != before);
}

#[test]
fn questions_are_recognised() {
    for (text, expected) in [
        ("[sudo] password for me: ", Some(Asks::Secret)),
        ("[sudo] me 的密码：", Some(Asks::Secret)),
        ("Enter passphrase for key '/x': ", Some(Asks::Secret)),
        ("Do you want to continue? [Y/n] ", Some(Asks::Answer)),
        ("compiling foo.c", None),
        ("password: hunter2 is in the log", None),
        ("warning: password too short\n", None),
    ] {
        let mut log = LogView::new(None);
        log.output(text.as_bytes());
        assert_eq!(log.asks(), expected, "{text:?}");
    }
}

#[test]
fn raw_lines_are_what_came_and_the_terminals_own_carriage_return_is_not_shown() {
    let mut log = LogView::new(None);
    log.output(b"\x1b[32mok\x1b[0m\r\n1 %\r2 %\r\nplain\r\n\xff\r\nhalf \x1b");
    log.output(b"[1mbold");
    log.fit(40, 9);
    assert_eq!(shown(&log), ["ok", "2 %", "plain", "\u{fffd}", "half bold"]);
    log.raw = true;
    log.fit(40, 9);
    assert_eq!(shown(&log), ["^[[32mok^[[0m", "1 %^M2 %", "plain", "\\xff", "half ^[[1mbold"]);
    log.break_line();
    log.output(b"next\r\n");
    log.fit(40, 9);
    assert_eq!(shown(&log)[4..], ["half ^[[1mbold", "next"], "what a command left open is its own");
    log.point_at(0);
    assert_eq!(log.taken(100).unwrap().text, "^[[32mok^[[0m\n", "what is copied is what is seen");
}

#[test]
fn raw_lines_are_still_there_after_going_back() {
    let mut log = LogView::new(None);
    log.output(b"\x1b[32mone\x1b[0m\r\ntwo\r\n");
    let stop = log.stop().expect("between two lines");
    log.output(b"\x1b[31mthree\x1b[0m\r\nhal");
    log.return_to(&stop);
    log.output(b"f\r\n");
    log.raw = true;
    log.fit(40, 9);
    assert_eq!(shown(&log), ["^[[32mone^[[0m", "two", "f"]);
}

proptest! {
    #[test]
    fn raw_lines_together_are_all_that_came(
        bytes in proptest::collection::vec(prop_oneof![Just(0x1bu8), Just(b'['), Just(b'm'), Just(b'\r'), Just(b'\n'), any::<u8>()], 0..300),
        cut in 0usize..300,
    ) {
        let (first, rest) = bytes.split_at(cut.min(bytes.len()));
        let mut log = LogView::new(None);
        log.output(first);
        log.output(rest);
        log.raw = true;
        let lines: Vec<String> = (0..log.len()).filter_map(|line| log.drawn(line)).map(|line| line.text).collect();
        let whole = String::from_utf8_lossy(&bytes).into_owned();
        prop_assert!(lines.len() as u64 == log.len() && lines.len() <= whole.matches('\n').count() + 1);
        for line in &lines {
            prop_assert!(!line.chars().any(char::is_control), "{line:?}");
        }
    }

    #[test]
    fn scrolling_down_and_up_again_arrives_at_the_same_place(
        texts in proptest::collection::vec("[a-z中]{0,60}", 1..40), steps in 1usize..30, width in 5usize..40, height in 1usize..10,
    ) {
        let mut log = LogView::new(None);
        for text in &texts {
            log.output(text.as_bytes());
            log.output(b"\n");
        }
        log.start();
        log.fit(width, height);
        let mut done = 0;
        let last = log.last_top();
        while done < steps && log.top < last {
            log.down(1);
            done += 1;
        }
        log.up(done);
        prop_assert_eq!(log.top, Spot::default());
    }
}
