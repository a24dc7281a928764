//! A resource type's schema, as cfn-lint publishes it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value as Json};

use crate::error::Error;

/// The region whose schemas are read: the one with every type.
const REGION: &str = "us-east-1";

pub(crate) struct Index {
    directory: PathBuf,
    files: BTreeMap<String, String>,
}

impl Index {
    pub(crate) fn read(directory: &Path) -> Result<Self, Error> {
        let path = directory.join(format!("providers/{REGION}.json"));
        Ok(Self {
            directory: directory.to_owned(),
            files: read_json(&path)?,
        })
    }

    pub(crate) fn schema(&self, type_name: &str) -> Result<Schema, Error> {
        read_json(&self.path(type_name)?)
    }

    /// The schema with every keyword, as it is in the package.
    pub(crate) fn document(&self, type_name: &str) -> Result<Map<String, Json>, Error> {
        read_json(&self.path(type_name)?)
    }

    fn path(&self, type_name: &str) -> Result<PathBuf, Error> {
        let file = self
            .files
            .get(type_name)
            .ok_or_else(|| Error::UnknownType {
                type_name: type_name.to_owned(),
            })?;
        Ok(self.directory.join(format!("resources/{file}.json")))
    }

    /// The directory of cfn-lint's rules that span several properties.
    pub(crate) fn extensions(&self) -> PathBuf {
        self.directory.join("extensions")
    }
}

pub(crate) fn read_json<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<T, Error> {
    let text = fs::read_to_string(path).map_err(Error::io(path))?;
    serde_json::from_str(&text).map_err(|source| Error::Json {
        path: path.to_owned(),
        source,
    })
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Schema {
    pub(crate) definitions: BTreeMap<String, Shape>,
    #[serde(flatten)]
    pub(crate) root: Shape,
    pub(crate) primary_identifier: Vec<String>,
    pub(crate) read_only_properties: Vec<String>,
    pub(crate) create_only_properties: Vec<String>,
    pub(crate) conditional_create_only_properties: Vec<String>,
    pub(crate) write_only_properties: Vec<String>,
    pub(crate) deprecated_properties: Vec<String>,
    pub(crate) handlers: BTreeMap<String, Handler>,
    pub(crate) tagging: Tagging,
}

/// The actions that a handler calls.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Handler {
    pub(crate) permissions: Vec<String>,
}

/// How the type takes tags.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Tagging {
    pub(crate) tag_property: Option<String>,
    pub(crate) permissions: Vec<String>,
}

/// The shape of a value: the part of JSON schema that the schemas use.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Shape {
    #[serde(rename = "$ref")]
    pub(crate) reference: Option<String>,
    #[serde(rename = "type")]
    pub(crate) types: Types,
    pub(crate) properties: BTreeMap<String, Shape>,
    pub(crate) pattern_properties: BTreeMap<String, Shape>,
    pub(crate) items: Option<Box<Shape>>,
    /// Whether the order of a list's items counts; it does where nothing is said.
    pub(crate) insertion_order: Option<bool>,
    pub(crate) required: Vec<String>,
    #[serde(rename = "enum")]
    pub(crate) values: Vec<Json>,
    pub(crate) format: Option<String>,
    pub(crate) pattern: Option<String>,
    pub(crate) min_length: Option<Json>,
    pub(crate) max_length: Option<Json>,
    pub(crate) minimum: Option<Json>,
    pub(crate) maximum: Option<Json>,
    pub(crate) min_items: Option<Json>,
    pub(crate) max_items: Option<Json>,
    pub(crate) one_of: Vec<Shape>,
    pub(crate) any_of: Vec<Shape>,
    pub(crate) all_of: Vec<Shape>,
    pub(crate) required_xor: Vec<String>,
    pub(crate) required_or: Vec<String>,
    pub(crate) dependent_excluded: BTreeMap<String, Vec<String>>,
    pub(crate) dependent_required: BTreeMap<String, Vec<String>>,
}

/// The JSON types a value may have: none said, one, or several.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(untagged)]
pub(crate) enum Types {
    #[default]
    Unsaid,
    One(String),
    Several(Vec<String>),
}

impl Types {
    /// The types as a slice.
    pub(crate) fn all(&self) -> &[String] {
        match self {
            Self::Unsaid => &[],
            Self::One(one) => std::slice::from_ref(one),
            Self::Several(several) => several,
        }
    }

    /// Whether the value may have this type.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.all().iter().any(|one| one == name)
    }
}

impl Shape {
    pub(crate) fn definition(&self) -> Option<&str> {
        self.reference.as_deref()?.strip_prefix("#/definitions/")
    }

    /// The properties, those of the alternatives included.
    pub(crate) fn merged_properties(&self) -> BTreeMap<String, Shape> {
        let mut merged = self.properties.clone();
        for alternative in self.alternatives() {
            for (name, shape) in alternative.merged_properties() {
                merged.entry(name).or_insert(shape);
            }
        }
        merged
    }

    /// The required properties: a property is required by a choice when each alternative
    /// requires it.
    pub(crate) fn merged_required(&self) -> Vec<String> {
        let mut required = self.required.clone();
        for all in &self.all_of {
            required.extend(all.merged_required());
        }
        for choice in [&self.one_of, &self.any_of] {
            let mut alternatives = choice.iter().map(Self::merged_required);
            if let Some(first) = alternatives.next() {
                let rest: Vec<_> = alternatives.collect();
                required.extend(
                    first
                        .into_iter()
                        .filter(|name| rest.iter().all(|other| other.contains(name))),
                );
            }
        }
        required.sort();
        required.dedup();
        required
    }

    pub(crate) fn alternatives(&self) -> impl Iterator<Item = &Self> {
        self.one_of.iter().chain(&self.any_of).chain(&self.all_of)
    }
}

/// `/properties/A/B` → `A.B`.
pub(crate) fn dotted(pointer: &str) -> String {
    pointer
        .trim_start_matches("/properties/")
        .replace("/properties/", ".")
        .replace("/items/", ".*.")
        .replace('/', ".")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(json: &str) -> Shape {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_type_is_said_once_several_times_or_not_at_all() {
        assert!(shape(r#"{"type": "string"}"#).types.has("string"));
        assert!(
            shape(r#"{"type": ["object", "string"]}"#)
                .types
                .has("object")
        );
        assert!(shape("{}").types.all().is_empty());
    }

    #[test]
    fn alternatives_merge_their_properties() {
        let merged = shape(
            r#"{"oneOf": [
                {"properties": {"Plain": {"type": "string"}}, "required": ["Plain"]},
                {"properties": {"Fancy": {"type": "string"}}, "required": ["Fancy"]}
            ]}"#,
        );
        assert_eq!(merged.merged_properties().len(), 2);
        assert!(merged.merged_required().is_empty());
    }

    #[test]
    fn what_every_alternative_requires_is_required() {
        let shape = shape(
            r#"{"required": ["A"], "anyOf": [{"required": ["B", "C"]}, {"required": ["C"]}]}"#,
        );
        assert_eq!(shape.merged_required(), ["A", "C"]);
    }

    #[test]
    fn paths_are_dotted() {
        assert_eq!(dotted("/properties/A"), "A");
        assert_eq!(dotted("/properties/A/B"), "A.B");
        assert_eq!(dotted("/properties/A/*/B"), "A.*.B");
    }
}
