//! Work on many chunks, abreast on the cores there are: what the user waits for is there sooner. Owns who does
//! which part; what is done with a chunk is the caller's.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// More threads than this only wait for memory.
const AT_MOST: usize = 4;
/// With fewer items apiece, it takes longer to call somebody than to do it.
const WORTH: usize = 16;

/// How many may work at once.
pub(super) fn cores() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| thread::available_parallelism().map_or(1, |cores| cores.get().min(AT_MOST)))
}

/// Does `work` on every item and answers in their order. Whoever is free takes the next one, so that a core that is
/// busy with something else holds nobody up for long. `rooms` are the buffers of those who work, kept for the next time:
/// as many work as there are.
pub(super) fn abreast<I: Sync, T: Send>(
    items: &[I],
    rooms: &mut [Vec<u8>],
    work: impl Fn(&I, &mut Vec<u8>) -> T + Sync,
) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let some = |room: &mut Vec<u8>| {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else { return done };
            done.push((at, work(item, room)));
        }
    };
    let helpers = items.len().div_ceil(WORTH).saturating_sub(1);
    let Some((own, others)) = rooms.split_first_mut() else {
        return items.iter().map(|item| work(item, &mut Vec::new())).collect();
    };
    let mut done = thread::scope(|scope| {
        let helpers: Vec<_> =
            others.iter_mut().take(helpers).map(|room| scope.spawn(|| some(room))).collect();
        let mut done = some(own);
        for helper in helpers {
            done.extend(helper.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        done
    });
    done.sort_unstable_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, answer)| answer).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_come_in_order_however_many_work() {
        let mut rooms = vec![Vec::new(); 3];
        for count in 0..60u32 {
            let items: Vec<u32> = (0..count).collect();
            let squares = abreast(&items, &mut rooms, |item, room| {
                room.push(0);
                item * item
            });
            assert_eq!(squares, items.iter().map(|item| item * item).collect::<Vec<_>>());
        }
        assert_eq!(rooms.iter().map(Vec::len).sum::<usize>(), (0..60).sum::<usize>(), "rooms are used again");
    }
}
