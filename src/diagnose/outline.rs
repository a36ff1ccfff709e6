//! Where each rule stands in the text of a rule file.
//!
//! Cuts a file into its rules by indentation, so that one of them can be decoded without the others: a broken
//! one hides no other, and of the shipped ones only those are decoded that are needed.

/// One entry under `rules:`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Item<'a> {
    /// Lines before it.
    pub(crate) before: usize,
    pub(crate) text: &'a str,
}

impl Item<'_> {
    /// The entry alone, on its own lines.
    pub(crate) fn alone(&self) -> String {
        "\n".repeat(self.before) + self.text
    }
}

/// The entries under `rules:`.
pub(crate) fn items(text: &str) -> Vec<Item<'_>> {
    let mut items: Vec<Item<'_>> = Vec::new();
    let mut indent = None;
    let mut inside = false;
    let mut start = 0;
    let mut end = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let at = end;
        end += line.len();
        if !inside {
            inside = line.trim_end() == "rules:";
            continue;
        }
        let body = line.trim_start_matches(' ');
        let depth = line.len() - body.len();
        if body.starts_with("- ") && indent.is_none_or(|indent| indent == depth) {
            indent = Some(depth);
            start = at;
            items.push(Item { before: number, text: "" });
        } else if depth == 0 && !body.trim_end().is_empty() && !body.starts_with('#') {
            break;
        }
        if let Some(item) = items.last_mut() {
            item.text = &text[start..end];
        }
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_cut_apart() {
        let text = "family: x\nrules:\n  - id: x.a\n    patterns:\n      - a\n\n  # why\n  - id: x.b\n    defaults: &d {}\nmore: 1\n";
        let items = items(text);
        assert_eq!(items.iter().map(|item| item.before).collect::<Vec<_>>(), [2, 7]);
        assert_eq!(items[1].alone(), "\n\n\n\n\n\n\n  - id: x.b\n    defaults: &d {}\n");
    }
}
