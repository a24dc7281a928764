//! The clients, and the port's calls, each in the file of its theme.

use std::time::{Duration, SystemTime};

use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use cloudformation::RateLimits;
use cloudformation::{
    ChangeSetRequest, ChangeSetView, ClientError, ClientResult, CloudFormation, Identity, Page,
    ResourceToImport, ResourceView, StackEvent, StackView,
};

use super::connection;
use super::errors::client_error;
use super::translation;
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

    /// The region that calls go to.
    #[must_use]
    pub fn region(&self) -> &str {
        self.config.region().map_or("", AsRef::as_ref)
    }

    /// Whether another endpoint than AWS's answers.
    pub(super) fn is_elsewhere(&self) -> bool {
        self.config.endpoint_url().is_some()
    }

    /// Whether what answers is on this machine, where nobody else calls.
    fn is_on_this_machine(&self) -> bool {
        let endpoint = self.config.endpoint_url();
        // Over TLS it could be a way to AWS.
        endpoint.is_some_and(|url| url.starts_with("http://") && connection::is_here(url))
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

    async fn stacks(&self, next: Option<String>) -> ClientResult<Page<StackView>> {
        self.describe_stacks(next, translation::stack).await
    }

    async fn stack(&self, stack: &str) -> ClientResult<Option<StackView>> {
        self.describe_stack(stack).await
    }

    async fn template(&self, stack: &str) -> ClientResult<String> {
        self.get_template(stack).await
    }

    async fn importers(&self, export: &str, next: Option<String>) -> ClientResult<Page<String>> {
        self.list_imports(export, next).await
    }

    async fn stack_policy(&self, stack: &str) -> ClientResult<Option<String>> {
        self.get_stack_policy(stack).await
    }

    async fn resources(
        &self,
        stack: &str,
        next: Option<String>,
    ) -> ClientResult<Page<ResourceView>> {
        self.list_stack_resources(stack, next).await
    }

    async fn events(&self, stack: &str, next: Option<String>) -> ClientResult<Page<StackEvent>> {
        self.describe_stack_events(stack, next).await
    }

    async fn create_change_set(&self, request: &ChangeSetRequest) -> ClientResult<String> {
        self.make_change_set(request).await
    }

    async fn create_import(
        &self,
        request: &ChangeSetRequest,
        resources: &[ResourceToImport],
    ) -> ClientResult<String> {
        self.make_import(request, resources).await
    }

    async fn change_set(
        &self,
        stack: &str,
        change_set: &str,
        next: Option<String>,
    ) -> ClientResult<Option<ChangeSetView>> {
        self.describe_change_set(stack, change_set, next).await
    }

    async fn execute_change_set(
        &self,
        stack: &str,
        change_set: &str,
        token: &str,
    ) -> ClientResult<()> {
        self.run_change_set(stack, change_set, token).await
    }

    async fn delete_change_set(&self, stack: &str, change_set: &str) -> ClientResult<()> {
        self.remove_change_set(stack, change_set).await
    }

    async fn delete_stack(
        &self,
        stack: &str,
        retain: &[String],
        role: Option<&str>,
        token: &str,
    ) -> ClientResult<()> {
        self.remove_stack(stack, retain, role, token).await
    }

    async fn continue_update_rollback(
        &self,
        stack: &str,
        skip: &[String],
        token: &str,
    ) -> ClientResult<()> {
        self.continue_rollback(stack, skip, token).await
    }

    async fn roll_back(&self, stack: &str, token: &str) -> ClientResult<()> {
        self.rollback_stack(stack, token).await
    }

    async fn cancel_update(&self, stack: &str, token: &str) -> ClientResult<()> {
        self.cancel_update_stack(stack, token).await
    }

    async fn set_stack_policy(&self, stack: &str, policy: &str) -> ClientResult<()> {
        self.put_stack_policy(stack, policy).await
    }

    async fn set_termination_protection(&self, stack: &str, enabled: bool) -> ClientResult<()> {
        self.update_termination_protection(stack, enabled).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::{Settings, connect};

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
