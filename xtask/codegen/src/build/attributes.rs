//! Return values of `Ref` and `Fn::GetAtt`.

use std::collections::BTreeSet;

use super::{Builder, Source, places};
use crate::error::Error;
use crate::kinds::Resolved;
use crate::model::{Attribute, Reference, Struct, Type};
use crate::naming;
use crate::overrides::Overrides;
use crate::schema::{Shape, dotted};

/// The attributes of a type: what can only be read, and what the specification adds. Those
/// inside the items of a list can't be read by `Fn::GetAtt`.
pub(super) fn names(source: &Source) -> BTreeSet<String> {
    let read_only = source.schema.read_only_properties.iter();
    read_only
        .map(|pointer| dotted(pointer))
        .chain(source.spec.attributes.iter().cloned())
        .filter(|name| !name.contains('*'))
        .collect()
}

/// The properties whose values `Ref` returns.
pub(super) fn referenced(source: &Source, overrides: &Overrides) -> Vec<String> {
    if let Some(attribute) = overrides.reference(&source.type_name) {
        return vec![attribute.to_owned()];
    }
    if !source.spec.reference.is_empty() {
        return source.spec.reference.clone();
    }
    let identifier = source.schema.primary_identifier.iter();
    identifier.map(|pointer| dotted(pointer)).collect()
}

/// Whether an attribute is the resource's own ARN: `Arn`, or `TopicArn` of a topic.
pub(super) fn own_arn(type_name: &str, attribute: &str) -> bool {
    let resource = type_name.rsplit("::").next().unwrap_or_default();
    naming::joined(resource, attribute) == naming::joined(resource, "Arn")
}

impl Builder<'_, '_> {
    /// What `Ref` returns: a kind where one property identifies the resource. Where that property
    /// names another resource, as the bucket of a bucket policy does, it is of that kind.
    pub(super) fn reference(&mut self, root: &Struct) -> Reference {
        let parts = referenced(self.source, self.overrides);
        let kind = match parts.as_slice() {
            [one] => match root
                .properties
                .iter()
                .find(|p| p.name == *one)
                .map(|p| &p.ty)
            {
                Some(Type::Kind(kind)) => Some(kind.clone()),
                Some(Type::Union(_)) => None,
                _ => self.kinds.own(&self.source.type_name, one),
            },
            _ => None,
        };
        Reference {
            identifies: parts.join("|"),
            ty: kind.map_or(Type::Text, Type::Kind),
        }
    }

    /// The attributes with their types.
    pub(super) fn attributes(&mut self) -> Result<Vec<Attribute>, Error> {
        let mut attributes: Vec<Attribute> = Vec::new();
        for name in names(self.source) {
            let rust = format!("attr_{}", naming::snake(&name.replace('.', "_")));
            if attributes.iter().any(|other| other.rust == rust) {
                return Err(self.error(&name, format!("`{rust}` is taken")));
            }
            let ty = self.attribute_type(&name)?;
            attributes.push(Attribute { name, rust, ty });
        }
        Ok(attributes)
    }

    fn attribute_type(&mut self, name: &str) -> Result<Type, Error> {
        if !name.contains('.')
            && let Some(kind) = self.kinds.own(&self.source.type_name, name)
        {
            return Ok(Type::Kind(kind));
        }
        let pointer = format!("/properties/{}", name.replace('.', "/"));
        Ok(match places::find(&self.source.schema, &pointer) {
            Some((place, shape)) => self.readable(&place, &shape),
            None => Type::Text,
        })
    }

    /// The type of what is read: enumerations are texts, objects are JSON.
    fn readable(&mut self, place: &str, shape: &Shape) -> Type {
        let definitions = &self.source.schema.definitions;
        let target = shape.definition().and_then(|name| definitions.get(name));
        let shape = target.unwrap_or(shape);
        if shape.types.has("array") {
            let item = shape
                .items
                .as_ref()
                .map(|items| self.readable(place, items));
            return match item {
                Some(item @ (Type::Text | Type::Kind(_))) => Type::List(Box::new(item)),
                _ => Type::List(Box::new(Type::Json)),
            };
        }
        if shape.types.has("object") || !shape.merged_properties().is_empty() {
            return Type::Json;
        }
        match shape.types.all() {
            [one] if one == "boolean" => Type::Bool,
            [one] if one == "integer" => Type::Integer,
            [one] if one == "number" => Type::Number,
            _ => {
                let (by_schema, by_specification) = self.references(place, shape);
                match self.kinds.resolve(&by_schema, &by_specification) {
                    Resolved::One(kind) => Type::Kind(kind),
                    _ => Type::Text,
                }
            }
        }
    }
}
