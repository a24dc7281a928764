//! The untyped tree under every typed value: nodes, and the intrinsic functions among them.
//!
//! Generated resources are thin typed shells over this tree. One type for all of them keeps their
//! compile time low (no serialisation code per resource) and lets the checks walk any template.

use std::collections::BTreeMap;

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
    /// A literal text; a reference to something is an [`Intrinsic`].
    String(String),
    /// In the order in which it is written.
    List(Vec<Node>),
    /// An object; a sorted map, so that the written form has one order.
    Object(BTreeMap<String, Node>),
    /// A function that CloudFormation replaces by its result while deploying.
    Intrinsic(Box<Intrinsic>),
}

/// An intrinsic function with its arguments.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html>
#[derive(Clone, Debug, PartialEq)]
pub enum Intrinsic {
    /// `Ref` of a resource, a parameter or a pseudo parameter.
    Ref(String),
    /// `Fn::GetAtt`.
    GetAtt {
        /// Logical id of the resource.
        id: String,
        /// The attribute; nested ones are dotted (`Endpoint.Address`).
        attribute: String,
    },
    /// `Fn::Sub`.
    Sub {
        /// The text with `${…}` places.
        text: String,
        /// What the places stand for that are not references of the template.
        variables: BTreeMap<String, Node>,
    },
    /// `Fn::Join`.
    Join {
        /// What goes between the parts.
        delimiter: String,
        /// The parts: a list of texts, or a function that returns one.
        list: Node,
    },
    /// `Fn::Select`.
    Select {
        /// Position in the list, from 0.
        index: u32,
        /// Not empty, and without `null`: a list, or a function that returns one.
        list: Node,
    },
    /// `Fn::Split`.
    Split {
        /// The text between the parts.
        delimiter: String,
        /// The text to split.
        text: Node,
    },
    /// `Fn::ImportValue` of another stack's export.
    ImportValue(String),
    /// `Fn::If`.
    If {
        /// Name of a condition.
        condition: String,
        /// The value when it holds.
        then: Node,
        /// The value when it doesn't.
        otherwise: Node,
    },
    /// `Fn::Base64`.
    Base64(Node),
    /// `Fn::Cidr`.
    Cidr {
        /// The block to divide.
        block: Node,
        /// The number of blocks to cut.
        count: u32,
        /// Subnet bits: 32 less the prefix length.
        bits: u32,
    },
    /// `Fn::GetAZs`.
    GetAzs(Node),
    /// `Fn::FindInMap`.
    FindInMap {
        /// Name of the mapping.
        map: String,
        /// The top-level key of the mapping.
        first: Node,
        /// The second-level key of the mapping.
        second: Node,
    },
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

impl Intrinsic {
    /// The arguments in which further functions may stand; names and numbers are left out.
    pub(crate) fn arguments(&self) -> Box<dyn Iterator<Item = &Node> + '_> {
        match self {
            Self::Ref(_) | Self::GetAtt { .. } | Self::ImportValue(_) => {
                Box::new(std::iter::empty())
            }
            Self::Sub { variables, .. } => Box::new(variables.values()),
            Self::Join { list: node, .. }
            | Self::Select { list: node, .. }
            | Self::Split { text: node, .. }
            | Self::Base64(node)
            | Self::Cidr { block: node, .. }
            | Self::GetAzs(node) => Box::new(std::iter::once(node)),
            Self::If {
                then: a,
                otherwise: b,
                ..
            }
            | Self::FindInMap {
                first: a,
                second: b,
                ..
            } => Box::new([a, b].into_iter()),
        }
    }

    /// The name that it has in JSON.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Ref(_) => "Ref",
            Self::GetAtt { .. } => "Fn::GetAtt",
            Self::Sub { .. } => "Fn::Sub",
            Self::Join { .. } => "Fn::Join",
            Self::Select { .. } => "Fn::Select",
            Self::Split { .. } => "Fn::Split",
            Self::ImportValue(_) => "Fn::ImportValue",
            Self::If { .. } => "Fn::If",
            Self::Base64(_) => "Fn::Base64",
            Self::Cidr { .. } => "Fn::Cidr",
            Self::GetAzs(_) => "Fn::GetAZs",
            Self::FindInMap { .. } => "Fn::FindInMap",
        }
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

impl IntoNode for Intrinsic {
    fn into_node(self) -> Node {
        Node::Intrinsic(Box::new(self))
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
