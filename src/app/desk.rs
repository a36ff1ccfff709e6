//! The reader's desk: rules of their own, and what they put aside. What it needs to know of files is given by the
//! caller; a recording's reader has a desk, too.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use tokio::sync::mpsc::Sender;

use super::inbox::Message;
use super::{Input, Setup};
use crate::locale::Text;
use crate::model::effect::Desk as Wish;
use crate::model::rule_draft::Matches;
use crate::model::{self, Model};
use crate::session::dismissed;
use crate::session::store::SessionDir;

/// Counts how often a pattern matches.
pub type Count = dyn Fn(&str) -> Result<Matches, Text> + Send + Sync;
/// Keeps a rule made from a line.
pub type KeepRule = dyn Fn(&str) -> Result<String, Text> + Send + Sync;

/// How what the reader keeps is kept; errors in words.
#[derive(Clone)]
pub struct Desk {
    /// How often a pattern matches in kept sessions.
    pub count: Arc<Count>,
    /// Keeps a rule drafted from a line; answers where.
    pub keep_rule: Arc<KeepRule>,
}

/// Fulfils wishes about the desk. What takes long is done by a thread of its own.
pub(super) struct DeskHands {
    desk: Desk,
    /// Where what is put aside is kept; `None` for a log that is no session.
    dismissed: Option<PathBuf>,
    out: Sender<Message>,
}

impl DeskHands {
    /// A desk for what is shown.
    pub(super) fn new(input: &Input, setup: &Setup, out: Sender<Message>) -> Self {
        let session = match input {
            Input::Live(live) => Some(&live.session),
            Input::Replay(recording) => recording.session.as_ref(),
        };
        Self { desk: setup.desk.clone(), dismissed: session.map(SessionDir::dismissed), out }
    }

    /// Puts on the desk what was kept before.
    pub(super) fn lay(&self, model: &mut Model) {
        model.keeps_notes = self.dismissed.is_some();
        let before = self.dismissed.as_deref().map(dismissed::read).unwrap_or_default();
        model.recall(before);
    }

    /// Begins to do it.
    pub(super) fn reach(&self, wish: Wish) {
        let (desk, dismissed, out) = (self.desk.clone(), self.dismissed.clone(), self.out.clone());
        // Nobody is left to hear of it where the app has ended.
        thread::spawn(move || {
            let answer = match wish {
                Wish::Count(pattern) => {
                    let matches = (desk.count)(&pattern);
                    Some(model::Input::Matches(pattern, matches))
                }
                Wish::KeepRule(line) => Some(match (desk.keep_rule)(&line) {
                    Ok(path) => model::Input::RuleKept(path),
                    Err(why) => model::Input::Failed(why),
                }),
                Wish::Dismissed(list) => {
                    let kept = dismissed.map_or(Ok(()), |path| dismissed::write(&path, &list));
                    kept.err().map(|why| model::Input::Failed(Text::verbatim(why)))
                }
            };
            if let Some(answer) = answer {
                let _ = out.blocking_send(Message::Desk(answer));
            }
        });
    }
}
