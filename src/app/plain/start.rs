//! The start screen as a conversation: what the doctor says, what could be done, the inputs of a plan.

use std::io::{self, BufRead as _};
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread;

use super::super::Setup;
use super::super::start::{Picked, Scene};
use super::tell::say;
use crate::locale::ui::{Say, Tell};
use crate::model::form::{Form, Wish};
use crate::model::start::{Check, CheckState, Offer, OfferKind, Start};
use crate::view::{Glyphs, Look, plain};

/// Lets the user choose; `None` where they left.
///
/// # Errors
/// Where standard input or output cannot be used.
pub fn choose_plainly(scene: &Scene, setup: &Setup) -> anyhow::Result<Option<Picked>> {
    let look = Look {
        theme: &setup.theme,
        glyphs: Glyphs::of(false),
        lang: setup.shown_lang(),
        home: &setup.home,
        keymap: &setup.keymap,
    };
    let mut start = Start::new(&scene.dir, scene.offers.clone());
    say([format!("ktui {}", scene.dir), scene.tree.clone()].into_iter().filter(|line| !line.is_empty()))?;
    examine(scene, &mut start, look)?;
    loop {
        let unfit = start.offers.iter().filter(|offer| offer.kind == OfferKind::Unfit);
        say(unfit.map(|offer| offer_said(look, Say::StartUnfit, offer)))?;
        let offers: Vec<usize> =
            (0..start.offers.len()).filter(|at| start.offers[*at].kind != OfferKind::Unfit).collect();
        let cures: Vec<Check> = start.curable().cloned().collect();
        let mut labels: Vec<String> = offers.iter().map(|at| offer_line(look, &start, *at)).collect();
        labels.extend(cures.iter().map(|check| {
            let title = check.fix.as_ref().map_or("", |fix| fix.title.as_str());
            look.say(Tell::PlainMend { what: &check.what, title })
        }));
        labels.push(look.t(Say::KeyQuit).to_owned());
        let Some(at) = ask(look, Say::StartTitle, &labels)? else { return Ok(None) };
        if let Some(offer) = offers.get(at) {
            if start.offers[*offer].kind != OfferKind::Plan {
                return Ok(Some(Picked::Offer(*offer)));
            }
            if !is_trusted(scene, &mut start, *offer, look)? {
                continue;
            }
            if let Some(picked) = fill_in(scene, &start, *offer, look)? {
                return Ok(Some(picked));
            }
        } else if let Some(check) = cures.get(at - offers.len()) {
            cure(scene, check, &mut start, look)?;
        } else {
            return Ok(None);
        }
    }
}

fn offer_line(look: Look<'_>, start: &Start, at: usize) -> String {
    let offer = &start.offers[at];
    let kind = match offer.kind {
        OfferKind::Attach => Say::StartAttach,
        OfferKind::Resume => Say::StartResume,
        OfferKind::Plan => Say::StartPlan,
        OfferKind::Past => Say::StartPast,
        OfferKind::Tour => Say::StartTour,
        OfferKind::Unfit => Say::StartUnfit,
    };
    offer_said(look, kind, offer)
}

/// What is offered, and why.
fn offer_said(look: Look<'_>, kind: Say, offer: &Offer) -> String {
    let said = look.say(Tell::Labelled { name: look.t(kind), value: &offer.title });
    if offer.why.is_empty() { said } else { look.say(Tell::Sentences { one: &said, more: &offer.why }) }
}

/// Lets the doctor look, and tells what is wrong as it comes.
fn examine(scene: &Scene, start: &mut Start, look: Look<'_>) -> io::Result<()> {
    start.checks.clear();
    say([look.t(Say::DoctorLooks).to_owned()])?;
    let (out, checks) = channel();
    let examine = Arc::clone(&scene.examine);
    thread::spawn(move || examine(&mut |check| drop(out.send(check))));
    for check in checks {
        if check.state >= CheckState::Warning {
            say([plain::check(look, &check)])?;
        }
        start.learn(check);
    }
    start.examined = true;
    let of = |state| start.checks.iter().filter(|check| check.state == state).count() as u64;
    let (bad, warnings, count) = (of(CheckState::Bad), of(CheckState::Warning), start.checks.len() as u64);
    say([look.say(Tell::DoctorCount { count, bad, warnings })])
}

fn cure(scene: &Scene, check: &Check, start: &mut Start, look: Look<'_>) -> anyhow::Result<()> {
    let Some(fix) = &check.fix else { return Ok(()) };
    say(plain::cure(look, check, fix))?;
    let mut labels = vec![look.t(Say::KeyCancelDialog).to_owned()];
    if fix.acts() {
        labels.insert(0, look.t(Say::KeyAcceptRun).to_owned());
    }
    if ask(look, Say::FixTitle, &labels)? == Some(0) && fix.acts() {
        let said = match (scene.cure)(fix) {
            Ok(true) => look.t(Say::CureDone).to_owned(),
            Ok(false) => look.t(Say::CureFailed).to_owned(),
            Err(error) => format!("{error:#}"),
        };
        say([said])?;
        examine(scene, start, look)?;
    }
    Ok(())
}

/// Whether the user trusts the plan of an offer: one of the tree's own is shown to them first.
fn is_trusted(scene: &Scene, start: &mut Start, offer: usize, look: Look<'_>) -> anyhow::Result<bool> {
    let Some(text) = start.offers[offer].untrusted.clone() else { return Ok(true) };
    say([format!("== {}", look.t(Say::TrustTitle)), look.t(Say::TrustAbout).to_owned()])?;
    say(text.lines().map(str::to_owned))?;
    let labels = [Say::KeyTrustLong, Say::KeyCancelDialog].map(|say| look.t(say).to_owned());
    let yes = ask(look, Say::TrustTitle, &labels)? == Some(0);
    if yes {
        (scene.trust)(offer)?;
        start.trusted(offer);
    }
    Ok(yes)
}

/// The inputs of a plan; `None` where the user went back.
fn fill_in(scene: &Scene, start: &Start, offer: usize, look: Look<'_>) -> anyhow::Result<Option<Picked>> {
    let title = start.offers[offer].title.clone();
    let mut form = Form::new(offer, title, (scene.sheet)(offer, &[]));
    loop {
        say(plain::form(look, &form))?;
        let sound = form.sheet.is_sound();
        let starts = if sound { vec![Say::FormBuild, Say::FormStep] } else { Vec::new() };
        let mut labels: Vec<String> = starts.iter().map(|say| look.t(*say).to_owned()).collect();
        labels.extend(form.sheet.fields.iter().map(|field| look.say(Tell::FormChange { name: &field.name })));
        labels.push(look.t(Say::KeyBack).to_owned());
        let Some(at) = ask(look, Say::PlainChoices, &labels)? else { return Ok(None) };
        if at < starts.len() {
            return Ok(Some(Picked::Build { offer, set: form.sheet.set(), step: at == 1 }));
        }
        form.selected = at - starts.len();
        let Some(field) = form.field() else { return Ok(None) };
        let value = if field.choices.is_empty() {
            say([look.say(Tell::FormValue { name: &field.name })])?;
            line()?
        } else {
            let choices = field.choices.clone();
            ask(look, Say::PlainChoices, &choices)?.map(|at| choices[at].clone())
        };
        if let Some(value) = value
            && let Wish::Changed(set) = form.put(value)
        {
            form.take((scene.sheet)(offer, &set));
        }
    }
}

/// Lets the user choose one by its number; `None` at the end of their lines.
fn ask(look: Look<'_>, title: Say, labels: &[String]) -> io::Result<Option<usize>> {
    loop {
        say([look.t(title).to_owned()])?;
        say(labels.iter().enumerate().map(|(at, label)| format!("{}. {label}", at + 1)))?;
        let Some(line) = line()? else { return Ok(None) };
        let word = line.trim();
        if word.is_empty() {
            continue;
        }
        match word.parse::<usize>().ok().filter(|number| (1..=labels.len()).contains(number)) {
            Some(number) => return Ok(Some(number - 1)),
            None => say([look.say(Tell::PlainNoChoice { text: word, count: labels.len() as u64 })])?,
        }
    }
}

/// The user's next line.
fn line() -> io::Result<Option<String>> {
    let mut line = String::new();
    let got = io::stdin().lock().read_line(&mut line)?;
    Ok((got > 0).then(|| line.trim_end_matches(['\n', '\r']).to_owned()))
}
