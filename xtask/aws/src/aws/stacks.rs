//! Stacks: what there is, what is in them, and the calls that change one without a change set.

use aws_sdk_cloudformation::types::{Stack, TemplateStage};
use cloudformation::{ClientResult, Page, ResourceView, StackEvent, StackView};

use super::client::Aws;
use super::errors::cloudformation;
use super::pages::PageRequest;
use super::translation;

impl Aws {
    /// A page of all stacks, of which `view` takes what is asked for.
    pub(super) async fn describe_stacks<T>(
        &self,
        next: Option<String>,
        view: fn(Stack) -> ClientResult<T>,
    ) -> ClientResult<Page<T>> {
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
            items: translation::all(answer.stacks, view)?,
        })
    }

    pub(super) async fn describe_stack(&self, stack: &str) -> ClientResult<Option<StackView>> {
        let answer = self
            .cloudformation
            .describe_stacks()
            .stack_name(stack)
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

    pub(super) async fn get_template(&self, stack: &str) -> ClientResult<String> {
        let answer = self
            .cloudformation
            .get_template()
            .stack_name(stack)
            .template_stage(TemplateStage::Original)
            .send()
            .await
            .map_err(cloudformation)?;
        translation::required(answer.template_body, "a template without text")
    }

    pub(super) async fn list_imports(
        &self,
        export: &str,
        next: Option<String>,
    ) -> ClientResult<Page<String>> {
        let page = PageRequest::of(next);
        let answer = self
            .cloudformation
            .list_imports()
            .export_name(export)
            .set_next_token(page.token())
            .send()
            .await
            .map_err(cloudformation);
        match answer {
            Ok(answer) => Ok(Page {
                next: page.next(answer.next_token)?,
                items: answer.imports.unwrap_or_default(),
            }),
            Err(error) if error.is_not_imported() => Ok(Page::default()),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn list_stack_resources(
        &self,
        stack: &str,
        next: Option<String>,
    ) -> ClientResult<Page<ResourceView>> {
        let page = PageRequest::of(next);
        let answer = self
            .cloudformation
            .list_stack_resources()
            .stack_name(stack)
            .set_next_token(page.token())
            .send()
            .await
            .map_err(cloudformation)?;
        Ok(Page {
            next: page.next(answer.next_token)?,
            items: translation::all(answer.stack_resource_summaries, translation::resource)?,
        })
    }

    pub(super) async fn describe_stack_events(
        &self,
        stack: &str,
        next: Option<String>,
    ) -> ClientResult<Page<StackEvent>> {
        let page = PageRequest::of(next);
        let answer = self
            .cloudformation
            .describe_stack_events()
            .stack_name(stack)
            .set_next_token(page.token())
            .send()
            .await
            .map_err(cloudformation)?;
        Ok(Page {
            next: page.next(answer.next_token)?,
            items: translation::all(answer.stack_events, translation::event)?,
        })
    }

    pub(super) async fn remove_stack(
        &self,
        stack: &str,
        retain: &[String],
        role: Option<&str>,
        token: &str,
    ) -> ClientResult<()> {
        self.cloudformation
            .delete_stack()
            .stack_name(stack)
            .set_retain_resources(translation::each(retain, Clone::clone))
            .set_role_arn(role.map(str::to_owned))
            .client_request_token(token)
            .send()
            .await
            .map_err(cloudformation)?;
        Ok(())
    }

    pub(super) async fn continue_rollback(
        &self,
        stack: &str,
        skip: &[String],
        token: &str,
    ) -> ClientResult<()> {
        self.cloudformation
            .continue_update_rollback()
            .stack_name(stack)
            .set_resources_to_skip(translation::each(skip, Clone::clone))
            .client_request_token(token)
            .send()
            .await
            .map_err(cloudformation)?;
        Ok(())
    }

    pub(super) async fn rollback_stack(&self, stack: &str, token: &str) -> ClientResult<()> {
        self.cloudformation
            .rollback_stack()
            .stack_name(stack)
            .client_request_token(token)
            .send()
            .await
            .map_err(cloudformation)?;
        Ok(())
    }

    pub(super) async fn cancel_update_stack(&self, stack: &str, token: &str) -> ClientResult<()> {
        self.cloudformation
            .cancel_update_stack()
            .stack_name(stack)
            .client_request_token(token)
            .send()
            .await
            .map_err(cloudformation)?;
        Ok(())
    }
}
