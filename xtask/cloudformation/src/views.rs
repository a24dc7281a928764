//! What calls take and answer.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::status::StackStatus;

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// The token of the next page, if there is one.
    pub next: Option<String>,
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            next: None,
        }
    }
}

/// Who calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Identity {
    /// The account, twelve digits.
    pub account: String,
    /// The caller's ARN.
    pub arn: String,
}

/// A tag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tag {
    /// Its key.
    pub key: String,
    /// Its value.
    pub value: String,
}

/// A stack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StackView {
    /// Its ARN.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its status.
    pub status: StackStatus,
    /// Why it has it, where CloudFormation says so.
    pub status_reason: Option<String>,
    /// When it was changed last (or created), as CloudFormation writes it.
    pub changed: String,
    /// Its outputs.
    pub outputs: Vec<OutputView>,
    /// Its parameters.
    pub parameters: BTreeMap<String, String>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// Whether it is protected against deletion.
    pub termination_protection: bool,
    /// The role that CloudFormation uses for it.
    pub role: Option<String>,
}

impl StackView {
    /// An output's value.
    #[must_use]
    pub fn output(&self, key: &str) -> Option<&str> {
        self.outputs
            .iter()
            .find(|output| output.key == key)
            .map(|output| output.value.as_str())
    }

    /// What it exports, by the name of the export.
    pub fn exports(&self) -> impl Iterator<Item = (&str, &str)> {
        self.outputs
            .iter()
            .filter_map(|output| Some((output.export.as_deref()?, output.value.as_str())))
    }
}

/// An output of a stack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OutputView {
    /// Its logical id.
    pub key: String,
    /// Its value.
    pub value: String,
    /// The name it is exported by, if it is.
    pub export: Option<String>,
}

/// A resource of a stack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceView {
    /// Its logical id.
    pub logical_id: String,
    /// Its physical id, once it has one.
    pub physical_id: Option<String>,
    /// Its type.
    pub resource_type: String,
    /// Its status: `CREATE_COMPLETE`.
    pub status: String,
}

/// An event of a stack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StackEvent {
    /// Unique.
    pub id: String,
    /// When, as CloudFormation writes it.
    pub at: String,
    /// The resource's logical id; the stack's own events have its name.
    pub logical_id: String,
    /// The resource's physical id; the stack's own events have its id.
    pub physical_id: Option<String>,
    /// The resource's type.
    pub resource_type: String,
    /// The resource's status: `CREATE_FAILED`.
    pub status: String,
    /// Why, where CloudFormation says so.
    pub reason: Option<String>,
    /// The token of the call that caused it.
    pub token: Option<String>,
}

/// A parameter that a change set is made with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: ParameterValue,
}

/// Where a parameter's value comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ParameterValue {
    /// From here.
    Given(String),
    /// From the stack as it is.
    Previous,
}

/// Whether a change set creates its stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ChangeSetKind {
    /// It does. The stack appears in `REVIEW_IN_PROGRESS`.
    Create,
    /// The stack is there.
    Update,
}

/// What a change set is made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeSetRequest {
    /// The stack's name (to create) or id (to update).
    pub stack: String,
    /// The change set's name, unique for the stack.
    pub name: String,
    /// Whether it creates the stack.
    pub kind: ChangeSetKind,
    /// The template, at most 51,200 bytes.
    pub template: String,
    /// The parameters.
    pub parameters: Vec<Parameter>,
    /// What CloudFormation must be told that the template may do.
    pub capabilities: Vec<String>,
    /// The stack's tags.
    pub tags: Vec<Tag>,
    /// The role that CloudFormation uses from now on.
    pub role: Option<String>,
    /// Who, which commit, why; at most 1,024 characters.
    pub description: String,
    /// Whether resources that exist under the names in the template are imported.
    pub import_existing: bool,
    /// Makes the call safe to repeat.
    pub token: String,
}

/// A resource that exists, and what tells which it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResourceToImport {
    /// Its logical id in the template.
    pub logical_id: String,
    /// Its type.
    pub resource_type: String,
    /// The properties that identify it, with their values: those of the type's primary identifier.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceToImport.html>
    pub identifier: BTreeMap<String, String>,
}

/// The status of a change set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ChangeSetStatus {
    /// Being made.
    InProgress,
    /// Made.
    Complete,
    /// Could not be made because nothing would change.
    Empty,
    /// Could not be made.
    Failed,
    /// Could not be made because something that it creates exists already, under its name.
    FailedExisting,
    /// Being deleted, or deleted.
    Deleted,
}

impl ChangeSetStatus {
    /// The meaning of a status with its reason; nothing for a status that this version does not know.
    #[must_use]
    pub fn parse(status: &str, reason: Option<&str>) -> Option<Self> {
        Some(match status {
            "CREATE_PENDING" | "CREATE_IN_PROGRESS" => Self::InProgress,
            "CREATE_COMPLETE" => Self::Complete,
            "DELETE_PENDING" | "DELETE_IN_PROGRESS" | "DELETE_COMPLETE" => Self::Deleted,
            "FAILED" if reason.is_some_and(is_empty) => Self::Empty,
            "FAILED" if reason.is_some_and(finds_existing) => Self::FailedExisting,
            "FAILED" | "DELETE_FAILED" => Self::Failed,
            _ => return None,
        })
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

/// Whether a change set can be executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ExecutionStatus {
    /// Not, or not yet.
    Unavailable,
    /// Yes.
    Available,
    /// It is being executed, or was.
    Executed,
    /// Another one was executed.
    Obsolete,
}

impl ExecutionStatus {
    /// The meaning of a status. A change set in one that this version does not know is not executed.
    #[must_use]
    pub fn parse(status: &str) -> Self {
        match status {
            "AVAILABLE" => Self::Available,
            "EXECUTE_IN_PROGRESS" | "EXECUTE_COMPLETE" | "EXECUTE_FAILED" => Self::Executed,
            "OBSOLETE" => Self::Obsolete,
            _ => Self::Unavailable,
        }
    }
}

/// A change set, with a page of its changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChangeSetView {
    /// Its ARN.
    pub id: String,
    /// Its stack's id.
    pub stack_id: String,
    /// Its status.
    pub status: ChangeSetStatus,
    /// Why, where CloudFormation says so.
    pub status_reason: Option<String>,
    /// Whether it can be executed.
    pub execution: ExecutionStatus,
    /// What it changes.
    pub changes: Vec<ResourceChange>,
    /// The token of the next page of changes, if there is one.
    pub next: Option<String>,
}

/// What a change set does to a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceChange {
    /// What.
    pub action: ChangeAction,
    /// The resource's logical id.
    pub logical_id: String,
    /// Its physical id, if it has one.
    pub physical_id: Option<String>,
    /// Its type.
    pub resource_type: String,
    /// Whether it is replaced.
    pub replacement: Replacement,
    /// The properties that change, as paths: `CidrBlock`.
    pub properties: Vec<String>,
}

/// What happens to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ChangeAction {
    /// It is created.
    Add,
    /// It is changed, or replaced.
    Modify,
    /// It is deleted, or kept outside of the stack.
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
    /// No.
    Never,
    /// Depends on values that are not known yet.
    Conditional,
    /// Yes.
    Always,
}
