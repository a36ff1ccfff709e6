//! Opens a recording or a text: the model at the place where it is to be opened, and threads that read on.

use std::sync::{Arc, LazyLock};
use std::thread;
use std::time::Duration;

use tokio::sync::mpsc::Sender;

use super::inbox::Message;
use super::precedence::GiveWay;
use super::shelf::Spill;
use super::text::{self, Diagnosing, Reading};
use super::{Begin, Recording, Setup};
use crate::event::Timed;
use crate::model::action::Action;
use crate::model::findings::NewDiagnosis;
use crate::model::replay::Replay;
use crate::model::{self, Model};
use crate::session::import::{Imported, Log};

/// The model of a log, at the place where it is to be opened; threads of their own read on.
pub(super) fn open(
    recording: Recording,
    setup: &Setup,
    out: Sender<Message>,
    way: GiveWay,
) -> anyhow::Result<Model> {
    let (model, unread) = opened(recording, setup)?;
    let Some((reading, diagnosing)) = unread else { return Ok(model) };
    let setup = setup.clone();
    let to_app = out.clone();
    thread::spawn(move || {
        text::behind_the_user();
        let mut diagnosis = maker(&setup)();
        diagnosing
            .giving(way)
            .go_on(&mut *diagnosis, |news| to_app.blocking_send(Message::Text(news)).is_ok());
    });
    thread::spawn(move || reading.go_on(|news| out.blocking_send(Message::Text(news)).is_ok()));
    Ok(model)
}

/// The same, all of it read when it returns.
pub(super) fn open_whole(recording: Recording, setup: &Setup) -> anyhow::Result<Model> {
    let (mut model, unread) = opened(recording, setup)?;
    let Some((reading, diagnosing)) = unread else { return Ok(model) };
    let mut tell = |news| {
        drop(model.update(Duration::ZERO, model::Input::Text(news)));
        true
    };
    reading.go_on(&mut tell);
    diagnosing.go_on(&mut *maker(setup)(), &mut tell);
    Ok(model)
}

/// The model of a log, and of a text what is still to be read and diagnosed.
fn opened(recording: Recording, setup: &Setup) -> anyhow::Result<(Model, Option<(Reading, Diagnosing)>)> {
    let log = match recording.log {
        Log::Recording(imported) => {
            return Ok((play(imported, &recording.begin, recording.speed, &recording.name, setup), None));
        }
        Log::Text(log) => log,
    };
    let (mut model, reading, diagnosing) = text::open(log, &setup.spill)?;
    model.about.name = recording.name;
    model.findings.inquire = Some(later(setup));
    Ok((model, Some((reading, diagnosing))))
}

/// The same, not made before it is asked for.
fn later(setup: &Setup) -> NewDiagnosis {
    let knowledge = Arc::clone(&setup.knowledge);
    Arc::new(move || LazyLock::force(&knowledge).clone().maker()())
}

pub(super) fn maker(setup: &Setup) -> NewDiagnosis {
    LazyLock::force(&setup.knowledge).clone().maker()
}

fn play(imported: Imported, begin: &Begin, speed: f64, name: &str, setup: &Setup) -> Model {
    let events: Vec<Timed> = imported.events.collect();
    let replay = Replay::new(events, speed);
    let shelf = Some(Spill::boxed(&setup.spill));
    let mut model = Model::replay(name, replay, maker(setup), shelf);
    model.began = imported.header.timestamp.map(|started| setup.time_of_day(started));
    match begin {
        Begin::End => model.seek(usize::MAX),
        Begin::Start => drop(model.update(Duration::ZERO, model::Input::Action(Action::Play))),
        Begin::At(at) => model.seek_to(|replay| replay.position_at(*at)),
        Begin::Stage(id) => model.seek_to(|replay| replay.position_of_stage(id).unwrap_or(0)),
    }
    model
}
