//! What is known of values before an update.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::stack::ScopeWorld;
use crate::template::{KNOWN_LATER, Lookup};

/// What becomes of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Becomes {
    /// It stays as it is.
    Unchanged,
    /// It is changed in place: it stays itself, its attributes may change.
    Modified,
    /// It is new, or replaced, or may be: nothing of it is known.
    Another,
}

/// The stack as it is, with what is known of what becomes of it.
pub(super) struct Preview<'a> {
    pub(super) world: ScopeWorld<'a>,
    pub(super) becomes: BTreeMap<String, Becomes>,
}

fn later() -> Value {
    Value::String(KNOWN_LATER.to_owned())
}

impl Preview<'_> {
    pub(super) fn becomes(&self, logical_id: &str) -> Becomes {
        self.becomes
            .get(logical_id)
            .copied()
            .unwrap_or(Becomes::Another)
    }
}

impl Lookup for Preview<'_> {
    fn reference(&self, logical_id: &str) -> Option<Value> {
        match self.becomes(logical_id) {
            Becomes::Another => Some(later()),
            Becomes::Unchanged | Becomes::Modified => self.world.reference(logical_id),
        }
    }

    fn attribute(&self, logical_id: &str, attribute: &str) -> Option<Value> {
        match self.becomes(logical_id) {
            Becomes::Another => Some(later()),
            Becomes::Unchanged | Becomes::Modified => self.world.attribute(logical_id, attribute),
        }
    }

    /// An export that is not there yet is known later: a change set is made without it, and fails when
    /// it is executed.
    fn import(&self, name: &str) -> Option<String> {
        Some(
            self.world
                .import(name)
                .unwrap_or_else(|| KNOWN_LATER.to_owned()),
        )
    }
}
