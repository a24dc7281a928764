//! Stacks, events and resources: what is read of them.

use cloudformation::Page;
use cloudformation::status::StackStatus;

use super::Call;
use crate::api::{Answer, ApiError};
use crate::error::validation;
use crate::page::{page, page_before};

impl Call<'_> {
    pub(super) fn describe_stacks(
        &self,
        stack: Option<&str>,
        next: &Option<String>,
    ) -> Result<Answer, ApiError> {
        let here = self.here()?;
        if let Some(name) = stack {
            return Ok(Answer::Stacks(Page {
                items: vec![here.stack(name)?.view()],
                next: None,
            }));
        }
        Ok(Answer::Stacks(page_before(
            here.living
                .iter()
                .rev()
                .filter_map(|number| here.stacks.get(number))
                .map(|stack| (stack.number, stack.view())),
            next.as_deref(),
            self.cloud.options.page_size,
        )?))
    }

    pub(super) fn list_stacks(
        &self,
        statuses: &[StackStatus],
        next: &Option<String>,
    ) -> Result<Answer, ApiError> {
        let stacks = self.here()?.stacks.values().rev();
        Ok(Answer::StackSummaries(page_before(
            stacks
                .filter(|stack| statuses.is_empty() || statuses.contains(&stack.status))
                .map(|stack| (stack.number, stack.summary())),
            next.as_deref(),
            self.cloud.options.page_size,
        )?))
    }

    pub(super) fn events(&self, stack: &str, next: &Option<String>) -> Result<Answer, ApiError> {
        let here = self.here()?;
        let number = here
            .find(stack)
            .ok_or_else(|| validation(format!("Stack [{stack}] does not exist")))?;
        let events = here
            .stacks
            .get(&number)
            .map_or(&[][..], |stack| stack.events.as_slice());
        Ok(Answer::Events(page_before(
            events.iter().cloned().enumerate().rev(),
            next.as_deref(),
            self.cloud.options.page_size,
        )?))
    }

    pub(super) fn list_resources(
        &self,
        stack: &str,
        next: &Option<String>,
    ) -> Result<Answer, ApiError> {
        let stack = self.here()?.stack(stack)?;
        Ok(Answer::Resources(page(
            stack.resource_views(),
            next.as_deref(),
            self.cloud.options.page_size,
        )?))
    }

    pub(super) fn describe_resources(
        &self,
        stack: &str,
        logical_id: Option<&str>,
    ) -> Result<Answer, ApiError> {
        let stack = self.here()?.stack(stack)?;
        let items: Vec<_> = stack
            .resource_views()
            .filter(|resource| logical_id.is_none_or(|wanted| wanted == resource.logical_id))
            .collect();
        if let Some(logical_id) = logical_id
            && items.is_empty()
        {
            return Err(validation(format!(
                "Resource {logical_id} does not exist for stack {}",
                stack.name
            )));
        }
        Ok(Answer::Resources(Page { items, next: None }))
    }
}
