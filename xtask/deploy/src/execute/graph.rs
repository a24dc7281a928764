//! Which step may begin. Pure: knows nothing of stacks.

use std::collections::BTreeMap;

use crate::plan::{Step, StepId};

/// Where a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// It waits for this many steps.
    Waiting(usize),
    Begun,
    Ended,
    Skipped,
}

/// The steps of a plan, and where each is.
#[derive(Debug)]
pub(super) struct Graph {
    states: Vec<State>,
    /// The steps that need a step.
    dependents: Vec<Vec<usize>>,
    /// The length of the longest chain of steps that wait for a step.
    heights: Vec<usize>,
    /// Steps that need what does not come before them: a plan that nobody made.
    disordered: Vec<(usize, StepId)>,
}

impl Graph {
    /// The graph of these steps, each after those it needs.
    pub(super) fn new(steps: &[Step]) -> Self {
        let mut graph = Self {
            states: Vec::with_capacity(steps.len()),
            dependents: vec![Vec::new(); steps.len()],
            heights: vec![0; steps.len()],
            disordered: Vec::new(),
        };
        let mut known: BTreeMap<&StepId, usize> = BTreeMap::new();
        for (index, step) in steps.iter().enumerate() {
            graph.states.push(State::Waiting(step.needs.len()));
            for need in &step.needs {
                match known.get(need).and_then(|at| graph.dependents.get_mut(*at)) {
                    Some(dependents) => dependents.push(index),
                    None => graph.disordered.push((index, need.clone())),
                }
            }
            known.insert(&step.id, index);
        }
        // A step stands after what it needs, so from the end every dependent is done already.
        for index in (0..steps.len()).rev() {
            let above = graph
                .dependents_of(index)
                .iter()
                .filter_map(|dependent| graph.heights.get(*dependent))
                .max()
                .map_or(0, |height| height + 1);
            if let Some(height) = graph.heights.get_mut(index) {
                *height = above;
            }
        }
        graph
    }

    fn dependents_of(&self, index: usize) -> &[usize] {
        self.dependents.get(index).map_or(&[], Vec::as_slice)
    }

    /// The steps that can never begin, with what they need and can't have.
    pub(super) fn disordered(&self) -> &[(usize, StepId)] {
        &self.disordered
    }

    /// Begins a step, if one is ready: the one that the longest chain waits for.
    pub(super) fn begin(&mut self) -> Option<usize> {
        let ready = self
            .states
            .iter()
            .zip(&self.heights)
            .enumerate()
            .filter(|(_, (state, _))| **state == State::Waiting(0))
            // The first of the highest.
            .min_by_key(|(index, (_, height))| (std::cmp::Reverse(**height), *index))
            .map(|(index, _)| index)?;
        self.set(ready, State::Begun);
        Some(ready)
    }

    /// A step succeeded.
    pub(super) fn succeeded(&mut self, index: usize) {
        self.set(index, State::Ended);
        for dependent in self.dependents_of(index).to_vec() {
            if let Some(State::Waiting(needs)) = self.states.get_mut(dependent) {
                *needs = needs.saturating_sub(1);
            }
        }
    }

    /// A step did not succeed. Gives the steps that can't begin because of it, in the order of the
    /// plan, but for those that were given before.
    pub(super) fn failed(&mut self, index: usize) -> Vec<usize> {
        self.set(index, State::Ended);
        let mut skipped = Vec::new();
        let mut open = vec![index];
        while let Some(index) = open.pop() {
            for dependent in self.dependents_of(index).to_vec() {
                if matches!(self.states.get(dependent), Some(State::Waiting(_))) {
                    self.set(dependent, State::Skipped);
                    skipped.push(dependent);
                    open.push(dependent);
                }
            }
        }
        skipped.sort_unstable();
        skipped
    }

    /// Skips all that has not begun.
    pub(super) fn abandon(&mut self) -> Vec<usize> {
        let mut skipped = Vec::new();
        for (index, state) in self.states.iter_mut().enumerate() {
            if matches!(state, State::Waiting(_)) {
                *state = State::Skipped;
                skipped.push(index);
            }
        }
        skipped
    }

    fn set(&mut self, index: usize, to: State) {
        if let Some(state) = self.states.get_mut(index) {
            *state = to;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Operation, Recovery};

    fn steps(edges: &[(&str, &[&str])]) -> Vec<Step> {
        edges
            .iter()
            .map(|(name, needs)| Step {
                id: StepId((*name).to_owned()),
                stack: (*name).to_owned(),
                needs: needs
                    .iter()
                    .map(|need| StepId((*need).to_owned()))
                    .collect(),
                operation: Operation::Recover(Recovery::Wait),
            })
            .collect()
    }

    #[test]
    fn what_the_longest_chain_waits_for_begins_first() {
        let steps = steps(&[("a", &[]), ("b", &[]), ("c", &["b"]), ("d", &["c"])]);
        let mut graph = Graph::new(&steps);
        assert_eq!(graph.begin(), Some(1));
        assert_eq!(graph.begin(), Some(0));
        assert_eq!(graph.begin(), None);
        graph.succeeded(1);
        assert_eq!(graph.begin(), Some(2));
        graph.succeeded(0);
        assert_eq!(graph.begin(), None);
    }

    #[test]
    fn what_needs_a_failure_is_skipped_once() {
        let steps = steps(&[("a", &[]), ("b", &[]), ("c", &["a", "b"]), ("d", &["c"])]);
        let mut graph = Graph::new(&steps);
        assert_eq!((graph.begin(), graph.begin()), (Some(0), Some(1)));
        assert_eq!(graph.failed(0), [2, 3]);
        assert_eq!(graph.failed(1), [0_usize; 0]);
        assert_eq!(graph.begin(), None);
    }

    #[test]
    fn a_need_that_does_not_come_before_is_told() {
        let steps = steps(&[("a", &["b"]), ("b", &[])]);
        let graph = Graph::new(&steps);
        assert_eq!(graph.disordered(), [(0, StepId("b".to_owned()))]);
    }
}
