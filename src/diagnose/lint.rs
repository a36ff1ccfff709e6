//! Whether the rule base keeps its promises: every rule recognises its own samples and nothing that it must not.
//!
//! Owns what is wrong beyond syntax and types, each with its place. Package names are known to `remedy`, which
//! hands a check in.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::event::Outcome;
use crate::locale::{Lang, Speak, Text, both};
use crate::yaml::{Problem, Spanned};

use super::candidate::group_names;
use super::compile::{Body, RuleBase, pattern_problem, stem};
use super::engine::{Context, Engine, StageEnd};
use super::fill::names;
use super::finding::Finding;
use super::needles::literals;
use super::rule::{Category, FixRule, Kind, Rule, Sample, Shape};

/// Values that every template may use besides the rule's own captures.
pub const BUILT_IN: [&str; 8] =
    ["subject", "arch", "distro", "package_manager", "stage", "dir", "file", "line"];

/// The shortest sample text that says something.
const FEWEST_SAMPLES: usize = 2;

/// Everything wrong with the rules of `base`. `known` says whether the package table has an entry of a name.
pub fn lint(base: &Arc<RuleBase>, of: &dyn Fn(&str) -> bool, known: &dyn Fn(&str) -> bool) -> Vec<Problem> {
    let ids: BTreeSet<&str> = base.rules().map(|rule| rule.id.value.as_str()).collect();
    let mut problems = Vec::new();
    for (file, body) in bodies(base).filter(|(file, _)| of(file)) {
        let mut report = Report { file, body, problems: &mut problems };
        report.identity();
        report.texts();
        report.patterns();
        report.templates();
        report.follows(&ids);
        report.fixes(known);
        report.samples(base);
        report.near_misses(base);
    }
    problems.sort();
    problems
}

/// What is wrong with samples and near misses: of the rule `id`, or of all.
pub fn check_samples(base: &Arc<RuleBase>, id: Option<&str>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (file, body) in bodies(base).filter(|(_, body)| id.is_none_or(|id| body.rule.id.value == id)) {
        let mut report = Report { file, body, problems: &mut problems };
        report.samples(base);
        report.near_misses(base);
    }
    problems.sort();
    problems
}

fn bodies(base: &RuleBase) -> impl Iterator<Item = (&str, &Body)> {
    base.all().iter().filter_map(|compiled| Some((&*compiled.file, compiled.body()?)))
}

/// What a rule base makes of a sample.
pub fn try_sample(base: &Arc<RuleBase>, sample: &Sample) -> Vec<Finding> {
    let some = |text: &String| (!text.is_empty()).then(|| text.clone());
    let context = Context { arch: some(&sample.arch), stage: some(&sample.stage), ..Context::default() };
    let mut engine = Engine::new(Arc::clone(base), context, Lang::En);
    if !sample.stage.is_empty() {
        engine.stage_started(&sample.stage);
    }
    engine.push(sample.text.value.as_bytes());
    if let Some(end) = end_of(sample) {
        engine.stage_ended(&end);
    }
    engine.finish();
    engine.findings()
}

fn end_of(sample: &Sample) -> Option<StageEnd> {
    let outcome = if sample.check_failed {
        Outcome::CheckFailed
    } else if sample.timed_out {
        Outcome::TimedOut
    } else if sample.exit == Some(0) {
        Outcome::Passed
    } else if sample.exit.is_some() || sample.signal.is_some() {
        Outcome::Failed
    } else {
        return None;
    };
    Some(StageEnd { outcome, exit: sample.exit, signal: sample.signal.clone() })
}

fn no_value(name: &str) -> Text {
    both!(
        "`{{{{{name}}}}}` is no capture, default or fact of this rule",
        "`{{{{{name}}}}}` 不是此规则的捕获、默认值或事实"
    )
}

struct Report<'a> {
    file: &'a str,
    body: &'a Body,
    problems: &'a mut Vec<Problem>,
}

impl Report<'_> {
    fn rule(&self) -> &Rule {
        &self.body.rule
    }

    #[expect(clippy::needless_pass_by_value, reason = "texts are made where they are handed in")]
    fn at<T>(&mut self, place: &Spanned<T>, message: Text) {
        let problem = Problem::at(self.file, place, self.named(&message));
        self.problems.push(problem);
    }

    #[expect(clippy::needless_pass_by_value, reason = "texts are made where they are handed in")]
    fn warn<T>(&mut self, place: &Spanned<T>, message: Text) {
        let problem = Problem::at(self.file, place, self.named(&message)).into_warning();
        self.problems.push(problem);
    }

    fn named(&self, message: &Text) -> Text {
        let id = &self.rule().id.value;
        both!("{id}: {message}", "{id}：{message}", message)
    }

    fn identity(&mut self) {
        let id = self.rule().id.clone();
        let good = |part: &str| {
            part.starts_with(|letter: char| letter.is_ascii_lowercase())
                && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        };
        match id.value.split_once('.') {
            Some((family, name)) if good(family) && good(name) => {
                let stem = stem(self.file).to_owned();
                if family != stem {
                    let message = both!(
                        "an id in `{stem}.yaml` begins with `{stem}.`, not `{family}.`",
                        "`{stem}.yaml` 中的 id 以 `{stem}.` 开头，而不是 `{family}.`"
                    );
                    self.at(&id, message);
                }
            }
            _ => self.at(
                &id,
                both!(
                    "an id is FAMILY.NAME in lower-case letters, digits and `-`",
                    "id 的形式是 FAMILY.NAME，由小写字母、数字和 `-` 组成"
                ),
            ),
        }
        if !(0.0..=1.0).contains(&self.rule().confidence) {
            self.at(&id, both!("the confidence lies between 0 and 1", "confidence 应在 0 到 1 之间"));
        }
        if self.rule().category == Category::Unknown || self.rule().kind == Kind::Unknown {
            let message = both!(
                "`unknown` is made by the engine; a rule knows its category and kind",
                "`unknown` 只由引擎产生；规则应知道自己的类别和种类"
            );
            self.at(&id, message);
        }
    }

    fn texts(&mut self) {
        let id = self.rule().id.clone();
        let (title, explain) = (self.rule().title.clone(), self.rule().explain.clone());
        self.text(&id, &Text::verbatim("title"), &title);
        self.text(&id, &Text::verbatim("explain"), &explain);
        let subject = self.rule().subject.clone();
        let varies = if subject.is_empty() {
            !group_names(self.body).is_empty()
        } else {
            names(&subject).next().is_some()
        };
        if varies && !title.en.is_empty() && names(&title.en).next().is_none() {
            let message = both!(
                "the title names no capture; it should name the subject",
                "标题没有引用任何捕获；应指出主体"
            );
            self.warn(&id, message);
        }
        if title.en.contains('\n') || title.zh.contains('\n') {
            self.at(&id, both!("a title is one line", "标题只有一行"));
        }
        if self.rule().references.is_empty() && self.rule().kind == Kind::Cause {
            self.warn(&id, both!("no reference says where this is known from", "没有参考资料说明其来源"));
        }
    }

    fn text(&mut self, place: &Spanned<String>, what: &Text, text: &Text) {
        if text.en.trim().is_empty() {
            self.at(place, both!("the {what} is empty", "{what} 为空", what));
        } else if text.zh.trim().is_empty() {
            self.at(place, both!("the {what} has no Chinese text", "{what} 没有中文文本", what));
        }
    }

    fn patterns(&mut self) {
        let rule = self.rule().clone();
        if rule.patterns.is_empty() && rule.ending.is_none() {
            self.at(
                &rule.id,
                both!("a rule has patterns, an ending, or both", "规则应有 patterns 或 ending，或两者都有"),
            );
        }
        for source in &rule.patterns {
            self.pattern(source, true);
        }
        for near in &rule.near {
            self.pattern(&near.pattern, false);
            if !(1..=200).contains(&near.within) {
                self.at(
                    &near.pattern,
                    both!("`within` lies between 1 and 200", "`within` 应在 1 到 200 之间"),
                );
            }
        }
        for unless in &rule.unless {
            self.pattern(&unless.pattern, unless.side == super::rule::Side::Rest);
        }
    }

    fn pattern(&mut self, source: &Spanned<String>, scanned: bool) {
        if let Some(problem) = pattern_problem(&source.value) {
            self.at(source, problem);
            return;
        }
        let body = source.value.trim_start_matches('^');
        if body.starts_with(".*") || body.starts_with(".+") {
            let message = both!(
                "a pattern need not begin with `.*`: it is not anchored; say what stands in front, or drop it",
                "模式不必以 `.*` 开头：它不锚定行首；请写明前面的内容，或去掉它"
            );
            self.warn(source, message);
        }
        if scanned && !literals::required(&source.value).iter().any(|set| literals::is_searchable(set)) {
            let least = literals::SHORTEST;
            let message = both!(
                "no literal of {least} or more bytes is part of every match, so this pattern is tried on every line; \
                 spell more of the message out",
                "没有任何不少于 {least} 字节的固定文字出现在每个匹配中，因此每一行都要尝试此模式；请写出更多消息文字"
            );
            self.warn(source, message);
        }
    }

    /// The names that a template of this rule may use.
    fn known(&self) -> BTreeSet<String> {
        let rule = self.rule();
        group_names(self.body)
            .into_iter()
            .chain(rule.defaults.keys().map(String::as_str))
            .chain(rule.facts.iter().map(|fact| fact.capture.as_str()))
            .chain(BUILT_IN)
            .map(str::to_owned)
            .collect()
    }

    fn templates(&mut self) {
        let rule = self.rule().clone();
        let known = self.known();
        let mut shown: Vec<&str> =
            vec![&rule.title.en, &rule.title.zh, &rule.explain.en, &rule.explain.zh, &rule.subject];
        shown.extend(rule.defaults.values().map(String::as_str));
        for fix in &rule.fixes {
            shown.extend([fix.title.en.as_str(), fix.title.zh.as_str()]);
            shown.extend(fix.guide.iter().flat_map(|guide| [guide.en.as_str(), guide.zh.as_str()]));
        }
        for name in shown.into_iter().flat_map(names).collect::<BTreeSet<_>>() {
            if !known.contains(name) {
                self.at(&rule.id, no_value(name));
            }
        }
        for fact in &rule.facts {
            self.shaped(&fact.ask, &fact.ask.value, &known, &both!("a question", "问题"));
            let asked = super::fill::fill_with(&fact.ask.value, |_| "x".to_owned());
            if let Err(error) = asked.parse::<super::fact::Ask>() {
                self.at(&fact.ask, error.said());
            }
        }
        for unless in &rule.unless {
            for name in names(&unless.pattern.value) {
                if !known.contains(name) {
                    let message = both!(
                        "`{{{{{name}}}}}` is no capture of this rule",
                        "`{{{{{name}}}}}` 不是此规则的捕获"
                    );
                    self.at(&unless.pattern, message);
                }
            }
        }
    }

    /// A template that reaches a command or a probe takes shaped captures only.
    fn shaped(&mut self, place: &Spanned<String>, template: &str, known: &BTreeSet<String>, what: &Text) {
        for name in names(template) {
            if !known.contains(name) {
                self.at(place, no_value(name));
            } else if !BUILT_IN.contains(&name)
                && !self.rule().shapes.get(name).is_some_and(|shape| *shape != Shape::Text)
            {
                let message = both!(
                    "`{{{{{name}}}}}` stands in {what} but has no shape; declare one under `shapes`",
                    "`{{{{{name}}}}}` 用于{what}却没有形状；请在 `shapes` 中声明",
                    what
                );
                self.at(place, message);
            }
        }
    }

    fn follows(&mut self, ids: &BTreeSet<&str>) {
        for name in self.rule().follows.clone() {
            let category = Category::ALL.iter().any(|category| category.slug() == name.value);
            if !category && !ids.contains(name.value.as_str()) {
                let value = &name.value;
                let message =
                    both!("`{value}` is neither a rule nor a category", "`{value}` 既不是规则，也不是类别");
                self.at(&name, message);
            }
        }
    }

    fn fixes(&mut self, packages: &dyn Fn(&str) -> bool) {
        let known = self.known();
        let mut seen = BTreeSet::new();
        for fix in self.rule().fixes.clone() {
            if !seen.insert(fix.id.value.clone()) {
                let id = &fix.id.value;
                self.at(&fix.id, both!("fix `{id}` stands here twice", "修复 `{id}` 在此出现两次"));
            }
            self.text(&fix.id, &both!("title of the fix", "修复的 title"), &fix.title);
            if let Some(guide) = &fix.guide {
                self.text(&fix.id, &both!("guide of the fix", "修复的 guide"), guide);
            }
            self.fix(&fix, &known, packages);
        }
    }

    fn fix(&mut self, fix: &FixRule, known: &BTreeSet<String>, packages: &dyn Fn(&str) -> bool) {
        if fix.commands.is_empty() && fix.install.is_none() && fix.env.is_empty() && fix.guide.is_none() {
            let message = both!(
                "a fix has commands, something to install, environment or a guide",
                "修复应有命令、要安装的内容、环境变量或指引"
            );
            self.at(&fix.id, message);
        }
        for command in &fix.commands {
            self.shaped(command, &command.value, known, &both!("a command", "命令"));
            if let Some(wrong) = writes::unguarded(&command.value, fix, &self.body.rule.shapes) {
                self.at(command, wrong);
            }
            if writes::asks_root_who_builds(&command.value, fix) {
                let message = both!(
                    "in a root shell `id` and `~` are root's: use `${{SUDO_UID:-$(id -u)}}`",
                    "在 root shell 中 `id` 和 `~` 属于 root：请用 `${{SUDO_UID:-$(id -u)}}`"
                );
                self.at(command, message);
            }
        }
        if writes::passes_without_asker(&fix.verify) {
            let message = both!(
                "`! ask | …` holds where `ask` fails: `out=$(ask) && ! printf %s \"$out\" | …`",
                "`ask` 失败时 `! ask | …` 也成立：请用 `out=$(ask) && ! printf %s \"$out\" | …`"
            );
            self.at(&fix.id, message);
        }
        self.shaped(&fix.id, &fix.verify, known, &Text::verbatim("`verify`"));
        for value in fix.env.values() {
            self.shaped(&fix.id, value, known, &Text::verbatim("`env`"));
        }
        let Some(wanted) = &fix.install else { return };
        let fields = [
            &wanted.tool,
            &wanted.header,
            &wanted.pkg_config,
            &wanted.library,
            &wanted.static_library,
            &wanted.package,
        ];
        let set: Vec<&&String> = fields.iter().filter(|field| !field.is_empty()).collect();
        if set.len() != 1 {
            let message = both!(
                "`install` names exactly one of tool, header, pkg_config, library, static_library, package",
                "`install` 应恰好指定 tool、header、pkg_config、library、static_library、package 之一"
            );
            self.at(&fix.id, message);
        }
        for field in &set {
            self.shaped(&fix.id, field, known, &Text::verbatim("`install`"));
        }
        let package = &wanted.package;
        if !package.is_empty() && names(package).next().is_none() && !packages(package) {
            let message =
                both!("`{package}` is no entry of packages.yaml", "packages.yaml 中没有 `{package}`");
            self.at(&fix.id, message);
        }
    }
}

mod samples;
mod writes;

#[cfg(test)]
mod tests;
