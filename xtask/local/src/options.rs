//! What a cloud is made with.

use serde::{Deserialize, Serialize};

/// What a cloud is made with. The same options and the same calls give the same history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Options {
    /// Every choice that AWS would make comes from it: ids, durations, the order of what happens at
    /// once.
    pub seed: u64,
    /// How many items a page of a list holds. AWS: 100 stacks, events or resources.
    pub page_size: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seed: 0,
            page_size: 100,
        }
    }
}
