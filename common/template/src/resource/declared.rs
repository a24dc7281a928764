//! A resource together with its attributes.

use super::attributes::{CreationPolicy, DeletionPolicy, UpdatePolicy, UpdateReplacePolicy};
use super::resource_type::Resource;
use crate::{ConditionHandle, IntoNode, LogicalId, Node, Properties};

/// A resource with what CloudFormation calls its attributes: dependencies, policies, condition
/// and metadata. A plain resource converts into one without any.
#[derive(Clone, Debug, PartialEq)]
pub struct Declared<R> {
    pub(crate) resource: R,
    pub(crate) attributes: Attributes,
}

/// The attributes, free of the resource's type.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Attributes {
    pub(crate) depends_on: Vec<LogicalId>,
    pub(crate) deletion_policy: Option<DeletionPolicy>,
    pub(crate) update_replace_policy: Option<UpdateReplacePolicy>,
    pub(crate) update_policy: Option<UpdatePolicy>,
    pub(crate) creation_policy: Option<CreationPolicy>,
    pub(crate) condition: Option<ConditionHandle>,
    pub(crate) metadata: Properties,
}

impl<R: Resource> From<R> for Declared<R> {
    fn from(resource: R) -> Self {
        Self {
            resource,
            attributes: Attributes::default(),
        }
    }
}

impl<R> Declared<R> {
    /// Creates this resource after, and deletes it before, another that it does not refer to.
    #[must_use]
    pub fn depends_on(mut self, other: impl Into<LogicalId>) -> Self {
        self.attributes.depends_on.push(other.into());
        self
    }

    /// What happens when the resource leaves the stack, and to the old one on a replacement. The
    /// default comes from the type: what is stateful is kept.
    #[must_use]
    pub const fn retention(
        mut self,
        deletion: DeletionPolicy,
        replacement: UpdateReplacePolicy,
    ) -> Self {
        self.attributes.deletion_policy = Some(deletion);
        self.attributes.update_replace_policy = Some(replacement);
        self
    }

    /// How an update proceeds.
    #[must_use]
    pub fn update_policy(mut self, policy: UpdatePolicy) -> Self {
        self.attributes.update_policy = Some(policy);
        self
    }

    /// What to wait for on creation.
    #[must_use]
    pub const fn creation_policy(mut self, policy: CreationPolicy) -> Self {
        self.attributes.creation_policy = Some(policy);
        self
    }

    /// Creates the resource only where the condition holds.
    #[must_use]
    pub fn when(mut self, condition: &ConditionHandle) -> Self {
        self.attributes.condition = Some(condition.clone());
        self
    }

    /// Adds to the resource's metadata.
    #[must_use]
    pub fn metadata(mut self, name: &str, value: impl IntoNode) -> Self {
        self.attributes.metadata.set(name, value);
        self
    }
}

/// The attributes as methods of the resource itself, so that a definition reads in one chain.
pub trait ResourceExt: Resource {
    /// See [`Declared::depends_on`].
    #[must_use]
    fn depends_on(self, other: impl Into<LogicalId>) -> Declared<Self> {
        Declared::from(self).depends_on(other)
    }

    /// See [`Declared::retention`].
    #[must_use]
    fn retention(
        self,
        deletion: DeletionPolicy,
        replacement: UpdateReplacePolicy,
    ) -> Declared<Self> {
        Declared::from(self).retention(deletion, replacement)
    }

    /// See [`Declared::update_policy`].
    #[must_use]
    fn update_policy(self, policy: UpdatePolicy) -> Declared<Self> {
        Declared::from(self).update_policy(policy)
    }

    /// See [`Declared::creation_policy`].
    #[must_use]
    fn creation_policy(self, policy: CreationPolicy) -> Declared<Self> {
        Declared::from(self).creation_policy(policy)
    }

    /// See [`Declared::when`].
    #[must_use]
    fn when(self, condition: &ConditionHandle) -> Declared<Self> {
        Declared::from(self).when(condition)
    }
}

impl<R: Resource> ResourceExt for R {}

impl Attributes {
    /// The attributes next to `Type` and `Properties`.
    pub(crate) fn written(&self) -> Vec<(&'static str, Node)> {
        let mut written = Vec::new();
        if let Some(condition) = &self.condition {
            written.push(("Condition", condition.as_str().into_node()));
        }
        if let Some(policy) = self.creation_policy {
            written.push(("CreationPolicy", policy.into_node()));
        }
        if let Some(policy) = self.deletion_policy {
            written.push(("DeletionPolicy", policy.as_str().into_node()));
        }
        if !self.depends_on.is_empty() {
            let mut ids: Vec<&str> = self.depends_on.iter().map(LogicalId::as_str).collect();
            ids.sort_unstable();
            ids.dedup();
            written.push(("DependsOn", ids.into_node()));
        }
        if !self.metadata.is_empty() {
            written.push(("Metadata", self.metadata.clone().into_node()));
        }
        if let Some(policy) = &self.update_policy {
            written.push(("UpdatePolicy", policy.clone().into_node()));
        }
        if let Some(policy) = self.update_replace_policy {
            written.push(("UpdateReplacePolicy", policy.as_str().into_node()));
        }
        written
    }
}
