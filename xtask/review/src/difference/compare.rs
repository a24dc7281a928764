//! Comparison of two templates.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::model::{Change, Difference, EntryDifference, PropertyDifference, ResourceDifference};
use super::outputs::{names, outputs};
use super::render::render;
use super::replacement::{follow, property_replacement};
use super::value_changes::{ValueChange, value_changes};
use cloudformation::Replacement;
use cloudformation::equality::{attributes_equal, resources_equal};
use cloudformation::template::{properties, resource_type, section};

/// The difference of two templates; none stands for the template of a stack that does not exist.
/// The digest output is ignored.
#[must_use]
pub fn compare(before: Option<&Value>, after: Option<&Value>) -> Difference {
    let resources = resources(before, after);
    let outputs = outputs(before, after, &resources);
    Difference {
        outputs,
        parameters: entries(
            section(before, "Parameters"),
            section(after, "Parameters"),
            "",
        ),
        others: others(before, after),
        resources,
    }
}

fn resources(before: Option<&Value>, after: Option<&Value>) -> Vec<ResourceDifference> {
    let before = section(before, "Resources");
    let after = section(after, "Resources");
    let mut found: BTreeMap<String, ResourceDifference> = BTreeMap::new();
    let mut both: BTreeMap<&str, &Value> = BTreeMap::new();
    for id in names(&before, &after) {
        let difference = match (before.get(id), after.get(id)) {
            (Some(one), None) => whole(id, one, Change::Removed),
            (None, Some(other)) => whole(id, other, Change::Added),
            (Some(one), Some(other)) => {
                both.insert(id, *other);
                if resources_equal(one, other) {
                    continue;
                }
                changed(id, one, other)
            }
            (None, None) => continue,
        };
        found.insert(id.to_owned(), difference);
    }
    propagate(&both, &mut found);
    found.into_values().collect()
}

fn whole(id: &str, resource: &Value, change: Change) -> ResourceDifference {
    ResourceDifference {
        logical_id: id.to_owned(),
        resource_type: resource_type(resource).to_owned(),
        change,
        replacement: Replacement::Never,
        properties: Vec::new(),
    }
}

fn changed(id: &str, before: &Value, after: &Value) -> ResourceDifference {
    let none = Value::Object(Map::new());
    let old = before.get("Properties").unwrap_or(&none);
    let new = after.get("Properties").unwrap_or(&none);
    let mut found = Vec::new();
    let kind = resource_type(after);
    value_changes(kind, "", Some(old), Some(new), &mut found);
    let mut properties: Vec<PropertyDifference> = found
        .into_iter()
        .map(|change| {
            let replacement = property_replacement(after, &change.path);
            property(change, replacement)
        })
        .collect();
    let mut attributes = Vec::new();
    let depends = |resource: &Value| resource.get("DependsOn").cloned().unwrap_or_default();
    let same_order = attributes_equal("DependsOn", &depends(before), &depends(after));
    let without = |resource: &Value| {
        let mut entries = resource.as_object().cloned().unwrap_or_default();
        entries.remove("Properties");
        if same_order {
            entries.remove("DependsOn");
        }
        Value::Object(entries)
    };
    let (one, other) = (without(before), without(after));
    value_changes("", "", Some(&one), Some(&other), &mut attributes);
    properties.extend(attributes.into_iter().map(|change| {
        // CloudFormation rejects a change of a resource's type; a new resource is meant.
        let replacement = if change.path == "Type" {
            Replacement::Always
        } else {
            Replacement::Never
        };
        property(change, replacement)
    }));
    let replacement = properties
        .iter()
        .map(|property| property.replacement)
        .max()
        .unwrap_or(Replacement::Never);
    ResourceDifference {
        logical_id: id.to_owned(),
        resource_type: resource_type(after).to_owned(),
        change: Change::Changed,
        replacement,
        properties,
    }
}

fn property(change: ValueChange<'_>, replacement: Replacement) -> PropertyDifference {
    PropertyDifference {
        path: change.path,
        from: change.from.map(render),
        to: change.to.map(render),
        replacement,
    }
}

/// Adds the resources that are replaced or changed because a resource they refer to is replaced.
fn propagate(both: &BTreeMap<&str, &Value>, found: &mut BTreeMap<String, ResourceDifference>) {
    let mut replaced: BTreeMap<String, Replacement> = found
        .iter()
        .filter(|(_, one)| one.replacement != Replacement::Never)
        .map(|(id, one)| (id.clone(), one.replacement))
        .collect();
    for followed in follow(both, &mut replaced) {
        let Some(resource) = both.get(followed.logical_id.as_str()) else {
            continue;
        };
        let value = properties(resource).get(&followed.property).map(render);
        let one = found
            .entry(followed.logical_id.clone())
            .or_insert_with(|| whole(&followed.logical_id, resource, Change::Changed));
        one.replacement = one.replacement.max(followed.replacement);
        let below = [
            format!("{}.", followed.property),
            format!("{}[", followed.property),
        ];
        let told = one.properties.iter_mut().find(|property| {
            property.path == followed.property
                || below.iter().any(|below| property.path.starts_with(below))
        });
        match told {
            Some(property) => property.replacement = property.replacement.max(followed.replacement),
            None => one.properties.push(PropertyDifference {
                path: followed.property,
                from: value.clone(),
                to: value,
                replacement: followed.replacement,
            }),
        }
    }
}

fn entries(
    before: BTreeMap<&str, &Value>,
    after: BTreeMap<&str, &Value>,
    prefix: &str,
) -> Vec<EntryDifference> {
    names(&before, &after)
        .into_iter()
        .filter_map(|name| {
            let (from, to) = (before.get(name).copied(), after.get(name).copied());
            entry(format!("{prefix}{name}"), from, to)
        })
        .collect()
}

fn entry(name: String, from: Option<&Value>, to: Option<&Value>) -> Option<EntryDifference> {
    let change = match (from, to) {
        (None, None) => return None,
        (Some(one), Some(other)) if one == other => return None,
        (None, _) => Change::Added,
        (_, None) => Change::Removed,
        _ => Change::Changed,
    };
    Some(EntryDifference {
        name,
        change,
        from: from.map(render),
        to: to.map(render),
    })
}

/// The entries of the remaining sections.
fn others(before: Option<&Value>, after: Option<&Value>) -> Vec<EntryDifference> {
    const OWN: [&str; 3] = ["Outputs", "Parameters", "Resources"];
    let (one, other) = (whole_template(before), whole_template(after));
    names(&one, &other)
        .into_iter()
        .filter(|name| !OWN.contains(name))
        .flat_map(|name| match (one.get(name), other.get(name)) {
            (Some(Value::Object(_)) | None, Some(Value::Object(_)))
            | (Some(Value::Object(_)), None) => entries(
                section(before, name),
                section(after, name),
                &format!("{name}."),
            ),
            (from, to) => entry(name.to_owned(), from.copied(), to.copied())
                .into_iter()
                .collect(),
        })
        .collect()
}

fn whole_template(template: Option<&Value>) -> BTreeMap<&str, &Value> {
    template
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(key, value)| (key.as_str(), value))
        .collect()
}
