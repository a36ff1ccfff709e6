//! What keys mean, where, and that the table holds together.

use std::collections::{HashMap, HashSet};

use super::*;
use crate::locale::Lang;

fn press(code: KeyCode, modifiers: KeyModifiers) -> Press {
    KeyEvent::new(code, modifiers).into()
}

#[test]
fn every_key_of_the_table_can_be_read_and_means_one_thing() {
    let mut seen: HashMap<(Context, Press), Action> = HashMap::new();
    for binding in TABLE {
        assert!(!binding.keys.is_empty(), "{:?}", binding.action);
        for key in binding.keys {
            let press = Press::read(key).unwrap_or_else(|| panic!("{key} is no key"));
            let before = seen.insert((binding.context, press), binding.action);
            assert_eq!(before, None, "{key} means two things in {:?}", binding.context);
        }
    }
}

#[test]
fn terminals_name_the_same_key_differently() {
    let global = [Context::Global];
    for (code, modifiers, expected) in [
        (KeyCode::Char('G'), KeyModifiers::SHIFT, Action::Bottom),
        (KeyCode::Char('G'), KeyModifiers::NONE, Action::Bottom),
        (KeyCode::Char('g'), KeyModifiers::SHIFT, Action::Bottom),
        (KeyCode::Char('g'), KeyModifiers::NONE, Action::Top),
        (KeyCode::BackTab, KeyModifiers::SHIFT, Action::FocusPrevious),
        (KeyCode::BackTab, KeyModifiers::NONE, Action::FocusPrevious),
        (KeyCode::Char('d'), KeyModifiers::CONTROL, Action::HalfDown),
        (KeyCode::Char('?'), KeyModifiers::SHIFT, Action::Help),
    ] {
        assert_eq!(action(&global, press(code, modifiers)), Some(expected), "{code:?} {modifiers:?}");
    }
    assert_eq!(action(&global, press(KeyCode::Char('x'), KeyModifiers::NONE)), None);
}

#[test]
fn the_first_context_decides() {
    let space = press(KeyCode::Char(' '), KeyModifiers::NONE);
    assert_eq!(action(&[Context::Replay, Context::Global], space), Some(Action::Play));
    assert_eq!(action(&[Context::Build, Context::Global], space), Some(Action::PageDown));
}

#[test]
fn esc_never_leaves_and_every_help_line_has_words() {
    for binding in TABLE.iter().filter(|binding| binding.keys.contains(&"esc")) {
        assert_eq!(binding.action, Action::Back, "{:?}", binding.context);
    }
    for replay in [true, false] {
        for section in help(replay) {
            assert!(!section.keys.is_empty(), "{:?}", section.heading);
            let mut texts = HashSet::new();
            for (keys, say) in section.keys {
                assert!(texts.insert(say.text(Lang::En)), "{keys}: said twice");
            }
        }
    }
}

#[test]
fn keys_become_the_bytes_of_an_xterm() {
    let bytes = |code, modifiers| typed(KeyEvent::new(code, modifiers));
    for (code, modifiers, expected) in [
        (KeyCode::Char('a'), KeyModifiers::NONE, "a"),
        (KeyCode::Char('é'), KeyModifiers::NONE, "é"),
        (KeyCode::Char('c'), KeyModifiers::CONTROL, "\x03"),
        (KeyCode::Char('x'), KeyModifiers::ALT, "\x1bx"),
        (KeyCode::Enter, KeyModifiers::NONE, "\r"),
        (KeyCode::Backspace, KeyModifiers::NONE, "\x7f"),
        (KeyCode::Up, KeyModifiers::NONE, "\x1b[A"),
        (KeyCode::Left, KeyModifiers::CONTROL, "\x1b[1;5D"),
        (KeyCode::Delete, KeyModifiers::NONE, "\x1b[3~"),
        (KeyCode::F(1), KeyModifiers::NONE, "\x1bOP"),
        (KeyCode::F(5), KeyModifiers::NONE, "\x1b[15~"),
    ] {
        assert_eq!(String::from_utf8_lossy(&bytes(code, modifiers)), expected, "{code:?} {modifiers:?}");
    }
    assert_eq!(paste("one\ntwo\r\n\x1b[201~evil"), b"one\rtwo\r[201~evil");
}

#[test]
fn keys_are_shown_as_people_write_them() {
    for (key, expected) in [
        ("ctrl-d", "Ctrl-D"),
        ("shift-tab", "Shift-Tab"),
        ("pgup", "PgUp"),
        ("g", "g"),
        ("G", "G"),
        ("/", "/"),
    ] {
        assert_eq!(show(key), expected);
    }
}
