//! Work on many chunks, abreast on the cores there are: what the user waits for is there sooner. Owns who does
//! which part; what is done with a chunk is the caller's.

use std::sync::OnceLock;
use std::thread;

/// More threads than this only wait for memory.
const AT_MOST: usize = 4;

/// How many work at once.
fn cores() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| thread::available_parallelism().map_or(1, |cores| cores.get().min(AT_MOST)))
}

/// Does `work` on every item and answers in their order. `rooms` are the buffers of those who work, kept for the next
/// time.
pub(super) fn abreast<I: Sync, T: Send>(
    items: &[I],
    rooms: &mut Vec<Vec<u8>>,
    work: impl Fn(&I, &mut Vec<u8>) -> T + Sync,
) -> Vec<T> {
    let parts: Vec<&[I]> = items.chunks(items.len().div_ceil(cores()).max(1)).collect();
    rooms.resize(rooms.len().max(parts.len()).max(1), Vec::new());
    let of_part = |part: &[I], room: &mut Vec<u8>| part.iter().map(|item| work(item, room)).collect::<Vec<T>>();
    let Some((first, others)) = parts.split_first() else { return Vec::new() };
    let Some((room, more)) = rooms.split_first_mut() else { return Vec::new() };
    thread::scope(|scope| {
        let helpers: Vec<_> =
            others.iter().zip(more).map(|(part, room)| scope.spawn(|| of_part(part, room))).collect();
        let mut done = of_part(first, room);
        for helper in helpers {
            done.extend(helper.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        done
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_come_in_order_however_many_work() {
        let mut rooms = Vec::new();
        for count in 0..20u32 {
            let items: Vec<u32> = (0..count).collect();
            let squares = abreast(&items, &mut rooms, |item, room| {
                room.push(0);
                item * item
            });
            assert_eq!(squares, items.iter().map(|item| item * item).collect::<Vec<_>>());
        }
        assert_eq!(rooms.iter().map(Vec::len).sum::<usize>(), (0..20).sum::<usize>(), "rooms are used again");
    }
}
