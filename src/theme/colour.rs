//! Colours as text and as numbers: reading them, measuring them, finding the nearest of fewer.

use ratatui::style::Color;

/// The sixteen, in the order of their numbers, with the values of xterm for measuring.
const SIXTEEN: [(&str, Color, (u8, u8, u8)); 16] = [
    ("black", Color::Black, (0, 0, 0)),
    ("red", Color::Red, (205, 0, 0)),
    ("green", Color::Green, (0, 205, 0)),
    ("yellow", Color::Yellow, (205, 205, 0)),
    ("blue", Color::Blue, (0, 0, 238)),
    ("magenta", Color::Magenta, (205, 0, 205)),
    ("cyan", Color::Cyan, (0, 205, 205)),
    ("white", Color::Gray, (229, 229, 229)),
    ("bright-black", Color::DarkGray, (127, 127, 127)),
    ("bright-red", Color::LightRed, (255, 0, 0)),
    ("bright-green", Color::LightGreen, (0, 255, 0)),
    ("bright-yellow", Color::LightYellow, (255, 255, 0)),
    ("bright-blue", Color::LightBlue, (92, 92, 255)),
    ("bright-magenta", Color::LightMagenta, (255, 0, 255)),
    ("bright-cyan", Color::LightCyan, (0, 255, 255)),
    ("bright-white", Color::White, (255, 255, 255)),
];

/// The steps of a channel in the 6×6×6 cube of the 256.
const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// Reads `#rrggbb`, a name of the sixteen, `default`, or an index of the 256.
pub fn parse(text: &str) -> Option<Color> {
    if let Some(hex) = text.strip_prefix('#') {
        let value = (hex.len() == 6 && hex.is_ascii()).then(|| u32::from_str_radix(hex, 16).ok())??;
        return Some(Color::Rgb((value >> 16) as u8, (value >> 8) as u8, value as u8));
    }
    if text == "default" {
        return Some(Color::Reset);
    }
    let named = SIXTEEN.iter().find(|(name, ..)| *name == text).map(|(_, color, _)| *color);
    named.or_else(|| text.parse().ok().map(indexed))
}

/// A palette index; the first sixteen by name, since they are the terminal's own.
pub(super) fn indexed(index: u8) -> Color {
    SIXTEEN.get(usize::from(index)).map_or(Color::Indexed(index), |(_, color, _)| *color)
}

/// The value of an index of the 256; the first sixteen have none of their own.
pub fn of_index(index: u8) -> Option<(u8, u8, u8)> {
    match index {
        0..=15 => None,
        16..=231 => {
            let at = usize::from(index - 16);
            Some((STEPS[at / 36], STEPS[at / 6 % 6], STEPS[at % 6]))
        }
        _ => {
            let grey = 8 + 10 * (index - 232);
            Some((grey, grey, grey))
        }
    }
}

fn distance(a: (u8, u8, u8), b: (u8, u8, u8)) -> i32 {
    let square = |x: u8, y: u8| (i32::from(x) - i32::from(y)).pow(2);
    // The eye sees green best and blue worst.
    3 * square(a.0, b.0) + 4 * square(a.1, b.1) + 2 * square(a.2, b.2)
}

/// The number of one of the sixteen.
pub fn number(color: Color) -> Option<u8> {
    SIXTEEN.iter().position(|(_, known, _)| *known == color).map(|at| at as u8)
}

/// The value of one of the sixteen, as far as one can be told: xterm's.
pub(super) fn usual(color: Color) -> Option<(u8, u8, u8)> {
    SIXTEEN.iter().find(|(_, known, _)| *known == color).map(|(.., value)| *value)
}

/// A colour as theme files write it.
pub fn written(color: Color) -> String {
    match color {
        Color::Rgb(r, g, b) => format!("#{r:02x}{g:02x}{b:02x}"),
        Color::Indexed(index) => index.to_string(),
        named => SIXTEEN
            .iter()
            .find(|(_, known, _)| *known == named)
            .map_or("default", |(name, ..)| *name)
            .to_owned(),
    }
}

/// Whether a background is a light one.
pub fn is_light(ground: (u8, u8, u8)) -> bool {
    // As far from white as from black, for the eye.
    luminance(ground) > 0.18
}

/// The nearest of the upper 240 of the 256.
pub(super) fn nearest256(color: (u8, u8, u8)) -> Color {
    let best =
        (16..=255u8).min_by_key(|index| of_index(*index).map_or(i32::MAX, |other| distance(color, other)));
    Color::Indexed(best.unwrap_or(255))
}

/// The nearest of the sixteen.
pub(super) fn nearest16(color: (u8, u8, u8)) -> Color {
    SIXTEEN
        .iter()
        .min_by_key(|(.., other)| distance(color, *other))
        .map_or(Color::Reset, |(_, named, _)| *named)
}

/// WCAG 2 contrast ratio, 1 to 21.
pub(super) fn contrast(a: (u8, u8, u8), b: (u8, u8, u8)) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance((r, g, b): (u8, u8, u8)) -> f64 {
    let channel = |value: u8| {
        let value = f64::from(value) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_form() {
        assert_eq!(parse("#7aa2f7"), Some(Color::Rgb(0x7a, 0xa2, 0xf7)));
        assert_eq!(parse("bright-black"), Some(Color::DarkGray));
        assert_eq!(parse("208"), Some(Color::Indexed(208)));
        assert_eq!(parse("1"), Some(Color::Red));
        assert_eq!(parse("default"), Some(Color::Reset));
        for bad in ["#12345", "#12345g", "256", "-1", "mauve", "#ééé", ""] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn nearest_and_contrast_are_those_of_the_books() {
        assert_eq!(nearest256((255, 0, 0)), Color::Indexed(196));
        assert_eq!(nearest256((128, 128, 128)), Color::Indexed(244));
        assert_eq!(nearest16((250, 250, 250)), Color::White);
        assert!((contrast((0, 0, 0), (255, 255, 255)) - 21.0).abs() < 0.01);
        assert!((contrast((118, 118, 118), (255, 255, 255)) - 4.54).abs() < 0.01);
    }
}
