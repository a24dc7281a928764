//! Questions about the templates of an environment, as plain JSON.

use cloudformation::template::{
    Function, GetAtt, entry, export_value, properties, resource_type, resources,
};
use serde_json::Value;

use crate::Synthesis;

/// A resource of an environment: the name of its stack and its logical id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place<'a> {
    pub stack: &'a str,
    pub id: &'a str,
}

/// A resource with its place.
#[derive(Clone, Copy, Debug)]
pub struct Resource<'a> {
    pub place: Place<'a>,
    pub kind: &'a str,
    /// All of it: type, properties and attributes.
    pub json: &'a Value,
}

impl<'a> Resource<'a> {
    /// A property, by a JSON pointer below `Properties`; null where it is not set.
    #[must_use]
    pub fn property(&self, pointer: &str) -> &'a Value {
        properties(self.json)
            .pointer(&format!("/{pointer}"))
            .unwrap_or(&Value::Null)
    }
}

impl Synthesis {
    pub fn resources(&self) -> impl Iterator<Item = Resource<'_>> {
        self.templates.iter().flat_map(|(stack, template)| {
            resources(template).map(move |(id, json)| Resource {
                place: Place { stack, id },
                kind: resource_type(json),
                json,
            })
        })
    }

    /// All resources of a type.
    pub fn of_type(&self, kind: &str) -> impl Iterator<Item = Resource<'_>> {
        self.resources()
            .filter(move |resource| resource.kind == kind)
    }

    /// The resource that a value in a stack stands for, through imports of other stacks.
    #[must_use]
    pub fn target<'a>(&'a self, stack: &'a str, value: &'a Value) -> Option<Place<'a>> {
        let id = match Function::of(value)? {
            Function::ImportValue(name) => {
                let name = name.as_str()?;
                let mut templates = self.templates.iter();
                return templates.find_map(|(exporter, template)| {
                    self.target(exporter, export_value(template, name)?)
                });
            }
            Function::Ref(id) | Function::GetAtt(GetAtt { target: id, .. }) => id,
            _ => return None,
        };
        let (stack, template) = self.templates.get_key_value(stack)?;
        let (id, _) = entry(template, "Resources", id)?;
        Some(Place { stack, id })
    }

    /// Every value inside of a resource's properties, itself included.
    pub fn values<'a>(resource: &Resource<'a>) -> Vec<&'a Value> {
        let mut found = Vec::new();
        walk(properties(resource.json), &mut |value| found.push(value));
        found
    }
}

/// Visits a value and everything in it.
pub fn walk<'a>(value: &'a Value, visit: &mut dyn FnMut(&'a Value)) {
    visit(value);
    match value {
        Value::Array(items) => items.iter().for_each(|item| walk(item, visit)),
        Value::Object(entries) => entries.values().for_each(|entry| walk(entry, visit)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
