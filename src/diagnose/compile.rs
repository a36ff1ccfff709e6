//! Rule files into one rule base.
//!
//! Owns loading: every file and every rule that can be used is used, and everything wrong is reported at once.
//! Whether the rules are any good is `lint`'s question.

use std::collections::HashMap;

use crate::yaml::{self, Problem};

use super::context::TELLING;
use super::literals;
use super::matcher::{Needles, Target};
use super::pattern::{self, Pattern};
use super::rule::{Family, Rule, Side};
use super::test_block;

/// All rules, ready to match.
#[derive(Debug, Default)]
pub struct RuleBase {
    rules: Vec<Compiled>,
    by_id: HashMap<String, usize>,
    /// Every pattern of every rule.
    patterns: Vec<Owned>,
    needles: Needles,
}

/// A rule and what is made of it.
#[derive(Debug)]
pub struct Compiled {
    /// The rule as written.
    pub rule: Rule,
    /// The file it comes from.
    pub file: String,
    pub(super) near: Vec<Pattern>,
    pub(super) unless: Vec<Pattern>,
    pub(super) facts: Vec<Pattern>,
}

/// A pattern and the rule it belongs to.
#[derive(Debug)]
pub(super) struct Owned {
    pub(super) rule: usize,
    pub(super) pattern: Pattern,
}

/// The file of package names lies in the same folder and is no family.
const NO_FAMILY: &str = "packages";

impl RuleBase {
    /// Loads files of `(name, text)`; a later file's rule replaces an earlier one of the same id. What cannot
    /// be used is left out and reported.
    pub fn load(files: &[(String, String)]) -> (Self, Vec<Problem>) {
        let mut problems = Vec::new();
        let mut rules: Vec<(String, Rule)> = Vec::new();
        let mut by_id: HashMap<String, usize> = HashMap::new();
        for (file, text) in files {
            if stem(file) == NO_FAMILY {
                continue;
            }
            let first = rules.len();
            for rule in read(file, text, &mut problems) {
                match by_id.get(&rule.id.value) {
                    Some(&at) if at >= first => {
                        problems.push(Problem::at(
                            file,
                            &rule.id,
                            format!("rule `{}` stands here twice", rule.id.value),
                        ));
                    }
                    Some(&at) => rules[at] = (file.clone(), rule),
                    None => {
                        by_id.insert(rule.id.value.clone(), rules.len());
                        rules.push((file.clone(), rule));
                    }
                }
            }
        }
        (Self::compile(rules, by_id, &mut problems), problems)
    }

    fn compile(
        rules: Vec<(String, Rule)>,
        by_id: HashMap<String, usize>,
        problems: &mut Vec<Problem>,
    ) -> Self {
        let mut base = Self { by_id, ..Self::default() };
        let mut wanted: Vec<(Target, Vec<Vec<Vec<u8>>>)> = TELLING
            .iter()
            .map(|word| (Target::Context, vec![vec![word.to_ascii_lowercase().into_bytes()]]))
            .collect();
        wanted.push((Target::Passed, vec![vec![test_block::PASSED.to_ascii_lowercase().into_bytes()]]));
        for (index, (file, rule)) in rules.into_iter().enumerate() {
            for source in &rule.patterns {
                match regex_syntax::parse(&source.value) {
                    Ok(hir) => {
                        wanted.push((Target::Pattern(base.patterns.len() as u32), literals::of(&hir)));
                        base.patterns.push(Owned { rule: index, pattern: Pattern::new(&source.value) });
                    }
                    Err(error) => problems.push(Problem::at(&file, source, bad_pattern(&error.to_string()))),
                }
            }
            for unless in rule.unless.iter().filter(|unless| unless.side == Side::Rest) {
                wanted.push((Target::Rest(index as u32), literals::required(&unless.pattern.value)));
            }
            let near = rule.near.iter().map(|near| Pattern::new(&near.pattern.value)).collect();
            let unless = rule.unless.iter().map(|unless| Pattern::new(&unless.pattern.value)).collect();
            let facts = rule.facts.iter().map(|fact| Pattern::new(&fact.pattern)).collect();
            base.rules.push(Compiled { rule, file, near, unless, facts });
        }
        base.needles = Needles::new(wanted.into_iter());
        base
    }

    /// The rules, in the order of their files.
    pub fn rules(&self) -> impl ExactSizeIterator<Item = &Rule> {
        self.rules.iter().map(|compiled| &compiled.rule)
    }

    /// The rule of this id.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.by_id.get(id).map(|&at| &self.rules[at].rule)
    }

    /// The file that the rule of this id comes from.
    pub fn file(&self, id: &str) -> Option<&str> {
        self.by_id.get(id).map(|&at| self.rules[at].file.as_str())
    }

    pub(super) fn compiled(&self, index: usize) -> &Compiled {
        &self.rules[index]
    }

    pub(super) fn all(&self) -> &[Compiled] {
        &self.rules
    }

    pub(super) fn pattern(&self, index: u32) -> &Owned {
        &self.patterns[index as usize]
    }

    pub(super) fn needles(&self) -> &Needles {
        &self.needles
    }
}

/// The file name without folder and extension.
pub(super) fn stem(file: &str) -> &str {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.split('.').next().unwrap_or(name)
}

/// What the regex crate says, in one line.
pub(super) fn bad_pattern(error: &str) -> String {
    let reason = error.lines().rev().find_map(|line| line.strip_prefix("error: ")).unwrap_or(error);
    format!("the pattern is no regular expression: {reason}")
}

/// Why a pattern cannot be used.
pub(super) fn pattern_problem(source: &str) -> Option<String> {
    let plain = super::fill::fill_with(source, |_| "x".to_owned());
    pattern::program(&plain).err().map(|error| bad_pattern(&error.to_string()))
}

fn read(file: &str, text: &str, problems: &mut Vec<Problem>) -> Vec<Rule> {
    match yaml::parse::<Family>(file, text) {
        Ok(family) => {
            if family.family.value != stem(file) {
                problems.push(Problem::at(
                    file,
                    &family.family,
                    format!(
                        "family `{}` in a file called `{}`: they must be equal",
                        family.family.value,
                        stem(file)
                    ),
                ));
            }
            family.rules
        }
        Err(problem) => one_by_one(file, text, problem, problems),
    }
}

/// The rules of a file that does not decode as a whole: each on its own, so that a broken one hides no other.
fn one_by_one(file: &str, text: &str, whole: Problem, problems: &mut Vec<Problem>) -> Vec<Rule> {
    let mut rules = Vec::new();
    let before = problems.len();
    for item in items(text) {
        match yaml::parse::<Vec<Rule>>(file, &item) {
            Ok(found) => rules.extend(found),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.len() == before {
        // The fault lies outside the rules.
        problems.push(whole);
    }
    rules
}

/// The entries under `rules:`, each with as many empty lines in front as keep its line numbers.
fn items(text: &str) -> Vec<String> {
    let mut items: Vec<String> = Vec::new();
    let mut indent = None;
    let mut inside = false;
    for (number, line) in text.lines().enumerate() {
        if !inside {
            inside = line.trim_end() == "rules:";
            continue;
        }
        let body = line.trim_start_matches(' ');
        let depth = line.len() - body.len();
        let dash = body.starts_with("- ");
        if dash && indent.is_none_or(|indent| indent == depth) {
            indent = Some(depth);
            items.push("\n".repeat(number));
        } else if depth == 0 && !body.is_empty() && !body.starts_with('#') {
            break;
        }
        if let Some(item) = items.last_mut() {
            item.push_str(line);
            item.push('\n');
        }
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = "family: x\nabout: {en: X}\nrules:\n  - id: x.a\n    category: dns\n    title: {en: A}\n    \
                       explain: {en: A}\n    patterns: ['a(b']\n  - id: x.b\n    category: nonsense\n    title: {en: B}\n    \
                       explain: {en: B}\n  - id: x.c\n    category: tls\n    title: {en: C}\n    explain: {en: C}\n    \
                       patterns: ['c']\n";

    #[test]
    fn a_broken_rule_hides_no_other() {
        let (base, problems) = RuleBase::load(&[("x.yaml".to_owned(), TWO.to_owned())]);
        assert_eq!(base.rules().map(|rule| rule.id.value.as_str()).collect::<Vec<_>>(), ["x.a", "x.c"]);
        let shown: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(shown.len(), 2, "{shown:?}");
        assert!(shown[0].starts_with("x.yaml:10:15: ") && shown[0].contains("nonsense"), "{shown:?}");
        assert!(shown[1].starts_with("x.yaml:8:") && shown[1].contains("unclosed group"), "{shown:?}");
    }

    #[test]
    fn a_later_file_replaces_by_id() {
        let fixed = TWO.replace("a(b", "ab").replace("nonsense", "proxy");
        let own = "family: mine\nabout: {en: M}\nrules:\n- id: x.c\n  category: dns\n  title: {en: Mine}\n  explain: {en: M}\n";
        let (base, problems) =
            RuleBase::load(&[("x.yaml".to_owned(), fixed), ("/etc/mine.yaml".to_owned(), own.to_owned())]);
        assert_eq!(problems, []);
        assert_eq!(base.rules().len(), 3);
        assert_eq!(base.rule("x.c").map(|rule| rule.title.en.as_str()), Some("Mine"));
        assert_eq!(base.file("x.c"), Some("/etc/mine.yaml"));
    }
}
