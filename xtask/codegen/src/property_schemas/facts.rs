//! The facts of one type: the schema without sentences, with the kinds of reference and what `Ref` and the
//! attributes give.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Map, Value as Json, json};

use super::documented::Documented;
use super::extensions::Extensions;
use super::service_models::ServiceModels;
use super::{file_name, text};
use crate::build::{Restricted, Source};
use crate::emit::Files;
use crate::error::Error;
use crate::model::{Model, Resource, Type};
use crate::overrides::{Overrides, PropertyIs};
use crate::schema::Index;

/// What every type's facts are made from.
pub(crate) struct Facts<'a> {
    pub(crate) index: &'a Index,
    pub(crate) overrides: &'a Overrides,
    pub(crate) extensions: &'a Extensions,
    pub(crate) documented: &'a Documented,
    pub(crate) service_models: &'a ServiceModels,
    pub(crate) model: &'a Model,
}

/// One type while its facts are collected.
struct Collector<'a> {
    source: &'a Source,
    overrides: &'a Overrides,
    restricted: Restricted,
    /// The kinds of reference that properties expect, by place.
    kinds: BTreeMap<String, Vec<String>>,
}

/// Keywords that are facts as they are.
const KEPT: [&str; 17] = [
    "dependentExcluded",
    "dependentRequired",
    "enumCaseInsensitive",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maxUniqueItems",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "pattern",
    "requiredOr",
    "requiredXor",
    "uniqueKeys",
];

/// Keywords without meaning for whether a value is valid, and what other parts of the generator read.
const IGNORED: [&str; 9] = [
    "$comment",
    "arrayType",
    "default",
    "definitions",
    "description",
    "examples",
    "insertionOrder",
    "relationshipRef",
    "title",
];

/// Formats of a literal text that can be told from the text alone. The other ones are kinds of reference.
const FORMATS: [&str; 4] = ["ipv4", "ipv4-network", "ipv6", "ipv6-network"];

/// The keywords of a type that describe its properties.
const ROOT: [&str; 11] = [
    "additionalProperties",
    "allOf",
    "anyOf",
    "dependentExcluded",
    "dependentRequired",
    "oneOf",
    "patternProperties",
    "properties",
    "required",
    "requiredOr",
    "requiredXor",
];

impl Facts<'_> {
    pub(crate) fn files(&self, sources: &[Source]) -> Result<Files, Error> {
        let mut files = Files::new();
        for (source, resource) in sources.iter().zip(&self.model.resources) {
            let (path, text) = self.file(source, resource)?;
            files.insert(path, text);
        }
        Ok(files)
    }

    fn file(&self, source: &Source, resource: &Resource) -> Result<(PathBuf, String), Error> {
        let document = self.index.document(&source.type_name)?;
        let collector = Collector {
            source,
            overrides: self.overrides,
            restricted: Restricted::of(&source.schema),
            kinds: kinds(resource, self.model),
        };
        let root: Map<String, Json> = document
            .iter()
            .filter(|(keyword, _)| ROOT.contains(&keyword.as_str()))
            .map(|(keyword, value)| (keyword.clone(), value.clone()))
            .collect();
        let mut facts = collector.shape(&root, "")?;
        facts.insert("name".to_owned(), json!(source.type_name));
        facts.insert(
            "reference".to_owned(),
            result(&resource.reference.ty, self.model),
        );
        let attributes: Map<String, Json> = resource
            .attributes
            .iter()
            .map(|attribute| (attribute.name.clone(), result(&attribute.ty, self.model)))
            .collect();
        facts.insert("attributes".to_owned(), Json::Object(attributes));
        let mut definitions = Map::new();
        let all = document.get("definitions").and_then(Json::as_object);
        for (name, definition) in all.into_iter().flatten() {
            let definition = collector.value(definition, name)?;
            definitions.insert(name.clone(), definition);
        }
        facts.insert("definitions".to_owned(), Json::Object(definitions));
        let mut extensions = Vec::new();
        for rule in self.extensions.of(&source.type_name)? {
            extensions.push(collector.value(&rule, "extensions")?);
        }
        for rule in self.documented.of(&source.type_name, &facts)? {
            extensions.push(collector.value(&rule, "documented")?);
        }
        extensions.extend(self.service_models.of(&source.type_name, &facts)?);
        facts.insert("extensions".to_owned(), Json::Array(extensions));
        facts.retain(|_, value| !is_empty(value));
        Ok((file_name(resource), text::lines(&facts)))
    }
}

impl Collector<'_> {
    /// The facts of a schema: an object, or `false`, which no value meets.
    fn value(&self, schema: &Json, place: &str) -> Result<Json, Error> {
        match schema {
            Json::Bool(true) => Ok(json!({})),
            Json::Bool(false) => Ok(json!({ "never": true })),
            Json::Object(schema) => self.shape(schema, place).map(Json::Object),
            _ => Err(self
                .source
                .error(place, "neither an object nor true or false")),
        }
    }

    fn shape(&self, schema: &Map<String, Json>, place: &str) -> Result<Map<String, Json>, Error> {
        let mut facts = Map::new();
        for (keyword, value) in schema {
            let (keyword, value) = match (keyword.as_str(), value) {
                (ignored, _) if IGNORED.contains(&ignored) => continue,
                (kept, value) if KEPT.contains(&kept) => (kept, value.clone()),
                ("$ref", Json::String(reference)) => {
                    let Some(name) = reference.strip_prefix("#/definitions/") else {
                        return Err(self.source.error(place, "a reference to no definition"));
                    };
                    ("ref", json!(name))
                }
                ("type", Json::String(one)) => ("type", json!([one])),
                ("type", several) => ("type", several.clone()),
                ("const", value) => ("enum", json!([value])),
                ("enum", values) => ("enum", values.clone()),
                ("additionalProperties", Json::Bool(true)) | ("uniqueItems", Json::Bool(false)) => {
                    continue;
                }
                ("additionalProperties", Json::Bool(false)) => ("closed", json!(true)),
                ("uniqueItems", Json::Bool(true)) => ("uniqueItems", json!(true)),
                ("dependencies", value) => ("dependentRequired", value.clone()),
                ("format", Json::String(format)) if FORMATS.contains(&format.as_str()) => {
                    ("format", value.clone())
                }
                ("format", _) => continue,
                ("required", Json::Array(names)) => ("required", self.required(names, place)),
                ("properties", Json::Object(properties)) => {
                    ("properties", self.properties(properties, place)?)
                }
                ("patternProperties", Json::Object(properties)) => {
                    let mut entries = Vec::new();
                    for (pattern, entry) in properties {
                        entries.push(json!([pattern, self.value(entry, place)?]));
                    }
                    ("patternProperties", Json::Array(entries))
                }
                (
                    "items" | "not" | "if" | "then" | "else" | "contains" | "propertyNames",
                    schema,
                ) => (keyword.as_str(), self.value(schema, place)?),
                ("anyOf" | "oneOf" | "allOf", Json::Array(alternatives)) => {
                    let mut all = Vec::new();
                    for alternative in alternatives {
                        all.push(self.value(alternative, place)?);
                    }
                    // Alternatives that differ in the kind of reference only: every value meets one.
                    if keyword == "anyOf" && all.iter().any(is_empty) {
                        continue;
                    }
                    all.retain(|one| keyword != "allOf" || !is_empty(one));
                    (keyword.as_str(), Json::Array(all))
                }
                (unknown, _) => {
                    let message = format!("the keyword `{unknown}` is new, or has a new form");
                    return Err(self.source.error(place, message));
                }
            };
            facts.insert(keyword.to_owned(), value);
        }
        facts.retain(|keyword, value| {
            matches!(keyword.as_str(), "items" | "not" | "if" | "contains") || !is_empty(value)
        });
        Ok(facts)
    }

    /// The required properties that a template can set.
    fn required(&self, names: &[Json], place: &str) -> Json {
        let is_settable = |name: &&Json| {
            name.as_str()
                .is_some_and(|name| !self.restricted.read_only.contains(&join(place, name)))
        };
        names.iter().filter(is_settable).cloned().collect()
    }

    fn properties(&self, properties: &Map<String, Json>, owner: &str) -> Result<Json, Error> {
        let mut all = Map::new();
        for (name, schema) in properties {
            let place = join(owner, name);
            let overridden = self.overrides.property(&self.source.type_name, &place);
            if overridden == Some(&PropertyIs::Absent) {
                continue;
            }
            let mut facts = self.value(schema, &place)?;
            for (flag, places) in [
                ("readOnly", &self.restricted.read_only),
                ("writeOnly", &self.restricted.write_only),
                ("createOnly", &self.restricted.create_only),
                (
                    "conditionalCreateOnly",
                    &self.restricted.conditional_create_only,
                ),
                ("deprecated", &self.restricted.deprecated),
            ] {
                if places.contains(&place) {
                    facts[flag] = json!(true);
                }
            }
            if let Some(kinds) = self.kinds.get(&place) {
                facts["kinds"] = json!(kinds);
            }
            all.insert(name.clone(), facts);
        }
        Ok(Json::Object(all))
    }
}

/// `Property`, or `Definition.Property`.
fn join(owner: &str, property: &str) -> String {
    if owner.is_empty() {
        property.to_owned()
    } else {
        format!("{owner}.{property}")
    }
}

fn is_empty(value: &Json) -> bool {
    match value {
        Json::Object(members) => members.is_empty(),
        Json::Array(items) => items.is_empty(),
        _ => false,
    }
}

/// The kinds that the properties of a type expect, by place.
fn kinds(resource: &Resource, model: &Model) -> BTreeMap<String, Vec<String>> {
    let mut by_place = BTreeMap::new();
    let owners = resource
        .nested
        .iter()
        .map(|nested| (nested.schema_name.as_str(), nested))
        .chain([("", &resource.root)]);
    for (owner, properties) in owners {
        for property in &properties.properties {
            let kinds = kinds_of(&property.ty, model);
            if !kinds.is_empty() {
                by_place.insert(join(owner, &property.name), kinds);
            }
        }
    }
    by_place
}

/// The kinds of a type, or of the items of a list.
fn kinds_of(ty: &Type, model: &Model) -> Vec<String> {
    match ty {
        Type::Kind(kind) => vec![kind.clone()],
        Type::Union(union) => model.unions.get(union).cloned().unwrap_or_default(),
        Type::List(item) => kinds_of(item, model),
        _ => Vec::new(),
    }
}

/// What `Ref` or an attribute gives.
fn result(ty: &Type, model: &Model) -> Json {
    let mut facts = Map::new();
    let json_type = match ty {
        Type::Text | Type::Kind(_) | Type::Union(_) | Type::Enum(_) => Some("string"),
        Type::Bool => Some("boolean"),
        Type::Integer => Some("integer"),
        Type::Number => Some("number"),
        Type::List(_) => Some("array"),
        Type::Map(_) | Type::Struct(_) | Type::Tag => Some("object"),
        Type::Json | Type::Policy => None,
    };
    facts.extend(json_type.map(|name| ("type".to_owned(), json!([name]))));
    let kinds = kinds_of(ty, model);
    if !kinds.is_empty() {
        facts.insert("kinds".to_owned(), json!(kinds));
    }
    Json::Object(facts)
}
