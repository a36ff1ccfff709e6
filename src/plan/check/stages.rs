//! What can be wrong with a plan's stages.

use std::collections::BTreeMap;

use super::{Check, ID_FORM, is_id, shown};
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
                self.say(
                    &format!("{path}.id"),
                    format!("`{}` is no stage id: expected {ID_FORM}", shown(id)),
                );
            }
            if let Some(first) = seen.insert(id, at) {
                let message = format!("the id `{}` is stage {}'s: expected another", shown(id), first + 1);
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
                let what =
                    if name == stage.id.value { "is this stage itself" } else { "is no stage of this plan" };
                self.say(&path, format!("`{}` {what}{hint} (expected {others})", shown(name)));
            }
        }
        let id = |at: usize| (format!("stages.{at}.id"), plan.stages[at].id.value.clone());
        self.circles(&resolve::stage_needs(plan), id);
    }

    fn stage(&mut self, path: &str, stage: &Stage) {
        self.text(&format!("{path}.title"), &stage.title, true);
        self.text(&format!("{path}.explain"), &stage.explain, false);
        self.script(&format!("{path}.run"), &stage.run.value, "something to run");
        if let Some(check) = &stage.check {
            self.script(&format!("{path}.check"), &check.value, "something to check");
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
            let message =
                format!("`{}` is no time limit: expected {}", shown(&limit.value), amount::DURATION_FORM);
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

    fn script(&mut self, path: &str, script: &str, what: &str) {
        if script.trim().is_empty() {
            self.say(path, format!("is empty: expected {what}"));
        }
        if script.contains('\0') {
            self.say(path, "holds a NUL character: expected a script".to_owned());
        }
        self.names(path, script);
        // A value goes in as a quoted word, so quotes around it would end up inside it, or let it out.
        for name in template::names(script) {
            let awkward =
                template::shell(script, |other| Some(if other == name { "a b" } else { "x" }.into()));
            if awkward.is_err() {
                let word = format!("{{{{{name}}}}}");
                let message = format!(
                    "`{word}` stands inside quotes or a here-document, where a value with blanks has no safe form: \
                     expected it outside (it is quoted already), or `\"$NAME\"` with the value in `env:`"
                );
                self.say_at(path, &word, message);
            }
        }
    }

    fn product(&mut self, path: &str, product: &Product) {
        let value = &product.path.value;
        if value.trim().is_empty() {
            self.say(&format!("{path}.path"), "is empty: expected a path".to_owned());
        }
        self.names(&format!("{path}.path"), value);
        self.inside(&format!("{path}.path"), value);
        if product.at_least == 0 {
            self.say(&format!("{path}.at_least"), "is 0, which is always so: expected 1 or more".to_owned());
        }
        self.text(&format!("{path}.why"), &product.why, false);
    }

    fn progress(&mut self, path: &str, progress: &Progress) {
        let Some(regex) = self.regex(&format!("{path}.pattern"), &progress.pattern.value) else { return };
        let known = ["done", "total", "percent", "label"];
        let groups: Vec<&str> = regex.capture_names().flatten().collect();
        for group in groups.iter().filter(|group| !known.contains(group)) {
            let hint = did_you_mean(group, known);
            let message = format!("the group `{group}` means nothing{hint} (expected {})", one_of(known));
            self.say_at(&format!("{path}.pattern"), group, message);
        }
        self.text(&format!("{path}.phase"), &progress.phase, false);
        let told = groups.iter().any(|group| known.contains(group));
        if !told && progress.total.is_none() && progress.phase.is_empty() && progress.unit.is_empty() {
            let message =
                "tells nothing: expected a group `done`, `total`, `percent` or `label`, a `total`, a `unit` or a `phase`"
                    .to_owned();
            self.say(&format!("{path}.pattern"), message);
        }
        if progress.total == Some(0) {
            self.say(&format!("{path}.total"), "is 0: expected 1 or more".to_owned());
        }
    }
}
