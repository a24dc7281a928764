//! What is answered.

use serde::{Deserialize, Serialize};

use super::action::{Capability, Parameter};
use super::values::{Tag, Time};

/// An answer, one for each action.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// `GetCallerIdentity`.
    Identity(Identity),
    /// `DescribeStacks`.
    Stacks(Page<Stack>),
    /// `ListStacks`.
    StackSummaries(Page<StackSummary>),
    /// `CreateStack`, `UpdateStack`, `RollbackStack`, `UpdateTerminationProtection`: the stack's id.
    StackId(String),
    /// `CreateChangeSet`.
    ChangeSetId {
        /// The change set's id.
        id: String,
        /// The stack's.
        stack_id: String,
    },
    /// `DescribeChangeSet`.
    ChangeSet(Box<ChangeSet>),
    /// `ListChangeSets`.
    ChangeSets(Page<ChangeSetSummary>),
    /// `DescribeStackEvents`.
    Events(Page<StackEvent>),
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
    DriftDetection(DriftDetection),
    /// `DescribeStackResourceDrifts`.
    ResourceDrifts(Page<ResourceDrift>),
    /// What answers with nothing but that it was taken.
    Done,
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Where the next one begins, if there is one.
    pub next: Option<String>,
}

/// Who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The account.
    pub account: String,
    /// The ARN.
    pub arn: String,
    /// The unique id.
    pub user_id: String,
}

/// A stack, as `DescribeStacks` tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stack {
    /// Its ARN.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The description in the template.
    pub description: Option<String>,
    /// The change set that last changed it.
    pub change_set_id: Option<String>,
    /// Its parameters, with values.
    pub parameters: Vec<Parameter>,
    /// When it was created.
    pub created: Time,
    /// When it was updated last.
    pub updated: Option<Time>,
    /// When it was deleted.
    pub deleted: Option<Time>,
    /// `CREATE_COMPLETE` …
    pub status: String,
    /// Why.
    pub status_reason: Option<String>,
    /// Whether failures leave it as it is.
    pub disable_rollback: bool,
    /// What its template may do.
    pub capabilities: Vec<Capability>,
    /// Its outputs.
    pub outputs: Vec<Output>,
    /// Its role.
    pub role: Option<String>,
    /// Its tags.
    pub tags: Vec<Tag>,
    /// Whether it is protected against deletion.
    pub termination_protection: bool,
    /// `NOT_CHECKED`, `IN_SYNC`, `DRIFTED`.
    pub drift_status: String,
}

/// An output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Output {
    /// Its logical id.
    pub key: String,
    /// Its value.
    pub value: String,
    /// The description in the template.
    pub description: Option<String>,
    /// The name that it is exported by.
    pub export: Option<String>,
}

/// A stack, as `ListStacks` tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackSummary {
    /// Its ARN.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The description in the template.
    pub description: Option<String>,
    /// When it was created.
    pub created: Time,
    /// When it was updated last.
    pub updated: Option<Time>,
    /// When it was deleted.
    pub deleted: Option<Time>,
    /// Its status.
    pub status: String,
    /// Why.
    pub status_reason: Option<String>,
    /// `NOT_CHECKED`, `IN_SYNC`, `DRIFTED`.
    pub drift_status: String,
}

/// A change set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeSet {
    /// What is the same in a list.
    pub summary: ChangeSetSummary,
    /// The parameters.
    pub parameters: Vec<Parameter>,
    /// What the caller said that the template may do.
    pub capabilities: Vec<Capability>,
    /// The stack's tags afterwards.
    pub tags: Vec<Tag>,
    /// Whether resources that exist are imported.
    pub import_existing: bool,
    /// A page of the changes.
    pub changes: Page<Change>,
}

/// A change set, as `ListChangeSets` tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeSetSummary {
    /// Its ARN.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its stack's ARN.
    pub stack_id: String,
    /// Its stack's name.
    pub stack_name: String,
    /// `CREATE_IN_PROGRESS`, `CREATE_COMPLETE`, `FAILED`, `DELETE_…`.
    pub status: String,
    /// Why.
    pub status_reason: Option<String>,
    /// `AVAILABLE`, `UNAVAILABLE`, `EXECUTE_IN_PROGRESS`, `EXECUTE_COMPLETE`, `OBSOLETE` …
    pub execution_status: String,
    /// When it was made.
    pub created: Time,
    /// Its description.
    pub description: Option<String>,
}

/// What a change set does to a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What.
    pub action: ChangeAction,
    /// `Delete`, `Retain`, `Snapshot` …, for what leaves the stack.
    pub policy_action: Option<String>,
    /// The logical id.
    pub logical_id: String,
    /// The physical id, if there is one.
    pub physical_id: Option<String>,
    /// The type.
    pub resource_type: String,
    /// Whether it is replaced; only where it is modified.
    pub replacement: Option<Replacement>,
    /// `Properties`, `Metadata`, `Tags`, …
    pub scope: Vec<String>,
    /// The properties that change.
    pub details: Vec<PropertyChange>,
}

/// What happens to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChangeAction {
    /// `Add`.
    Add,
    /// `Modify`.
    Modify,
    /// `Remove`.
    Remove,
    /// `Import`.
    Import,
    /// `Dynamic`.
    Dynamic,
}

/// Whether a resource is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Replacement {
    /// `True`.
    True,
    /// `False`.
    False,
    /// `Conditional`.
    Conditional,
}

/// A property that changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PropertyChange {
    /// `Properties`, `Tags`, `Metadata` …
    pub attribute: String,
    /// The name of the property, where it is one.
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

/// An event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StackEvent {
    /// Its own id.
    pub id: String,
    /// The stack's ARN.
    pub stack_id: String,
    /// The stack's name.
    pub stack_name: String,
    /// The resource's logical id; the stack's name for its own events.
    pub logical_id: String,
    /// The resource's physical id; the stack's ARN for its own events.
    pub physical_id: Option<String>,
    /// The resource's type.
    pub resource_type: String,
    /// When.
    pub at: Time,
    /// `CREATE_FAILED` …
    pub status: String,
    /// Why.
    pub reason: Option<String>,
    /// The token of the call that caused it.
    pub token: Option<String>,
}

/// A resource of a stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackResource {
    /// The stack's ARN.
    pub stack_id: String,
    /// The stack's name.
    pub stack_name: String,
    /// Its logical id.
    pub logical_id: String,
    /// Its physical id, once it has one.
    pub physical_id: Option<String>,
    /// Its type.
    pub resource_type: String,
    /// When its status changed last.
    pub updated: Time,
    /// Its status.
    pub status: String,
    /// Why.
    pub status_reason: Option<String>,
    /// `NOT_CHECKED`, `IN_SYNC`, `MODIFIED`, `DELETED`.
    pub drift_status: String,
}

/// What a template says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateSummary {
    /// Its description.
    pub description: Option<String>,
    /// Its parameters.
    pub parameters: Vec<TemplateParameter>,
    /// What it takes.
    pub capabilities: Vec<Capability>,
    /// Why it takes it.
    pub capabilities_reason: Option<String>,
    /// The types of its resources, sorted, each once.
    pub resource_types: Vec<String>,
}

/// A parameter of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateParameter {
    /// Its name.
    pub key: String,
    /// Its type.
    pub parameter_type: String,
    /// Its default.
    pub default: Option<String>,
    /// Whether its value is not shown.
    pub no_echo: bool,
    /// Its description.
    pub description: Option<String>,
}

/// An export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// The ARN of the stack that exports it.
    pub stack_id: String,
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// How far a drift detection is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DriftDetection {
    /// Its id.
    pub id: String,
    /// The stack's ARN.
    pub stack_id: String,
    /// `DETECTION_IN_PROGRESS`, `DETECTION_COMPLETE`, `DETECTION_FAILED`.
    pub status: String,
    /// `DRIFTED`, `IN_SYNC`, once it is complete.
    pub drift_status: Option<String>,
    /// How many resources are not as their template says.
    pub drifted: Option<usize>,
    /// When it began.
    pub at: Time,
}

/// A resource, as it is and as its template says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceDrift {
    /// The stack's ARN.
    pub stack_id: String,
    /// Its logical id.
    pub logical_id: String,
    /// Its physical id.
    pub physical_id: Option<String>,
    /// Its type.
    pub resource_type: String,
    /// `IN_SYNC`, `MODIFIED`, `DELETED`, `NOT_CHECKED`.
    pub status: String,
    /// Its properties as the template says, as JSON.
    pub expected: String,
    /// Its properties as they are, as JSON.
    pub actual: String,
    /// The properties that differ: path, `ADD`, `REMOVE` or `NOT_EQUAL`, expected, actual.
    pub differences: Vec<(String, String, String, String)>,
    /// When it was looked at.
    pub at: Time,
}
