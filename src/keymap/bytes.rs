//! What a key sends to a command: the bytes that an xterm would send.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// The bytes of a key press; empty for keys that send nothing.
pub fn typed(event: KeyEvent) -> Vec<u8> {
    let control = event.modifiers.contains(KeyModifiers::CONTROL);
    let alt = event.modifiers.contains(KeyModifiers::ALT);
    let plain = match event.code {
        KeyCode::Char(ch) if control => control_byte(ch).map_or_else(Vec::new, |byte| vec![byte]),
        KeyCode::Char(ch) => ch.to_string().into_bytes(),
        KeyCode::Enter => b"\r".to_vec(),
        KeyCode::Tab => b"\t".to_vec(),
        KeyCode::BackTab => return b"\x1b[Z".to_vec(),
        KeyCode::Backspace => vec![0x7f],
        KeyCode::Esc => vec![0x1b],
        KeyCode::Null => vec![0],
        code => return special(code, event.modifiers),
    };
    if alt && !plain.is_empty() { [b"\x1b".as_slice(), &plain].concat() } else { plain }
}

fn control_byte(ch: char) -> Option<u8> {
    match ch {
        'a'..='z' => Some(ch as u8 - b'a' + 1),
        'A'..='Z' => Some(ch as u8 - b'A' + 1),
        ' ' | '@' | '2' => Some(0),
        '[' | '3' => Some(0x1b),
        '\\' | '4' => Some(0x1c),
        ']' | '5' => Some(0x1d),
        '^' | '6' => Some(0x1e),
        '_' | '/' | '7' => Some(0x1f),
        '?' | '8' => Some(0x7f),
        _ => None,
    }
}

fn special(code: KeyCode, modifiers: KeyModifiers) -> Vec<u8> {
    let bits = [(KeyModifiers::SHIFT, 1), (KeyModifiers::ALT, 2), (KeyModifiers::CONTROL, 4)];
    let modifier: u8 =
        1 + bits.iter().filter(|(bit, _)| modifiers.contains(*bit)).map(|(_, value)| value).sum::<u8>();
    let letter = |letter: char| {
        if modifier == 1 { format!("\x1b[{letter}") } else { format!("\x1b[1;{modifier}{letter}") }
    };
    let tilde = |number: u8| {
        if modifier == 1 { format!("\x1b[{number}~") } else { format!("\x1b[{number};{modifier}~") }
    };
    let text = match code {
        KeyCode::Up => letter('A'),
        KeyCode::Down => letter('B'),
        KeyCode::Right => letter('C'),
        KeyCode::Left => letter('D'),
        KeyCode::Home => letter('H'),
        KeyCode::End => letter('F'),
        KeyCode::Insert => tilde(2),
        KeyCode::Delete => tilde(3),
        KeyCode::PageUp => tilde(5),
        KeyCode::PageDown => tilde(6),
        KeyCode::F(number @ 1..=4) if modifier == 1 => format!("\x1bO{}", char::from(b'P' + number - 1)),
        KeyCode::F(number @ 1..=4) => letter(char::from(b'P' + number - 1)),
        KeyCode::F(number @ 5..=12) => tilde([15, 17, 18, 19, 20, 21, 23, 24][usize::from(number - 5)]),
        _ => return Vec::new(),
    };
    text.into_bytes()
}

/// The bytes of pasted text. Line ends become what Enter sends; escape sequences are taken out, so that a paste
/// types text and nothing else.
pub fn paste(text: &str) -> Vec<u8> {
    let text = text.replace("\r\n", "\r").replace('\n', "\r");
    text.chars().filter(|ch| !ch.is_control() || matches!(ch, '\r' | '\t')).collect::<String>().into_bytes()
}
