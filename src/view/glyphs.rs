//! Symbols and borders: for terminals that show Unicode, and for those that do not. All are one column wide,
//! also where East Asian fonts draw ambiguous characters wide, borders excepted.

/// The symbols.
#[derive(Debug)]
pub struct Glyphs {
    /// Only ASCII may reach the screen.
    pub ascii: bool,
    /// Not yet.
    pub pending: &'static str,
    /// Runs.
    pub running: &'static str,
    /// Passed, mended, known to be right.
    pub passed: &'static str,
    /// Failed; an error.
    pub failed: &'static str,
    /// Skipped.
    pub skipped: &'static str,
    /// Stopped by the user.
    pub stopped: &'static str,
    /// Ran out of time.
    pub late: &'static str,
    /// Needs attention; a warning.
    pub attention: &'static str,
    /// Worth knowing.
    pub note: &'static str,
    /// Points at the line that matters.
    pub pointer: &'static str,
    /// Something was cut off here.
    pub cut: &'static str,
    /// Between two facts of a line.
    pub dot: &'static str,
    /// Horizontal line.
    pub line: &'static str,
    /// Vertical line.
    pub bar: &'static str,
    /// Vertical line where the visible part of the log is.
    pub thumb: &'static str,
    /// A stage ran here, on the timeline.
    pub track: &'static str,
    /// A fix ran here.
    pub mended: &'static str,
    /// Nothing ran here.
    pub empty: &'static str,
    /// A round time, where nothing ran.
    pub tick: &'static str,
    /// Little to much.
    pub levels: [&'static str; 8],
    /// Corners: top left, top right, bottom left, bottom right.
    pub corners: [&'static str; 4],
}

/// For UTF-8 terminals.
static UNICODE: Glyphs = Glyphs {
    ascii: false,
    pending: "◦",
    running: "▸",
    passed: "✓",
    failed: "✗",
    skipped: "⊘",
    stopped: "▪",
    late: "◷",
    attention: "!",
    note: "i",
    pointer: "▸",
    cut: "…",
    dot: "·",
    line: "─",
    bar: "│",
    thumb: "┃",
    track: "━",
    mended: "═",
    empty: "·",
    tick: "┊",
    levels: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
    corners: ["╭", "╮", "╰", "╯"],
};

/// For all others.
static ASCII: Glyphs = Glyphs {
    ascii: true,
    pending: ".",
    running: ">",
    passed: "+",
    failed: "x",
    skipped: "-",
    stopped: "#",
    late: "@",
    attention: "!",
    note: "i",
    pointer: ">",
    cut: "~",
    dot: "-",
    line: "-",
    bar: "|",
    thumb: "#",
    track: "=",
    mended: "%",
    empty: ".",
    tick: ":",
    levels: [".", ".", ":", ":", "-", "+", "*", "#"],
    corners: ["+", "+", "+", "+"],
};

impl Glyphs {
    /// For a terminal that shows Unicode, or one that does not.
    pub fn of(unicode: bool) -> &'static Self {
        if unicode { &UNICODE } else { &ASCII }
    }
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::*;

    #[test]
    fn states_are_one_column_wide_in_every_font() {
        for glyphs in [&UNICODE, &ASCII] {
            for glyph in [
                glyphs.pending,
                glyphs.running,
                glyphs.passed,
                glyphs.failed,
                glyphs.skipped,
                glyphs.stopped,
                glyphs.late,
                glyphs.attention,
                glyphs.note,
                glyphs.pointer,
            ] {
                assert_eq!((glyph.width(), glyph.width_cjk()), (1, 1), "{glyph}");
                assert!(!glyphs.ascii || glyph.is_ascii(), "{glyph}");
            }
        }
    }
}
