//! Return values of `Ref` and `Fn::GetAtt`.

use super::context::Context;
use super::places;
use crate::error::Error;
use crate::kinds::Resolved;
use crate::model::{Attribute, Reference, Struct, Type};
use crate::naming;
use crate::schema::Shape;

/// What `Ref` returns: a kind where one property identifies the resource. Where that property
/// names another resource, as the bucket of a bucket policy does, it is of that kind.
pub(super) fn reference(context: &mut Context<'_, '_>, root: &Struct) -> Reference {
    let parts = context.source.referenced(context.overrides);
    let kind = match parts.as_slice() {
        [one] => match root
            .properties
            .iter()
            .find(|p| p.name == *one)
            .map(|p| &p.ty)
        {
            Some(Type::Kind(kind)) => Some(kind.clone()),
            Some(Type::Union(_)) => None,
            _ => context.own_kind(one),
        },
        _ => None,
    };
    Reference {
        identifies: parts.join("|"),
        ty: kind.map_or(Type::Text, Type::Kind),
    }
}

pub(super) fn attributes(context: &mut Context<'_, '_>) -> Result<Vec<Attribute>, Error> {
    let mut attributes: Vec<Attribute> = Vec::new();
    for name in context.source.attributes() {
        let rust = format!("attr_{}", naming::snake(&name.replace('.', "_")));
        if attributes.iter().any(|other| other.rust == rust) {
            return Err(context.source.error(&name, format!("`{rust}` is taken")));
        }
        let ty = attribute_type(context, &name);
        attributes.push(Attribute { name, rust, ty });
    }
    Ok(attributes)
}

fn attribute_type(context: &mut Context<'_, '_>, name: &str) -> Type {
    if !name.contains('.')
        && let Some(kind) = context.own_kind(name)
    {
        return Type::Kind(kind);
    }
    let pointer = format!("/properties/{}", name.replace('.', "/"));
    match places::find(&context.source.schema, &pointer) {
        Some((place, shape)) => readable(context, &place, &shape),
        None => Type::Text,
    }
}

/// The type of what is read: enumerations are texts, objects are JSON.
fn readable(context: &mut Context<'_, '_>, place: &str, shape: &Shape) -> Type {
    let definitions = &context.source.schema.definitions;
    let target = shape.definition().and_then(|name| definitions.get(name));
    let shape = target.unwrap_or(shape);
    if shape.types.has("array") {
        let item = shape
            .items
            .as_ref()
            .map(|items| readable(context, place, items));
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
        _ => match context.reference(place, shape) {
            Resolved::One(kind) => Type::Kind(kind),
            _ => Type::Text,
        },
    }
}
