//! The template itself.
//!
//! Adding never fails: a template remembers where in the source each thing was added, and its
//! checks name both places of a duplicate. So a definition reads as a list of resources, and no
//! mistake is lost.

use std::collections::BTreeMap;
use std::panic::Location;

use super::{Condition, ConditionHandle, Mapping, Output, Parameter, Rule};
use crate::resource::Attributes;
use crate::resource::{Declared, DeletionPolicy, Resource, TypeFacts, UpdateReplacePolicy};
use crate::{IntoNode, LogicalId, Node, Properties, TemplateError, TemplateErrorKind, Value};

/// Where in the source something was added.
pub(crate) type Place = &'static Location<'static>;

/// A CloudFormation template in the making.
#[derive(Clone, Debug)]
pub struct Template {
    pub(crate) created: Place,
    pub(crate) description: String,
    pub(crate) metadata: Properties,
    pub(crate) parameters: BTreeMap<LogicalId, Node>,
    pub(crate) mappings: BTreeMap<LogicalId, Mapping>,
    pub(crate) conditions: BTreeMap<LogicalId, Condition>,
    pub(crate) rules: BTreeMap<LogicalId, Rule>,
    pub(crate) resources: BTreeMap<LogicalId, TemplateResource>,
    pub(crate) outputs: BTreeMap<LogicalId, Output>,
    pub(crate) places: BTreeMap<(&'static str, LogicalId), Place>,
    pub(crate) errors: Vec<TemplateError>,
}

/// A resource in a template, free of its Rust type.
#[derive(Clone, Debug)]
pub struct TemplateResource {
    /// What is known of its type.
    pub facts: &'static TypeFacts,
    /// The properties that were set.
    pub properties: Properties,
    pub(crate) attributes: Attributes,
}

impl PartialEq for TemplateResource {
    fn eq(&self, other: &Self) -> bool {
        self.facts.name == other.facts.name
            && self.properties == other.properties
            && self.attributes == other.attributes
    }
}

impl TemplateResource {
    /// What happens when it leaves the stack; CloudFormation deletes it where nothing is said.
    #[must_use]
    pub fn deletion_policy(&self) -> DeletionPolicy {
        self.attributes
            .deletion_policy
            .unwrap_or(DeletionPolicy::Delete)
    }

    /// What happens to the old one on a replacement.
    #[must_use]
    pub fn update_replace_policy(&self) -> UpdateReplacePolicy {
        self.attributes
            .update_replace_policy
            .unwrap_or(UpdateReplacePolicy::Delete)
    }
}

/// Templates are equal when they say the same, wherever and in whatever order it was written.
impl PartialEq for Template {
    fn eq(&self, other: &Self) -> bool {
        self.description == other.description
            && self.metadata == other.metadata
            && self.parameters == other.parameters
            && self.mappings == other.mappings
            && self.conditions == other.conditions
            && self.rules == other.rules
            && self.resources == other.resources
            && self.outputs == other.outputs
            && self.errors.len() == other.errors.len()
    }
}

impl Template {
    /// An empty template. The description shows in the console's list of stacks.
    #[must_use]
    #[track_caller]
    pub fn new(description: impl Into<String>) -> Self {
        Self {
            created: Location::caller(),
            description: description.into(),
            metadata: Properties::default(),
            parameters: BTreeMap::new(),
            mappings: BTreeMap::new(),
            conditions: BTreeMap::new(),
            rules: BTreeMap::new(),
            resources: BTreeMap::new(),
            outputs: BTreeMap::new(),
            places: BTreeMap::new(),
            errors: Vec::new(),
        }
    }

    /// Adds a resource under a logical id and gives back the handle to refer to it by.
    ///
    /// What the type's facts call stateful is kept on deletion and replacement unless
    /// [`Declared::retention`] says otherwise.
    #[track_caller]
    pub fn add<R: Resource>(
        &mut self,
        id: impl Into<String>,
        resource: impl Into<Declared<R>>,
    ) -> R::Handle {
        let id = self.claim("resource", id.into(), Location::caller());
        let Declared {
            resource,
            mut attributes,
        } = resource.into();
        if R::FACTS.stateful {
            attributes
                .deletion_policy
                .get_or_insert(DeletionPolicy::RetainExceptOnCreate);
            attributes
                .update_replace_policy
                .get_or_insert(UpdateReplacePolicy::Retain);
        }
        let properties = resource.into_properties();
        let entry = TemplateResource {
            facts: R::FACTS,
            properties,
            attributes,
        };
        self.resources.entry(id.clone()).or_insert(entry);
        R::Handle::from(id)
    }

    /// Adds a parameter and gives back its `Ref`.
    #[track_caller]
    pub fn parameter<T>(&mut self, id: impl Into<String>, parameter: Parameter<T>) -> Value<T> {
        let id = self.claim("parameter", id.into(), Location::caller());
        self.parameters
            .entry(id.clone())
            .or_insert_with(|| parameter.into_node());
        Value::reference(&id)
    }

    /// Adds a condition; the handle refers to it.
    #[track_caller]
    pub fn condition(&mut self, id: impl Into<String>, condition: Condition) -> ConditionHandle {
        let id = self.claim("condition", id.into(), Location::caller());
        self.conditions.entry(id.clone()).or_insert(condition);
        ConditionHandle::new(id)
    }

    /// Adds a mapping; [`crate::find_in_map`] reads it.
    #[track_caller]
    pub fn mapping(&mut self, id: impl Into<String>, mapping: Mapping) {
        let id = self.claim("mapping", id.into(), Location::caller());
        self.mappings.entry(id).or_insert(mapping);
    }

    /// Adds a rule about parameters.
    #[track_caller]
    pub fn rule(&mut self, id: impl Into<String>, rule: Rule) {
        let id = self.claim("rule", id.into(), Location::caller());
        self.rules.entry(id).or_insert(rule);
    }

    /// Adds an output, which may be an export.
    #[track_caller]
    pub fn output(&mut self, id: impl Into<String>, output: Output) {
        let id = self.claim("output", id.into(), Location::caller());
        self.outputs.entry(id).or_insert(output);
    }

    /// Adds to the template's metadata.
    #[track_caller]
    pub fn metadata(&mut self, name: &str, value: impl IntoNode) {
        let id = LogicalId::unchecked(name.to_owned());
        self.places.insert(("metadata", id), Location::caller());
        self.metadata.set(name, value);
    }

    /// The resources in the order of their logical ids, conditional ones included.
    pub fn resources(&self) -> impl Iterator<Item = (&LogicalId, &TemplateResource)> {
        self.resources.iter()
    }

    /// Where in the source a resource was added.
    #[must_use]
    pub fn defined_at(&self, id: &LogicalId) -> &'static Location<'static> {
        self.place("resource", id)
    }

    /// The outputs in the order of their logical ids, exported ones included.
    pub fn outputs(&self) -> impl Iterator<Item = (&LogicalId, &Output)> {
        self.outputs.iter()
    }

    /// The logical ids of the parameters.
    pub fn parameters(&self) -> impl Iterator<Item = &LogicalId> {
        self.parameters.keys()
    }

    /// Every node of the template that is not a name.
    pub(crate) fn walk<'a>(&'a self, visit: &mut dyn FnMut(Place, &'a Node)) {
        for (name, node) in self.metadata.iter() {
            let place = self.place("metadata", &LogicalId::unchecked(name.to_owned()));
            node.walk(&mut |node| visit(place, node));
        }
        for (id, resource) in &self.resources {
            let place = self.place("resource", id);
            for (_, node) in resource
                .properties
                .iter()
                .chain(resource.attributes.metadata.iter())
            {
                node.walk(&mut |node| visit(place, node));
            }
        }
        for (id, output) in &self.outputs {
            let place = self.place("output", id);
            output.value.walk(&mut |node| visit(place, node));
        }
        for (id, condition) in &self.conditions {
            let place = self.place("condition", id);
            for operand in condition.operands() {
                operand.walk(&mut |node| visit(place, node));
            }
        }
        for (id, rule) in &self.rules {
            let place = self.place("rule", id);
            let assertions = rule.assertions.iter().map(|(condition, _)| condition);
            for operand in rule
                .condition
                .iter()
                .chain(assertions)
                .flat_map(Condition::operands)
            {
                operand.walk(&mut |node| visit(place, node));
            }
        }
    }

    pub(crate) fn place(&self, section: &'static str, id: &LogicalId) -> Place {
        self.places
            .get(&(section, id.clone()))
            .copied()
            .unwrap_or(self.created)
    }

    /// Checks a name and remembers where it was added. A `Ref` names a resource or a parameter, so
    /// those two may not share an id.
    fn claim(&mut self, section: &'static str, id: String, place: Place) -> LogicalId {
        let id = LogicalId::new(id.clone()).unwrap_or_else(|source| {
            self.errors.push(TemplateError::at(
                place,
                TemplateErrorKind::Malformed(source),
            ));
            LogicalId::unchecked(id)
        });
        let rival = match section {
            "resource" => "parameter",
            "parameter" => "resource",
            other => other,
        };
        let taken = [section, rival]
            .into_iter()
            .find_map(|section| Some((section, *self.places.get(&(section, id.clone()))?)));
        if let Some((section, first)) = taken {
            let kind = TemplateErrorKind::Duplicate {
                section,
                id: id.clone(),
                first,
            };
            self.errors.push(TemplateError::at(place, kind));
        } else {
            self.places.insert((section, id.clone()), place);
        }
        id
    }
}
