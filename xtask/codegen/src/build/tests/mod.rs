//! One test per oddity of the schemas, each on a schema made for it.

mod enums;
mod facts;
mod names;
mod references;
mod shapes;

use super::{Source, model};
use crate::error::Error;
use crate::model::{Model, Property, Resource, Type};
use crate::overrides::Overrides;
use crate::spec::ResourceSpec;

const CAGE: &str = "AWS::Zoo::Cage";

fn source(schema: &str) -> Source {
    Source {
        type_name: CAGE.to_owned(),
        schema: serde_json::from_str(schema).unwrap(),
        spec: ResourceSpec::default(),
    }
}

fn built(schema: &str) -> Model {
    model(&[source(schema)], &Overrides::default()).unwrap()
}

fn refused(schema: &str) -> String {
    let error: Error = model(&[source(schema)], &Overrides::default())
        .err()
        .unwrap();
    error.to_string()
}

fn property<'m>(resource: &'m Resource, name: &str) -> &'m Property {
    let found = resource.root.properties.iter().find(|p| p.name == name);
    found.unwrap_or_else(|| panic!("no property {name}"))
}

fn type_of(schema: &str, name: &str) -> Type {
    property(&built(schema).resources[0], name).ty.clone()
}

fn list(item: Type) -> Type {
    Type::List(Box::new(item))
}
