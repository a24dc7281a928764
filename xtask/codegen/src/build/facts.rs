//! The facts about a type that the rest of the workspace uses.

use super::context::Context;
use super::order;
use super::source::Source;
use crate::error::Error;
use crate::model::{Attribute, Facts, Struct, Type};
use crate::schema::{Shape, dotted};

/// The handlers, in the order of `Permissions`; what tagging takes comes after them.
const HANDLERS: [&str; 5] = ["create", "read", "update", "delete", "list"];

/// The facts; `nested` are the types of the properties, and `known` the attributes.
pub(super) fn facts(
    context: &Context<'_, '_>,
    root: &Struct,
    nested: &[Struct],
    known: &[Attribute],
) -> Result<Facts, Error> {
    let source = context.source;
    let schema = &source.schema;
    let paths = |pointers: &[String]| {
        let mut paths: Vec<String> = pointers.iter().map(|p| dotted(p)).collect();
        paths.sort();
        paths.dedup();
        paths
    };
    let handlers = HANDLERS.iter().map(|&handler| {
        let listed = schema.handlers.get(handler);
        (
            handler,
            listed.map_or(&[][..], |listed| &listed.permissions),
        )
    });
    let tagging = ("tagging", &schema.tagging.permissions[..]);
    let permissions = handlers
        .chain([tagging])
        .map(|(what, listed)| {
            let mut actions = listed.to_vec();
            actions.sort();
            actions.dedup();
            (what, actions)
        })
        .collect();
    let identifier = &schema.primary_identifier;
    Ok(Facts {
        attributes: known
            .iter()
            .map(|attribute| attribute.name.clone())
            .collect(),
        create_only: paths(&schema.create_only_properties),
        conditional_create_only: paths(&schema.conditional_create_only_properties),
        unordered: order::unordered(schema)
            .into_iter()
            .filter(|path| !context.overrides.is_ordered(&source.type_name, path))
            .collect(),
        primary_identifier: identifier.iter().map(|p| dotted(p)).collect(),
        stateful: source.spec.stateful || context.overrides.stateful(&source.type_name),
        tags: tags(source, root, nested)?,
        permissions,
    })
}

/// How the type takes tags: by the shape of the property that holds them.
fn tags(
    source: &Source,
    root: &Struct,
    nested: &[Struct],
) -> Result<Option<(&'static str, String)>, Error> {
    let tagging = &source.schema.tagging;
    let name = tagging
        .tag_property
        .as_deref()
        .map_or("Tags".to_owned(), dotted);
    let Some(property) = root.properties.iter().find(|p| p.name == name) else {
        return Ok(None);
    };
    let variant = match &property.ty {
        Type::List(item) if **item == Type::Tag => "List",
        Type::Map(_) => "Map",
        Type::Json if is_shapeless_object(source, &name) => "Map",
        Type::List(item) if is_propagated(nested, item) => "Propagated",
        other => {
            return Err(source.error(&name, format!("tags of an unknown shape: {other:?}")));
        }
    };
    Ok(Some((variant, name)))
}

/// Whether the property is an object without a shape.
fn is_shapeless_object(source: &Source, name: &str) -> bool {
    let shape: Option<&Shape> = source.schema.root.properties.get(name);
    shape.is_some_and(|shape| shape.types.has("object"))
}

/// Whether a list's items are tags that also say whether machines inherit them.
fn is_propagated(nested: &[Struct], item: &Type) -> bool {
    let Type::Struct(name) = item else {
        return false;
    };
    nested.iter().any(|nested| {
        let names = nested
            .properties
            .iter()
            .map(|property| property.name.as_str());
        nested.name == *name && names.eq(["Key", "PropagateAtLaunch", "Value"])
    })
}
