//! A directed graph of numbered nodes.

use std::collections::BTreeSet;

/// An edge goes from a node to one that comes after it.
#[derive(Clone, Debug, Default)]
pub(super) struct Graph {
    after: Vec<BTreeSet<usize>>,
}

impl Graph {
    pub(super) fn new(nodes: usize) -> Self {
        Self {
            after: vec![BTreeSet::new(); nodes],
        }
    }

    /// Adds an edge; an edge to the node itself is ignored.
    pub(super) fn add(&mut self, before: usize, after: usize) {
        if before != after
            && let Some(edges) = self.after.get_mut(before)
        {
            edges.insert(after);
        }
    }

    /// The nodes that come after a node, directly or not, and the node itself.
    pub(super) fn reachable(&self, node: usize) -> BTreeSet<usize> {
        let mut reached = BTreeSet::from([node]);
        let mut waiting = vec![node];
        while let Some(node) = waiting.pop() {
            for next in self.after.get(node).into_iter().flatten() {
                if reached.insert(*next) {
                    waiting.push(*next);
                }
            }
        }
        reached
    }

    /// The direct predecessors of each node.
    pub(super) fn before(&self) -> Vec<BTreeSet<usize>> {
        let mut before = vec![BTreeSet::new(); self.after.len()];
        for (node, edges) in self.after.iter().enumerate() {
            for next in edges {
                if let Some(set) = before.get_mut(*next) {
                    set.insert(node);
                }
            }
        }
        before
    }

    /// The nodes in topological order, and by number where the order is free.
    ///
    /// # Errors
    /// The nodes of a cycle.
    pub(super) fn order(&self) -> Result<Vec<usize>, BTreeSet<usize>> {
        let before = self.before();
        let mut missing: Vec<usize> = before.iter().map(BTreeSet::len).collect();
        let mut ready: BTreeSet<usize> = (0..missing.len())
            .filter(|node| missing.get(*node) == Some(&0))
            .collect();
        let mut order = Vec::with_capacity(missing.len());
        while let Some(node) = ready.pop_first() {
            order.push(node);
            for next in self.after.get(node).into_iter().flatten() {
                if let Some(count) = missing.get_mut(*next) {
                    *count -= 1;
                    if *count == 0 {
                        ready.insert(*next);
                    }
                }
            }
        }
        if order.len() == missing.len() {
            return Ok(order);
        }
        let done: BTreeSet<usize> = order.into_iter().collect();
        let mut cycle: BTreeSet<usize> = (0..missing.len())
            .filter(|node| !done.contains(node))
            .collect();
        // A node that only waits for a cycle is not part of it.
        loop {
            let leaves: Vec<usize> = cycle
                .iter()
                .filter(|node| {
                    let next = self.after.get(**node);
                    next.is_none_or(|next| next.is_disjoint(&cycle))
                })
                .copied()
                .collect();
            if leaves.is_empty() {
                return Err(cycle);
            }
            cycle.retain(|node| !leaves.contains(node));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_before_is_done_before() {
        let mut graph = Graph::new(4);
        graph.add(3, 0);
        graph.add(0, 2);
        graph.add(2, 2);
        assert_eq!(graph.order(), Ok(vec![1, 3, 0, 2]));
        assert_eq!(graph.reachable(0), BTreeSet::from([0, 2]));
    }

    #[test]
    fn a_cycle_has_no_order() {
        let mut graph = Graph::new(4);
        graph.add(0, 1);
        graph.add(1, 0);
        graph.add(1, 2);
        graph.add(3, 0);
        assert_eq!(graph.order(), Err(BTreeSet::from([0, 1])));
    }
}
