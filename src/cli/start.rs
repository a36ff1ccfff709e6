//! A bare `ktui`: what this folder is, what could be done in it, what the machine lacks for it, and the way there.

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use anyhow::{Result, bail};

use super::args::TourArgs;
use super::doctor::Visit;
use super::ground::Ground;
use super::plans::{self, Need, Wanted};
use super::rules::{Knowledge, knowledge};
use super::sessions::{status_word, store, when};
use super::{Caller, OK, build, screen, tour};
use crate::app::{self, Picked, Scene};
use crate::doctor::State;
use crate::locale::ui::Say;
use crate::model::form::{Field, Origin, Sheet, StageLine};
use crate::model::start::{Check, CheckState, Offer, OfferKind};
use crate::plan::catalogue::{Catalogue, Entry};
use crate::plan::schema::Input;
use crate::plan::tree::Tree;
use crate::plan::{Plan, detect};
use crate::session::store::{Status, Summary};
use crate::target::Target;
use crate::text::visible::harmless;
use crate::view;
use crate::yaml::Problem;

/// What an offer leads to.
#[derive(Clone)]
enum Doing {
    /// A session is opened.
    Attach(String),
    /// An interrupted build goes on.
    Resume(String),
    /// A plan runs.
    Build(Box<Entry>),
    /// The tour.
    Tour,
    /// Nothing: it does not fit.
    Nothing,
}

/// Runs a bare `ktui`.
pub(super) fn run(caller: Caller) -> Result<u8> {
    let plain = screen::is_plain(caller);
    if !plain && !screen::is_possible() {
        bail!(Say::NoTerminal.text(caller.lang));
    }
    let dir = plans::tree_dir(None, caller)?;
    let setup = screen::setup(screen::of_log(String::new(), PathBuf::new(), caller), caller)?;
    let (scene, doings) = scene(&dir, &setup.home, caller)?;
    let picked = if plain { app::choose_plainly(&scene, &setup)? } else { app::choose(&scene, &setup)? };
    go(picked, &doings, &dir, caller)
}

/// Does what was picked.
fn go(picked: Option<Picked>, doings: &[Doing], dir: &Path, caller: Caller) -> Result<u8> {
    let (index, set, step) = match picked {
        None => return Ok(OK),
        Some(Picked::Offer(index)) => (index, Vec::new(), false),
        Some(Picked::Build { offer, set, step }) => (offer, set, step),
    };
    match doings.get(index) {
        None | Some(Doing::Nothing) => Ok(OK),
        Some(Doing::Attach(id)) => screen::attach(Some(id), caller),
        Some(Doing::Resume(plan)) => build::run(&build::of(plan, dir, true), caller),
        Some(Doing::Build(entry)) => {
            let set = set.iter().map(|(name, value)| format!("{name}={value}")).collect();
            build::run(&super::args::BuildArgs { set, step, ..build::of(entry.id(), dir, false) }, caller)
        }
        Some(Doing::Tour) => tour::run(&TourArgs { dir: None, headless: false }, caller),
    }
}

/// The start screen's scene for a folder.
fn scene(dir: &Path, home: &str, caller: Caller) -> Result<(Scene, Vec<Doing>)> {
    let ground = Rc::new(Ground::here(Some(dir.to_owned()), caller)?);
    // Read once: what is trusted is what was shown, whatever stands in the file by then.
    let own = plans::own_text(&ground);
    let catalogue = plans::catalogue_of(&ground)?;
    let (offers, doings) = offers(&catalogue, &ground, own.as_deref(), home, caller)?;
    let fitting = catalogue.offers(&*ground.tree, caller.lang);
    let fresh = || catalogue.entries().iter().find(|entry| begins_here(entry, &ground, caller).is_some());
    // What the tree's own plan requires is asked of the machine, and mended, only once that plan is trusted.
    let best = fitting.iter().map(|offer| offer.entry).find(|entry| entry.is_runnable()).or_else(fresh);
    let tree = best.map_or_else(String::new, |entry| kind_of(&entry.plan, &ground, caller));
    let need = match best {
        Some(entry) => plans::usual_need(entry, &ground, caller)?,
        None => Need::default(),
    };
    let entries: Vec<Option<Box<Entry>>> = doings
        .iter()
        .map(|doing| if let Doing::Build(entry) = doing { Some(entry.clone()) } else { None })
        .collect();
    let here = Rc::clone(&ground);
    let trust = move |_: usize| own.as_deref().map_or(Ok(()), |text| plans::give_trust_to(&here, text));
    let sheet = move |index: usize, set: &[(String, String)]| {
        let entry = entries.get(index).and_then(Option::as_ref);
        entry.map_or_else(Sheet::default, |entry| sheet(entry, &ground, set, caller))
    };
    let scene = Scene {
        dir: view::folder(dir, home),
        tree,
        offers,
        sheet: Box::new(sheet),
        examine: examination(dir.to_owned(), need.clone(), caller),
        trust: Box::new(trust),
        cure: cure(dir.to_owned(), need, caller),
    };
    Ok((scene, doings))
}

/// The project and its era, as the plan tells them.
fn kind_of(plan: &Plan, ground: &Ground, caller: Caller) -> String {
    let era = detect::era(plan, &*ground.tree, Some(&ground.machine.arch));
    let era = era.map(|era| era.title.pick(caller.lang).trim().to_owned());
    let project = Some(plan.detect.project.clone()).filter(|project| !project.is_empty());
    project.into_iter().chain(era).collect::<Vec<_>>().join(": ")
}

/// What could be done here, best first, and the plans that do not fit.
fn offers(
    catalogue: &Catalogue,
    ground: &Ground,
    own: Option<&str>,
    home: &str,
    caller: Caller,
) -> Result<(Vec<Offer>, Vec<Doing>)> {
    let mut offers = past(&ground.dir, home, caller)?;
    let fitting = catalogue.offers(&*ground.tree, caller.lang);
    for offer in &fitting {
        let mut made = of_plan(OfferKind::Plan, offer.entry, &caller.lang.joined(&offer.fit.because), caller);
        if !offer.entry.is_trusted() {
            made.untrusted =
                Some(own.unwrap_or_default().lines().map(harmless).collect::<Vec<_>>().join("\n"));
        }
        offers.push((made, Doing::Build(Box::new(offer.entry.clone()))));
    }
    for entry in catalogue.entries() {
        if entry.id() == crate::plan::tour::PLAN {
            let made = Offer {
                kind: OfferKind::Tour,
                title: entry.plan.title.pick(caller.lang).to_owned(),
                why: entry.plan.about.pick(caller.lang).lines().next().unwrap_or_default().to_owned(),
                details: Vec::new(),
                untrusted: None,
            };
            offers.push((made, Doing::Tour));
        } else if let Some(why) = begins_here(entry, ground, caller) {
            let made = of_plan(OfferKind::Plan, entry, &why, caller);
            offers.push((made, Doing::Build(Box::new(entry.clone()))));
        } else if fitting.iter().all(|offer| offer.entry.id() != entry.id()) {
            let why = plans::against(catalogue, entry, &*ground.tree, caller);
            offers.push((of_plan(OfferKind::Unfit, entry, &why, caller), Doing::Nothing));
        }
    }
    offers.sort_by_key(|(offer, _)| offer.kind);
    Ok(offers.into_iter().unzip())
}

/// The era of a folder with nothing in it, as plans call it: one that knows it fetches its tree.
const EMPTY: &str = "empty";

/// Why a plan can begin in this folder, where that is empty and the plan fetches its tree.
fn begins_here(entry: &Entry, ground: &Ground, caller: Caller) -> Option<String> {
    let empty = ground.tree.entries("").is_empty();
    let era = detect::era(&entry.plan, &*ground.tree, Some(&ground.machine.arch));
    let era = era.filter(|era| empty && era.id.value == EMPTY)?;
    Some(era.title.pick(caller.lang).trim().to_owned())
}

fn of_plan(kind: OfferKind, entry: &Entry, why: &str, caller: Caller) -> Offer {
    let stages: Vec<&str> = entry.plan.stages.iter().map(|stage| stage.id.value.as_str()).collect();
    // Nobody may trust it yet.
    let title = harmless(&format!("{}  {}", entry.id(), entry.plan.title.pick(caller.lang)));
    Offer { kind, title, why: harmless(why), details: vec![harmless(&stages.join("  "))], untrusted: None }
}

/// Sessions that run anywhere, and the newest of each plan of this tree.
fn past(dir: &Path, home: &str, caller: Caller) -> Result<Vec<(Offer, Doing)>> {
    let mut offers = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    let here = |summary: &&Summary| summary.dir == dir || summary.status == Status::Running;
    for summary in store()?.list()?.iter().filter(here) {
        let (kind, doing) = match &summary.status {
            Status::Running => (OfferKind::Attach, Doing::Attach(summary.id.clone())),
            // Only the newest session of a plan can be gone on with.
            Status::Interrupted { .. } if !seen.contains(&summary.plan) => {
                (OfferKind::Resume, Doing::Resume(summary.plan.clone()))
            }
            Status::Ended(_) if !seen.contains(&summary.plan) => {
                (OfferKind::Past, Doing::Attach(summary.id.clone()))
            }
            _ => continue,
        };
        if summary.status != Status::Running {
            seen.push(summary.plan.clone());
        }
        let details =
            vec![summary.stages.iter().map(|stage| stage.id.as_str()).collect::<Vec<_>>().join("  ")];
        let folder = view::folder(&summary.dir, home);
        // That it runs is said by what is offered.
        let why = match &summary.status {
            Status::Running => folder,
            status => format!("{}  {folder}", status_word(status, caller.lang)),
        };
        // The id says when, too, but in UTC, as files are named.
        let title = format!("{}  {}  {}", summary.plan, when(summary.started), summary.id);
        offers.push((Offer { kind, title, why, details, untrusted: None }, doing));
    }
    Ok(offers)
}

/// What a plan comes to with the user's values.
fn sheet(entry: &Entry, ground: &Ground, set: &[(String, String)], caller: Caller) -> Sheet {
    let wanted = Wanted {
        set: set.iter().map(|(name, value)| format!("{name}={value}")).collect(),
        ..Wanted::default()
    };
    let made = match plans::resolved(entry, ground, &wanted, caller) {
        Ok(made) => made,
        Err(error) => Err(vec![Problem::file(entry.id(), super::told::in_both(&error))]),
    };
    let (resolved, problems) = match made {
        Ok(resolved) => (Some(resolved), Vec::new()),
        Err(problems) => (None, problems),
    };
    let value = |input: &Input| {
        let name = &input.name.value;
        let given = set.iter().rev().find(|(other, _)| other == name).map(|(_, value)| value.clone());
        let of_tree = detect::value(&input.from, &*ground.tree as &dyn Tree);
        let origin = match (&given, &of_tree) {
            (Some(_), _) => Origin::User,
            (None, Some(_)) => Origin::Tree,
            (None, None) => Origin::Default,
        };
        let made = resolved.as_ref().and_then(|resolved| resolved.inputs.get(name).cloned());
        (made.or(given).or(of_tree).unwrap_or_default(), origin)
    };
    let of_input = |problem: &Problem, name: &str| {
        problem.file == format!("--set {name}") || problem.file == format!("input {name} default")
    };
    let fields = entry.plan.inputs.iter().map(|input| {
        let (value, origin) = value(input);
        let fault = problems.iter().find(|problem| of_input(problem, &input.name.value));
        Field {
            name: input.name.value.clone(),
            title: input.title.pick(caller.lang).trim().to_owned(),
            value,
            origin,
            choices: input.choices.clone(),
            secret: input.secret,
            fault: fault.map(|problem| problem.message.pick(caller.lang).to_owned()),
        }
    });
    let stages = resolved.iter().flat_map(|resolved| &resolved.stages).map(|stage| StageLine {
        id: stage.id.clone(),
        title: stage.title.clone(),
        skipped: stage.skipped.clone(),
    });
    let other =
        |problem: &&Problem| entry.plan.inputs.iter().all(|input| !of_input(problem, &input.name.value));
    Sheet {
        fields: fields.collect(),
        stages: stages.collect(),
        problems: problems.iter().filter(other).map(|problem| problem.text(caller.lang)).collect(),
    }
}

/// A visit to this machine.
fn visit<'a>(dir: &'a Path, need: &'a Need, knowledge: &'a Knowledge, caller: Caller) -> Visit<'a> {
    Visit { dir, target: Target::Local, need, knowledge, lang: caller.lang }
}

/// Looks at this machine for a plan.
fn examination(dir: PathBuf, need: Need, caller: Caller) -> Arc<app::Examine> {
    Arc::new(move |tell| {
        let knowledge = knowledge(None);
        let visit = visit(&dir, &need, &knowledge, caller);
        let machine = visit.machine();
        visit.examine(&machine, true, &mut |outcome| {
            let state = match outcome.state {
                State::Good => CheckState::Good,
                State::Unknown => CheckState::Unknown,
                State::Warning => CheckState::Warning,
                State::Bad => CheckState::Bad,
            };
            let fix = if state >= CheckState::Warning {
                visit.fixes(&outcome, &machine).into_iter().next()
            } else {
                None
            };
            let (what, found, wanted, why) = (outcome.what, outcome.found, outcome.wanted, outcome.why);
            tell(Check { what, found, wanted, why, state, fix });
        });
    })
}

/// Runs a fix on this machine.
fn cure(dir: PathBuf, need: Need, caller: Caller) -> Box<app::Cure> {
    Box::new(move |fix| {
        let knowledge = knowledge(None);
        let visit = visit(&dir, &need, &knowledge, caller);
        visit.apply(fix)
    })
}
