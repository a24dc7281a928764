//! The facts of a type as they are read from its file.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::Value;

use crate::pattern::Pattern;
use crate::registry::{KINDS, SCHEMAS};

/// The file of a type, and what it holds once the type was asked for.
pub(crate) struct Entry {
    name: &'static str,
    text: &'static str,
    parsed: OnceLock<Option<TypeSchema>>,
}

impl Entry {
    pub(crate) const fn new(name: &'static str, text: &'static str) -> Self {
        Self {
            name,
            text,
            parsed: OnceLock::new(),
        }
    }

    fn schema(&self) -> Option<&TypeSchema> {
        let parsed = self
            .parsed
            .get_or_init(|| serde_json::from_str(self.text).ok());
        parsed.as_ref()
    }
}

/// The facts of a resource type; none where its schema is not among those that were generated. Every `Custom::…` is an
/// `AWS::CloudFormation::CustomResource`.
#[must_use]
pub fn schema(resource_type: &str) -> Option<&'static TypeSchema> {
    let name = if resource_type.starts_with("Custom::") {
        "AWS::CloudFormation::CustomResource"
    } else {
        resource_type
    };
    let index = SCHEMAS
        .binary_search_by(|entry| entry.name.cmp(name))
        .ok()?;
    SCHEMAS.get(index)?.schema()
}

/// The resource types with facts, sorted.
pub fn type_names() -> impl Iterator<Item = &'static str> {
    SCHEMAS.iter().map(|entry| entry.name)
}

/// The resource type whose resources a kind of reference identifies: `AWS::EC2::Subnet` for `SubnetId`.
#[must_use]
pub fn identified_type(kind: &str) -> Option<&'static str> {
    let index = KINDS.binary_search_by(|(name, _)| (*name).cmp(kind)).ok()?;
    KINDS.get(index).map(|(_, type_name)| *type_name)
}

/// What the schemas say of a resource type.
#[derive(Debug, Deserialize)]
pub struct TypeSchema {
    /// `AWS::EC2::VPC`.
    pub name: String,
    /// What `Ref` gives.
    pub reference: Shape,
    /// What `Fn::GetAtt` gives, by attribute.
    #[serde(default)]
    pub attributes: BTreeMap<String, Shape>,
    /// Property types that shapes refer to by name.
    #[serde(default)]
    pub definitions: BTreeMap<String, Shape>,
    /// Rules that span several properties, each a shape of all properties, which AWS's schema lacks.
    #[serde(default)]
    pub extensions: Vec<Shape>,
    #[serde(flatten)]
    pub properties: Shape,
}

impl TypeSchema {
    /// The shape that a reference to a definition stands for; the shape itself where it is none.
    #[must_use]
    pub fn resolve<'s>(&'s self, shape: &'s Shape) -> &'s Shape {
        let mut shape = shape;
        // Definitions that only refer to each other would be a cycle.
        for _ in 0..8 {
            let target = shape
                .definition
                .as_deref()
                .and_then(|name| self.definitions.get(name));
            match target {
                Some(target) => shape = target,
                None => break,
            }
        }
        shape
    }
}

/// What a value may be: JSON schema, as far as the schemas use it, with flags of CloudFormation's own. Several
/// constraints hold at once.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Shape {
    /// The definition that also applies.
    #[serde(rename = "ref")]
    pub definition: Option<String>,
    /// The types that it may have; empty where the schema leaves it open.
    #[serde(rename = "type")]
    pub types: Vec<JsonType>,
    /// The kinds of reference that it, or each item of it, may be; empty where any text may be given.
    pub kinds: Vec<String>,

    /// Only AWS sets it.
    pub read_only: bool,
    /// AWS never returns it.
    pub write_only: bool,
    /// A change of it replaces the resource.
    pub create_only: bool,
    /// A change of it replaces the resource in some cases.
    pub conditional_create_only: bool,
    /// AWS advises against it.
    pub deprecated: bool,
    /// No value is valid: the property may not be set.
    pub never: bool,

    /// The properties of an object.
    pub properties: BTreeMap<String, Shape>,
    /// The properties whose names match.
    pub pattern_properties: Vec<(Pattern, Shape)>,
    /// No other property is allowed.
    pub closed: bool,
    pub property_names: Option<Box<Shape>>,
    /// Properties that must be set.
    pub required: Vec<String>,
    /// Exactly one of these must be set.
    pub required_xor: Vec<String>,
    /// At least one of these must be set.
    pub required_or: Vec<String>,
    /// What else must be set where a property is.
    pub dependent_required: BTreeMap<String, Vec<String>>,
    /// What may not be set where a property is.
    pub dependent_excluded: BTreeMap<String, Vec<String>>,
    /// The least number of properties.
    pub min_properties: Option<usize>,
    /// The greatest number of properties.
    pub max_properties: Option<usize>,

    /// What each item of a list has to be.
    pub items: Option<Box<Shape>>,
    /// The least number of items.
    pub min_items: Option<usize>,
    /// The greatest number of items.
    pub max_items: Option<usize>,
    /// The greatest number of different items.
    pub max_unique_items: Option<usize>,
    /// No item occurs twice.
    pub unique_items: bool,
    /// The properties whose values together occur in one item only.
    pub unique_keys: Vec<String>,
    /// What at least one item has to be.
    pub contains: Option<Box<Shape>>,

    /// The values that are allowed; empty where there are others.
    #[serde(rename = "enum")]
    pub values: Vec<Value>,
    /// The same, in upper or lower case.
    pub enum_case_insensitive: Vec<Value>,
    /// What a part of the text has to match.
    pub pattern: Option<Pattern>,
    /// `ipv4`, `ipv4-network`, `ipv6` or `ipv6-network`.
    pub format: Option<String>,
    /// The least number of characters.
    pub min_length: Option<usize>,
    /// The greatest number of characters.
    pub max_length: Option<usize>,
    /// The least number.
    pub minimum: Option<f64>,
    /// The greatest number.
    pub maximum: Option<f64>,
    /// What the number is a multiple of.
    pub multiple_of: Option<f64>,

    /// All of these apply.
    pub all_of: Vec<Shape>,
    /// At least one of these applies.
    pub any_of: Vec<Shape>,
    /// Exactly one of these applies.
    pub one_of: Vec<Shape>,
    /// This does not apply.
    pub not: Option<Box<Shape>>,
    /// What decides between `then` and `otherwise`.
    #[serde(rename = "if")]
    pub condition: Option<Box<Shape>>,
    /// What applies where the condition does.
    pub then: Option<Box<Shape>>,
    /// What applies where the condition does not.
    #[serde(rename = "else")]
    pub otherwise: Option<Box<Shape>>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum JsonType {
    String,
    Integer,
    Number,
    /// `true` or `false`.
    Boolean,
    Array,
    Object,
    /// `null`, which no template can give.
    Null,
}

impl fmt::Display for JsonType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::String => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Array => "array",
            Self::Object => "object",
            Self::Null => "null",
        })
    }
}
