//! The clients, and the calls of the client trait.

use std::net::IpAddr;
use std::time::{Duration, SystemTime};

use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_cloudformation::operation::create_change_set::builders::CreateChangeSetFluentBuilder;
use aws_sdk_cloudformation::types::{ChangeSetType, EventFilter, TemplateStage};
use cloudformation::{
    ChangeSet, ChangeSetId, ChangeSetNameOrId, ChangeSetRequest, ClientError, ClientResult,
    ClientToken, CloudFormation, ExportName, Identity, LogicalId, Page, RateLimits,
    ResourceToImport, Stack, StackEvent, StackName, StackNameOrId, StackResource,
    ValidationFinding,
};

use super::errors::{client_error, cloudformation};
use super::pages::PageRequest;
use super::translation::{self, required_id, text};
use crate::signed::Signed;

/// AWS, in one region.
#[derive(Clone, Debug)]
pub struct Aws {
    pub(super) cloudformation: aws_sdk_cloudformation::Client,
    sts: aws_sdk_sts::Client,
    config: SdkConfig,
}

impl Aws {
    pub(super) fn new(config: SdkConfig) -> Self {
        Self {
            cloudformation: aws_sdk_cloudformation::Client::new(&config),
            sts: aws_sdk_sts::Client::new(&config),
            config,
        }
    }

    #[must_use]
    pub fn region(&self) -> &str {
        self.config.region().map_or("", AsRef::as_ref)
    }

    /// Whether another endpoint than AWS's answers.
    pub(super) fn is_elsewhere(&self) -> bool {
        self.config.endpoint_url().is_some()
    }

    /// Whether what answers is on this machine, where there are no other callers.
    fn is_on_this_machine(&self) -> bool {
        let endpoint = self.config.endpoint_url();
        // Over TLS it could be a way to AWS.
        endpoint.is_some_and(|url| url.starts_with("http://") && is_here(url))
    }

    /// The same with the credentials of a role, which are kept in memory only. They last for an hour, the
    /// default: longer than a detection may take.
    ///
    /// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>
    ///
    /// # Errors
    /// When the role can't be assumed.
    pub(crate) async fn assuming(&self, role: &str, session: &str) -> ClientResult<Self> {
        let answer = self
            .sts
            .assume_role()
            .role_arn(role)
            .role_session_name(session)
            .send()
            .await
            .map_err(|error| client_error("STS", error))?;
        let given = answer.credentials.ok_or_else(|| ClientError::Other {
            code: "IncompleteAnswer".to_owned().into(),
            message: "a role without credentials".to_owned().into(),
        })?;
        let credentials = Credentials::new(
            given.access_key_id,
            given.secret_access_key,
            Some(given.session_token),
            SystemTime::try_from(given.expiration).ok(),
            "assumed-role",
        );
        let provider = SharedCredentialsProvider::new(credentials);
        let config = self.config.to_builder().credentials_provider(provider);
        Ok(Self::new(config.build()))
    }

    /// What change sets of all types are made from.
    fn requested(&self, request: &ChangeSetRequest) -> CreateChangeSetFluentBuilder {
        self.cloudformation
            .create_change_set()
            .stack_name(request.stack.as_str())
            .change_set_name(request.name.as_str())
            .template_body(&request.template)
            .set_parameters(translation::each(
                &request.parameters,
                translation::parameter,
            ))
            .set_capabilities(translation::each(
                &request.capabilities,
                translation::capability,
            ))
            // Without any, the stack is to have none; that is said, where silence would keep them.
            .set_tags(Some(request.tags.iter().map(translation::tag).collect()))
            .set_role_arn(request.role.clone())
            .description(translation::description(&request.description))
            .client_token(request.token.as_str())
    }

    /// Calls to other services, over the same connections and with the same credentials.
    #[must_use]
    pub fn signed(&self) -> Signed {
        Signed::new(&self.config)
    }
}

/// As fast as a machine keeps up.
const ON_THIS_MACHINE: Duration = Duration::from_millis(20);
const CALLS_ON_THIS_MACHINE: u32 = 12_000;

impl CloudFormation for Aws {
    fn rate_limits(&self) -> RateLimits {
        if !self.is_on_this_machine() {
            return RateLimits::default();
        }
        RateLimits {
            calls_per_minute: CALLS_ON_THIS_MACHINE,
            looks_per_minute: CALLS_ON_THIS_MACHINE,
            shortest: ON_THIS_MACHINE,
            longest: ON_THIS_MACHINE,
            ..RateLimits::default()
        }
    }

    async fn identity(&self) -> ClientResult<Identity> {
        let answer = self
            .sts
            .get_caller_identity()
            .send()
            .await
            .map_err(|error| client_error("STS", error))?;
        translation::identity(answer)
    }

    async fn stacks(&self, next: Option<String>) -> ClientResult<Page<Stack>> {
        let page = PageRequest::of(next);
        let answer = self
            .cloudformation
            .describe_stacks()
            .set_next_token(page.token())
            .send()
            .await
            .map_err(cloudformation)?;
        Ok(Page {
            next: page.next(answer.next_token)?,
            items: translation::all(answer.stacks, translation::stack)?,
        })
    }

    async fn stack(&self, stack: impl Into<StackNameOrId> + Send) -> ClientResult<Option<Stack>> {
        let stack = stack.into();
        let answer = self
            .cloudformation
            .describe_stacks()
            .stack_name(stack.as_str())
            .send()
            .await
            .map_err(cloudformation);
        match answer {
            Ok(answer) => Ok(translation::all(answer.stacks, translation::stack)?
                .into_iter()
                .next()),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn template(&self, stack: impl Into<StackNameOrId> + Send) -> ClientResult<String> {
        let stack = stack.into();
        let answer = self
            .cloudformation
            .get_template()
            .stack_name(stack.as_str())
            .template_stage(TemplateStage::Original)
            .send()
            .await
            .map_err(cloudformation)?;
        translation::required(answer.template_body, "a template without text")
    }

    async fn importers(
        &self,
        export: &ExportName,
        next: Option<String>,
    ) -> ClientResult<Page<StackName>> {
        let page = PageRequest::of(next);
        let answer = self
            .cloudformation
            .list_imports()
            .export_name(export.as_str())
            .set_next_token(page.token())
            .send()
            .await
            .map_err(cloudformation);
        match answer {
            Ok(answer) => Ok(Page {
                next: page.next(answer.next_token)?,
                items: translation::all(answer.imports, |name| Ok(name.into()))?,
            }),
            Err(error) if error.is_not_imported() => Ok(Page::default()),
            Err(error) => Err(error),
        }
    }

    async fn stack_policy(
        &self,
        stack: impl Into<StackNameOrId> + Send,
    ) -> ClientResult<Option<String>> {
        let stack = stack.into();
        let answer = self
            .cloudformation
            .get_stack_policy()
            .stack_name(stack.as_str())
            .send()
            .await
            .map_err(cloudformation)?;
        Ok(text(answer.stack_policy_body))
    }

    async fn resources(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        next: Option<String>,
    ) -> ClientResult<Page<StackResource>> {
        let stack = stack.into();
        let page = PageRequest::of(next);
        let answer = self
            .cloudformation
            .list_stack_resources()
            .stack_name(stack.as_str())
            .set_next_token(page.token())
            .send()
            .await
            .map_err(cloudformation)?;
        Ok(Page {
            next: page.next(answer.next_token)?,
            items: translation::all(answer.stack_resource_summaries, translation::resource)?,
        })
    }

    async fn events(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        next: Option<String>,
    ) -> ClientResult<Page<StackEvent>> {
        let stack = stack.into();
        let page = PageRequest::of(next);
        let answer = self
            .cloudformation
            .describe_stack_events()
            .stack_name(stack.as_str())
            .set_next_token(page.token())
            .send()
            .await
            .map_err(cloudformation)?;
        Ok(Page {
            next: page.next(answer.next_token)?,
            items: translation::all(answer.stack_events, translation::event)?,
        })
    }

    async fn create_change_set(&self, request: &ChangeSetRequest) -> ClientResult<ChangeSetId> {
        let answer = self
            .requested(request)
            .change_set_type(translation::kind(request.kind))
            .set_import_existing_resources(request.import_existing.then_some(true))
            .send()
            .await
            .map_err(cloudformation)?;
        required_id(answer.id, "a change set without an id")
    }

    async fn create_import(
        &self,
        request: &ChangeSetRequest,
        resources: &[ResourceToImport],
    ) -> ClientResult<ChangeSetId> {
        let answer = self
            .requested(request)
            .change_set_type(ChangeSetType::Import)
            .set_resources_to_import(Some(resources.iter().map(translation::to_import).collect()))
            .send()
            .await
            .map_err(cloudformation)?;
        required_id(answer.id, "a change set without an id")
    }

    /// The property values themselves are not kept; with them come exact paths.
    async fn change_set(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        change_set: impl Into<ChangeSetNameOrId> + Send,
        next: Option<String>,
    ) -> ClientResult<Option<ChangeSet>> {
        let stack = stack.into();
        let change_set = change_set.into();
        let page = PageRequest::of(next);
        let answer = self
            .cloudformation
            .describe_change_set()
            .stack_name(stack.as_str())
            .change_set_name(change_set.as_str())
            .include_property_values(true)
            .set_next_token(page.token())
            .send()
            .await
            .map_err(cloudformation);
        let mut set = match answer {
            Ok(answer) => translation::change_set(answer)?,
            Err(error) if error.is_not_found() => return Ok(None),
            Err(error) => return Err(error),
        };
        set.next = page.next(set.next)?;
        Ok(Some(set))
    }

    async fn validation(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        change_set: &ChangeSetId,
        next: Option<String>,
    ) -> ClientResult<Page<ValidationFinding>> {
        let stack = stack.into();
        let page = PageRequest::of(next);
        let answer = self
            .cloudformation
            .describe_events()
            .stack_name(stack.as_str())
            .change_set_name(change_set.as_str())
            .filters(EventFilter::builder().failed_events(true).build())
            .set_next_token(page.token())
            .send()
            .await
            .map_err(cloudformation)?;
        let events = answer.operation_events.unwrap_or_default().into_iter();
        Ok(Page {
            next: page.next(answer.next_token)?,
            items: events.filter_map(translation::validation).collect(),
        })
    }

    async fn execute_change_set(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        change_set: impl Into<ChangeSetNameOrId> + Send,
        token: &ClientToken,
    ) -> ClientResult<()> {
        let stack = stack.into();
        let change_set = change_set.into();
        self.cloudformation
            .execute_change_set()
            .stack_name(stack.as_str())
            .change_set_name(change_set.as_str())
            .client_request_token(token.as_str())
            .send()
            .await
            .map_err(cloudformation)?;
        Ok(())
    }

    async fn delete_change_set(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        change_set: impl Into<ChangeSetNameOrId> + Send,
    ) -> ClientResult<()> {
        let stack = stack.into();
        let change_set = change_set.into();
        self.cloudformation
            .delete_change_set()
            .stack_name(stack.as_str())
            .change_set_name(change_set.as_str())
            .send()
            .await
            .map_err(cloudformation)?;
        Ok(())
    }

    async fn delete_stack(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        retain: &[LogicalId],
        role: Option<&str>,
        token: &ClientToken,
    ) -> ClientResult<()> {
        let stack = stack.into();
        self.cloudformation
            .delete_stack()
            .stack_name(stack.as_str())
            .set_retain_resources(translation::each(retain, ToString::to_string))
            .set_role_arn(role.map(str::to_owned))
            .client_request_token(token.as_str())
            .send()
            .await
            .map_err(cloudformation)?;
        Ok(())
    }

    async fn continue_update_rollback(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        skip: &[LogicalId],
        token: &ClientToken,
    ) -> ClientResult<()> {
        let stack = stack.into();
        self.cloudformation
            .continue_update_rollback()
            .stack_name(stack.as_str())
            .set_resources_to_skip(translation::each(skip, ToString::to_string))
            .client_request_token(token.as_str())
            .send()
            .await
            .map_err(cloudformation)?;
        Ok(())
    }

    async fn roll_back(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        token: &ClientToken,
    ) -> ClientResult<()> {
        let stack = stack.into();
        self.cloudformation
            .rollback_stack()
            .stack_name(stack.as_str())
            .client_request_token(token.as_str())
            .send()
            .await
            .map_err(cloudformation)?;
        Ok(())
    }

    async fn cancel_update(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        token: &ClientToken,
    ) -> ClientResult<()> {
        let stack = stack.into();
        self.cloudformation
            .cancel_update_stack()
            .stack_name(stack.as_str())
            .client_request_token(token.as_str())
            .send()
            .await
            .map_err(cloudformation)?;
        Ok(())
    }

    async fn set_stack_policy(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        policy: &str,
    ) -> ClientResult<()> {
        let stack = stack.into();
        self.cloudformation
            .set_stack_policy()
            .stack_name(stack.as_str())
            .stack_policy_body(policy)
            .send()
            .await
            .map_err(cloudformation)?;
        Ok(())
    }

    async fn set_termination_protection(
        &self,
        stack: impl Into<StackNameOrId> + Send,
        enabled: bool,
    ) -> ClientResult<()> {
        let stack = stack.into();
        self.cloudformation
            .update_termination_protection()
            .stack_name(stack.as_str())
            .enable_termination_protection(enabled)
            .send()
            .await
            .map_err(cloudformation)?;
        Ok(())
    }
}

/// Whether an endpoint is on this machine, where no proxy can reach it.
pub(super) fn is_here(url: &str) -> bool {
    let host = url.split_once("://").map_or(url, |(_, host)| host);
    let host = host.split('/').next().unwrap_or_default();
    // An address of version 6 stands in brackets and has colons.
    let name = match host.strip_prefix('[').and_then(|host| host.split_once(']')) {
        Some((name, _)) => name,
        None => host.split(':').next().unwrap_or_default(),
    };
    let address: Option<IpAddr> = name.parse().ok();
    name == "localhost" || address.is_some_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sdk::{Settings, connect};

    #[tokio::test]
    async fn only_what_is_on_this_machine_is_hurried() {
        for (url, hurried) in [
            ("http://127.0.0.1:4566", true),
            ("https://127.0.0.1:4566", false),
            ("http://10.0.0.1", false),
            ("https://cloudformation.eu-west-1.amazonaws.com", false),
        ] {
            let settings = Settings::new("eu-west-1").endpoint_url(Some(url));
            let aws = connect(settings).await.unwrap();
            let spares = aws.rate_limits().shortest == RateLimits::default().shortest;
            assert_eq!(!spares, hurried, "{url}");
        }
    }
}
