//! Typed values: [`Value`], [`List`] and [`Map`], each a literal or an intrinsic function; free-form JSON; and the
//! properties of a resource.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use super::node::{IntoNode, Intrinsic, Node};
use crate::LogicalId;

/// A literal, or an intrinsic function whose result is a `T`.
///
/// `T` is a marker: `String`, `i64`, `f64`, `bool`, [`Json`], a generated property type or enum,
/// or the [`Kind`] of thing a reference names, such as `VpcId`. A `Value<SubnetId>` where a
/// `Value<VpcId>` is wanted does not compile.
pub struct Value<T> {
    node: Node,
    marker: PhantomData<fn() -> T>,
}

/// A kind of reference: what an id, a name or an ARN identifies.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a kind of reference",
    note = "kinds are generated into `common_resources::kinds` from the CloudFormation schemas"
)]
pub trait Kind {
    /// Its name, as it stands in the assembly's list of exports: `VpcId`.
    const NAME: &'static str;
}

/// A nested property type of a resource.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a property type of a CloudFormation resource"
)]
pub trait PropertyType {
    /// The properties that were set.
    fn into_properties(self) -> Properties;
}

/// An enumeration of the texts a property takes.
pub trait EnumValue {
    /// The text, as CloudFormation spells it.
    fn as_str(&self) -> &'static str;
}

impl<T> Value<T> {
    /// A value from an untyped node. The caller vouches that its result is a `T`.
    #[must_use]
    pub const fn from_node(node: Node) -> Self {
        Self {
            node,
            marker: PhantomData,
        }
    }

    /// A value from an intrinsic function. The caller vouches that its result is a `T`.
    #[must_use]
    pub fn from_intrinsic(function: Intrinsic) -> Self {
        Self::from_node(function.into_node())
    }

    /// A literal text as a `T`. The caller vouches that the text names a `T`: use it for what
    /// comes from outside (an input file) and was checked there.
    #[must_use]
    pub fn trusted(text: impl Into<String>) -> Self {
        Self::from_node(Node::String(text.into()))
    }

    /// `Ref` of something in the same template.
    #[must_use]
    pub fn reference(id: &LogicalId) -> Self {
        Self::from_intrinsic(Intrinsic::Ref(id.as_str().to_owned()))
    }

    /// `Fn::GetAtt` of a resource in the same template.
    #[must_use]
    pub fn get_att(id: &LogicalId, attribute: &str) -> Self {
        Self::from_intrinsic(Intrinsic::GetAtt {
            id: id.as_str().to_owned(),
            attribute: attribute.to_owned(),
        })
    }

    /// The untyped tree under the value.
    #[must_use]
    pub const fn node(&self) -> &Node {
        &self.node
    }

    /// The same value taken as a `U`. For the few places where AWS documents that one kind of
    /// thing is also another; say which in a comment.
    #[must_use]
    pub fn cast<U>(self) -> Value<U> {
        Value::from_node(self.node)
    }

    /// The literal text, where the value is one.
    #[must_use]
    pub fn as_literal(&self) -> Option<&str> {
        match &self.node {
            Node::String(text) => Some(text),
            _ => None,
        }
    }
}

// Derives would ask the same of `T`, which is only a marker.
impl<T> Clone for Value<T> {
    fn clone(&self) -> Self {
        Self::from_node(self.node.clone())
    }
}

impl<T> fmt::Debug for Value<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.node.fmt(f)
    }
}

impl<T> PartialEq for Value<T> {
    fn eq(&self, other: &Self) -> bool {
        self.node == other.node
    }
}

impl<T> IntoNode for Value<T> {
    fn into_node(self) -> Node {
        self.node
    }
}

impl<T> From<&Value<T>> for Value<T> {
    fn from(value: &Value<T>) -> Self {
        value.clone()
    }
}

impl<T: PropertyType> From<T> for Value<T> {
    fn from(properties: T) -> Self {
        Self::from_node(properties.into_properties().into_node())
    }
}

/// Whatever a reference names, its text fits where any text does.
impl<K: Kind> From<Value<K>> for Value<String> {
    fn from(value: Value<K>) -> Self {
        value.cast()
    }
}

impl<K: Kind> From<&Value<K>> for Value<String> {
    fn from(value: &Value<K>) -> Self {
        value.clone().cast()
    }
}

impl From<&str> for Value<String> {
    fn from(text: &str) -> Self {
        Self::trusted(text)
    }
}

impl From<String> for Value<String> {
    fn from(text: String) -> Self {
        Self::trusted(text)
    }
}

impl From<&String> for Value<String> {
    fn from(text: &String) -> Self {
        Self::trusted(text)
    }
}

impl From<bool> for Value<bool> {
    fn from(value: bool) -> Self {
        Self::from_node(Node::Bool(value))
    }
}

macro_rules! numbers {
    ($($source:ty),*) => {$(
        impl From<$source> for Value<i64> {
            fn from(value: $source) -> Self {
                Self::from_node(Node::Integer(i64::from(value)))
            }
        }
    )*};
}
numbers!(i64, i32, u32, u16, u8);

impl From<f64> for Value<f64> {
    fn from(value: f64) -> Self {
        Self::from_node(Node::Number(value))
    }
}

impl From<i32> for Value<f64> {
    fn from(value: i32) -> Self {
        Self::from_node(Node::Integer(i64::from(value)))
    }
}

impl From<u32> for Value<f64> {
    fn from(value: u32) -> Self {
        Self::from_node(Node::Integer(i64::from(value)))
    }
}

impl From<serde_json::Value> for Value<Json> {
    fn from(json: serde_json::Value) -> Self {
        Self::from_node(json.into())
    }
}

impl From<Properties> for Value<Json> {
    fn from(properties: Properties) -> Self {
        Self::from_node(properties.into_node())
    }
}

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

    /// A list from an intrinsic function. The caller vouches that its result is a list of `T`.
    #[must_use]
    pub fn from_intrinsic(function: Intrinsic) -> Self {
        Self::from_node(function.into_node())
    }

    /// `Ref` of a list parameter.
    #[must_use]
    pub fn reference(id: &LogicalId) -> Self {
        Self::from_intrinsic(Intrinsic::Ref(id.as_str().to_owned()))
    }

    /// An attribute that CloudFormation returns as a list: `NameServers` of a hosted zone.
    #[must_use]
    pub fn get_att(id: &LogicalId, attribute: &str) -> Self {
        let id = id.as_str().to_owned();
        Self::from_intrinsic(Intrinsic::GetAtt {
            id,
            attribute: attribute.to_owned(),
        })
    }

    /// The untyped tree under the value.
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
