//! A plan's text into a plan, and everything that is wrong with it, at once and placed.
//!
//! Shape is `yaml`'s business; here are names, references, circles, forms and missing translations. What
//! depends on a run (values given, the tree, the machine) is `resolve`'s question.

mod stages;
mod trees;

use std::collections::BTreeSet;

use regex::Regex;

use super::graph;
use super::schema::{Input, Plan, Requirement};
use super::{amount, values};
use crate::locale::{Text, both};
use crate::template;
use crate::yaml::{self, Places, Problem, all_of, did_you_mean, one_of};

/// The most stages of one plan.
const MOST_STAGES: usize = 200;

/// The largest program that one of a plan's regular expressions may become, in bytes.
const REGEX_SIZE: usize = 1 << 20;

/// Decodes a plan. `file` is only named in problems; a plan comes back also with problems where it could be
/// read at all, but only without any that is not a warning may it be run.
pub fn load(file: &str, text: &str) -> (Option<Plan>, Vec<Problem>) {
    let (plan, mut problems) = yaml::parse_all::<Plan>(file, text);
    if let Some(plan) = &plan {
        let places = Places::of(file, text);
        let mut check = Check { plan, places: &places, problems: Vec::new() };
        check.whole();
        problems.append(&mut check.problems);
    }
    problems.sort();
    problems.dedup();
    (plan, problems)
}

/// One plan under examination.
struct Check<'a> {
    plan: &'a Plan,
    places: &'a Places<'a>,
    problems: Vec<Problem>,
}

impl Check<'_> {
    fn whole(&mut self) {
        if !is_id(&self.plan.plan.value) {
            let (id, form) = (shown(&self.plan.plan.value), id_form());
            self.say(
                "plan",
                both!("`{id}` is no plan id: expected {form}", "`{id}` 不是计划 id；应为{form}", form),
            );
        }
        self.text("title", &self.plan.title, true);
        self.text("about", &self.plan.about, true);
        self.shell("shell", &self.plan.shell);
        self.detect();
        self.eras();
        self.inputs();
        self.env("env", &self.plan.env);
        for (at, requirement) in self.plan.requirements.iter().enumerate() {
            let path = format!("requirements.{at}");
            self.requirement(&path, requirement);
            self.when(&format!("{path}.when"), &requirement.when);
        }
        match self.plan.stages.len() {
            0 => self.say("stages", both!("has no stages: expected at least one", "没有阶段；至少应有一个")),
            1..=MOST_STAGES => self.stages(),
            more => self.say(
                "stages",
                both!(
                    "has {more} stages: expected at most {MOST_STAGES}",
                    "有 {more} 个阶段；最多应为 {MOST_STAGES} 个"
                ),
            ),
        }
    }

    fn say(&mut self, path: &str, message: Text) {
        self.problems.push(self.places.problem(path, message));
    }

    fn say_at(&mut self, path: &str, word: &str, message: Text) {
        self.problems.push(self.places.problem_with(path, word, message));
    }

    fn warn(&mut self, path: &str, message: Text) {
        self.problems.push(self.places.problem(path, message).into_warning());
    }

    /// A text for people: there in English, and in Chinese too.
    fn text(&mut self, path: &str, text: &Text, needed: bool) {
        if text.en.trim().is_empty() {
            if needed || !text.zh.is_empty() {
                self.say(path, both!("has no English text: expected `en:`", "没有英文文本；应有 `en:`"));
            }
        } else if text.zh.trim().is_empty() {
            self.warn(path, both!("has no Chinese text: expected `zh:`", "没有中文文本；应有 `zh:`"));
        }
    }

    fn shell(&mut self, path: &str, shell: &str) {
        if super::resolve::split_shell(shell).is_none() {
            let shell = shown(shell);
            let message = both!(
                "`{shell}` is no command: expected a shell such as `bash -euo pipefail`",
                "`{shell}` 不是命令；应为 shell，例如 `bash -euo pipefail`"
            );
            self.say(path, message);
        }
    }

    fn regex(&mut self, path: &str, pattern: &str) -> Option<Regex> {
        match regex::RegexBuilder::new(pattern).size_limit(REGEX_SIZE).build() {
            Ok(regex) => Some(regex),
            Err(error) => {
                let reason = error.to_string();
                let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ");
                self.say(path, both!("is no regular expression: {reason}", "不是正则表达式：{reason}"));
                None
            }
        }
    }

    /// A path that stays inside the tree.
    fn inside(&mut self, path: &str, value: &str) {
        if let Some(fault) = outside(value) {
            let value = shown(value);
            let message = both!(
                "`{value}` {fault}: expected a path inside the tree, relative to it",
                "`{value}` {fault}；应为源码树内的相对路径",
                fault
            );
            self.say(path, message);
        }
    }

    fn inputs(&mut self) {
        let mut seen = BTreeSet::new();
        let plan = self.plan;
        for (at, input) in plan.inputs.iter().enumerate() {
            let path = format!("inputs.{at}");
            let name = input.name.value.as_str();
            if !is_input_name(name) {
                let (name, form) = (shown(name), name_form());
                let message = both!(
                    "`{name}` is no input name: expected {form}",
                    "`{name}` 不是输入名；应为{form}",
                    form
                );
                self.say(&format!("{path}.name"), message);
            } else if values::BUILT_IN.contains(&name) {
                let taken = one_of(values::BUILT_IN);
                let message = both!(
                    "`{name}` is always there: expected a name other than {taken}",
                    "`{name}` 是内置的名称；应为 {taken} 以外的名称",
                    taken
                );
                self.say(&format!("{path}.name"), message);
            } else if !seen.insert(name) {
                let message = both!(
                    "the input `{name}` stands here for the second time: expected it once",
                    "输入 `{name}` 在此第二次出现；只应出现一次"
                );
                self.say(&format!("{path}.name"), message);
            }
            self.text(&format!("{path}.title"), &input.title, true);
            self.input_values(&path, input);
        }
        let name = |at: usize| (format!("inputs.{at}.name"), plan.inputs[at].name.value.clone());
        self.circles(&values::input_needs(plan), name);
    }

    fn input_values(&mut self, path: &str, input: &Input) {
        self.names(&format!("{path}.default"), &input.default);
        self.value_places(&format!("{path}.from"), &input.from);
        let pattern = input.pattern.as_ref().and_then(|pattern| {
            self.regex(&format!("{path}.pattern"), &pattern.value)?;
            self.regex(&format!("{path}.pattern"), &values::anchored(&pattern.value))
        });
        let fixed = template::names(&input.default).is_empty();
        if fixed && !input.choices.is_empty() && !input.choices.contains(&input.default) {
            let all = one_of(input.choices.iter().map(String::as_str));
            let default = shown(&input.default);
            let message = both!(
                "the default `{default}` is not among the choices: expected {all}",
                "默认值 `{default}` 不在可选值之中；应为 {all}",
                all
            );
            self.say(&format!("{path}.default"), message);
        }
        let Some(pattern) = pattern else { return };
        if fixed && !pattern.is_match(&input.default) {
            let default = shown(&input.default);
            let message = both!(
                "the default `{default}` does not match the input's pattern",
                "默认值 `{default}` 不符合该输入的 pattern"
            );
            self.say(&format!("{path}.default"), message);
        }
        for (at, choice) in input.choices.iter().enumerate() {
            if !pattern.is_match(choice) {
                let choice = shown(choice);
                let message = both!(
                    "the choice `{choice}` does not match the input's pattern",
                    "可选值 `{choice}` 不符合该输入的 pattern"
                );
                self.say(&format!("{path}.choices.{at}"), message);
            }
        }
    }

    /// Every placeholder names something that is known.
    fn names(&mut self, path: &str, text: &str) {
        for name in template::names(text) {
            let known = match name.strip_prefix("env.") {
                Some(variable) => is_variable(variable),
                None => {
                    values::BUILT_IN.contains(&name)
                        || self.plan.inputs.iter().any(|input| input.name.value == name)
                }
            };
            if !known {
                let inputs = || self.plan.inputs.iter().map(|input| input.name.value.as_str());
                let hint = did_you_mean(name, inputs().chain(values::BUILT_IN));
                let all = one_of(inputs().chain(values::BUILT_IN).chain(["env.NAME"]));
                let word = format!("{{{{{name}}}}}");
                let message = both!(
                    "nothing is called `{word}`{hint} (expected {all})",
                    "没有名为 `{word}` 的值{hint}（应为 {all}）",
                    hint,
                    all
                );
                self.say_at(path, &word, message);
            }
        }
    }

    fn env(&mut self, path: &str, env: &super::schema::Env) {
        for (name, value) in env {
            let path = format!("{path}.{name}");
            if !is_variable(name) {
                let name = shown(name);
                let message = both!(
                    "`{name}` is no variable name: expected letters, digits and `_`",
                    "`{name}` 不是变量名；应由字母、数字和 `_` 组成"
                );
                self.say(&path, message);
            }
            self.names(&path, &value.value);
            if value.value.contains('\0') {
                self.say(&path, both!("holds a NUL character: expected text", "含有 NUL 字符；应为文本"));
            }
        }
        let names: Vec<&String> = env.keys().collect();
        self.circles(&values::env_needs(env), |at| (format!("{path}.{}", names[at]), names[at].clone()));
    }

    /// Tells of a circle, where its first member stands. `node` gives a member's path and name.
    fn circles(&mut self, needs: &[Vec<usize>], node: impl Fn(usize) -> (String, String)) {
        if let Err(circle) = graph::order(needs) {
            let nodes: Vec<(String, String)> = circle.into_iter().map(node).collect();
            let names = nodes.iter().chain(nodes.first()).map(|(_, name)| name.as_str());
            let circle = names.collect::<Vec<_>>().join(" → ");
            let message =
                both!("goes in a circle: {circle}: expected an end", "形成循环：{circle}；应有终点");
            let path = nodes.first().map_or("", |(path, _)| path);
            self.say(path, message);
        }
    }

    fn requirement(&mut self, path: &str, requirement: &Requirement) {
        let kinds = [
            ("tool", &requirement.tool),
            ("header", &requirement.header),
            ("pkg_config", &requirement.pkg_config),
            ("memory", &requirement.memory),
            ("disk", &requirement.disk),
        ];
        let set: Vec<&str> =
            kinds.iter().filter(|(_, value)| !value.is_empty()).map(|(name, _)| *name).collect();
        if set.len() != 1 {
            let found = if set.is_empty() { both!("none", "无") } else { all_of(set.iter().copied()) };
            let all = one_of(kinds.iter().map(|(name, _)| *name));
            let message = both!(
                "names {found}: expected exactly one of {all}",
                "写了 {found}；{all} 中应恰有一个",
                found,
                all
            );
            self.say(path, message);
        }
        for (name, size) in [("memory", &requirement.memory), ("disk", &requirement.disk)] {
            if !size.is_empty() && amount::size(size).is_none() {
                let (size, form) = (shown(size), amount::size_form());
                let message =
                    both!("`{size}` is no size: expected {form}", "`{size}` 不是大小；应为{form}", form);
                self.say(&format!("{path}.{name}"), message);
            }
        }
        for (name, value) in
            [("version", &requirement.version), ("version_pattern", &requirement.version_pattern)]
        {
            if !value.is_empty() && requirement.tool.is_empty() {
                let message = both!("`{name}` is only for a `tool`", "`{name}` 只能与 `tool` 一起使用");
                self.say(&format!("{path}.{name}"), message);
            }
        }
        if !requirement.version_pattern.is_empty() {
            self.regex(&format!("{path}.version_pattern"), &requirement.version_pattern);
        }
        for (name, value) in kinds.iter().take(3) {
            if value.contains(|c: char| c.is_control() || c.is_whitespace()) {
                let value = shown(value);
                let message =
                    both!("`{value}` is no name: expected one word", "`{value}` 不是名称；应为一个词");
                self.say(&format!("{path}.{name}"), message);
            }
        }
        self.text(&format!("{path}.why"), &requirement.why, false);
    }
}

fn id_form() -> Text {
    both!("lower-case letters, digits and `-`, beginning with a letter", "以字母开头的小写字母、数字和 `-`")
}

fn name_form() -> Text {
    both!("lower-case letters, digits and `_`, beginning with a letter", "以字母开头的小写字母、数字和 `_`")
}

fn is_word(word: &str, also: char) -> bool {
    word.len() <= 64
        && word.starts_with(|c: char| c.is_ascii_lowercase())
        && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == also)
}

fn is_id(word: &str) -> bool {
    is_word(word, '-')
}

fn is_input_name(word: &str) -> bool {
    is_word(word, '_')
}

fn is_variable(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Why a path may leave the tree, where it may.
pub(super) fn outside(path: &str) -> Option<Text> {
    if path.starts_with('/') || path.starts_with('~') {
        Some(both!("is absolute", "是绝对路径"))
    } else if path.split('/').any(|part| part == "..") {
        Some(both!("goes up with `..`", "含有 `..`"))
    } else if path.contains(char::is_control) {
        Some(both!("holds control characters", "含有控制字符"))
    } else {
        None
    }
}

/// Text from a file, fit for a one-line message.
fn shown(text: &str) -> String {
    let mut short: String = text.chars().take(80).flat_map(char::escape_debug).collect();
    if text.chars().count() > 80 {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests;
