//! Resources that come, go, move, or are replaced.

use std::collections::BTreeMap;

use cloudformation::Replacement;
use cloudformation::equality::equal;
use cloudformation::template::attribute;
use common::stack::is_guarded;
use common_resources::type_facts;

use super::Change;
use super::effects::VERSIONED;
use super::routing::TOLD;
use crate::consequence::{Consequence, Kind, Weight};
use crate::difference::{self, ResourceDifference};
use crate::environment::{Environment, Resource};
use crate::meaning;

/// The consequences of every resource that is added, removed, moved or replaced, but for those whose whole stack
/// comes or goes.
pub(super) fn consequences(change: &Change<'_>) -> Vec<Consequence> {
    let is_missing = |one: &Resource<'_>, side: &Environment| {
        side.stacks().contains_key(one.stack) && is_absent(one, side)
    };
    let mut removed: Vec<Resource<'_>> = change
        .before
        .resources()
        .filter(|one| is_missing(one, change.after))
        .collect();
    let mut found = Vec::new();
    for added in change
        .after
        .resources()
        .filter(|one| is_absent(one, change.before))
    {
        match removed.iter().position(|old| is_same(old, &added)) {
            Some(index) => found.push(moved(change, removed.swap_remove(index), added)),
            None if change.before.stacks().contains_key(added.stack) => {
                found.push(comes(change, added));
            }
            None => {}
        }
    }
    let untold = |one: &Resource<'_>| !TOLD.contains(&one.resource_type);
    found.extend(
        removed
            .into_iter()
            .filter(untold)
            .map(|one| goes(change, one)),
    );
    found.extend(replaced(change));
    found
}

/// Whether the other side has no such resource; one of another type is another resource.
fn is_absent(one: &Resource<'_>, other: &Environment) -> bool {
    let there = other.resource(one.stack, one.logical_id);
    there.is_none_or(|there| there.resource_type != one.resource_type)
}

/// Whether a resource under another logical id or in another stack is the same definition.
fn is_same(old: &Resource<'_>, new: &Resource<'_>) -> bool {
    let properties = (old.json.get("Properties"), new.json.get("Properties"));
    old.resource_type == new.resource_type
        && matches!(properties, (Some(one), Some(other)) if equal(new.resource_type, "", one, other))
}

fn comes(change: &Change<'_>, resource: Resource<'_>) -> Consequence {
    let effect = meaning::of(resource.resource_type).and_then(|row| row.added);
    let text = match effect {
        Some(effect) => format!("is created: {}", effect.text),
        None => "is created".to_owned(),
    };
    change.after.consequence(
        resource.stack,
        resource.logical_id,
        effect.map_or(Weight::Minor, |effect| effect.weight),
        effect.map_or(Kind::Other, |effect| effect.kind),
        text,
    )
}

fn goes(change: &Change<'_>, resource: Resource<'_>) -> Consequence {
    let (weight, kind, what) = aftermath(&resource, "DeletionPolicy");
    let effect = meaning::of(resource.resource_type).and_then(|row| row.removed);
    let text = match effect {
        Some(effect) => format!("is removed and {what}: {}", effect.text),
        None => format!("is removed and {what}"),
    };
    change.before.consequence(
        resource.stack,
        resource.logical_id,
        effect.map_or(weight, |effect| effect.weight.min(weight)),
        match (kind, effect) {
            (Kind::Data, _) | (_, None) => kind,
            (_, Some(effect)) => effect.kind,
        },
        text,
    )
}

/// What becomes of the thing itself, by its policy: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html>
fn aftermath(resource: &Resource<'_>, policy: &str) -> (Weight, Kind, &'static str) {
    let stateful = type_facts(resource.resource_type).is_some_and(|facts| facts.stateful);
    match attribute(resource.json, policy) {
        Some("Retain" | "RetainExceptOnCreate") => (
            Weight::Notable,
            Kind::Replacement,
            "stays in the account, outside of any stack",
        ),
        Some("Snapshot") => (Weight::Notable, Kind::Data, "deleted after a snapshot"),
        _ if stateful => (Weight::Severe, Kind::Data, "deleted with its data"),
        _ if is_guarded(resource.resource_type) => (Weight::Severe, Kind::Interruption, "deleted"),
        _ => (Weight::Minor, Kind::Replacement, "deleted"),
    }
}

fn moved(change: &Change<'_>, old: Resource<'_>, new: Resource<'_>) -> Consequence {
    let (weight, kind, what) = aftermath(&old, "DeletionPolicy");
    let place = if old.stack == new.stack {
        format!("is renamed from {}", old.logical_id)
    } else {
        format!("moves here from {}/{}", old.stack, old.logical_id)
    };
    Consequence {
        from: Some(format!("{}/{}", old.stack, old.logical_id)),
        to: Some(format!("{}/{}", new.stack, new.logical_id)),
        ..change.after.consequence(
            new.stack,
            new.logical_id,
            weight,
            if kind == Kind::Data {
                kind
            } else {
                Kind::Replacement
            },
            format!("{place}: CloudFormation creates another one, and the old one is {what}")
                .replace("is stays", "stays"),
        )
    }
}

/// The resources that an update replaces, or may replace.
fn replaced(change: &Change<'_>) -> Vec<Consequence> {
    let mut found = Vec::new();
    for (id, after) in change.after.stacks() {
        let Some(before) = change.before.stacks().get(id) else {
            continue;
        };
        let difference = difference::compare(Some(&before.template), Some(&after.template));
        let resources: BTreeMap<&str, &ResourceDifference> = difference
            .resources
            .iter()
            .filter(|one| {
                one.replacement != Replacement::Never
                    && one.change == difference::Change::Changed
                    && !VERSIONED.contains(&one.resource_type.as_str())
            })
            .map(|one| (one.logical_id.as_str(), one))
            .collect();
        for (logical_id, one) in resources {
            if let Some(old) = change.before.resource(id, logical_id)
                && !(one.replacement == Replacement::Conditional && takes_versions(&old))
            {
                found.push(replacement(change, old, one));
            }
        }
    }
    found
}

/// A document that is updated by a new version is not replaced by its content.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-document.html>
fn takes_versions(resource: &Resource<'_>) -> bool {
    resource.resource_type == "AWS::SSM::Document"
        && resource.text("UpdateMethod") == Some("NewVersion")
}

fn replacement(change: &Change<'_>, old: Resource<'_>, one: &ResourceDifference) -> Consequence {
    let row = meaning::of(&one.resource_type);
    let effect = row.and_then(|row| row.replaced);
    let verb = match one.replacement {
        Replacement::Always => "is replaced",
        Replacement::Conditional | Replacement::Never => "may be replaced",
    };
    let (weight, kind, what) = aftermath(&old, "UpdateReplacePolicy");
    let cause = one
        .properties
        .iter()
        .find(|property| property.replacement == one.replacement);
    let follows = cause.is_some_and(|property| property.from == property.to);
    let text = match effect {
        Some(effect) => format!("{verb}, the old one {what}: {}", effect.text),
        None => format!("{verb}, the old one {what}"),
    };
    // A resource whose every change is a new one, such as a task definition, says so in its row.
    let (weight, kind) = match effect {
        Some(effect) if kind != Kind::Data => (effect.weight, effect.kind),
        Some(effect) => (weight.min(effect.weight), kind),
        None => (
            weight,
            if kind == Kind::Interruption {
                kind
            } else {
                Kind::Replacement
            },
        ),
    };
    Consequence {
        property: cause.map(|property| property.path.clone()),
        from: cause
            .filter(|_| !follows)
            .and_then(|property| property.from.clone()),
        to: cause
            .filter(|_| !follows)
            .and_then(|property| property.to.clone()),
        ..change
            .after
            .consequence(old.stack, old.logical_id, weight, kind, text)
    }
}
