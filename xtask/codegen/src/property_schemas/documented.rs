//! What AWS's pages say of properties and no package has: the checked-in list `documented.toml`.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::place;
use crate::error::Error;

pub(crate) struct Documented {
    rules: Vec<Rule>,
    list: PathBuf,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    rule: Vec<Rule>,
}

/// What holds for the value at a place.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    r#type: String,
    /// A path below the resource's properties, `*` for every item of a list.
    at: String,
    source: String,
    schema: Json,
}

impl Documented {
    /// # Errors
    /// When the list can't be read, or has a rule for a type that is not generated.
    pub(crate) fn read(list: &Path, types: &[String]) -> Result<Self, Error> {
        let text = fs::read_to_string(list).map_err(Error::io(list))?;
        let wrong = |message: String| Error::Input {
            path: list.to_owned(),
            message,
        };
        let read: List = toml::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        if let Some(rule) = read.rule.iter().find(|rule| !types.contains(&rule.r#type)) {
            return Err(wrong(format!("{} is not among the types", rule.r#type)));
        }
        Ok(Self {
            rules: read.rule,
            list: list.to_owned(),
        })
    }

    /// The rules of a type, each as a schema of all its properties.
    ///
    /// # Errors
    /// When a rule has no page, or is about a property that the type doesn't have.
    pub(super) fn of(
        &self,
        type_name: &str,
        facts: &Map<String, Json>,
    ) -> Result<Vec<Json>, Error> {
        let rules = self.rules.iter().filter(|rule| rule.r#type == type_name);
        rules
            .map(|rule| {
                let wrong = |what: &str| Error::Input {
                    path: self.list.clone(),
                    message: format!("{type_name}, {}: {what}", rule.at),
                };
                if !rule.source.starts_with("https://docs.aws.amazon.com/") {
                    return Err(wrong("the source is no page of AWS's documentation"));
                }
                if !place::exists(facts, &rule.at) {
                    return Err(wrong("the type has no such property"));
                }
                Ok(place::wrapped(&rule.at, rule.schema.clone()))
            })
            .collect()
    }
}
