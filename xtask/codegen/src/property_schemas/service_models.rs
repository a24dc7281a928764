//! What the models of the services say of the requests that resources are created with: enumerations, patterns, lengths
//! and bounds that the schemas lack.
//!
//! A property and a member of the request are taken for the same where their names are, upper and lower case apart, at
//! every step from the root on, and their types fit. The schema goes first: a constraint that it has is not repeated.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;
use serde_json::{Map, Number, Value as Json, json};

use super::place;
use crate::error::Error;

/// Lengths from here on say only that there is no limit.
const NO_LIMIT: u64 = 1 << 24;

pub(crate) struct ServiceModels {
    rows: Vec<Row>,
    list: PathBuf,
    directory: PathBuf,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    request: Vec<Row>,
}

/// The request that a type is created with.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    r#type: String,
    service: String,
    shape: String,
}

#[derive(Deserialize)]
struct Model {
    shapes: BTreeMap<String, Shape>,
}

#[derive(Deserialize)]
struct Shape {
    r#type: String,
    #[serde(default)]
    members: BTreeMap<String, Target>,
    member: Option<Target>,
    #[serde(default)]
    r#enum: Vec<String>,
    pattern: Option<String>,
    min: Option<Number>,
    max: Option<Number>,
}

#[derive(Deserialize)]
struct Target {
    shape: String,
}

impl ServiceModels {
    /// `directory` holds a folder for each service.
    ///
    /// # Errors
    /// When the list can't be read, or has a request of a type that is not generated.
    pub(crate) fn read(list: &Path, directory: &Path, types: &[String]) -> Result<Self, Error> {
        let text = fs::read_to_string(list).map_err(Error::io(list))?;
        let wrong = |message: String| Error::Input {
            path: list.to_owned(),
            message,
        };
        let read: List = toml::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        if let Some(row) = read.request.iter().find(|row| !types.contains(&row.r#type)) {
            return Err(wrong(format!("{} is not among the types", row.r#type)));
        }
        Ok(Self {
            rows: read.request,
            list: list.to_owned(),
            directory: directory.to_owned(),
        })
    }

    /// What the request says beyond the facts of the type, as a schema of its properties.
    ///
    /// # Errors
    /// When there is no such model or shape.
    pub(super) fn of(
        &self,
        type_name: &str,
        facts: &Map<String, Json>,
    ) -> Result<Option<Json>, Error> {
        let Some(row) = self.rows.iter().find(|row| row.r#type == type_name) else {
            return Ok(None);
        };
        let model = self.model(&row.service)?;
        if !model.shapes.contains_key(&row.shape) {
            return Err(Error::Input {
                path: self.list.clone(),
                message: format!("{type_name}: {} has no shape {}", row.service, row.shape),
            });
        }
        let walk = Walk {
            facts,
            model: &model,
        };
        let found = walk.beyond(facts, &row.shape, 0);
        Ok((!found.is_empty()).then_some(Json::Object(found)))
    }

    fn model(&self, service: &str) -> Result<Model, Error> {
        let folder = self.directory.join(service);
        let mut versions = Vec::new();
        for entry in fs::read_dir(&folder).map_err(Error::io(&folder))? {
            versions.push(entry.map_err(Error::io(&folder))?.path());
        }
        let newest = versions.iter().max().unwrap_or(&folder);
        let path = newest.join("service-2.json.gz");
        let output = Command::new("gzip")
            .args(["--decompress", "--stdout"])
            .arg(&path)
            .output()
            .map_err(Error::io(&path))?;
        serde_json::from_slice(&output.stdout).map_err(|error| Error::Input {
            path,
            message: error.to_string(),
        })
    }
}

struct Walk<'a> {
    facts: &'a Map<String, Json>,
    model: &'a Model,
}

impl Walk<'_> {
    /// What a shape of the model says of a value, and the facts don't.
    fn beyond(&self, facts: &Map<String, Json>, name: &str, depth: usize) -> Map<String, Json> {
        let facts = place::resolve(self.facts, facts);
        let mut found = Map::new();
        // Shapes may contain themselves; nothing is told beyond the depth that templates reach.
        let Some(shape) = self.model.shapes.get(name).filter(|_| depth < 9) else {
            return found;
        };
        let is = |kind: &str| {
            let types = facts.get("type").and_then(Json::as_array);
            types.is_some_and(|types| types.iter().any(|one| one == kind))
        };
        let lacks = |keyword: &str| !facts.contains_key(keyword);
        match shape.r#type.as_str() {
            "structure" => {
                let properties = facts.get("properties").and_then(Json::as_object);
                let mut all = Map::new();
                for (property, of_property) in properties.into_iter().flatten() {
                    let Some(of_property) = of_property.as_object() else {
                        continue;
                    };
                    let mut members = shape.members.iter();
                    let member = members.find(|(member, _)| member.eq_ignore_ascii_case(property));
                    if let Some((_, target)) = member
                        && !of_property.contains_key("readOnly")
                    {
                        let beyond = self.beyond(of_property, &target.shape, depth + 1);
                        if !beyond.is_empty() {
                            all.insert(property.clone(), Json::Object(beyond));
                        }
                    }
                }
                if !all.is_empty() {
                    found.insert("properties".to_owned(), Json::Object(all));
                }
            }
            "list" if is("array") => {
                let keyword = |keyword: &str| match keyword {
                    "maxItems" => lacks(keyword) && lacks("maxUniqueItems"),
                    _ => lacks(keyword),
                };
                bounds(shape, ["minItems", "maxItems"], keyword, &mut found);
                let items = facts.get("items").and_then(Json::as_object);
                if let (Some(items), Some(target)) = (items, &shape.member) {
                    let beyond = self.beyond(items, &target.shape, depth + 1);
                    if !beyond.is_empty() {
                        found.insert("items".to_owned(), Json::Object(beyond));
                    }
                }
            }
            "string" if is("string") && lacks("enum") && lacks("enumCaseInsensitive") => {
                if !shape.r#enum.is_empty() {
                    found.insert("enum".to_owned(), json!(shape.r#enum));
                    return found;
                }
                bounds(shape, ["minLength", "maxLength"], lacks, &mut found);
                if let Some(pattern) = shape
                    .pattern
                    .as_deref()
                    .and_then(whole)
                    .filter(|_| lacks("pattern"))
                {
                    found.insert("pattern".to_owned(), json!(pattern));
                }
            }
            "integer" | "long" | "double" | "float" if is("integer") || is("number") => {
                bounds(shape, ["minimum", "maximum"], lacks, &mut found);
            }
            _ => {}
        }
        found
    }
}

fn bounds(
    shape: &Shape,
    [least, greatest]: [&str; 2],
    lacks: impl Fn(&str) -> bool,
    found: &mut Map<String, Json>,
) {
    let counts = least != "minimum";
    if let Some(min) = &shape.min
        && lacks(least)
        && !(counts && min.as_u64() == Some(0))
    {
        found.insert(least.to_owned(), json!(min));
    }
    if let Some(max) = &shape.max
        && lacks(greatest)
        && max.as_u64().is_none_or(|max| max < NO_LIMIT)
    {
        found.insert(greatest.to_owned(), json!(max));
    }
}

/// A model's pattern describes the whole text. None where it describes every text, or is one that the library which reads
/// the facts does not know.
fn whole(pattern: &str) -> Option<String> {
    let says_nothing = [
        ".*",
        "^.*$",
        r"[\S\s]*",
        r"[\s\S]*",
        r".*\S.*",
        r"(.*[\n\r\t\f\ ]?)*",
    ];
    // Halves of characters: every text is made of these.
    if says_nothing.contains(&pattern) || pattern.contains(r"\uD800") || pattern.contains("(?") {
        return None;
    }
    let is_whole = pattern.starts_with('^') && pattern.ends_with('$') && !pattern.contains('|');
    Some(if is_whole {
        pattern.to_owned()
    } else {
        format!("^(?:{pattern})$")
    })
}
