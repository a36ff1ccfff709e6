//! Asks everything that the checks want to know, side by side, and tells each outcome as soon as it stands.

use std::collections::BTreeMap;
use std::sync::mpsc::channel;
use std::thread;

use super::{Check, Outcome, Scene};
use crate::diagnose::fact::Ask;
use crate::event::Answer;
use crate::probe::Prober;

/// Examines a machine. `tell` hears of the outcomes in the order in which they come; a question that several
/// checks share is asked once, and each has a thread, so that a dead network costs one patience in all.
pub fn examine(checks: &[Check], scene: &Scene, prober: &Prober, tell: &mut dyn FnMut(Outcome)) {
    let wants: Vec<Vec<Ask>> = checks.iter().map(|check| check.asks(scene)).collect();
    let mut asks: Vec<&Ask> = wants.iter().flatten().collect();
    asks.sort();
    asks.dedup();
    let (send, receive) = channel();
    let mut answers: BTreeMap<Ask, Answer> = BTreeMap::new();
    let mut open: Vec<usize> = (0..checks.len()).collect();
    thread::scope(|scope| {
        for ask in asks {
            let send = send.clone();
            scope.spawn(move || send.send((ask.clone(), prober.answer(ask))));
        }
        drop(send);
        let mut settle = |answers: &BTreeMap<Ask, Answer>, open: &mut Vec<usize>| {
            open.retain(|at| {
                let ready = wants[*at].iter().all(|ask| answers.contains_key(ask));
                if ready {
                    tell(checks[*at].judge(scene, &|ask| answers.get(ask).cloned()));
                }
                !ready
            });
        };
        settle(&answers, &mut open);
        for (ask, answer) in receive {
            answers.insert(ask, answer);
            settle(&answers, &mut open);
        }
    });
}
