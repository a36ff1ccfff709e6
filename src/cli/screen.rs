//! The commands that open the app.
#![expect(
    clippy::disallowed_methods,
    reason = "asks the environment what the terminal can, reads theme files"
)]

use std::fs::File;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use super::args::{ReplayArgs, ScreenshotArgs};
use super::rules::{Knowledge, knowledge};
use super::sessions::store;
use super::{Caller, FAILED, OK, author, explain, machine, notes, past, themes, variable};
use crate::app::{self, Begin, Input, Known, Live, Recording, Setup};
use crate::assets;
use crate::diagnose::engine::Context;
use crate::event::{Event, Note, Timed};
use crate::locale::ui::{Say, Tell};
use crate::locale::{Fault, Lang, both};
use crate::model::diagnosis;
use crate::model::panes::Arrangement;
use crate::remedy::Machine;
use crate::session::import::{self, Log, Source};
use crate::session::store::{SessionDir, Status, Summary};
use crate::target::Target;
use crate::theme::Depth;
use crate::yaml;

/// Whether there is a terminal that the app can draw on.
pub(super) fn is_possible() -> bool {
    io::stdin().is_terminal() && can_draw()
}

/// Whether the app is to speak in lines: as wished, or because a person sits before a terminal that cannot be drawn on.
pub(super) fn is_plain(caller: Caller) -> bool {
    caller.plain || io::stdin().is_terminal() && !can_draw()
}

fn can_draw() -> bool {
    let dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
    io::stdout().is_terminal() && !dumb
}

/// Joins a running session, or opens one that has ended.
pub(super) fn attach(wanted: Option<&str>, caller: Caller) -> Result<u8> {
    let store = store()?;
    let summary = if let Some(wanted) = wanted {
        store.find(wanted)?.summary()?
    } else {
        let running = store.list()?.into_iter().find(|summary| summary.status == Status::Running);
        running.context(Say::NoSessionRuns.text(caller.lang))?
    };
    let target: Target = summary.target.parse().unwrap_or(Target::Local);
    let knowledge = knowledge(None).for_plan(&summary.plan);
    let context = Context {
        familiar: Some(past::familiar(&summary.plan, &summary.dir, &summary.id)),
        ..Context::default()
    };
    if summary.status == Status::Running {
        live(&summary.session, target, (&summary.dir, &summary.plan), context, &knowledge, caller)
    } else {
        replay_session(&summary, context, &knowledge, caller)
    }
}

fn replay_session(summary: &Summary, context: Context, knowledge: &Knowledge, caller: Caller) -> Result<u8> {
    let log = summary.session.cast().display().to_string();
    let args = ReplayArgs { log, speed: 0.0, at: None, stage: None, timing: None };
    let mut recording = recording(&args, caller.lang)?;
    recording.name.clone_from(&summary.id);
    let known = known(knowledge, context, Machine::default(), caller);
    let known = known_in(&summary.dir, &summary.plan, known);
    let notes = notes::of_session(&summary.session.path);
    show(Input::Replay(Box::new(recording)), known, Some(notes), caller)
}

/// A session while it runs, of the tree in a folder by a plan; `context` is what is known of the place.
pub(super) fn live(
    session: &SessionDir,
    target: Target,
    (dir, plan): (&Path, &str),
    context: Context,
    knowledge: &Knowledge,
    caller: Caller,
) -> Result<u8> {
    let machine = Machine { project: context.project.clone(), ..Machine::default() };
    let probe: app::Probe =
        Arc::new(move |ask, of, dir, env| machine::prober(&target, of).in_dir(dir).with_env(env).answer(ask));
    let known = known_in(dir, plan, known(knowledge, context, machine, caller));
    let notes = notes::of_session(&session.path);
    show(Input::Live(Live { session: session.clone(), probe }), known, Some(notes), caller)
}

/// `ktui replay`.
pub(super) fn replay(args: &ReplayArgs, caller: Caller) -> Result<u8> {
    let mut recording = recording(args, caller.lang)?;
    if !can_draw() && !is_plain(caller) {
        bail!(Tell::NoTerminalReplay { log: &args.log }.text(caller.lang));
    }
    let (plan, dir) = of_session_start(&mut recording).unwrap_or_default();
    let known = of_log(plan, dir, caller);
    show(Input::Replay(Box::new(recording)), known, notes::of_log(&args.log), caller)
}

/// The recording behind a file, a session's id, or standard input.
fn recording(args: &ReplayArgs, lang: Lang) -> Result<Recording> {
    let path = PathBuf::from(&args.log);
    let (source, session) = if args.log != "-" && !path.exists() {
        let missing = || Tell::NoSuchLog { log: &args.log }.text(lang);
        let session = store()?.find(&args.log).with_context(missing)?;
        (Source::named(session.cast()), Some(session))
    } else {
        (Source::named(&path), None)
    };
    let session = session.or_else(|| of_session(&path));
    if let Some(timing) = &args.timing {
        File::open(timing).with_context(|| timing.display().to_string())?;
    }
    let mut log = import::log(source, args.timing.as_deref())?;
    let read = match &log {
        Log::Recording(imported) => &imported.name,
        Log::Text(text) => &text.name,
    };
    let name = if path.exists() || args.log == "-" { read.clone() } else { args.log.clone() };
    let begin = match (&args.at, &args.stage) {
        (Some(at), _) => Begin::At(moment(at, lang)?),
        (None, Some(stage)) => Begin::Stage(stage_of(&mut log, stage, &name)?),
        (None, None) if args.speed > 0.0 => Begin::Start,
        (None, None) => Begin::End,
    };
    Ok(Recording { name, log, begin, speed: args.speed, session })
}

/// The session whose log this file is, where it lies in the store.
fn of_session(path: &std::path::Path) -> Option<SessionDir> {
    let folder = path.canonicalize().ok()?.parent()?.to_owned();
    let root = store().ok()?.root().canonicalize().ok()?;
    (folder.parent() == Some(&root)).then(|| SessionDir::at(folder))
}

/// The plan that a recording says it is of, and the tree's folder.
fn of_session_start(recording: &mut Recording) -> Option<(String, PathBuf)> {
    let Log::Recording(imported) = &mut recording.log else { return None };
    let first: Vec<Timed> = imported.events.by_ref().take(64).collect();
    let of = first.iter().find_map(|timed| match &timed.event {
        Event::Note(Note::Session(start)) => Some((start.plan.clone(), start.dir.clone())),
        _ => None,
    });
    let rest = std::mem::replace(&mut imported.events, Box::new(std::iter::empty()));
    imported.events = Box::new(first.into_iter().chain(rest));
    of
}

/// A stage that the log has, by its name.
fn stage_of(log: &mut Log, wanted: &str, name: &str) -> Result<String> {
    let mut stages = Vec::new();
    if let Log::Recording(imported) = log {
        let events: Vec<Timed> = imported.events.by_ref().collect();
        for timed in &events {
            if let Event::Note(Note::RunStarted(run)) = &timed.event
                && !stages.contains(&run.stage)
            {
                stages.push(run.stage.clone());
            }
        }
        imported.events = Box::new(events.into_iter());
    }
    if stages.iter().any(|stage| stage == wanted) {
        return Ok(wanted.to_owned());
    }
    if stages.is_empty() {
        return Err(Fault(both!("{log} tells of no stages", "{log} 中没有阶段信息", log = name)).into());
    }
    Err(Fault(yaml::none_of(wanted, stages.iter().map(String::as_str))).into())
}

/// Seconds, MM:SS or HH:MM:SS.
fn moment(text: &str, lang: Lang) -> Result<Duration> {
    let mut seconds = 0.0;
    for part in text.split(':') {
        let value: f64 = part
            .parse()
            .ok()
            .filter(|value: &f64| value.is_finite() && *value >= 0.0)
            .with_context(|| Tell::NoMoment { text }.text(lang))?;
        seconds = seconds * 60.0 + value;
    }
    Duration::try_from_secs_f64(seconds).with_context(|| Tell::TooFar { text }.text(lang))
}

/// What is known about a log of a plan, once it is needed; `dir` is its tree's folder, empty for this one.
pub(super) fn of_log(plan: String, dir: PathBuf, caller: Caller) -> Known {
    let load = move || {
        let dir = if dir.as_os_str().is_empty() { Path::new(".") } else { &dir };
        with_guide(dir, &plan, of_plan(&plan, caller))
    };
    Arc::new(LazyLock::new(Box::new(load)))
}

/// What is known about the output of a plan, whoever shows it and wherever it came from.
pub(super) fn of_plan(plan: &str, caller: Caller) -> diagnosis::Knowledge {
    known(&knowledge(None).for_plan(plan), Context::default(), Machine::default(), caller)
}

/// The same, and what the folders of the plan's tree are for.
pub(super) fn with_guide(dir: &Path, plan: &str, known: diagnosis::Knowledge) -> diagnosis::Knowledge {
    diagnosis::Knowledge { guide: explain::guide_for(dir, plan), ..known }
}

fn known(knowledge: &Knowledge, context: Context, machine: Machine, caller: Caller) -> diagnosis::Knowledge {
    diagnosis::Knowledge {
        rules: Arc::clone(&knowledge.rules),
        remedies: Arc::clone(&knowledge.remedies),
        context,
        machine,
        lang: caller.lang,
        guide: None,
    }
}

/// [`known`], and what the folders of the plan's tree are for, once it is needed.
fn known_in(dir: &Path, plan: &str, known: diagnosis::Knowledge) -> Known {
    let (dir, plan) = (dir.to_owned(), plan.to_owned());
    let load = move || with_guide(&dir, &plan, known);
    Arc::new(LazyLock::new(Box::new(load)))
}

fn show(input: Input, known: Known, notes: Option<PathBuf>, caller: Caller) -> Result<u8> {
    let setup = Setup { notes, ..setup(known, caller)? };
    let id = match &input {
        Input::Live(live) => live.session.path.file_name().map(|name| name.to_string_lossy().into_owned()),
        Input::Replay(_) => None,
    };
    let plain = is_plain(caller);
    let left = if plain { app::talk(input, &setup)? } else { app::run(input, &setup)? };
    if let Some(id) = id.filter(|_| !plain && left.goes_on && left.signal.is_none()) {
        talkln!("{}", Tell::LeftGoingOn { id: &id }.text(caller.lang));
    }
    Ok(match (left.signal, left.status) {
        (Some(number), _) => u8::try_from(128 + number).unwrap_or(FAILED),
        (None, None | Some(0)) => OK,
        (None, Some(_)) => FAILED,
    })
}

/// How many colours there are, and the user wants.
pub(super) fn depth(caller: Caller) -> Depth {
    let no_color = if caller.color { "" } else { "1" };
    Depth::of(no_color, &variable("COLORTERM"), &variable("TERM"))
}

/// How the app is to look here, and what it knows.
pub(super) fn setup(knowledge: Known, caller: Caller) -> Result<Setup> {
    let keymap = caller.settings.keymap()?;
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].map(variable).into_iter().find(|value| !value.is_empty());
    let unicode = locale.is_some_and(|value| {
        let value = value.to_lowercase();
        value.ends_with("utf-8") || value.ends_with("utf8")
    });
    let depth = depth(caller);
    let chosen = caller.settings.theme().filter(|_| depth != Depth::Mono);
    let name = chosen.unwrap_or_else(|| themes::usual(depth, &variable("COLORFGBG")));
    let panes_file = assets::state_dir().map(|dir| dir.join("panes.yaml"));
    let (panes, warning) = panes(panes_file.as_deref(), caller.lang);
    if let Some(warning) = &warning {
        talkln!("{warning}");
    }
    let theme = themes::named(name, caller)?;
    let themes = if depth == Depth::Mono { vec![theme.clone()] } else { themes::every() };
    let themes = themes.into_iter().map(|theme| theme.with_depth(depth)).collect();
    Ok(Setup {
        knowledge,
        theme: theme.with_depth(depth),
        themes,
        keymap,
        mouse: caller.settings.mouse(),
        signs: caller.settings.signs(),
        unicode: caller.settings.unicode().unwrap_or(unicode),
        lang: caller.lang,
        home: variable("HOME"),
        desk: author::desk(),
        notes: None,
        ahead: time::UtcOffset::current_local_offset().map_or(0, |ahead| ahead.whole_seconds().into()),
        // A theme that was named stays; with few colours there is one for all backgrounds.
        ask_ground: chosen.is_none() && depth > Depth::Ansi16 && io::stdin().is_terminal(),
        panes,
        panes_file,
        warning,
        spill: std::env::temp_dir(),
    })
}

/// The arrangement of panes that is remembered; what is wrong with it, and then it is the usual one.
fn panes(file: Option<&Path>, lang: Lang) -> (Arrangement, Option<String>) {
    let Some(file) = file.filter(|file| assets::exists(file)) else { return Default::default() };
    let (panes, problems) = match assets::read_text(file) {
        Ok((name, text)) => Arrangement::load(&name, &text),
        Err(problem) => (Arrangement::default(), vec![problem]),
    };
    let warning = problems.into_iter().next().map(|problem| problem.into_warning().text(lang));
    (panes, warning)
}

/// `ktui screenshot`: one frame of a recording, as SVG on stdout.
pub(super) fn screenshot(args: &ScreenshotArgs, caller: Caller) -> Result<u8> {
    let size =
        args.size.split_once('x').and_then(|(cols, rows)| Some((cols.parse().ok()?, rows.parse().ok()?)));
    let Some((cols, rows)) =
        size.filter(|(cols, rows)| (10..=500).contains(cols) && (4..=300).contains(rows))
    else {
        let size = &args.size;
        return Err(Fault(both!(
            "`{size}` is no size: expected COLSxROWS, for example 120x36",
            "`{size}` 不是大小；应为 COLSxROWS，例如 120x36"
        ))
        .into());
    };
    let replay =
        ReplayArgs { log: args.log.clone(), speed: 0.0, at: args.at.clone(), stage: None, timing: None };
    let mut recording = recording(&replay, caller.lang)?;
    let (plan, dir) = of_session_start(&mut recording).unwrap_or_default();
    let known = of_log(plan, dir, caller);
    let theme = themes::named(&args.theme, caller)?;
    let setup = Setup { theme: theme.with_depth(Depth::True), unicode: true, ..setup(known, caller)? };
    let keys: Vec<&str> = args.keys.split_whitespace().collect();
    out!("{}", app::picture(recording, (cols, rows), &keys, &setup)?);
    Ok(OK)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_as_people_write_them() {
        for (text, seconds) in [("90", 90.0), ("1.5", 1.5), ("2:14", 134.0), ("1:02:03", 3723.0)] {
            assert_eq!(moment(text, Lang::En).unwrap(), Duration::from_secs_f64(seconds), "{text}");
        }
        for bad in ["", "x", "1:x", "-3", "inf", "1e300"] {
            assert!(moment(bad, Lang::En).is_err(), "{bad}");
        }
    }
}
