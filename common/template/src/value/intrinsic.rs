//! The intrinsic functions.
//!
//! Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html>

use std::collections::BTreeMap;

use super::{IntoNode, List, Node, Value};

/// An intrinsic function with its arguments.
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
        /// A list.
        list: Node,
    },
    /// `Fn::Select`.
    Select {
        /// Position in the list, from 0.
        index: u32,
        /// A list.
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

impl Intrinsic {
    /// The function as a typed value. The caller vouches for the type.
    #[must_use]
    pub fn into_value<T>(self) -> Value<T> {
        Value::from_node(self.into_node())
    }

    /// The nodes among the arguments.
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

impl IntoNode for Intrinsic {
    fn into_node(self) -> Node {
        Node::Intrinsic(Box::new(self))
    }
}

/// `Fn::Sub` in the making: a text with `${…}` places and what some of them stand for.
#[derive(Clone, Debug)]
pub struct Sub {
    text: String,
    variables: BTreeMap<String, Node>,
}

/// A text in which `${LogicalId}`, `${LogicalId.Attribute}` and `${AWS::Region}` are replaced.
/// Every place is checked with the template's other references.
#[must_use]
pub fn sub(text: impl Into<String>) -> Sub {
    Sub {
        text: text.into(),
        variables: BTreeMap::new(),
    }
}

impl Sub {
    /// Gives the place `${name}` a value.
    #[must_use]
    pub fn with<T>(mut self, name: &str, value: impl Into<Value<T>>) -> Self {
        self.variables
            .insert(name.to_owned(), value.into().into_node());
        self
    }

    /// The value; a plain literal where the text has no place in it. The caller vouches for the
    /// type where it is not a plain text.
    #[must_use]
    pub fn value<T>(self) -> Value<T> {
        // Variables without a place are kept, for the check to report.
        if self.text.contains("${") || !self.variables.is_empty() {
            Intrinsic::Sub {
                text: self.text,
                variables: self.variables,
            }
            .into_value()
        } else {
            Value::trusted(self.text)
        }
    }
}

impl From<Sub> for Value<String> {
    fn from(sub: Sub) -> Self {
        sub.value()
    }
}

/// The `${…}` places of a `Fn::Sub` text; `${!Literal}` is none.
pub(crate) fn places(text: &str) -> impl Iterator<Item = &str> {
    text.split("${")
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(place, _)| place)
        .filter(|place| !place.starts_with('!'))
}

/// Whether a `${` of a `Fn::Sub` text is not closed before the next one begins.
pub(crate) fn has_open_place(text: &str) -> bool {
    text.split("${").skip(1).any(|rest| !rest.contains('}'))
}

/// `Fn::Join`.
#[must_use]
pub fn join(delimiter: &str, parts: impl Into<List<String>>) -> Value<String> {
    let list = parts.into().into_node();
    Intrinsic::Join {
        delimiter: delimiter.to_owned(),
        list,
    }
    .into_value()
}

/// `Fn::Select`, counted from zero.
#[must_use]
pub fn select<T>(index: u32, list: impl Into<List<T>>) -> Value<T> {
    Intrinsic::Select {
        index,
        list: list.into().into_node(),
    }
    .into_value()
}

/// `Fn::Split`.
#[must_use]
pub fn split(delimiter: &str, text: impl Into<Value<String>>) -> List<String> {
    let text = text.into().into_node();
    List::from_node(
        Intrinsic::Split {
            delimiter: delimiter.to_owned(),
            text,
        }
        .into_node(),
    )
}

/// `Fn::ImportValue`. Stacks import through their typed exports, not through this.
#[must_use]
pub fn import_value<T>(name: impl Into<String>) -> Value<T> {
    Intrinsic::ImportValue(name.into()).into_value()
}

/// `Fn::Base64`, as user data wants it.
#[must_use]
pub fn base64(text: impl Into<Value<String>>) -> Value<String> {
    Intrinsic::Base64(text.into().into_node()).into_value()
}

/// `Fn::Cidr`: `count` blocks with `bits` subnet bits (32 less the prefix length).
#[must_use]
pub fn cidr(block: impl Into<Value<String>>, count: u32, bits: u32) -> List<String> {
    let block = block.into().into_node();
    List::from_node(Intrinsic::Cidr { block, count, bits }.into_node())
}

/// `Fn::GetAZs`: names of the region's zones that have a default subnet.
#[must_use]
pub fn get_azs(region: impl Into<Value<String>>) -> List<String> {
    List::from_node(Intrinsic::GetAzs(region.into().into_node()).into_node())
}

/// `Fn::FindInMap`.
#[must_use]
pub fn find_in_map<T>(
    map: &str,
    first: impl Into<Value<String>>,
    second: impl Into<Value<String>>,
) -> Value<T> {
    let (first, second) = (first.into().into_node(), second.into().into_node());
    Intrinsic::FindInMap {
        map: map.to_owned(),
        first,
        second,
    }
    .into_value()
}

/// The pseudo parameters.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html>
pub mod pseudo {
    use super::{Intrinsic, Value};

    /// The names that a `Ref` or a `${…}` may use without a resource or parameter behind it.
    pub const ALL: [&str; 8] = [
        "AWS::AccountId",
        "AWS::NoValue",
        "AWS::NotificationARNs",
        "AWS::Partition",
        "AWS::Region",
        "AWS::StackId",
        "AWS::StackName",
        "AWS::URLSuffix",
    ];

    macro_rules! pseudo {
        ($($function:ident $name:literal $doc:literal),* $(,)?) => {$(
            #[doc = $doc]
            #[must_use]
            pub fn $function() -> Value<String> {
                Intrinsic::Ref($name.to_owned()).into_value()
            }
        )*};
    }
    pseudo! {
        account_id "AWS::AccountId" "The account that the stack is in.",
        partition "AWS::Partition" "The partition: `aws`, but for China and government regions.",
        region "AWS::Region" "The region that the stack is in.",
        stack_id "AWS::StackId" "The ARN of the stack.",
        stack_name "AWS::StackName" "The name of the stack.",
        url_suffix "AWS::URLSuffix" "The domain of the partition's endpoints.",
    }

    /// The property as if it had not been written; for a branch of `Fn::If`.
    #[must_use]
    pub fn no_value<T>() -> Value<T> {
        Intrinsic::Ref("AWS::NoValue".to_owned()).into_value()
    }
}

/// Dynamic references: values that CloudFormation looks up while deploying, and that never stand
/// in a template.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html>
pub mod dynamic {
    use super::Value;

    /// A plain parameter of Systems Manager, at a version or at the newest.
    #[must_use]
    pub fn ssm(name: &str, version: Option<u32>) -> Value<String> {
        let version = version
            .map(|version| format!(":{version}"))
            .unwrap_or_default();
        Value::trusted(format!("{{{{resolve:ssm:{name}{version}}}}}"))
    }

    /// A secure string of Systems Manager; only some properties of some types take one.
    #[must_use]
    pub fn ssm_secure(name: &str, version: Option<u32>) -> Value<String> {
        let version = version
            .map(|version| format!(":{version}"))
            .unwrap_or_default();
        Value::trusted(format!("{{{{resolve:ssm-secure:{name}{version}}}}}"))
    }

    /// The text of a secret, or one key of it where it is JSON.
    #[must_use]
    pub fn secret(id: &str, json_key: Option<&str>) -> Value<String> {
        let key = json_key.map(|key| format!(":{key}")).unwrap_or_default();
        Value::trusted(format!(
            "{{{{resolve:secretsmanager:{id}:SecretString{key}}}}}"
        ))
    }
}
