//! The dependency graph of a plan's steps, and the state of each. Pure.

use std::collections::BTreeMap;

use crate::plan::{Step, StepId};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// For this many steps.
    Waiting(usize),
    Running,
    Ended,
    Skipped,
}

#[derive(Debug)]
pub(super) struct Graph {
    states: Vec<State>,
    /// For each step, those that need it.
    dependents: Vec<Vec<usize>>,
    /// For each step, the length of the longest chain of steps that depends on it.
    heights: Vec<usize>,
    /// Steps that need one that does not precede them, which only an edited plan has.
    misordered: Vec<(usize, StepId)>,
}

impl Graph {
    /// Expects each step after those it needs.
    pub(super) fn new(steps: &[Step]) -> Self {
        let mut graph = Self {
            states: Vec::with_capacity(steps.len()),
            dependents: vec![Vec::new(); steps.len()],
            heights: vec![0; steps.len()],
            misordered: Vec::new(),
        };
        let mut known: BTreeMap<&StepId, usize> = BTreeMap::new();
        for (index, step) in steps.iter().enumerate() {
            graph.states.push(State::Waiting(step.needs.len()));
            for need in &step.needs {
                match known.get(need).and_then(|at| graph.dependents.get_mut(*at)) {
                    Some(dependents) => dependents.push(index),
                    None => graph.misordered.push((index, need.clone())),
                }
            }
            known.insert(&step.id, index);
        }
        // Steps follow what they need: backwards, every dependent is done already.
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

    /// The steps that can never start, each with the need that does not precede it.
    pub(super) fn misordered(&self) -> &[(usize, StepId)] {
        &self.misordered
    }

    /// Starts the ready step that the longest chain depends on.
    pub(super) fn start(&mut self) -> Option<usize> {
        let ready = self
            .states
            .iter()
            .zip(&self.heights)
            .enumerate()
            .filter(|(_, (state, _))| **state == State::Waiting(0))
            // The first of the highest.
            .min_by_key(|(index, (_, height))| (std::cmp::Reverse(**height), *index))
            .map(|(index, _)| index)?;
        self.set(ready, State::Running);
        Some(ready)
    }

    pub(super) fn succeeded(&mut self, index: usize) {
        self.set(index, State::Ended);
        for dependent in self.dependents_of(index).to_vec() {
            if let Some(State::Waiting(needs)) = self.states.get_mut(dependent) {
                *needs = needs.saturating_sub(1);
            }
        }
    }

    /// Returns the steps that this failure newly keeps from starting, in the order of the plan.
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

    /// Skips all steps that have not started, and returns them.
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
                stack: (*name).into(),
                needs: needs
                    .iter()
                    .map(|need| StepId((*need).to_owned()))
                    .collect(),
                operation: Operation::Recover(Recovery::Wait),
            })
            .collect()
    }

    #[test]
    fn what_the_longest_chain_waits_for_starts_first() {
        let steps = steps(&[("a", &[]), ("b", &[]), ("c", &["b"]), ("d", &["c"])]);
        let mut graph = Graph::new(&steps);
        assert_eq!(graph.start(), Some(1));
        assert_eq!(graph.start(), Some(0));
        assert_eq!(graph.start(), None);
        graph.succeeded(1);
        assert_eq!(graph.start(), Some(2));
        graph.succeeded(0);
        assert_eq!(graph.start(), None);
    }

    #[test]
    fn what_needs_a_failure_is_skipped_once() {
        let steps = steps(&[("a", &[]), ("b", &[]), ("c", &["a", "b"]), ("d", &["c"])]);
        let mut graph = Graph::new(&steps);
        assert_eq!((graph.start(), graph.start()), (Some(0), Some(1)));
        assert_eq!(graph.failed(0), [2, 3]);
        assert_eq!(graph.failed(1), [0_usize; 0]);
        assert_eq!(graph.start(), None);
    }

    #[test]
    fn a_need_that_does_not_come_before_is_told() {
        let steps = steps(&[("a", &["b"]), ("b", &[])]);
        let graph = Graph::new(&steps);
        assert_eq!(graph.misordered(), [(0, StepId("b".to_owned()))]);
    }
}
