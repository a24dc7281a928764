//! What is answered.

use std::collections::BTreeMap;

use cloudformation::status::{Capability, ChangeSetStatus, ExecutionStatus};
use cloudformation::{
    ChangeAction, ClientToken, Identity, Page, Replacement, Stack, StackDriftDetection, StackEvent,
    StackOperation, StackResource, StackResourceDrift, StackSummary, Tag, ValidationFinding,
};
use serde::{Deserialize, Serialize};

use super::values::Time;

#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// `GetCallerIdentity`.
    Identity(Identity),
    /// `DescribeStacks`.
    Stacks(Page<Stack>),
    /// `ListStacks`.
    StackSummaries(Page<StackSummary>),
    /// `UpdateTerminationProtection`: the stack's id.
    StackId(String),
    /// `CreateStack`, `UpdateStack`, `RollbackStack`: the stack's id, and the operation's.
    Started { stack_id: String, id: String },
    /// `CreateChangeSet`.
    ChangeSetId { id: String, stack_id: String },
    /// `DescribeChangeSet`.
    ChangeSet(Box<ChangeSetDescription>),
    /// `ListChangeSets`.
    ChangeSets(Page<ChangeSetSummary>),
    /// `DescribeStackEvents`.
    Events(Page<StackEvent>),
    /// `DescribeEvents`.
    OperationEvents(Page<OperationEvent>),
    /// `DescribeStackResources`, `ListStackResources`.
    Resources(Page<StackResource>),
    /// `GetTemplate`.
    Template(String),
    /// `GetTemplateSummary`, `ValidateTemplate`.
    TemplateSummary(TemplateSummary),
    /// `ListExports`.
    Exports(Page<Export>),
    /// `ListImports`: names of stacks.
    Imports(Page<String>),
    /// `GetStackPolicy`.
    Policy(Option<String>),
    /// `DetectStackDrift`: the detection's id.
    DriftDetectionId(String),
    /// `DescribeStackDriftDetectionStatus`.
    DriftDetection(StackDriftDetection),
    /// `DescribeStackResourceDrifts`.
    ResourceDrifts(Page<StackResourceDrift>),
    /// What answers with nothing but that it was taken.
    Done,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeSetDescription {
    /// What is the same in a list.
    pub summary: ChangeSetSummary,
    /// The parameters, with the values that CloudFormation shows.
    pub parameters: BTreeMap<String, String>,
    /// What the parameters of SSM hold that they name.
    pub resolved_parameters: BTreeMap<String, String>,
    pub notification_arns: Vec<String>,
    /// What the caller said that the template may do.
    pub capabilities: Vec<Capability>,
    /// The stack's tags afterwards.
    pub tags: Vec<Tag>,
    pub import_existing: bool,
    pub changes: Page<Change>,
}

/// An event of an operation.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_OperationEvent.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationEvent {
    pub id: String,
    pub stack_id: String,
    pub operation: StackOperation,
    pub at: Time,
    pub token: Option<ClientToken>,
    pub what: OperationEventKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OperationEventKind {
    /// `STACK_EVENT`: the operation begins, or ends.
    Operation {
        /// `IN_PROGRESS`, `SUCCEEDED`, `FAILED`.
        status: &'static str,
        started: Time,
        ended: Option<Time>,
    },
    /// `PROGRESS_EVENT`.
    Progress(StackEvent),
    /// `PROVISIONING_ERROR`: a resource failed.
    Error(StackEvent),
    /// `VALIDATION_ERROR`.
    Validation(ValidationFinding),
}

/// A change set, as `ListChangeSets` tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeSetSummary {
    pub id: String,
    pub name: String,
    pub stack_id: String,
    pub stack_name: String,
    /// How far it is made.
    pub status: ChangeSetStatus,
    /// Why.
    pub status_reason: Option<String>,
    pub execution_status: ExecutionStatus,
    /// When it was made.
    pub created: Time,
    pub description: Option<String>,
}

/// What a change set does to a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub action: ChangeAction,
    /// `Delete`, `Retain`, `Snapshot` …, for what leaves the stack.
    pub policy_action: Option<String>,
    pub logical_id: String,
    pub physical_id: Option<String>,
    pub resource_type: String,
    /// Whether it is replaced; it can only be where it is modified.
    pub replacement: Replacement,
    /// `Properties`, `Metadata`, `Tags`, …
    pub scope: Vec<String>,
    pub details: Vec<PropertyChange>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PropertyChange {
    /// `Properties`, `Tags`, `Metadata` …
    pub attribute: String,
    pub name: Option<String>,
    /// `Never`, `Conditionally`, `Always`.
    pub requires_recreation: String,
    /// `Static` or `Dynamic`.
    pub evaluation: String,
    /// `DirectModification`, `ResourceReference`, `ParameterReference`, `ResourceAttribute` …
    pub change_source: String,
    /// What causes it: another resource's logical id, a parameter.
    pub causing_entity: Option<String>,
    /// The value before, as JSON.
    pub before: Option<String>,
    /// The value afterwards, as JSON.
    pub after: Option<String>,
}

/// What a template says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateSummary {
    pub description: Option<String>,
    pub parameters: Vec<TemplateParameter>,
    pub capabilities: Vec<Capability>,
    /// Why it takes it.
    pub capabilities_reason: Option<String>,
    /// The types of its resources, sorted, each once.
    pub resource_types: Vec<String>,
    /// `AWSTemplateFormatVersion`.
    pub version: Option<String>,
    /// The section `Metadata`, as JSON.
    pub metadata: Option<String>,
    pub identifiers: Vec<ResourceIdentifiers>,
}

/// What identifies the resources of a type in an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceIdentifiers {
    pub resource_type: String,
    pub logical_ids: Vec<String>,
    /// The properties of the primary identifier.
    pub properties: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateParameter {
    pub key: String,
    pub parameter_type: String,
    pub default: Option<String>,
    /// Whether its value is not shown.
    pub no_echo: bool,
    pub description: Option<String>,
    /// Empty where every value is allowed.
    pub allowed: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// The ARN of the stack that exports it.
    pub stack_id: String,
    pub name: String,
    pub value: String,
}
