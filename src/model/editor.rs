//! A text of one or more lines while the user writes it: a command before it runs, a script, a reason.

use tui_input::{Input as Line, InputRequest};

/// The text and where the cursor stands in it.
#[derive(Debug, Clone, Default)]
pub struct Editor {
    above: Vec<String>,
    line: Line,
    below: Vec<String>,
}

impl PartialEq for Editor {
    fn eq(&self, other: &Self) -> bool {
        (self.text(), self.place()) == (other.text(), other.place())
    }
}

/// Puts a text into a line, at its cursor.
pub(super) fn insert(line: &mut Line, text: &str) {
    let cursor = line.cursor();
    let at = line.value().char_indices().nth(cursor).map_or(line.value().len(), |(at, _)| at);
    let (before, after) = line.value().split_at(at);
    *line = Line::new([before, text, after].concat()).with_cursor(cursor + text.chars().count());
}

impl Editor {
    /// A text to change, the cursor at its beginning; at the end of a text of one line.
    pub fn new(text: &str) -> Self {
        let mut lines = text.trim_end_matches('\n').split('\n').map(str::to_owned);
        let first = lines.next().unwrap_or_default();
        let below: Vec<String> = lines.rev().collect();
        let mut line = Line::new(first);
        if !below.is_empty() {
            line.handle(InputRequest::GoToStart);
        }
        Self { above: Vec::new(), line, below }
    }

    /// The text as it is now.
    pub fn text(&self) -> String {
        self.lines().collect::<Vec<_>>().join("\n")
    }

    /// Its lines.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        let above = self.above.iter().map(String::as_str);
        above.chain([self.line.value()]).chain(self.below.iter().rev().map(String::as_str))
    }

    /// The line and the character that the cursor is at, from 0.
    pub fn place(&self) -> (usize, usize) {
        (self.above.len(), self.line.cursor())
    }

    /// Takes an edit of the cursor's line; at its edges the next one is joined.
    pub fn edit(&mut self, request: InputRequest) {
        let at_start = self.line.cursor() == 0;
        let at_end = self.line.cursor() == self.line.value().chars().count();
        match request {
            InputRequest::DeletePrevChar if at_start => {
                if let Some(before) = self.above.pop() {
                    let cursor = before.chars().count();
                    let joined = format!("{before}{}", self.line.value());
                    self.line = Line::new(joined).with_cursor(cursor);
                }
            }
            InputRequest::DeleteNextChar if at_end => {
                if let Some(after) = self.below.pop() {
                    let cursor = self.line.cursor();
                    self.line = Line::new(format!("{}{after}", self.line.value())).with_cursor(cursor);
                }
            }
            InputRequest::GoToPrevChar if at_start && !self.above.is_empty() => {
                self.up();
                self.line.handle(InputRequest::GoToEnd);
            }
            InputRequest::GoToNextChar if at_end && !self.below.is_empty() => {
                self.down();
                self.line.handle(InputRequest::GoToStart);
            }
            request => {
                self.line.handle(request);
            }
        }
    }

    /// Puts a text in at the cursor, with its lines where several may stand.
    pub fn paste(&mut self, text: &str, lines: bool) {
        for (at, part) in text.replace("\r\n", "\n").split(['\n', '\r']).enumerate() {
            if at > 0 && lines {
                self.new_line();
            }
            insert(&mut self.line, &part.replace(char::is_control, ""));
        }
    }

    /// Breaks the line at the cursor.
    pub fn new_line(&mut self) {
        let before: String = self.line.value().chars().take(self.line.cursor()).collect();
        let after: String = self.line.value().chars().skip(self.line.cursor()).collect();
        self.above.push(before);
        self.line = Line::new(after).with_cursor(0);
    }

    /// One line up.
    pub fn up(&mut self) {
        if let Some(line) = self.above.pop() {
            let left = self.put(line);
            self.below.push(left);
        }
    }

    /// One line down.
    pub fn down(&mut self) {
        if let Some(line) = self.below.pop() {
            let left = self.put(line);
            self.above.push(left);
        }
    }

    /// Puts the cursor into this line, at the column where it is; answers the line that it left.
    fn put(&mut self, line: String) -> String {
        let cursor = self.line.cursor();
        let left = self.line.value().to_owned();
        self.line = Line::new(line).with_cursor(cursor);
        left
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(editor: &mut Editor, text: &str) {
        for ch in text.chars() {
            if ch == '\n' { editor.new_line() } else { editor.edit(InputRequest::InsertChar(ch)) }
        }
    }

    #[test]
    fn a_paste_comes_in_at_the_cursor_and_is_text_all_of_it() {
        let mut editor = Editor::new("go build");
        editor.edit(InputRequest::GoToPrevWord);
        editor.paste("vet\r\nmake\rx\u{1b}y ", true);
        assert_eq!(editor.text(), "go vet\nmake\nxy build");
        assert_eq!(editor.place(), (2, 3));
        let mut editor = Editor::new("因为");
        editor.paste("它\n坏了", false);
        assert_eq!((editor.text().as_str(), editor.place()), ("因为它坏了", (0, 5)));
    }

    #[test]
    fn lines_are_broken_joined_and_walked_through() {
        let mut editor = Editor::new("make\nmake install\n");
        assert_eq!((editor.text().as_str(), editor.place()), ("make\nmake install", (0, 0)));
        editor.edit(InputRequest::GoToEnd);
        written(&mut editor, " -j2\ntrue");
        assert_eq!(editor.text(), "make -j2\ntrue\nmake install");
        editor.up();
        assert_eq!(editor.place(), (0, 4));
        editor.edit(InputRequest::GoToEnd);
        editor.edit(InputRequest::DeleteNextChar);
        assert_eq!((editor.text().as_str(), editor.place()), ("make -j2true\nmake install", (0, 8)));
        editor.down();
        editor.edit(InputRequest::GoToStart);
        editor.edit(InputRequest::DeletePrevChar);
        assert_eq!(editor.text(), "make -j2truemake install");
    }

    #[test]
    fn arrows_go_on_in_the_next_line_and_a_short_line_holds_the_cursor() {
        let mut editor = Editor::new("longer\nab");
        editor.edit(InputRequest::GoToEnd);
        editor.down();
        assert_eq!(editor.place(), (1, 2));
        editor.edit(InputRequest::GoToNextChar);
        assert_eq!(editor.place(), (1, 2), "the end is the end");
        editor.edit(InputRequest::GoToStart);
        editor.edit(InputRequest::GoToPrevChar);
        assert_eq!(editor.place(), (0, 6));
        editor.edit(InputRequest::GoToNextChar);
        assert_eq!(editor.place(), (1, 0));
    }

    #[test]
    fn a_text_of_one_line_is_gone_on_with_at_its_end() {
        let mut editor = Editor::new("编译");
        written(&mut editor, "！");
        assert_eq!((editor.text().as_str(), editor.place()), ("编译！", (0, 3)));
    }
}
