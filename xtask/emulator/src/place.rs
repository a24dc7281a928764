//! An account and region: its stacks, exports and things.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use cloudformation::status::StackStatus;

use crate::api::{ApiError, Caller};
use crate::error::no_stack_with_id;
use crate::exports::Exports;
use crate::queue::StackNumber;
use crate::stack::Stack;
use crate::world::World;

/// An account and region.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Place {
    pub(crate) caller: Caller,
    /// All stacks, deleted ones too, in the order in which they were made.
    pub(crate) stacks: BTreeMap<StackNumber, Stack>,
    /// Those that are not deleted, by name.
    pub(crate) names: BTreeMap<String, StackNumber>,
    /// All, by id.
    pub(crate) ids: BTreeMap<String, StackNumber>,
    /// Those that are not deleted.
    pub(crate) living: BTreeSet<StackNumber>,
    /// The stacks of change sets, by the change sets' ids.
    pub(crate) change_sets: BTreeMap<String, StackNumber>,
    pub(crate) exports: Exports,
    pub(crate) world: World,
}

impl Place {
    pub(crate) fn new(caller: Caller) -> Self {
        Self {
            world: World::new(caller.clone()),
            caller,
            stacks: BTreeMap::new(),
            names: BTreeMap::new(),
            ids: BTreeMap::new(),
            living: BTreeSet::new(),
            change_sets: BTreeMap::new(),
            exports: Exports::new(),
        }
    }

    /// A stack by name, if it is not deleted, or by id, even if it is.
    pub(crate) fn find(&self, name_or_id: &str) -> Option<StackNumber> {
        if name_or_id.starts_with("arn:") {
            self.ids.get(name_or_id).copied()
        } else {
            self.names.get(name_or_id).copied()
        }
    }

    pub(crate) fn stack(&self, name_or_id: &str) -> Result<&Stack, ApiError> {
        self.find(name_or_id)
            .and_then(|number| self.stacks.get(&number))
            .ok_or_else(|| no_stack_with_id(name_or_id))
    }

    /// A stack that is not deleted, to be changed.
    pub(crate) fn living_number(&self, name_or_id: &str) -> Option<StackNumber> {
        self.find(name_or_id)
            .filter(|number| self.living.contains(number))
    }

    pub(crate) fn add(&mut self, stack: Stack) {
        self.names.insert(stack.name.clone(), stack.number);
        self.ids.insert(stack.id.clone(), stack.number);
        self.living.insert(stack.number);
        self.stacks.insert(stack.number, stack);
    }

    /// A stack that is deleted loses its name.
    pub(crate) fn bury(&mut self, number: StackNumber) {
        let Some(stack) = self.stacks.get_mut(&number) else {
            return;
        };
        if stack.status != StackStatus::DeleteComplete || !self.living.remove(&number) {
            return;
        }
        if self.names.get(&stack.name) == Some(&number) {
            self.names.remove(&stack.name);
        }
        for set in std::mem::take(&mut stack.change_sets).into_values() {
            self.change_sets.remove(&set.id);
        }
        stack.unfinished = None;
    }
}
