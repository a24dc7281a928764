//! The stacks of an environment, and their resources.

use std::collections::BTreeMap;

use cloudformation::template::{entry, export_value, properties, resource_type, resources};
use common::assembly::Assembly;
use serde_json::Value;

use super::TemplateError;

/// The templates of one account and region, by stack name.
#[derive(Clone, Debug)]
pub struct Stacks {
    account: String,
    region: String,
    templates: BTreeMap<String, Value>,
    parameters: BTreeMap<String, BTreeMap<String, String>>,
}

#[derive(Clone, Copy, Debug)]
pub struct Resource<'a> {
    pub stack: &'a str,
    pub id: &'a str,
    pub resource_type: &'a str,
    /// Its properties, as written.
    pub properties: &'a Value,
    /// The attribute `UpdatePolicy`, or null.
    pub update_policy: &'a Value,
}

impl<'a> Resource<'a> {
    fn read(stack: &'a str, id: &'a str, json: &'a Value) -> Self {
        Self {
            stack,
            id,
            resource_type: resource_type(json),
            properties: properties(json),
            update_policy: &json["UpdatePolicy"],
        }
    }
}

impl Stacks {
    #[must_use]
    pub fn new(account: &str, region: &str) -> Self {
        Self {
            account: account.to_owned(),
            region: region.to_owned(),
            templates: BTreeMap::new(),
            parameters: BTreeMap::new(),
        }
    }

    /// The stacks of an assembly; `template` returns the template of a stack.
    #[must_use]
    pub fn from_assembly(assembly: &Assembly, template: impl Fn(&str) -> Option<Value>) -> Self {
        let mut stacks = Self::new(&assembly.account, &assembly.region);
        for stack in &assembly.stacks {
            if let Some(template) = template(stack.name.as_str()) {
                stacks.add(stack.name.as_str(), template);
            }
        }
        stacks
    }

    /// Adds or replaces a stack.
    pub fn add(&mut self, name: &str, template: Value) {
        self.templates.insert(name.to_owned(), template);
    }

    /// The values of a stack's parameters, by name.
    pub fn parameters_mut(&mut self, stack: &str) -> &mut BTreeMap<String, String> {
        self.parameters.entry(stack.to_owned()).or_default()
    }

    /// The account, twelve digits.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }

    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The names of the stacks, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.templates.keys().map(String::as_str)
    }

    /// A template.
    ///
    /// # Errors
    /// When there is no such stack.
    pub fn template(&self, stack: &str) -> Result<&Value, TemplateError> {
        self.templates
            .get(stack)
            .ok_or_else(|| TemplateError::NoStack(stack.to_owned()))
    }

    /// Every resource, sorted by stack and logical id.
    pub fn resources(&self) -> impl Iterator<Item = Resource<'_>> {
        self.templates.iter().flat_map(|(stack, template)| {
            resources(template).map(move |(id, json)| Resource::read(stack, id, json))
        })
    }

    pub fn resources_of_type<'a>(
        &'a self,
        resource_type: &'a str,
    ) -> impl Iterator<Item = Resource<'a>> {
        self.resources()
            .filter(move |resource| resource.resource_type == resource_type)
    }

    #[must_use]
    pub fn resource<'a>(&'a self, stack: &str, id: &str) -> Option<Resource<'a>> {
        let (stack, template) = self.templates.get_key_value(stack)?;
        let (id, json) = entry(template, "Resources", id)?;
        Some(Resource::read(stack, id, json))
    }

    #[must_use]
    pub fn parameter(&self, stack: &str, name: &str) -> Option<&str> {
        self.parameters.get(stack)?.get(name).map(String::as_str)
    }

    /// The stack with an export, and the value as written.
    pub(super) fn exported(&self, export: &str) -> Option<(&str, &Value)> {
        let mut templates = self.templates.iter();
        templates
            .find_map(|(stack, template)| Some((stack.as_str(), export_value(template, export)?)))
    }
}
