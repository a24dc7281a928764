//! Outputs that differ, and whether their values change.

use std::collections::{BTreeMap, BTreeSet};

use common::template::check::DIGEST_OUTPUT;
use common_resources::type_facts;
use serde_json::{Map, Value};

use super::model::{Change, OutputDifference, ResourceDifference};
use super::render::render;
use cloudformation::Replacement;
use cloudformation::template::{
    AttributeName, Function, Reference, ReferencedValue, references, resource_type, section,
};

pub(super) fn outputs(
    before: Option<&Value>,
    after: Option<&Value>,
    resources: &[ResourceDifference],
) -> Vec<OutputDifference> {
    let old = section(before, "Outputs");
    let new = section(after, "Outputs");
    let context = Context {
        before: section(before, "Resources"),
        after: section(after, "Resources"),
        changes: resources
            .iter()
            .map(|resource| (resource.logical_id.as_str(), resource))
            .collect(),
    };
    names(&old, &new)
        .into_iter()
        .filter(|name| *name != DIGEST_OUTPUT)
        .filter_map(|name| {
            output(
                name,
                old.get(name).copied(),
                new.get(name).copied(),
                &context,
            )
        })
        .collect()
}

fn output(
    name: &str,
    before: Option<&Value>,
    after: Option<&Value>,
    context: &Context<'_>,
) -> Option<OutputDifference> {
    let value = |output: Option<&Value>| output.and_then(|output| output.get("Value")).cloned();
    let (from, to) = (value(before), value(after));
    let (change, value_changes) = match (before, after) {
        (None, _) => (Change::Added, true),
        (_, None) => (Change::Removed, true),
        (Some(one), Some(other)) => {
            let value_changes = context.changes_value(from.as_ref(), to.as_ref());
            if one == other && !value_changes {
                return None;
            }
            (Change::Changed, value_changes)
        }
    };
    let export = |output: Option<&Value>| {
        output
            .and_then(|output| output.get("Export"))
            .and_then(|export| export.get("Name"))
            .map(render)
    };
    Some(OutputDifference {
        output: name.to_owned(),
        change,
        export: export(after).or_else(|| export(before)),
        from: from.as_ref().map(render),
        to: to.as_ref().map(render),
        value_changes,
    })
}

/// The resources of both templates, to tell whether a value of the same text changes.
struct Context<'a> {
    before: BTreeMap<&'a str, &'a Value>,
    after: BTreeMap<&'a str, &'a Value>,
    changes: BTreeMap<&'a str, &'a ResourceDifference>,
}

impl Context<'_> {
    /// Whether an output's value changes: its text does, or a resource it refers to.
    fn changes_value(&self, before: Option<&Value>, after: Option<&Value>) -> bool {
        let (Some(before), Some(after)) = (before, after) else {
            return true;
        };
        canonical(before, &self.before) != canonical(after, &self.after)
            || references(after)
                .iter()
                .any(|reference| self.reference_changes_value(reference))
    }

    fn reference_changes_value(&self, reference: &Reference) -> bool {
        let Some(change) = self.changes.get(reference.target.as_str()) else {
            return false;
        };
        change.change != Change::Changed
            || change.replacement == Replacement::Always
            || match &reference.value {
                ReferencedValue::Identifier => false,
                ReferencedValue::Attribute(attribute) => {
                    change
                        .properties
                        .iter()
                        .any(|property| property.path == *attribute)
                        || changes_with_every_update(&change.resource_type, attribute)
                }
                // It may be any attribute.
                ReferencedValue::ComputedAttribute => true,
            }
    }
}

/// Attributes that change with every update of the resource.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-launchtemplate.html>
fn changes_with_every_update(resource_type: &str, attribute: &str) -> bool {
    resource_type == "AWS::EC2::LaunchTemplate" && attribute == "LatestVersionNumber"
}

/// The value with `Ref` in place of an equal `Fn::GetAtt`.
fn canonical(value: &Value, resources: &BTreeMap<&str, &Value>) -> Value {
    match value {
        Value::Array(items) => items
            .iter()
            .map(|item| canonical(item, resources))
            .collect(),
        Value::Object(entries) => {
            if let Some(Function::GetAtt(get_att)) = Function::of(value)
                && let AttributeName::Literal(name) = get_att.attribute
            {
                let target = get_att.target;
                let same = resources
                    .get(target)
                    .and_then(|resource| type_facts(resource_type(resource)))
                    .is_some_and(|facts| facts.reference == name);
                return if same {
                    Value::Object(Map::from_iter([("Ref".to_owned(), target.into())]))
                } else {
                    let argument = vec![Value::from(target), Value::from(name)];
                    Value::Object(Map::from_iter([("Fn::GetAtt".to_owned(), argument.into())]))
                };
            }
            entries
                .iter()
                .map(|(key, value)| (key.clone(), canonical(value, resources)))
                .collect()
        }
        other => other.clone(),
    }
}

/// The names in either section, sorted.
pub(super) fn names<'a>(
    before: &BTreeMap<&'a str, &'a Value>,
    after: &BTreeMap<&'a str, &'a Value>,
) -> BTreeSet<&'a str> {
    before.keys().chain(after.keys()).copied().collect()
}
