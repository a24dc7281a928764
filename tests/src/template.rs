//! Questions about the templates of an environment, as plain JSON.

use serde_json::Value;

use crate::Synthesis;

/// A resource of an environment: the name of its stack and its logical id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place<'a> {
    /// The stack's name.
    pub stack: &'a str,
    /// The logical id.
    pub id: &'a str,
}

/// A resource with its place.
#[derive(Clone, Copy, Debug)]
pub struct Resource<'a> {
    /// Where it is.
    pub place: Place<'a>,
    /// Its type.
    pub kind: &'a str,
    /// All of it: type, properties and attributes.
    pub json: &'a Value,
}

impl<'a> Resource<'a> {
    /// A property, by a JSON pointer below `Properties`; null where it is not set.
    #[must_use]
    pub fn property(&self, pointer: &str) -> &'a Value {
        self.json["Properties"]
            .pointer(&format!("/{pointer}"))
            .unwrap_or(&Value::Null)
    }
}

impl Synthesis {
    /// All resources.
    pub fn resources(&self) -> impl Iterator<Item = Resource<'_>> {
        self.templates.iter().flat_map(|(stack, template)| {
            let resources = template["Resources"].as_object().into_iter().flatten();
            resources.map(move |(id, json)| Resource {
                place: Place { stack, id },
                kind: json["Type"].as_str().unwrap_or_default(),
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
        if let Some(name) = value["Fn::ImportValue"].as_str() {
            return self.templates.iter().find_map(|(exporter, template)| {
                let outputs = template["Outputs"].as_object()?;
                let output = outputs
                    .values()
                    .find(|output| output["Export"]["Name"] == name)?;
                self.target(exporter, &output["Value"])
            });
        }
        let id = value["Ref"]
            .as_str()
            .or_else(|| value["Fn::GetAtt"][0].as_str())?;
        let (stack, template) = self.templates.get_key_value(stack)?;
        let (id, _) = template["Resources"].as_object()?.get_key_value(id)?;
        Some(Place { stack, id })
    }

    /// Every value inside of a resource's properties, itself included.
    pub fn values<'a>(resource: &Resource<'a>) -> Vec<&'a Value> {
        let mut found = Vec::new();
        walk(&resource.json["Properties"], &mut |value| found.push(value));
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
