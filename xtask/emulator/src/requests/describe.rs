//! Descriptions and lists of stacks, events, resources, templates and exports.

use cloudformation::{Page, StackStatus};

use super::context::RequestContext;
use super::{start, view};
use crate::api::{Answer, ApiError, Export};
use crate::error::{no_change_set, validation};
use crate::page::{page, page_before};
use crate::template::summarize;

pub(super) fn describe_stacks(
    context: &RequestContext<'_>,
    stack: Option<&str>,
    next: &Option<String>,
) -> Result<Answer, ApiError> {
    let account_region = context.account_region()?;
    if let Some(name) = stack {
        return Ok(Answer::Stacks(Page {
            items: vec![view::stack(account_region.stack(name)?)],
            next: None,
        }));
    }
    Ok(Answer::Stacks(page_before(
        account_region
            .active
            .iter()
            .rev()
            .filter_map(|number| account_region.stacks.get(number))
            .map(|stack| (stack.number, view::stack(stack))),
        next.as_deref(),
        context.cloud.options.page_size,
    )?))
}

pub(super) fn list_stacks(
    context: &RequestContext<'_>,
    statuses: &[StackStatus],
    next: &Option<String>,
) -> Result<Answer, ApiError> {
    let stacks = context.account_region()?.stacks.values().rev();
    Ok(Answer::StackSummaries(page_before(
        stacks
            .filter(|stack| statuses.is_empty() || statuses.contains(&stack.status))
            .map(|stack| (stack.number, view::stack_summary(stack))),
        next.as_deref(),
        context.cloud.options.page_size,
    )?))
}

pub(super) fn describe_events(
    context: &RequestContext<'_>,
    stack: &str,
    next: &Option<String>,
) -> Result<Answer, ApiError> {
    let account_region = context.account_region()?;
    let number = account_region
        .find(stack)
        .ok_or_else(|| validation(format!("Stack [{stack}] does not exist")))?;
    let events = account_region
        .stacks
        .get(&number)
        .map_or(&[][..], |stack| stack.events.as_slice());
    Ok(Answer::Events(page_before(
        events.iter().cloned().enumerate().rev(),
        next.as_deref(),
        context.cloud.options.page_size,
    )?))
}

pub(super) fn list_resources(
    context: &RequestContext<'_>,
    stack: &str,
    next: &Option<String>,
) -> Result<Answer, ApiError> {
    let stack = context.account_region()?.stack(stack)?;
    Ok(Answer::Resources(page(
        view::resources(stack),
        next.as_deref(),
        context.cloud.options.page_size,
    )?))
}

pub(super) fn describe_resources(
    context: &RequestContext<'_>,
    stack: &str,
    logical_id: Option<&str>,
) -> Result<Answer, ApiError> {
    let stack = context.account_region()?.stack(stack)?;
    let items: Vec<_> = view::resources(stack)
        .filter(|resource| logical_id.is_none_or(|wanted| resource.logical_id == wanted))
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

pub(super) fn get_template(
    context: &RequestContext<'_>,
    stack: Option<&str>,
    change_set: Option<&str>,
) -> Result<Answer, ApiError> {
    let account_region = context.account_region()?;
    if let Some(wanted) = change_set {
        let number = account_region
            .change_sets
            .get(wanted)
            .copied()
            .or_else(|| account_region.active_number(stack?))
            .ok_or_else(|| no_change_set(wanted))?;
        return account_region
            .stacks
            .get(&number)
            .and_then(|stack| {
                stack
                    .change_sets
                    .values()
                    .find(|set| set.id == wanted || set.name == wanted)
            })
            .map(|set| Answer::Template(set.definition.template.text.clone()))
            .ok_or_else(|| no_change_set(wanted));
    }
    let Some(name) = stack else {
        return Err(validation("StackName or ChangeSetName must be specified."));
    };
    let stack = account_region.stack(name)?;
    // A stack in review has no template.
    Ok(Answer::Template(stack.definition.as_ref().map_or_else(
        || "{}".to_owned(),
        |definition| definition.template.text.clone(),
    )))
}

pub(super) fn template_summary(
    context: &mut RequestContext<'_>,
    stack: Option<&str>,
    template: Option<&str>,
) -> Result<Answer, ApiError> {
    let template = match (stack, template) {
        (_, Some(text)) => start::template(context, text)?,
        // <https://github.com/localstack/localstack/blob/main/tests/aws/services/cloudformation/api/test_templates.snapshot.json>
        (Some(name), None) => context
            .account_region()?
            .stack(name)?
            .definition
            .as_ref()
            .map(|definition| definition.template.clone())
            .ok_or_else(|| {
                validation("GetTemplateSummary cannot be called on REVIEW_IN_PROGRESS stacks.")
            })?,
        (None, None) => {
            return Err(validation(
                "Either Template URL or Template Body must be specified.",
            ));
        }
    };
    Ok(Answer::TemplateSummary(summarize(&template)))
}

pub(super) fn list_exports(
    context: &RequestContext<'_>,
    next: &Option<String>,
) -> Result<Answer, ApiError> {
    let exports = context.account_region()?.exports.all().iter();
    Ok(Answer::Exports(page(
        exports.map(|(name, export)| Export {
            stack_id: export.stack_id.clone(),
            name: name.clone(),
            value: export.value.clone(),
        }),
        next.as_deref(),
        context.cloud.options.page_size,
    )?))
}

pub(super) fn list_imports(
    context: &RequestContext<'_>,
    export: &str,
    next: &Option<String>,
) -> Result<Answer, ApiError> {
    let exports = &context.account_region()?.exports;
    let mut importers = exports.importers(export).map(str::to_owned).peekable();
    if importers.peek().is_none() {
        return Err(validation(format!(
            "Export '{export}' is not imported by any stack."
        )));
    }
    Ok(Answer::Imports(page(
        importers,
        next.as_deref(),
        context.cloud.options.page_size,
    )?))
}
