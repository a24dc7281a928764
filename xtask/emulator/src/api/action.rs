//! What can be asked.

use cloudformation::status::{Capability, ResourceDriftStatus, StackStatus};
use cloudformation::{ChangeSetType, ClientToken, Parameter, ResourceToImport, Tag};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Action {
    /// STS `GetCallerIdentity`.
    GetCallerIdentity,
    /// `DescribeStacks`: one, by name or id, or all that are not deleted.
    DescribeStacks {
        /// Which; all if nothing.
        stack: Option<String>,
        /// Where the page begins.
        next: Option<String>,
    },
    /// `ListStacks`: deleted ones too.
    ListStacks {
        /// Only those of these statuses; all if empty.
        statuses: Vec<StackStatus>,
        /// Where the page begins.
        next: Option<String>,
    },
    /// `CreateStack`.
    CreateStack {
        target: Target,
        /// What happens when it fails.
        on_failure: OnFailure,
        /// Whether it is protected against deletion.
        termination_protection: bool,
        policy: Option<String>,
    },
    /// `UpdateStack`.
    UpdateStack {
        target: Target,
        /// Whether a failure leaves it as it is (`DisableRollback`).
        disable_rollback: bool,
        /// The stack policy from now on.
        policy: Option<String>,
        policy_during_update: Option<String>,
    },
    /// `DeleteStack`.
    DeleteStack {
        /// Name or id.
        stack: String,
        /// Logical ids of resources that stay.
        retain: Vec<String>,
        role: Option<String>,
        token: Option<ClientToken>,
    },
    /// `CancelUpdateStack`.
    CancelUpdateStack {
        /// Name or id.
        stack: String,
        token: Option<ClientToken>,
    },
    /// `ContinueUpdateRollback`.
    ContinueUpdateRollback {
        /// Name or id.
        stack: String,
        /// Logical ids of resources that are left as they are.
        skip: Vec<String>,
        token: Option<ClientToken>,
    },
    /// `RollbackStack`.
    RollbackStack {
        /// Name or id.
        stack: String,
        token: Option<ClientToken>,
    },
    /// `CreateChangeSet`.
    CreateChangeSet {
        /// What the stack is made of afterwards.
        target: Target,
        name: String,
        kind: ChangeSetType,
        description: Option<String>,
        /// Whether resources that exist under the names in the template are imported.
        import_existing: bool,
        /// Resources to import, for a change set of type `IMPORT`.
        imports: Vec<ResourceToImport>,
    },
    /// `DescribeChangeSet`.
    DescribeChangeSet {
        /// Name (then with the stack) or id.
        change_set: String,
        /// The stack, by name or id.
        stack: Option<String>,
        /// Where the page of changes begins.
        next: Option<String>,
        /// Whether values before and after are shown (`IncludePropertyValues`).
        values: bool,
    },
    /// `ListChangeSets`.
    ListChangeSets {
        /// Name or id.
        stack: String,
        /// Where the page begins.
        next: Option<String>,
    },
    /// `ExecuteChangeSet`.
    ExecuteChangeSet {
        /// Name (then with the stack) or id.
        change_set: String,
        /// The stack, by name or id.
        stack: Option<String>,
        /// Whether a failure leaves the stack as it is (`DisableRollback`).
        disable_rollback: bool,
        token: Option<ClientToken>,
    },
    /// `DeleteChangeSet`.
    DeleteChangeSet {
        /// Name (then with the stack) or id.
        change_set: String,
        /// The stack, by name or id.
        stack: Option<String>,
    },
    /// `DescribeStackEvents`, newest first.
    DescribeStackEvents {
        /// Name or id.
        stack: String,
        /// Where the page begins.
        next: Option<String>,
    },
    /// `DescribeEvents`, newest first: of an operation, of the creation of a change set, or of a
    /// stack's last operation.
    DescribeEvents {
        /// Name or id.
        stack: Option<String>,
        /// Name (then with the stack) or id.
        change_set: Option<String>,
        operation: Option<String>,
        /// Whether only errors are wanted (`Filters.FailedEvents`).
        failed: bool,
        /// Where the page begins.
        next: Option<String>,
    },
    /// `DescribeStackResources`: not paged.
    DescribeStackResources {
        /// Name or id.
        stack: String,
        /// Only this one.
        logical_id: Option<String>,
    },
    /// `ListStackResources`.
    ListStackResources {
        /// Name or id.
        stack: String,
        /// Where the page begins.
        next: Option<String>,
    },
    /// `GetTemplate`: of a stack, or of a change set.
    GetTemplate {
        /// Name or id.
        stack: Option<String>,
        /// The change set, by name (then with the stack) or id.
        change_set: Option<String>,
    },
    /// `GetTemplateSummary`, of a stack or of a template.
    GetTemplateSummary {
        /// Name or id.
        stack: Option<String>,
        template: Option<String>,
    },
    /// `ValidateTemplate`.
    ValidateTemplate { template: String },
    /// `ListExports`.
    ListExports {
        /// Where the page begins.
        next: Option<String>,
    },
    /// `ListImports`.
    ListImports {
        export: String,
        /// Where the page begins.
        next: Option<String>,
    },
    /// `GetStackPolicy`.
    GetStackPolicy {
        /// Name or id.
        stack: String,
    },
    /// `SetStackPolicy`.
    SetStackPolicy {
        /// Name or id.
        stack: String,
        policy: String,
    },
    /// `UpdateTerminationProtection`.
    UpdateTerminationProtection {
        /// Name or id.
        stack: String,
        /// Whether it is protected from now on.
        enabled: bool,
    },
    /// `DetectStackDrift`.
    DetectStackDrift {
        /// Name or id.
        stack: String,
    },
    /// `DescribeStackDriftDetectionStatus`.
    DescribeStackDriftDetectionStatus {
        /// What `DetectStackDrift` answered.
        detection: String,
    },
    /// `DescribeStackResourceDrifts`.
    DescribeStackResourceDrifts {
        /// Name or id.
        stack: String,
        /// Only those of these statuses; all if empty.
        statuses: Vec<ResourceDriftStatus>,
        /// Where the page begins.
        next: Option<String>,
    },
    /// `SignalResource`.
    SignalResource {
        /// Name or id.
        stack: String,
        logical_id: String,
        unique_id: String,
        success: bool,
    },
}

/// What a stack is made of: what `CreateStack`, `UpdateStack` and `CreateChangeSet` share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The stack's name or id.
    pub stack: String,
    pub template: TemplateInput,
    pub parameters: Vec<Parameter>,
    /// What the caller says the template may do.
    pub capabilities: Vec<Capability>,
    /// The stack's tags. Nothing leaves them as they are; an empty list takes them away.
    pub tags: Option<Vec<Tag>>,
    /// The topics that hear of its events (`NotificationARNs`). Nothing leaves them as they are.
    pub notification_arns: Option<Vec<String>>,
    /// The role from now on.
    pub role: Option<String>,
    pub token: Option<ClientToken>,
}

/// Where a template comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TemplateInput {
    /// `TemplateBody`.
    Body(String),
    /// `UsePreviousTemplate`.
    Previous,
}

/// What happens to a stack that can't be created.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OnFailure {
    /// `ROLLBACK`.
    RollBack,
    /// `DO_NOTHING`, `DisableRollback`.
    DoNothing,
    /// `DELETE`.
    Delete,
}
