//! What a value refers to.

use std::collections::BTreeSet;

use serde_json::Value;

use super::value::{attribute, intrinsic};

/// Something in the same template that a value refers to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    /// The logical id of a resource, a parameter or a pseudo parameter.
    pub target: String,
    /// The attribute, or nothing for what `Ref` returns.
    pub attribute: Option<String>,
}

/// Everything in the same template that a value refers to by `Ref`, `Fn::GetAtt` or `Fn::Sub`.
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
                if let Some((target, name)) = attribute(argument) {
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

/// The names in `${…}` of a text, but for `${!Literal}` and names that the call brings itself.
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

/// The exports that a template, or any value in one, imports.
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
