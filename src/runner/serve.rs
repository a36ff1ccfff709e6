//! The runner's main: takes the session, opens its ears and its log, builds, cleans up.
#![expect(clippy::disallowed_methods, reason = "the runner's files, environment and clock")]

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::conductor::{Conductor, Message};
use super::limits::Limits;
use super::order::Order;
use super::record::Record;
use super::socket;
use crate::event::Event;
use crate::session::cast::Header;
use crate::session::redact::Redactor;
use crate::session::store::SessionDir;
use crate::session::writer::Writer;

/// How often to look whether the log is closed.
const CLOSING: Duration = Duration::from_millis(2);

/// Runs the session in this folder to its end; the answer is the process' exit status: the session's own, or 2
/// where it could not begin.
pub fn serve(dir: &Path) -> i32 {
    match run(dir) {
        Ok(code) => code,
        Err(e) => {
            // Whoever started it may be gone.
            let _ = writeln!(io::stderr(), "ktui runner: {}: {e}", dir.display());
            2
        }
    }
}

fn run(dir: &Path) -> io::Result<i32> {
    // Already a leader where a shell with job control started it by hand; then there is nothing to leave.
    let _ = rustix::process::setsid();
    let session = SessionDir::at(std::path::absolute(dir)?);
    // Tells a running session from an interrupted one: the kernel lets go of it however the runner ends.
    let _lock = session.hold().map_err(io::Error::other)?;
    let order = Order::load(&session.order())?;
    let (outbox, inbox) = channel();
    hear_signals(outbox.clone())?;

    let (redactor, secrets) = secrets_of(&order);
    let writer = Writer::create(&session.cast(), &header(&order), redactor)?;
    let screens = socket::listen(socket::bind(&session.socket())?, outbox.clone());
    let (record, scribe) = Record::start(writer);
    let _ = io::stdout().write_all(b"ready\n").and_then(|()| io::stdout().flush());

    let keeps_secrets = !secrets.is_empty();
    let mut conductor = Conductor {
        folder: session.path.clone(),
        secrets,
        record: record.clone(),
        inbox,
        outbox,
        screens: screens.clone(),
        size: (order.cols, order.rows),
        extra: BTreeMap::new(),
        limits: Limits::default(),
        runs: 0,
        end: None,
        order,
    };
    let code = conductor.perform();
    record.event(Event::Exit(code));
    record.close();
    // A disk that is full may have room again; until then screens learn here what the log cannot tell them.
    while !scribe.is_finished() && record.trouble().is_none() {
        thread::park_timeout(CLOSING);
    }
    conductor.linger(code);
    if record.trouble().is_none() {
        let _ = scribe.join();
    }
    // Requests that nobody takes any more get their refusal.
    drop(conductor);
    socket::remove(&session.socket());
    screens.settle();
    let _ = std::fs::remove_file(session.pid());
    if keeps_secrets {
        let _ = std::fs::remove_file(session.order());
    }
    Ok(code)
}

/// TERM and INT end the session in order; HUP, which a closed terminal sends, is nothing to a runner.
fn hear_signals(outbox: Sender<Message>) -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let guard = runtime.enter();
    let mut hangup = signal(SignalKind::hangup())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    drop(guard);
    thread::spawn(move || {
        runtime.block_on(async {
            loop {
                let number = tokio::select! {
                    _ = terminate.recv() => SignalKind::terminate().as_raw_value(),
                    _ = interrupt.recv() => SignalKind::interrupt().as_raw_value(),
                    _ = hangup.recv() => continue,
                };
                if outbox.send(Message::Terminate(number)).is_err() {
                    return;
                }
            }
        });
    });
    Ok(())
}

/// Everything that must not be written: what looks secret in any environment, what the order names, and the
/// plan's secret inputs.
fn secrets_of(order: &Order) -> (Redactor, Vec<String>) {
    let plan = &order.plan;
    let own: Vec<(String, String)> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let stages = plan.stages.iter().flat_map(|stage| &stage.env);
    let all = || own.iter().map(|(n, v)| (n, v)).chain(stages.clone());
    let mut redactor = Redactor::new(all());
    let named = all().filter(|(name, _)| order.secrets.contains(name));
    let inputs = plan.inputs.iter().filter(|(name, _)| plan.secrets.contains(name));
    let mut values: Vec<String> = named.chain(inputs).map(|(_, value)| value.clone()).collect();
    values.retain(|value| !value.is_empty());
    values.sort();
    values.dedup();
    for value in &values {
        redactor.add(value);
    }
    (redactor, values)
}

fn header(order: &Order) -> Header {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok().map(|since| since.as_secs());
    Header {
        cols: order.cols,
        rows: order.rows,
        timestamp: now,
        title: Some(order.plan.title.clone()).filter(|title| !title.is_empty()),
        command: Some(format!("ktui build {}", order.plan.plan)),
        term: Some(super::TERM.to_owned()),
        ..Header::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::resolve::Resolved;

    #[test]
    fn secret_inputs_and_named_variables_are_masked_values() {
        let mut order = Order::new("s", Resolved::default());
        order.plan.inputs = [("token".to_owned(), "s3cr3t-input".to_owned())].into();
        order.plan.secrets = vec!["token".to_owned()];
        let (redactor, values) = secrets_of(&order);
        assert_eq!(values, ["s3cr3t-input"]);
        assert!(!redactor.mask("login s3cr3t-input").contains("s3cr3t"));
    }
}
