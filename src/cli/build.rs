//! `ktui build`: from a plan and a tree to a session with a runner, then the app or no screen.

use std::path::Path;

use anyhow::{Result, bail};

use super::args::BuildArgs;
use super::doctor::Visit;
use super::ground::Ground;
use super::headless::Headless;
use super::plans::{self, Need, Wanted};
use super::rules::{Knowledge, knowledge, tell};
use super::sessions::store;
use super::{BAD_INPUT, Caller, OK, golang, machine, past, screen};
use crate::diagnose::engine::Context;
use crate::diagnose::rule::Risk;
use crate::doctor::{Cure, State};
use crate::locale::ui::{Say, Tell};
use crate::plan::Resolved;
use crate::remedy::{Fix, Machine};
use crate::runner::client::Client;
use crate::runner::order::Order;
use crate::session::store::{Alike, SessionDir, Status, Summary};
use crate::session::whole;
use crate::target::Target;

/// How a build is driven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Driving {
    /// Without a screen.
    pub headless: bool,
    /// Fixes up to this risk run without asking.
    pub allowed: Option<Risk>,
    /// Waits before every stage.
    pub step: bool,
    /// Though another build of the tree may run.
    pub concurrent: bool,
}

impl Driving {
    /// Two builds of one tree write the same files.
    fn refuse_second(self, dir: &Path, target: &Target, caller: Caller) -> Result<()> {
        match running(dir, target)?.filter(|_| !self.concurrent) {
            Some(id) => {
                let dir = dir.display().to_string();
                bail!(Tell::AlreadyRuns { dir: &dir, id: &id }.text(caller.lang))
            }
            None => Ok(()),
        }
    }
}

/// The session that builds this tree at this moment.
pub(super) fn running(dir: &Path, target: &Target) -> Result<Option<String>> {
    let sessions = store()?.list()?;
    let here = sessions.into_iter().find(|summary| {
        summary.status == Status::Running
            && summary.dir == dir
            && summary.target.parse::<Target>().is_ok_and(|other| other == *target)
    });
    Ok(here.map(|summary| summary.id))
}

/// Runs `ktui build …`.
pub(super) fn run(args: &BuildArgs, caller: Caller) -> Result<u8> {
    let ground = Ground::on(&args.target, args.dir.clone(), caller)?;
    let dir = ground.dir.clone();
    if args.trust {
        plans::give_trust(&ground)?;
    }
    let catalogue = plans::catalogue_of(&ground)?;
    let entry = plans::find(&catalogue, args.plan.as_deref(), &ground, caller)?;
    if !entry.is_trusted() && !args.dry_run {
        bail!(plans::untrusted(&entry, &ground, caller.lang));
    }
    if let Some(why) = plans::refused(&catalogue, &entry, &ground, caller) {
        let dir = &dir.display().to_string();
        bail!(Tell::PlanNotHere { plan: entry.id(), dir, why: &why }.text(caller.lang));
    }
    let interrupted = interrupted(&ground, entry.id())?;
    let resumes = match (&interrupted, args.resume) {
        (None, true) => {
            let dir = dir.display().to_string();
            bail!(Tell::NothingCut { dir: &dir, plan: entry.id() }.text(caller.lang));
        }
        (Some(cut), true) => Some(cut),
        (Some(cut), false) => {
            talkln!("ktui: {}", Tell::WasCut { id: &cut.id }.text(caller.lang));
            None
        }
        (None, false) => None,
    };
    let from = args.from.clone().or_else(|| resumes.and_then(cut_stage));
    let wanted = Wanted { set: args.set.clone(), from, to: args.to.clone(), only: args.only.clone() };
    let mut resolved = match plans::resolved(&entry, &ground, &wanted, caller)? {
        Ok(resolved) => resolved,
        Err(problems) => return Ok(plans::refuse(&problems, caller.lang)),
    };
    if args.dry_run {
        plans::show(&catalogue, &entry, &resolved, &ground, caller);
        return Ok(OK);
    }
    let target = ground.target.clone();
    let somebody = screen::is_possible() || caller.plain || screen::is_plain(caller) && args.yes.is_none();
    let headless = args.headless || !somebody;
    if args.step && headless {
        bail!(Say::StepAlone.text(caller.lang));
    }
    let allowed = args.yes.map(Risk::from);
    let driving = Driving { headless, allowed, step: args.step && !headless, concurrent: args.concurrent };
    driving.refuse_second(&dir, &target, caller)?;
    let need = plans::need(&entry, &ground, &resolved.inputs, caller);
    look_before(&need, &mut resolved, &target, driving.allowed, caller)?;
    start(&resolved, resumes.map(|cut| cut.id.clone()), target, driving, caller)
}

/// The arguments of a build that was chosen on the start screen.
pub(super) fn of(plan: &str, dir: &Path, resume: bool) -> BuildArgs {
    BuildArgs {
        plan: Some(plan.to_owned()),
        dir: Some(dir.to_owned()),
        set: Vec::new(),
        from: None,
        to: None,
        only: Vec::new(),
        target: Target::Local.to_string(),
        headless: false,
        step: false,
        yes: None,
        resume,
        trust: false,
        concurrent: false,
        dry_run: false,
    }
}

/// Makes the session, starts its runner, and follows it to the end.
pub(super) fn start(
    resolved: &Resolved,
    resumes: Option<String>,
    target: Target,
    driving: Driving,
    caller: Caller,
) -> Result<u8> {
    let knowledge = knowledge(None).for_plan(&resolved.plan);
    if tell(&knowledge.problems, caller.lang) > 0 && knowledge.rules.rules().next().is_none() {
        return Ok(BAD_INPUT);
    }
    let store = store()?;
    let mut resolved = resolved.clone();
    let alike = Alike { plan: &resolved.plan, target: &resolved.target, inputs: &resolved.shown_inputs() };
    let mut usual = store.usual(alike);
    for stage in &mut resolved.stages {
        stage.usual = usual.remove(&stage.id);
    }
    let resolved = &resolved;
    // Before the runner starts, which a Ctrl-C must find somebody to stop: a board may take long to answer.
    let machine = if driving.headless { machine::of_target(&target) } else { Machine::default() };
    // Of two that start at once, one comes second.
    let starting = whole::hold(&store.root().with_file_name("starting"))?;
    driving.refuse_second(&resolved.dir, &target, caller)?;
    let session = store.create(&resolved.plan)?;
    let (cols, rows) = crossterm::terminal::size().unwrap_or((80, 24));
    let order =
        Order { cols, rows, resumes, step: driving.step, ..Order::new(session.id.clone(), resolved.clone()) };
    let handle = crate::runner::launch(&session, &order)?;
    drop(starting);
    if driving.headless {
        let path = session.path.display().to_string();
        talkln!("ktui: {}", Tell::SessionIn { id: &session.id, path: &path }.text(caller.lang));
        headless(&session, handle.client, &knowledge, (target, machine), resolved, driving.allowed, caller)
    } else {
        let context = Context {
            project: Some(resolved.project.clone()).filter(|project| !project.is_empty()),
            familiar: Some(past::familiar(&resolved.plan, &resolved.dir, &session.id)),
            ..Context::default()
        };
        screen::live(&session, target, (&resolved.dir, &resolved.plan), context, &knowledge, caller)
    }
}

fn headless(
    session: &SessionDir,
    client: Option<Client>,
    knowledge: &Knowledge,
    (target, machine): (Target, Machine),
    resolved: &Resolved,
    allowed: Option<Risk>,
    caller: Caller,
) -> Result<u8> {
    let machine = Machine {
        project: Some(resolved.project.clone()).filter(|project| !project.is_empty()),
        dir: Some(resolved.dir.display().to_string()),
        ..machine
    };
    let machine_of = String::new();
    let familiar = past::familiar(&resolved.plan, &resolved.dir, &session.id);
    Headless { session, client, knowledge, target, machine, machine_of, allowed, familiar, caller }.follow()
}

/// The newest session of this tree and plan, where it was cut off.
fn interrupted(ground: &Ground, plan: &str) -> Result<Option<Summary>> {
    let sessions = store()?.list()?;
    let newest = sessions.into_iter().find(|summary| {
        summary.dir == ground.dir
            && summary.plan == plan
            && summary.target.parse::<Target>().is_ok_and(|target| target == ground.target)
    });
    Ok(newest.filter(|summary| matches!(summary.status, Status::Interrupted { .. })))
}

fn cut_stage(summary: &Summary) -> Option<String> {
    match &summary.status {
        Status::Interrupted { stage } => stage.clone(),
        _ => None,
    }
}

/// What the machine lacks for the plan: said, not enforced, since a plan can be wrong about a machine. A missing Go
/// is brought at once where that was allowed: every stage would fail for want of it.
fn look_before(
    need: &Need,
    resolved: &mut Resolved,
    target: &Target,
    allowed: Option<Risk>,
    caller: Caller,
) -> Result<()> {
    let knowledge = knowledge(None);
    let dir = resolved.dir.clone();
    let visit = Visit { dir: &dir, target: target.clone(), need, knowledge: &knowledge, lang: caller.lang };
    let machine = visit.machine();
    let mut bad = Vec::new();
    visit
        .examine(&machine, false, &mut |outcome| bad.extend(Some(outcome).filter(|o| o.state == State::Bad)));
    for outcome in &bad {
        let why = if outcome.why.is_empty() { String::new() } else { format!(" ({})", outcome.why) };
        let (what, found, wanted) = (&outcome.what, &outcome.found, &outcome.wanted);
        talkln!("ktui: {}{why}", Tell::Unmet { what, found, wanted }.text(caller.lang));
        let Some(fix) = visit.fixes(outcome, &machine).into_iter().find(Fix::acts) else { continue };
        for command in &fix.commands {
            talkln!("ktui:   {}: {command}", Say::LabelFix.text(caller.lang));
        }
        if matches!(outcome.cure, Cure::Go(_)) && allowed.is_some_and(|allowed| fix.risk <= allowed) {
            visit.apply(&fix)?;
        }
    }
    if need.requirements.iter().any(|requirement| requirement.tool == "go") {
        // What the network had to say was kept a moment ago.
        let (required, _) = golang::of_tree(&dir, None, Vec::new());
        golang::take_own(resolved, &required, target, caller.lang);
    }
    Ok(())
}
