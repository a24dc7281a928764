//! The client trait.
//!
//! Every call is one API call, or one page of one.

use std::future::Future;

use serde::{Deserialize, Serialize};

use crate::{
    ChangeSet, ChangeSetId, ChangeSetNameOrId, ChangeSetRequest, ClientError, ClientResult,
    ClientToken, ExportName, LogicalId, Page, RateLimits, ResourceToImport, Stack, StackEvent,
    StackName, StackNameOrId, StackResource, ValidationFinding,
};

/// The caller, as STS `GetCallerIdentity` gives it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Identity {
    /// The account, twelve digits.
    pub account: String,
    /// The ARN of the user or the role's session.
    pub arn: String,
    /// The unique id of the user or the role's session: `AIDA…`.
    #[serde(skip)]
    pub user_id: String,
}

/// CloudFormation in one account and region.
///
/// A stack is named by its name until it is found, and by its id (ARN) afterwards: a deleted stack
/// is found by its id only.
pub trait CloudFormation: Send + Sync {
    /// How fast it may be called: as AWS, unless no other caller shares the quota.
    fn rate_limits(&self) -> RateLimits {
        RateLimits::default()
    }

    /// Who calls: STS `GetCallerIdentity`.
    fn identity(&self) -> impl Future<Output = ClientResult<Identity>> + Send;

    /// A page of every stack that is not deleted: `DescribeStacks` without a name.
    fn stacks(
        &self,
        next: Option<String>,
    ) -> impl Future<Output = ClientResult<Page<Stack>>> + Send;

    /// One stack, or nothing: `DescribeStacks`. The one place where the untyped `ValidationError`
    /// of a missing stack becomes `None`.
    fn stack(
        &self,
        stack: impl Into<StackNameOrId> + Send,
    ) -> impl Future<Output = ClientResult<Option<Stack>>> + Send;

    /// The template as it was sent: `GetTemplate`, stage `Original`.
    fn template(
        &self,
        stack: impl Into<StackNameOrId> + Send,
    ) -> impl Future<Output = ClientResult<String>> + Send;

    /// A page of the names of the stacks that import an export: `ListImports`. No importer is an
    /// empty page, not an error.
    fn importers(
        &self,
        export: &ExportName,
        next: Option<String>,
    ) -> impl Future<Output = ClientResult<Page<StackName>>> + Send;

    /// The stack policy, if there is one: `GetStackPolicy`.
    fn stack_policy(
        &self,
        stack: impl Into<StackNameOrId> + Send,
    ) -> impl Future<Output = ClientResult<Option<String>>> + Send;

    /// A page of the stack's resources: `ListStackResources`.
    fn resources(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        next: Option<String>,
    ) -> impl Future<Output = ClientResult<Page<StackResource>>> + Send;

    /// A page of the stack's events, newest first: `DescribeStackEvents`.
    fn events(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        next: Option<String>,
    ) -> impl Future<Output = ClientResult<Page<StackEvent>>> + Send;

    /// `CreateChangeSet`; gives its ARN. Its name is the caller's, so that a lost answer is
    /// resolved by describing it.
    fn create_change_set(
        &self,
        request: &ChangeSetRequest,
    ) -> impl Future<Output = ClientResult<ChangeSetId>> + Send;

    /// `CreateChangeSet` of type `IMPORT`: the stack takes over resources that exist, and nothing
    /// else happens. It may be a new one; `kind` and `import_existing` say nothing here.
    fn create_import(
        &self,
        request: &ChangeSetRequest,
        resources: &[ResourceToImport],
    ) -> impl Future<Output = ClientResult<ChangeSetId>> + Send {
        let _ = (request, resources);
        async { Err(ClientError::Invalid("nothing can be imported here".into())) }
    }

    /// A change set with one page of its changes, or nothing: `DescribeChangeSet`. `change_set` is
    /// its ARN, or its name together with the stack.
    fn change_set(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        change_set: impl Into<ChangeSetNameOrId> + Send,
        next: Option<String>,
    ) -> impl Future<Output = ClientResult<Option<ChangeSet>>> + Send;

    /// A page of what validation found while a change set was created: `DescribeEvents`, errors only.
    /// A change set that was created may have warnings.
    fn validation(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        change_set: &ChangeSetId,
        next: Option<String>,
    ) -> impl Future<Output = ClientResult<Page<ValidationFinding>>> + Send;

    /// `ExecuteChangeSet`: the same token again starts nothing new.
    fn execute_change_set(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        change_set: impl Into<ChangeSetNameOrId> + Send,
        token: &ClientToken,
    ) -> impl Future<Output = ClientResult<()>> + Send;

    /// `DeleteChangeSet`: the stack stays as it is.
    fn delete_change_set(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        change_set: impl Into<ChangeSetNameOrId> + Send,
    ) -> impl Future<Output = ClientResult<()>> + Send;

    /// `DeleteStack`, keeping the named resources (only a stack in `DELETE_FAILED` takes some), as
    /// this role or else the one that the stack was given last.
    fn delete_stack(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        retain: &[LogicalId],
        role: Option<&str>,
        token: &ClientToken,
    ) -> impl Future<Output = ClientResult<()>> + Send;

    /// `ContinueUpdateRollback`, leaving out the named resources.
    fn continue_update_rollback(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        skip: &[LogicalId],
        token: &ClientToken,
    ) -> impl Future<Output = ClientResult<()>> + Send;

    /// `RollbackStack`.
    fn roll_back(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        token: &ClientToken,
    ) -> impl Future<Output = ClientResult<()>> + Send;

    /// `CancelUpdateStack`: the update rolls back.
    fn cancel_update(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        token: &ClientToken,
    ) -> impl Future<Output = ClientResult<()>> + Send;

    /// `SetStackPolicy`: replaces the whole policy.
    fn set_stack_policy(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        policy: &str,
    ) -> impl Future<Output = ClientResult<()>> + Send;

    /// `UpdateTerminationProtection`.
    fn set_termination_protection(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        enabled: bool,
    ) -> impl Future<Output = ClientResult<()>> + Send;
}
