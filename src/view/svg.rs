//! A frame as an SVG picture, for the README. Pure.

use std::fmt::Write as _;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

/// Size of a cell in the picture's units.
const CELL: (f64, f64) = (8.4, 18.0);
/// Space around the frame.
const MARGIN: f64 = 14.0;

/// What a terminal decides itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Palette {
    /// Its background.
    pub ground: (u8, u8, u8),
    /// Its text.
    pub text: (u8, u8, u8),
}

/// The sixteen as a common dark theme has them; good on light grounds too.
const SIXTEEN: [(u8, u8, u8); 16] = [
    (0x41, 0x48, 0x68),
    (0xf7, 0x76, 0x8e),
    (0x9e, 0xce, 0x6a),
    (0xe0, 0xaf, 0x68),
    (0x7a, 0xa2, 0xf7),
    (0xbb, 0x9a, 0xf7),
    (0x7d, 0xcf, 0xff),
    (0xa9, 0xb1, 0xd6),
    (0x56, 0x5f, 0x89),
    (0xff, 0x89, 0x9d),
    (0x9f, 0xe0, 0x44),
    (0xfa, 0xba, 0x4a),
    (0x8d, 0xb0, 0xff),
    (0xc7, 0xa9, 0xff),
    (0xa4, 0xda, 0xff),
    (0xc0, 0xca, 0xf5),
];

/// Draws the buffer. Every cell is put at its own place, so that no font can shift the columns.
pub fn svg(buffer: &Buffer, palette: Palette, title: &str) -> String {
    let area = buffer.area;
    let width = f64::from(area.width) * CELL.0 + 2.0 * MARGIN;
    let height = f64::from(area.height) * CELL.1 + 2.0 * MARGIN;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.1} {height:.1}\" width=\"{width:.1}\" \
height=\"{height:.1}\" font-family=\"'JetBrains Mono','DejaVu Sans Mono','Noto Sans Mono CJK SC',monospace\" \
font-size=\"14\">\n<title>{}</title>\n<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{}\"/>\n",
        escape(title),
        hex(palette.ground)
    );
    for y in area.top()..area.bottom() {
        draw_row(buffer, y, palette, &mut out);
    }
    out.push_str("</svg>\n");
    out
}

fn draw_row(buffer: &Buffer, y: u16, palette: Palette, out: &mut String) {
    let top = MARGIN + f64::from(y - buffer.area.y) * CELL.1;
    let left = |x: u16| MARGIN + f64::from(x - buffer.area.x) * CELL.0;
    let cells: Vec<(u16, &Cell, usize)> = row(buffer, y);
    for (x, cell, wide) in &cells {
        let (_, back) = colours(cell, palette);
        if back != palette.ground {
            let width = CELL.0 * *wide as f64;
            // Writing to a string cannot fail.
            let _ = writeln!(
                out,
                "<rect x=\"{:.1}\" y=\"{top:.1}\" width=\"{width:.2}\" height=\"{:.1}\" fill=\"{}\"/>",
                left(*x),
                CELL.1,
                hex(back)
            );
        }
    }
    let base = top + CELL.1 * 0.74;
    let mut index = 0;
    while index < cells.len() {
        let (x, cell, _) = cells[index];
        let mut text = String::new();
        let mut columns = 0;
        // A run of equal style is one element, stretched to exactly its columns.
        while let Some((_, next, wide)) = cells.get(index).filter(|(_, next, _)| same(cell, next)) {
            text.push_str(next.symbol());
            columns += wide;
            index += 1;
        }
        if text.trim().is_empty() {
            continue;
        }
        let (fore, _) = colours(cell, palette);
        let _ = writeln!(
            out,
            "<text x=\"{:.1}\" y=\"{base:.1}\" fill=\"{}\" textLength=\"{:.1}\" lengthAdjust=\"spacingAndGlyphs\" xml:space=\"preserve\"{}>{}</text>",
            left(x),
            hex(fore),
            CELL.0 * columns as f64,
            attributes(cell.modifier),
            escape(&text)
        );
    }
}

/// The cells of a row with their widths; the second half of a wide character is left out.
fn row(buffer: &Buffer, y: u16) -> Vec<(u16, &Cell, usize)> {
    let mut cells = Vec::new();
    let mut x = buffer.area.left();
    while x < buffer.area.right() {
        let cell = &buffer[(x, y)];
        let wide = cell.symbol().width().max(1);
        cells.push((x, cell, wide));
        x += wide as u16;
    }
    cells
}

fn same(a: &Cell, b: &Cell) -> bool {
    (a.fg, a.bg, a.modifier) == (b.fg, b.bg, b.modifier) && a.symbol().is_ascii() == b.symbol().is_ascii()
}

fn colours(cell: &Cell, palette: Palette) -> ((u8, u8, u8), (u8, u8, u8)) {
    let fore = value(cell.fg).unwrap_or(palette.text);
    let back = value(cell.bg).unwrap_or(palette.ground);
    let (fore, back) = if cell.modifier.contains(Modifier::REVERSED) { (back, fore) } else { (fore, back) };
    let mix = |a: u8, b: u8| ((u16::from(a) * 3 + u16::from(b) * 2) / 5) as u8;
    let dim = cell.modifier.contains(Modifier::DIM);
    (if dim { (mix(fore.0, back.0), mix(fore.1, back.1), mix(fore.2, back.2)) } else { fore }, back)
}

fn value(color: Color) -> Option<(u8, u8, u8)> {
    let named = [
        Color::Black,
        Color::Red,
        Color::Green,
        Color::Yellow,
        Color::Blue,
        Color::Magenta,
        Color::Cyan,
        Color::Gray,
        Color::DarkGray,
        Color::LightRed,
        Color::LightGreen,
        Color::LightYellow,
        Color::LightBlue,
        Color::LightMagenta,
        Color::LightCyan,
        Color::White,
    ];
    match color {
        Color::Reset => None,
        Color::Rgb(r, g, b) => Some((r, g, b)),
        Color::Indexed(index) => {
            crate::theme::of_index(index).or_else(|| SIXTEEN.get(usize::from(index)).copied())
        }
        other => named.iter().position(|known| *known == other).map(|at| SIXTEEN[at]),
    }
}

fn attributes(modifier: Modifier) -> String {
    let mut text = String::new();
    for (bit, attribute) in [
        (Modifier::BOLD, " font-weight=\"bold\""),
        (Modifier::ITALIC, " font-style=\"italic\""),
        (Modifier::UNDERLINED, " text-decoration=\"underline\""),
        (Modifier::CROSSED_OUT, " text-decoration=\"line-through\""),
    ] {
        if modifier.contains(bit) {
            text.push_str(attribute);
        }
    }
    text
}

fn hex((r, g, b): (u8, u8, u8)) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use ratatui::style::Style;

    use super::*;

    #[test]
    fn wide_characters_keep_their_two_columns() {
        let mut buffer = Buffer::empty(ratatui::layout::Rect::new(0, 0, 10, 1));
        buffer.set_string(0, 0, "a中<b", Style::default().fg(Color::Red));
        let palette = Palette { ground: (0, 0, 0), text: (255, 255, 255) };
        let picture = svg(&buffer, palette, "t");
        assert!(
            picture.contains(&format!("x=\"{:.1}\"", MARGIN + CELL.0 * 3.0)),
            "text after 中 starts at column 3"
        );
        assert!(picture.contains("&lt;b"));
        assert!(picture.contains("#f7768e"));
    }
}
