//! Attributes beside the properties, which mean the same for every type: policies on deletion and replacement, the
//! update and creation policies.

use cloudformation::equality::attributes_equal;
use cloudformation::template::attribute;
use common_resources::type_facts;

use super::Change;
use crate::consequence::{Consequence, Kind, Weight};
use crate::difference::render;
use crate::environment::Resource;

const NAMES: [&str; 6] = [
    "DeletionPolicy",
    "UpdateReplacePolicy",
    "UpdatePolicy",
    "CreationPolicy",
    "Condition",
    "DependsOn",
];

pub(super) fn consequences(change: &Change<'_>) -> Vec<Consequence> {
    let mut found = Vec::new();
    for after in change.after.resources() {
        let Some(before) = change.before.resource(after.stack, after.logical_id) else {
            continue;
        };
        for name in NAMES {
            let (from, to) = (before.json.get(name), after.json.get(name));
            let analysed = name == "UpdatePolicy"
                && after.resource_type == "AWS::AutoScaling::AutoScalingGroup";
            let same = match (from, to) {
                (Some(from), Some(to)) => attributes_equal(name, from, to),
                (from, to) => from.is_none() && to.is_none(),
            };
            if same || analysed {
                continue;
            }
            let (weight, kind, text) = effect(name, &before, &after);
            found.push(Consequence {
                property: Some(name.to_owned()),
                from: from.map(render),
                to: to.map(render),
                ..change.after.consequence(
                    after.stack,
                    after.logical_id,
                    weight,
                    kind,
                    text.to_owned(),
                )
            });
        }
    }
    found
}

fn effect(name: &str, before: &Resource<'_>, after: &Resource<'_>) -> (Weight, Kind, &'static str) {
    let keeps = |resource: &Resource<'_>| {
        attribute(resource.json, name)
            .is_some_and(|policy| policy.starts_with("Retain") || policy == "Snapshot")
    };
    let stateful = type_facts(after.resource_type).is_some_and(|facts| facts.stateful);
    let weight = if stateful {
        Weight::Severe
    } else {
        Weight::Notable
    };
    match (name, keeps(before), keeps(after)) {
        ("DeletionPolicy", true, false) => (
            weight,
            Kind::Protection,
            "is no longer kept when it leaves the stack: removing it, or its stack, deletes it with its data",
        ),
        ("DeletionPolicy", false, true) => (
            Weight::Minor,
            Kind::Protection,
            "is kept when it leaves the stack, outside of any stack",
        ),
        ("UpdateReplacePolicy", true, false) => (
            weight,
            Kind::Protection,
            "is no longer kept when it is replaced: the old one is deleted with its data",
        ),
        ("UpdateReplacePolicy", false, true) => (
            Weight::Minor,
            Kind::Protection,
            "the old one is kept when it is replaced, outside of any stack",
        ),
        ("UpdatePolicy", ..) => (
            Weight::Notable,
            Kind::Machines,
            "is updated in another way from now on",
        ),
        ("CreationPolicy", ..) => (
            Weight::Minor,
            Kind::Other,
            "is waited for otherwise when it is created",
        ),
        ("Condition", ..) => (
            Weight::Notable,
            Kind::Other,
            "exists under another condition",
        ),
        ("DependsOn", ..) => (
            Weight::Minor,
            Kind::Other,
            "is created and deleted in another order; nothing else changes",
        ),
        _ => (
            Weight::Minor,
            Kind::Protection,
            "another policy with the same effect",
        ),
    }
}
