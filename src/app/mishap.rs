//! A panic on a thread beside the loop: the loop hears of it and ends, so that its message is read on a terminal that
//! shows it.
//!
//! Without a loop, and on the loop's own thread, a panic is what it is everywhere: a message and an unwinding.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::panic::PanicHookInfo;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::thread::{self, ThreadId};

use tokio::sync::Notify;

use crate::locale::ui::Tell;
use crate::locale::{Lang, Speak, Text};

/// A thread beside the screen panicked; the message is the panic's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.said().en)]
pub struct Mishap(pub String);

impl Speak for Mishap {
    fn said(&self) -> Text {
        // The panic's own words, or these in the language that the screen had last.
        Text::verbatim(&self.0)
    }
}

impl Mishap {
    /// In words for the user, who may wonder about their build.
    pub(super) fn told(&self, lang: Lang) -> Self {
        Self(Tell::Mishap { why: &self.0 }.text(lang))
    }
}

/// The thread of the loop that listens, and what it has not heard yet.
static LOOP: Mutex<(Option<ThreadId>, Option<String>)> = Mutex::new((None, None));
static HAPPENED: Notify = Notify::const_new();

fn held() -> MutexGuard<'static, (Option<ThreadId>, Option<String>)> {
    LOOP.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The loop of this thread listens, until this is dropped.
pub(super) struct Listening(());

impl Listening {
    /// From now on, a panic elsewhere is told to this thread's loop; one here first lets `restore` put things right.
    pub(super) fn begin(restore: fn()) -> Self {
        static HOOK: Once = Once::new();
        HOOK.call_once(|| {
            let before = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |info| {
                if !is_beside(info) {
                    restore();
                    before(info);
                }
            }));
        });
        *held() = (Some(thread::current().id()), None);
        Self(())
    }

    /// Returns once another thread panicked.
    pub(super) async fn hear(&self) -> Mishap {
        loop {
            if let Some(said) = held().1.take() {
                return Mishap(said);
            }
            HAPPENED.notified().await;
        }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        *held() = (None, None);
    }
}

/// Whether this panic is for a loop on another thread to hear of; then that is told.
fn is_beside(info: &PanicHookInfo<'_>) -> bool {
    let mut listening = held();
    let beside = listening.0.is_some_and(|id| id != thread::current().id());
    if beside {
        let trace = Backtrace::capture();
        let mut said = info.to_string();
        if trace.status() == BacktraceStatus::Captured {
            said = format!("{said}\n{trace}");
        }
        // The first one led to the others.
        listening.1.get_or_insert(said);
        HAPPENED.notify_one();
    }
    beside
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_beside_the_loop_is_heard_by_it_and_by_nobody_else() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let listening = Listening::begin(|| {});
        let beside = thread::spawn(|| panic!("the disk is on fire"));
        assert!(beside.join().is_err());
        let heard = runtime.block_on(listening.hear());
        assert!(heard.to_string().contains("the disk is on fire"), "{heard}");
        assert!(heard.to_string().contains("mishap.rs:"), "it says where: {heard}");
    }
}
