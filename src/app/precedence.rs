//! Who goes first where there are few cores: a search that the user waits for, or the diagnosis of the same text
//! beside it.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Whether the user waits for something, and who is told when that changes.
type Shared = Arc<(Mutex<bool>, Condvar)>;

/// The side of whoever works for the user.
#[derive(Debug, Default)]
pub(super) struct Precedence(Shared);

/// The side of whoever works on meanwhile.
#[derive(Debug, Clone)]
pub(super) struct GiveWay(Shared);

fn held(shared: &Shared) -> MutexGuard<'_, bool> {
    shared.0.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Precedence {
    /// From now on the user waits for something, or does not.
    pub(super) fn claim(&self, wanted: bool) {
        if std::mem::replace(&mut *held(&self.0), wanted) != wanted {
            self.0.1.notify_all();
        }
    }

    /// For whoever gives way to it.
    pub(super) fn other_side(&self) -> GiveWay {
        GiveWay(Arc::clone(&self.0))
    }
}

impl Drop for Precedence {
    /// Nobody waits for ever.
    fn drop(&mut self) {
        self.claim(false);
    }
}

impl GiveWay {
    /// Returns once the user waits for nothing.
    pub(super) fn wait(&self) {
        drop(self.0.1.wait_while(held(&self.0), |claimed| *claimed));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_works_beside_the_user_goes_on_once_they_wait_no_more() {
        let precedence = Precedence::default();
        precedence.other_side().wait();
        for ends in [true, false] {
            let precedence = Precedence::default();
            precedence.claim(true);
            let (way, order) = (precedence.other_side(), Arc::new(Mutex::new(Vec::new())));
            let beside = Arc::clone(&order);
            let thread = std::thread::spawn(move || {
                way.wait();
                beside.lock().unwrap().push("worked on");
            });
            order.lock().unwrap().push("found");
            if ends {
                drop(precedence);
            } else {
                precedence.claim(false);
            }
            thread.join().unwrap();
            assert_eq!(*order.lock().unwrap(), ["found", "worked on"]);
        }
    }
}
