//! Whether the terminal is dark or light: it is asked (OSC 11), and its answer comes among the keys, whenever it comes.
//!
//! Nothing waits for it and no key is lost: over a slow line the theme changes a little later, and a terminal that
//! does not know the question is never noticed. Who asks, and who keeps an answer from the shell, is `terminal`.

use std::time::{Duration, Instant};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// The question.
pub(super) const QUESTION: &str = "\x1b]11;?\x1b\\";
/// So long the answer is worth waiting for, before the terminal is somebody else's.
const SOON: Duration = Duration::from_secs(1);
/// So long it may come at all.
const LATE: Duration = Duration::from_secs(60);
/// No answer is longer.
const LONGEST: usize = 40;

/// What is known of the answer.
#[derive(Debug, Default)]
pub(super) struct Backdrop {
    state: State,
    asked: Option<Instant>,
    ground: Option<(u8, u8, u8)>,
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

impl Backdrop {
    /// Whether to ask now: once is enough.
    pub(super) fn asks(&mut self, now: Instant) -> bool {
        if self.asked.is_some() {
            return false;
        }
        (self.state, self.asked) = (State::Asked, Some(now));
        true
    }

    /// The terminal's background, once it is known.
    pub(super) fn ground(&self) -> Option<(u8, u8, u8)> {
        self.ground
    }

    /// How long the answer is still worth waiting for.
    pub(super) fn wait(&self, now: Instant) -> Option<Duration> {
        let asked = self.asked.filter(|_| self.state != State::Silent)?;
        (asked + SOON).checked_duration_since(now).filter(|left| !left.is_zero())
    }

    /// Takes a key, or a part of the answer that the terminal's reader took for one; what is left are keys of the
    /// user's.
    pub(super) fn hear(&mut self, key: KeyEvent, now: Instant) -> Vec<KeyEvent> {
        let opens = key.code == KeyCode::Char(']');
        match self.state {
            State::Asked | State::Escaped if self.asked.is_some_and(|asked| now > asked + LATE) => {
                self.state = State::Silent;
                vec![key]
            }
            State::Silent => vec![key],
            State::Asked if opens && key.modifiers == KeyModifiers::ALT => self.take(key, State::Told),
            // Where a packet ends after the escape, it comes as a key of its own. To hold it back until the next one
            // would make the user's own Escape slow; so it has had its effect by then.
            State::Asked => {
                if key.code == KeyCode::Esc {
                    self.state = State::Escaped;
                }
                vec![key]
            }
            State::Escaped if opens && key.modifiers.is_empty() => self.take(key, State::Told),
            State::Escaped => {
                self.state = State::Asked;
                self.hear(key, now)
            }
            State::Told | State::Ending => self.go_on(key),
        }
    }

    fn take(&mut self, key: KeyEvent, state: State) -> Vec<KeyEvent> {
        self.keys.push(key);
        self.state = state;
        Vec::new()
    }

    fn go_on(&mut self, key: KeyEvent) -> Vec<KeyEvent> {
        match (key.code, key.modifiers) {
            (KeyCode::Char('\\'), KeyModifiers::ALT) | (KeyCode::Char('g'), KeyModifiers::CONTROL) => {
                self.end(key)
            }
            (KeyCode::Char('\\'), _) if self.state == State::Ending => self.end(key),
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

    fn end(&mut self, key: KeyEvent) -> Vec<KeyEvent> {
        let Some(ground) = ground(&self.text) else { return self.give_back(key) };
        *self = Self { asked: self.asked, ground: Some(ground), ..Self::default() };
        Vec::new()
    }

    /// It was no answer: these were keys.
    fn give_back(&mut self, key: KeyEvent) -> Vec<KeyEvent> {
        let mut keys = std::mem::take(&mut self.keys);
        keys.push(key);
        *self = Self { state: State::Asked, asked: self.asked, ..Self::default() };
        keys
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
#[expect(clippy::disallowed_methods, reason = "any moment will do")]
mod tests {
    use super::*;
    use crate::keymap::Press;

    /// The keys that are left of these, and the background that they told; so long after the question.
    fn hear_after(late: Duration, keys: &str) -> (Vec<String>, Option<(u8, u8, u8)>) {
        let asked = Instant::now();
        let mut backdrop = Backdrop::default();
        assert!(backdrop.asks(asked));
        let mut passed = Vec::new();
        for name in keys.split(' ') {
            let keys = backdrop.hear(Press::read(name).expect("a key").event(), asked + late);
            passed.extend(keys.iter().map(|key| format!("{:?}", key.code)));
        }
        (passed, backdrop.ground())
    }

    fn hear(keys: &str) -> (Vec<String>, Option<(u8, u8, u8)>) {
        hear_after(Duration::from_secs(5), keys)
    }

    const ANSWER: &str = "alt-] 1 1 ; r g b : f f f f / f a f a / 0 0 0 0";

    #[test]
    fn the_answer_is_told_from_keys_however_it_ends() {
        for end in ["alt-\\", "ctrl-g", "esc \\"] {
            let (passed, found) = hear(&format!("j {ANSWER} {end} q"));
            assert_eq!(found, Some((255, 250, 0)), "{end}");
            assert_eq!(passed, ["Char('j')", "Char('q')"], "{end}");
        }
        for escapes in ["esc", "esc esc"] {
            let (passed, found) = hear(&format!("{escapes} {} ctrl-g", &ANSWER["alt-".len()..]));
            assert_eq!(found, Some((255, 250, 0)), "a packet that ends after the escape");
            assert!(passed.iter().all(|key| key == "Esc"), "{passed:?}");
        }
    }

    #[test]
    fn what_is_no_answer_was_keys_and_none_is_lost() {
        let (passed, found) = hear("alt-] 1 q j esc k ] x");
        assert_eq!((passed.len(), found), (8, None), "{passed:?}");
        assert_eq!(hear("alt-] r g b alt-\\").0.len(), 5);
    }

    #[test]
    fn it_is_asked_once_and_waited_for_shortly() {
        let mut backdrop = Backdrop::default();
        let now = Instant::now();
        assert_eq!(backdrop.wait(now), None, "nothing was asked");
        assert!(backdrop.asks(now) && !backdrop.asks(now));
        assert_eq!(backdrop.wait(now), Some(SOON));
        assert_eq!(backdrop.wait(now + SOON), None);
        for name in format!("{ANSWER} ctrl-g").split(' ') {
            backdrop.hear(Press::read(name).expect("a key").event(), now);
        }
        assert_eq!((backdrop.wait(now), backdrop.asks(now)), (None, false));
        assert!(backdrop.ground().is_some());
    }

    #[test]
    fn what_comes_long_after_the_question_are_keys() {
        assert_eq!(hear_after(LATE * 2, "alt-] j").0.len(), 2);
        assert_eq!(hear_after(LATE * 2, "alt-]").0, ["Char(']')"], "at once, not with the next key");
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
