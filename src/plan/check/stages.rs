//! What can be wrong with a plan's stages.

use std::collections::BTreeMap;

use super::{Check, id_form, is_id, shown};
use crate::locale::{Text, both};
use crate::plan::schema::{Product, Progress, Stage};
use crate::plan::{amount, resolve};
use crate::template;
use crate::yaml::{did_you_mean, one_of};

impl Check<'_> {
    pub(super) fn stages(&mut self) {
        let plan = self.plan;
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for (at, stage) in plan.stages.iter().enumerate() {
            let path = format!("stages.{at}");
            let id = stage.id.value.as_str();
            if !is_id(id) {
                let (id, form) = (shown(id), id_form());
                let message =
                    both!("`{id}` is no stage id: expected {form}", "`{id}` 不是阶段 id；应为{form}", form);
                self.say(&format!("{path}.id"), message);
            }
            if let Some(first) = seen.insert(id, at) {
                let (id, first) = (shown(id), first + 1);
                let message = both!(
                    "the id `{id}` is stage {first}'s: expected another",
                    "id `{id}` 已用于第 {first} 个阶段；应换一个"
                );
                self.say(&format!("{path}.id"), message);
            }
            self.stage(&path, stage);
        }
        self.after();
    }

    /// Every `after` names another stage, and none goes in circles.
    fn after(&mut self) {
        let plan = self.plan;
        let ids = || plan.stages.iter().map(|stage| stage.id.value.as_str());
        for (at, stage) in plan.stages.iter().enumerate() {
            for (nth, name) in stage.after.iter().enumerate() {
                let path = format!("stages.{at}.after.{nth}");
                let name = name.value.as_str();
                if name != stage.id.value && ids().any(|id| id == name) {
                    continue;
                }
                let hint = did_you_mean(name, ids().filter(|id| *id != stage.id.value));
                let others = one_of(ids().filter(|id| *id != stage.id.value));
                let what = if name == stage.id.value {
                    both!("is this stage itself", "就是该阶段本身")
                } else {
                    both!("is no stage of this plan", "不是此计划的阶段")
                };
                let name = shown(name);
                let alone = ids().all(|id| id == stage.id.value);
                let message = if alone {
                    both!(
                        "`{name}` {what}: the plan has no other stage",
                        "`{name}` {what}：该计划没有其他阶段",
                        what
                    )
                } else {
                    both!(
                        "`{name}` {what}{hint} (expected {others})",
                        "`{name}` {what}{hint}（应为 {others}）",
                        what,
                        hint,
                        others
                    )
                };
                self.say(&path, message);
            }
        }
        let id = |at: usize| (format!("stages.{at}.id"), plan.stages[at].id.value.clone());
        self.circles(&resolve::stage_needs(plan), id);
    }

    fn stage(&mut self, path: &str, stage: &Stage) {
        self.text(&format!("{path}.title"), &stage.title, true);
        self.text(&format!("{path}.explain"), &stage.explain, false);
        self.script(&format!("{path}.run"), &stage.run.value, &both!("something to run", "要运行的内容"));
        if let Some(check) = &stage.check {
            self.script(&format!("{path}.check"), &check.value, &both!("something to check", "要检查的内容"));
        }
        if let Some(shell) = &stage.shell {
            self.shell(&format!("{path}.shell"), shell);
        }
        self.names(&format!("{path}.target"), &stage.target);
        self.names(&format!("{path}.tree"), &stage.tree);
        self.names(&format!("{path}.cwd"), &stage.cwd);
        self.inside(&format!("{path}.cwd"), &stage.cwd);
        self.env(&format!("{path}.env"), &stage.env);
        if let Some(limit) = &stage.timeout
            && amount::duration(&limit.value).is_none()
        {
            let (limit, form) = (shown(&limit.value), amount::duration_form());
            let message =
                both!("`{limit}` is no time limit: expected {form}", "`{limit}` 不是时限；应为{form}", form);
            self.say(&format!("{path}.timeout"), message);
        }
        self.when(&format!("{path}.when"), &stage.when);
        for (at, product) in stage.produces.iter().enumerate() {
            self.product(&format!("{path}.produces.{at}"), product);
        }
        for (at, progress) in stage.progress.iter().enumerate() {
            self.progress(&format!("{path}.progress.{at}"), progress);
        }
    }

    fn script(&mut self, path: &str, script: &str, what: &Text) {
        if script.trim().is_empty() {
            self.say(path, both!("is empty: expected {what}", "为空；应有{what}", what));
        }
        if script.contains('\0') {
            self.say(path, both!("holds a NUL character: expected a script", "含有 NUL 字符；应为脚本"));
        }
        self.names(path, script);
        // A value goes in as a quoted word, so quotes around it would end up inside it, or let it out.
        for name in template::names(script) {
            let awkward =
                template::shell(script, |other| Some(if other == name { "a b" } else { "x" }.into()));
            if awkward.is_err() {
                let word = format!("{{{{{name}}}}}");
                let message = both!(
                    "`{word}` stands inside quotes or a here-document, where a value with blanks has no safe form: \
                     expected it outside (it is quoted already), or `\"$NAME\"` with the value in `env:`",
                    "`{word}` 位于引号或 here-document 之内，含空格的值在那里没有安全的写法；\
                     应放在外面（它已自带引号），或写作 `\"$NAME\"` 并把值放入 `env:`"
                );
                self.say_at(path, &word, message);
            }
        }
    }

    fn product(&mut self, path: &str, product: &Product) {
        let value = &product.path.value;
        if value.trim().is_empty() {
            self.say(&format!("{path}.path"), both!("is empty: expected a path", "为空；应为路径"));
        }
        self.names(&format!("{path}.path"), value);
        self.inside(&format!("{path}.path"), value);
        if product.at_least == 0 {
            self.say(
                &format!("{path}.at_least"),
                both!("is 0, which is always so: expected 1 or more", "为 0，这总是成立；应不小于 1"),
            );
        }
        self.text(&format!("{path}.why"), &product.why, false);
    }

    fn progress(&mut self, path: &str, progress: &Progress) {
        let Some(regex) = self.regex(&format!("{path}.pattern"), &progress.pattern.value) else { return };
        let known = ["done", "total", "percent", "label"];
        let groups: Vec<&str> = regex.capture_names().flatten().collect();
        for group in groups.iter().filter(|group| !known.contains(group)) {
            let hint = did_you_mean(group, known);
            let all = one_of(known);
            let message = both!(
                "the group `{group}` means nothing{hint} (expected {all})",
                "分组 `{group}` 没有含义{hint}（应为 {all}）",
                hint,
                all
            );
            self.say_at(&format!("{path}.pattern"), group, message);
        }
        self.text(&format!("{path}.phase"), &progress.phase, false);
        let told = groups.iter().any(|group| known.contains(group));
        if !told && progress.total.is_none() && progress.phase.is_empty() && progress.unit.is_empty() {
            let message = both!(
                "tells nothing: expected a group `done`, `total`, `percent` or `label`, a `total`, a `unit` or a `phase`",
                "没有说明任何进度；应有分组 `done`、`total`、`percent` 或 `label`，或 `total`、`unit` 或 `phase`"
            );
            self.say(&format!("{path}.pattern"), message);
        }
        if progress.total == Some(0) {
            self.say(&format!("{path}.total"), both!("is 0: expected 1 or more", "为 0；应不小于 1"));
        }
    }
}
