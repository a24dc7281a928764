//! The actions of IAM, for checks of policies.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::emit::Files;
use crate::error::Error;
use crate::schema::read_json;

#[derive(Deserialize)]
struct Service {
    #[serde(rename = "Actions")]
    actions: BTreeMap<String, IgnoredAny>,
}

/// A service in a line: its prefix, then its actions. `schemas` is the directory of cfn-lint's schemas.
pub(crate) fn files(schemas: &Path) -> Result<Files, Error> {
    let list = schemas.join("../AdditionalSpecs/Policies.json");
    let services: BTreeMap<String, Service> = read_json(&list)?;
    let mut text = String::new();
    for (prefix, service) in services {
        text.push_str(&prefix);
        for action in service.actions.keys() {
            text.push(' ');
            text.push_str(action);
        }
        text.push('\n');
    }
    Ok(Files::from([(PathBuf::from("iam-actions.txt"), text)]))
}
