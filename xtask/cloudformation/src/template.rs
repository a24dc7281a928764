//! Reader of a template's JSON: its sections, its resources, and what its values refer to.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

/// The entries of a section, by name; none where the template or the section is missing.
#[must_use]
pub fn section<'a>(template: Option<&'a Value>, name: &str) -> BTreeMap<&'a str, &'a Value> {
    template
        .and_then(|template| template.get(name))
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(key, value)| (key.as_str(), value))
        .collect()
}

/// The resources, by logical id.
pub fn resources(template: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let resources = template.get("Resources").and_then(Value::as_object);
    resources
        .into_iter()
        .flatten()
        .map(|(id, resource)| (id.as_str(), resource))
}

/// The resource of a logical id.
#[must_use]
pub fn resource<'v>(template: &'v Value, logical_id: &str) -> Option<&'v Value> {
    template.get("Resources")?.get(logical_id)
}

/// The resource's type; empty where it has none, which CloudFormation rejects.
#[must_use]
pub fn resource_type(resource: &Value) -> &str {
    attribute(resource, "Type").unwrap_or_default()
}

/// An attribute of a resource beside its properties, such as `DeletionPolicy`.
#[must_use]
pub fn attribute<'v>(resource: &'v Value, name: &str) -> Option<&'v str> {
    resource.get(name).and_then(Value::as_str)
}

/// A property of a resource, by a path with dots as service rules have it.
#[must_use]
pub fn property<'v>(resource: &'v Value, path: &str) -> Option<&'v Value> {
    let properties = resource.get("Properties")?;
    path.split('.')
        .try_fold(properties, |value, part| value.get(part))
}

/// The outputs that are exported: the export's name, the output's logical id, and the output.
pub fn exports(template: &Value) -> impl Iterator<Item = (&str, &str, &Value)> + Clone {
    let outputs = template.get("Outputs").and_then(Value::as_object);
    outputs.into_iter().flatten().filter_map(|(id, output)| {
        let name = output.get("Export")?.get("Name")?.as_str()?;
        Some((name, id.as_str(), output))
    })
}

/// The items of a list, or the one value that stands in place of a list.
pub fn one_or_many(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    let many = value.and_then(Value::as_array);
    let one = if many.is_some() { None } else { value };
    many.into_iter().flatten().chain(one)
}

/// The function and its argument, where an object is an intrinsic function.
#[must_use]
pub fn intrinsic(entries: &Map<String, Value>) -> Option<(&str, &Value)> {
    let (name, argument) = entries.iter().next()?;
    let called = entries.len() == 1
        && (name == "Ref"
            || name == "Condition" && argument.is_string()
            || name.starts_with("Fn::"));
    called.then_some((name.as_str(), argument))
}

/// Resource and attribute of `Fn::GetAtt`, which takes a list or a text with a dot.
#[must_use]
pub fn get_att(argument: &Value) -> Option<(&str, &str)> {
    match argument {
        Value::String(text) => text.split_once('.'),
        Value::Array(parts) => match parts.as_slice() {
            [Value::String(resource), Value::String(attribute)] => Some((resource, attribute)),
            _ => None,
        },
        _ => None,
    }
}

/// Something of the same template that a value names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    /// The logical id of a resource, a parameter or a pseudo parameter.
    pub target: String,
    /// The attribute; none for `Ref`.
    pub attribute: Option<String>,
}

/// The references in a value, by `Ref`, `Fn::GetAtt` or `Fn::Sub`.
#[must_use]
pub fn references(value: &Value) -> BTreeSet<Reference> {
    let mut found = BTreeSet::new();
    collect(value, &mut found);
    found
}

fn collect(value: &Value, found: &mut BTreeSet<Reference>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Object(entries) => match intrinsic(entries) {
            Some(("Ref", Value::String(target))) => {
                found.insert(to(target, None));
            }
            Some(("Fn::GetAtt", argument)) => {
                if let Some((target, name)) = get_att(argument) {
                    found.insert(to(target, Some(name)));
                }
            }
            Some(("Fn::Sub", Value::String(text))) => substituted(text, &[], found),
            Some(("Fn::Sub", Value::Array(parts))) => {
                if let [Value::String(text), Value::Object(names)] = parts.as_slice() {
                    let own: Vec<&str> = names.keys().map(String::as_str).collect();
                    substituted(text, &own, found);
                    names.values().for_each(|value| collect(value, found));
                }
            }
            _ => entries.values().for_each(|value| collect(value, found)),
        },
        _ => {}
    }
}

fn to(target: &str, attribute: Option<&str>) -> Reference {
    Reference {
        target: target.to_owned(),
        attribute: attribute.map(ToOwned::to_owned),
    }
}

/// The names in `${…}` of a text, without `${!Literal}` and the names that the call defines.
fn substituted(text: &str, own: &[&str], found: &mut BTreeSet<Reference>) {
    let names = text.split("${").skip(1).filter_map(|rest| {
        let (name, _) = rest.split_once('}')?;
        (!name.starts_with('!') && !own.contains(&name)).then_some(name)
    });
    found.extend(names.map(|name| match name.split_once('.') {
        Some((target, attribute)) => to(target, Some(attribute)),
        None => to(name, None),
    }));
}

/// The exports that a template or a value imports.
#[must_use]
pub fn imports(value: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    collect_imports(value, &mut names);
    names
}

fn collect_imports(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect_imports(item, names)),
        Value::Object(entries) => {
            if let Some(("Fn::ImportValue", Value::String(name))) = intrinsic(entries) {
                names.insert(name.clone());
            }
            entries
                .values()
                .for_each(|item| collect_imports(item, names));
        }
        _ => {}
    }
}

/// All names that a value refers to: by a function, a dependency or a condition.
#[must_use]
pub fn referenced_names(value: &Value) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = references(value)
        .into_iter()
        .map(|reference| reference.target)
        .collect();
    collect_names(value, &mut names);
    names
}

fn collect_names(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect_names(item, names)),
        Value::Object(entries) => {
            for (key, value) in entries {
                match (key.as_str(), value) {
                    ("Condition" | "DependsOn", Value::String(name)) => {
                        names.insert(name.clone());
                    }
                    ("DependsOn", Value::Array(several)) => {
                        names.extend(several.iter().filter_map(Value::as_str).map(str::to_owned));
                    }
                    ("Fn::If" | "Fn::FindInMap", Value::Array(arguments)) => {
                        let first = arguments.first().and_then(Value::as_str);
                        names.extend(first.map(str::to_owned));
                    }
                    _ => {}
                }
                collect_names(value, names);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_way_of_referring_is_found() {
        let value = json!({
            "a": { "Ref": "Vpc" },
            "b": [{ "Fn::GetAtt": ["Subnet", "Arn"] }, { "Fn::GetAtt": "Group.GroupId" }],
            "c": { "Fn::Sub": "${Bucket}/${!Literal}/${Key.Arn}" },
            "d": { "Fn::Sub": ["${Own}-${Role}", { "Own": { "Ref": "Topic" } }] },
            "e": { "Fn::ImportValue": "network-Vpc" },
        });
        let found: Vec<String> = references(&value)
            .into_iter()
            .map(|reference| match reference.attribute {
                Some(attribute) => format!("{}.{attribute}", reference.target),
                None => reference.target,
            })
            .collect();
        assert_eq!(
            found,
            [
                "Bucket",
                "Group.GroupId",
                "Key.Arn",
                "Role",
                "Subnet.Arn",
                "Topic",
                "Vpc"
            ]
        );
        assert_eq!(imports(&value), BTreeSet::from(["network-Vpc".to_owned()]));
    }
}
