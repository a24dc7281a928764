//! The forward phase of an operation: its preconditions, its tasks, and what follows its success.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use cloudformation::{Output, StackStatus};

use super::context::OperationContext;
use super::definition::Definition;
use super::failure::fail_operation;
use super::model::Stack;
use super::operation::{Operation, OperationKind, Phase, UndoRecord};
use super::removal::enter_cleanup;
use super::scope::{StackLookup, scope};
use super::tasks::{Removal, TaskKind, Tasks, task_order};
use crate::policy;
use crate::template::TemplateError;

/// Begins the forward phase, or fails the operation before any resource is changed.
pub(super) fn begin_forward(
    context: &mut OperationContext<'_>,
    stack: &mut Stack,
    operation: &mut Operation,
) {
    let Some(after) = operation.after.clone() else {
        return;
    };
    // A second attempt adds to the imports of the first: a rollback undoes both.
    operation
        .imports_before
        .extend(stack.imports.iter().cloned());
    let (included, imports) = match resolve_conditions(context, stack, &after) {
        Ok(found) => found,
        Err(error) => {
            fail_operation(context, stack, operation, &error.0);
            return;
        }
    };
    if let Some(name) = imports
        .iter()
        .find(|name| context.exports.value(name).is_none())
    {
        fail_operation(
            context,
            stack,
            operation,
            &format!("No export named {name} found"),
        );
        return;
    }
    // From here on its imports lock their exports; so do those of the old definition, to which it
    // may roll back.
    context.exports.import(&stack.name, &imports);
    stack.imports = imports;
    if let Some(denial) = denied_removal(stack, operation, &included) {
        fail_operation(context, stack, operation, &denial);
        return;
    }
    let order = task_order(
        included.iter().map(String::as_str),
        |name| after.dependencies(name),
        false,
    );
    operation.tasks = Tasks::new(
        included
            .into_iter()
            .map(|name| (name, TaskKind::Provision))
            .collect(),
        &order,
    );
    operation.phase = Phase::Forward;
    operation.phase_number = context.queue.next_number();
}

/// The resources that the conditions include, and the exports that these and the outputs import.
fn resolve_conditions(
    context: &OperationContext<'_>,
    stack: &Stack,
    definition: &Definition,
) -> Result<(Vec<String>, BTreeSet<String>), TemplateError> {
    let lookup = StackLookup {
        stack,
        exports: context.exports,
        caller: context.caller,
        parameters: context.parameters(),
    };
    let scope = scope(stack, definition, context.caller, &lookup);
    let mut included = Vec::new();
    let mut imports = BTreeSet::new();
    for (name, resource) in &definition.template.resources {
        if scope.includes(resource.condition.as_deref())? {
            included.push(name.clone());
            for value in resource.properties.values() {
                scope.imports(value, &mut imports)?;
            }
        }
    }
    for output in definition.template.outputs.values() {
        if scope.includes(output.condition.as_deref())? {
            scope.imports(&output.value, &mut imports)?;
        }
    }
    Ok((included, imports))
}

/// The denial of the stack policy, if it protects a resource that the template no longer has.
fn denied_removal(stack: &Stack, operation: &Operation, included: &[String]) -> Option<String> {
    let policy = operation.policy.as_deref().or(stack.policy.as_deref())?;
    stack
        .resources
        .iter()
        .filter(|(name, resource)| {
            resource.physical_id.is_some() && included.binary_search(name).is_err()
        })
        .find_map(|(name, resource)| {
            let update = policy::Update {
                action: policy::UpdateAction::Delete,
                logical_id: name,
                resource_type: &resource.kind,
            };
            policy::check(policy, update).err()
        })
}

/// Completes the forward phase: resolves outputs, updates exports, and begins the cleanup of an
/// update.
pub(super) fn forward_done(
    context: &mut OperationContext<'_>,
    stack: &mut Stack,
    operation: &mut Operation,
) {
    let Some(after) = operation.after.clone() else {
        return;
    };
    let (outputs, exports) = match resolve_outputs(context, stack, &after) {
        Ok(found) => found,
        Err(error) => {
            fail_operation(context, stack, operation, &error.0);
            return;
        }
    };
    if let Err(why) = context.exports.replace(&stack.id, &stack.name, &exports) {
        fail_operation(context, stack, operation, &why);
        return;
    }
    stack.outputs = outputs;
    let unused: Vec<String> = operation
        .imports_before
        .difference(&stack.imports)
        .cloned()
        .collect();
    context.exports.release(&stack.name, &unused);
    match operation.kind {
        OperationKind::Create => context.end(stack, operation, StackStatus::CreateComplete, None),
        OperationKind::Import => context.end(stack, operation, StackStatus::ImportComplete, None),
        OperationKind::Update | OperationKind::Delete => {
            gather_removals(stack, operation, &after);
            stack.set_status(
                context.now,
                StackStatus::UpdateCompleteCleanupInProgress,
                None,
                operation.token.clone(),
            );
            enter_cleanup(context, stack, operation, Phase::Cleanup);
        }
    }
}

/// The outputs, and the exports among them by name.
fn resolve_outputs(
    context: &OperationContext<'_>,
    stack: &Stack,
    definition: &Definition,
) -> Result<(Vec<Output>, BTreeMap<String, String>), TemplateError> {
    let lookup = StackLookup {
        stack,
        exports: context.exports,
        caller: context.caller,
        parameters: context.parameters(),
    };
    let scope = scope(stack, definition, context.caller, &lookup);
    let mut outputs = Vec::new();
    let mut exports = BTreeMap::new();
    for (key, output) in &definition.template.outputs {
        if !scope.includes(output.condition.as_deref())? {
            continue;
        }
        let value = text(key, scope.evaluate_output(&output.value)?)?;
        let export = match &output.export {
            Some(name) => Some(text(key, scope.evaluate(name)?)?),
            None => None,
        };
        if let Some(name) = &export
            && exports.insert(name.clone(), value.clone()).is_some()
        {
            return Err(TemplateError(format!("Duplicate Export names: [{name}]")));
        }
        outputs.push(Output {
            key: key.clone(),
            value,
            description: output.description.clone(),
            export: export.map(Into::into),
        });
    }
    Ok((outputs, exports))
}

fn text(output: &str, value: Option<Value>) -> Result<String, TemplateError> {
    match value {
        Some(Value::String(text)) => Ok(text),
        Some(Value::Number(number)) => Ok(number.to_string()),
        Some(Value::Bool(value)) => Ok(value.to_string()),
        _ => Err(TemplateError(format!(
            "Template format error: Output {output} is malformed. The Value field of every Outputs \
             member must evaluate to a String."
        ))),
    }
}

/// Schedules the removal of replaced physical resources, and of resources that the new template no
/// longer has.
fn gather_removals(stack: &Stack, operation: &mut Operation, after: &Definition) {
    for (name, record) in &operation.undo_log {
        if let UndoRecord::Replaced(was) = record {
            let resource = after.template.resources.get(name);
            let policy = resource.map_or(was.replacement, |resource| resource.replacement);
            let removal = Removal::replaced(name, was, policy);
            operation.removals.extend(removal);
        }
    }
    for (name, resource) in &stack.resources {
        if operation.tasks.find(name).is_none() {
            let removal = Removal::resource(name, resource, resource.deletion);
            operation.removals.extend(removal);
        }
    }
}
