//! `ktui plans show` and `build --dry-run`: what would run, as people read it.
//!
//! Owns the page; none of its words steers the terminal, and no secret stands on it.

use super::super::ground::Ground;
use super::super::{Caller, padded};
use super::{against, need};
use crate::locale::Lang;
use crate::locale::ui::{Say, Tell};
use crate::plan::amount::shown_limit;
use crate::plan::catalogue::{Catalogue, Entry};
use crate::plan::requirement;
use crate::plan::resolve::{Resolved, ResolvedStage};
use crate::plan::schema::Input;
use crate::session::redact::Redactor;

/// Prints exactly what would run.
pub(in crate::cli) fn show(
    catalogue: &Catalogue,
    entry: &Entry,
    resolved: &Resolved,
    ground: &Ground,
    caller: Caller,
) {
    showln!("{}: {}", resolved.plan, resolved.title);
    for line in entry.plan.about.pick(caller.lang).trim_end().lines() {
        showln!("{line}");
    }
    outln!("");
    let lang = caller.lang;
    let label = |say: Say| padded(say.text(lang), 6);
    showln!("{}  {}", label(Say::LabelFolder), resolved.dir.display());
    showln!("{}  {}", label(Say::LabelTarget), resolved.target);
    if !resolved.era.is_empty() {
        showln!("{}  {}", label(Say::LabelEra), resolved.era);
    }
    let against = against(catalogue, entry, &*ground.tree, caller);
    // An empty folder is no tree that does not fit, where the plan has an era for that: it fetches one.
    let fetched = !resolved.era.is_empty() && ground.tree.entries("").is_empty();
    if !against.is_empty() && !fetched {
        showln!("{}  {against}", label(Say::LabelFit));
    }
    for (name, value) in resolved.shown_inputs() {
        showln!("{}  {name}={value}", label(Say::LabelInput));
        if let Some(input) = entry.plan.inputs.iter().find(|input| input.name.value == name) {
            showln!("{:8}{}", "", meaning(input, lang));
        }
    }
    for it in &need(entry, ground, &resolved.inputs, caller).requirements {
        let why = it.why.pick(lang).trim();
        showln!("{}  {}{}", label(Say::LabelNeeds), requirement::named(it, lang), aside(why, lang));
    }
    let secrets = secrets_of(resolved, ground);
    for stage in &resolved.stages {
        show_stage(stage, &secrets, lang);
    }
}

/// What an input means, and the values that it can have where they are few.
fn meaning(input: &Input, lang: Lang) -> String {
    let title = input.title.pick(lang).trim();
    if input.choices.is_empty() {
        return title.to_owned();
    }
    let named: Vec<&str> = input.choices.iter().map(|it| if it.is_empty() { "''" } else { it }).collect();
    let all = Tell::PlanChoices { all: &named.join(lang.pick(", ", "、")) }.text(lang);
    format!("{title}{}{all}", lang.pick("; ", "；"))
}

/// An explanation as people read it: what it reads and what it leaves each begin a line.
fn in_parts(explain: &str) -> String {
    let parts = ["Reads:", "Leaves:", "Look at:", "读取：", "留下：", "请注意："];
    let apart = |text: String, part: &&str| {
        text.replace(&format!(" {part}"), &format!("\n{part}"))
            .replace(&format!("。{part}"), &format!("。\n{part}"))
    };
    parts.iter().fold(explain.trim_end().to_owned(), apart)
}

/// In brackets, where there is anything.
fn aside(why: &str, lang: Lang) -> String {
    let (open, close) = (lang.pick(" (", "（"), lang.pick(")", "）"));
    if why.is_empty() { String::new() } else { format!("{open}{why}{close}") }
}

/// What a plan's environments and inputs hold that nobody else is to see.
fn secrets_of(resolved: &Resolved, ground: &Ground) -> Redactor {
    let stages = resolved.stages.iter().flat_map(|stage| &stage.env);
    let mut secrets = Redactor::new(ground.env.iter().chain(stages));
    let inputs = resolved.inputs.iter().filter(|(name, _)| resolved.secrets.contains(name));
    inputs.for_each(|(_, value)| secrets.add(value));
    secrets
}

fn show_stage(stage: &ResolvedStage, secrets: &Redactor, lang: Lang) {
    outln!("");
    showln!("== {}: {}", stage.id, stage.title);
    if let Some(why) = &stage.skipped {
        showln!("   {}", Tell::PlanSkips { why }.text(lang));
        return;
    }
    for line in secrets.mask(&in_parts(&stage.explain)).lines() {
        showln!("   {line}");
    }
    let (dir, shell) = (stage.dir.display().to_string(), stage.shell.join(" "));
    let place = if stage.target.is_empty() { dir } else { format!("{}:{dir}", stage.target) };
    showln!("   {}", Tell::PlanRuns { dir: &place, shell: &shell }.text(lang));
    for (name, value) in secrets.mask_env(&stage.env) {
        showln!("   {name}={value}");
    }
    if let Some(limit) = stage.timeout {
        showln!("   {}", Tell::PlanLimit { limit: shown_limit(limit).pick(lang) }.text(lang));
    }
    for line in secrets.mask(stage.script.trim_end()).lines() {
        showln!("     {line}");
    }
    for product in &stage.products {
        let count = u64::from(product.at_least);
        showln!("   {}", Tell::PlanLeaves { path: &product.path, count }.text(lang));
    }
    if let Some(check) = &stage.check {
        showln!("   {}", Say::PlanCheck.text(lang));
        for line in secrets.mask(check.trim_end()).lines() {
            showln!("     {line}");
        }
    }
}
