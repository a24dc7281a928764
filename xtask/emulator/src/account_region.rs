//! An account and region: its stacks, exports and physical resources.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use cloudformation::StackStatus;

use crate::api::{ApiError, Caller};
use crate::error::no_stack_with_id;
use crate::event_queue::StackNumber;
use crate::exports::Exports;
use crate::inventory::Inventory;
use crate::stack::Stack;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AccountRegion {
    pub(crate) caller: Caller,
    /// All stacks, deleted ones included, in order of creation.
    pub(crate) stacks: BTreeMap<StackNumber, Stack>,
    /// The numbers of stacks that are not deleted, by name.
    pub(crate) names: BTreeMap<String, StackNumber>,
    /// The numbers of all stacks, by id.
    pub(crate) ids: BTreeMap<String, StackNumber>,
    /// The numbers of stacks that are not deleted.
    pub(crate) active: BTreeSet<StackNumber>,
    /// The numbers of the stacks of change sets, by the change sets' ids.
    pub(crate) change_sets: BTreeMap<String, StackNumber>,
    pub(crate) exports: Exports,
    pub(crate) inventory: Inventory,
}

impl AccountRegion {
    pub(crate) fn new(caller: Caller) -> Self {
        Self {
            inventory: Inventory::new(caller.clone()),
            caller,
            stacks: BTreeMap::new(),
            names: BTreeMap::new(),
            ids: BTreeMap::new(),
            active: BTreeSet::new(),
            change_sets: BTreeMap::new(),
            exports: Exports::new(),
        }
    }

    /// A stack by name unless it is deleted, or by id even if it is.
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

    /// The number of a stack that is not deleted.
    pub(crate) fn active_number(&self, name_or_id: &str) -> Option<StackNumber> {
        self.find(name_or_id)
            .filter(|number| self.active.contains(number))
    }

    pub(crate) fn add(&mut self, stack: Stack) {
        self.names.insert(stack.name.clone(), stack.number);
        self.ids.insert(stack.id.clone(), stack.number);
        self.active.insert(stack.number);
        self.stacks.insert(stack.number, stack);
    }

    /// Frees the name of a stack that is deleted.
    pub(crate) fn mark_deleted(&mut self, number: StackNumber) {
        let Some(stack) = self.stacks.get_mut(&number) else {
            return;
        };
        if stack.status != StackStatus::DeleteComplete || !self.active.remove(&number) {
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
