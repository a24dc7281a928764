//! Stacks, as the API describes them: their outputs, resources and events.
//!
//! Times stay the texts that CloudFormation writes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::drift::StackDrift;
use crate::ids::{ChangeSetId, ClientToken, ExportName, LogicalId, PhysicalId, StackId, StackName};
use crate::status::{Capability, OperationType, ResourceDriftStatus, ResourceStatus, StackStatus};

/// A tag of a stack, which CloudFormation gives to its resources too.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tag {
    /// At most 128 characters.
    pub key: String,
    /// At most 256 characters.
    pub value: String,
}

/// A stack, as `DescribeStacks` gives it.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Stack.html>
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Stack {
    /// The ARN.
    pub id: StackId,
    /// Unique among the stacks of account and region that are not deleted.
    pub name: StackName,
    /// The template's description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The change set that was executed last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change_set_id: Option<ChangeSetId>,
    /// With the values that CloudFormation shows: `****` for one that is not to be seen.
    pub parameters: BTreeMap<String, String>,
    /// What the parameters of SSM hold that they name: `ResolvedValue`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub resolved_parameters: BTreeMap<String, String>,
    /// The topics that hear of its events.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notification_arns: Vec<String>,
    /// The beginning of its creation.
    pub created: String,
    /// The beginning of its last update, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<String>,
    /// The time of its deletion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted: Option<String>,
    /// The status of its last operation.
    pub status: StackStatus,
    /// The reason for the status, where CloudFormation gives one.
    pub status_reason: Option<String>,
    /// Whether an operation that fails leaves the stack as it is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub disable_rollback: bool,
    /// Those that its template was given with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub capabilities: Vec<Capability>,
    /// Those of the template whose conditions hold.
    pub outputs: Vec<Output>,
    /// The role that CloudFormation assumes for it.
    pub role: Option<String>,
    /// By key.
    pub tags: BTreeMap<String, String>,
    /// Whether it is protected against deletion.
    pub termination_protection: bool,
    /// The result of the last drift detection.
    #[serde(skip)]
    pub drift: StackDrift,
    /// Its last operation; the rollback that followed it first.
    #[serde(skip)]
    pub last_operations: Vec<StackOperation>,
}

/// An operation on a stack, by the id that its events have.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_OperationEntry.html>
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StackOperation {
    /// Unique in the account and region.
    pub id: String,
    /// What it does.
    pub kind: OperationType,
}

impl Stack {
    /// The time when it was changed last, or created.
    #[must_use]
    pub fn changed(&self) -> &str {
        self.updated.as_deref().unwrap_or(&self.created)
    }

    /// The value of the output with this key; none where its condition does not hold.
    #[must_use]
    pub fn output(&self, key: &str) -> Option<&str> {
        self.outputs
            .iter()
            .find(|output| output.key == key)
            .map(|output| output.value.as_str())
    }

    /// The values that it exports, with the names of the exports.
    pub fn exports(&self) -> impl Iterator<Item = (&ExportName, &str)> {
        self.outputs
            .iter()
            .filter_map(|output| Some((output.export.as_ref()?, output.value.as_str())))
    }
}

/// A value that a stack shows to its users, and may export to other stacks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// The logical id in the template.
    pub key: String,
    /// Always a text.
    pub value: String,
    /// The template's description of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The name that it is exported by, if it is.
    pub export: Option<ExportName>,
}

/// A stack, as `ListStacks` gives it: also for 90 days after its deletion.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackSummary.html>
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StackSummary {
    /// The ARN.
    pub id: StackId,
    /// The name, which a later stack may have too.
    pub name: StackName,
    /// The template's description.
    pub description: Option<String>,
    /// The beginning of its creation.
    pub created: String,
    /// The beginning of its last update, if there was one.
    pub updated: Option<String>,
    /// The time of its deletion, if it is deleted.
    pub deleted: Option<String>,
    /// The status of its last operation.
    pub status: StackStatus,
    /// The reason for the status, where CloudFormation gives one.
    pub status_reason: Option<String>,
    /// The result of the last drift detection.
    #[serde(skip)]
    pub drift: StackDrift,
    /// Its last operation; the rollback that followed it first.
    #[serde(skip)]
    pub last_operations: Vec<StackOperation>,
}

/// A resource of a stack.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackResource.html>
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StackResource {
    /// The stack's ARN; empty in a list of one stack's resources.
    #[serde(default, skip_serializing_if = "StackId::is_empty")]
    pub stack_id: StackId,
    /// The stack's name; empty in a list of one stack's resources.
    #[serde(default, skip_serializing_if = "StackName::is_empty")]
    pub stack_name: StackName,
    /// The id in the template.
    pub logical_id: LogicalId,
    /// The id that its service has given it, once it has one.
    pub physical_id: Option<PhysicalId>,
    /// `AWS::EC2::VPC`.
    pub resource_type: String,
    /// The time when its status changed last.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub updated: String,
    /// The status of its last operation.
    pub status: ResourceStatus,
    /// The reason for the status, where CloudFormation gives one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_reason: Option<String>,
    /// The result of the last drift detection.
    #[serde(skip)]
    pub drift: ResourceDriftStatus,
}

/// An event of a stack.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackEvent.html>
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StackEvent {
    /// Unique in the stack.
    pub id: String,
    /// The stack's ARN; empty where a reader knows it.
    #[serde(default, skip_serializing_if = "StackId::is_empty")]
    pub stack_id: StackId,
    /// The stack's name; empty where a reader knows it.
    #[serde(default, skip_serializing_if = "StackName::is_empty")]
    pub stack_name: StackName,
    /// The time when it happened.
    pub at: String,
    /// The resource's id in the template; the stack's own events have its name.
    pub logical_id: LogicalId,
    /// The resource's physical id; the stack's own events have its ARN.
    pub physical_id: Option<PhysicalId>,
    /// The resource's type; the stack's own events have `AWS::CloudFormation::Stack`.
    pub resource_type: String,
    /// The resource's status from now on, or the stack's.
    pub status: ResourceStatus,
    /// The reason for the status, where CloudFormation gives one.
    pub reason: Option<String>,
    /// The token of the call that caused it.
    pub token: Option<ClientToken>,
    /// The operation that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
}

impl StackEvent {
    /// Whether it is one of the stack itself: those have the stack's ARN for a physical id.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackEvent.html>
    #[must_use]
    pub fn is_of_stack(&self, stack: &StackId) -> bool {
        self.physical_id
            .as_ref()
            .is_some_and(|id| id.as_str() == stack.as_str())
    }
}
