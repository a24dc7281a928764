//! The untyped tree under every typed value.
//!
//! Generated resources are thin typed shells over this tree. One type for all of them keeps their
//! compile time low (no serialisation code per resource) and lets the checks walk any template.

use std::collections::BTreeMap;

use super::Intrinsic;

/// A node of a template: JSON without `null`, which CloudFormation does not allow, and with
/// intrinsic functions as a case of their own.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Number(f64),
    /// A text.
    String(String),
    /// A list.
    List(Vec<Node>),
    /// An object; a sorted map, so that the written form has one order.
    Object(BTreeMap<String, Node>),
    /// An intrinsic function.
    Intrinsic(Box<Intrinsic>),
}

impl Node {
    /// Calls `visit` for this node and every node below it, those inside intrinsic functions too.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Node)) {
        visit(self);
        match self {
            Self::List(items) => {
                for item in items {
                    item.walk(visit);
                }
            }
            Self::Object(entries) => {
                for entry in entries.values() {
                    entry.walk(visit);
                }
            }
            Self::Intrinsic(function) => {
                for node in function.arguments() {
                    node.walk(visit);
                }
            }
            Self::Bool(_) | Self::Integer(_) | Self::Number(_) | Self::String(_) => {}
        }
    }

    /// An object of one entry: the form of every intrinsic function.
    #[must_use]
    pub fn entry(name: &str, node: Node) -> Self {
        Self::Object(BTreeMap::from([(name.to_owned(), node)]))
    }
}

/// What can stand in a template.
pub trait IntoNode {
    /// Converts into the untyped tree.
    fn into_node(self) -> Node;
}

impl IntoNode for Node {
    fn into_node(self) -> Node {
        self
    }
}

impl IntoNode for &str {
    fn into_node(self) -> Node {
        Node::String(self.to_owned())
    }
}

impl IntoNode for String {
    fn into_node(self) -> Node {
        Node::String(self)
    }
}

impl IntoNode for bool {
    fn into_node(self) -> Node {
        Node::Bool(self)
    }
}

impl IntoNode for i64 {
    fn into_node(self) -> Node {
        Node::Integer(self)
    }
}

impl<N: IntoNode> IntoNode for Vec<N> {
    fn into_node(self) -> Node {
        Node::List(self.into_iter().map(IntoNode::into_node).collect())
    }
}

impl From<serde_json::Value> for Node {
    /// `null` has no place in a template: entries and items that are `null` are left out, and
    /// `null` alone is a property that is not written.
    fn from(json: serde_json::Value) -> Self {
        match json {
            serde_json::Value::Null => Intrinsic::Ref("AWS::NoValue".to_owned()).into_node(),
            serde_json::Value::Bool(value) => Self::Bool(value),
            serde_json::Value::Number(value) => value.as_i64().map_or_else(
                || Self::Number(value.as_f64().unwrap_or_default()),
                Self::Integer,
            ),
            serde_json::Value::String(value) => Self::String(value),
            serde_json::Value::Array(items) => Self::List(
                items
                    .into_iter()
                    .filter(|item| !item.is_null())
                    .map(Self::from)
                    .collect(),
            ),
            serde_json::Value::Object(entries) => Self::Object(
                entries
                    .into_iter()
                    .filter(|(_, entry)| !entry.is_null())
                    .map(|(name, entry)| (name, Self::from(entry)))
                    .collect(),
            ),
        }
    }
}
