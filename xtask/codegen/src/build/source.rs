//! A listed type: what the packages and the overrides say about it.

use std::collections::BTreeSet;

use crate::error::Error;
use crate::naming;
use crate::overrides::Overrides;
use crate::schema::{Schema, Shape, dotted};
use crate::spec::{ResourceSpec, Specification};

/// A listed type with what the packages say about it.
pub(crate) struct Source {
    /// `AWS::EC2::VPC`.
    pub(crate) type_name: String,
    pub(crate) schema: Schema,
    pub(crate) spec: ResourceSpec,
}

impl Source {
    /// Reads what the packages say about a listed type.
    pub(crate) fn new(type_name: &str, schema: Schema, specification: &Specification) -> Self {
        Self {
            type_name: type_name.to_owned(),
            schema,
            spec: specification.of_type(type_name),
        }
    }

    /// The attributes: what can only be read, and what the specification adds. Those inside the
    /// items of a list can't be read by `Fn::GetAtt`.
    pub(super) fn attributes(&self) -> BTreeSet<String> {
        let read_only = self.schema.read_only_properties.iter();
        read_only
            .map(|pointer| dotted(pointer))
            .chain(self.spec.attributes.iter().cloned())
            .filter(|name| !name.contains('*'))
            .collect()
    }

    /// The properties whose values `Ref` returns.
    pub(super) fn referenced(&self, overrides: &Overrides) -> Vec<String> {
        if let Some(attribute) = overrides.reference(&self.type_name) {
            return vec![attribute.to_owned()];
        }
        if !self.spec.reference.is_empty() {
            return self.spec.reference.clone();
        }
        let identifier = self.schema.primary_identifier.iter();
        identifier.map(|pointer| dotted(pointer)).collect()
    }

    /// Whether an attribute is the resource's own ARN: `Arn`, or `TopicArn` of a topic.
    pub(super) fn is_own_arn(&self, attribute: &str) -> bool {
        let resource = self.type_name.rsplit("::").next().unwrap_or_default();
        naming::joined(resource, attribute) == naming::joined(resource, "Arn")
    }

    /// The shape behind references, which holds the constraints.
    pub(super) fn constrained<'s>(&'s self, mut shape: &'s Shape) -> &'s Shape {
        // More references in a row are taken to be a cycle.
        for _ in 0..8 {
            let definition = shape.definition();
            match definition.and_then(|name| self.schema.definitions.get(name)) {
                Some(target) => shape = target,
                None => break,
            }
        }
        shape
    }

    /// An error about a place of this type.
    pub(crate) fn error(&self, place: &str, message: impl Into<String>) -> Error {
        Error::schema(&self.type_name, place, message.into())
    }
}

/// `AWS::EC2::VPC.Id` where a format says so. Formats of lists repeat those of their items.
pub(super) fn format_identity(shape: &Shape) -> Option<String> {
    let format = shape.format.as_deref()?;
    let reference = format.starts_with("AWS::") && !shape.types.has("array");
    reference.then(|| format.to_owned())
}
