//! The model of all listed types.

use std::collections::{BTreeMap, BTreeSet};

use super::context::Context;
use super::identities::identities;
use super::shapes::{Types, types};
use super::source::Source;
use super::{attributes, facts};
use crate::error::Error;
use crate::kinds::Kinds;
use crate::model::{Model, Resource, Type};
use crate::naming;
use crate::overrides::Overrides;

pub(crate) fn model(sources: &[Source], overrides: &Overrides) -> Result<Model, Error> {
    unused_rows(sources, overrides)?;
    let listed: BTreeSet<String> = sources.iter().map(|s| s.type_name.clone()).collect();
    let identities = identities(sources, overrides);
    let mut kinds = Kinds::new(overrides, &listed, identities.iter().map(String::as_str));
    let mut notes = BTreeMap::new();
    let mut resources = Vec::new();
    for source in sources {
        let mut context = Context::new(source, overrides, &mut kinds, &mut notes);
        resources.push(resource(&mut context)?);
    }
    let (kinds, mut unions) = kinds.into_used();
    let used = unions_in(&resources);
    unions.retain(|union, _| used.contains(union));
    Ok(Model {
        resources,
        kinds,
        unions,
        notes,
    })
}

fn resource(context: &mut Context<'_, '_>) -> Result<Resource, Error> {
    let source = context.source;
    let mut parts = source.type_name.split("::").skip(1);
    let (Some(namespace), Some(resource)) = (parts.next(), parts.next()) else {
        return Err(Error::UnknownType {
            type_name: source.type_name.clone(),
        });
    };
    let name = naming::camel(resource);
    let types = types(context, &name)?;
    let reference = attributes::reference(context, &types.root);
    let attributes = attributes::attributes(context)?;
    let facts = facts::facts(context, &types.root, &types.nested, &attributes)?;
    no_name_twice(source, &types)?;
    let Types {
        root,
        nested,
        enums,
    } = types;
    Ok(Resource {
        type_name: source.type_name.clone(),
        service: naming::service_module(namespace),
        module: naming::identifier(&name),
        root,
        nested,
        enums,
        reference,
        attributes,
        facts,
    })
}

/// Nested types, enumerations and the resource share a module.
fn no_name_twice(source: &Source, types: &Types) -> Result<(), Error> {
    let mut seen = BTreeSet::from([&types.root.name]);
    let nested = types.nested.iter().map(|one| &one.name);
    for name in nested.chain(types.enums.iter().map(|one| &one.name)) {
        if !seen.insert(name) {
            return Err(source.error(name, "two nested types come out with this name"));
        }
    }
    Ok(())
}

fn unions_in(resources: &[Resource]) -> BTreeSet<String> {
    let structs = resources
        .iter()
        .flat_map(|r| r.nested.iter().chain([&r.root]));
    let types = structs
        .flat_map(|one| &one.properties)
        .map(|property| &property.ty);
    types
        .filter_map(|ty| match ty {
            Type::Union(union) => Some(union.clone()),
            _ => None,
        })
        .collect()
}

/// A row about a type that is not listed, or about a property that it lacks, is out of date.
fn unused_rows(sources: &[Source], overrides: &Overrides) -> Result<(), Error> {
    for (type_name, place) in overrides.subjects() {
        let Some(source) = sources.iter().find(|s| s.type_name == type_name) else {
            let place = place.unwrap_or("overrides");
            return Err(Error::schema(
                type_name,
                place,
                "overridden, but the type is not listed".to_owned(),
            ));
        };
        let Some(place) = place else {
            continue;
        };
        let definitions = &source.schema.definitions;
        let (owner, property) = match place.split_once('.') {
            None => (Some(&source.schema.root), place),
            Some((definition, property)) => (definitions.get(definition), property),
        };
        if !owner.is_some_and(|owner| owner.merged_properties().contains_key(property)) {
            return Err(Error::schema(
                type_name,
                place,
                "overridden, but there is none".to_owned(),
            ));
        }
    }
    Ok(())
}
