//! The rules of cfn-lint that span several properties: which file is about which place.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::place;
use crate::error::Error;
use crate::schema::read_json;

/// The checked-in list `extensions.toml`, with the directory that the files are in.
pub(crate) struct Extensions {
    rows: Vec<Row>,
    directory: PathBuf,
    list: PathBuf,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    extension: Vec<Row>,
}

/// A file: what it is about, or why it is left out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    r#type: String,
    /// Its folder and its name without the ending.
    file: String,
    /// Paths below the resource's properties, `*` for every item of a list.
    #[serde(default)]
    at: Vec<String>,
    /// Why the file is not used.
    skip: Option<String>,
}

impl Extensions {
    pub(crate) fn read(list: &Path, directory: &Path) -> Result<Self, Error> {
        let text = fs::read_to_string(list).map_err(Error::io(list))?;
        let read: List = toml::from_str(&text).map_err(|error| Error::Input {
            path: list.to_owned(),
            message: error.to_string(),
        })?;
        Ok(Self {
            rows: read.extension,
            directory: directory.to_owned(),
            list: list.to_owned(),
        })
    }

    /// The rules of a type, each as a schema of all its properties.
    pub(super) fn of(&self, type_name: &str) -> Result<Vec<Json>, Error> {
        let rows = self.rows.iter().filter(|row| row.r#type == type_name);
        let mut rules = Vec::new();
        for row in rows {
            if row.skip.is_some() != row.at.is_empty() {
                return Err(self.wrong(format!(
                    "{type_name}, {}: give either `at` or `skip`",
                    row.file
                )));
            }
            let document: Map<String, Json> =
                read_json(&self.directory.join(format!("{}.json", row.file)))?;
            for at in &row.at {
                rules.push(place::wrapped(at, inlined(document.clone())));
            }
        }
        Ok(rules)
    }

    /// The files about a type that no row names.
    pub(crate) fn unlisted(&self, type_name: &str) -> Result<Vec<String>, Error> {
        let folder = type_name.replace("::", "_").to_ascii_lowercase();
        let names = names(&self.directory.join(&folder))?;
        let files = names.into_iter().map(|name| format!("{folder}/{name}"));
        Ok(files
            .filter(|file| !self.rows.iter().any(|row| row.file == *file))
            .collect())
    }

    fn wrong(&self, message: String) -> Error {
        Error::Input {
            path: self.list.clone(),
            message,
        }
    }
}

/// The names of the JSON files in a folder, without their ending; none where there is no folder.
fn names(folder: &Path) -> Result<Vec<String>, Error> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(Error::io(folder))? {
        let path = entry.map_err(Error::io(folder))?.path();
        let is_json = path
            .extension()
            .is_some_and(|extension| extension == "json");
        if let Some(name) = path.file_stem().filter(|_| is_json) {
            names.push(name.to_string_lossy().into_owned());
        }
    }
    Ok(names)
}

/// The schema with its own definitions put in the place of the references to them.
fn inlined(mut document: Map<String, Json>) -> Json {
    let definitions = document.remove("definitions").unwrap_or_default();
    resolve(&Json::Object(document), &definitions)
}

fn resolve(value: &Json, definitions: &Json) -> Json {
    match value {
        Json::Object(members) => {
            let target = members
                .get("$ref")
                .and_then(Json::as_str)
                .and_then(|reference| reference.strip_prefix("#/definitions/"))
                .and_then(|name| definitions.get(name));
            if let Some(target) = target {
                return resolve(target, definitions);
            }
            Json::Object(
                members
                    .iter()
                    .map(|(name, value)| (name.clone(), resolve(value, definitions)))
                    .collect(),
            )
        }
        Json::Array(items) => items
            .iter()
            .map(|item| resolve(item, definitions))
            .collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn definitions_of_a_rule_are_inlined() {
        let rule = json!({
            "items": { "$ref": "#/definitions/Name" },
            "definitions": { "Name": { "anyOf": [{ "$ref": "#/definitions/Short" }] }, "Short": { "maxLength": 3 } },
        });
        assert_eq!(
            inlined(rule.as_object().unwrap().clone()),
            json!({ "items": { "anyOf": [{ "maxLength": 3 }] } })
        );
    }
}
