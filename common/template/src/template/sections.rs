//! Outputs, mappings and rules.

use std::collections::BTreeMap;

use super::Condition;
use crate::{ConditionHandle, IntoNode, Node, Properties, Value};

/// A value that a stack shows, and possibly exports to others.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    pub(crate) value: Node,
    pub(crate) description: String,
    pub(crate) export: Option<String>,
    pub(crate) condition: Option<ConditionHandle>,
}

impl Output {
    /// An output that nothing imports.
    #[must_use]
    pub fn new<T>(description: &str, value: impl Into<Value<T>>) -> Self {
        let value = value.into().into_node();
        Self {
            value,
            description: description.to_owned(),
            export: None,
            condition: None,
        }
    }

    /// Exports it under a name, unique in its account and region.
    #[must_use]
    pub fn export(mut self, name: impl Into<String>) -> Self {
        self.export = Some(name.into());
        self
    }

    /// Shows it only where the condition holds.
    #[must_use]
    pub fn when(mut self, condition: &ConditionHandle) -> Self {
        self.condition = Some(condition.clone());
        self
    }

    /// The name that it is exported under.
    #[must_use]
    pub fn export_name(&self) -> Option<&str> {
        self.export.as_deref()
    }

    pub(crate) fn written(&self) -> Node {
        let mut properties = Properties::default()
            .with("Description", self.description.as_str())
            .with("Value", self.value.clone());
        if let Some(name) = &self.export {
            properties.set("Export", Properties::default().with("Name", name.as_str()));
        }
        if let Some(condition) = &self.condition {
            properties.set("Condition", condition.as_str());
        }
        properties.into_node()
    }
}

/// A two-level table of literals.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mapping(BTreeMap<String, BTreeMap<String, Node>>);

impl Mapping {
    /// Adds the value of a top-level and a second-level key.
    #[must_use]
    pub fn with(mut self, first: &str, second: &str, value: impl IntoNode) -> Self {
        self.0
            .entry(first.to_owned())
            .or_default()
            .insert(second.to_owned(), value.into_node());
        self
    }

    /// The rows, by their top-level keys.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (&str, &BTreeMap<String, Node>)> {
        self.0.iter().map(|(key, row)| (key.as_str(), row))
    }

    pub(crate) fn written(&self) -> Node {
        Node::Object(
            self.0
                .iter()
                .map(|(key, row)| (key.clone(), Node::Object(row.clone())))
                .collect(),
        )
    }
}

/// A check of the parameters before anything is deployed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rule {
    pub(crate) condition: Option<Condition>,
    pub(crate) assertions: Vec<(Condition, String)>,
}

impl Rule {
    /// Applies the rule only where this holds.
    #[must_use]
    pub fn when(mut self, condition: Condition) -> Self {
        self.condition = Some(condition);
        self
    }

    /// What must hold, and what to say when it doesn't.
    #[must_use]
    pub fn assert(mut self, condition: Condition, otherwise: &str) -> Self {
        self.assertions.push((condition, otherwise.to_owned()));
        self
    }

    pub(crate) fn written(&self) -> Node {
        let assertions: Vec<Properties> = self
            .assertions
            .iter()
            .map(|(condition, otherwise)| {
                Properties::default()
                    .with("Assert", condition.clone())
                    .with("AssertDescription", otherwise.as_str())
            })
            .collect();
        let mut properties = Properties::default().with("Assertions", assertions);
        if let Some(condition) = &self.condition {
            properties.set("RuleCondition", condition.clone());
        }
        properties.into_node()
    }
}
