//! The source that a message points at: where it says to look, and what stands there.
//!
//! Owns the place that a finding names, the frame of lines around it, and what git says of the file. Pure:
//! `probe` reads the file and asks git; the frame travels as the answer to `source FILE:LINE:COLUMN`, so a
//! replay shows it as it was recorded.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::finding::Finding;
use super::rule::Kind;
use crate::event::Answer;
use crate::locale::{Speak, Text, both};
use crate::text::plain::is_unseen;

/// How many lines stand before and after the one that is meant.
pub const AROUND: u64 = 3;
/// Longer lines (minified, generated) are cut after so many characters.
const WIDEST: usize = 400;
/// A hunk longer than this is cut.
const MOST_HUNK: usize = 40;
/// The longest path that is asked about.
const PATH_MOST: usize = 1024;

/// A place in a source file, as a message names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// The file, as the tool printed it.
    pub file: String,
    /// 1-based line.
    pub line: u64,
    /// 1-based column, in whatever unit the tool counts.
    pub column: Option<u64>,
}

impl Location {
    /// The place that a finding names, where it names one: `file` (or a shell's `script`) and `line`.
    pub fn of(finding: &Finding) -> Option<Self> {
        if finding.kind == Kind::Symptom {
            return None;
        }
        let capture = |name: &str| finding.captures.get(name).map(|value| value.trim());
        let number = |name: &str| capture(name)?.parse::<u64>().ok().filter(|number| *number > 0);
        let file = ["file", "script", "makefile", "path"].into_iter().find_map(capture)?;
        let (line, column) = match number("line") {
            Some(line) => (line, number("column").or_else(|| number("col"))),
            None => after(file, &finding.evidence.text)?,
        };
        let file = file.strip_prefix("./").unwrap_or(file).to_owned();
        let location = Self { file, line, column };
        location.is_sane().then_some(location)
    }

    fn is_sane(&self) -> bool {
        !self.file.is_empty()
            && self.file.len() <= PATH_MOST
            && !self.file.starts_with(['-', '<', '~'])
            && !self.file.chars().any(char::is_control)
    }
}

/// Line and column that a message puts right after the file's name: `f:3:4: `, `f: line 3: `, `f: 3: `, `f:行3: `,
/// `f: 第 3 行：`.
fn after(file: &str, text: &str) -> Option<(u64, Option<u64>)> {
    let number = |text: &str| {
        let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let number = text[..digits].parse::<u64>().ok().filter(|number| *number > 0)?;
        Some((number, digits))
    };
    text.match_indices(file).find_map(|(at, _)| {
        let rest = text[at + file.len()..].trim_start_matches(['\'', '"', '`', '’']);
        let rest = rest.strip_prefix([':', '：'])?.trim_start();
        let rest = ["line ", "行", "第"].iter().find_map(|word| rest.strip_prefix(word)).unwrap_or(rest);
        let rest = rest.trim_start();
        let (line, digits) = number(rest)?;
        let rest = rest[digits..].trim_start();
        let rest = rest.strip_prefix('行').unwrap_or(rest).strip_prefix([':', '：', ','])?;
        Some((
            line,
            number(rest).filter(|(_, digits)| rest[*digits..].starts_with(':')).map(|(column, _)| column),
        ))
    })
}

impl std::fmt::Display for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column.unwrap_or(0))
    }
}

/// A place that is not written `FILE:LINE:COLUMN`, with 0 for no column.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.said().en)]
pub struct NotALocation(pub String);

impl Speak for NotALocation {
    fn said(&self) -> Text {
        let text = &self.0;
        both!(
            "`{text}` is no place: expected FILE:LINE:COLUMN, with column 0 where none is known",
            "`{text}` 不是位置；应为 FILE:LINE:COLUMN，列号未知时写 0"
        )
    }
}

impl FromStr for Location {
    type Err = NotALocation;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let (rest, column) = text.rsplit_once(':')?;
            let (file, line) = rest.rsplit_once(':')?;
            let column = column.parse::<u64>().ok()?;
            let line = line.parse().ok().filter(|line| *line > 0)?;
            let location = Self { file: file.to_owned(), line, column: (column > 0).then_some(column) };
            location.is_sane().then_some(location)
        };
        read().ok_or_else(|| NotALocation(text.to_owned()))
    }
}

/// The lines around a place, and what git says of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// The file, from the folder it was asked in where it lies below, else absolute. Links are resolved.
    pub path: String,
    /// 1-based line that is meant.
    pub line: u64,
    /// 1-based column as the tool gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u64>,
    /// Number of the first of `lines`.
    pub first: u64,
    /// The lines, without line ends or control characters other than tabs.
    pub lines: Vec<String>,
    /// What git says; `None` outside a work tree, for a file it does not track, or where it could not be asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub git: Option<Tracked>,
}

/// A file that git tracks, against `HEAD`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tracked {
    /// Lines that HEAD does not have.
    pub added: u32,
    /// Lines that only HEAD has.
    pub removed: u32,
    /// The hunk that holds the line, else the nearest, as `git diff` prints it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hunk: Vec<String>,
    /// Whether the line stands inside that hunk.
    #[serde(default)]
    pub here: bool,
    /// Where a patch of the change may be kept: a name beside the file that nothing has yet.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub patch: String,
}

impl Tracked {
    /// Whether the file is not as in HEAD.
    pub fn differs(&self) -> bool {
        self.added + self.removed > 0
    }

    /// What a unified diff of one file against HEAD says, for this line of the file as it is now.
    pub fn from_diff(diff: &str, line: u64) -> Self {
        let mut tracked = Self::default();
        let mut best: Option<(u64, Vec<String>)> = None;
        let mut hunk: Option<(u64, Vec<String>)> = None;
        let keep = |hunk: Option<(u64, Vec<String>)>, best: &mut Option<(u64, Vec<String>)>| {
            if let Some(hunk) = hunk
                && best.as_ref().is_none_or(|best| hunk.0 < best.0)
            {
                *best = Some(hunk);
            }
        };
        for text in diff.lines() {
            if let Some((start, count)) = new_range(text) {
                keep(hunk.take(), &mut best);
                let end = start + count.max(1) - 1;
                let far = start.saturating_sub(line).max(line.saturating_sub(end));
                hunk = Some((far, vec![shown(text)]));
            } else if let Some((_, lines)) = &mut hunk {
                match text.as_bytes().first() {
                    Some(b'+') => tracked.added += 1,
                    Some(b'-') => tracked.removed += 1,
                    _ => {}
                }
                if lines.len() < MOST_HUNK {
                    lines.push(shown(text));
                }
            }
        }
        keep(hunk, &mut best);
        if let Some((far, lines)) = best {
            tracked.here = far == 0;
            tracked.hunk = lines;
        }
        tracked
    }
}

/// Start and length of the new side of `@@ -a,b +c,d @@`.
fn new_range(text: &str) -> Option<(u64, u64)> {
    let new = text.strip_prefix("@@ -")?.split(' ').nth(1)?.strip_prefix('+')?;
    let (start, count) = new.split_once(',').unwrap_or((new, "1"));
    Some((start.parse().ok()?, count.parse().ok()?))
}

/// A line of a file as it may be shown.
fn shown(text: &str) -> String {
    let clean = text.chars().filter(|c| *c == '\t' || !(c.is_control() || is_unseen(*c)));
    clean.take(WIDEST).collect()
}

impl Frame {
    /// The frame in an answer to `source …`. An answer may come out of a foreign recording, so it is cleaned
    /// again and held to the size of a frame.
    pub fn from_answer(answer: &Answer) -> Option<Self> {
        let Answer::Is(json) = answer else { return None };
        let mut frame: Self = serde_json::from_str(json).ok()?;
        let most = usize::try_from(2 * AROUND + 1).ok()?;
        frame.lines.truncate(most);
        let inside = frame.first <= frame.line && frame.line - frame.first < frame.lines.len() as u64;
        let plain = |name: &str| name.len() <= 4096 && !name.chars().any(char::is_control);
        let patch = frame.git.as_ref().map_or("", |git| &git.patch);
        if !inside || frame.first == 0 || !plain(&frame.path) || !plain(patch) {
            return None;
        }
        let hunk = frame.git.iter_mut().flat_map(|git| &mut git.hunk).take(MOST_HUNK);
        for line in frame.lines.iter_mut().chain(hunk) {
            *line = shown(line);
        }
        if let Some(git) = &mut frame.git {
            git.hunk.truncate(MOST_HUNK);
        }
        Some(frame)
    }

    /// The frame around a place of a text; `None` where the text has no such line.
    pub fn around(path: &str, text: &str, location: &Location) -> Option<Self> {
        let first = location.line.saturating_sub(AROUND).max(1);
        let lines: Vec<String> = text
            .lines()
            .skip(usize::try_from(first - 1).ok()?)
            .take(usize::try_from(location.line - first + 1 + AROUND).ok()?)
            .map(shown)
            .collect();
        let reached = first + lines.len() as u64;
        (reached > location.line).then(|| Self {
            path: path.to_owned(),
            line: location.line,
            column: location.column,
            first,
            lines,
            git: None,
        })
    }

    /// The lines with their numbers, tabs as blanks.
    pub fn numbered(&self) -> impl Iterator<Item = (u64, String)> {
        (self.first..).zip(self.lines.iter().map(|line| expand(line)))
    }

    /// How many columns of the (expanded) line stand before the caret; `None` where no column is known.
    ///
    /// Go, Rust and shells count bytes; gcc and clang count what is seen, with tabs to the next eighth.
    pub fn caret(&self) -> Option<usize> {
        let column = usize::try_from(self.column?).ok()?;
        let line = self.lines.get(usize::try_from(self.line.checked_sub(self.first)?).ok()?)?;
        let c_like = ["c", "cc", "cpp", "cxx", "h", "hh", "hpp", "m", "mm", "S", "s"]
            .iter()
            .any(|end| self.path.rsplit_once('.').is_some_and(|(_, found)| found == *end));
        if c_like && line.contains('\t') {
            let stops = widths(line, 8).take_while(|(at, _)| *at < column).count();
            return widths(line, TAB).nth(stops).map(|(at, _)| at - 1);
        }
        let before = line.char_indices().take_while(|(at, _)| at + 1 < column).count();
        let whole = widths(line, TAB).last().map_or(0, |(at, wide)| at - 1 + wide);
        Some(widths(line, TAB).nth(before).map_or(whole, |(at, _)| at - 1))
    }
}

/// How wide a tab is shown.
const TAB: usize = 4;

/// Each character's 1-based column and width, with tabs to the next multiple of `tab`.
fn widths(line: &str, tab: usize) -> impl Iterator<Item = (usize, usize)> {
    let mut at = 0;
    line.chars().map(move |c| {
        let wide = match c {
            '\t' => tab - at % tab,
            _ => unicode_width::UnicodeWidthChar::width(c).unwrap_or(0),
        };
        at += wide;
        (at - wide + 1, wide)
    })
}

fn expand(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    for (c, (_, wide)) in line.chars().zip(widths(line, TAB)) {
        if c == '\t' { out.extend(std::iter::repeat_n(' ', wide)) } else { out.push(c) }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(file: &str, line: u64, column: Option<u64>) -> Location {
        Location { file: file.to_owned(), line, column }
    }

    #[test]
    fn a_place_is_read_as_it_is_written() {
        for place in [at("pkg/a.go", 7, Some(3)), at("a b:c.sh", 1, None)] {
            assert_eq!(place.to_string().parse::<Location>().as_ref(), Ok(&place));
        }
        for text in ["", "a.go", "a.go:0:1", "a.go:1", "-x:1:1", "<stdin>:1:1", "a\u{1b}.go:1:1", ":1:1"] {
            assert!(text.parse::<Location>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn the_line_is_read_behind_the_name_where_no_capture_holds_it() {
        for (file, text, expected) in [
            ("a.sh", "a.sh: line 4: syntax error near unexpected token `)'", Some((4, None))),
            ("./a.sh", "./a.sh: 12: Syntax error: \"(\" unexpected", Some((12, None))),
            ("a.sh", "a.sh:行3: 未预期的记号 \"fi\" 附近有语法错误", Some((3, None))),
            ("a.sh", "a.sh: 第 3 行：未预期的记号", Some((3, None))),
            ("Makefile", "Makefile:7: *** missing separator.  Stop.", Some((7, None))),
            ("a.c", "In a.c, a.c:7:9: error: x", Some((7, Some(9)))),
            ("a.c", "a.c: No such file or directory", None),
            ("a.c", "a.c:0: x", None),
            ("a.c", "other text", None),
        ] {
            assert_eq!(after(file, text), expected, "{text}");
        }
    }

    #[test]
    fn the_frame_holds_the_line_or_is_none() {
        let text = "one\ntwo\nthree\nfour\nfive\nsix\nseven\n";
        let frame = |line| Frame::around("f", text, &at("f", line, None));
        assert_eq!(frame(1).map(|frame| (frame.first, frame.lines.len())), Some((1, 4)));
        assert_eq!(frame(5).map(|frame| (frame.first, frame.lines.len())), Some((2, 6)));
        assert_eq!(frame(7).map(|frame| (frame.first, frame.lines.len())), Some((4, 4)));
        assert_eq!(frame(8), None);
    }

    #[test]
    fn the_caret_stands_where_the_tool_means() {
        for (path, line, column, expected) in [
            ("a.go", "\tx := 1", 2, "    ^"),
            ("a.go", "\t\"ü\" y", 7, "        ^"),
            ("a.go", "x", 40, " ^"),
            ("a.c", "\tint x y;", 15, "          ^"),
            ("a.c", "int x y;", 7, "      ^"),
            ("a.sh", "如果 x", 8, "     ^"),
        ] {
            let frame = Frame::around(path, line, &at(path, 1, Some(column))).expect("a line");
            let caret = " ".repeat(frame.caret().expect("a column")) + "^";
            assert_eq!(caret, expected, "{path} {line:?} {column}");
        }
    }

    #[test]
    fn hostile_lines_lose_what_steers_a_terminal() {
        let frame = Frame::around("a", "a\u{1b}[2Jb\u{202e}c\u{9b}d", &at("a", 1, None)).expect("a line");
        assert_eq!(frame.lines, ["a[2Jbcd"]);
    }

    #[test]
    fn a_recorded_answer_is_held_to_what_a_frame_may_be() {
        let frame = Frame::around("a", "x\ny\n", &at("a", 2, Some(1))).expect("a line");
        let json = serde_json::to_string(&frame).expect("JSON");
        assert_eq!(Frame::from_answer(&Answer::Is(json.clone())), Some(frame));
        for bad in [
            json.replace("\"line\":2", "\"line\":9"),
            json.replace("\"first\":1", "\"first\":0"),
            json.replace("\"path\":\"a\"", "\"path\":\"a\\u001b\""),
            "{}".to_owned(),
        ] {
            assert_eq!(Frame::from_answer(&Answer::Is(bad.clone())), None, "{bad}");
        }
        let steered = Frame::from_answer(&Answer::Is(json.replace("\"x\"", "\"\\u001b[2Jx\"")));
        assert_eq!(steered.expect("a frame").lines[0], "[2Jx");
        assert_eq!(Frame::from_answer(&Answer::Absent), None);
    }

    #[test]
    fn the_hunk_nearest_to_the_line_is_kept() {
        let diff = "diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1,2 +1,3 @@\n a\n+b\n c\n@@ -40,3 +41,2 @@ fn\n x\n-y\n z\n\\ No newline at end of file\n";
        let near = Tracked::from_diff(diff, 2);
        assert_eq!((near.added, near.removed, near.here), (1, 1, true));
        assert_eq!(near.hunk[0], "@@ -1,2 +1,3 @@");
        let far = Tracked::from_diff(diff, 39);
        assert_eq!((far.here, far.hunk[0].as_str()), (false, "@@ -40,3 +41,2 @@ fn"));
        assert!(!Tracked::from_diff("", 1).differs());
    }
}
