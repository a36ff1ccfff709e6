//! Did you mean…? The known word that a misspelt one is closest to.

use crate::locale::{Lang, Text, both};

/// The candidate nearest to `word`, where one is near enough to be meant.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let most = match word.chars().count() {
        0..=2 => 1,
        3..=5 => 2,
        _ => 3,
    };
    candidates
        .into_iter()
        .filter(|candidate| !candidate.is_empty() && *candidate != word)
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(far, candidate)| *far <= most && *far < candidate.chars().count())
        .min_by_key(|(far, _)| *far)
        .map(|(_, candidate)| candidate)
}

/// `; did you mean …?` for messages, empty where nothing is near.
pub fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Text {
    nearest(word, candidates)
        .map_or_else(Text::default, |near| both!("; did you mean `{near}`?", "；是否指 `{near}`？"))
}

/// Names for a message: `a, b or c`, each in backticks, a long list cut.
pub fn one_of<'a>(names: impl IntoIterator<Item = &'a str>) -> Text {
    listed(names, |lang| lang.pick(" or ", " 或 "))
}

/// The same where all of them are meant.
pub fn all_of<'a>(names: impl IntoIterator<Item = &'a str>) -> Text {
    listed(names, |lang| lang.pick(" and ", " 和 "))
}

fn listed<'a>(names: impl IntoIterator<Item = &'a str>, joint: fn(Lang) -> &'static str) -> Text {
    const MOST: usize = 24;
    let names: Vec<&str> = names.into_iter().collect();
    Text::each(|lang| {
        let shown = |name: &&str| {
            if name.is_empty() {
                lang.pick("an empty value", "空值").to_owned()
            } else {
                format!("`{name}`")
            }
        };
        let mut names: Vec<String> = names.iter().map(shown).collect();
        if names.len() > MOST {
            let more = names.len() - MOST;
            names.truncate(MOST);
            names.push(both!("{more} more", "其余 {more} 个").pick(lang).to_owned());
        }
        let last = names.pop();
        match (names.is_empty(), last) {
            (_, None) => lang.pick("nothing, since there is none", "无可选项").to_owned(),
            (true, Some(last)) => last,
            (false, Some(last)) => format!("{}{}{last}", names.join(lang.pick(", ", "、")), joint(lang)),
        }
    })
}

/// Edit distance with neighbours swapped counted as one (optimal string alignment), case ignored.
fn distance(a: &str, b: &str) -> usize {
    // Names are short; a long word from a hostile file is cut so that the table stays small.
    let letters = |text: &str| text.chars().take(64).flat_map(char::to_lowercase).collect::<Vec<_>>();
    let (a, b) = (letters(a), letters(b));
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let cost = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (above[j] + 1).min(row[j - 1] + 1).min(above[j - 1] + cost);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before[j - 2] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misspelt_words_find_what_was_meant() {
        for (word, meant) in [
            ("donwload", Some("download")),
            ("biuld", Some("build")),
            ("packge-cli", Some("package-cli")),
            ("Build", Some("build")),
            ("zebra", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, ["download", "build", "package-cli"]), meant, "{word}");
        }
    }

    #[test]
    fn lists_read_like_prose() {
        assert_eq!(one_of([]), both!("nothing, since there is none", "无可选项"));
        assert_eq!(one_of(["", "1"]), both!("an empty value or `1`", "空值 或 `1`"));
        assert_eq!(one_of(["a"]), Text::verbatim("`a`"));
        assert_eq!(one_of(["a", "b", "c"]), both!("`a`, `b` or `c`", "`a`、`b` 或 `c`"));
        assert_eq!(all_of(["a", "b"]).zh, "`a` 和 `b`");
    }
}
