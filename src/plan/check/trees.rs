//! What can be wrong with the way a plan recognises trees: what it detects, what it refuses, its eras.

use std::collections::BTreeMap;

use super::{Check, id_form, is_id, shown};
use crate::locale::both;
use crate::plan::schema::{FromFile, StageWhen, TreeWhen};
use crate::yaml::{Spanned, did_you_mean, one_of};

/// GOARCH names that a machine may have.
const ARCHES: [&str; 12] = [
    "386", "amd64", "arm", "arm64", "loong64", "mips64", "mips64le", "mipsle", "ppc64", "ppc64le", "riscv64",
    "s390x",
];

impl Check<'_> {
    pub(super) fn detect(&mut self) {
        let plan = self.plan;
        for (list, paths) in [("files", &plan.detect.files), ("not_files", &plan.detect.not_files)] {
            for (at, path) in paths.iter().enumerate() {
                for name in path.value.split('|') {
                    self.inside(&format!("detect.{list}.{at}"), name);
                }
            }
        }
        self.contents("detect.contains", &plan.detect.contains);
        for (at, refusal) in plan.detect.refuse.iter().enumerate() {
            let path = format!("detect.refuse.{at}");
            self.text(&format!("{path}.why"), &refusal.why, true);
            if self.tree_when(&format!("{path}.when"), &refusal.when) {
                self.say(
                    &format!("{path}.when"),
                    both!("has no condition: expected at least one", "没有条件；至少应有一个"),
                );
            }
        }
    }

    pub(super) fn eras(&mut self) {
        let plan = self.plan;
        let last = plan.eras.len().saturating_sub(1);
        let mut seen: Vec<&str> = Vec::new();
        for (at, era) in plan.eras.iter().enumerate() {
            let path = format!("eras.{at}");
            let id = era.id.value.as_str();
            if !is_id(id) {
                let (id, form) = (shown(id), id_form());
                let message =
                    both!("`{id}` is no era id: expected {form}", "`{id}` 不是时期 id；应为{form}", form);
                self.say(&format!("{path}.id"), message);
            } else if seen.contains(&id) {
                let message = both!(
                    "the era `{id}` stands here for the second time: expected it once",
                    "时期 `{id}` 在此第二次出现；只应出现一次"
                );
                self.say(&format!("{path}.id"), message);
            }
            seen.push(id);
            self.text(&format!("{path}.title"), &era.title, true);
            if self.tree_when(&format!("{path}.when"), &era.when) && at != last {
                let message = both!(
                    "claims every tree, so that no later era is ever met: expected `when:`",
                    "适用于所有源码树，其后的时期永远不会用到；应有 `when:`"
                );
                self.say(&path, message);
            }
        }
    }

    pub(super) fn when(&mut self, path: &str, when: &StageWhen) {
        self.tree_when(path, &when.of_tree());
        let plan = self.plan;
        let ids = || plan.eras.iter().map(|era| era.id.value.as_str());
        for (at, era) in when.era.iter().enumerate() {
            if !ids().any(|id| id == era.value) {
                let hint = did_you_mean(&era.value, ids());
                let era = shown(&era.value);
                let message = if plan.eras.is_empty() {
                    both!(
                        "no era is called `{era}`: the plan has none",
                        "没有名为 `{era}` 的时期：该计划未定义时期"
                    )
                } else {
                    let all = one_of(ids());
                    both!(
                        "no era is called `{era}`{hint} (expected {all})",
                        "没有名为 `{era}` 的时期{hint}（应为 {all}）",
                        hint,
                        all
                    )
                };
                self.say(&format!("{path}.era.{at}"), message);
            }
        }
        for (name, value) in &when.input {
            let path = format!("{path}.input.{name}");
            let inputs = || plan.inputs.iter().map(|input| input.name.value.as_str());
            let Some(input) = plan.inputs.iter().find(|input| input.name.value == *name) else {
                let (name, hint, all) = (shown(name), did_you_mean(name, inputs()), one_of(inputs()));
                let message = if plan.inputs.is_empty() {
                    both!(
                        "no input is called `{name}`: the plan has none",
                        "没有名为 `{name}` 的输入：该计划未定义输入"
                    )
                } else {
                    both!(
                        "no input is called `{name}`{hint} (expected {all})",
                        "没有名为 `{name}` 的输入{hint}（应为 {all}）",
                        hint,
                        all
                    )
                };
                self.say(&path, message);
                continue;
            };
            let never = |value: &str| !input.choices.iter().any(|choice| choice == value);
            if !input.choices.is_empty() && value.split('|').any(never) {
                let all = one_of(input.choices.iter().map(String::as_str));
                let value = shown(value);
                let message = both!(
                    "`{name}` is never `{value}`: expected {all}",
                    "`{name}` 不会是 `{value}`；应为 {all}",
                    all
                );
                self.say(&path, message);
            }
        }
    }

    pub(super) fn value_places(&mut self, path: &str, places: &[FromFile]) {
        for (at, place) in places.iter().enumerate() {
            self.inside(&format!("{path}.{at}.file"), &place.file.value);
            self.regex(&format!("{path}.{at}.pattern"), &place.pattern.value);
        }
    }

    /// Looks at a condition; `true` where it has nothing to hold.
    fn tree_when(&mut self, path: &str, when: &TreeWhen) -> bool {
        for (list, paths) in [("exists", &when.exists), ("missing", &when.missing)] {
            for (at, value) in paths.iter().enumerate() {
                self.inside(&format!("{path}.{list}.{at}"), value);
            }
        }
        self.contents(&format!("{path}.contains"), &when.contains);
        self.contents(&format!("{path}.lacks"), &when.lacks);
        for (at, arch) in when.arch.iter().enumerate() {
            if !ARCHES.contains(&arch.as_str()) {
                let hint = did_you_mean(arch, ARCHES);
                let (arch, all) = (shown(arch), one_of(ARCHES));
                let message = both!(
                    "`{arch}` is no GOARCH name{hint} (expected {all})",
                    "`{arch}` 不是 GOARCH 名称{hint}（应为 {all}）",
                    hint,
                    all
                );
                self.say(&format!("{path}.arch.{at}"), message);
            }
        }
        when.exists.is_empty()
            && when.missing.is_empty()
            && when.contains.is_empty()
            && when.lacks.is_empty()
            && when.arch.is_empty()
    }

    fn contents(&mut self, path: &str, contents: &BTreeMap<String, Spanned<String>>) {
        for (file, pattern) in contents {
            let path = format!("{path}.{file}");
            self.inside(&path, file);
            self.regex(&path, &pattern.value);
        }
    }
}
