//! Comparison of a stack with a new definition.
//!
//! It uses values that are known in advance. A value of a resource that will be created or replaced
//! is not; the resources that use it are listed, although they may not change in the end.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use cloudformation::{ChangeAction, ExportName, Replacement};

use super::details::{Details, text};
use super::preview::{Preview, ResourceOutcome};
use crate::api::{Caller, Change, PropertyChange};
use crate::exports::Exports;
use crate::inventory::ParameterStore;
use crate::properties::Properties;
use crate::stack::{Definition, Resource, Stack, StackLookup, differences};
use crate::template::{ResourceDefinition, Scope, TemplateError};

pub(crate) struct Comparison {
    /// Sorted by logical id.
    pub(crate) changes: Vec<Change>,
    pub(crate) outputs: bool,
    /// Whether the stack's tags change.
    pub(crate) tags: bool,
    /// The added resources, with their properties as far as they are known.
    pub(crate) added: Vec<(String, Properties)>,
    /// The resources with other properties than before, with these as far as they are known.
    pub(crate) changed: Vec<(String, Properties)>,
}

impl Comparison {
    pub(crate) fn is_empty(&self) -> bool {
        self.changes.is_empty() && !self.outputs && !self.tags
    }
}

pub(crate) fn compare(
    stack: &Stack,
    after: &Definition,
    exports: &Exports,
    caller: &Caller,
    parameters: ParameterStore<'_>,
) -> Result<Comparison, TemplateError> {
    let mut preview = Preview {
        lookup: StackLookup {
            stack,
            exports,
            caller,
            parameters,
        },
        becomes: BTreeMap::new(),
    };
    let mut changes = BTreeMap::new();
    let (mut added, mut changed) = (Vec::new(), Vec::new());
    let included = included(stack, after, caller, &preview)?;
    let retagged = stack
        .definition
        .as_ref()
        .is_some_and(|before| before.tags != after.tags);
    for name in in_order(after, &included) {
        let Some(definition) = after.template.resources.get(name) else {
            continue;
        };
        let properties =
            scope(stack, after, caller, &preview).evaluate_properties(&definition.properties)?;
        let (becomes, change) = match stack.live(name) {
            None => {
                added.push((name.to_owned(), Properties::new(properties)));
                (ResourceOutcome::Unknown, Some(addition(name, definition)))
            }
            Some(resource) => {
                let found = differences(&resource.kind, &resource.properties, &properties);
                if !found.is_empty() {
                    changed.push((name.to_owned(), Properties::new(properties)));
                }
                let details = Details {
                    stack,
                    after,
                    name,
                    definition,
                    resource,
                    preview: &preview,
                }
                .all(found, retagged);
                modification(name, definition, resource, details)
            }
        };
        preview.becomes.insert(name.to_owned(), becomes);
        if let Some(change) = change {
            changes.insert(name.to_owned(), change);
        }
    }
    for (name, resource) in &stack.resources {
        if resource.physical_id.is_some() && !included.contains(name.as_str()) {
            changes.insert(name.clone(), removal(name, resource));
        }
    }
    let outputs = outputs_differ(stack, after, caller, &preview)?;
    Ok(Comparison {
        changes: changes.into_values().collect(),
        outputs,
        tags: retagged,
        added,
        changed,
    })
}

fn scope<'a>(
    stack: &'a Stack,
    definition: &'a Definition,
    caller: &'a Caller,
    preview: &'a Preview<'_>,
) -> Scope<'a> {
    Scope {
        template: &definition.template,
        parameters: &definition.parameters,
        account: &caller.account,
        region: &caller.region,
        stack_name: &stack.name,
        stack_id: &stack.id,
        lookup: preview,
        conditions: RefCell::default(),
    }
}

fn included<'a>(
    stack: &Stack,
    after: &'a Definition,
    caller: &Caller,
    preview: &Preview<'_>,
) -> Result<BTreeSet<&'a str>, TemplateError> {
    let scope = scope(stack, after, caller, preview);
    let mut names = BTreeSet::new();
    for (name, definition) in &after.template.resources {
        if scope.includes(definition.condition.as_deref())? {
            names.insert(name.as_str());
        }
    }
    Ok(names)
}

/// The resources, each after its dependencies.
fn in_order<'a>(after: &'a Definition, included: &BTreeSet<&'a str>) -> Vec<&'a str> {
    fn visit<'a>(
        after: &'a Definition,
        name: &'a str,
        seen: &mut BTreeSet<&'a str>,
        order: &mut Vec<&'a str>,
    ) {
        if !seen.insert(name) {
            return;
        }
        if let Some(definition) = after.template.resources.get(name) {
            for need in &definition.dependencies {
                visit(after, need, seen, order);
            }
        }
        order.push(name);
    }
    let mut seen = BTreeSet::new();
    let mut order = Vec::new();
    for name in included {
        visit(after, name, &mut seen, &mut order);
    }
    order.retain(|name| included.contains(name));
    order
}

fn addition(name: &str, definition: &ResourceDefinition) -> Change {
    Change {
        action: ChangeAction::Add,
        policy_action: None,
        logical_id: name.to_owned(),
        physical_id: None,
        resource_type: definition.kind.clone(),
        replacement: Replacement::Never,
        scope: Vec::new(),
        details: Vec::new(),
    }
}

fn removal(name: &str, resource: &Resource) -> Change {
    Change {
        action: ChangeAction::Remove,
        policy_action: Some(
            if resource.deletion.keeps() {
                "Retain"
            } else {
                resource.deletion.as_str()
            }
            .to_owned(),
        ),
        logical_id: name.to_owned(),
        physical_id: resource.physical_id.clone(),
        resource_type: resource.kind.clone(),
        replacement: Replacement::Never,
        scope: Vec::new(),
        details: Vec::new(),
    }
}

fn modification(
    name: &str,
    definition: &ResourceDefinition,
    resource: &Resource,
    details: Vec<PropertyChange>,
) -> (ResourceOutcome, Option<Change>) {
    if details.is_empty() {
        return (ResourceOutcome::Unchanged, None);
    }
    let replacement = details
        .iter()
        .map(|detail| {
            match (
                detail.requires_recreation.as_str(),
                detail.evaluation.as_str(),
            ) {
                ("Always", "Static") => Replacement::Always,
                ("Always" | "Conditionally", _) => Replacement::Conditional,
                _ => Replacement::Never,
            }
        })
        .max()
        .unwrap_or(Replacement::Never);
    let mut scope: Vec<String> = details
        .iter()
        .map(|detail| detail.attribute.clone())
        .collect();
    scope.sort();
    scope.dedup();
    let becomes = match replacement {
        Replacement::Never => ResourceOutcome::Modified,
        Replacement::Always | Replacement::Conditional => ResourceOutcome::Unknown,
    };
    let change = Change {
        action: ChangeAction::Modify,
        policy_action: (replacement == Replacement::Always).then(|| {
            if definition.replacement.keeps() {
                "ReplaceAndRetain"
            } else {
                "ReplaceAndDelete"
            }
            .to_owned()
        }),
        logical_id: name.to_owned(),
        physical_id: resource.physical_id.clone(),
        resource_type: resource.kind.clone(),
        replacement,
        scope,
        details,
    };
    (becomes, Some(change))
}

fn outputs_differ(
    stack: &Stack,
    after: &Definition,
    caller: &Caller,
    preview: &Preview<'_>,
) -> Result<bool, TemplateError> {
    let scope = scope(stack, after, caller, preview);
    let mut kept = 0;
    for (key, output) in &after.template.outputs {
        if !scope.includes(output.condition.as_deref())? {
            continue;
        }
        let Some(before) = stack.outputs.iter().find(|output| output.key == *key) else {
            return Ok(true);
        };
        kept += 1;
        let value = scope.evaluate_output(&output.value)?.as_ref().map(text);
        let export = match &output.export {
            Some(name) => scope.evaluate(name)?.as_ref().map(text),
            None => None,
        };
        if value.as_deref() != Some(before.value.as_str())
            || export.as_deref() != before.export.as_ref().map(ExportName::as_str)
            || output.description != before.description
        {
            return Ok(true);
        }
    }
    Ok(kept != stack.outputs.len())
}
