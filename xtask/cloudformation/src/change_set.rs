//! Change sets: what they are made from, and how the API describes them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::{
    ChangeSetId, ChangeSetName, ClientToken, LogicalId, PhysicalId, StackId, StackNameOrId,
};
use crate::stack::Tag;
use crate::status::{Capability, ChangeSetStatus, ExecutionStatus};

/// A template parameter, as a request sets it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Parameter {
    /// The name in the template.
    pub name: String,
    /// The value, or where it comes from.
    pub value: ParameterValue,
}

/// The source of a parameter's value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ParameterValue {
    /// The request gives it.
    Given(String),
    /// The stack keeps the one that it has: `UsePreviousValue`.
    Previous,
}

/// What executing a change set does to the stack as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ChangeSetType {
    /// `CREATE`: the stack appears in `REVIEW_IN_PROGRESS`.
    Create,
    /// `UPDATE`: the stack exists.
    Update,
    /// `IMPORT`: the stack takes over resources that exist; it may be a new one.
    Import,
}

/// The contents of a `CreateChangeSet`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeSetRequest {
    /// The stack's name (to create) or id (to update).
    pub stack: StackNameOrId,
    /// The change set's name, unique for the stack.
    pub name: ChangeSetName,
    /// Whether it creates the stack. An import says so by its own call.
    pub kind: ChangeSetType,
    /// The template, at most 51,200 bytes.
    pub template: String,
    /// Those of the template, each once.
    pub parameters: Vec<Parameter>,
    /// The acknowledgements that the template needs.
    pub capabilities: Vec<Capability>,
    /// The stack's tags from now on.
    pub tags: Vec<Tag>,
    /// The role that CloudFormation uses from now on.
    pub role: Option<String>,
    /// Who, which commit, why; at most 1,024 characters.
    pub description: String,
    /// Whether resources that exist under the names in the template are imported.
    pub import_existing: bool,
    /// Makes the call safe to repeat.
    pub token: ClientToken,
}

/// A resource that exists, and what identifies it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResourceToImport {
    /// The id in the template.
    pub logical_id: LogicalId,
    /// `AWS::S3::Bucket`.
    pub resource_type: String,
    /// The properties that identify it, with their values: those of the type's primary identifier.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceToImport.html>
    pub identifier: BTreeMap<String, String>,
}

/// A change set, with a page of its changes.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeChangeSet.html>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChangeSet {
    /// The ARN.
    pub id: ChangeSetId,
    /// The stack's ARN.
    pub stack_id: StackId,
    /// How far it is made.
    pub status: ChangeSetStatus,
    /// The reason for the status, where CloudFormation gives one.
    pub status_reason: Option<String>,
    /// Whether it can be executed, which CloudFormation reports apart from the status.
    pub execution: ExecutionStatus,
    /// A page of its changes.
    pub changes: Vec<ResourceChange>,
    /// The token of the next page of changes, if there is one.
    pub next: Option<String>,
}

/// A change set's result: its status together with the reason, which tells one failure from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeSetOutcome {
    /// CloudFormation is making it.
    InProgress,
    /// It shows its changes.
    Complete,
    /// It failed because nothing would change.
    Empty,
    /// It failed because something that it creates exists already, under its name.
    AlreadyExists,
    /// It failed for another reason.
    Failed,
    /// It is being deleted, or deleted.
    Deleted,
}

impl ChangeSet {
    /// Its result. A status that this version does not know may change yet.
    #[must_use]
    pub fn outcome(&self) -> ChangeSetOutcome {
        let reason = self.status_reason.as_deref().unwrap_or_default();
        match self.status {
            ChangeSetStatus::CreatePending
            | ChangeSetStatus::CreateInProgress
            | ChangeSetStatus::Unknown(_) => ChangeSetOutcome::InProgress,
            ChangeSetStatus::CreateComplete => ChangeSetOutcome::Complete,
            ChangeSetStatus::DeletePending
            | ChangeSetStatus::DeleteInProgress
            | ChangeSetStatus::DeleteComplete => ChangeSetOutcome::Deleted,
            ChangeSetStatus::Failed if is_empty(reason) => ChangeSetOutcome::Empty,
            ChangeSetStatus::Failed if finds_existing(reason) => ChangeSetOutcome::AlreadyExists,
            ChangeSetStatus::Failed | ChangeSetStatus::DeleteFailed => ChangeSetOutcome::Failed,
        }
    }
}

/// Whether a change set failed because nothing would change. The second sentence is that of a
/// template whose transform comes to the same.
///
/// Source: aws-cdk#9080, aws-toolkit-azure-devops#97
#[must_use]
pub fn is_empty(reason: &str) -> bool {
    reason.contains("didn't contain changes") || reason.contains("No updates are to be performed")
}

/// Whether a change set failed because something that it creates exists already.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html>
#[must_use]
pub fn finds_existing(reason: &str) -> bool {
    reason.contains("ResourceExistenceCheck")
}

/// Whether a change set failed validation before deployment, whose findings `DescribeEvents` has.
#[must_use]
pub fn has_validation_events(reason: &str) -> bool {
    reason.contains("EarlyValidation") || reason.contains("DescribeEvents")
}

/// A resource in a change set, and what happens to it.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceChange {
    /// What executing does to it. A replacement is a `Modify`.
    pub action: ChangeAction,
    /// The id in the template.
    pub logical_id: LogicalId,
    /// The name or id in its service; none before it is created.
    pub physical_id: Option<PhysicalId>,
    /// `AWS::EC2::VPC`.
    pub resource_type: String,
    /// Whether a `Modify` creates a new resource and deletes this one.
    pub replacement: Replacement,
    /// The properties that change, as paths: `CidrBlock`.
    pub properties: Vec<String>,
}

/// An operation on a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ChangeAction {
    /// CloudFormation creates it.
    Add,
    /// CloudFormation changes it in place, or replaces it.
    Modify,
    /// CloudFormation deletes it, or leaves it outside of the stack.
    Remove,
    /// It exists and becomes part of the stack.
    Import,
    /// Not known before another change is done.
    Dynamic,
}

/// Whether a resource is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Replacement {
    /// `False`: it is changed in place, or not at all.
    Never,
    /// `Conditional`: that depends on values that are not known yet.
    Conditional,
    /// `True`.
    Always,
}
