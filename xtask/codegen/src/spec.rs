//! The service specification, for what the schemas lack: the value of `Ref`, the targets of
//! references, and the types that hold data.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::error::Error;
use crate::schema::read_json;

pub(crate) struct Specification {
    types: BTreeMap<String, ResourceSpec>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct ResourceSpec {
    /// The properties whose values `Ref` returns, where it isn't the primary identifier.
    pub(crate) reference: Vec<String>,
    /// Whether it holds data.
    pub(crate) stateful: bool,
    pub(crate) attributes: Vec<String>,
    /// What properties refer to, by `Property` or `Definition.Property`.
    pub(crate) relations: BTreeMap<String, Vec<Relation>>,
}

/// A property's value may be an attribute of a resource of that type.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Relation {
    pub(crate) cloud_formation_type: String,
    /// Which of its attributes the value is.
    pub(crate) property_name: String,
}

#[derive(Deserialize)]
struct Database {
    schema: Tables,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Tables {
    resource: Entities<Resource>,
    type_definition: Entities<Definition>,
    uses_type: Links,
}

#[derive(Deserialize)]
struct Entities<T> {
    entities: Vec<T>,
}

#[derive(Deserialize)]
struct Links {
    forward: BTreeMap<String, Vec<Link>>,
}

#[derive(Deserialize)]
struct Link {
    #[serde(rename = "$id")]
    id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Resource {
    #[serde(rename = "$id")]
    id: String,
    cloud_formation_type: String,
    #[serde(default)]
    cfn_ref_identifier: Vec<String>,
    #[serde(default)]
    is_stateful: bool,
    #[serde(default)]
    properties: BTreeMap<String, Property>,
    #[serde(default)]
    attributes: BTreeMap<String, serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Definition {
    #[serde(rename = "$id")]
    id: String,
    name: String,
    #[serde(default)]
    properties: BTreeMap<String, Property>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Property {
    #[serde(default)]
    relationship_refs: Vec<Relation>,
}

impl Specification {
    pub(crate) fn read(path: &Path) -> Result<Self, Error> {
        let database: Database = read_json(path)?;
        Ok(Self::of(database))
    }

    /// The facts about a type; empty where the specification lacks it.
    pub(crate) fn of_type(&self, name: &str) -> ResourceSpec {
        self.types.get(name).cloned().unwrap_or_default()
    }

    fn of(database: Database) -> Self {
        let tables = database.schema;
        let definitions: BTreeMap<&str, &Definition> = tables
            .type_definition
            .entities
            .iter()
            .map(|definition| (definition.id.as_str(), definition))
            .collect();
        let types = tables
            .resource
            .entities
            .iter()
            .map(|resource| {
                let mut relations = BTreeMap::new();
                collect(&mut relations, "", &resource.properties);
                for link in tables
                    .uses_type
                    .forward
                    .get(&resource.id)
                    .into_iter()
                    .flatten()
                {
                    if let Some(definition) = definitions.get(link.id.as_str()) {
                        let owner = format!("{}.", definition.name);
                        collect(&mut relations, &owner, &definition.properties);
                    }
                }
                let spec = ResourceSpec {
                    reference: resource.cfn_ref_identifier.clone(),
                    stateful: resource.is_stateful,
                    attributes: resource.attributes.keys().cloned().collect(),
                    relations,
                };
                (resource.cloud_formation_type.clone(), spec)
            })
            .collect();
        Self { types }
    }
}

fn collect(
    relations: &mut BTreeMap<String, Vec<Relation>>,
    owner: &str,
    properties: &BTreeMap<String, Property>,
) {
    for (name, property) in properties {
        if !property.relationship_refs.is_empty() {
            relations.insert(format!("{owner}{name}"), property.relationship_refs.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relations_are_found_by_definition() {
        let database = serde_json::from_str(
            r#"{"schema": {
                "resource": {"entities": [{
                    "$id": "0", "cloudFormationType": "AWS::Zoo::Cage",
                    "cfnRefIdentifier": ["Door"],
                    "properties": {"Keeper": {"relationshipRefs": [
                        {"cloudFormationType": "AWS::Zoo::Keeper", "propertyName": "Id"}]}}
                }]},
                "typeDefinition": {"entities": [{
                    "$id": "1", "name": "Meal",
                    "properties": {"Cook": {"relationshipRefs": [
                        {"cloudFormationType": "AWS::Zoo::Cook", "propertyName": "Arn"}]}}
                }]},
                "usesType": {"forward": {"0": [{"$id": "1"}]}}
            }}"#,
        )
        .unwrap();
        let spec = Specification::of(database).of_type("AWS::Zoo::Cage");
        assert_eq!(spec.reference, ["Door"]);
        let keys: Vec<_> = spec.relations.keys().map(String::as_str).collect();
        assert_eq!(keys, ["Keeper", "Meal.Cook"]);
    }
}
