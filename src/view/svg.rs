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

/// The sixteen as a common light theme has them.
const SIXTEEN_ON_LIGHT: [(u8, u8, u8); 16] = [
    (0x24, 0x29, 0x33),
    (0xb4, 0x23, 0x3c),
    (0x2f, 0x6f, 0x22),
    (0x85, 0x5a, 0x00),
    (0x1f, 0x55, 0xc4),
    (0x78, 0x47, 0xbd),
    (0x00, 0x6f, 0x83),
    (0x5b, 0x63, 0x70),
    (0x77, 0x7f, 0x8c),
    (0xc9, 0x2a, 0x46),
    (0x37, 0x80, 0x28),
    (0x96, 0x66, 0x00),
    (0x2a, 0x63, 0xd9),
    (0x87, 0x54, 0xcc),
    (0x00, 0x7d, 0x94),
    (0x8a, 0x92, 0x9e),
];

/// The sixteen as a common dark theme has them.
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
    for run in cells.chunk_by(|a, b| colours(a.1, palette).1 == colours(b.1, palette).1) {
        let (x, cell, _) = run[0];
        let (_, back) = colours(cell, palette);
        if back != palette.ground {
            let width = CELL.0 * columns(run) as f64;
            let (x, back) = (left(x), hex(back));
            // Writing to a string cannot fail.
            let _ = writeln!(
                out,
                "<rect x=\"{x:.1}\" y=\"{top:.1}\" width=\"{width:.2}\" height=\"{:.1}\" fill=\"{back}\"/>",
                CELL.1
            );
        }
    }
    for run in cells.chunk_by(same) {
        let (x, cell, wide) = run[0];
        let (fore, _) = colours(cell, palette);
        if let Some(path) = line_path(cell.symbol(), left(x), top) {
            let length = columns(run) as f64 * CELL.0;
            let width = if cell.symbol() == "┃" { 3.0 } else { 1.2 };
            let path = if cell.symbol() == "─" { format!("{path}h{length:.1}") } else { path };
            let _ = writeln!(
                out,
                "<path d=\"{path}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{width}\"/>",
                hex(fore)
            );
            continue;
        }
        let text: String = run.iter().map(|(_, cell, _)| cell.symbol()).collect();
        if !text.trim().is_empty() {
            draw_text(&text, cell, (left(x), top), if wide > 1 { wide } else { columns(run) }, fore, out);
        }
    }
}

fn draw_text(
    text: &str,
    cell: &Cell,
    (x, top): (f64, f64),
    columns: usize,
    fore: (u8, u8, u8),
    out: &mut String,
) {
    let base = top + CELL.1 * 0.74;
    let length = CELL.0 * columns as f64;
    let _ = writeln!(
        out,
        "<text x=\"{x:.1}\" y=\"{base:.1}\" fill=\"{}\" textLength=\"{length:.1}\" lengthAdjust=\"spacingAndGlyphs\" \
xml:space=\"preserve\"{}>{}</text>",
        hex(fore),
        attributes(cell.modifier),
        escape(text)
    );
}

fn columns(run: &[(u16, &Cell, usize)]) -> usize {
    run.iter().map(|(.., wide)| wide).sum()
}

/// Lines that must meet from cell to cell, which no font promises: drawn, not written.
fn line_path(symbol: &str, x: f64, y: f64) -> Option<String> {
    let height = CELL.1;
    let (mx, my) = (x + CELL.0 / 2.0, y + height / 2.0);
    let r = CELL.0 / 2.0;
    Some(match symbol {
        "─" => format!("M{x:.1},{my:.1}"),
        "│" | "┃" => format!("M{mx:.1},{y:.1}v{height:.1}"),
        "╭" => format!("M{mx:.1},{:.1}v{:.1}q0,{:.1} {r:.1},{:.1}", y + height, r - height / 2.0, -r, -r),
        "╮" => {
            format!("M{mx:.1},{:.1}v{:.1}q0,{:.1} {:.1},{:.1}", y + height, r - height / 2.0, -r, -r, -r)
        }
        "╰" => format!("M{mx:.1},{y:.1}v{:.1}q0,{r:.1} {r:.1},{r:.1}", height / 2.0 - r),
        "╯" => format!("M{mx:.1},{y:.1}v{:.1}q0,{r:.1} {:.1},{r:.1}", height / 2.0 - r, -r),
        _ => return None,
    })
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

/// Whether two cells can be one element: the same look, and nothing whose width is up to the font.
fn same((_, a, wide_a): &(u16, &Cell, usize), (_, b, wide_b): &(u16, &Cell, usize)) -> bool {
    let plain = |cell: &Cell| cell.symbol().is_ascii();
    let rule = a.symbol() == "─" && b.symbol() == "─";
    (a.fg, a.bg, a.modifier) == (b.fg, b.bg, b.modifier)
        && wide_a.max(wide_b) == &1
        && (rule || plain(a) && plain(b))
}

fn colours(cell: &Cell, palette: Palette) -> ((u8, u8, u8), (u8, u8, u8)) {
    let sixteen = if palette.ground.0 < 128 { &SIXTEEN } else { &SIXTEEN_ON_LIGHT };
    let fore = value(cell.fg, sixteen).unwrap_or(palette.text);
    let back = value(cell.bg, sixteen).unwrap_or(palette.ground);
    let (fore, back) = if cell.modifier.contains(Modifier::REVERSED) { (back, fore) } else { (fore, back) };
    let mix = |a: u8, b: u8| ((u16::from(a) * 3 + u16::from(b) * 2) / 5) as u8;
    let dim = cell.modifier.contains(Modifier::DIM);
    (if dim { (mix(fore.0, back.0), mix(fore.1, back.1), mix(fore.2, back.2)) } else { fore }, back)
}

fn value(color: Color, sixteen: &[(u8, u8, u8); 16]) -> Option<(u8, u8, u8)> {
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
            crate::theme::of_index(index).or_else(|| sixteen.get(usize::from(index)).copied())
        }
        other => named.iter().position(|known| *known == other).map(|at| sixteen[at]),
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
