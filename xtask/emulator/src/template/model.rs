//! A template, taken apart.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// A template, shared by the stacks and change sets that have it.
#[derive(Clone, Debug)]
pub(crate) struct Template(Arc<Parts>);

/// What a template says.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    /// As it was sent.
    pub(crate) text: String,
    pub(crate) description: Option<String>,
    pub(crate) parameters: BTreeMap<String, ParameterDefinition>,
    pub(crate) mappings: Map<String, Value>,
    pub(crate) conditions: BTreeMap<String, Value>,
    pub(crate) resources: BTreeMap<String, ResourceDefinition>,
    pub(crate) outputs: BTreeMap<String, OutputDefinition>,
}

/// A parameter.
#[derive(Clone, Debug, Default)]
pub(crate) struct ParameterDefinition {
    pub(crate) kind: String,
    pub(crate) default: Option<String>,
    pub(crate) allowed_values: Vec<String>,
    pub(crate) allowed_pattern: Option<String>,
    pub(crate) constraint: Option<String>,
    pub(crate) min_length: Option<u64>,
    pub(crate) max_length: Option<u64>,
    pub(crate) min_value: Option<f64>,
    pub(crate) max_value: Option<f64>,
    pub(crate) no_echo: bool,
    pub(crate) description: Option<String>,
}

/// A resource.
#[derive(Clone, Debug)]
pub(crate) struct ResourceDefinition {
    pub(crate) kind: String,
    pub(crate) properties: Map<String, Value>,
    pub(crate) condition: Option<String>,
    pub(crate) deletion: LeavePolicy,
    pub(crate) replacement: LeavePolicy,
    /// `Metadata`, `UpdatePolicy` …: what else is said of it.
    pub(crate) attributes: Map<String, Value>,
    /// The resources that have to be there first: those it refers to and those it is said to depend
    /// on. Sorted, each once.
    pub(crate) needs: Vec<String>,
}

/// An output.
#[derive(Clone, Debug)]
pub(crate) struct OutputDefinition {
    pub(crate) value: Value,
    pub(crate) description: Option<String>,
    pub(crate) export: Option<Value>,
    pub(crate) condition: Option<String>,
}

/// What happens to a resource that leaves its stack.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum LeavePolicy {
    /// It is deleted.
    #[default]
    Delete,
    /// It stays.
    Retain,
    /// It stays, unless the operation that created it is rolled back.
    RetainExceptOnCreate,
    /// A snapshot is made, then it is deleted.
    Snapshot,
}

impl LeavePolicy {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Delete => "Delete",
            Self::Retain => "Retain",
            Self::RetainExceptOnCreate => "RetainExceptOnCreate",
            Self::Snapshot => "Snapshot",
        }
    }

    /// Whether it stays when it leaves a stack that it was in before the present operation.
    pub(crate) const fn keeps(self) -> bool {
        matches!(self, Self::Retain | Self::RetainExceptOnCreate)
    }
}

impl Template {
    pub(crate) fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl std::ops::Deref for Template {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Serialize for Template {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.text.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Template {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        super::parse::parse(&text).map_err(D::Error::custom)
    }
}
