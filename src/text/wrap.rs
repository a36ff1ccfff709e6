//! Text into lines of some width: between words, and anywhere in Chinese.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Marks that may not begin a line.
const CLOSING: &str = "。，、；：？！）】」』》”’…,.;:?!)]}";
/// Marks that may not end one.
const OPENING: &str = "（【「『《“‘([{";

/// Breaks a text into lines of at most `width` columns; line ends of the text stay.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(2);
    text.trim_end().split('\n').flat_map(|paragraph| wrap_one(paragraph, width)).collect()
}

fn wrap_one(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    // Where the line may be broken: bytes of it that stay.
    let mut chance: Option<usize> = None;
    let mut before = "";
    for grapheme in text.graphemes(true) {
        let wide = grapheme.width();
        if may_break(before, grapheme) && !line.is_empty() {
            chance = Some(line.len());
        }
        while used + wide > width && !line.is_empty() && !grapheme.trim().is_empty() {
            // What would not fit even on a line of its own is broken anywhere.
            let keep = chance.take().unwrap_or(line.len());
            let rest = line.split_off(keep).trim_start().to_owned();
            lines.push(std::mem::replace(&mut line, rest).trim_end().to_owned());
            used = line.width();
        }
        before = grapheme;
        if line.is_empty() && !lines.is_empty() && grapheme.trim().is_empty() {
            continue;
        }
        line.push_str(grapheme);
        used += wide;
    }
    lines.push(line.trim_end().to_owned());
    lines
}

/// Whether a line may be broken between two graphemes.
fn may_break(before: &str, after: &str) -> bool {
    if CLOSING.contains(after) || OPENING.contains(before) || before.is_empty() {
        return false;
    }
    before == " " || before.width() > 1 || after.width() > 1
}

/// As much of a text as fits, `cut` at its end where something is missing.
pub fn fit(text: &str, width: usize, cut: &str) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut fitted = String::new();
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        let wide = grapheme.width();
        if used + wide + cut.width() > width {
            break;
        }
        fitted.push_str(grapheme);
        used += wide;
    }
    if width >= cut.width() {
        fitted.push_str(cut);
    }
    fitted
}

/// The end of a text, `cut` before it where something is missing.
pub fn fit_end(text: &str, width: usize, cut: &str) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut start = text.len();
    let mut used = cut.width();
    for (at, grapheme) in text.grapheme_indices(true).rev() {
        if used + grapheme.width() > width {
            break;
        }
        used += grapheme.width();
        start = at;
    }
    format!("{cut}{}", &text[start..])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn breaks_between_words_and_within_chinese() {
        assert_eq!(wrap("the quick brown fox", 10), ["the quick", "brown fox"]);
        assert_eq!(wrap("a\n\nb", 10), ["a", "", "b"]);
        assert_eq!(wrap("abcdefghijkl", 5), ["abcde", "fghij", "kl"]);
        assert_eq!(wrap("安装缺少的软件包", 8), ["安装缺少", "的软件包"]);
        assert_eq!(wrap("缺少头文件，请安装。", 10), ["缺少头文", "件，请安", "装。"]);
        assert_eq!(wrap("运行 yq 时失败", 8), ["运行 yq", "时失败"]);
    }

    #[test]
    fn cuts_by_columns() {
        assert_eq!(fit("abcdef", 4, "…"), "abc…");
        assert_eq!(fit("中文字符", 5, "…"), "中文…");
        assert_eq!(fit("abc", 3, "…"), "abc");
        assert_eq!(fit_end("/a/long/path", 6, "…"), "…/path");
    }

    proptest! {
        #[test]
        fn lines_fit_and_no_word_is_lost(text in "[a-z中，。 ]{0,80}", width in 4usize..30) {
            let lines = wrap(&text, width);
            for line in &lines {
                prop_assert!(line.width() <= width, "{line:?} is wider than {width}");
            }
            let squeeze = |text: &str| text.split_whitespace().collect::<String>();
            prop_assert_eq!(squeeze(&lines.concat()), squeeze(&text));
        }
    }
}
