//! The intrinsic functions as typed constructors, the pseudo parameters and the dynamic references.
//!
//! Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html>

use std::collections::BTreeMap;

use super::node::{IntoNode, Intrinsic, Node};
use super::typed::{List, Value};

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
            Value::from_intrinsic(Intrinsic::Sub {
                text: self.text,
                variables: self.variables,
            })
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

/// `Fn::Join`: the parts as one text, with the delimiter between them.
#[must_use]
pub fn join(delimiter: &str, parts: impl Into<List<String>>) -> Value<String> {
    let list = parts.into().into_node();
    Value::from_intrinsic(Intrinsic::Join {
        delimiter: delimiter.to_owned(),
        list,
    })
}

/// `Fn::Select`, counted from zero.
#[must_use]
pub fn select<T>(index: u32, list: impl Into<List<T>>) -> Value<T> {
    Value::from_intrinsic(Intrinsic::Select {
        index,
        list: list.into().into_node(),
    })
}

/// `Fn::Split`: the parts of a text between delimiters.
#[must_use]
pub fn split(delimiter: &str, text: impl Into<Value<String>>) -> List<String> {
    let text = text.into().into_node();
    List::from_intrinsic(Intrinsic::Split {
        delimiter: delimiter.to_owned(),
        text,
    })
}

/// `Fn::ImportValue`. Stacks import through their typed exports, not through this.
#[must_use]
pub fn import_value<T>(name: impl Into<String>) -> Value<T> {
    Value::from_intrinsic(Intrinsic::ImportValue(name.into()))
}

/// `Fn::Base64`, as user data wants it.
#[must_use]
pub fn base64(text: impl Into<Value<String>>) -> Value<String> {
    Value::from_intrinsic(Intrinsic::Base64(text.into().into_node()))
}

/// `Fn::Cidr`: `count` blocks with `bits` subnet bits (32 less the prefix length).
#[must_use]
pub fn cidr(block: impl Into<Value<String>>, count: u32, bits: u32) -> List<String> {
    let block = block.into().into_node();
    List::from_intrinsic(Intrinsic::Cidr { block, count, bits })
}

/// `Fn::GetAZs`: names of the region's zones that have a default subnet.
#[must_use]
pub fn get_azs(region: impl Into<Value<String>>) -> List<String> {
    List::from_intrinsic(Intrinsic::GetAzs(region.into().into_node()))
}

/// `Fn::FindInMap`: a value of a mapping, by its two keys.
#[must_use]
pub fn find_in_map<T>(
    map: &str,
    first: impl Into<Value<String>>,
    second: impl Into<Value<String>>,
) -> Value<T> {
    let (first, second) = (first.into().into_node(), second.into().into_node());
    Value::from_intrinsic(Intrinsic::FindInMap {
        map: map.to_owned(),
        first,
        second,
    })
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
                Value::from_intrinsic(Intrinsic::Ref($name.to_owned()))
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
        Value::from_intrinsic(Intrinsic::Ref("AWS::NoValue".to_owned()))
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
