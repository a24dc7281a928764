//! Parsed templates.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A parsed template, shared by the stacks and change sets that have it.
#[derive(Clone, Debug)]
pub(crate) struct Template(Arc<Parts>);

#[derive(Debug, Default)]
pub(crate) struct Parts {
    pub(crate) text: String,
    pub(crate) description: Option<String>,
    pub(crate) parameters: BTreeMap<String, ParameterDefinition>,
    pub(crate) mappings: Map<String, Value>,
    pub(crate) conditions: BTreeMap<String, Value>,
    pub(crate) rules: BTreeMap<String, Rule>,
    /// The names of the conditions, each after those that it names.
    pub(crate) condition_order: Vec<String>,
    pub(crate) resources: BTreeMap<String, ResourceDefinition>,
    pub(crate) outputs: BTreeMap<String, OutputDefinition>,
}

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

#[derive(Clone, Debug)]
pub(crate) struct ResourceDefinition {
    pub(crate) kind: String,
    pub(crate) properties: Map<String, Value>,
    pub(crate) condition: Option<String>,
    pub(crate) deletion: RemovalPolicy,
    /// Whether the template says what a deletion does.
    pub(crate) has_deletion_policy: bool,
    pub(crate) replacement: RemovalPolicy,
    /// `Metadata`, `UpdatePolicy` …
    pub(crate) attributes: Map<String, Value>,
    /// The resources that `DependsOn` names.
    pub(crate) depends_on: Vec<String>,
    /// The resources that it refers to or that `DependsOn` names. Sorted, each once.
    pub(crate) dependencies: Vec<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct OutputDefinition {
    pub(crate) value: Value,
    pub(crate) description: Option<String>,
    pub(crate) export: Option<Value>,
    pub(crate) condition: Option<String>,
}

/// Assertions about parameters.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html>
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    /// Without one it always applies.
    pub(crate) condition: Option<Value>,
    pub(crate) assertions: Vec<Assertion>,
}

#[derive(Clone, Debug)]
pub(crate) struct Assertion {
    pub(crate) assert: Value,
    pub(crate) description: Option<String>,
}

/// The effect of a removal: `DeletionPolicy` and `UpdateReplacePolicy`.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum RemovalPolicy {
    #[default]
    Delete,
    Retain,
    /// Retained, unless the operation that created it is rolled back.
    RetainExceptOnCreate,
    /// A snapshot is taken before the deletion.
    Snapshot,
}

impl RemovalPolicy {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Delete => "Delete",
            Self::Retain => "Retain",
            Self::RetainExceptOnCreate => "RetainExceptOnCreate",
            Self::Snapshot => "Snapshot",
        }
    }

    /// Whether it retains a resource that is older than the current operation.
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
