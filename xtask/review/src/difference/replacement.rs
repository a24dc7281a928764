//! Replacements by CloudFormation, as far as templates and type facts tell.
//!
//! Unknown cases are left to the change set, which the executor checks against the plan.

use std::collections::BTreeMap;

use common_resources::type_facts;
use serde_json::Value;

use cloudformation::Replacement;
use cloudformation::template::{properties, references, resource_type};

/// The replacement that a change of a property causes. `path` begins with the property; indices are
/// ignored: `Listeners[0].Port` is a change of `Listeners.Port`.
pub(super) fn property_replacement(resource: &Value, path: &str) -> Replacement {
    let resource_type = resource_type(resource);
    let Some(facts) = type_facts(resource_type) else {
        return Replacement::Conditional;
    };
    let path: String = without_indices(path);
    if facts.create_only.iter().any(|one| touches(&path, one)) {
        return Replacement::Always;
    }
    let conditional = facts
        .conditional_create_only
        .iter()
        .any(|one| touches(&path, one));
    if conditional && !rolls(resource) {
        Replacement::Conditional
    } else {
        Replacement::Never
    }
}

/// An Auto Scaling group with a rolling update keeps the group and replaces its machines.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatepolicy.html>
#[must_use]
pub fn rolls(resource: &Value) -> bool {
    resource_type(resource) == "AWS::AutoScaling::AutoScalingGroup"
        && resource
            .get("UpdatePolicy")
            .is_some_and(|policy| policy.get("AutoScalingRollingUpdate").is_some())
}

fn without_indices(path: &str) -> String {
    let mut depth = 0_usize;
    path.chars()
        .filter(|character| {
            match character {
                '[' => depth += 1,
                ']' => {
                    depth = depth.saturating_sub(1);
                    return false;
                }
                _ => {}
            }
            depth == 0
        })
        .collect()
}

/// Whether one path contains the other.
fn touches(one: &str, other: &str) -> bool {
    let within = |inner: &str, outer: &str| {
        inner
            .strip_prefix(outer)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    within(one, other) || within(other, one)
}

/// A resource that is replaced because one of its create-only properties refers to a replaced
/// resource.
pub(super) struct Followed {
    pub(super) logical_id: String,
    pub(super) property: String,
    pub(super) replacement: Replacement,
}

/// Follows replacements through references until no more are found. `replaced` holds the known
/// ones, and gets those that are found.
///
/// `resources` are those of the new template that the old one has too.
pub(super) fn follow(
    resources: &BTreeMap<&str, &Value>,
    replaced: &mut BTreeMap<String, Replacement>,
) -> Vec<Followed> {
    // By referenced resource: the referring resources and properties.
    let mut referring: BTreeMap<String, Vec<(&str, &str)>> = BTreeMap::new();
    for (id, resource) in resources {
        for (name, value) in properties(resource).as_object().into_iter().flatten() {
            for reference in references(value) {
                let targets = referring.entry(reference.target).or_default();
                targets.push((*id, name.as_str()));
            }
        }
    }
    let mut waiting: Vec<String> = replaced
        .iter()
        .filter(|(_, replacement)| **replacement != Replacement::Never)
        .map(|(id, _)| id.clone())
        .collect();
    let mut followed = Vec::new();
    while let Some(target) = waiting.pop() {
        let cause = replaced.get(&target).copied().unwrap_or(Replacement::Never);
        for (id, property) in referring.get(&target).into_iter().flatten() {
            let Some(resource) = resources.get(id) else {
                continue;
            };
            let replacement = property_replacement(resource, property).min(cause);
            let known = replaced.get(*id).copied().unwrap_or(Replacement::Never);
            followed.push(Followed {
                logical_id: (*id).to_owned(),
                property: (*property).to_owned(),
                replacement,
            });
            if replacement > known {
                replaced.insert((*id).to_owned(), replacement);
                waiting.push((*id).to_owned());
            }
        }
    }
    followed
}
