//! Conditions, the expressions that rules use too, and `Fn::If`.
//!
//! Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html>

use crate::{IntoNode, Intrinsic, LogicalId, Node, Value};

/// A boolean expression over parameters.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// `Fn::Equals`.
    Equals(Value<String>, Value<String>),
    /// `Fn::And`, of two to ten.
    And(Vec<Condition>),
    /// `Fn::Or`, of two to ten.
    Or(Vec<Condition>),
    /// `Fn::Not`.
    Not(Box<Condition>),
    /// Another condition of the template; not in rules.
    Named(ConditionHandle),
    /// `Fn::Contains`; in rules only.
    Contains(Vec<Value<String>>, Value<String>),
}

impl Condition {
    /// Whether two texts are the same.
    #[must_use]
    pub fn equals(left: impl Into<Value<String>>, right: impl Into<Value<String>>) -> Self {
        Self::Equals(left.into(), right.into())
    }

    /// Calls `visit` for this expression and every one inside it.
    pub(crate) fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Self)) {
        visit(self);
        match self {
            Self::And(parts) | Self::Or(parts) => {
                parts.iter().for_each(|part| part.walk(visit));
            }
            Self::Not(part) => part.walk(visit),
            Self::Equals(..) | Self::Named(_) | Self::Contains(..) => {}
        }
    }

    /// The texts that are compared.
    pub(crate) fn operands(&self) -> Vec<&Node> {
        match self {
            Self::Equals(left, right) => vec![left.node(), right.node()],
            Self::And(parts) | Self::Or(parts) => parts.iter().flat_map(Self::operands).collect(),
            Self::Not(part) => part.operands(),
            Self::Named(_) => Vec::new(),
            Self::Contains(items, item) => items
                .iter()
                .chain(std::iter::once(item))
                .map(Value::node)
                .collect(),
        }
    }

    pub(crate) fn named(&self) -> Vec<&str> {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().flat_map(Self::named).collect(),
            Self::Not(part) => part.named(),
            Self::Named(handle) => vec![handle.as_str()],
            Self::Equals(..) | Self::Contains(..) => Vec::new(),
        }
    }
}

impl std::ops::Not for Condition {
    type Output = Self;

    fn not(self) -> Self {
        Self::Not(Box::new(self))
    }
}

impl IntoNode for Condition {
    fn into_node(self) -> Node {
        match self {
            Self::Equals(left, right) => Node::entry(
                "Fn::Equals",
                Node::List(vec![left.into_node(), right.into_node()]),
            ),
            Self::And(parts) => Node::entry("Fn::And", parts.into_node()),
            Self::Or(parts) => Node::entry("Fn::Or", parts.into_node()),
            Self::Not(part) => Node::entry("Fn::Not", Node::List(vec![part.into_node()])),
            Self::Named(handle) => Node::entry("Condition", handle.as_str().into_node()),
            Self::Contains(items, item) => Node::entry(
                "Fn::Contains",
                Node::List(vec![items.into_node(), item.into_node()]),
            ),
        }
    }
}

/// A condition of a template, by name: only a template hands one out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConditionHandle(LogicalId);

impl ConditionHandle {
    pub(crate) const fn new(id: LogicalId) -> Self {
        Self(id)
    }

    /// The condition's logical id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl<T> Value<T> {
    /// `Fn::If`: one of two values of the same type.
    #[must_use]
    pub fn if_(
        condition: &ConditionHandle,
        then: impl Into<Self>,
        otherwise: impl Into<Self>,
    ) -> Self {
        Self::from_intrinsic(Intrinsic::If {
            condition: condition.as_str().to_owned(),
            then: then.into().into_node(),
            otherwise: otherwise.into().into_node(),
        })
    }
}
