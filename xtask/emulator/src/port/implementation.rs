//! The engine's port: each of its calls as a call of the API.

use cloudformation::{
    ChangeSet, ChangeSetId, ChangeSetNameOrId, ChangeSetRequest, ChangeSetType, ClientError,
    ClientResult, ClientToken, CloudFormation, ExportName, Identity, LogicalId, Page,
    ResourceChange, ResourceToImport, Stack, StackEvent, StackName, StackNameOrId, StackResource,
    ValidationFinding,
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

    async fn stack(&self, stack: impl Into<StackNameOrId> + Send) -> ClientResult<Option<Stack>> {
        let stack = stack.into();
        let action = Action::DescribeStacks {
            stack: Some(stack.as_str().to_owned()),
            next: None,
        };
        match missing(
            self.ask(Operation::Stack, Some(stack.as_str()), action)
                .await,
        )? {
            None => Ok(None),
            Some(api::Answer::Stacks(page)) => Ok(page.items.into_iter().next()),
            Some(_) => mismatch(),
        }
    }

    async fn template(&self, stack: impl Into<StackNameOrId> + Send) -> ClientResult<String> {
        let stack = stack.into();
        let action = Action::GetTemplate {
            stack: Some(stack.as_str().to_owned()),
            change_set: None,
        };
        match self
            .ask(Operation::Template, Some(stack.as_str()), action)
            .await?
        {
            api::Answer::Template(text) => Ok(text),
            _ => mismatch(),
        }
    }

    async fn importers(
        &self,
        export: &ExportName,
        next: Option<String>,
    ) -> ClientResult<Page<StackName>> {
        let action = Action::ListImports {
            export: export.as_str().to_owned(),
            next,
        };
        match self
            .ask(Operation::Importers, Some(export.as_str()), action)
            .await
        {
            Ok(api::Answer::Imports(page)) => Ok(Page {
                items: page.items.into_iter().map(Into::into).collect(),
                next: page.next,
            }),
            Ok(_) => mismatch(),
            Err(error) if error.is_not_imported() => Ok(Page::default()),
            Err(error) => Err(error),
        }
    }

    async fn stack_policy(
        &self,
        stack: impl Into<StackNameOrId> + Send,
    ) -> ClientResult<Option<String>> {
        let stack = stack.into();
        let action = Action::GetStackPolicy {
            stack: stack.as_str().to_owned(),
        };
        match self
            .ask(Operation::StackPolicy, Some(stack.as_str()), action)
            .await?
        {
            api::Answer::Policy(policy) => Ok(policy),
            _ => mismatch(),
        }
    }

    async fn resources(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        next: Option<String>,
    ) -> ClientResult<Page<StackResource>> {
        let stack = stack.into();
        let action = Action::ListStackResources {
            stack: stack.as_str().to_owned(),
            next,
        };
        match self
            .ask(Operation::Resources, Some(stack.as_str()), action)
            .await?
        {
            api::Answer::Resources(page) => Ok(page),
            _ => mismatch(),
        }
    }

    async fn events(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        next: Option<String>,
    ) -> ClientResult<Page<StackEvent>> {
        let stack = stack.into();
        let action = Action::DescribeStackEvents {
            stack: stack.as_str().to_owned(),
            next,
        };
        match self
            .ask(Operation::Events, Some(stack.as_str()), action)
            .await?
        {
            api::Answer::Events(page) => Ok(page),
            _ => mismatch(),
        }
    }

    async fn create_change_set(&self, request: &ChangeSetRequest) -> ClientResult<ChangeSetId> {
        let action = create_change_set(request, request.kind, request.import_existing, &[]);
        match self
            .ask(
                Operation::CreateChangeSet,
                Some(request.stack.as_str()),
                action,
            )
            .await?
        {
            api::Answer::ChangeSetId { id, .. } => Ok(id.into()),
            _ => mismatch(),
        }
    }

    async fn create_import(
        &self,
        request: &ChangeSetRequest,
        resources: &[ResourceToImport],
    ) -> ClientResult<ChangeSetId> {
        let action = create_change_set(request, ChangeSetType::Import, false, resources);
        match self
            .ask(
                Operation::CreateImport,
                Some(request.stack.as_str()),
                action,
            )
            .await?
        {
            api::Answer::ChangeSetId { id, .. } => Ok(id.into()),
            _ => mismatch(),
        }
    }

    async fn change_set(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        change_set: impl Into<ChangeSetNameOrId> + Send,
        next: Option<String>,
    ) -> ClientResult<Option<ChangeSet>> {
        let stack = stack.into();
        let change_set = change_set.into();
        let action = Action::DescribeChangeSet {
            change_set: change_set.as_str().to_owned(),
            stack: Some(stack.as_str().to_owned()),
            next,
            values: false,
        };
        match missing(
            self.ask(Operation::ChangeSet, Some(stack.as_str()), action)
                .await,
        )? {
            None => Ok(None),
            Some(api::Answer::ChangeSet(set)) => Ok(Some(described(*set))),
            Some(_) => mismatch(),
        }
    }

    async fn validation(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        change_set: &ChangeSetId,
        next: Option<String>,
    ) -> ClientResult<Page<ValidationFinding>> {
        let stack = stack.into();
        let action = Action::DescribeEvents {
            stack: Some(stack.as_str().to_owned()),
            change_set: Some(change_set.to_string()),
            operation: None,
            failed: true,
            next,
        };
        let subject = Some(stack.as_str());
        match self.ask(Operation::Validation, subject, action).await? {
            api::Answer::OperationEvents(page) => Ok(Page {
                items: page.items.into_iter().filter_map(finding).collect(),
                next: page.next,
            }),
            _ => mismatch(),
        }
    }

    async fn execute_change_set(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        change_set: impl Into<ChangeSetNameOrId> + Send,
        token: &ClientToken,
    ) -> ClientResult<()> {
        let stack = stack.into();
        let change_set = change_set.into();
        let action = Action::ExecuteChangeSet {
            change_set: change_set.as_str().to_owned(),
            stack: Some(stack.as_str().to_owned()),
            disable_rollback: false,
            token: Some(token.clone()),
        };
        self.ask(Operation::ExecuteChangeSet, Some(stack.as_str()), action)
            .await
            .map(drop)
    }

    async fn delete_change_set(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        change_set: impl Into<ChangeSetNameOrId> + Send,
    ) -> ClientResult<()> {
        let stack = stack.into();
        let change_set = change_set.into();
        let action = Action::DeleteChangeSet {
            change_set: change_set.as_str().to_owned(),
            stack: Some(stack.as_str().to_owned()),
        };
        self.ask(Operation::DeleteChangeSet, Some(stack.as_str()), action)
            .await
            .map(drop)
    }

    async fn delete_stack(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        retain: &[LogicalId],
        role: Option<&str>,
        token: &ClientToken,
    ) -> ClientResult<()> {
        let stack = stack.into();
        let action = Action::DeleteStack {
            stack: stack.as_str().to_owned(),
            retain: retain.iter().map(ToString::to_string).collect(),
            role: role.map(str::to_owned),
            token: Some(token.clone()),
        };
        self.ask(Operation::DeleteStack, Some(stack.as_str()), action)
            .await
            .map(drop)
    }

    async fn continue_update_rollback(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        skip: &[LogicalId],
        token: &ClientToken,
    ) -> ClientResult<()> {
        let stack = stack.into();
        let action = Action::ContinueUpdateRollback {
            stack: stack.as_str().to_owned(),
            skip: skip.iter().map(ToString::to_string).collect(),
            token: Some(token.clone()),
        };
        self.ask(
            Operation::ContinueUpdateRollback,
            Some(stack.as_str()),
            action,
        )
        .await
        .map(drop)
    }

    async fn roll_back(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        token: &ClientToken,
    ) -> ClientResult<()> {
        let stack = stack.into();
        let action = Action::RollbackStack {
            stack: stack.as_str().to_owned(),
            token: Some(token.clone()),
        };
        self.ask(Operation::RollBack, Some(stack.as_str()), action)
            .await
            .map(drop)
    }

    async fn cancel_update(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        token: &ClientToken,
    ) -> ClientResult<()> {
        let stack = stack.into();
        let action = Action::CancelUpdateStack {
            stack: stack.as_str().to_owned(),
            token: Some(token.clone()),
        };
        self.ask(Operation::CancelUpdate, Some(stack.as_str()), action)
            .await
            .map(drop)
    }

    async fn set_stack_policy(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        policy: &str,
    ) -> ClientResult<()> {
        let stack = stack.into();
        let action = Action::SetStackPolicy {
            stack: stack.as_str().to_owned(),
            policy: policy.to_owned(),
        };
        self.ask(Operation::SetStackPolicy, Some(stack.as_str()), action)
            .await
            .map(drop)
    }

    async fn set_termination_protection(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        enabled: bool,
    ) -> ClientResult<()> {
        let stack = stack.into();
        let action = Action::UpdateTerminationProtection {
            stack: stack.as_str().to_owned(),
            enabled,
        };
        self.ask(
            Operation::SetTerminationProtection,
            Some(stack.as_str()),
            action,
        )
        .await
        .map(drop)
    }
}

/// The part of a description that the client trait gives.
fn described(set: ChangeSetDescription) -> ChangeSet {
    ChangeSet {
        id: set.summary.id.into(),
        stack_id: set.summary.stack_id.into(),
        status: set.summary.status,
        status_reason: set.summary.status_reason,
        execution: set.summary.execution_status,
        changes: set.changes.items.into_iter().map(change).collect(),
        next: set.changes.next,
    }
}

fn finding(event: api::OperationEvent) -> Option<ValidationFinding> {
    match event.what {
        api::OperationEventKind::Validation(finding) => Some(finding),
        _ => None,
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
        logical_id: change.logical_id.into(),
        physical_id: change.physical_id.map(Into::into),
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
            stack: request.stack.to_string(),
            template: TemplateInput::Body(request.template.clone()),
            parameters: request.parameters.clone(),
            capabilities: request.capabilities.clone(),
            tags: Some(request.tags.clone()),
            notification_arns: None,
            role: request.role.clone(),
            token: Some(request.token.clone()),
        },
        name: request.name.to_string(),
        kind,
        description: Some(request.description.clone()),
        import_existing,
        imports: imports.to_vec(),
    }
}
