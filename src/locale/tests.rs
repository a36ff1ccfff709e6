//! The choice of language, and the texts against their names and their use.
#![expect(clippy::disallowed_methods, reason = "reads the sources to see which texts they use")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use fluent_bundle::FluentResource;
use regex::Regex;

use super::texts::{files, id};
use super::ui::{Say, Tell};
use super::*;

#[test]
fn first_non_empty_variable_decides() {
    assert_eq!(Lang::from_locale(["", "zh_CN.UTF-8", "C"]), Lang::Zh);
    assert_eq!(Lang::from_locale(["C", "zh_CN.UTF-8"]), Lang::En);
    assert_eq!(Lang::from_locale([]), Lang::En);
}

#[test]
fn a_folded_chinese_text_has_no_blanks_where_its_lines_broke() {
    let text = "en: >-\n  a\n  b\nzh: >-\n  用 `go build`（本机）、\n  打包，见\n  说明 A\n  与 B。\n  完\n";
    let text: Text = crate::yaml::parse("f", text).unwrap();
    assert_eq!(
        (text.en.as_str(), text.zh.as_str()),
        ("a b", "用 `go build`（本机）、打包，见说明 A 与 B。完")
    );
}

#[test]
fn values_are_put_in_once_and_never_read_as_placeholders() {
    let said = Tell::AskRetry { fix: "{ $stage }", stage: "build" }.text(Lang::En);
    assert_eq!(said, "{ $stage }. Run “build” again?");
}

#[test]
fn numbers_choose_the_form_and_are_grouped() {
    let lines = |count| Tell::Lines { count }.text(Lang::En);
    assert_eq!([lines(1), lines(0), lines(20_123_456)], ["1 line", "0 lines", "20,123,456 lines"]);
    assert_eq!(Tell::Lines { count: 1 }.text(Lang::Zh), "1 行");
}

/// Message ids of a language with the names of the values that each uses.
fn messages(lang: Lang) -> BTreeMap<String, BTreeSet<String>> {
    let start = Regex::new(r"^([a-z][a-z0-9-]*) *=").unwrap();
    let value = Regex::new(r"\$([a-z]+)").unwrap();
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, text) in files(lang) {
        if let Err((_, errors)) = FluentResource::try_new((*text).to_owned()) {
            panic!("{name}: {errors:?}");
        }
        let mut at = String::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            if let Some(message) = start.captures(line) {
                at = message[1].to_owned();
                let before = found.insert(at.clone(), BTreeSet::new());
                assert!(before.is_none(), "{name}: `{at}` is there twice");
            }
            let values = value.captures_iter(line).map(|value| value[1].to_owned());
            if let Some(message) = found.get_mut(&at) {
                message.extend(values);
            }
        }
    }
    found
}

#[test]
fn every_message_has_a_name_and_every_name_a_message_with_its_values_in_both_languages() {
    let fixed = Say::ALL.iter().map(|say| (id(say.name()), BTreeSet::new()));
    let told = Tell::ALL.iter().map(|(name, values)| {
        (id(name), values.iter().map(|value| (*value).to_owned()).collect::<BTreeSet<_>>())
    });
    let declared: BTreeMap<String, BTreeSet<String>> = fixed.chain(told).collect();
    assert_eq!(declared.len(), Say::ALL.len() + Tell::ALL.len(), "a name is there twice");
    for lang in Lang::ALL {
        let written = messages(lang);
        let tag = lang.tag();
        for (id, values) in &declared {
            assert_eq!(written.get(id), Some(values), "{tag}: {id}");
        }
        for id in written.keys() {
            assert!(declared.contains_key(id), "{tag}: nothing is called `{id}`");
        }
    }
    for say in Say::ALL {
        for lang in Lang::ALL {
            assert!(!say.text(lang).trim().is_empty(), "{say:?} {lang:?}");
        }
    }
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

#[test]
fn every_text_is_used() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let name = Regex::new(r"\b(?:Say|Tell)::(\w+)").unwrap();
    let mut used = BTreeSet::new();
    for path in sources(&folder).iter().filter(|path| !path.starts_with(folder.join("locale"))) {
        let text = std::fs::read_to_string(path).unwrap();
        used.extend(name.captures_iter(&text).map(|found| found[1].to_owned()));
    }
    let names = Say::ALL.iter().map(|say| say.name()).chain(Tell::ALL.iter().map(|(name, _)| *name));
    let unused: Vec<&str> = names.filter(|name| !used.contains(*name)).collect();
    assert!(unused.is_empty(), "nothing shows {unused:?}");
}

/// What is set in half-width marks in a Chinese text, and a reader would stumble over.
struct Stumbles {
    /// Code stays as it is typed, a value stands for a word, and who speaks, and where, is said as every program says it:
    /// all of these count as words.
    words: Regex,
    marks: Vec<Regex>,
}

impl Stumbles {
    fn new() -> Self {
        let han = r"[\p{Han}\u3000-\u303f\uff00-\uffef]";
        let words = r#"`[^`]*`|"[^"]*"|^ktui: |\{ \$file \}:\{ \$line \}(:1)?: |\{ \$[a-z]+ \}"#;
        let marks = [
            format!(r"{han} ?[,;!?]"),
            format!(r"[,;:!?] ?{han}"),
            format!(r"{han}:($|\s)"),
            r"[,;:?](\s|$)".to_owned(),
            format!(r"{han} ?[()]|[()] ?{han}"),
            format!(r"{han}\.(\s|$)"),
            r"\.\.\.".to_owned(),
        ];
        let regex = |text: &String| Regex::new(text).unwrap();
        Self { words: Regex::new(words).unwrap(), marks: marks.iter().map(regex).collect() }
    }

    fn of(&self, text: &str) -> Vec<String> {
        let text = self.words.replace_all(text, "词");
        let found = |mark: &Regex| mark.find(&text).map(|found| found.as_str().to_owned());
        // `ssh:主机`, `主机:端口`: what is written between code words is code.
        let is_code = |found: &str| found.contains(':') && !found.contains(' ') && !found.ends_with(':');
        self.marks.iter().filter_map(found).filter(|found| !is_code(found)).collect()
    }
}

#[test]
fn chinese_texts_have_full_width_punctuation() {
    let stumbles = Stumbles::new();
    for (text, whole) in [
        ("第 3 行，阶段 build：失败（退出码 2）。", true),
        ("`ktui replay LOG: x` 可再次查看。", true),
        ("跳转到行（1200、+50）、时间（1:02:30）", true),
        ("ssh:主机、主机:端口", true),
        ("找不到命令: yq", false),
        ("{ $what }: { $why }", false),
        ("失败, 请重试", false),
        ("失败(退出码 2)", false),
        ("已完成.", false),
        ("继续?", false),
        ("正在查找...", false),
    ] {
        assert_eq!(stumbles.of(text).is_empty(), whole, "{text}: {:?}", stumbles.of(text));
    }
    let message = Regex::new(r"^(?:[a-z][a-z0-9-]* *=|   *(?:\*?\[[a-z]+\])?)(.*)$").unwrap();
    let mut wrong = Vec::new();
    for (name, text) in files(Lang::Zh) {
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
            let Some(said) = message.captures(line) else { continue };
            let found = stumbles.of(said[1].trim());
            if !found.is_empty() {
                wrong.push(format!("{name}:{}: {found:?} in {line}", number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
