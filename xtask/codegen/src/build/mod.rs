//! From schemas to the model.

mod attributes;
mod constraints;
mod enums;
mod facts;
mod order;
mod places;
mod shapes;

use std::collections::{BTreeMap, BTreeSet};

use crate::error::Error;
use crate::kinds::Kinds;
use crate::model::{Enum, Model, Resource, Struct, Type};
use crate::naming;
use crate::overrides::{Overrides, PropertyIs};
use crate::schema::{Schema, Shape};
use crate::spec::{ResourceSpec, Specification};

/// A listed type with what the packages say about it.
pub(crate) struct Source {
    /// `AWS::EC2::VPC`.
    pub(crate) type_name: String,
    pub(crate) schema: Schema,
    pub(crate) spec: ResourceSpec,
}

/// The model of the listed types.
pub(crate) fn model(sources: &[Source], overrides: &Overrides) -> Result<Model, Error> {
    unused_rows(sources, overrides)?;
    let listed: BTreeSet<String> = sources.iter().map(|s| s.type_name.clone()).collect();
    let identities = identities(sources, overrides);
    let mut kinds = Kinds::new(overrides, &listed, identities.iter().map(String::as_str));
    let mut notes = BTreeMap::new();
    let mut resources = Vec::new();
    for source in sources {
        let builder = Builder::new(source, overrides, &mut kinds, &mut notes)?;
        resources.push(builder.resource()?);
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

/// Reads what the packages say about the listed types.
pub(crate) fn source(type_name: &str, schema: Schema, specification: &Specification) -> Source {
    Source {
        type_name: type_name.to_owned(),
        schema,
        spec: specification.of_type(type_name),
    }
}

/// The unions that some property takes.
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

/// Every `Type.Attribute` that something may refer to.
fn identities(sources: &[Source], overrides: &Overrides) -> BTreeSet<String> {
    let mut identities: BTreeSet<String> = overrides.kinds().map(str::to_owned).collect();
    for source in sources {
        let relations = source.spec.relations.iter();
        let relations = relations
            .filter(|(place, _)| overrides.property(&source.type_name, place).is_none())
            .flat_map(|(_, relations)| relations);
        for relation in relations {
            identities.insert(format!(
                "{}.{}",
                relation.cloud_formation_type, relation.property_name
            ));
        }
        let shapes = source.schema.definitions.values();
        for shape in shapes.chain([&source.schema.root]) {
            formats(shape, &mut identities);
        }
        let arns = attributes::names(source)
            .into_iter()
            .filter(|name| attributes::own_arn(&source.type_name, name));
        let reference = attributes::referenced(source, overrides);
        for attribute in arns.chain((reference.len() == 1).then(|| reference[0].clone())) {
            identities.insert(format!("{}.{attribute}", source.type_name));
        }
    }
    identities
}

/// The references that a shape's formats name.
fn formats(shape: &Shape, found: &mut BTreeSet<String>) {
    found.extend(format_identity(shape));
    let parts = shape
        .properties
        .values()
        .chain(shape.pattern_properties.values());
    for part in parts
        .chain(shape.items.as_deref())
        .chain(shape.alternatives())
    {
        formats(part, found);
    }
}

/// `AWS::EC2::VPC.Id` where a format says so. Formats of lists repeat those of their items.
fn format_identity(shape: &Shape) -> Option<String> {
    let format = shape.format.as_deref()?;
    let reference = format.starts_with("AWS::") && !shape.types.has("array");
    reference.then(|| format.to_owned())
}

/// A row about a type that is not listed, or about a property that it lacks, is out of date.
fn unused_rows(sources: &[Source], overrides: &Overrides) -> Result<(), Error> {
    for (type_name, place) in overrides.subjects() {
        let Some(source) = sources.iter().find(|s| s.type_name == type_name) else {
            let place = place.unwrap_or("overrides");
            return Err(Error::schema(
                type_name,
                place,
                "overridden, but the type is not listed",
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
                "overridden, but there is none",
            ));
        }
    }
    Ok(())
}

/// Builds one resource type.
struct Builder<'a, 'k> {
    source: &'a Source,
    overrides: &'a Overrides,
    kinds: &'a mut Kinds<'k>,
    notes: &'a mut BTreeMap<String, String>,
    /// The resource's Rust name.
    name: String,
    /// `EC2`.
    namespace: String,
    /// Nested types by schema name; `None` while one is being built.
    structs: BTreeMap<String, Option<Struct>>,
    enums: BTreeMap<String, Enum>,
    read_only: BTreeSet<String>,
    create_only: BTreeSet<String>,
    conditional_create_only: BTreeSet<String>,
}

impl<'a, 'k> Builder<'a, 'k> {
    fn new(
        source: &'a Source,
        overrides: &'a Overrides,
        kinds: &'a mut Kinds<'k>,
        notes: &'a mut BTreeMap<String, String>,
    ) -> Result<Self, Error> {
        let mut parts = source.type_name.split("::").skip(1);
        let (Some(namespace), Some(resource)) = (parts.next(), parts.next()) else {
            return Err(Error::UnknownType {
                type_name: source.type_name.clone(),
            });
        };
        let schema = &source.schema;
        Ok(Self {
            source,
            overrides,
            kinds,
            notes,
            name: naming::camel(resource),
            namespace: namespace.to_owned(),
            structs: BTreeMap::new(),
            enums: BTreeMap::new(),
            read_only: places::all(schema, &schema.read_only_properties),
            create_only: places::all(schema, &schema.create_only_properties),
            conditional_create_only: places::all(
                schema,
                &schema.conditional_create_only_properties,
            ),
        })
    }

    fn resource(mut self) -> Result<Resource, Error> {
        let schema_name = self.source.type_name.clone();
        let root = self.structure(
            None,
            &schema_name,
            self.name.clone(),
            &self.source.schema.root,
        )?;
        let reference = self.reference(&root);
        let attributes = self.attributes()?;
        let facts = self.facts(&root, &attributes)?;
        self.no_name_twice(&root)?;
        Ok(Resource {
            type_name: self.source.type_name.clone(),
            service: naming::service_module(&self.namespace),
            module: naming::identifier(&self.name),
            root,
            nested: self.structs.into_values().flatten().collect(),
            enums: self.enums.into_values().collect(),
            reference,
            attributes,
            facts,
        })
    }

    /// Nested types, enumerations and the resource share a module.
    fn no_name_twice(&self, root: &Struct) -> Result<(), Error> {
        let mut seen = BTreeSet::from([root.name.clone()]);
        let structs = self.structs.values().flatten().map(|one| &one.name);
        let enums = self.enums.values().map(|one| &one.name);
        for name in structs.chain(enums) {
            if !seen.insert(name.clone()) {
                return Err(self.error(name, "two nested types come out with this name"));
            }
        }
        Ok(())
    }

    /// What the overrides say of a place.
    fn overridden(&self, place: &str) -> Option<&'a PropertyIs> {
        self.overrides.property(&self.source.type_name, place)
    }

    fn error(&self, place: &str, message: impl Into<String>) -> Error {
        Error::schema(&self.source.type_name, place, message)
    }

    fn note(&mut self, place: &str, message: &str) {
        let place = format!("{} {place}", self.source.type_name);
        self.notes.insert(place, message.to_owned());
    }
}

#[cfg(test)]
mod tests;
