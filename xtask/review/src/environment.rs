//! An environment as it was synthesized, in a form to ask questions of.

use std::collections::BTreeMap;

use cloudformation::template::{
    Function, GetAtt, entry, export_value, properties, resource, resource_type, resources,
};
use common::assembly::Assembly;
use common::stack::StackArtifact;
use serde_json::Value;

use crate::consequence::{Applied, Consequence, Kind, Subject, Weight};

/// A synthesized environment: its assembly with the templates parsed.
#[derive(Clone, Debug)]
pub struct Environment {
    pub name: String,
    stacks: BTreeMap<String, Stack>,
}

/// A stack: its entry in the assembly, and its template.
#[derive(Clone, Debug)]
pub struct Stack {
    /// What the assembly says of it.
    pub artifact: StackArtifact,
    pub template: Value,
}

#[derive(Clone, Copy, Debug)]
pub struct Resource<'a> {
    /// The id of its stack: `service-web`.
    pub stack: &'a str,
    pub logical_id: &'a str,
    pub resource_type: &'a str,
    /// All of it: type, properties and attributes.
    pub json: &'a Value,
}

impl Environment {
    /// Reads an assembly.
    ///
    /// # Errors
    /// When a template is not JSON.
    pub fn new(assembly: &Assembly) -> serde_json::Result<Self> {
        let mut stacks = BTreeMap::new();
        for artifact in &assembly.stacks {
            let template = match artifact.template.as_deref() {
                Some(text) => serde_json::from_str(text)?,
                None => Value::Null,
            };
            let artifact = artifact.clone();
            stacks.insert(artifact.id.clone(), Stack { artifact, template });
        }
        Ok(Self {
            name: assembly.environment.to_string(),
            stacks,
        })
    }

    /// The stacks, by id.
    #[must_use]
    pub const fn stacks(&self) -> &BTreeMap<String, Stack> {
        &self.stacks
    }

    /// Every resource, by stack and logical id.
    pub fn resources(&self) -> impl Iterator<Item = Resource<'_>> {
        self.stacks.iter().flat_map(|(stack, one)| {
            resources(&one.template).map(move |(logical_id, json)| Resource {
                stack,
                logical_id,
                resource_type: resource_type(json),
                json,
            })
        })
    }

    pub fn of_type<'a>(&'a self, name: &'a str) -> impl Iterator<Item = Resource<'a>> {
        self.resources()
            .filter(move |one| one.resource_type == name)
    }

    #[must_use]
    pub fn resource<'a>(&'a self, stack: &str, logical_id: &str) -> Option<Resource<'a>> {
        let (stack, one) = self.stacks.get_key_value(stack)?;
        let (logical_id, json) = entry(&one.template, "Resources", logical_id)?;
        Some(Resource {
            stack,
            logical_id,
            resource_type: resource_type(json),
            json,
        })
    }

    /// The resource that a value refers to by `Ref`, `Fn::GetAtt` or `Fn::ImportValue`.
    #[must_use]
    pub fn target<'a>(&'a self, stack: &str, value: &Value) -> Option<Resource<'a>> {
        match Function::of(value)? {
            Function::Ref(id) | Function::GetAtt(GetAtt { target: id, .. }) => {
                self.resource(stack, id)
            }
            Function::ImportValue(name) => {
                let (exporter, value) = self.exported(name.as_str()?)?;
                self.target(exporter, value)
            }
            _ => None,
        }
    }

    /// The stack that has an export, and the export's value.
    #[must_use]
    pub fn exported<'a>(&'a self, export: &str) -> Option<(&'a str, &'a Value)> {
        self.stacks
            .iter()
            .find_map(|(stack, one)| Some((stack.as_str(), export_value(&one.template, export)?)))
    }

    /// The ids of the stacks that import an export.
    pub fn importers<'a>(&'a self, export: &'a str) -> impl Iterator<Item = &'a str> {
        self.stacks.iter().filter_map(move |(stack, one)| {
            let imports = one.artifact.imports.iter();
            imports
                .into_iter()
                .any(|name| name == export)
                .then_some(stack.as_str())
        })
    }

    #[must_use]
    pub fn applied(&self, stack: &str) -> Applied {
        match self.stacks.get(stack) {
            Some(one) if one.artifact.applied_manually => Applied::Manually,
            _ => Applied::ByDeploying,
        }
    }

    /// A resource as the subject of a consequence; the stack itself where the logical id is empty.
    #[must_use]
    pub fn subject(&self, stack: &str, logical_id: &str) -> Subject {
        let stack_of = self.stacks.get(stack);
        let json = stack_of.and_then(|one| resource(&one.template, logical_id));
        let defined_at = stack_of.and_then(|one| one.artifact.locations.get(logical_id));
        Subject {
            stack: stack.to_owned(),
            logical_id: logical_id.to_owned(),
            resource_type: json.map(resource_type).unwrap_or_default().to_owned(),
            defined_at: defined_at.cloned(),
        }
    }

    /// What happens to a resource of this side, or to a stack where the logical id is empty.
    pub(crate) fn consequence(
        &self,
        stack: &str,
        logical_id: &str,
        weight: Weight,
        kind: Kind,
        text: String,
    ) -> Consequence {
        Consequence {
            weight,
            kind,
            text,
            property: None,
            from: None,
            to: None,
            subjects: vec![self.subject(stack, logical_id)],
            applied: self.applied(stack),
            causes: Vec::new(),
        }
    }
}

impl<'a> Resource<'a> {
    /// A property by a JSON pointer below `Properties`: `LaunchTemplateData/ImageId`.
    #[must_use]
    pub fn property(&self, pointer: &str) -> Option<&'a Value> {
        properties(self.json).pointer(&format!("/{pointer}"))
    }

    #[must_use]
    pub fn text(&self, pointer: &str) -> Option<&'a str> {
        self.property(pointer)?.as_str()
    }
}
