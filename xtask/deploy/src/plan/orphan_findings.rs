//! What stacks have left, and are defined to have.
//!
//! It is requested over where that is asked for (`import`); where it is not, it is told.

use std::collections::{BTreeMap, BTreeSet};

use super::action::StackAction;
use super::finding::{Finding, FindingCode, Severity};
use super::input::PlanInput;
use super::stack::Stack;
use crate::next_step::Situation;
use crate::observe::Need;
use crate::orphans::{ResourceSet, unnamed_retained};
use cloudformation::template::resource;
use cloudformation::{LogicalId, StackId, StackName};

/// The orphans to look up: of stacks that get resources which they may have had before.
pub(super) fn need<'s, 'a: 's>(
    input: &PlanInput<'_>,
    stacks: impl Iterator<Item = &'s Stack<'a>>,
) -> Option<Need> {
    let stacks: BTreeMap<StackName, (StackId, ResourceSet)> = stacks
        .filter_map(|stack| {
            let wanted = added_retained(input, stack);
            let id = stack.view?.id.clone();
            (!wanted.is_empty()).then(|| (stack.name.clone(), (id, wanted)))
        })
        .collect();
    let need = Need::Orphans(stacks);
    (!input.is_known(&need)).then_some(need)
}

/// The retained resources without a name that an update adds and the request does not import.
fn added_retained(input: &PlanInput<'_>, stack: &Stack<'_>) -> ResourceSet {
    let (Some(artifact), Some(before), StackAction::Update(_)) =
        (stack.artifact, &stack.before, &stack.action)
    else {
        return ResourceSet::new();
    };
    let mut wanted = unnamed_retained(artifact);
    let requested = requested_imports(input, stack.name);
    wanted.retain(|record| {
        let id = record.logical_id.as_str();
        resource(before, id).is_none() && !requested.contains(id)
    });
    wanted
}

fn requested_imports<'w>(input: &'w PlanInput<'_>, stack: &StackName) -> BTreeSet<&'w LogicalId> {
    let asked = input.request.imports.get(stack).into_iter().flatten();
    asked.map(|one| &one.logical_id).collect()
}

/// A note for each orphan that the stack would create anew.
pub(super) fn findings(input: &PlanInput<'_>, stack: &Stack<'_>) -> Vec<Finding> {
    if !stack.is_deployed_to() {
        return Vec::new();
    }
    let requested = requested_imports(input, stack.name);
    let orphans = input.observed.orphans.get(stack.name);
    orphans
        .into_iter()
        .flatten()
        .filter(|orphan| !requested.contains(&orphan.resource.logical_id))
        .map(|orphan| {
            let resource = &orphan.resource;
            let (id, kind) = (&resource.logical_id, &resource.resource_type);
            let which: Vec<&str> = resource.identifier.values().map(String::as_str).collect();
            let situation = match kind.as_str() {
                "AWS::SecretsManager::Secret" => Situation::OrphanedName,
                _ => Situation::Orphan,
            };
            Finding {
                from: Some(which.join(", ")),
                hint: Some(situation.to_string()),
                ..Finding::new(
                    FindingCode::OrphanFound,
                    Severity::Note,
                    stack.name,
                    id.as_str(),
                    format!("{id} ({kind}) exists already, left by {}", orphan.left_by),
                )
            }
        })
        .collect()
}
