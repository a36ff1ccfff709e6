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
    let (keymap, global) = (Keymap::default(), [Context::Global]);
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
        assert_eq!(keymap.action(&global, press(code, modifiers)), Some(expected), "{code:?} {modifiers:?}");
    }
    assert_eq!(keymap.action(&global, press(KeyCode::Char('x'), KeyModifiers::NONE)), None);
}

#[test]
fn the_first_context_decides() {
    let space = press(KeyCode::Char(' '), KeyModifiers::NONE);
    let keymap = Keymap::default();
    assert_eq!(keymap.action(&[Context::Replay, Context::Global], space), Some(Action::Play));
    assert_eq!(keymap.action(&[Context::Build, Context::Global], space), Some(Action::PageDown));
}

#[test]
fn esc_never_leaves_and_every_help_line_has_words() {
    for binding in TABLE.iter().filter(|binding| binding.keys.contains(&"esc")) {
        assert_eq!(binding.action, Action::Back, "{:?}", binding.context);
    }
    for replay in [true, false] {
        for section in Keymap::default().help(replay) {
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

#[test]
fn every_preset_is_sound_and_gives_every_action_a_key() {
    for (name, about) in Keymap::presets() {
        assert!(!about.en.is_empty() && !about.zh.is_empty(), "{name}");
        let keymap = Keymap::preset(name).expect("a preset");
        let text = match name {
            "vim" => include_str!("vim.yaml"),
            "emacs" => include_str!("emacs.yaml"),
            _ => "keymap: default",
        };
        assert_eq!(Keymap::default().overlay(name, text), []);
        assert_eq!(keymap.bound == Keymap::default().bound, name == "default", "{name}");
        let mut seen: HashMap<(Context, Press), Action> = HashMap::new();
        for bound in &keymap.bound {
            for (press, key) in &bound.keys {
                let before = seen.insert((bound.binding.context, *press), bound.binding.action);
                assert_eq!(before, None, "{name}: {key} means two things in {:?}", bound.binding.context);
            }
            let action = bound.binding.action;
            let reached =
                keymap.bound.iter().any(|other| other.binding.action == action && !other.keys.is_empty());
            assert!(reached, "{name}: no key does {action:?}");
        }
    }
}

/// Contexts that are heard together, the first one first, as the model and the start screen have them.
fn together() -> Vec<Vec<Context>> {
    use Context as C;
    let mut stacks = vec![
        vec![C::Typing],
        vec![C::Prompt],
        vec![C::Palette],
        vec![C::Editor],
        vec![C::Start, C::Always],
        vec![C::CureDialog, C::Always],
        vec![C::TrustDialog, C::Always],
        vec![C::Form, C::Always],
    ];
    for dialog in
        [C::FixDialog, C::StepDialog, C::RuleDialog, C::BookmarkList, C::Question, C::LeaveDialog, C::Reading]
    {
        stacks.push(vec![dialog, C::Always]);
    }
    for mode in [&[][..], &[C::Replay], &[C::Past, C::Replay, C::Build], &[C::Build]] {
        for pane in [C::Stages, C::Log, C::Findings, C::Timeline] {
            stacks.push([mode, &[pane, C::Global, C::Lines, C::Always]].concat());
        }
    }
    stacks
}

#[test]
fn in_every_preset_every_action_is_reached_wherever_it_is_heard() {
    // Of a session's past: the key that follows its end leads back to the present, and who looks back need not do so.
    let elsewhere = [Action::Follow, Action::LookBack];
    for (name, _) in Keymap::presets() {
        let keymap = Keymap::preset(name).expect("a preset");
        for stack in together() {
            for bound in keymap.bound.iter().filter(|bound| stack.contains(&bound.binding.context)) {
                let action = bound.binding.action;
                if stack[0] == Context::Past && elsewhere.contains(&action) {
                    continue;
                }
                let here = keymap
                    .bound
                    .iter()
                    .filter(|other| other.binding.action == action && stack.contains(&other.binding.context));
                let mut keys = here.flat_map(|other| &other.keys);
                let reached = keys.any(|(press, _)| keymap.action(&stack, *press) == Some(action));
                assert!(reached, "{name}: no key does {action:?} in {stack:?}");
            }
        }
    }
}

#[test]
fn vim_and_emacs_have_their_own_keys_for_what_their_users_know() {
    let does = |preset: &str, context, key: &str| {
        let press = Press::read(key).expect("a key");
        Keymap::preset(preset).expect("a preset").action(&[context], press)
    };
    for (preset, context, key, action) in [
        ("vim", Context::Lines, "ctrl-v", Action::Select),
        ("vim", Context::Lines, "`", Action::NextBookmark),
        ("vim", Context::Palette, "ctrl-j", Action::Down),
        ("vim", Context::Global, ":", Action::GoTo),
        ("emacs", Context::Lines, "ctrl-space", Action::Select),
        ("emacs", Context::Lines, "alt-w", Action::Copy),
        ("emacs", Context::Lines, "alt-s", Action::FilterIn),
        ("emacs", Context::Global, "alt-n", Action::NextFinding),
        ("emacs", Context::Global, "alt-.", Action::Source),
        ("emacs", Context::Timeline, "ctrl-f", Action::Right),
    ] {
        assert_eq!(does(preset, context, key), Some(action), "{preset}: {key}");
    }
}

#[test]
fn the_users_keys_take_the_place_of_others_and_can_unbind() {
    let mut keymap = Keymap::default();
    let problems = keymap.overlay("keymap.yaml", "keys:\n  global:\n    search: [f3, n]\n    mouse: []\n");
    assert_eq!(problems, []);
    let press = |key: &str| Press::read(key).expect("a key");
    let global = [Context::Global];
    assert_eq!(keymap.action(&global, press("f3")), Some(Action::Search));
    assert_eq!(
        keymap.action(&global, press("n")),
        Some(Action::Search),
        "n no longer goes to the next match"
    );
    assert_eq!(keymap.action(&global, press("/")), None);
    assert_eq!(keymap.action(&global, press("M")), None);
    let help: Vec<String> =
        keymap.help(false).into_iter().flat_map(|part| part.keys).map(|(keys, _)| keys).collect();
    assert!(help.contains(&"f3 n".to_owned()) || help.contains(&"F3 n".to_owned()), "{help:?}");
}

#[test]
fn every_fault_of_a_keymap_file_is_told_with_its_place() {
    let text = "keys:\n  globl:\n    search: [x]\n  global:\n    serch: [x]\n    zoom: [hyper-x]\n    wrap: [w]\n    numbers: [w]\n";
    let mut keymap = Keymap::default();
    let said: Vec<String> =
        keymap.overlay("k.yaml", text).iter().map(|problem| problem.text(crate::locale::Lang::En)).collect();
    for (line, part) in [(3, "globl"), (5, "`serch`"), (6, "hyper-x"), (7, "already means")] {
        let found =
            said.iter().any(|text| text.starts_with(&format!("k.yaml:{line}:")) && text.contains(part));
        assert!(found, "{line} {part}: {said:#?}");
    }
    assert_eq!(keymap, Keymap::default(), "nothing of a file with faults is used");
    let said = keymap.overlay("k.yaml", "keys: {typing: {back: [x]}}");
    assert!(said.iter().any(|problem| problem.message.en.contains("takes the keyboard back")), "{said:?}");
}
