//! Options of a cloud.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::durations::Percent;
use crate::faults::FaultRates;

/// Options of a cloud. The same options and the same calls give the same history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Options {
    /// The source of every choice that AWS would make: ids, durations, random faults.
    pub seed: u64,
    /// The number of items on a page of a list. AWS: 100 stacks, events or resources.
    pub page_size: usize,
    /// The scale of durations; 100 is as at AWS.
    pub durations: Percent,
    pub fault_rates: FaultRates,
    /// Whether change sets are validated before they are complete: properties, and names that are
    /// taken. On at AWS since November 2025.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html>
    pub early_validation: bool,
    /// Whether a change set is held against the checks of templates too: what AWS would refuse while it deploys fails
    /// the change set, and what will hurt is a warning. Off: CloudFormation has nothing like it.
    pub checks: bool,
    /// Whether a change set fails when it imports a missing export. AWS was observed to complete
    /// it, with `{{changeSet:KNOWN_AFTER_APPLY}}` as the value, and to fail its execution; older
    /// threads report `FAILED`.
    pub imports_at_change_set: bool,
    /// The number of stacks that an account may have in a region. AWS: 2,000.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>
    pub max_stacks: usize,
    pub unknown_types: UnknownTypes,
    /// Whether an update that does not roll back may replace resources. AWS refuses it, and was expected
    /// to allow it from the end of 2026.
    ///
    /// <https://github.com/aws/aws-cdk/issues/30546>, <https://github.com/aws/aws-cdk-cli/pull/1970>
    pub replaces_without_rollback: bool,
    /// Parameters of SSM that exist in every account and region, by name. Stacks and control requests
    /// add others.
    pub ssm_parameters: BTreeMap<String, String>,
}

/// What happens to resources of types that have no model.
///
/// The default refuses, as CloudFormation refuses a type that it doesn't know: a name that is mistyped is found, and
/// `CREATE_COMPLETE` means that something was checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum UnknownTypes {
    /// The template is refused.
    #[default]
    Refuse,
    /// They get a physical id, and a text for every attribute. Their properties are kept and not checked, and a change of
    /// them never replaces.
    Accept,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seed: 0,
            page_size: 100,
            durations: Percent::default(),
            fault_rates: FaultRates::default(),
            early_validation: true,
            checks: false,
            imports_at_change_set: false,
            max_stacks: 2000,
            unknown_types: UnknownTypes::default(),
            replaces_without_rollback: false,
            ssm_parameters: BTreeMap::new(),
        }
    }
}
