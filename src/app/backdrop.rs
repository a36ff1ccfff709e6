//! Whether the terminal is dark or light: it is asked (OSC 11), and its answer comes among the keys, whenever it comes.
//!
//! Nothing waits for it and no key is lost: over a slow line the theme changes a little later, and a terminal that
//! does not know the question is never noticed.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// The question.
pub(super) const QUESTION: &str = "\x1b]11;?\x1b\\";
/// No answer is longer.
const LONGEST: usize = 40;

/// What is known of the answer.
#[derive(Debug, Default)]
pub(super) struct Backdrop {
    state: State,
    /// The answer so far, and the keys that it came as.
    text: String,
    keys: Vec<KeyEvent>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing was asked, or it was answered.
    #[default]
    Silent,
    /// An answer may come.
    Asked,
    /// Escape came; what follows tells whether it was a key.
    Escaped,
    /// The answer comes.
    Told,
    /// Its end comes.
    Ending,
}

/// What a key was.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// Keys of the user's.
    Keys(Vec<KeyEvent>),
    /// A part of the answer.
    Nothing,
    /// The terminal's background.
    Ground((u8, u8, u8)),
}

impl Backdrop {
    /// The question was put.
    pub(super) fn asked(&mut self) {
        self.state = State::Asked;
    }

    /// Whether the answer may still come.
    pub(super) fn waits(&self) -> bool {
        self.state != State::Silent
    }

    /// A key, or a part of the answer that the terminal's reader took for one.
    pub(super) fn hear(&mut self, key: KeyEvent) -> Heard {
        let opens = key.code == KeyCode::Char(']');
        match self.state {
            State::Silent => Heard::Keys(vec![key]),
            State::Asked if opens && key.modifiers == KeyModifiers::ALT => self.take(key, State::Told),
            // Where a packet ends after the escape, it comes as a key of its own; it has had its effect by then.
            State::Asked => {
                if key.code == KeyCode::Esc {
                    self.state = State::Escaped;
                }
                Heard::Keys(vec![key])
            }
            State::Escaped if opens && key.modifiers.is_empty() => self.take(key, State::Told),
            State::Escaped => {
                self.state = State::Asked;
                Heard::Keys(vec![key])
            }
            State::Told | State::Ending => self.go_on(key),
        }
    }

    fn take(&mut self, key: KeyEvent, state: State) -> Heard {
        self.keys.push(key);
        self.state = state;
        Heard::Nothing
    }

    fn go_on(&mut self, key: KeyEvent) -> Heard {
        match (key.code, key.modifiers) {
            (KeyCode::Char('\\'), KeyModifiers::ALT) => self.end(key),
            (KeyCode::Char('\\'), _) if self.state == State::Ending => self.end(key),
            (KeyCode::Char('g'), KeyModifiers::CONTROL) => self.end(key),
            (KeyCode::Esc, _) => self.take(key, State::Ending),
            (KeyCode::Char(ch), KeyModifiers::NONE | KeyModifiers::SHIFT)
                if (ch.is_ascii_hexdigit() || ";:/rgba".contains(ch)) && self.text.len() < LONGEST =>
            {
                self.text.push(ch);
                self.take(key, State::Told)
            }
            _ => self.give_back(key),
        }
    }

    fn end(&mut self, key: KeyEvent) -> Heard {
        match ground(&self.text) {
            Some(ground) => {
                *self = Self::default();
                Heard::Ground(ground)
            }
            None => self.give_back(key),
        }
    }

    /// It was no answer: these were keys.
    fn give_back(&mut self, key: KeyEvent) -> Heard {
        let mut keys = std::mem::take(&mut self.keys);
        keys.push(key);
        *self = Self { state: State::Asked, ..Self::default() };
        Heard::Keys(keys)
    }
}

/// Reads `11;rgb:RRRR/GGGG/BBBB`, with one to four digits a colour; `rgba` has a fourth.
fn ground(text: &str) -> Option<(u8, u8, u8)> {
    let colours = text.strip_prefix("11;")?.split_once(':').filter(|(kind, _)| kind.starts_with("rgb"))?.1;
    let mut parts = colours.split('/').map(|part| {
        let most = 16u32.checked_pow(part.len() as u32).filter(|_| (1..=4).contains(&part.len()))? - 1;
        Some((u32::from_str_radix(part, 16).ok()? * 255 / most) as u8)
    });
    Some((parts.next()??, parts.next()??, parts.next()??))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keymap::Press;

    fn hear(keys: &str) -> (Vec<String>, Option<(u8, u8, u8)>) {
        let mut backdrop = Backdrop::default();
        backdrop.asked();
        let (mut passed, mut found) = (Vec::new(), None);
        for name in keys.split(' ') {
            match backdrop.hear(Press::read(name).expect("a key").event()) {
                Heard::Keys(keys) => passed.extend(keys.iter().map(|key| format!("{:?}", key.code))),
                Heard::Nothing => {}
                Heard::Ground(ground) => found = Some(ground),
            }
        }
        (passed, found)
    }

    const ANSWER: &str = "alt-] 1 1 ; r g b : f f f f / f a f a / 0 0 0 0";

    #[test]
    fn the_answer_is_told_from_keys_however_it_ends() {
        for end in ["alt-\\", "ctrl-g", "esc \\"] {
            let (passed, found) = hear(&format!("j {ANSWER} {end} q"));
            assert_eq!(found, Some((255, 250, 0)), "{end}");
            assert_eq!(passed, ["Char('j')", "Char('q')"], "{end}");
        }
        let (passed, found) = hear(&format!("esc {} ctrl-g", &ANSWER["alt-".len()..]));
        assert_eq!((passed.len(), found), (1, Some((255, 250, 0))), "a packet that ends after the escape");
    }

    #[test]
    fn what_is_no_answer_was_keys_and_none_is_lost() {
        let (passed, found) = hear("alt-] 1 q j esc k ] x");
        assert_eq!((passed.len(), found), (8, None), "{passed:?}");
        assert_eq!(hear("alt-] r g b alt-\\").0.len(), 5);
    }

    #[test]
    fn colours_are_read_with_any_number_of_digits() {
        assert_eq!(ground("11;rgb:1a1a/1b1b/2626"), Some((26, 27, 38)));
        assert_eq!(ground("11;rgb:f/0/8"), Some((255, 0, 136)));
        assert_eq!(ground("11;rgba:ff/ff/ff/00"), Some((255, 255, 255)));
        for bad in ["", "11;", "10;rgb:0/0/0", "11;rgb:0/0", "11;rgb:00000/0/0", "11;rgb:x/0/0"] {
            assert_eq!(ground(bad), None, "{bad}");
        }
    }
}
