//! Completion of change sets in `CREATE_IN_PROGRESS`.

use cloudformation::template::imports;
use cloudformation::{ChangeAction, ChangeSetStatus, ChangeSetType, ExecutionStatus};

use super::compare::{Comparison, compare};
use super::model::ChangeSet;
use crate::Options;
use crate::api::Caller;
use crate::exports::Exports;
use crate::inventory::{Inventory, ParameterStore};
use crate::resource_type::ResourceType;
use crate::stack::{Stack, importable};
use crate::template::check_secure_references;

/// The status reasons of a change set without changes. Both texts occur: the first where the
/// template differs without effect, the second where nothing new was submitted.
const NO_CHANGES: &str = "The submitted information didn't contain changes. Submit different \
                          information to create a change set.";
const NO_UPDATES: &str = "No updates are to be performed.";

pub(crate) fn complete(
    set: &mut ChangeSet,
    stack: &Stack,
    options: &Options,
    caller: &Caller,
    exports: &Exports,
    inventory: &Inventory,
) {
    if set.status != ChangeSetStatus::CreateInProgress {
        return;
    }
    match comparison(set, stack, options, caller, exports, inventory) {
        Ok(comparison) => {
            set.status = ChangeSetStatus::CreateComplete;
            // A change of the stack in between has already made it obsolete.
            if set.execution == ExecutionStatus::Unavailable {
                set.execution = ExecutionStatus::Available;
            }
            set.changes = comparison.changes;
        }
        Err(reason) => {
            set.status = ChangeSetStatus::Failed;
            set.reason = Some(reason);
        }
    }
}

fn comparison(
    set: &ChangeSet,
    stack: &Stack,
    options: &Options,
    caller: &Caller,
    exports: &Exports,
    inventory: &Inventory,
) -> Result<Comparison, String> {
    if options.imports_at_change_set
        && let Some(name) = missing_import(set, exports)
    {
        return Err(format!("No export named {name} found."));
    }
    check_secure_references(&set.definition.template).map_err(|error| error.0)?;
    let parameters = ParameterStore {
        inventory,
        given: &options.ssm_parameters,
    };
    let mut comparison =
        compare(stack, &set.definition, exports, caller, parameters).map_err(|error| error.0)?;
    if comparison.is_empty() && set.kind != ChangeSetType::Create {
        let same = stack
            .definition
            .as_ref()
            .is_some_and(|before| before.template.text == set.definition.template.text);
        return Err(if same { NO_UPDATES } else { NO_CHANGES }.to_owned());
    }
    mark_imports(set, &mut comparison, inventory);
    if options.early_validation {
        validate(set, &comparison, inventory)?;
    }
    Ok(comparison)
}

/// Turns additions of existing resources into imports, where requested.
fn mark_imports(set: &ChangeSet, comparison: &mut Comparison, inventory: &Inventory) {
    for (name, properties) in &comparison.added {
        let Some(definition) = set.definition.template.resources.get(name) else {
            continue;
        };
        let found = if set.import_existing {
            importable(inventory, definition, properties).map(|thing| thing.physical_id.clone())
        } else {
            None
        };
        let listed = set
            .imports
            .get(name)
            .map(|identifier| identifier.values().cloned().collect::<Vec<_>>().join("|"));
        let Some(physical_id) = found.or(listed) else {
            continue;
        };
        if let Some(change) = comparison
            .changes
            .iter_mut()
            .find(|change| change.logical_id == *name)
        {
            change.action = ChangeAction::Import;
            change.physical_id = Some(physical_id);
        }
    }
}

/// Early validation: properties, and names that are taken.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html>
fn validate(set: &ChangeSet, comparison: &Comparison, inventory: &Inventory) -> Result<(), String> {
    let mut failed = Vec::new();
    let added = |name: &String| {
        comparison
            .changes
            .iter()
            .any(|change| change.logical_id == *name && change.action == ChangeAction::Add)
    };
    let violates = comparison.added.iter().any(|(name, properties)| {
        set.definition
            .template
            .resources
            .get(name)
            .is_some_and(|definition| {
                ResourceType::violations(&definition.kind, properties.map()).is_some()
            })
    });
    if violates {
        failed.push("AWS::EarlyValidation::PropertyValidation");
    }
    let taken = comparison.added.iter().any(|(name, properties)| {
        added(name)
            && set
                .definition
                .template
                .resources
                .get(name)
                .is_some_and(|definition| {
                    inventory.namesake(&definition.kind, properties).is_some()
                })
    });
    if taken {
        failed.push("AWS::EarlyValidation::ResourceExistenceCheck");
    }
    if failed.is_empty() {
        return Ok(());
    }
    Err(format!(
        "The following hook(s)/validation failed: [{}]. To troubleshoot Early Validation \
         errors, use the DescribeEvents API for detailed failure information.",
        failed.join(", ")
    ))
}

/// A missing export that the template imports by a literal name.
fn missing_import(set: &ChangeSet, exports: &Exports) -> Option<String> {
    set.definition
        .template
        .resources
        .values()
        .flat_map(|resource| resource.properties.values())
        .flat_map(imports)
        .find(|name| exports.value(name).is_none())
}
