//! What a cloud is made with.

use serde::{Deserialize, Serialize};

use crate::durations::Percent;
use crate::faults::Trouble;

/// What a cloud is made with. The same options and the same calls give the same history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Options {
    /// Every choice that AWS would make comes from it: ids, durations, what goes wrong by chance.
    pub seed: u64,
    /// How many items a page of a list holds. AWS: 100 stacks, events or resources.
    pub page_size: usize,
    /// How long things take, compared to what they take at AWS.
    pub durations: Percent,
    /// How often something goes wrong by chance.
    pub trouble: Trouble,
    /// Whether change sets are validated before they are complete: properties, and names that are
    /// taken. On at AWS since November 2025.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html>
    pub early_validation: bool,
    /// Whether a change set fails when it imports an export that is not there yet. AWS was seen to
    /// make it, with `{{changeSet:KNOWN_AFTER_APPLY}}` as the value, and to fail its execution; older
    /// threads tell of `FAILED`.
    pub imports_at_change_set: bool,
    /// How many stacks an account may have in a region. AWS: 2,000.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>
    pub most_stacks: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seed: 0,
            page_size: 100,
            durations: Percent::default(),
            trouble: Trouble::default(),
            early_validation: true,
            imports_at_change_set: false,
            most_stacks: 2000,
        }
    }
}
