//! What follows where nothing is written differently: machines that are replaced because their launch template changes,
//! tasks that restart because their definition does, readers of a parameter, importers of another stack's value.

use std::collections::{BTreeMap, BTreeSet};

use cloudformation::Replacement;
use cloudformation::template::{ReferencedValue, imports, references};
use common::stack::is_guarded;
use common_resources::type_facts;
use serde_json::Value;

use super::Change;
use super::cluster::{Group, Service, groups, services};
use super::update_policy::Roll;
use super::values::{differs, listed};
use crate::consequence::{Consequence, Kind, Weight};
use crate::difference::{self, Difference, named_value_changes};
use crate::environment::{Environment, Resource};
use crate::meaning::without_brackets;

/// Types of which every change is another version: nothing follows but what their users do with it, which is told
/// of those.
pub(super) const VERSIONED: [&str; 2] = ["AWS::EC2::LaunchTemplate", "AWS::ECS::TaskDefinition"];

/// What follows from changes elsewhere.
pub(super) fn consequences(change: &Change<'_>) -> Vec<Consequence> {
    let differences = Differences::new(change);
    let mut found = machines(change, &differences);
    found.extend(tasks(change, &differences));
    found.extend(readers(change));
    found.extend(importers(change, &differences));
    found
}

/// The differences of all stacks that both sides have.
struct Differences(BTreeMap<String, Difference>);

impl Differences {
    fn new(change: &Change<'_>) -> Self {
        let stacks = change.after.stacks().iter().filter_map(|(id, after)| {
            let before = change.before.stacks().get(id)?;
            let difference = difference::compare(Some(&before.template), Some(&after.template));
            Some((id.clone(), difference))
        });
        Self(stacks.collect())
    }

    /// Whether CloudFormation updates or replaces a resource, itself or for what it refers to.
    fn touches(&self, resource: &Resource<'_>) -> Option<Replacement> {
        let one = self.0.get(resource.stack)?.resource(resource.logical_id)?;
        (one.change == difference::Change::Changed).then_some(one.replacement)
    }
}

/// The properties that differ between two sides of a resource, by their last names.
fn changed_properties(before: &Resource<'_>, after: &Resource<'_>) -> Vec<String> {
    let side = |one: &Resource<'_>| one.json.get("Properties").cloned().unwrap_or_default();
    let (one, other) = (side(before), side(after));
    let mut changes = Vec::new();
    named_value_changes(
        after.resource_type,
        "",
        Some(&one),
        Some(&other),
        &mut changes,
    );
    let names: BTreeSet<String> = changes
        .iter()
        .filter(|change| change.path != "LaunchTemplateName")
        .map(|change| last_names(&change.path))
        .collect();
    names.into_iter().collect()
}

/// `Environment[LOG_LEVEL]` of `ContainerDefinitions[web].Environment[LOG_LEVEL]`.
fn last_names(path: &str) -> String {
    let mut depth = 0_usize;
    let mut start = 0;
    for (index, character) in path.char_indices() {
        match character {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            '.' if depth == 0 => start = index + 1,
            _ => {}
        }
    }
    let name = path.get(start..).unwrap_or(path);
    // A position tells nothing.
    match name.split_once('[') {
        Some((list, rest)) if rest.starts_with(|digit: char| digit.is_ascii_digit()) => {
            list.to_owned()
        }
        _ => name.to_owned(),
    }
}

/// Machines whose launch template or subnets change.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatepolicy.html>
fn machines(change: &Change<'_>, differences: &Differences) -> Vec<Consequence> {
    let before = groups(change.before);
    groups(change.after)
        .iter()
        .filter_map(|after| {
            let before = before
                .iter()
                .find(|one| is_same(&one.resource, &after.resource))?;
            let started = started(change, differences, before, after)?;
            Some(started.consequence(change, after))
        })
        .collect()
}

fn is_same(one: &Resource<'_>, other: &Resource<'_>) -> bool {
    one.stack == other.stack && one.logical_id == other.logical_id
}

/// How a group takes up a launch template that changes.
enum Started {
    /// The group is updated, for these reasons.
    Updated(Vec<String>),
    /// The group keeps the version that it names.
    Ignored(String),
}

fn started(
    change: &Change<'_>,
    differences: &Differences,
    before: &Group<'_>,
    after: &Group<'_>,
) -> Option<Started> {
    let mut reasons = Vec::new();
    if differs(&before.resource, &after.resource, "VPCZoneIdentifier") {
        reasons.push("VPCZoneIdentifier".to_owned());
    }
    let named = differs(&before.resource, &after.resource, "LaunchTemplate");
    if let (Some(old), Some(new)) = (before.template, after.template) {
        let replaced = differences.touches(&new) == Some(Replacement::Always);
        let content = changed_properties(&old, &new);
        let follows = after
            .resource
            .property("LaunchTemplate/Version")
            .is_some_and(|version| {
                references(version).iter().any(|one| {
                    matches!(&one.value, ReferencedValue::Attribute(name) if name == "LatestVersionNumber")
                        && change
                            .after
                            .target(after.resource.stack, version)
                            .is_some_and(|target| is_same(&target, &new))
                })
            });
        if replaced || named || follows && !content.is_empty() {
            reasons.extend(content);
        } else if !content.is_empty() {
            return Some(Started::Ignored(listed(&content)));
        }
        if reasons.is_empty() && replaced {
            reasons.push("LaunchTemplateName".to_owned());
        }
    }
    if reasons.is_empty() && named {
        reasons.push("LaunchTemplate".to_owned());
    }
    (!reasons.is_empty()).then_some(Started::Updated(reasons))
}

impl Started {
    fn consequence(self, change: &Change<'_>, group: &Group<'_>) -> Consequence {
        match self {
            Self::Ignored(what) => change.tell(
                &group.resource,
                Weight::Notable,
                Kind::Machines,
                format!(
                    "takes nothing of it up ({what}): it names another version of its launch template, and starts machines with that one"
                ),
            ),
            Self::Updated(reasons) => {
                let reasons = listed(&reasons);
                let (weight, text) = match Roll::of(&group.resource) {
                    Some(roll) => roll.told(group.min, group.max, &reasons),
                    None => (
                        Weight::Notable,
                        format!(
                            "starts new machines with it ({reasons}), and leaves running ones as they are: no update policy replaces them"
                        ),
                    ),
                };
                change.tell(&group.resource, weight, Kind::Machines, text)
            }
        }
    }
}

/// Services whose task definition changes, or is another because of what it refers to.
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html>
fn tasks(change: &Change<'_>, differences: &Differences) -> Vec<Consequence> {
    services(change.after)
        .iter()
        .filter(|service| differences.touches(&service.resource) != Some(Replacement::Always))
        .filter_map(|service| {
            let before = change
                .before
                .resource(service.resource.stack, service.resource.logical_id)?;
            let restarts = restarts(&before, &service.resource);
            let task = service.task?;
            let reasons = match change.before.resource(task.stack, task.logical_id) {
                Some(old) if differences.touches(&task).is_some() => {
                    let mut names = changed_properties(&old, &task);
                    if names.is_empty() {
                        names.push("what its task definition refers to".to_owned());
                    }
                    names
                }
                _ => Vec::new(),
            };
            let reasons: Vec<String> = reasons.into_iter().chain(restarts).collect();
            (!reasons.is_empty()).then(|| deployment(change, service, &listed(&reasons)))
        })
        .collect()
}

/// The properties of a service of which a change starts a deployment.
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/update-service-parameters.html>
fn restarts(before: &Resource<'_>, after: &Resource<'_>) -> Vec<String> {
    const NAMES: [&str; 6] = [
        "CapacityProviderStrategy",
        "LoadBalancers",
        "NetworkConfiguration",
        "PlacementStrategies",
        "ServiceConnectConfiguration",
        "ServiceRegistries",
    ];
    NAMES
        .into_iter()
        .filter(|name| differs(before, after, name))
        .map(ToOwned::to_owned)
        .collect()
}

fn deployment(change: &Change<'_>, service: &Service<'_>, reasons: &str) -> Consequence {
    let (minimum, maximum) = service.deployment();
    let (weight, how) = match (minimum, maximum) {
        (0, _) => (
            Weight::Severe,
            "all of them may stop before new ones run: requests and work fail meanwhile".to_owned(),
        ),
        (100.., 101..) => (
            Weight::Minor,
            "rolling, none down: new ones are healthy before old ones stop".to_owned(),
        ),
        (100.., _) => (
            Weight::Severe,
            "which never ends: none may stop and none may start beyond them".to_owned(),
        ),
        _ => (
            Weight::Notable,
            format!("rolling, and down to {minimum} % of them serve meanwhile"),
        ),
    };
    change.tell(
        &service.resource,
        weight,
        Kind::Interruption,
        format!("restarts all its tasks ({reasons}): {how}"),
    )
}

/// Readers of a parameter or secret whose value or name changes.
fn readers(change: &Change<'_>) -> Vec<Consequence> {
    const NAMED: [&str; 2] = ["AWS::SSM::Parameter", "AWS::SecretsManager::Secret"];
    let mut found = Vec::new();
    for resource_type in NAMED {
        for (before, after) in change.pairs(resource_type) {
            let readers = users(change.after, &after);
            let renamed = differs(&before, &after, "Name");
            let other_value = differs(&before, &after, "Value");
            let secret = resource_type != "AWS::SSM::Parameter";
            let (weight, text) = match (renamed, other_value && !secret) {
                (true, _) if secret => (
                    Weight::Severe,
                    "is another secret, without the value of the old one: until it has one, tasks that read it don't start",
                ),
                (true, _) => (
                    Weight::Notable,
                    "has another name, and no value under the old one",
                ),
                (false, true) => (
                    Weight::Notable,
                    "has another value; what reads it gets it when it reads again",
                ),
                (false, false) => continue,
            };
            let text = match readers.as_slice() {
                [] => format!("{text}; no other resource refers to it"),
                readers => format!("{text}; read by {}", listed(readers)),
            };
            let property = if renamed { "Name" } else { "Value" };
            let kind = if secret { Kind::Data } else { Kind::Behaviour };
            let told = change.tell(&after, weight, kind, text);
            found.push(change.of_property((&before, &after), property, told));
        }
    }
    found
}

/// The resources that refer to a resource, within its stack, by its name, or by an export.
fn users(environment: &Environment, resource: &Resource<'_>) -> Vec<String> {
    let name = resource.text("Name").filter(|name| name.len() > 4);
    let exported = exported_of(environment, resource);
    environment
        .resources()
        .filter(|one| !is_same(one, resource))
        .filter(|one| {
            let properties = one.json.get("Properties");
            let within = one.stack == resource.stack
                && properties.is_some_and(|properties| {
                    references(properties)
                        .iter()
                        .any(|reference| reference.target == resource.logical_id)
                });
            within
                || properties.is_some_and(|properties| {
                    name.is_some_and(|name| mentions(properties, name))
                        || imports(properties)
                            .iter()
                            .any(|import| exported.contains(import))
                })
        })
        .filter(|one| !one.resource_type.starts_with("AWS::IAM::"))
        .map(|one| format!("{}/{}", one.stack, one.logical_id))
        .collect()
}

/// The exports whose values come from a resource.
fn exported_of(environment: &Environment, resource: &Resource<'_>) -> BTreeSet<String> {
    let Some(stack) = environment.stacks().get(resource.stack) else {
        return BTreeSet::new();
    };
    cloudformation::template::exports(&stack.template)
        .filter(|(_, _, output)| {
            output.get("Value").is_some_and(|value| {
                references(value)
                    .iter()
                    .any(|reference| reference.target == resource.logical_id)
            })
        })
        .map(|(name, ..)| name.to_owned())
        .collect()
}

/// Whether a text in a value is exactly a name.
fn mentions(value: &Value, name: &str) -> bool {
    match value {
        Value::String(text) => text == name,
        Value::Array(items) => items.iter().any(|item| mentions(item, name)),
        Value::Object(entries) => entries.values().any(|item| mentions(item, name)),
        _ => false,
    }
}

/// The stacks that import a value which changes, and what that does to the resources there.
fn importers(change: &Change<'_>, differences: &Differences) -> Vec<Consequence> {
    let mut found = Vec::new();
    for (id, difference) in &differences.0 {
        let changed = difference
            .outputs
            .iter()
            .filter(|one| one.value_changes && one.change == difference::Change::Changed);
        for output in changed {
            let Some(export) = output.export.as_deref() else {
                continue;
            };
            let users: Vec<(Resource<'_>, String)> = change
                .after
                .resources()
                .filter(|one| one.stack != id)
                .flat_map(|one| {
                    importing(&one, export)
                        .into_iter()
                        .map(move |name| (one, name))
                })
                .collect();
            if users.is_empty() {
                continue;
            }
            let exported = Exported {
                stack: id,
                export,
                output: &output.output,
            };
            found.push(exporter(change, exported, &users));
        }
    }
    found
}

/// The properties of a resource that import a value.
fn importing(resource: &Resource<'_>, export: &str) -> Vec<String> {
    let properties = resource.json.get("Properties").and_then(Value::as_object);
    properties
        .into_iter()
        .flatten()
        .filter(|(_, value)| imports(value).contains(export))
        .map(|(name, _)| name.clone())
        .collect()
}

/// An output with an export.
#[derive(Clone, Copy)]
struct Exported<'a> {
    stack: &'a str,
    export: &'a str,
    output: &'a str,
}

fn exporter(
    change: &Change<'_>,
    exported: Exported<'_>,
    users: &[(Resource<'_>, String)],
) -> Consequence {
    let Exported {
        stack,
        export,
        output,
    } = exported;
    let replaced = |(resource, property): &&(Resource<'_>, String)| {
        let facts = type_facts(resource.resource_type);
        facts.is_some_and(|facts| {
            facts
                .create_only
                .iter()
                .any(|one| without_brackets(one) == *property)
        }) && !VERSIONED.contains(&resource.resource_type)
    };
    let path = |resource: &Resource<'_>| format!("{}/{}", resource.stack, resource.logical_id);
    let lost: Vec<String> = users
        .iter()
        .filter(replaced)
        .map(|(resource, _)| path(resource))
        .collect();
    let guarded = users
        .iter()
        .filter(replaced)
        .any(|(resource, _)| is_guarded(resource.resource_type));
    let all: Vec<String> = users
        .iter()
        .map(|(resource, _)| path(resource))
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let mut text = format!(
        "exports another value as {export}, which {} import{}",
        listed(&all),
        if all.len() == 1 { "s" } else { "" }
    );
    if !lost.is_empty() {
        let verb = if lost.len() == 1 { "is" } else { "are" };
        text += &format!("; {} {verb} replaced with it", listed(&lost));
    }
    let weight = if guarded {
        Weight::Severe
    } else {
        Weight::Notable
    };
    let there = change
        .after
        .stacks()
        .get(stack)
        .and_then(|one| one.template.get("Outputs")?.get(output)?.get("Value"))
        .map(references)
        .and_then(|names| names.into_iter().next());
    let subject = there.map_or_else(String::new, |reference| reference.target);
    change
        .after
        .consequence(stack, &subject, weight, Kind::Exports, text)
}
