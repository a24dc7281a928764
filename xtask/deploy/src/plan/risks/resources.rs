//! Critical resources: those that hold data or an address, and those that service depends on.

use std::collections::BTreeSet;

use common::stack::is_guarded;
use common_resources::type_facts;
use serde_json::Value;

use crate::plan::action::Purpose;
use crate::plan::finding::{Finding, FindingCode, Severity};
use crate::plan::stack::Stack;
use cloudformation::template::{
    attribute, properties, references, resource, resource_type, resources,
};
use cloudformation::{LogicalId, Replacement, StackName};
use review::difference::{Change, PropertyDifference, ResourceDifference};

/// Whether the resource is retained when its stack is deleted.
fn is_retained(resource: &Value) -> bool {
    attribute(resource, "DeletionPolicy").is_some_and(|policy| policy.starts_with("Retain"))
}

/// Whether the resource holds something irreplaceable: it is retained, or its type is stateful and
/// the definition does not allow its deletion.
fn holds_data(resource: &Value) -> bool {
    match attribute(resource, "DeletionPolicy") {
        Some(policy) => policy != "Delete",
        None => type_facts(resource_type(resource)).is_some_and(|facts| facts.stateful),
    }
}

fn is_critical(resource: &Value) -> bool {
    is_guarded(resource_type(resource)) || holds_data(resource)
}

/// Whether the stack only has what the import of a creation brought: retained resources, and no
/// outputs.
pub(super) fn is_only_imported(before: &Value) -> bool {
    before.get("Outputs").is_none() && resources(before).all(|(_, resource)| is_retained(resource))
}

/// The logical ids of the resources that must not be replaced or removed unacknowledged.
pub(in crate::plan) fn critical_resources(template: &Value) -> BTreeSet<LogicalId> {
    resources(template)
        .filter(|(_, resource)| is_critical(resource))
        .map(|(id, _)| id.into())
        .collect()
}

/// Whether a template has a resource whose loss interrupts service.
pub(in crate::plan) fn has_guarded(template: &Value) -> bool {
    resources(template).any(|(_, resource)| is_guarded(resource_type(resource)))
}

/// A finding for each critical resource that an update replaces or removes.
pub(super) fn changed_resources(
    stack: &Stack<'_>,
    before: &Value,
    after: &Value,
    kept: &BTreeSet<String>,
) -> Vec<Finding> {
    stack
        .difference
        .resources
        .iter()
        .filter(|change| !kept.contains(&change.logical_id))
        .filter_map(|change| {
            let old = resource(before, &change.logical_id)?;
            let critical =
                is_critical(old) || resource(after, &change.logical_id).is_some_and(is_critical);
            if !critical {
                return None;
            }
            match (change.change, change.replacement) {
                (Change::Removed, _) => Some(removed(stack.name, change, old)),
                (Change::Changed, Replacement::Never) | (Change::Added, _) => None,
                (Change::Changed, replacement) => Some(replaced(stack, change, after, replacement)),
            }
        })
        .collect()
}

fn removed(stack: &StackName, change: &ResourceDifference, resource: &Value) -> Finding {
    let (aftermath, to) = if is_retained(resource) {
        ("retained outside of it", "kept")
    } else if holds_data(resource) {
        ("deleted with all its data", "deleted")
    } else {
        ("deleted", "deleted")
    };
    let id = &change.logical_id;
    Finding {
        from: Some(change.resource_type.clone()),
        to: Some(to.to_owned()),
        ..Finding::new(
            FindingCode::ResourceRemoved,
            Severity::Acknowledge,
            stack,
            id,
            format!(
                "{id} ({}) is removed from the stack and {aftermath}",
                change.resource_type
            ),
        )
    }
}

fn replaced(
    stack: &Stack<'_>,
    change: &ResourceDifference,
    after: &Value,
    replacement: Replacement,
) -> Finding {
    let mut causes = Vec::new();
    let mut seen = BTreeSet::new();
    collect_causes(stack, change, after, replacement, &mut seen, &mut causes);
    let side = |value: fn(&PropertyDifference) -> Option<&String>| {
        let parts = causes.iter().map(|(id, property)| {
            let value = value(property).map_or("nothing", String::as_str);
            if *id == change.logical_id {
                format!("{}: {value}", property.path)
            } else {
                format!("{id}.{}: {value}", property.path)
            }
        });
        Some(parts.collect::<Vec<_>>().join("; "))
    };
    let id = &change.logical_id;
    let own = change.properties.iter();
    let paths: Vec<&str> = own
        .filter(|property| property.replacement == replacement)
        .map(|property| property.path.as_str())
        .collect();
    let (severity, what) = if replacement == Replacement::Always {
        (Severity::Acknowledge, "is replaced")
    } else {
        // The change set decides; the executor stops there unless it was acknowledged.
        (Severity::Note, "may be replaced")
    };
    let message = format!(
        "{id} ({}) {what}, because {} changes",
        change.resource_type,
        paths.join(", ")
    );
    Finding {
        from: side(|property| property.from.as_ref()),
        to: side(|property| property.to.as_ref()),
        ..Finding::new(
            FindingCode::ResourceReplaced,
            severity,
            stack.name,
            id,
            message,
        )
    }
}

/// The properties that replace a resource. Where one only refers to a replaced resource, the
/// properties that replace that one: an acknowledgement is bound to the cause.
fn collect_causes<'s>(
    stack: &'s Stack<'_>,
    change: &'s ResourceDifference,
    after: &Value,
    replacement: Replacement,
    seen: &mut BTreeSet<&'s str>,
    causes: &mut Vec<(&'s str, &'s PropertyDifference)>,
) {
    if !seen.insert(&change.logical_id) {
        return;
    }
    let own = change.properties.iter();
    for property in own.filter(|property| property.replacement >= replacement) {
        if property.from != property.to {
            causes.push((&change.logical_id, property));
            continue;
        }
        let value = resource(after, &change.logical_id)
            .and_then(|resource| properties(resource).get(&property.path));
        let targets = value.map(references).unwrap_or_default();
        for target in targets {
            let other = stack.difference.resources.iter();
            let mut other = other.filter(|one| one.logical_id == target.target);
            if let Some(other) = other.next() {
                collect_causes(stack, other, after, replacement, seen, causes);
            }
        }
    }
}

/// A finding for each resource that is deleted or retained with its stack.
pub(super) fn deleted_resources(
    stack: &Stack<'_>,
    template: Option<&Value>,
    purpose: Purpose,
) -> Vec<Finding> {
    let all = || template.into_iter().flat_map(resources);
    let mut findings: Vec<Finding> = all()
        .filter(|(_, resource)| holds_data(resource))
        .map(|(id, resource)| deleted_with_stack(stack.name, id, resource, purpose))
        .collect();
    let guarded: Vec<&str> = all()
        .filter(|(_, resource)| is_guarded(resource_type(resource)))
        .map(|(id, _)| id)
        .collect();
    let guarded = guarded.join("+");
    let protected = stack.view.is_some_and(|view| view.termination_protection);
    let with = match guarded.as_str() {
        "" => String::new(),
        guarded => format!(" with {guarded}"),
    };
    let message = format!("would be deleted{with}");
    let whole_stack = |code, subject: &str, from: &str, message| Finding {
        from: Some(from.to_owned()),
        to: Some("deleted".to_owned()),
        ..Finding::new(code, Severity::Acknowledge, stack.name, subject, message)
    };
    // One acknowledgement for the whole stack.
    if protected {
        let message = format!("has termination protection and {message}");
        let code = FindingCode::ProtectedStackDeleted;
        findings.push(whole_stack(
            code,
            "stack",
            &format!("protected{with}"),
            message,
        ));
    } else if !guarded.is_empty() && purpose == Purpose::Deploy {
        let code = FindingCode::ResourceRemoved;
        findings.push(whole_stack(code, &guarded, "deployed", message));
    }
    findings
}

fn deleted_with_stack(stack: &StackName, id: &str, resource: &Value, purpose: Purpose) -> Finding {
    let resource_type = resource_type(resource);
    let (code, severity, to, what) = if is_retained(resource) {
        let what = "is retained outside of any stack";
        (FindingCode::ResourceRetained, Severity::Note, "kept", what)
    } else {
        let severity = match purpose {
            Purpose::Deploy => Severity::Acknowledge,
            Purpose::Destroy => Severity::Note,
        };
        let what = "is deleted with all its data";
        (FindingCode::ResourceRemoved, severity, "deleted", what)
    };
    Finding {
        from: Some(resource_type.to_owned()),
        to: Some(to.to_owned()),
        ..Finding::new(
            code,
            severity,
            stack,
            id,
            format!("{id} ({resource_type}) {what}"),
        )
    }
}
