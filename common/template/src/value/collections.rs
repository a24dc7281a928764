//! Lists, maps, free-form JSON, and the properties of a resource.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use super::{IntoNode, Intrinsic, Node, Value};
use crate::LogicalId;

/// A list of `T`: a literal one, or an intrinsic function that returns a list.
pub struct List<T> {
    node: Node,
    marker: PhantomData<fn() -> T>,
}

impl<T> List<T> {
    /// A list from an untyped node. The caller vouches that it is a list of `T`.
    #[must_use]
    pub const fn from_node(node: Node) -> Self {
        Self {
            node,
            marker: PhantomData,
        }
    }

    /// `Ref` of a list parameter.
    #[must_use]
    pub fn reference(id: &LogicalId) -> Self {
        Self::from_node(Intrinsic::Ref(id.as_str().to_owned()).into_node())
    }

    /// `Fn::GetAtt` of an attribute that is a list.
    #[must_use]
    pub fn get_att(id: &LogicalId, attribute: &str) -> Self {
        let id = id.as_str().to_owned();
        Self::from_node(
            Intrinsic::GetAtt {
                id,
                attribute: attribute.to_owned(),
            }
            .into_node(),
        )
    }

    /// The untyped form.
    #[must_use]
    pub const fn node(&self) -> &Node {
        &self.node
    }

    /// The same list taken as a list of `U`; see [`Value::cast`].
    #[must_use]
    pub fn cast<U>(self) -> List<U> {
        List::from_node(self.node)
    }
}

/// A map from names to `T`.
pub struct Map<T> {
    node: Node,
    marker: PhantomData<fn() -> T>,
}

impl<T> Map<T> {
    /// A map from an untyped node. The caller vouches that it is a map of `T`.
    #[must_use]
    pub const fn from_node(node: Node) -> Self {
        Self {
            node,
            marker: PhantomData,
        }
    }
}

macro_rules! marker_traits {
    ($($name:ident),*) => {$(
        impl<T> Clone for $name<T> {
            fn clone(&self) -> Self {
                Self::from_node(self.node.clone())
            }
        }
        impl<T> fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.node.fmt(f)
            }
        }
        impl<T> PartialEq for $name<T> {
            fn eq(&self, other: &Self) -> bool {
                self.node == other.node
            }
        }
        impl<T> IntoNode for $name<T> {
            fn into_node(self) -> Node {
                self.node
            }
        }
    )*};
}
marker_traits!(List, Map);

impl<T, V: Into<Value<T>>> FromIterator<V> for List<T> {
    fn from_iter<I: IntoIterator<Item = V>>(items: I) -> Self {
        let nodes = items
            .into_iter()
            .map(|item| item.into().into_node())
            .collect();
        Self::from_node(Node::List(nodes))
    }
}

impl<T, V: Into<Value<T>>> From<Vec<V>> for List<T> {
    fn from(items: Vec<V>) -> Self {
        items.into_iter().collect()
    }
}

impl<T, V: Into<Value<T>>, const N: usize> From<[V; N]> for List<T> {
    fn from(items: [V; N]) -> Self {
        items.into_iter().collect()
    }
}

impl<T, N: Into<String>, V: Into<Value<T>>> FromIterator<(N, V)> for Map<T> {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(entries: I) -> Self {
        let nodes = entries
            .into_iter()
            .map(|(name, entry)| (name.into(), entry.into().into_node()))
            .collect();
        Self::from_node(Node::Object(nodes))
    }
}

impl<T, V: Into<Value<T>>> From<BTreeMap<String, V>> for Map<T> {
    fn from(entries: BTreeMap<String, V>) -> Self {
        entries.into_iter().collect()
    }
}

impl<T, N: Into<String>, V: Into<Value<T>>, const L: usize> From<[(N, V); L]> for Map<T> {
    fn from(entries: [(N, V); L]) -> Self {
        entries.into_iter().collect()
    }
}

/// Marker of free-form JSON: `Value<Json>` takes any object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Json {}

/// The properties of a resource or of a nested property type, by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Properties(BTreeMap<String, Node>);

impl Properties {
    /// Sets one property, replacing what was there.
    pub fn set(&mut self, name: &str, value: impl IntoNode) {
        self.0.insert(name.to_owned(), value.into_node());
    }

    /// As [`Properties::set`], chained.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl IntoNode) -> Self {
        self.set(name, value);
        self
    }

    /// What a property was set to.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.0.get(name)
    }

    /// All properties that were set, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Node)> {
        self.0.iter().map(|(name, node)| (name.as_str(), node))
    }

    /// Whether no property was set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl IntoNode for Properties {
    fn into_node(self) -> Node {
        Node::Object(self.0)
    }
}
