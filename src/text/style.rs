//! A line of the log with its colours: compact, and independent of the library that draws it.
//!
//! Owns the child's colours and attributes as the log keeps them. How a colour is drawn on a poorer terminal is
//! `view`'s business.

/// A colour as the child asked for it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Color {
    /// The terminal's own.
    #[default]
    Default,
    /// One of the 256 palette entries; the first 16 are the terminal's theme.
    Indexed(u8),
    /// 24-bit.
    Rgb(u8, u8, u8),
}

/// Attribute bits of a [`Style`].
pub mod attr {
    /// Bold.
    pub const BOLD: u8 = 1;
    /// Faint.
    pub const DIM: u8 = 1 << 1;
    /// Italic.
    pub const ITALIC: u8 = 1 << 2;
    /// Underlined, in whatever form.
    pub const UNDERLINE: u8 = 1 << 3;
    /// Foreground and background exchanged.
    pub const REVERSE: u8 = 1 << 4;
    /// Crossed out.
    pub const STRIKE: u8 = 1 << 5;
}

/// How a run of text looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Style {
    /// Text colour.
    pub fg: Color,
    /// Background.
    pub bg: Color,
    /// Bits of [`attr`].
    pub attrs: u8,
}

impl Style {
    /// Whether a blank in this style shows anything.
    pub fn paints_blank(self) -> bool {
        self.bg != Color::Default || self.attrs & (attr::REVERSE | attr::UNDERLINE | attr::STRIKE) != 0
    }
}

/// From `start` on, text looks like this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// Byte offset into the line's text.
    pub start: u32,
    /// The look.
    pub style: Style,
}

/// One line of the log: text without control characters, and the runs that differ from plain.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// The text.
    pub text: String,
    /// Style changes in ascending order; empty for a plain line.
    pub runs: Vec<Run>,
}

impl Line {
    /// A line without colours.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), runs: Vec::new() }
    }

    /// The text cut where the style changes.
    pub fn pieces(&self) -> impl Iterator<Item = (&str, Style)> {
        let first = self.runs.first().map_or(self.text.len(), |run| run.start as usize);
        let head = std::iter::once((0, first, Style::default()));
        let rest = self.runs.iter().enumerate().map(|(index, run)| {
            let end = self.runs.get(index + 1).map_or(self.text.len(), |next| next.start as usize);
            (run.start as usize, end, run.style)
        });
        head.chain(rest)
            .filter_map(|(start, end, style)| Some((self.text.get(start..end)?, style)))
            .filter(|(piece, _)| !piece.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_cover_the_whole_text() {
        let red = Style { fg: Color::Indexed(1), ..Style::default() };
        let line = Line {
            text: "plain red plain".to_owned(),
            runs: vec![Run { start: 6, style: red }, Run { start: 9, style: Style::default() }],
        };
        let pieces: Vec<_> = line.pieces().collect();
        assert_eq!(pieces, [("plain ", Style::default()), ("red", red), (" plain", Style::default())]);
        assert_eq!(Line::plain("x").pieces().count(), 1);
        assert_eq!(Line::default().pieces().count(), 0);
    }
}
