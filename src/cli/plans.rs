//! `ktui plans`, and how every other command comes to a plan for a tree.

mod shown;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::args::PlansCommand;
use super::ground::{Ground, site_of};
use super::rules::tell;
use super::sessions::store;
use super::told::wrong;
use super::{BAD_INPUT, Caller, OK};
use crate::assets::{self, Folder};
use crate::locale::ui::{Say, Tell};
use crate::locale::{Lang, Speak};
use crate::plan::catalogue::{Catalogue, Entry, OWN_FILE, Origin};
use crate::plan::detect::{self, Circumstances};
use crate::plan::resolve::{Resolved, ResolvedStage, Settings, resolve_at};
use crate::plan::schema::Requirement;
use crate::plan::tree::Tree;
use crate::plan::{disk, requirement};
use crate::session::whole;
use crate::target::Target;
use crate::text::visible::harmless;
use crate::yaml::Problem;

pub(super) use shown::show;

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

/// The text of a tree's own plan, as its file has it.
pub(super) fn own_text(ground: &Ground) -> Option<String> {
    own_plan(ground)?.ok().map(|(_, text)| text)
}

/// Trusts a tree's own plan as it is now.
pub(super) fn give_trust(ground: &Ground) -> Result<()> {
    let Some(own) = own_plan(ground) else { return Ok(()) };
    let (_, text) = own.map_err(|problem| wrong(&[problem]))?;
    give_trust_to(ground, &text)
}

/// Trusts exactly this text as a tree's own plan, and no other that may stand there by now.
pub(super) fn give_trust_to(ground: &Ground, text: &str) -> Result<()> {
    let (file, key) = (trust_file()?, trust_key(ground));
    // Two that trust at once must not lose each other's word.
    let _held = whole::hold(&file).with_context(|| file.display().to_string())?;
    let mut trust = disk::trust(&file);
    if trust.holds(&key, text) {
        return Ok(());
    }
    trust.give(&key, text);
    disk::keep_trust(&file, &trust).with_context(|| file.display().to_string())
}

/// That a tree's own plan is not trusted, and what to do about it. The plan's words may be anything yet.
pub(super) fn untrusted(entry: &Entry, ground: &Ground, lang: Lang) -> String {
    let dir = ground.dir.display().to_string();
    harmless(&Tell::NotTrusted { file: &entry.file, plan: entry.id(), dir: &dir }.text(lang))
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
        showln!("{mark} {:wide$}  {}", entry.id(), entry.plan.title.pick(caller.lang));
        match fit {
            Some(offer) if offer.fit.because.is_empty() => {}
            Some(offer) => {
                showln!("  {:wide$}  {}", "", offer.fit.because.join(caller.lang.pick(", ", "，")));
            }
            None => {
                let said = against(&catalogue, entry, tree, caller);
                if !said.is_empty() {
                    showln!("  {:wide$}  {said}", "");
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
