//! Values that are known before an update.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::stack::StackLookup;
use crate::template::{KNOWN_AFTER_APPLY, Lookup};

/// The effect of an update on a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ResourceOutcome {
    Unchanged,
    /// Updated in place: its attributes may change.
    Modified,
    /// New or replaced, possibly: its values are unknown.
    Unknown,
}

/// The stack as it is, with the effects that are known.
pub(super) struct Preview<'a> {
    pub(super) lookup: StackLookup<'a>,
    pub(super) becomes: BTreeMap<String, ResourceOutcome>,
}

fn later() -> Value {
    Value::String(KNOWN_AFTER_APPLY.to_owned())
}

impl Preview<'_> {
    pub(super) fn becomes(&self, logical_id: &str) -> ResourceOutcome {
        self.becomes
            .get(logical_id)
            .copied()
            .unwrap_or(ResourceOutcome::Unknown)
    }
}

impl Lookup for Preview<'_> {
    fn reference(&self, logical_id: &str) -> Option<Value> {
        match self.becomes(logical_id) {
            ResourceOutcome::Unknown => Some(later()),
            ResourceOutcome::Unchanged | ResourceOutcome::Modified => {
                self.lookup.reference(logical_id)
            }
        }
    }

    fn attribute(&self, logical_id: &str, attribute: &str) -> Option<Value> {
        match self.becomes(logical_id) {
            ResourceOutcome::Unknown => Some(later()),
            ResourceOutcome::Unchanged | ResourceOutcome::Modified => {
                self.lookup.attribute(logical_id, attribute)
            }
        }
    }

    /// A missing export is known after apply: the change set completes without it, and its
    /// execution fails.
    fn import(&self, name: &str) -> Option<String> {
        Some(
            self.lookup
                .import(name)
                .unwrap_or_else(|| KNOWN_AFTER_APPLY.to_owned()),
        )
    }

    fn parameter(&self, name: &str, version: Option<u64>) -> Option<String> {
        self.lookup.parameter(name, version)
    }
}
