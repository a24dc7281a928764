//! The definition of a stack, and the resources that come from it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use cloudformation::{Capability, ResourceDriftStatus, ResourceStatus, Tag};

use crate::api::Time;
use crate::properties::Properties;
use crate::template::{ParameterValues, RemovalPolicy, Template};

/// A template with the values of its parameters, and the tags and capabilities it comes with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Definition {
    pub(crate) template: Template,
    pub(crate) parameters: ParameterValues,
    pub(crate) tags: Vec<Tag>,
    pub(crate) capabilities: Vec<Capability>,
}

impl Definition {
    /// The logical ids of the resources that a resource depends on.
    pub(super) fn dependencies(&self, logical_id: &str) -> &[String] {
        self.template
            .resources
            .get(logical_id)
            .map_or(&[], |resource| resource.dependencies.as_slice())
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Resource {
    pub(crate) kind: String,
    /// What `Ref` returns.
    pub(crate) physical_id: Option<String>,
    /// The primary identifier of the physical resource, which the inventory has it by.
    pub(crate) identifier: Option<String>,
    /// As in the stack's template, resolved.
    pub(crate) properties: Properties,
    /// `Metadata`, `UpdatePolicy` …
    pub(crate) attributes: Map<String, Value>,
    pub(crate) deletion: RemovalPolicy,
    pub(crate) replacement: RemovalPolicy,
    /// The number of updates in place.
    pub(crate) version: u64,
    pub(crate) status: ResourceStatus,
    pub(crate) reason: Option<String>,
    pub(crate) updated: Time,
    pub(crate) drift_status: ResourceDriftStatus,
}
