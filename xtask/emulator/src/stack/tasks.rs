//! The tasks of a phase, and the order between them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::definition::Resource;
use crate::inventory::PhysicalResource;
use crate::properties::Properties;
use crate::template::RemovalPolicy;

/// The removal of a physical resource from its stack.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Removal {
    pub(crate) logical_id: String,
    pub(crate) kind: String,
    pub(crate) physical_id: String,
    pub(crate) identifier: String,
    pub(crate) policy: RemovalPolicy,
    /// Whether the stack's resource goes with it, or has another physical resource now.
    pub(crate) removes_resource: bool,
}

impl Removal {
    /// The removal of a resource, if it has a physical resource.
    pub(super) fn resource(
        logical_id: &str,
        resource: &Resource,
        policy: RemovalPolicy,
    ) -> Option<Self> {
        Self::replaced(logical_id, resource, policy).map(|removal| Self {
            removes_resource: true,
            ..removal
        })
    }

    /// The removal of the physical resource that another one replaces, if there is one.
    pub(super) fn replaced(
        logical_id: &str,
        resource: &Resource,
        policy: RemovalPolicy,
    ) -> Option<Self> {
        Some(Self {
            logical_id: logical_id.to_owned(),
            kind: resource.kind.clone(),
            physical_id: resource.physical_id.clone()?,
            identifier: resource.identifier.clone()?,
            policy,
            removes_resource: false,
        })
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum TaskKind {
    /// Brings a resource to the state in the template.
    Provision,
    /// Brings a resource back to its prior state.
    Revert,
    Remove(Removal),
}

/// The physical resource that is imported.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ImportTarget {
    pub(crate) physical_id: String,
    pub(crate) identifier: String,
}

impl From<&PhysicalResource> for ImportTarget {
    fn from(physical: &PhysicalResource) -> Self {
        Self {
            physical_id: physical.physical_id.clone(),
            identifier: physical.identifier.clone(),
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum TaskAction {
    Create {
        properties: Properties,
        replaces: Option<Box<Resource>>,
    },
    Update {
        properties: Properties,
    },
    Import {
        properties: Properties,
        target: ImportTarget,
    },
    Revert,
    Delete,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum TaskState {
    Waiting,
    Running(TaskAction),
    Done,
    Failed,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Task {
    pub(crate) logical_id: String,
    pub(crate) kind: TaskKind,
    pub(crate) state: TaskState,
    /// The reason for which it is going to fail.
    pub(crate) failure: Option<String>,
    /// The number of signals that it still waits for.
    pub(crate) signals: u64,
    waits_for: usize,
    releases: Vec<usize>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Tasks {
    tasks: Vec<Task>,
    ready: Vec<usize>,
    running: usize,
}

impl Tasks {
    /// Tasks with an order: of each pair, the first task is done before the second begins.
    pub(crate) fn new(kinds: Vec<(String, TaskKind)>, order: &[(usize, usize)]) -> Self {
        let mut tasks: Vec<Task> = kinds
            .into_iter()
            .map(|(logical_id, kind)| Task {
                logical_id,
                kind,
                state: TaskState::Waiting,
                failure: None,
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
            .filter(|task| matches!(task.state, TaskState::Running(_)))
    }

    pub(crate) fn unfinished(&self) -> impl Iterator<Item = &Task> {
        self.tasks
            .iter()
            .filter(|task| !matches!(task.state, TaskState::Done))
    }

    pub(crate) fn next_ready(&mut self) -> Option<usize> {
        self.ready.pop()
    }

    /// Whether no task is running or ready.
    pub(crate) fn is_idle(&self) -> bool {
        self.running == 0 && self.ready.is_empty()
    }

    pub(crate) fn run(&mut self, index: usize, doing: TaskAction) {
        if let Some(task) = self.tasks.get_mut(index) {
            task.state = TaskState::Running(doing);
            self.running += 1;
        }
    }

    fn stop(&mut self, index: usize, state: TaskState) {
        if let Some(task) = self.tasks.get_mut(index) {
            if matches!(task.state, TaskState::Running(_)) {
                self.running -= 1;
            }
            task.state = state;
        }
    }

    /// Completes a task and releases those that depend on it.
    pub(crate) fn done(&mut self, index: usize) {
        self.stop(index, TaskState::Done);
        self.release(index);
    }

    /// Fails a task. Those that depend on it never begin.
    pub(crate) fn failed(&mut self, index: usize) {
        self.stop(index, TaskState::Failed);
    }

    /// Releases the tasks that depend on a task, whatever its result.
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

/// The order that follows from the dependencies of resources: pairs of indexes into `logical_ids`.
/// `backwards`: dependents come before their dependencies.
pub(crate) fn task_order<'a>(
    logical_ids: impl Iterator<Item = &'a str>,
    needs: impl Fn(&str) -> &'a [String],
    backwards: bool,
) -> Vec<(usize, usize)> {
    let names: Vec<&str> = logical_ids.collect();
    // A logical id may occur twice: a replaced physical resource, and the one that was removed
    // later.
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
