//! Bad files give placed problems, never a panic, and not only the first.

use proptest::prelude::*;
use serde::Deserialize;

use super::*;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "only the shape matters")]
struct Shelf {
    name: String,
    #[serde(default)]
    books: Vec<Book>,
    #[serde(default)]
    open: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "only the shape matters")]
struct Book {
    title: String,
    #[serde(default)]
    pages: u32,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    more: Vec<Shelf>,
}

fn told(text: &str) -> Vec<String> {
    parse_all::<Shelf>("f", text).1.iter().map(|problem| problem.text(crate::locale::Lang::En)).collect()
}

#[test]
fn one_problem_each_with_its_place_and_what_was_expected() {
    for (text, want) in [
        ("", "f:1:1: holds nothing: expected a YAML mapping of `key: value` lines"),
        ("# only words\n", "f:2:1: holds nothing: expected a YAML mapping of `key: value` lines"),
        ("- a\n", "f:1:1: expected a mapping (`key: value` lines, or `{key: value}`)"),
        ("name: [a]\n", "f:1:7: expected one text"),
        ("name: a\nbooks: 3\n", "f:2:8: expected a list (`- item` lines, or `[a, b]`)"),
        ("name: a\nopen: perhaps\n", "f:2:7: expected `true` or `false`"),
        ("name: a\nbooks:\n- title: t\n  pages: -4\n", "f:4:10: expected a whole number, not negative"),
        ("name: a\nname: b\n", "f:2:1: `name` stands twice in this mapping: expected it once"),
        ("open: true\n", "f:1:1: the field `name` is missing here"),
        ("name: *nobody\n", "f:1:7: this alias names no anchor: expected `&NAME` before `*NAME`"),
        (
            "name: a\nbook: []\n",
            "f:2:1: unknown field `book`; did you mean `books`? (expected `name`, `books` or `open`)",
        ),
    ] {
        assert_eq!(told(text), [want], "{text:?}");
    }
}

#[test]
fn several_problems_come_at_once() {
    let text = "\
name: a
colour: red
books:
- titel: t
  pages: 3
- title: u
  pages: many
  tags: none
- pages: 3
- {title: v, page: 3}
open: perhaps
";
    let told = told(text);
    let places: Vec<&str> = told.iter().map(|line| line.split(": ").next().unwrap()).collect();
    assert_eq!(places, ["f:2:1", "f:4:3", "f:7:10", "f:8:9", "f:9:3", "f:10:14", "f:11:7"], "{told:#?}");
}

#[test]
fn what_follows_from_a_fault_is_not_told() {
    for (text, want) in [
        // A needed field of the wrong type, in a list item and one level up.
        ("name: a\nbooks:\n- title: [x]\n  pages: 3\n- {title: b, pages: x}\n", &["f:3:10", "f:5:21"][..]),
        ("name: {a: b}\nopen: true\ncolour: red\n", &["f:1:7", "f:3:1"]),
        // A misspelt one, where the rest has faults of its own.
        ("nmae: a\nbooks:\n- titel: t\n  page: 3\n  tags: none\n", &["f:1:1", "f:3:3", "f:4:3", "f:5:9"]),
        // A flow collection is left out whole.
        ("name: a\nbooks:\n- {titel: t, pages: x}\n- title: 3\n  pages: x\n", &["f:3:4", "f:5:10"]),
    ] {
        let told = told(text);
        let places: Vec<&str> = told.iter().map(|line| line.split(": ").next().unwrap()).collect();
        assert_eq!(places, want, "{text}{told:#?}");
    }
}

#[test]
fn a_misspelt_field_does_not_hide_the_rest() {
    let (shelf, problems) = parse_all::<Shelf>("f", "nmae: a\nbooks:\n- titel: t\n");
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(shelf.is_some_and(|shelf| shelf.name == "a" && shelf.books[0].title == "t"));
}

#[test]
fn a_value_comes_along_where_only_unknown_fields_were_in_the_way() {
    let (shelf, problems) = parse_all::<Shelf>("f", "name: a\ncolour: |\n  red\n  green\nopen: true\n");
    assert_eq!(problems.len(), 1);
    assert!(shelf.is_some_and(|shelf| shelf.open && shelf.name == "a"));
    let (shelf, problems) = parse_all::<Shelf>("f", "name: a\nopen: perhaps\n");
    assert!(shelf.is_none() && problems.len() == 1);
}

#[test]
fn values_are_found_by_their_path() {
    let text = "name: a\nbooks:\n- title: t\n  tags: [x, y]\n-\n  title: |\n    one\n    {{two}}\n";
    let places = Places::of("f", text);
    for (path, want) in [
        ("name", "f:1:1: x"),
        ("books.0", "f:3:3: x"),
        ("books.0.tags", "f:4:3: x"),
        ("books.0.tags.1", "f:4:13: x"),
        ("books.1.title", "f:6:3: x"),
        ("books.1.pages", "f:6:3: x"),
        ("nowhere", "f:1:1: x"),
    ] {
        assert_eq!(places.problem(path, Text::verbatim("x")).text(Lang::En), want, "{path}");
    }
    assert_eq!(
        places.problem_with("books.1.title", "{{two}}", Text::verbatim("x")).text(Lang::En),
        "f:8:5: x"
    );
}

#[test]
fn bombs_and_pits_are_refused() {
    let mut bomb = "name: a\nbooks:\n- title: t\n  tags: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
    bomb.push_str("  more:\n  - name: n\n    books: &b0\n    - {title: t, tags: *a0}\n");
    for i in 1..9 {
        let one = format!("{{name: n, books: *b{}}}", i - 1);
        let eight = [one.as_str(); 8].join(",");
        let more = [
            format!("- title: t\n  more: &m{i} [{eight}]\n"),
            format!("- title: t\n  more:\n  - name: n\n    books: &b{i}\n    - {{title: t, more: *m{i}}}\n"),
        ];
        bomb += &more.concat();
    }
    let pit = format!("name: a\nbooks: {}", "[{title: t, more: [{name: n, books: ".repeat(3000));
    let brackets = "[".repeat(100_000);
    let large = format!("name: {}\n", "x".repeat(MOST_BYTES));
    let binary: String = (0..4000_u32).map(|i| char::from_u32(i % 255).unwrap_or('x')).collect();
    for text in [&bomb, &pit, &brackets, &large, &binary, "a\0b", "\u{feff}", "---\n---\n", "? [", "!!x"] {
        let (value, problems) = parse_all::<Shelf>("f", text);
        assert!(value.is_none() && !problems.is_empty(), "{:?}", text.chars().take(40).collect::<String>());
        assert!(problems.iter().all(|problem| !problem.message.en.contains('\n')));
    }
}

proptest! {
    #[test]
    fn any_text_ends_in_a_value_or_problems(text in "[a-z:\\-\\[\\]{},&*!|># \n\"'0-9]{0,200}") {
        let (value, problems) = parse_all::<Shelf>("f", &text);
        prop_assert!(value.is_some() || !problems.is_empty());
        prop_assert!(problems.len() <= MOST_PROBLEMS);
    }

    #[test]
    fn any_line_of_a_good_file_may_be_spoilt(line in 0_usize..9, with in "[ -~]{0,20}") {
        let good = "name: a\nbooks:\n- title: t\n  pages: 3\n  tags: [a, b]\n  more:\n  - name: n\n    open: true\nopen: false\n";
        let spoilt: Vec<&str> =
            good.lines().enumerate().map(|(at, text)| if at == line { with.as_str() } else { text }).collect();
        let _ = parse_all::<Shelf>("f", &spoilt.join("\n"));
    }
}
