//! Change sets.

use aws_sdk_cloudformation::operation::create_change_set::builders::CreateChangeSetFluentBuilder;
use aws_sdk_cloudformation::types::{Capability, ChangeSetType, EventFilter};
use cloudformation::{
    ChangeSetRequest, ChangeSetStatus, ChangeSetView, ClientResult, ResourceToImport,
    has_validation_events,
};

use super::client::Aws;
use super::errors::cloudformation;
use super::pages::PageRequest;
use super::translation::{self, required};

impl Aws {
    pub(super) async fn make_change_set(&self, request: &ChangeSetRequest) -> ClientResult<String> {
        let answer = self
            .requested(request)
            .change_set_type(translation::kind(request.kind))
            .set_import_existing_resources(request.import_existing.then_some(true))
            .send()
            .await
            .map_err(cloudformation)?;
        required(answer.id, "a change set without an id")
    }

    pub(super) async fn make_import(
        &self,
        request: &ChangeSetRequest,
        resources: &[ResourceToImport],
    ) -> ClientResult<String> {
        let answer = self
            .requested(request)
            .change_set_type(ChangeSetType::Import)
            .set_resources_to_import(Some(resources.iter().map(translation::to_import).collect()))
            .send()
            .await
            .map_err(cloudformation)?;
        required(answer.id, "a change set without an id")
    }

    /// What change sets of all types are made from.
    fn requested(&self, request: &ChangeSetRequest) -> CreateChangeSetFluentBuilder {
        self.cloudformation
            .create_change_set()
            .stack_name(&request.stack)
            .change_set_name(&request.name)
            .template_body(&request.template)
            .set_parameters(translation::each(
                &request.parameters,
                translation::parameter,
            ))
            .set_capabilities(translation::each(&request.capabilities, |name| {
                Capability::from(name.as_str())
            }))
            // Without any, the stack is to have none; that is said, where silence would keep them.
            .set_tags(Some(request.tags.iter().map(translation::tag).collect()))
            .set_role_arn(request.role.clone())
            .description(translation::description(&request.description))
            .client_token(&request.token)
    }

    /// The property values themselves are not kept; with them come exact paths.
    pub(super) async fn describe_change_set(
        &self,
        stack: &str,
        change_set: &str,
        next: Option<String>,
    ) -> ClientResult<Option<ChangeSetView>> {
        let first = next.is_none();
        let page = PageRequest::of(next);
        let answer = self
            .cloudformation
            .describe_change_set()
            .stack_name(stack)
            .change_set_name(change_set)
            .include_property_values(true)
            .set_next_token(page.token())
            .send()
            .await
            .map_err(cloudformation);
        let mut view = match answer {
            Ok(answer) => translation::change_set(answer)?,
            Err(error) if error.is_not_found() => return Ok(None),
            Err(error) => return Err(error),
        };
        view.next = page.next(view.next)?;
        let failed = matches!(
            view.status,
            ChangeSetStatus::Failed | ChangeSetStatus::FailedExisting
        );
        if first && failed {
            self.say_what_validation_found(&mut view).await;
        }
        Ok(Some(view))
    }

    /// A change set that CloudFormation's validation before deployment refuses only says that it
    /// did, and where to read what was found. This reads it, so that the reason is a reason. It is
    /// no call that anything depends on: where it fails, the reason stays as it is.
    ///
    /// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeEvents.html>
    async fn say_what_validation_found(&self, view: &mut ChangeSetView) {
        let Some(reason) = view.status_reason.as_mut() else {
            return;
        };
        if !has_validation_events(reason) {
            return;
        }
        let answer = self
            .cloudformation
            .describe_events()
            .change_set_name(&view.id)
            .filters(EventFilter::builder().failed_events(true).build())
            .send()
            .await;
        let Ok(answer) = answer else { return };
        let found: Vec<String> = answer
            .operation_events
            .unwrap_or_default()
            .into_iter()
            .filter_map(translation::validation)
            .collect();
        if !found.is_empty() {
            *reason = found.join("; ");
        }
    }

    pub(super) async fn run_change_set(
        &self,
        stack: &str,
        change_set: &str,
        token: &str,
    ) -> ClientResult<()> {
        self.cloudformation
            .execute_change_set()
            .stack_name(stack)
            .change_set_name(change_set)
            .client_request_token(token)
            .send()
            .await
            .map_err(cloudformation)?;
        Ok(())
    }

    pub(super) async fn remove_change_set(
        &self,
        stack: &str,
        change_set: &str,
    ) -> ClientResult<()> {
        self.cloudformation
            .delete_change_set()
            .stack_name(stack)
            .change_set_name(change_set)
            .send()
            .await
            .map_err(cloudformation)?;
        Ok(())
    }
}
