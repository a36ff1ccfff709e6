//! Orders and circles among things that name one another by index.

/// An order in which every node comes after those it needs, or one circle.
///
/// `needs[i]` lists what node `i` needs. Where several orders are right, the given one is kept as far as
/// possible. Indices out of range are ignored.
///
/// # Errors
/// The nodes of one circle, the first of them not repeated at the end.
pub fn order(needs: &[Vec<usize>]) -> Result<Vec<usize>, Vec<usize>> {
    let mut placed = vec![false; needs.len()];
    let mut order = Vec::with_capacity(needs.len());
    while order.len() < needs.len() {
        let ready = |node: &usize| {
            !placed[*node] && needs[*node].iter().all(|need| placed.get(*need).copied().unwrap_or(true))
        };
        match (0..needs.len()).find(ready) {
            Some(node) => {
                placed[node] = true;
                order.push(node);
            }
            None => return Err(circle(needs, &placed)),
        }
    }
    Ok(order)
}

/// Among the nodes that could not be placed, each needs another such node: walking on must come around.
fn circle(needs: &[Vec<usize>], placed: &[bool]) -> Vec<usize> {
    let stuck = |node: &usize| placed.get(*node) == Some(&false);
    let Some(mut at) = (0..needs.len()).find(|node| stuck(node)) else { return Vec::new() };
    let mut walked = Vec::new();
    loop {
        if let Some(from) = walked.iter().position(|seen| *seen == at) {
            return walked.split_off(from);
        }
        walked.push(at);
        match needs[at].iter().find(|need| stuck(need)) {
            Some(next) => at = *next,
            None => return walked,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_given_order_is_kept_where_it_is_right() {
        assert_eq!(order(&[vec![], vec![0], vec![1]]), Ok(vec![0, 1, 2]));
        assert_eq!(order(&[vec![2], vec![], vec![]]), Ok(vec![1, 2, 0]));
        assert_eq!(order(&[]), Ok(vec![]));
    }

    #[test]
    fn circles_are_named() {
        assert_eq!(order(&[vec![0]]), Err(vec![0]));
        assert_eq!(order(&[vec![], vec![3], vec![1], vec![2, 0]]), Err(vec![1, 3, 2]));
    }

    proptest! {
        #[test]
        fn an_order_or_a_true_circle(needs in proptest::collection::vec(
            proptest::collection::vec(0_usize..8, 0..3), 0..8)) {
            match order(&needs) {
                Ok(order) => {
                    let at = |node: usize| order.iter().position(|other| *other == node);
                    for (node, list) in needs.iter().enumerate() {
                        for need in list.iter().filter(|need| **need < needs.len()) {
                            prop_assert!(at(*need) < at(node));
                        }
                    }
                }
                Err(circle) => {
                    prop_assert!(!circle.is_empty());
                    for (i, node) in circle.iter().enumerate() {
                        prop_assert!(needs[*node].contains(&circle[(i + 1) % circle.len()]));
                    }
                }
            }
        }
    }
}
