//! Completion of change sets in `CREATE_IN_PROGRESS`.

use cloudformation::template::imports;
use cloudformation::{
    ChangeAction, ChangeSetStatus, ChangeSetType, ExecutionStatus, ValidationFinding,
};

use super::compare::{Comparison, compare};
use super::model::ChangeSet;
use super::validation::{failure, validate};
use crate::Options;
use crate::api::Caller;
use crate::exports::Exports;
use crate::inventory::{Inventory, ParameterStore};
use crate::resource_type::ResourceType;
use crate::stack::{Stack, existing, identified, importable};
use crate::template::check_secure_references;

/// The status reasons of a change set without changes. Both texts occur: the first where the
/// template differs without effect, the second where nothing new was submitted.
const NO_CHANGES: &str = "The submitted information didn't contain changes. Submit different \
                          information to create a change set.";
const NO_UPDATES: &str = "No updates are to be performed.";

/// Completes a change set; gives what validation found, with what the checks of templates had found.
pub(crate) fn complete(
    set: &mut ChangeSet,
    stack: &Stack,
    options: &Options,
    caller: &Caller,
    exports: &Exports,
    inventory: &Inventory,
    checked: Vec<ValidationFinding>,
) -> Vec<ValidationFinding> {
    if set.status != ChangeSetStatus::CreateInProgress {
        return Vec::new();
    }
    let compared = comparison(set, stack, options, caller, exports, inventory);
    let (compared, findings) = match compared {
        Ok(comparison) => {
            let mut findings = checked;
            if options.early_validation {
                findings.extend(validate(set, &comparison, inventory));
            }
            let compared = failure(&findings).map_or(Ok(comparison), Err);
            (compared, findings)
        }
        Err(reason) => (Err(reason), Vec::new()),
    };
    match compared {
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
    findings
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
    for (name, identifier) in &set.imports {
        if let Some(definition) = set.definition.template.resources.get(name) {
            identified(inventory, &definition.kind, identifier)?;
        }
    }
    if set.import_existing {
        check_existing(set, &comparison, inventory)?;
    }
    mark_imports(set, &mut comparison, inventory);
    Ok(comparison)
}

/// Refuses existing resources that `ImportExistingResources` would import if they were retained.
///
/// As in <https://github.com/aws/aws-cdk-cli/pull/1367>.
fn check_existing(
    set: &ChangeSet,
    comparison: &Comparison,
    inventory: &Inventory,
) -> Result<(), String> {
    let mut affected = Vec::new();
    for (name, properties) in &comparison.added {
        let Some(definition) = set.definition.template.resources.get(name) else {
            continue;
        };
        if definition.deletion.keeps() || existing(inventory, definition, properties).is_none() {
            continue;
        }
        let keys = ResourceType::named(&definition.kind)
            .map_or(&[][..], |kind| kind.facts.primary_identifier);
        let parts: Vec<String> = keys
            .iter()
            .map(|key| format!("{key}={}", properties.text(key).unwrap_or_default()))
            .collect();
        affected.push(format!("{name} ({{{}}})", parts.join(", ")));
    }
    if affected.is_empty() {
        return Ok(());
    }
    Err(format!(
        "CloudFormation is attempting to import some resources because they already exist in your \
         account. The resources must have the DeletionPolicy attribute set to 'Retain' or \
         'RetainExceptOnCreate' in the template for successful import. The affected resources are \
         {}",
        affected.join(", ")
    ))
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
