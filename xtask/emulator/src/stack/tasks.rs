//! The tasks of a phase, and the order between them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::model::Resource;
use super::operation::Leaving;
use crate::properties::Properties;

/// What is to be done to a resource.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Job {
    /// It is made what the template says.
    Bring,
    /// It is made what it was.
    Revert,
    /// A thing leaves.
    Leave(Leaving),
}

/// What is being done.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Doing {
    Create {
        properties: Properties,
        replaces: Option<Box<Resource>>,
    },
    Update {
        properties: Properties,
    },
    Import {
        properties: Properties,
        physical_id: String,
    },
    Revert,
    Delete,
}

/// How far a task is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum State {
    Waiting,
    Running(Doing),
    Done,
    Failed,
}

/// A task.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Task {
    pub(crate) logical_id: String,
    pub(crate) job: Job,
    pub(crate) state: State,
    /// Why it will fail, if it will.
    pub(crate) fails: Option<String>,
    /// How many signals it still waits for.
    pub(crate) signals: u64,
    waits_for: usize,
    releases: Vec<usize>,
}

/// The tasks of a phase.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Tasks {
    tasks: Vec<Task>,
    ready: Vec<usize>,
    running: usize,
}

impl Tasks {
    /// Tasks in an order: each of the pairs says that the first one has to be done before the second
    /// one begins.
    pub(crate) fn new(jobs: Vec<(String, Job)>, order: &[(usize, usize)]) -> Self {
        let mut tasks: Vec<Task> = jobs
            .into_iter()
            .map(|(logical_id, job)| Task {
                logical_id,
                job,
                state: State::Waiting,
                fails: None,
                signals: 0,
                waits_for: 0,
                releases: Vec::new(),
            })
            .collect();
        for (first, second) in order {
            if let Some(task) = tasks.get_mut(*first) {
                task.releases.push(*second);
            }
            if let Some(task) = tasks.get_mut(*second) {
                task.waits_for += 1;
            }
        }
        // The last one is taken first.
        let ready = (0..tasks.len())
            .rev()
            .filter(|index| tasks.get(*index).is_some_and(|task| task.waits_for == 0))
            .collect();
        Self {
            tasks,
            ready,
            running: 0,
        }
    }

    pub(crate) fn get(&self, index: usize) -> Option<&Task> {
        self.tasks.get(index)
    }

    pub(crate) fn get_mut(&mut self, index: usize) -> Option<&mut Task> {
        self.tasks.get_mut(index)
    }

    pub(crate) fn find(&self, logical_id: &str) -> Option<usize> {
        self.tasks
            .iter()
            .position(|task| task.logical_id == logical_id)
    }

    pub(crate) fn running(&self) -> impl Iterator<Item = &Task> {
        self.tasks
            .iter()
            .filter(|task| matches!(task.state, State::Running(_)))
    }

    pub(crate) fn unfinished(&self) -> impl Iterator<Item = &Task> {
        self.tasks
            .iter()
            .filter(|task| !matches!(task.state, State::Done))
    }

    /// One that can begin.
    pub(crate) fn next_ready(&mut self) -> Option<usize> {
        self.ready.pop()
    }

    /// Whether nothing is going on and nothing can begin.
    pub(crate) fn is_idle(&self) -> bool {
        self.running == 0 && self.ready.is_empty()
    }

    pub(crate) fn run(&mut self, index: usize, doing: Doing) {
        if let Some(task) = self.tasks.get_mut(index) {
            task.state = State::Running(doing);
            self.running += 1;
        }
    }

    fn stop(&mut self, index: usize, state: State) {
        if let Some(task) = self.tasks.get_mut(index) {
            if matches!(task.state, State::Running(_)) {
                self.running -= 1;
            }
            task.state = state;
        }
    }

    /// A task is done: those that waited for it can begin.
    pub(crate) fn done(&mut self, index: usize) {
        self.stop(index, State::Done);
        self.release(index);
    }

    /// A task has failed: those that wait for it never begin.
    pub(crate) fn failed(&mut self, index: usize) {
        self.stop(index, State::Failed);
    }

    /// Lets those begin that wait for a task, whatever came of it.
    pub(crate) fn release(&mut self, index: usize) {
        let releases = self
            .tasks
            .get_mut(index)
            .map(|task| std::mem::take(&mut task.releases))
            .unwrap_or_default();
        for next in releases.into_iter().rev() {
            if let Some(task) = self.tasks.get_mut(next) {
                task.waits_for -= 1;
                if task.waits_for == 0 {
                    self.ready.push(next);
                }
            }
        }
    }
}

/// The order of tasks that follows from what resources need: pairs of indexes into `logical_ids`.
/// `backwards`: what needs something goes first.
pub(crate) fn order<'a>(
    logical_ids: impl Iterator<Item = &'a str>,
    needs: impl Fn(&str) -> &'a [String],
    backwards: bool,
) -> Vec<(usize, usize)> {
    let names: Vec<&str> = logical_ids.collect();
    // A logical id may come twice: a thing that was replaced, and the one that was removed later.
    let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, name) in names.iter().enumerate() {
        places.entry(name).or_default().push(index);
    }
    let mut order = Vec::new();
    for (index, name) in names.iter().enumerate() {
        for need in needs(name) {
            for other in places.get(need.as_str()).into_iter().flatten() {
                order.push(if backwards {
                    (index, *other)
                } else {
                    (*other, index)
                });
            }
        }
    }
    order
}
