//! What would not be deleted.

use cloudformation::StackName;
use service_rules::evaluate::{Obstacle, obstacle, values_at};
use service_rules::{Block, Rule};

use super::templates::{Pair, Resource, Templates};
use crate::next_step::Situation;
use crate::plan::finding::{Finding, FindingCode, Severity};
use crate::plan::stack::Stack;

pub(super) fn findings(templates: &Templates, stack: &Stack<'_>) -> Vec<Finding> {
    let after = templates.after();
    let pairs = templates.pairs(stack.name);
    let mut findings = Vec::new();
    for gone in pairs.values().filter_map(deleted) {
        for row in service_rules::of(&gone.resource_type) {
            let Rule::BlocksDeletion(block) = &row.rule else {
                continue;
            };
            if let Some(what) = contents(gone, block) {
                findings.push(may_hold(stack.name, gone, what));
                continue;
            }
            let Some(found) = obstacle(&after, &gone.thing(), block) else {
                findings.extend(unordered(templates, stack.name, gone, block));
                continue;
            };
            let (id, kind) = (&gone.logical_id, &gone.resource_type);
            let (from, why, hint) = match found {
                Obstacle::Own => {
                    let why = row.rule.in_words();
                    let hint = Situation::DeletionProtected { setting: &why }.to_string();
                    (None, why, hint)
                }
                Obstacle::Other(user) => {
                    let Some(user) = after.resource(&user) else {
                        continue;
                    };
                    let place = match user.stack == *stack.name {
                        true => user.logical_id.clone(),
                        false => format!("{} of {}", user.logical_id, user.stack),
                    };
                    let hint = Situation::DeletionBlocked { user: &place }.to_string();
                    (Some(place.clone()), format!("{place} uses it"), hint)
                }
            };
            findings.push(Finding {
                from,
                to: Some("deleted".to_owned()),
                hint: Some(hint),
                ..Finding::new(
                    FindingCode::DeletionRefused,
                    Severity::Block,
                    stack.name,
                    id,
                    format!("{id} ({kind}) would not be deleted: {why}"),
                )
            });
        }
    }
    findings
}

/// A resource that uses one, and that is deleted with it at no certain time: it does not refer to it.
fn unordered(
    templates: &Templates,
    stack: &StackName,
    gone: &Resource,
    block: &Block,
) -> Option<Finding> {
    let before = templates.before(stack);
    let Obstacle::Other(user) = obstacle(&before, &gone.thing(), block)? else {
        return None;
    };
    let user = &before.resource(&user)?.logical_id;
    let (id, kind) = (&gone.logical_id, &gone.resource_type);
    if templates.waited(stack, user, id) {
        return None;
    }
    Some(Finding {
        from: Some(user.clone()),
        to: Some("deleted".to_owned()),
        hint: Some(Situation::DeletionBlocked { user }.to_string()),
        ..Finding::new(
            FindingCode::DeletionRefused,
            Severity::Note,
            stack,
            id,
            format!("{id} ({kind}) may not be deleted: {user}, which is deleted as well, uses it"),
        )
    })
}

/// The physical resource that is deleted, if one is.
fn deleted<'t>(pair: &Pair<'t>) -> Option<&'t Resource> {
    let before = pair.before?;
    let policy = match pair.after {
        None => &before.deletion_policy,
        // The new template's policy decides about what is replaced.
        Some(after) if pair.is_replaced() => &after.replace_policy,
        Some(_) => return None,
    };
    let is_retained = policy.as_deref().is_some_and(|policy| policy != "Delete");
    (!is_retained).then_some(before)
}

/// What ordinary use puts into a resource, unless it is deleted along.
fn contents(gone: &Resource, block: &Block) -> Option<&'static str> {
    let Block::Holds {
        what,
        unless,
        usual: true,
    } = *block
    else {
        return None;
    };
    let goes = unless.is_some_and(|property| {
        let set = values_at(&gone.properties, property);
        set.iter().any(|value| value == "true")
    });
    (!goes).then_some(what)
}

fn may_hold(stack: &StackName, gone: &Resource, what: &str) -> Finding {
    let (id, kind) = (&gone.logical_id, &gone.resource_type);
    Finding {
        from: Some(what.to_owned()),
        to: Some("deleted".to_owned()),
        hint: Some(Situation::DeletionOfContents { what }.to_string()),
        ..Finding::new(
            FindingCode::DeletionRefused,
            Severity::Note,
            stack,
            id,
            format!("{id} ({kind}) is not deleted as long as it holds {what}"),
        )
    }
}
