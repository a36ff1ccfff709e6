//! `ktui plans`, and how every other command comes to a plan for a tree.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::args::PlansCommand;
use super::ground::{Ground, site_of};
use super::rules::tell;
use super::sessions::store;
use super::told::wrong;
use super::{BAD_INPUT, Caller, OK, padded};
use crate::assets::{self, Folder};
use crate::locale::ui::{Say, Tell};
use crate::locale::{Lang, Speak};
use crate::plan::amount::shown_limit;
use crate::plan::catalogue::{Catalogue, Entry, OWN_FILE, Origin};
use crate::plan::detect::{self, Circumstances};
use crate::plan::resolve::{Resolved, ResolvedStage, Settings, resolve_at};
use crate::plan::schema::{Input, Requirement};
use crate::plan::tree::Tree;
use crate::plan::{disk, requirement};
use crate::target::Target;
use crate::yaml::Problem;

/// What the user asked of a plan, from whichever command.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted {
    /// `--set`, still `NAME=VALUE`.
    pub set: Vec<String>,
    /// `--from`.
    pub from: Option<String>,
    /// `--to`.
    pub to: Option<String>,
    /// `--only`.
    pub only: Vec<String>,
}

/// Runs `ktui plans …`.
pub(super) fn run(command: PlansCommand, caller: Caller) -> Result<u8> {
    match command {
        PlansCommand::List { dir, target } => list(&Ground::on(&target, dir, caller)?, caller),
        PlansCommand::Show { plan, dir, set, target } => {
            let ground = Ground::on(&target, dir, caller)?;
            let catalogue = catalogue_of(&ground)?;
            let entry = find(&catalogue, Some(&plan), &ground, caller)?;
            let wanted = Wanted { set, ..Wanted::default() };
            let resolved = match resolved(&entry, &ground, &wanted, caller)? {
                Ok(resolved) => resolved,
                Err(problems) => return Ok(refuse(&problems, caller.lang)),
            };
            show(&catalogue, &entry, &resolved, &ground, caller);
            Ok(OK)
        }
        PlansCommand::Schema => {
            super::say(&format!("{:#}\n", crate::plan::schema::json_schema()));
            Ok(OK)
        }
        PlansCommand::Lint { files } => lint(&files, caller.lang),
    }
}

/// The tree's folder, absolute.
pub(super) fn tree_dir(dir: Option<PathBuf>, caller: Caller) -> Result<PathBuf> {
    let dir = dir.unwrap_or_else(|| PathBuf::from("."));
    let absolute = std::path::absolute(&dir)?;
    let absolute = absolute.canonicalize().with_context(|| format!("{}", dir.display()))?;
    if !absolute.is_dir() {
        bail!(Tell::NotAFolder { dir: &dir.display().to_string() }.text(caller.lang));
    }
    Ok(absolute)
}

/// [`catalogue`], for a tree that may lie elsewhere.
pub(super) fn catalogue_of(ground: &Ground) -> Result<Catalogue> {
    if ground.target.is_local() {
        return Ok(catalogue(&ground.dir)?.of_arch(&ground.machine.arch));
    }
    let mut catalogue = catalogue(Path::new("/nonexistent"))?.of_arch(&ground.machine.arch);
    add_own(&mut catalogue, own_plan(ground), &trust_key(ground))?;
    Ok(catalogue)
}

/// The plan that a tree brings along.
fn own_plan(ground: &Ground) -> Option<Result<(String, String), Problem>> {
    if ground.target.is_local() {
        return disk::own_plan(&ground.dir);
    }
    disk::own_plan_in(&*ground.tree, &format!("{}:{}/ktui.yaml", ground.target, ground.dir.display()))
}

/// A folder, on another machine with that machine's name before it; trust is given to this.
fn trust_key(ground: &Ground) -> String {
    let dir = ground.dir.display();
    if ground.target.is_local() { dir.to_string() } else { format!("{}:{dir}", ground.target) }
}

fn add_own(
    catalogue: &mut Catalogue,
    own: Option<Result<(String, String), Problem>>,
    key: &str,
) -> Result<()> {
    match own {
        Some(Ok((name, text))) => {
            let trusted = disk::trust(&trust_file()?).holds(key, &text);
            catalogue.add(&name, &text, Origin::Tree { trusted });
        }
        Some(Err(problem)) => catalogue.note(problem),
        None => {}
    }
    Ok(())
}

/// Every plan there is for a tree: shipped, the user's, the tree's own.
pub(super) fn catalogue(dir: &Path) -> Result<Catalogue> {
    let mut catalogue = Catalogue::default().of_arch(&super::machine::of_target(&Target::Local).arch);
    let (files, problems) = assets::yaml_files(Folder::Plans);
    for (name, text) in &files {
        let shipped = name.starts_with(Folder::Plans.name()) && !Path::new(name).is_absolute();
        catalogue.add(name, text, if shipped { Origin::Shipped } else { Origin::User });
    }
    for problem in problems {
        catalogue.note(problem);
    }
    add_own(&mut catalogue, disk::own_plan(dir), &dir.to_string_lossy())?;
    Ok(catalogue)
}

/// Where the list of trusted trees is kept.
fn trust_file() -> Result<PathBuf> {
    let store = store()?;
    Ok(store.root().with_file_name("trust"))
}

/// Trusts a tree's own plan as it is now.
pub(super) fn give_trust(ground: &Ground) -> Result<()> {
    let Some(own) = own_plan(ground) else { return Ok(()) };
    let (_, text) = own.map_err(|problem| wrong(&[problem]))?;
    let file = trust_file()?;
    let mut trust = disk::trust(&file);
    trust.give(&trust_key(ground), &text);
    disk::keep_trust(&file, &trust).with_context(|| file.display().to_string())
}

/// The plan of this id or file; without either, the one that fits the tree best.
pub(super) fn find(
    catalogue: &Catalogue,
    wanted: Option<&str>,
    ground: &Ground,
    caller: Caller,
) -> Result<Entry> {
    let dir = &ground.dir;
    let Some(wanted) = wanted else {
        let offers = catalogue.offers(&*ground.tree, caller.lang);
        let Some(best) = offers.first() else {
            let known: Vec<&str> = catalogue.entries().iter().map(Entry::id).collect();
            let (dir, known) = (dir.display().to_string(), known.join(", "));
            bail!(Tell::NoPlanFits { dir: &dir, known: &known }.text(caller.lang));
        };
        return Ok(best.entry.clone());
    };
    if let Some(entry) = catalogue.get(wanted) {
        return Ok(entry.clone());
    }
    if Path::new(wanted).extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
        let (name, text) = assets::read_text(Path::new(wanted)).map_err(|problem| wrong(&[problem]))?;
        let mut alone = Catalogue::default();
        // Named on the command line: the user chose exactly this file.
        alone.add(&name, &text, Origin::Tree { trusted: true });
        if let Some(entry) = alone.entries().first() {
            return Ok(entry.clone());
        }
        let problems = wrong(alone.problems()).said();
        bail!("{}\n{}", Say::NoPlanInFile.text(caller.lang), problems.pick(caller.lang));
    }
    let known: Vec<&str> = catalogue.entries().iter().map(Entry::id).collect();
    bail!(Tell::NoPlan { plan: wanted, known: &known.join(", ") }.text(caller.lang));
}

/// Puts the values in; the inner `Err` is everything that is wrong with them.
pub(super) fn resolved(
    entry: &Entry,
    ground: &Ground,
    wanted: &Wanted,
    caller: Caller,
) -> Result<Result<Resolved, Vec<Problem>>> {
    if entry.problems.iter().any(|problem| !problem.warning) {
        return Ok(Err(entry.problems.clone()));
    }
    let mut set = Vec::new();
    for pair in &wanted.set {
        let Some((name, value)) = pair.split_once('=') else {
            bail!(Tell::SetForm { pair }.text(caller.lang));
        };
        set.push((name.to_owned(), value.to_owned()));
    }
    let made = resolve_at(
        &entry.plan,
        &Settings {
            dir: &ground.dir,
            tree: &*ground.tree,
            target: &ground.target.to_string(),
            set: &set,
            from: wanted.from.as_deref(),
            to: wanted.to.as_deref(),
            only: &wanted.only,
            env: &ground.env,
            machine: &ground.machine,
            lang: caller.lang,
        },
        &|target| site_of(target, caller.lang),
    );
    Ok(made.and_then(targets_are_targets))
}

/// What a plan is for and what it needs of the machine, for one tree with one set of values.
#[derive(Debug, Clone, Default)]
pub(super) struct Need {
    /// `k3s`, `kubernetes`…
    pub project: String,
    /// What must be there.
    pub requirements: Vec<Requirement>,
}

impl Need {
    /// Whether a tool is among it.
    pub(super) fn requires(&self, tool: &str) -> bool {
        self.requirements.iter().any(|requirement| requirement.tool == tool)
    }
}

/// What a plan needs here.
pub(super) fn need(
    entry: &Entry,
    ground: &Ground,
    inputs: &BTreeMap<String, String>,
    caller: Caller,
) -> Need {
    let (plan, tree, arch) = (&entry.plan, &*ground.tree, Some(ground.machine.arch.as_str()));
    let era = detect::era(plan, tree, arch).map_or("", |era| era.id.value.as_str());
    let here = Circumstances { plan, tree, arch, era, inputs, lang: caller.lang };
    Need { project: plan.detect.project.clone(), requirements: requirement::needed(&here) }
}

/// The same, with every input as it is where nobody sets it.
pub(super) fn usual_need(entry: &Entry, ground: &Ground, caller: Caller) -> Result<Need> {
    let inputs = resolved(entry, ground, &Wanted::default(), caller)?.map(|it| it.inputs).unwrap_or_default();
    Ok(need(entry, ground, &inputs, caller))
}

/// Every stage's own target is one.
fn targets_are_targets(resolved: Resolved) -> Result<Resolved, Vec<Problem>> {
    let wrong = |stage: &ResolvedStage| {
        let error = stage.target.parse::<Target>().err().filter(|_| !stage.target.is_empty())?;
        Some(Problem::file(&format!("stage {} target", stage.id), error.said()))
    };
    let problems: Vec<Problem> = resolved.stages.iter().filter_map(wrong).collect();
    if problems.is_empty() { Ok(resolved) } else { Err(problems) }
}

/// Prints what is wrong; the exit status for it.
pub(super) fn refuse(problems: &[Problem], lang: Lang) -> u8 {
    tell(problems, lang);
    BAD_INPUT
}

fn list(ground: &Ground, caller: Caller) -> Result<u8> {
    let (catalogue, tree) = (catalogue_of(ground)?, &*ground.tree);
    tell(catalogue.problems(), caller.lang);
    let offers = catalogue.offers(tree, caller.lang);
    let wide = catalogue.entries().iter().map(|entry| entry.id().len()).max().unwrap_or(0);
    for entry in catalogue.entries() {
        let fit = offers.iter().find(|offer| offer.entry.id() == entry.id());
        let mark = if fit.is_some() { '*' } else { ' ' };
        outln!("{mark} {:wide$}  {}", entry.id(), entry.plan.title.pick(caller.lang));
        match fit {
            Some(offer) if offer.fit.because.is_empty() => {}
            Some(offer) => outln!("  {:wide$}  {}", "", offer.fit.because.join(caller.lang.pick(", ", "，"))),
            None => {
                let said = against(&catalogue, entry, tree, caller);
                if !said.is_empty() {
                    outln!("  {:wide$}  {said}", "");
                }
            }
        }
    }
    let dir = trust_key(ground);
    talkln!("{}", Tell::PlanFits { dir: &dir }.text(caller.lang));
    Ok(OK)
}

/// Why a plan does not fit a tree, in one line; a refusal says more than a file that is not there.
pub(super) fn against(catalogue: &Catalogue, entry: &Entry, tree: &dyn Tree, caller: Caller) -> String {
    let fit = catalogue.fit(entry, tree, caller.lang);
    let refused = catalogue.refusals(entry, tree, caller.lang);
    let of_its_kind = fit.against.len() == refused.len();
    let why = if of_its_kind { refused } else { fit.against.into_iter().take(1).collect() };
    if why.is_empty() {
        return String::new();
    }
    Tell::PlanUnfit { why: &caller.lang.joined(&why) }.text(caller.lang)
}

/// Why a plan must not run on a tree here, where it must not.
pub(super) fn refused(
    catalogue: &Catalogue,
    entry: &Entry,
    ground: &Ground,
    caller: Caller,
) -> Option<String> {
    let why = catalogue.refusals(entry, &*ground.tree, caller.lang);
    (!why.is_empty()).then(|| why.join("\n"))
}

/// Prints exactly what would run.
pub(super) fn show(
    catalogue: &Catalogue,
    entry: &Entry,
    resolved: &Resolved,
    ground: &Ground,
    caller: Caller,
) {
    outln!("{}: {}", resolved.plan, resolved.title);
    outln!("{}\n", entry.plan.about.pick(caller.lang).trim_end());
    let lang = caller.lang;
    let label = |say: Say| padded(say.text(lang), 6);
    outln!("{}  {}", label(Say::LabelFolder), resolved.dir.display());
    outln!("{}  {}", label(Say::LabelTarget), resolved.target);
    if !resolved.era.is_empty() {
        outln!("{}  {}", label(Say::LabelEra), resolved.era);
    }
    let against = against(catalogue, entry, &*ground.tree, caller);
    // An empty folder is no tree that does not fit, where the plan has an era for that: it fetches one.
    let fetched = !resolved.era.is_empty() && ground.tree.entries("").is_empty();
    if !against.is_empty() && !fetched {
        outln!("{}  {against}", label(Say::LabelFit));
    }
    for (name, value) in resolved.shown_inputs() {
        outln!("{}  {name}={value}", label(Say::LabelInput));
        if let Some(input) = entry.plan.inputs.iter().find(|input| input.name.value == name) {
            outln!("{:8}{}", "", meaning(input, lang));
        }
    }
    for it in &need(entry, ground, &resolved.inputs, caller).requirements {
        let why = it.why.pick(lang).trim();
        outln!("{}  {}{}", label(Say::LabelNeeds), requirement::named(it, lang), aside(why, lang));
    }
    for stage in &resolved.stages {
        show_stage(stage, lang);
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

fn show_stage(stage: &ResolvedStage, lang: Lang) {
    outln!("\n== {}: {}", stage.id, stage.title);
    if let Some(why) = &stage.skipped {
        outln!("   {}", Tell::PlanSkips { why }.text(lang));
        return;
    }
    for line in in_parts(&stage.explain).lines() {
        outln!("   {line}");
    }
    let (dir, shell) = (stage.dir.display().to_string(), stage.shell.join(" "));
    let place = if stage.target.is_empty() { dir } else { format!("{}:{dir}", stage.target) };
    outln!("   {}", Tell::PlanRuns { dir: &place, shell: &shell }.text(lang));
    for (name, value) in &stage.env {
        outln!("   {name}={value}");
    }
    if let Some(limit) = stage.timeout {
        outln!("   {}", Tell::PlanLimit { limit: shown_limit(limit).pick(lang) }.text(lang));
    }
    for line in stage.script.trim_end().lines() {
        outln!("     {line}");
    }
    for product in &stage.products {
        let count = u64::from(product.at_least);
        outln!("   {}", Tell::PlanLeaves { path: &product.path, count }.text(lang));
    }
    if let Some(check) = &stage.check {
        outln!("   {}", Say::PlanCheck.text(lang));
        for line in check.trim_end().lines() {
            outln!("     {line}");
        }
    }
}

fn lint(files: &[PathBuf], lang: Lang) -> Result<u8> {
    let mut catalogue =
        if files.is_empty() { catalogue(Path::new("/nonexistent"))? } else { Catalogue::default() };
    for path in files {
        match assets::read_text(path) {
            Ok((name, text)) => {
                let own = path.file_name().is_some_and(|name| name == OWN_FILE);
                catalogue.add(&name, &text, if own { Origin::Tree { trusted: false } } else { Origin::User });
            }
            Err(problem) => catalogue.note(problem),
        }
    }
    if files.is_empty() {
        // What plans say of a tree's stages, the guide says of its folders: both ship, both are checked here.
        super::explain::guides().1.into_iter().for_each(|problem| catalogue.note(problem));
    }
    let errors = tell(catalogue.problems(), lang);
    let warnings = catalogue.problems().len() - errors;
    let (count, errors, warnings) = (catalogue.entries().len() as u64, errors as u64, warnings as u64);
    outln!("{}", Tell::PlansLinted { count, errors, warnings }.text(lang));
    Ok(if errors == 0 { OK } else { BAD_INPUT })
}
