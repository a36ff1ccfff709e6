//! Who does what the model wants done in the world: a live session has a runner and a prober to do it with, a
//! recording has nothing.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::sync::mpsc::Sender;

use super::inbox::Message;
use super::{Live, Probe};
use crate::diagnose::fact::Ask;
use crate::event::Fact;
use crate::locale::{Speak, Text};
use crate::model::Unwritten;
use crate::model::effect::World;
use crate::runner::client::Client;
use crate::runner::protocol::{FixOrder, Reply, Request, State};
use crate::session::store::SessionDir;

/// Fulfils wishes that reach the build or the machine. Never blocks; what goes wrong comes back as a message.
pub(super) trait Hands {
    /// Begins to do it.
    fn reach(&mut self, wish: World);
}

/// A recording's hands. There is nothing in them: no path, no socket, no prober.
pub(super) struct NoHands;

impl Hands for NoHands {
    fn reach(&mut self, _wish: World) {}
}

/// A live session's hands.
pub(super) struct LiveHands {
    requests: mpsc::Sender<Request>,
    probe: Probe,
}

impl LiveHands {
    /// Hands for a session; a thread of their own talks to the runner.
    pub(super) fn new(live: &Live, out: Sender<Message>) -> Self {
        let (requests, orders) = mpsc::channel();
        let session = live.session.clone();
        thread::spawn(move || talk(&session, &orders, &out));
        Self { requests, probe: live.probe.clone() }
    }

    fn send(&self, request: Request) {
        // The thread ends only with the app.
        let _ = self.requests.send(request);
    }

    /// Finds answers side by side, so that a dead network costs one patience, not one a question.
    fn ask(&self, questions: Vec<Ask>, target: &str, dir: &Path, env: &BTreeMap<String, String>) {
        for question in questions {
            let (probe, requests) = (self.probe.clone(), self.requests.clone());
            let (target, dir, env) = (target.to_owned(), dir.to_owned(), env.clone());
            thread::spawn(move || {
                let answer = probe(&question, &target, &dir, &env);
                let _ = requests.send(Request::Fact(Fact { ask: question.to_string(), answer }));
            });
        }
    }
}

impl Hands for LiveHands {
    fn reach(&mut self, wish: World) {
        match wish {
            World::Type(bytes) => self.send(Request::Type { bytes: STANDARD.encode(bytes) }),
            World::Resize { cols, rows } => self.send(Request::Resize { cols, rows }),
            World::Cancel => self.send(Request::Cancel),
            World::Choose(choice) => self.send(Request::Choose(choice)),
            World::Fix(fix) => self.send(Request::Fix(FixOrder {
                rule: fix.rule,
                fix: fix.fix,
                title: fix.title,
                commands: fix.commands,
                env: fix.env,
                verify: fix.verify,
                by: "user".to_owned(),
                edited: fix.edited,
            })),
            World::Ask { questions, target, dir, env } => self.ask(questions, &target, &dir, &env),
        }
    }
}

/// While something runs, so often the runner is asked how it fares: a log that cannot be written does not tell.
const ASK: Duration = Duration::from_secs(5);
/// So long after a decision the log must have told of it.
const SOON: Duration = Duration::from_secs(2);

/// Sends requests one after another; a line that broke is tried once more.
fn talk(session: &SessionDir, orders: &Receiver<Request>, out: &Sender<Message>) {
    let mut client: Option<Client> = None;
    let mut unwritten = None;
    // When to ask next how the runner fares; while it waits for a decision nothing needs to be asked.
    let mut due = Some(SOON);
    loop {
        let request = match due {
            Some(patience) => orders.recv_timeout(patience),
            None => orders.recv().map_err(RecvTimeoutError::from),
        };
        let request = match request {
            Ok(request) => request,
            Err(RecvTimeoutError::Timeout) => {
                let (now, again) = fares(session, &mut client);
                due = again;
                if now != unwritten {
                    unwritten.clone_from(&now);
                    if out.blocking_send(Message::Unwritten(now)).is_err() {
                        return;
                    }
                }
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => return,
        };
        if matches!(request, Request::Choose(_) | Request::Fix(_)) {
            due = Some(SOON);
        }
        // Nobody asked for these by a key; that a runner which just ended does not take them is no news.
        let quiet = matches!(request, Request::Resize { .. } | Request::Fact(_));
        let refusal =
            match ask(session, &mut client, &request).or_else(|_| ask(session, &mut client, &request)) {
                Ok(Reply::No { why }) => Some(why),
                Ok(_) => None,
                Err(error) => Some(error),
            };
        if let Some(why) = refusal.filter(|_| !quiet)
            && out.blocking_send(Message::Refused(why)).is_err()
        {
            return;
        }
    }
}

/// What the runner says of its log, and when to ask again. One that does not answer has gone, or is about to.
fn fares(session: &SessionDir, client: &mut Option<Client>) -> (Option<Unwritten>, Option<Duration>) {
    match ask(session, client, &Request::Hello) {
        Ok(Reply::State { state, trouble, exit, .. }) => {
            let unwritten = trouble.map(|why| Unwritten { why, exit });
            let again = state == State::Running || unwritten.is_some();
            (unwritten, again.then_some(ASK))
        }
        _ => (None, None),
    }
}

fn ask(session: &SessionDir, client: &mut Option<Client>, request: &Request) -> Result<Reply, Text> {
    let mut open = match client.take() {
        Some(open) => open,
        None => Client::connect(&session.socket()).map_err(|error| error.said())?,
    };
    let reply = open.request(request).map_err(|error| error.said())?;
    *client = Some(open);
    Ok(reply)
}
