//! What values refer to.

use std::collections::BTreeSet;

use serde_json::Value;

use super::functions::{AttributeName, Call, Function, Part};
use super::sections::one_or_many;

/// Something of the same template that a value names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    /// The logical id of a resource, a parameter, or a pseudo parameter.
    pub target: String,
    /// What `Ref` returns, or an attribute.
    pub value: ReferencedValue,
}

/// The value of a target that a reference is to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReferencedValue {
    /// What `Ref` returns: a resource's identifier, a parameter's value.
    Identifier,
    /// What `Fn::GetAtt` returns.
    Attribute(String),
    /// What `Fn::GetAtt` returns where a function names the attribute, which may be any.
    ComputedAttribute,
}

/// Everything that one or several values refer to, by any function.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct References {
    /// By `Ref`, `Fn::GetAtt` and `Fn::Sub`.
    pub values: BTreeSet<Reference>,
    /// Conditions, by `Fn::If` and `Condition`.
    pub conditions: BTreeSet<String>,
    /// Mappings, by `Fn::FindInMap` with a literal name.
    pub mappings: BTreeSet<String>,
    /// The arguments of `Fn::ImportValue`, in order.
    pub imports: Vec<Value>,
    /// The names of all functions.
    pub functions: BTreeSet<String>,
    /// The functions that are called with an argument that CloudFormation rejects.
    pub malformed: BTreeSet<String>,
}

impl References {
    /// What a value refers to. `AWS::NoValue` is a name as any other.
    #[must_use]
    pub fn of(value: &Value) -> Self {
        let mut references = Self::default();
        references.collect(value);
        references
    }

    /// Adds what a value refers to, and everything in it.
    pub fn collect(&mut self, value: &Value) {
        if let Some(call) = Call::of(value) {
            self.collect_call(call);
            return;
        }
        match value {
            Value::Object(members) => members.values().for_each(|value| self.collect(value)),
            Value::Array(items) => items.iter().for_each(|value| self.collect(value)),
            _ => {}
        }
    }

    /// The targets of references, sorted; a target with several referenced values occurs several times.
    pub fn targets(&self) -> impl Iterator<Item = &str> {
        self.values.iter().map(|one| one.target.as_str())
    }

    /// The targets of `Ref`, sorted.
    pub fn identifiers(&self) -> impl Iterator<Item = &str> {
        let identifiers = self.values.iter();
        identifiers
            .filter(|one| one.value == ReferencedValue::Identifier)
            .map(|one| one.target.as_str())
    }

    /// The targets and attributes of `Fn::GetAtt`, sorted; no attribute where a function names it.
    pub fn attributes(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.values.iter().filter_map(|one| match &one.value {
            ReferencedValue::Identifier => None,
            ReferencedValue::Attribute(name) => Some((one.target.as_str(), Some(name.as_str()))),
            ReferencedValue::ComputedAttribute => Some((one.target.as_str(), None)),
        })
    }

    fn collect_call(&mut self, call: Call<'_>) {
        self.functions.insert(call.name.to_owned());
        match call.function() {
            Function::Ref(target) => self.add(target, ReferencedValue::Identifier),
            Function::Condition(name) => {
                self.conditions.insert(name.to_owned());
            }
            Function::GetAtt(get_att) => match get_att.attribute {
                AttributeName::Literal(attribute) => {
                    self.add(
                        get_att.target,
                        ReferencedValue::Attribute(attribute.to_owned()),
                    );
                }
                AttributeName::Computed(value) => {
                    self.add(get_att.target, ReferencedValue::ComputedAttribute);
                    self.collect(value);
                }
            },
            Function::Sub(sub) => {
                for part in sub.parts() {
                    match part {
                        Part::Ref(target) => self.add(target, ReferencedValue::Identifier),
                        Part::GetAtt { target, attribute } => {
                            self.add(target, ReferencedValue::Attribute(attribute.to_owned()));
                        }
                        Part::Text(_) | Part::Escaped(_) | Part::Variable(_) => {}
                    }
                }
                // Also of variables that the text does not use: they have to exist.
                let variables = sub.variables.into_iter().flat_map(|all| all.values());
                variables.for_each(|value| self.collect(value));
            }
            Function::ImportValue(name) => {
                self.imports.push(name.clone());
                self.collect(name);
            }
            Function::If {
                condition,
                then,
                otherwise,
            } => {
                self.conditions.insert(condition.to_owned());
                self.collect(then);
                self.collect(otherwise);
            }
            Function::FindInMap(arguments) => {
                let mapping = arguments.first().and_then(Value::as_str);
                self.mappings.extend(mapping.map(str::to_owned));
                arguments.iter().for_each(|value| self.collect(value));
            }
            Function::Other => self.collect(call.argument),
            Function::Malformed => {
                self.malformed.insert(call.name.to_owned());
                self.collect(call.argument);
            }
        }
    }

    fn add(&mut self, target: &str, value: ReferencedValue) {
        self.values.insert(Reference {
            target: target.to_owned(),
            value,
        });
    }
}

/// The references in a value, by `Ref`, `Fn::GetAtt` and `Fn::Sub`.
#[must_use]
pub fn references(value: &Value) -> BTreeSet<Reference> {
    References::of(value).values
}

/// All names that a value, or an entry of a section, needs: those that its functions refer to, and those in its
/// attributes `DependsOn` and `Condition`.
#[must_use]
pub fn referenced_names(value: &Value) -> BTreeSet<String> {
    let references = References::of(value);
    let mut names: BTreeSet<String> = references.targets().map(str::to_owned).collect();
    names.extend(references.conditions);
    names.extend(references.mappings);
    names_in_attributes(value, &mut names);
    names
}

fn names_in_attributes(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items
            .iter()
            .for_each(|item| names_in_attributes(item, names)),
        Value::Object(members) => {
            for name in ["Condition", "DependsOn"] {
                let texts = one_or_many(members.get(name)).filter_map(Value::as_str);
                names.extend(texts.map(str::to_owned));
            }
            members
                .values()
                .for_each(|value| names_in_attributes(value, names));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn value() -> Value {
        json!({
            "a": { "Ref": "Vpc" },
            "b": [{ "Fn::GetAtt": ["Subnet", "Arn"] }, { "Fn::GetAtt": "Group.GroupId" }],
            "c": { "Fn::Sub": "${Bucket}/${!Literal}/${ Key.Arn }" },
            "d": { "Fn::Sub": ["${Own}-${Role}", { "Own": { "Ref": "Topic" } }] },
            "e": { "Fn::ImportValue": { "Fn::Sub": "${Network}-Vpc" } },
            "f": { "Fn::If": ["Large", { "Fn::ImportValue": "x" }, { "Ref": "AWS::NoValue" }] },
            "g": { "Fn::FindInMap": ["Sizes", { "Ref": "AWS::Region" }, "Small"] },
            "h": { "Fn::GetAtt": ["Nested", { "Ref": "OutputName" }] },
            // A policy's condition is no function.
            "i": { "Condition": { "StringEquals": { "a": "b" } } },
            "j": { "Fn::Join": ["", [{ "Ref": "Joined" }, { "Fn::Unknown": "a" }]] },
            "k": { "Fn::GetAtt": "Nothing" },
        })
    }

    #[test]
    fn every_way_of_referring_is_found() {
        let found = References::of(&value());
        let values: Vec<String> = found
            .values
            .iter()
            .map(|one| match &one.value {
                ReferencedValue::Identifier => one.target.clone(),
                ReferencedValue::Attribute(name) => format!("{}.{name}", one.target),
                ReferencedValue::ComputedAttribute => format!("{}.?", one.target),
            })
            .collect();
        assert_eq!(
            values,
            [
                "AWS::NoValue",
                "AWS::Region",
                "Bucket",
                "Group.GroupId",
                "Joined",
                "Key.Arn",
                "Nested.?",
                "Network",
                "OutputName",
                "Role",
                "Subnet.Arn",
                "Topic",
                "Vpc",
            ]
        );
        assert!(found.identifiers().all(|name| name != "Subnet"));
        assert_eq!(
            found.imports,
            [json!({ "Fn::Sub": "${Network}-Vpc" }), json!("x")]
        );
        assert_eq!(found.conditions, BTreeSet::from(["Large".to_owned()]));
        assert_eq!(found.mappings, BTreeSet::from(["Sizes".to_owned()]));
        assert_eq!(found.malformed, BTreeSet::from(["Fn::GetAtt".to_owned()]));
        assert!(found.functions.contains("Fn::Unknown"));
    }

    #[test]
    fn an_entry_also_needs_what_its_attributes_name() {
        let resource = json!({
            "Type": "AWS::SNS::Topic",
            "Condition": "Large",
            "DependsOn": ["Vpc", "Role"],
            "Properties": { "TopicName": { "Fn::If": ["Small", "a", { "Ref": "Name" }] } },
        });
        let names = ["Large", "Name", "Role", "Small", "Vpc"].map(str::to_owned);
        assert_eq!(referenced_names(&resource), BTreeSet::from(names));
        let other = json!({ "DependsOn": "Vpc" });
        assert_eq!(referenced_names(&other), BTreeSet::from(["Vpc".to_owned()]));
    }
}
