//! Named resources that move from one stack to another.
//!
//! The stack that has the name lets it go first; the plan orders that. What is retained is imported by the other one.

use common_resources::type_facts;
use service_rules::evaluate::unique_values;

use super::templates::{Resource, Templates};
use crate::next_step::Situation;
use crate::plan::exports::StackSet;
use crate::plan::finding::{Finding, FindingCode, Severity};
use crate::plan::stack::Stack;

pub(super) fn findings(
    stacks: &StackSet<'_, '_>,
    templates: &Templates,
    stack: &Stack<'_>,
) -> Vec<Finding> {
    let pairs = templates.pairs(stack.name);
    let added = pairs.values().filter(|pair| pair.before.is_none());
    let mut findings = Vec::new();
    for after in added.filter_map(|pair| pair.after) {
        for (key, called) in names(after) {
            let others = stacks.changing().filter(|other| other.name != stack.name);
            let holder = others.into_iter().find_map(|other| {
                let pairs = templates.pairs(other.name);
                let mut gone = pairs.into_values().filter(|pair| pair.after.is_none());
                gone.find_map(|pair| {
                    let before = pair.before?;
                    names(before)
                        .any(|(one, _)| one == key)
                        .then_some(before.clone())
                })
            });
            findings.extend(holder.map(|holder| moved(stack, after, &holder, &called)));
        }
    }
    findings
}

/// The unique values of a resource that are its name.
fn names(resource: &Resource) -> impl Iterator<Item = (String, String)> {
    let facts = type_facts(&resource.resource_type);
    let identifier = facts.map_or(&[][..], |facts| facts.primary_identifier);
    unique_values(&resource.resource_type, &resource.properties).filter_map(move |unique| {
        let (paths, _) = unique.row.rule.unique()?;
        let is_name = identifier.iter().all(|part| paths.contains(part));
        let path = paths.last()?;
        is_name.then(|| (unique.key.clone(), format!("{path} {}", unique.value)))
    })
}

fn moved(stack: &Stack<'_>, after: &Resource, holder: &Resource, called: &str) -> Finding {
    let is_retained = |one: &Resource| {
        let policy = one.deletion_policy.as_deref();
        policy.is_some_and(|policy| policy != "Delete")
    };
    let keeps = is_retained(holder) && is_retained(after);
    let how = match keeps {
        true => "that stack retains it, and this one imports it",
        false => "that stack deletes it first, and this one creates a new one",
    };
    let hint = match keeps {
        true => None,
        false => Some(Situation::ResourceMoves.to_string()),
    };
    let (id, from) = (&after.logical_id, &holder.stack);
    Finding {
        from: Some(from.to_string()),
        to: Some(called.to_owned()),
        hint,
        ..Finding::new(
            FindingCode::ResourceMoved,
            Severity::Note,
            stack.name,
            id,
            format!("{id} takes {called} over from {from}: {how}"),
        )
    }
}
