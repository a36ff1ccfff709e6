//! A key press as data, and how it is written.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A key with its modifiers; shift is part of a character, not a modifier of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Press {
    code: KeyCode,
    control: bool,
    alt: bool,
    shift: bool,
}

/// Names of keys that are no characters.
const NAMES: [(&str, KeyCode, &str); 15] = [
    ("enter", KeyCode::Enter, "Enter"),
    ("esc", KeyCode::Esc, "Esc"),
    ("tab", KeyCode::Tab, "Tab"),
    ("backspace", KeyCode::Backspace, "Backspace"),
    ("delete", KeyCode::Delete, "Del"),
    ("insert", KeyCode::Insert, "Ins"),
    ("up", KeyCode::Up, "↑"),
    ("down", KeyCode::Down, "↓"),
    ("left", KeyCode::Left, "←"),
    ("right", KeyCode::Right, "→"),
    ("pgup", KeyCode::PageUp, "PgUp"),
    ("pgdn", KeyCode::PageDown, "PgDn"),
    ("home", KeyCode::Home, "Home"),
    ("end", KeyCode::End, "End"),
    ("space", KeyCode::Char(' '), "Space"),
];

impl Press {
    /// Reads `ctrl-d`, `shift-tab`, `pgup`, `G`, `/`.
    pub fn read(text: &str) -> Option<Self> {
        let mut press = Self { code: KeyCode::Null, control: false, alt: false, shift: false };
        let mut rest = text;
        loop {
            if let Some(tail) = rest.strip_prefix("ctrl-") {
                (press.control, rest) = (true, tail);
            } else if let Some(tail) = rest.strip_prefix("alt-") {
                (press.alt, rest) = (true, tail);
            } else if let Some(tail) = rest.strip_prefix("shift-") {
                (press.shift, rest) = (true, tail);
            } else {
                break;
            }
        }
        let mut chars = rest.chars();
        let function = rest.strip_prefix('f').and_then(|number| number.parse::<u8>().ok());
        press.code = match (NAMES.iter().find(|(name, ..)| *name == rest), chars.next(), chars.next()) {
            (Some((_, code, _)), ..) => *code,
            (None, Some(ch), None) if press.control => KeyCode::Char(ch.to_ascii_lowercase()),
            (None, Some(ch), None) => KeyCode::Char(ch),
            _ => KeyCode::F(function.filter(|number| (1..=12).contains(number))?),
        };
        Some(press)
    }
}

impl Press {
    /// Whether it is a key that types no text.
    pub fn is_command(self) -> bool {
        self.control || self.alt || matches!(self.code, KeyCode::F(_))
    }

    /// The event that a terminal sends for it.
    pub fn event(self) -> KeyEvent {
        let mut modifiers = KeyModifiers::NONE;
        for (on, modifier) in [
            (self.control, KeyModifiers::CONTROL),
            (self.alt, KeyModifiers::ALT),
            (self.shift, KeyModifiers::SHIFT),
        ] {
            modifiers.set(modifier, on);
        }
        KeyEvent::new(self.code, modifiers)
    }
}

impl From<KeyEvent> for Press {
    fn from(event: KeyEvent) -> Self {
        let control = event.modifiers.contains(KeyModifiers::CONTROL);
        let shift = event.modifiers.contains(KeyModifiers::SHIFT);
        let (code, shift) = match event.code {
            KeyCode::BackTab => (KeyCode::Tab, true),
            // Terminals that report every modifier send the upper-case letter with shift or the lower-case one.
            KeyCode::Char(ch) if shift && !control => (KeyCode::Char(ch.to_ascii_uppercase()), false),
            KeyCode::Char(ch) if control => (KeyCode::Char(ch.to_ascii_lowercase()), false),
            code => (code, shift),
        };
        Self { code, control, alt: event.modifiers.contains(KeyModifiers::ALT), shift }
    }
}

/// A key of the table as people write it: `Ctrl-D`, `Shift-Tab`, `PgUp`, `G`.
pub fn show(key: &str) -> String {
    let mut shown = String::new();
    let mut rest = key;
    for (prefix, name) in [("ctrl-", "Ctrl-"), ("alt-", "Alt-"), ("shift-", "Shift-")] {
        if let Some(tail) = rest.strip_prefix(prefix) {
            shown.push_str(name);
            rest = tail;
        }
    }
    match NAMES.iter().find(|(name, ..)| *name == rest) {
        Some((.., name)) => shown.push_str(name),
        None if shown.is_empty() && rest.chars().count() == 1 => shown.push_str(rest),
        None => shown.push_str(&rest.to_uppercase()),
    }
    shown
}
