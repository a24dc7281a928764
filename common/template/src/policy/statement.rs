//! One statement of a policy.

use std::collections::BTreeMap;

use super::Principal;
use crate::{IntoNode, Node, Properties, Value};

/// Whether a statement allows or denies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Allows, unless something denies.
    Allow,
    /// Denies, and overrides every allow.
    Deny,
}

/// A permission or a denial: actions, resources, conditions.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    sid: Option<String>,
    effect: Effect,
    actions: Vec<String>,
    excluded_actions: bool,
    resources: Vec<Node>,
    principals: Vec<Principal>,
    conditions: BTreeMap<(&'static str, String), Vec<Node>>,
}

impl Statement {
    fn new<A: Into<String>>(effect: Effect, actions: impl IntoIterator<Item = A>) -> Self {
        Self {
            sid: None,
            effect,
            actions: actions.into_iter().map(Into::into).collect(),
            excluded_actions: false,
            resources: Vec::new(),
            principals: Vec::new(),
            conditions: BTreeMap::new(),
        }
    }

    /// A statement that allows these actions (`ecr:BatchGetImage`).
    #[must_use]
    pub fn allow<A: Into<String>>(actions: impl IntoIterator<Item = A>) -> Self {
        Self::new(Effect::Allow, actions)
    }

    /// Denies these actions, whatever other statements allow.
    #[must_use]
    pub fn deny<A: Into<String>>(actions: impl IntoIterator<Item = A>) -> Self {
        Self::new(Effect::Deny, actions)
    }

    /// Denies everything but these actions.
    #[must_use]
    pub fn deny_all_but<A: Into<String>>(actions: impl IntoIterator<Item = A>) -> Self {
        Self {
            excluded_actions: true,
            ..Self::new(Effect::Deny, actions)
        }
    }

    /// Names the statement: letters and digits.
    #[must_use]
    pub fn sid(mut self, sid: &str) -> Self {
        self.sid = Some(sid.to_owned());
        self
    }

    /// On one more resource: an ARN.
    #[must_use]
    pub fn on(mut self, resource: impl Into<Value<String>>) -> Self {
        self.resources.push(resource.into().into_node());
        self
    }

    /// Adds several resources that the statement applies to.
    #[must_use]
    pub fn on_each<V: Into<Value<String>>>(self, resources: impl IntoIterator<Item = V>) -> Self {
        resources.into_iter().fold(self, Self::on)
    }

    /// On everything, for actions that know no resources, or for policies that are attached to
    /// the one resource they speak of.
    ///
    /// `reason` is for the reader of the definition; it is not written.
    #[must_use]
    pub fn on_everything(self, reason: &'static str) -> Self {
        let _ = reason;
        self.on("*")
    }

    /// For one more principal, in resource and trust policies.
    #[must_use]
    pub fn by(mut self, principal: Principal) -> Self {
        self.principals.push(principal);
        self
    }

    /// Only under a condition: operator (`StringEquals`), key, value. Values of one operator and
    /// key are alternatives.
    #[must_use]
    pub fn when(
        mut self,
        operator: &'static str,
        key: impl Into<String>,
        value: impl Into<Value<String>>,
    ) -> Self {
        let values = self.conditions.entry((operator, key.into())).or_default();
        values.push(value.into().into_node());
        self
    }

    /// Takes over the other's resources where the two differ in nothing else; says whether.
    pub(super) fn absorb(&mut self, other: &Self) -> bool {
        let resources = std::mem::take(&mut self.resources);
        let rest = Self {
            resources: Vec::new(),
            ..other.clone()
        };
        let same = *self == rest;
        self.resources = resources;
        if same {
            let new = other
                .resources
                .iter()
                .filter(|node| !self.resources.contains(node));
            let new: Vec<Node> = new.cloned().collect();
            self.resources.extend(new);
        }
        same
    }

    /// Whether it allows or denies.
    #[must_use]
    pub const fn effect(&self) -> Effect {
        self.effect
    }

    /// The actions, or with [`Self::deny_all_but`] the exceptions.
    #[must_use]
    pub fn actions(&self) -> &[String] {
        &self.actions
    }
}

/// IAM shows a list of one as the item itself, and so does drift detection.
fn one_or_many(mut nodes: Vec<Node>) -> Node {
    if nodes.len() == 1 {
        nodes.remove(0)
    } else {
        Node::List(nodes)
    }
}

impl IntoNode for Statement {
    fn into_node(self) -> Node {
        let effect = match self.effect {
            Effect::Allow => "Allow",
            Effect::Deny => "Deny",
        };
        let actions = self.actions.into_iter().map(Node::String).collect();
        let name = if self.excluded_actions {
            "NotAction"
        } else {
            "Action"
        };
        let mut properties = Properties::default()
            .with("Effect", effect)
            .with(name, one_or_many(actions));
        if let Some(sid) = self.sid {
            properties.set("Sid", sid);
        }
        if !self.resources.is_empty() {
            properties.set("Resource", one_or_many(self.resources));
        }
        if !self.principals.is_empty() {
            properties.set(
                "Principal",
                Principal::written(self.principals, one_or_many),
            );
        }
        if !self.conditions.is_empty() {
            let mut operators: BTreeMap<String, BTreeMap<String, Node>> = BTreeMap::new();
            for ((operator, key), values) in self.conditions {
                let keys = operators.entry(operator.to_owned()).or_default();
                keys.insert(key, one_or_many(values));
            }
            let operators = operators
                .into_iter()
                .map(|(name, keys)| (name, Node::Object(keys)))
                .collect();
            properties.set("Condition", Node::Object(operators));
        }
        properties.into_node()
    }
}
