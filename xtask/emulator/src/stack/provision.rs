//! Provisioning of one resource as in the template: created, updated, replaced or imported.

use serde_json::{Map, Value};
use service_rules::is_deleted_first;

use cloudformation::{ResourceDriftStatus, ResourceStatus};

use super::context::OperationContext;
use super::definition::{Definition, Resource};
use super::difference::{Recreation, differences};
use super::failure::{abort, fail_provisioning};
use super::handler::{adopt, find_import, update_physical};
use super::model::Stack;
use super::operation::{Operation, UndoRecord};
use super::scope::{StackLookup, naming, scope};
use super::signals::await_signals;
use super::tasks::{Removal, TaskAction, TaskState};
use crate::durations::Work;
use crate::event_queue::EventKind;
use crate::faults::ResourceOperation;
use crate::inventory::{
    NewResource, Owner, PhysicalResource, handler_message, identifying_name, physical_id,
    unique_names,
};
use crate::policy;
use crate::properties::Properties;
use crate::property_validation::schema_refusal;
use crate::resource_type::ResourceType;
use crate::template::{RemovalPolicy, ResourceDefinition, TemplateError};

pub(super) fn provision(
    context: &mut OperationContext<'_>,
    stack: &mut Stack,
    operation: &mut Operation,
    index: usize,
) {
    let Some(task) = operation.tasks.get(index) else {
        return;
    };
    let name = task.logical_id.clone();
    let Some(after) = operation.after.clone() else {
        return;
    };
    let Some(definition) = after.template.resources.get(&name) else {
        return;
    };
    discard_failed(context, stack, &name);
    let properties = match resolve_properties(context, stack, &after, definition) {
        Ok(properties) => Properties::new(properties),
        Err(error) => {
            ensure_resource(context, stack, &name, definition);
            fail_provisioning(context, stack, operation, index, error.0);
            return;
        }
    };
    match stack.live(&name) {
        Some(resource) => {
            let resource = resource.clone();
            update_or_replace(
                context,
                stack,
                operation,
                index,
                (definition, &resource),
                properties,
            );
        }
        None => create_or_import(context, stack, operation, index, definition, properties),
    }
}

/// Discards what a failed creation left, before another attempt.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html>
fn discard_failed(context: &mut OperationContext<'_>, stack: &mut Stack, name: &str) {
    if stack
        .resources
        .get(name)
        .is_some_and(|resource| resource.status == ResourceStatus::CreateFailed)
        && let Some(resource) = stack.resources.remove(name)
        && let Some(identifier) = resource.identifier
    {
        context.inventory.remove(&resource.kind, &identifier);
    }
}

fn resolve_properties(
    context: &OperationContext<'_>,
    stack: &Stack,
    definition: &Definition,
    resource: &ResourceDefinition,
) -> Result<Map<String, Value>, TemplateError> {
    let lookup = StackLookup {
        stack,
        exports: context.exports,
        caller: context.caller,
        parameters: context.parameters(),
    };
    scope(stack, definition, context.caller, &lookup).evaluate_properties(&resource.properties)
}

/// Adds a resource to the stack, if it is new.
pub(super) fn ensure_resource(
    context: &OperationContext<'_>,
    stack: &mut Stack,
    name: &str,
    definition: &ResourceDefinition,
) {
    stack
        .resources
        .entry(name.to_owned())
        .or_insert_with(|| Resource {
            kind: definition.kind.clone(),
            physical_id: None,
            identifier: None,
            properties: Properties::default(),
            attributes: definition.attributes.clone(),
            deletion: definition.deletion,
            replacement: definition.replacement,
            version: 0,
            status: ResourceStatus::CreateInProgress,
            reason: None,
            updated: context.now,
            drift_status: ResourceDriftStatus::NotChecked,
        });
}

/// Begins to create a resource, or to import it.
pub(super) fn create_or_import(
    context: &mut OperationContext<'_>,
    stack: &mut Stack,
    operation: &mut Operation,
    index: usize,
    definition: &ResourceDefinition,
    properties: Properties,
) {
    let Some(task) = operation.tasks.get(index) else {
        return;
    };
    let name = task.logical_id.clone();
    ensure_resource(context, stack, &name, definition);
    if let Some(found) = find_import(context, operation, &name, definition, &properties) {
        stack.set_resource_status(
            context.now,
            &name,
            ResourceStatus::ImportInProgress,
            Some("Resource import started.".to_owned()),
            operation,
        );
        let doing = match found {
            Ok(target) => TaskAction::Import { properties, target },
            Err(reason) => {
                context.fail_task(
                    stack,
                    operation,
                    index,
                    ResourceStatus::ImportFailed,
                    reason,
                );
                abort(context, stack, operation);
                return;
            }
        };
        operation.tasks.run(index, doing);
        let wait = context.jittered(stack, &name, 3000);
        context.schedule(
            stack,
            wait,
            EventKind::TaskFinished(operation.phase_number, index),
        );
        return;
    }
    stack.set_resource_status(
        context.now,
        &name,
        ResourceStatus::CreateInProgress,
        None,
        operation,
    );
    if let Some(message) = schema_refusal(&definition.kind, &properties) {
        fail_provisioning(
            context,
            stack,
            operation,
            index,
            format!("Properties validation failed for resource {name} with message:\n{message}"),
        );
        return;
    }
    let doing = TaskAction::Create {
        properties,
        replaces: None,
    };
    start_creation(context, stack, operation, index, &definition.kind, doing);
}

pub(super) fn start_creation(
    context: &mut OperationContext<'_>,
    stack: &Stack,
    operation: &mut Operation,
    index: usize,
    kind: &str,
    doing: TaskAction,
) {
    let Some(task) = operation.tasks.get(index) else {
        return;
    };
    let name = task.logical_id.clone();
    let fault = context.decide_fault(stack, &name, kind, ResourceOperation::Create);
    let length = context.duration(stack, &name, kind, Work::Create) + fault.delay;
    operation.tasks.run(index, doing);
    if let Some(task) = operation.tasks.get_mut(index) {
        task.failure = fault.failure;
    }
    let initiated = UNTIL_INITIATED.saturating_mul(u64::from(context.options.durations.0)) / 100;
    let initiated = initiated.min(length / 2);
    let phase = operation.phase_number;
    context.schedule(stack, initiated, EventKind::CreationInitiated(phase, index));
    context.schedule(stack, length, EventKind::TaskFinished(phase, index));
}

/// The part of a creation until the physical resource exists, in milliseconds.
const UNTIL_INITIATED: u64 = 1200;

/// Adds the physical resource, unless its name is taken.
pub(super) fn creation_initiated(
    context: &mut OperationContext<'_>,
    stack: &mut Stack,
    operation: &mut Operation,
    index: usize,
) {
    let Some(task) = operation.tasks.get(index) else {
        return;
    };
    let TaskState::Running(TaskAction::Create {
        properties,
        replaces,
    }) = &task.state
    else {
        return;
    };
    let (properties, replaces) = (properties.clone(), replaces.clone());
    let name = task.logical_id.clone();
    let Some(resource) = stack.resources.get(&name) else {
        return;
    };
    let kind = resource.kind.clone();
    let number = if kind == "AWS::ECS::TaskDefinition" {
        let family = properties.text("Family").unwrap_or(&name).to_owned();
        context.inventory.count(&format!("{kind} {family}"))
    } else {
        0
    };
    let random = context.random(stack, &name).derive("id");
    let id = physical_id(
        &naming(context.caller, random),
        &kind,
        &NewResource {
            stack: &stack.name,
            logical_id: &name,
            number,
        },
        &properties,
    );
    if let Some(old) = replaces.as_ref().filter(|_| is_deleted_first(&kind))
        && let Some(identifier) = &old.identifier
    {
        context.inventory.remove(&kind, identifier);
    }
    let namesake = context
        .inventory
        .namesake(&kind, &properties)
        .map(|(other, row)| (other, Some(row)))
        .or_else(|| {
            let other = context.inventory.twin(&kind, &id, &properties)?;
            Some((other, None))
        });
    if let Some((other, row)) = namesake {
        let called = identifying_name(&kind, &properties).unwrap_or_else(|| id.clone());
        let reason = match (row.filter(|row| row.says.is_some()), &other.owner) {
            (Some(row), _) => handler_message(row, &called, "AlreadyExists"),
            (None, Some(owner)) => {
                format!("{called} already exists in stack {}", owner.stack_id)
            }
            (None, None) => format!(
                "Resource handler returned message: \"Resource of type '{kind}' with identifier \
                 '{called}' already exists.\" (RequestToken: {}, HandlerErrorCode: \
                 AlreadyExists)",
                random.uuid()
            ),
        };
        fail_provisioning(context, stack, operation, index, reason);
        return;
    }
    let refused = context
        .inventory
        .kept_name(&kind, &properties)
        .or_else(|| context.inventory.creation_refusal(&kind, &id, &properties));
    if let Some(reason) = refused {
        fail_provisioning(context, stack, operation, index, reason);
        return;
    }
    let owner = Owner {
        stack: stack.number,
        stack_id: stack.id.clone(),
        logical_id: name.clone(),
    };
    let identifier = context.inventory.insert(PhysicalResource::owned(
        &kind,
        &id,
        properties.clone(),
        owner,
    ));
    let replaced = replaces.is_some();
    record_creation(operation, &name, replaces);
    if let Some(resource) = stack.resources.get_mut(&name) {
        resource.physical_id = Some(id);
        resource.identifier = Some(identifier);
        resource.properties = properties;
        resource.version = 0;
    }
    stack.set_resource_status(
        context.now,
        &name,
        if replaced {
            ResourceStatus::UpdateInProgress
        } else {
            ResourceStatus::CreateInProgress
        },
        Some("Resource creation Initiated".to_owned()),
        operation,
    );
    if let Some(seconds) = await_signals(stack, operation, index) {
        let phase = operation.phase_number;
        context.schedule(
            stack,
            seconds * 1000,
            EventKind::SignalsTimedOut(phase, index),
        );
    }
}

/// Records a creation. Changes by an earlier attempt of the same update still count: a rollback
/// leads to the state before that attempt.
fn record_creation(operation: &mut Operation, name: &str, replaces: Option<Box<Resource>>) {
    let Some(was) = replaces else {
        operation
            .undo_log
            .entry(name.to_owned())
            .or_insert(UndoRecord::Created);
        return;
    };
    match operation.undo_log.remove(name) {
        None => {
            operation
                .undo_log
                .insert(name.to_owned(), UndoRecord::Replaced(was));
        }
        Some(UndoRecord::Updated(first)) => {
            operation
                .undo_log
                .insert(name.to_owned(), UndoRecord::Replaced(first));
        }
        Some(earlier) => {
            let removal = Removal::replaced(name, &was, RemovalPolicy::Delete);
            operation.removals.extend(removal);
            operation.undo_log.insert(name.to_owned(), earlier);
        }
    }
}

/// Begins to update or replace an existing resource, if it differs.
pub(super) fn update_or_replace(
    context: &mut OperationContext<'_>,
    stack: &mut Stack,
    operation: &mut Operation,
    index: usize,
    (definition, resource): (&ResourceDefinition, &Resource),
    properties: Properties,
) {
    let Some(task) = operation.tasks.get(index) else {
        return;
    };
    let name = task.logical_id.clone();
    let found = differences(&resource.kind, &resource.properties, properties.map());
    let replaces = found
        .iter()
        .any(|difference| difference.recreation == Recreation::Always);
    let retagged = retagged(operation, &resource.kind);
    if let Some(resource) = stack.resources.get_mut(&name) {
        resource.attributes.clone_from(&definition.attributes);
        resource.deletion = definition.deletion;
        resource.replacement = definition.replacement;
    }
    if found.is_empty() && !retagged {
        operation.tasks.done(index);
        return;
    }
    let action = if replaces {
        policy::UpdateAction::Replace
    } else {
        policy::UpdateAction::Modify
    };
    let update = policy::Update {
        action,
        logical_id: &name,
        resource_type: &resource.kind,
    };
    if let Some(policy) = operation.policy.as_deref().or(stack.policy.as_deref())
        && let Err(denial) = policy::check(policy, update)
    {
        fail_provisioning(context, stack, operation, index, denial);
        return;
    }
    if let Some(message) = schema_refusal(&definition.kind, &properties) {
        fail_provisioning(
            context,
            stack,
            operation,
            index,
            format!("Properties validation failed for resource {name} with message:\n{message}"),
        );
        return;
    }
    if replaces {
        replace(context, stack, operation, index, resource, properties);
        return;
    }
    stack.set_resource_status(
        context.now,
        &name,
        ResourceStatus::UpdateInProgress,
        None,
        operation,
    );
    operation
        .undo_log
        .entry(name.clone())
        .or_insert_with(|| UndoRecord::Updated(Box::new(resource.clone())));
    let fault = context.decide_fault(stack, &name, &resource.kind, ResourceOperation::Update);
    let length = context.duration(stack, &name, &resource.kind, Work::Update) + fault.delay;
    operation
        .tasks
        .run(index, TaskAction::Update { properties });
    if let Some(task) = operation.tasks.get_mut(index) {
        task.failure = fault.failure;
    }
    context.schedule(
        stack,
        length,
        EventKind::TaskFinished(operation.phase_number, index),
    );
}

/// Whether the stack's tags change and the type takes tags: CloudFormation puts them on its
/// resources.
fn retagged(operation: &Operation, kind: &str) -> bool {
    let tags = |definition: &Option<Definition>| {
        definition
            .as_ref()
            .map(|definition| definition.tags.clone())
    };
    operation.before.is_some()
        && tags(&operation.before) != tags(&operation.after)
        && ResourceType::named(kind).is_some_and(|kind| kind.facts.tags.is_some())
}

fn replace(
    context: &mut OperationContext<'_>,
    stack: &mut Stack,
    operation: &mut Operation,
    index: usize,
    resource: &Resource,
    properties: Properties,
) {
    let Some(task) = operation.tasks.get(index) else {
        return;
    };
    let name = task.logical_id.clone();
    if operation.disable_rollback && !context.options.replaces_without_rollback {
        fail_provisioning(
            context,
            stack,
            operation,
            index,
            "Replacement type updates not supported on stack with disable-rollback.".to_owned(),
        );
        return;
    }
    // Names with an error text of their service are refused when the resource is created.
    let own = |properties: &Properties| -> Vec<String> {
        unique_names(&resource.kind, properties)
            .filter(|(_, row)| row.says.is_none())
            .map(|(name, _)| name)
            .collect()
    };
    let before = match is_deleted_first(&resource.kind) {
        true => Vec::new(),
        false => own(&resource.properties),
    };
    if own(&properties).iter().any(|name| before.contains(name)) {
        let called = identifying_name(&resource.kind, &properties).unwrap_or_default();
        fail_provisioning(
            context,
            stack,
            operation,
            index,
            format!(
                "CloudFormation cannot update a stack when a custom-named resource requires \
                 replacing. Rename {called} and update the stack again."
            ),
        );
        return;
    }
    stack.set_resource_status(
        context.now,
        &name,
        ResourceStatus::UpdateInProgress,
        Some(
            "Requested update requires the creation of a new physical resource; hence \
             creating one."
                .to_owned(),
        ),
        operation,
    );
    let doing = TaskAction::Create {
        properties,
        replaces: Some(Box::new(resource.clone())),
    };
    start_creation(context, stack, operation, index, &resource.kind, doing);
}

pub(super) fn provisioned(
    context: &mut OperationContext<'_>,
    stack: &mut Stack,
    operation: &mut Operation,
    index: usize,
) {
    let Some(task) = operation.tasks.get(index) else {
        return;
    };
    if task.signals > 0 && task.failure.is_none() {
        return;
    }
    let name = task.logical_id.clone();
    if let Some(reason) = task.failure.clone() {
        fail_provisioning(context, stack, operation, index, reason);
        return;
    }
    let TaskState::Running(doing) = task.state.clone() else {
        return;
    };
    let status = match doing {
        TaskAction::Create { replaces: None, .. } => ResourceStatus::CreateComplete,
        TaskAction::Create { .. } => ResourceStatus::UpdateComplete,
        TaskAction::Update { properties } => {
            if let Err(reason) = update_physical(context, stack, &name, &properties) {
                fail_provisioning(context, stack, operation, index, reason);
                return;
            }
            ResourceStatus::UpdateComplete
        }
        TaskAction::Import { properties, target } => {
            adopt(context, stack, operation, &name, properties, target);
            ResourceStatus::ImportComplete
        }
        TaskAction::Revert | TaskAction::Delete => return,
    };
    operation.tasks.done(index);
    let reason = matches!(status, ResourceStatus::ImportComplete)
        .then(|| "Resource import completed.".to_owned());
    stack.set_resource_status(context.now, &name, status, reason, operation);
}
