//! A client that renames what a scenario creates.
//!
//! Scenarios use fixed names for stacks and exports, which collide in an endpoint that is shared or was used before.
//! So names are prefixed in requests and restored in answers. ARNs stay unchanged.

use std::sync::{Arc, Mutex, PoisonError};

use cloudformation::RateLimits;
use cloudformation::{
    ChangeSet, ChangeSetId, ChangeSetNameOrId, ChangeSetRequest, ClientResult, ClientToken,
    CloudFormation, ExportName, Identity, LogicalId, Page, Stack, StackEvent, StackName,
    StackNameOrId, StackResource, Tag, ValidationFinding,
};
use serde_json::Value;

/// What scenarios call what they make.
const NAME: &str = "conformance";

/// The stacks that a case has created, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct CreatedStacks(Arc<Mutex<Vec<StackNameOrId>>>);

impl CreatedStacks {
    pub(crate) fn add(&self, stack: &StackNameOrId) {
        let mut stacks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !stacks.iter().any(|one| one == stack) {
            stacks.push(stack.clone());
        }
    }

    /// The newest first: it may import from those before it.
    pub(crate) fn newest_first(&self) -> Vec<StackNameOrId> {
        let stacks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        stacks.iter().rev().cloned().collect()
    }
}

pub(crate) struct Scoped<P> {
    port: Arc<P>,
    /// What stands before the names of stacks, of tokens, and of log groups.
    prefix: String,
    name: String,
    tag: Tag,
    made: CreatedStacks,
}

impl<P> Scoped<P> {
    pub(crate) fn new(port: Arc<P>, id: &str, tag: Tag, made: CreatedStacks) -> Self {
        Self {
            port,
            prefix: format!("{id}-p-"),
            name: format!("{id}-n"),
            tag,
            made,
        }
    }

    fn stack(&self, stack: impl Into<StackNameOrId>) -> StackNameOrId {
        match stack.into() {
            StackNameOrId::Name(name) => StackName::new(format!("{}{name}", self.prefix)).into(),
            id @ StackNameOrId::Id(_) => id,
        }
    }

    fn export(&self, name: &ExportName) -> ExportName {
        ExportName::new(name.as_str().replace(NAME, &self.name))
    }

    fn token(&self, token: &ClientToken) -> ClientToken {
        ClientToken::new(format!("{}{token}", self.prefix))
    }

    fn template(&self, text: &str) -> String {
        let mut template: Value =
            serde_json::from_str(&text.replace(NAME, &self.name)).unwrap_or_default();
        let resources = template["Resources"].as_object_mut();
        for resource in resources.into_iter().flat_map(|all| all.values_mut()) {
            if let Some(Value::String(name)) = resource.pointer_mut("/Properties/LogGroupName") {
                name.insert_str(0, &self.prefix);
            }
        }
        template.to_string()
    }

    /// A text of the endpoint's, with the scenario's names.
    fn own(&self, text: &str) -> String {
        if text.starts_with("arn:") {
            return text.to_owned();
        }
        text.replace(&self.prefix, "").replace(&self.name, NAME)
    }

    fn own_stack(&self, mut stack: Stack) -> Stack {
        stack.name = self.own(stack.name.as_str()).into();
        stack.status_reason = stack.status_reason.map(|reason| self.own(&reason));
        for output in &mut stack.outputs {
            output.value = self.own(&output.value);
            let export = output.export.as_ref();
            output.export = export.map(|export| self.own(export.as_str()).into());
        }
        stack
    }
}

fn mapped<T, U>(page: Page<T>, own: impl FnMut(T) -> U) -> Page<U> {
    Page {
        items: page.items.into_iter().map(own).collect(),
        next: page.next,
    }
}

impl<P: CloudFormation> CloudFormation for Scoped<P> {
    fn rate_limits(&self) -> RateLimits {
        self.port.rate_limits()
    }

    async fn identity(&self) -> ClientResult<Identity> {
        self.port.identity().await
    }

    async fn stacks(&self, next: Option<String>) -> ClientResult<Page<Stack>> {
        let page = self.port.stacks(next).await?;
        Ok(mapped(page, |stack| self.own_stack(stack)))
    }

    async fn stack(&self, stack: impl Into<StackNameOrId> + Send) -> ClientResult<Option<Stack>> {
        let found = self.port.stack(&self.stack(stack)).await?;
        Ok(found.map(|stack| self.own_stack(stack)))
    }

    async fn template(&self, stack: impl Into<StackNameOrId> + Send) -> ClientResult<String> {
        let text = self.port.template(&self.stack(stack)).await?;
        Ok(self.own(&text))
    }

    async fn importers(
        &self,
        export: &ExportName,
        next: Option<String>,
    ) -> ClientResult<Page<StackName>> {
        let page = self.port.importers(&self.export(export), next).await?;
        Ok(mapped(page, |stack| self.own(stack.as_str()).into()))
    }

    async fn stack_policy(
        &self,
        stack: impl Into<StackNameOrId> + Send,
    ) -> ClientResult<Option<String>> {
        self.port.stack_policy(&self.stack(stack)).await
    }

    async fn resources(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        next: Option<String>,
    ) -> ClientResult<Page<StackResource>> {
        let page = self.port.resources(&self.stack(stack), next).await?;
        Ok(mapped(page, |mut one| {
            one.physical_id = one.physical_id.map(|id| self.own(id.as_str()).into());
            one
        }))
    }

    async fn events(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        next: Option<String>,
    ) -> ClientResult<Page<StackEvent>> {
        let page = self.port.events(&self.stack(stack), next).await?;
        Ok(mapped(page, |mut one| {
            one.physical_id = one.physical_id.map(|id| self.own(id.as_str()).into());
            one.reason = one.reason.map(|reason| self.own(&reason));
            one
        }))
    }

    async fn create_change_set(&self, request: &ChangeSetRequest) -> ClientResult<ChangeSetId> {
        let mut request = request.clone();
        request.stack = self.stack(&request.stack);
        request.template = self.template(&request.template);
        request.token = self.token(&request.token);
        request.tags.push(self.tag.clone());
        self.made.add(&request.stack);
        self.port.create_change_set(&request).await
    }

    async fn change_set(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        change_set: impl Into<ChangeSetNameOrId> + Send,
        next: Option<String>,
    ) -> ClientResult<Option<ChangeSet>> {
        let found = self
            .port
            .change_set(&self.stack(stack), change_set, next)
            .await?;
        Ok(found.map(|mut set| {
            set.status_reason = set.status_reason.map(|reason| self.own(&reason));
            set
        }))
    }

    async fn validation(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        change_set: &ChangeSetId,
        next: Option<String>,
    ) -> ClientResult<Page<ValidationFinding>> {
        self.port
            .validation(&self.stack(stack), change_set, next)
            .await
    }

    async fn execute_change_set(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        change_set: impl Into<ChangeSetNameOrId> + Send,
        token: &ClientToken,
    ) -> ClientResult<()> {
        let (stack, token) = (self.stack(stack), self.token(token));
        self.port
            .execute_change_set(&stack, change_set, &token)
            .await
    }

    async fn delete_change_set(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        change_set: impl Into<ChangeSetNameOrId> + Send,
    ) -> ClientResult<()> {
        let stack = self.stack(stack);
        self.port.delete_change_set(&stack, change_set).await
    }

    async fn delete_stack(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        retain: &[LogicalId],
        role: Option<&str>,
        token: &ClientToken,
    ) -> ClientResult<()> {
        let (stack, token) = (self.stack(stack), self.token(token));
        self.port.delete_stack(&stack, retain, role, &token).await
    }

    async fn continue_update_rollback(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        skip: &[LogicalId],
        token: &ClientToken,
    ) -> ClientResult<()> {
        let (stack, token) = (self.stack(stack), self.token(token));
        self.port
            .continue_update_rollback(&stack, skip, &token)
            .await
    }

    async fn roll_back(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        token: &ClientToken,
    ) -> ClientResult<()> {
        let (stack, token) = (self.stack(stack), self.token(token));
        self.port.roll_back(&stack, &token).await
    }

    async fn cancel_update(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        token: &ClientToken,
    ) -> ClientResult<()> {
        let (stack, token) = (self.stack(stack), self.token(token));
        self.port.cancel_update(&stack, &token).await
    }

    async fn set_stack_policy(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        policy: &str,
    ) -> ClientResult<()> {
        self.port.set_stack_policy(&self.stack(stack), policy).await
    }

    async fn set_termination_protection(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        enabled: bool,
    ) -> ClientResult<()> {
        let stack = self.stack(stack);
        self.port.set_termination_protection(&stack, enabled).await
    }
}
