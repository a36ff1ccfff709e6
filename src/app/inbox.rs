//! What every way of showing a session begins with, and what comes into its inbox meanwhile: news of the log, of the
//! runner, of the reader's desk.
//!
//! What is done with it is the loop's, on a screen (`show`) or in lines (`plain`).
#![expect(clippy::disallowed_methods, reason = "real time enters here")]

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::sync::mpsc::Sender;

use super::desk::DeskHands;
use super::follow::follow;
use super::hands::{Hands, LiveHands, NoHands};
use super::open::{maker, open};
use super::precedence::Precedence;
use super::shelf::Spill;
use super::{Input, Setup};
use crate::event::Timed;
use crate::locale::Text;
use crate::model::log::PIECE;
use crate::model::text::News;
use crate::model::{self, Model, Unwritten};

/// After the runner's end, so long for its last words to arrive.
pub(super) const LAST_WORDS: Duration = Duration::from_millis(400);

/// What comes into the inbox besides keys and signals.
#[derive(Debug)]
pub(super) enum Message {
    /// Events that were there before.
    Past(Vec<Timed>),
    /// From here on, events are new.
    Present,
    /// New events.
    Events(Vec<Timed>),
    /// A wish was not fulfilled.
    Refused(Text),
    /// The log cannot be read right now.
    Trouble(Text),
    /// The runner cannot write its log, or can again.
    Unwritten(Option<Unwritten>),
    /// The runner's process is gone.
    RunnerGone,
    /// Something became known of a text.
    Text(News),
    /// The desk has an answer.
    Desk(model::Input),
    /// The session's events from its start.
    Recalled(Vec<Timed>),
}

impl Message {
    /// What it is to the model; nothing for the runner's end, which waits for its last words.
    pub(super) fn input(self) -> Option<model::Input> {
        Some(match self {
            Self::Past(events) => model::Input::Past(events),
            Self::Present => model::Input::Present,
            Self::Events(events) => model::Input::Events(events),
            Self::Refused(why) | Self::Trouble(why) => model::Input::Failed(why),
            Self::Unwritten(why) => model::Input::Unwritten(why),
            Self::Text(news) => model::Input::Text(news),
            Self::Desk(input) => input,
            Self::Recalled(events) => model::Input::Recalled(events),
            Self::RunnerGone => return None,
        })
    }
}

/// What a loop begins with.
pub(super) struct Begun {
    pub(super) model: Model,
    pub(super) hands: Box<dyn Hands>,
    pub(super) desk: DeskHands,
    pub(super) work: Work,
}

/// No piece is larger.
const PIECE_AT_MOST: usize = 64 << 20;

/// What the loop does between two keys.
#[derive(Debug)]
pub(super) struct Work {
    precedence: Precedence,
    /// Bytes of text that a piece of it looks at: many where that is quick, as calling the other cores takes its time.
    piece: usize,
}

impl Default for Work {
    fn default() -> Self {
        Self { precedence: Precedence::default(), piece: PIECE }
    }
}

/// The model of what is shown, with what its reader kept, and who does what the model wants done. News goes to `out`;
/// the model's clock began at `start`.
pub(super) fn begin(
    input: Input,
    setup: &Setup,
    out: &Sender<Message>,
    start: Instant,
) -> anyhow::Result<Begun> {
    let desk = DeskHands::new(&input, setup, out.clone());
    let work = Work::default();
    let (mut model, hands): (Model, Box<dyn Hands>) = match input {
        Input::Live(live) => {
            let mut model = Model::live(&live.session.id, maker(setup), Some(Spill::boxed(&setup.spill)));
            if let Some(started) = follow(&live.session, out.clone())? {
                let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                let session = now.saturating_sub(Duration::from_secs(started));
                model.began = Some(setup.time_of_day(started));
                model.update(start.elapsed(), model::Input::Clock(session));
            }
            (model, Box::new(LiveHands::new(&live, out.clone())))
        }
        Input::Replay(recording) => {
            let way = work.precedence.other_side();
            (open(*recording, setup, out.clone(), way)?, Box::new(NoHands))
        }
    };
    desk.lay(&mut model);
    Ok(Begun { model, hands, desk, work })
}

impl Work {
    /// Goes on with what takes long, for so long; `true` while some is left. Whoever works beside gives way to it.
    pub(super) fn go_on(&mut self, model: &mut Model, stretch: Duration) -> bool {
        let began = Instant::now();
        let mut worked = Duration::ZERO;
        let left = loop {
            let left = model.work_on(self.piece);
            let took = began.elapsed().saturating_sub(worked);
            worked += took;
            if took > stretch / 2 {
                self.piece = (self.piece / 2).max(PIECE);
            } else if left && took < stretch / 4 {
                self.piece = (self.piece * 2).min(PIECE_AT_MOST);
            }
            if !left || worked >= stretch {
                break left;
            }
        };
        // Who counts the lines that are waited for goes first, too.
        self.precedence.claim(left || model.log.waits_for_lines());
        left
    }
}

/// Sleeps until a moment, or for ever.
pub(super) async fn until(moment: Option<Instant>) {
    match moment {
        // A timer would wait for its next tick.
        Some(moment) if moment <= Instant::now() => {}
        Some(moment) => tokio::time::sleep_until(moment.into()).await,
        None => std::future::pending().await,
    }
}
