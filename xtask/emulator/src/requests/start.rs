//! The start of creations and updates, direct or by change set.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use cloudformation::{Capability, ClientToken, OperationType, StackStatus, Tag};

use super::context::RequestContext;
use crate::account_region::AccountRegion;
use crate::api::{Answer, ApiError, OnFailure, Target, TemplateInput};
use crate::error::{refusal, validation};
use crate::event_queue::StackNumber;
use crate::inventory::ParameterStore;
use crate::random::Random;
use crate::stack::{Definition, FirstPhase, Operation, OperationKind, Stack, StackLookup};
use crate::template::{
    Instance, ParameterValues, Rules, Scope, Template, capabilities_needed, check, check_instance,
    resolve_parameters, resolve_stored,
};

/// The number of parsed templates that are kept.
const MAX_TEMPLATES: usize = 1024;

pub(super) struct Start {
    pub(super) kind: OperationKind,
    pub(super) definition: Definition,
    pub(super) role: Option<String>,
    pub(super) token: Option<ClientToken>,
    pub(super) on_failure: OnFailure,
    pub(super) disable_rollback: bool,
    pub(super) import_existing: bool,
    pub(super) imports: BTreeMap<String, BTreeMap<String, String>>,
    pub(super) policy_during_update: Option<String>,
}

/// Parses and checks a template, each text only once.
pub(super) fn template(context: &mut RequestContext<'_>, text: &str) -> Result<Template, ApiError> {
    let known = context
        .cloud
        .templates
        .iter()
        .rposition(|template| template.text == text);
    if let Some(index) = known
        && let Some(template) = context.cloud.templates.get(index)
    {
        return Ok(template.clone());
    }
    let template = check(text, context.cloud.options.unknown_types)?;
    if context.cloud.templates.len() >= MAX_TEMPLATES {
        context.cloud.templates.drain(..MAX_TEMPLATES / 2);
    }
    context.cloud.templates.push(template.clone());
    Ok(template)
}

pub(super) fn definition(
    context: &mut RequestContext<'_>,
    target: &Target,
    number: Option<StackNumber>,
) -> Result<Definition, ApiError> {
    let before = match number {
        Some(number) => context.stack_mut(number)?.definition.clone(),
        None => None,
    };
    let template = match (&target.template, &before) {
        (TemplateInput::Body(text), _) => template(context, text)?,
        (TemplateInput::Previous, Some(before)) => before.template.clone(),
        (TemplateInput::Previous, None) => {
            return Err(validation(
                "Either Template URL or Template Body must be specified.",
            ));
        }
    };
    acknowledge(&template, &target.capabilities)?;
    let nothing = BTreeMap::new();
    let previous = before
        .as_ref()
        .map_or(&nothing, |before| &before.parameters.given);
    let given = resolve_parameters(&template, &target.parameters, previous)?;
    let mut parameters = read_parameters(context, &template, given)?;
    parameters.notification_arns = match (&target.notification_arns, &before) {
        (Some(topics), _) => topics.clone(),
        (None, Some(before)) => before.parameters.notification_arns.clone(),
        (None, None) => Vec::new(),
    };
    if let Some(before) = &before {
        same_types(&before.template, &template)?;
    }
    let (name, id) = match number {
        Some(number) => {
            let stack = context.stack_mut(number)?;
            (stack.name.clone(), Some(stack.id.clone()))
        }
        None => (target.stack.clone(), None),
    };
    check_instance(&Instance {
        template: &template,
        parameters: &parameters,
        caller: &context.account_region()?.caller,
        stack_name: &name,
        stack_id: id.as_deref(),
    })?;
    check_assertions(context, &template, &parameters, &name)?;
    let mut tags = match (&target.tags, &before) {
        (Some(tags), _) => tags.clone(),
        (None, Some(before)) => before.tags.clone(),
        (None, None) => Vec::new(),
    };
    check_tags(&tags)?;
    tags.sort();
    Ok(Definition {
        template,
        parameters,
        tags,
        capabilities: target.capabilities.clone(),
    })
}

/// Reads the parameters of SSM that the parameters name.
fn read_parameters(
    context: &RequestContext<'_>,
    template: &Template,
    given: BTreeMap<String, String>,
) -> Result<ParameterValues, ApiError> {
    let store = ParameterStore {
        inventory: &context.account_region()?.inventory,
        given: &context.cloud.options.ssm_parameters,
    };
    Ok(resolve_stored(template, given, store)?)
}

/// Checks the rules, and that the parameters of SSM exist that the template names.
fn check_assertions(
    context: &RequestContext<'_>,
    template: &Template,
    parameters: &ParameterValues,
    name: &str,
) -> Result<(), ApiError> {
    let AccountRegion {
        caller,
        exports,
        inventory,
        ..
    } = context.account_region()?;
    // Rules and dynamic references need nothing of a stack.
    let stack = Stack::new(0, name.to_owned(), name.to_owned(), context.cloud.now);
    let lookup = StackLookup {
        stack: &stack,
        exports,
        caller,
        parameters: ParameterStore {
            inventory,
            given: &context.cloud.options.ssm_parameters,
        },
    };
    let scope = Scope {
        template,
        parameters,
        account: &caller.account,
        region: &caller.region,
        stack_name: &stack.name,
        stack_id: &stack.id,
        lookup: &lookup,
        conditions: RefCell::default(),
    };
    Rules {
        scope: &scope,
        account: inventory,
    }
    .assert()?;
    Ok(scope.check_dynamic_references()?)
}

/// Refuses a text that is no role, and a role that was deleted. A role that never existed here is taken to be one of the
/// account.
pub(super) fn check_role(context: &RequestContext<'_>, role: Option<&str>) -> Result<(), ApiError> {
    match role {
        Some(role)
            if !is_role(role) || context.account_region()?.inventory.is_deleted_role(role) =>
        {
            Err(validation(format!(
                "Role {role} is invalid or cannot be assumed"
            )))
        }
        _ => Ok(()),
    }
}

/// Whether a text is the ARN of a role.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns>
fn is_role(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    matches!(parts.as_slice(), ["arn", _, "iam", "", account, resource]
        if account.len() == 12
            && account.bytes().all(|digit| digit.is_ascii_digit())
            && resource.strip_prefix("role/").is_some_and(|name| !name.is_empty()))
}

pub(super) fn new_stack(
    context: &mut RequestContext<'_>,
    name: &str,
) -> Result<StackNumber, ApiError> {
    check_name("stackName", name)?;
    if context.account_region()?.active.len() >= context.cloud.options.max_stacks {
        return Err(refusal(
            "LimitExceededException",
            "Limit for stack has been exceeded",
        ));
    }
    let number = context.cloud.queue.next_number();
    let random = Random::new(context.cloud.options.seed)
        .derive("stack")
        .derive(name)
        .nth(number);
    let now = context.cloud.now;
    let account_region = context.account_region_mut()?;
    let id = format!(
        "arn:{}:cloudformation:{}:{}:stack/{name}/{}",
        crate::template::partition(&account_region.caller.region),
        account_region.caller.region,
        account_region.caller.account,
        random.uuid()
    );
    account_region.add(Stack::new(number, id, name.to_owned(), now));
    Ok(number)
}

pub(super) fn start(
    context: &mut RequestContext<'_>,
    number: StackNumber,
    start: Start,
) -> Result<(), ApiError> {
    let now = context.cloud.now;
    let region = context.region;
    let started = context
        .cloud
        .with_stack(region, number, |stack, operations| {
            let status_before = stack.status.clone();
            // An unfinished update continues: a rollback undoes both.
            let mut operation = match stack.unfinished.take() {
                Some(unfinished) if start.kind == OperationKind::Update => *unfinished,
                _ => {
                    let mut operation =
                        Operation::new(start.kind, FirstPhase::Forward, status_before.clone());
                    operation.before.clone_from(&stack.definition);
                    operation
                }
            };
            operation.kind = start.kind;
            operation.first_phase = FirstPhase::Forward;
            operation.status_before = status_before;
            operation.failed_to_create.clear();
            operation.failed_to_update.clear();
            operation.failed_to_delete.clear();
            operation.token.clone_from(&start.token);
            operation.on_failure = start.on_failure;
            operation.disable_rollback = start.disable_rollback;
            operation.import_existing = start.import_existing;
            operation.imports = start.imports;
            operation.policy = start.policy_during_update;
            operation.after = Some(start.definition.clone());
            stack.definition = Some(start.definition);
            stack.disable_rollback = start.disable_rollback;
            if start.role.is_some() {
                stack.role = start.role;
            }
            let creates = start.kind == OperationKind::Create
                || operation.status_before == StackStatus::ReviewInProgress;
            let kind = if creates {
                OperationType::CreateStack
            } else {
                OperationType::UpdateStack
            };
            let status = match start.kind {
                OperationKind::Create => StackStatus::CreateInProgress,
                OperationKind::Import => StackStatus::ImportInProgress,
                OperationKind::Update | OperationKind::Delete => StackStatus::UpdateInProgress,
            };
            if start.kind == OperationKind::Create {
                stack.created = now;
            } else {
                stack.updated = Some(now);
            }
            stack.obsolete_change_sets();
            operations.accept(stack, operation, status, kind);
        });
    started.ok_or_else(|| refusal("InternalFailure", "no such stack"))
}

/// The answer to a call that began an operation, or that repeats one that did.
pub(super) fn started(stack: &Stack, token: Option<&ClientToken>) -> Answer {
    let repeated = token.and_then(|token| stack.history.with_token(token));
    let id = repeated.map(|record| record.id.as_str());
    Answer::Started {
        stack_id: stack.id.clone(),
        id: id
            .or(stack.history.current())
            .unwrap_or_default()
            .to_owned(),
    }
}

/// Checks that the stack's status allows an update.
pub(super) fn check_updatable(stack: &Stack, disable_rollback: bool) -> Result<(), ApiError> {
    let status = stack.status.clone();
    match status {
        _ if status.can_update() => Ok(()),
        StackStatus::CreateFailed | StackStatus::UpdateFailed if disable_rollback => Ok(()),
        StackStatus::CreateFailed | StackStatus::UpdateFailed => Err(validation(format!(
            "This stack is currently in a non-terminal [{}] state. To update the stack from \
             this state, please use the disable-rollback parameter with update-stack API. To \
             rollback to the last known good state, use the rollback-stack API",
            status
        ))),
        _ => Err(validation(format!(
            "Stack:{} is in {} state and can not be updated.",
            stack.id, status
        ))),
    }
}

/// Checks the name of a stack or a change set.
pub(super) fn check_name(what: &str, name: &str) -> Result<(), ApiError> {
    let mut bytes = name.bytes();
    let fits = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !fits {
        return Err(validation(format!(
            "1 validation error detected: Value '{name}' at '{what}' failed to satisfy constraint: \
             Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*"
        )));
    }
    if name.len() > 128 {
        return Err(validation(format!(
            "1 validation error detected: Value '{name}' at '{what}' failed to satisfy constraint: \
             Member must have length less than or equal to 128"
        )));
    }
    Ok(())
}

/// Refuses a text that is empty, or has more than this many characters. Calls in this process have met no wire
/// protocol that does.
pub(super) fn check_length(
    text: &str,
    most: usize,
    path: impl FnOnce() -> String,
) -> Result<(), ApiError> {
    let bound = match text.chars().count() {
        0 => "greater than or equal to 1".to_owned(),
        length if length > most => at_most(most),
        _ => return Ok(()),
    };
    Err(length_refused(&path(), &bound))
}

fn at_most(most: usize) -> String {
    format!("less than or equal to {most}")
}

fn length_refused(path: &str, bound: &str) -> ApiError {
    validation(format!(
        "1 validation error detected: Value at '{path}' failed to satisfy constraint: Member must \
         have length {bound}"
    ))
}

/// The tags of a stack.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html>
const MAX_TAGS: usize = 50;

/// Checks a stack's tags.
///
/// Sources: <https://github.com/aws-quickstart/quickstart-amazon-eks/issues/42>,
/// <https://github.com/elastic/cloud-on-k8s/issues/9232>; bounds are those of the API reference.
fn check_tags(tags: &[Tag]) -> Result<(), ApiError> {
    if tags.len() > MAX_TAGS {
        return Err(length_refused("tags", &at_most(MAX_TAGS)));
    }
    for (index, tag) in tags.iter().enumerate() {
        for (field, text, most) in [("key", &tag.key, 128), ("value", &tag.value, 256)] {
            check_length(text, most, || format!("tags.{}.member.{field}", index + 1))?;
        }
    }
    if tags
        .iter()
        .any(|tag| tag.key.to_lowercase().starts_with("aws:"))
    {
        return Err(validation(
            "aws: prefixed tag key names are not allowed for external use.",
        ));
    }
    let mut keys = BTreeSet::new();
    if !tags.iter().all(|tag| keys.insert(&tag.key)) {
        return Err(validation(
            "Tags contain duplicate keys; tag keys must be unique",
        ));
    }
    Ok(())
}

/// Checks that the capabilities of the template are acknowledged.
fn acknowledge(template: &Template, capabilities: &[Capability]) -> Result<(), ApiError> {
    let text = match capabilities_needed(template) {
        None => return Ok(()),
        Some((Capability::NamedIam, _)) if !capabilities.contains(&Capability::NamedIam) => {
            "CAPABILITY_NAMED_IAM"
        }
        Some((Capability::Iam, _))
            if !capabilities.contains(&Capability::Iam)
                && !capabilities.contains(&Capability::NamedIam) =>
        {
            "CAPABILITY_IAM"
        }
        Some(_) => return Ok(()),
    };
    Err(refusal(
        "InsufficientCapabilitiesException",
        format!("Requires capabilities : [{text}]"),
    ))
}

/// Checks that no logical id changes its type.
fn same_types(before: &Template, after: &Template) -> Result<(), ApiError> {
    let changed: Vec<&str> = after
        .resources
        .iter()
        .filter(|(name, resource)| {
            before
                .resources
                .get(*name)
                .is_some_and(|before| before.kind != resource.kind)
        })
        .map(|(name, _)| name.as_str())
        .collect();
    if changed.is_empty() {
        Ok(())
    } else {
        Err(validation(format!(
            "Update of resource type is not permitted. The new template modifies resource type of \
             the following resources: [{}]",
            changed.join(", ")
        )))
    }
}
