//! The engine's port: each of its calls as a call of the API.

use cloudformation::{
    ChangeSet, ChangeSetRequest, ChangeSetType, ClientError, ClientResult, CloudFormation,
    Identity, Page, ResourceChange, ResourceToImport, Stack, StackEvent, StackResource,
};

use super::client::Local;
use super::hooks::Operation;
use crate::api::{self, Action, Change, ChangeSetDescription, Target, TemplateInput};

/// An answer of another kind than asked for: it can't be, and is no reason to panic.
pub(super) fn mismatch<T>() -> ClientResult<T> {
    Err(ClientError::Other {
        code: "InternalFailure".into(),
        message: "the answer does not fit the question".into(),
    })
}

/// Whether the error says that the stack isn't there.
fn missing<T>(answer: ClientResult<T>) -> ClientResult<Option<T>> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

impl CloudFormation for Local {
    async fn identity(&self) -> ClientResult<Identity> {
        match self
            .ask(Operation::Identity, None, Action::GetCallerIdentity)
            .await?
        {
            api::Answer::Identity(identity) => Ok(identity),
            _ => mismatch(),
        }
    }

    async fn stacks(&self, next: Option<String>) -> ClientResult<Page<Stack>> {
        let action = Action::DescribeStacks { stack: None, next };
        match self.ask(Operation::Stacks, None, action).await? {
            api::Answer::Stacks(page) => Ok(page),
            _ => mismatch(),
        }
    }

    async fn stack(&self, stack: &str) -> ClientResult<Option<Stack>> {
        let action = Action::DescribeStacks {
            stack: Some(stack.to_owned()),
            next: None,
        };
        match missing(self.ask(Operation::Stack, Some(stack), action).await)? {
            None => Ok(None),
            Some(api::Answer::Stacks(page)) => Ok(page.items.into_iter().next()),
            Some(_) => mismatch(),
        }
    }

    async fn template(&self, stack: &str) -> ClientResult<String> {
        let action = Action::GetTemplate {
            stack: Some(stack.to_owned()),
            change_set: None,
        };
        match self.ask(Operation::Template, Some(stack), action).await? {
            api::Answer::Template(text) => Ok(text),
            _ => mismatch(),
        }
    }

    async fn importers(&self, export: &str, next: Option<String>) -> ClientResult<Page<String>> {
        let action = Action::ListImports {
            export: export.to_owned(),
            next,
        };
        match self.ask(Operation::Importers, Some(export), action).await {
            Ok(api::Answer::Imports(page)) => Ok(page),
            Ok(_) => mismatch(),
            Err(error) if error.is_not_imported() => Ok(Page::default()),
            Err(error) => Err(error),
        }
    }

    async fn stack_policy(&self, stack: &str) -> ClientResult<Option<String>> {
        let action = Action::GetStackPolicy {
            stack: stack.to_owned(),
        };
        match self
            .ask(Operation::StackPolicy, Some(stack), action)
            .await?
        {
            api::Answer::Policy(policy) => Ok(policy),
            _ => mismatch(),
        }
    }

    async fn resources(
        &self,
        stack: &str,
        next: Option<String>,
    ) -> ClientResult<Page<StackResource>> {
        let action = Action::ListStackResources {
            stack: stack.to_owned(),
            next,
        };
        match self.ask(Operation::Resources, Some(stack), action).await? {
            api::Answer::Resources(page) => Ok(page),
            _ => mismatch(),
        }
    }

    async fn events(&self, stack: &str, next: Option<String>) -> ClientResult<Page<StackEvent>> {
        let action = Action::DescribeStackEvents {
            stack: stack.to_owned(),
            next,
        };
        match self.ask(Operation::Events, Some(stack), action).await? {
            api::Answer::Events(page) => Ok(page),
            _ => mismatch(),
        }
    }

    async fn create_change_set(&self, request: &ChangeSetRequest) -> ClientResult<String> {
        let action = create_change_set(request, request.kind, request.import_existing, &[]);
        match self
            .ask(Operation::CreateChangeSet, Some(&request.stack), action)
            .await?
        {
            api::Answer::ChangeSetId { id, .. } => Ok(id),
            _ => mismatch(),
        }
    }

    async fn create_import(
        &self,
        request: &ChangeSetRequest,
        resources: &[ResourceToImport],
    ) -> ClientResult<String> {
        let action = create_change_set(request, ChangeSetType::Import, false, resources);
        match self
            .ask(Operation::CreateImport, Some(&request.stack), action)
            .await?
        {
            api::Answer::ChangeSetId { id, .. } => Ok(id),
            _ => mismatch(),
        }
    }

    async fn change_set(
        &self,
        stack: &str,
        change_set: &str,
        next: Option<String>,
    ) -> ClientResult<Option<ChangeSet>> {
        let action = Action::DescribeChangeSet {
            change_set: change_set.to_owned(),
            stack: Some(stack.to_owned()),
            next,
            values: false,
        };
        match missing(self.ask(Operation::ChangeSet, Some(stack), action).await)? {
            None => Ok(None),
            Some(api::Answer::ChangeSet(set)) => Ok(Some(described(*set))),
            Some(_) => mismatch(),
        }
    }

    async fn execute_change_set(
        &self,
        stack: &str,
        change_set: &str,
        token: &str,
    ) -> ClientResult<()> {
        let action = Action::ExecuteChangeSet {
            change_set: change_set.to_owned(),
            stack: Some(stack.to_owned()),
            disable_rollback: false,
            token: Some(token.to_owned()),
        };
        self.ask(Operation::ExecuteChangeSet, Some(stack), action)
            .await
            .map(drop)
    }

    async fn delete_change_set(&self, stack: &str, change_set: &str) -> ClientResult<()> {
        let action = Action::DeleteChangeSet {
            change_set: change_set.to_owned(),
            stack: Some(stack.to_owned()),
        };
        self.ask(Operation::DeleteChangeSet, Some(stack), action)
            .await
            .map(drop)
    }

    async fn delete_stack(
        &self,
        stack: &str,
        retain: &[String],
        role: Option<&str>,
        token: &str,
    ) -> ClientResult<()> {
        let action = Action::DeleteStack {
            stack: stack.to_owned(),
            retain: retain.to_vec(),
            role: role.map(str::to_owned),
            token: Some(token.to_owned()),
        };
        self.ask(Operation::DeleteStack, Some(stack), action)
            .await
            .map(drop)
    }

    async fn continue_update_rollback(
        &self,
        stack: &str,
        skip: &[String],
        token: &str,
    ) -> ClientResult<()> {
        let action = Action::ContinueUpdateRollback {
            stack: stack.to_owned(),
            skip: skip.to_vec(),
            token: Some(token.to_owned()),
        };
        self.ask(Operation::ContinueUpdateRollback, Some(stack), action)
            .await
            .map(drop)
    }

    async fn roll_back(&self, stack: &str, token: &str) -> ClientResult<()> {
        let action = Action::RollbackStack {
            stack: stack.to_owned(),
            token: Some(token.to_owned()),
        };
        self.ask(Operation::RollBack, Some(stack), action)
            .await
            .map(drop)
    }

    async fn cancel_update(&self, stack: &str, token: &str) -> ClientResult<()> {
        let action = Action::CancelUpdateStack {
            stack: stack.to_owned(),
            token: Some(token.to_owned()),
        };
        self.ask(Operation::CancelUpdate, Some(stack), action)
            .await
            .map(drop)
    }

    async fn set_stack_policy(&self, stack: &str, policy: &str) -> ClientResult<()> {
        let action = Action::SetStackPolicy {
            stack: stack.to_owned(),
            policy: policy.to_owned(),
        };
        self.ask(Operation::SetStackPolicy, Some(stack), action)
            .await
            .map(drop)
    }

    async fn set_termination_protection(&self, stack: &str, enabled: bool) -> ClientResult<()> {
        let action = Action::UpdateTerminationProtection {
            stack: stack.to_owned(),
            enabled,
        };
        self.ask(Operation::SetTerminationProtection, Some(stack), action)
            .await
            .map(drop)
    }
}

/// The part of a description that the client trait gives.
fn described(set: ChangeSetDescription) -> ChangeSet {
    ChangeSet {
        id: set.summary.id,
        stack_id: set.summary.stack_id,
        status: set.summary.status,
        status_reason: set.summary.status_reason,
        validation: Vec::new(),
        execution: set.summary.execution_status,
        changes: set.changes.items.into_iter().map(change).collect(),
        next: set.changes.next,
    }
}

fn change(change: Change) -> ResourceChange {
    let details = change.details.into_iter();
    let mut properties: Vec<String> = details
        .map(|detail| detail.name.unwrap_or(detail.attribute))
        .collect();
    properties.dedup();
    ResourceChange {
        action: change.action,
        logical_id: change.logical_id,
        physical_id: change.physical_id,
        resource_type: change.resource_type,
        replacement: change.replacement,
        properties,
    }
}

fn create_change_set(
    request: &ChangeSetRequest,
    kind: ChangeSetType,
    import_existing: bool,
    imports: &[ResourceToImport],
) -> Action {
    Action::CreateChangeSet {
        target: Target {
            stack: request.stack.clone(),
            template: TemplateInput::Body(request.template.clone()),
            parameters: request.parameters.clone(),
            capabilities: request.capabilities.clone(),
            tags: Some(request.tags.clone()),
            role: request.role.clone(),
            token: Some(request.token.clone()),
        },
        name: request.name.clone(),
        kind,
        description: Some(request.description.clone()),
        import_existing,
        imports: imports.to_vec(),
    }
}
