//! Resources of evaluated stacks.

use std::fmt;

use cloudformation::template::{entry, one_or_many, references, resource_type};
use serde_json::Value;

use super::node::{Node, Place};
use super::{EvaluatedStack, Model};

/// Whether a resource or an output is created.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Presence {
    Present,
    /// Its condition depends on what a deployment decides.
    Possible,
    Absent,
}

/// A resource of a deployment: the index of its stack, and its logical id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ResourceId<'m> {
    pub(crate) stack: usize,
    pub(crate) logical_id: &'m str,
}

/// A resource, with the model that its properties are evaluated in.
#[derive(Clone, Copy)]
pub(crate) struct Resource<'m> {
    pub(crate) id: ResourceId<'m>,
    pub(super) model: &'m Model<'m>,
    body: &'m Value,
}

impl fmt::Debug for Resource<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.id.fmt(formatter)
    }
}

impl PartialEq for Resource<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl<'m> Resource<'m> {
    pub(super) fn find(model: &'m Model<'m>, stack: usize, logical_id: &str) -> Option<Self> {
        let EvaluatedStack { stack: found, .. } = &model.stacks[stack];
        let (logical_id, body) = entry(&found.template, "Resources", logical_id)?;
        Some(Self {
            id: ResourceId { stack, logical_id },
            model,
            body,
        })
    }

    pub(crate) fn kind(self) -> &'m str {
        resource_type(self.body)
    }

    /// The region of its stack.
    pub(crate) fn region(self) -> Option<&'m str> {
        self.model.stacks[self.id.stack].stack.region.as_deref()
    }

    pub(crate) fn presence(self) -> Presence {
        self.model.presence_of(self.id.stack, self.body)
    }

    pub(crate) fn written_properties(self) -> Option<&'m Value> {
        self.body.get("Properties")
    }

    pub(crate) fn properties(self) -> Node<'m> {
        let properties = self.body.get("Properties");
        Node::of_properties(self.model, self.id, properties)
    }

    /// A property, by a path with dots.
    pub(crate) fn property(self, path: &str) -> Node<'m> {
        path.split('.')
            .fold(self.properties(), |node, name| node.get(name))
    }

    /// The properties under a path with dots, where `[]` after a name stands for each item of the list.
    pub(crate) fn each_property(self, path: &str) -> Vec<Node<'m>> {
        path.split('.')
            .fold(vec![self.properties()], |nodes, part| {
                let (name, is_list) = match part.strip_suffix("[]") {
                    Some(name) => (name, true),
                    None => (part, false),
                };
                let members = nodes.iter().map(|node| node.get(name));
                if is_list {
                    members.flat_map(|node| node.present_items()).collect()
                } else {
                    members.collect()
                }
            })
    }

    pub(crate) fn update_policy(self) -> Node<'m> {
        let policy = self.body.get("UpdatePolicy");
        Node::of_properties(self.model, self.id, policy).under("UpdatePolicy")
    }

    /// The resource itself, or a property that it does not have.
    pub(crate) fn at(self, path: &str) -> Place<'m> {
        Place {
            stack: self.id.stack,
            logical_id: self.id.logical_id,
            path: path.to_owned(),
        }
    }

    pub(crate) fn is_in_stack_of(self, other: Self) -> bool {
        self.id.stack == other.id.stack
    }

    /// The logical ids of its own template that it waits for directly: by `DependsOn`, or because it refers to them.
    pub(crate) fn dependencies(self) -> std::collections::BTreeSet<String> {
        let explicit = one_or_many(self.body.get("DependsOn")).filter_map(Value::as_str);
        let mut names: std::collections::BTreeSet<String> = explicit.map(str::to_owned).collect();
        names.extend(references(self.body).into_iter().map(|one| one.target));
        names
    }

    /// Whether CloudFormation creates it after another resource of the same template.
    pub(crate) fn waits_for(self, other: Self) -> bool {
        let mut seen = std::collections::BTreeSet::new();
        let mut open: Vec<String> = self.dependencies().into_iter().collect();
        while let Some(name) = open.pop() {
            if name == other.id.logical_id {
                return true;
            }
            if seen.insert(name.clone())
                && let Some(next) = self.model.resource(self.id.stack, &name)
            {
                open.extend(next.dependencies());
            }
        }
        false
    }

    /// The name by which a message calls it: its logical id, with the stack where that is another one.
    pub(crate) fn name_from(self, stack: usize) -> String {
        if self.id.stack == stack {
            self.id.logical_id.to_owned()
        } else {
            format!(
                "{} of {}",
                self.id.logical_id,
                self.model.stack_name(self.id.stack)
            )
        }
    }
}
