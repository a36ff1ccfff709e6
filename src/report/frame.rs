//! The source around a place, as lines of text with a caret.

use crate::diagnose::source::Frame;

/// The lines with their numbers, the one that is meant marked, the caret below it.
pub fn render(frame: &Frame) -> String {
    rows(frame).map(|(text, _)| text).collect::<Vec<_>>().join("\n")
}

/// The same as rows, each with whether it belongs to the line that is meant.
pub(super) fn rows(frame: &Frame) -> impl Iterator<Item = (String, bool)> {
    let last = frame.first + frame.lines.len() as u64;
    let wide = last.to_string().len().max(2);
    let place = match frame.column {
        Some(column) => format!("{}:{}:{column}", super::one_line(&frame.path), frame.line),
        None => format!("{}:{}", super::one_line(&frame.path), frame.line),
    };
    let head = (format!("{:wide$}--> {place}", ""), false);
    let body = frame.numbered().flat_map(move |(number, line)| {
        let here = number == frame.line;
        let mark = if here { '>' } else { ' ' };
        let text = (format!("{mark}{number:>wide$} | {line}").trim_end().to_owned(), here);
        let caret = frame.caret().filter(|_| here);
        let caret = caret.map(|before| (format!(" {:wide$} | {:before$}^", "", ""), true));
        std::iter::once(text).chain(caret)
    });
    std::iter::once(head).chain(body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::specimen;

    #[test]
    fn the_caret_stands_below_what_is_meant() {
        insta::assert_snapshot!(render(&specimen::frame()));
    }
}
