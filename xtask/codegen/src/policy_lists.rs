//! The actions of IAM and the managed policies of AWS, for checks of policies.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::emit::Files;
use crate::error::Error;
use crate::fetch::Sources;
use crate::schema::read_json;

#[derive(Deserialize)]
struct Service {
    #[serde(rename = "Actions")]
    actions: BTreeMap<String, IgnoredAny>,
}

pub(crate) fn files(packages: &Sources) -> Result<Files, Error> {
    Ok(Files::from([
        (
            PathBuf::from("iam-actions.txt"),
            actions(&packages.schemas)?,
        ),
        (
            PathBuf::from("managed-policies.txt"),
            managed_policies(&packages.managed_policies)?,
        ),
    ]))
}

/// A service in a line: its prefix, then its actions. `schemas` is the directory of cfn-lint's schemas.
fn actions(schemas: &Path) -> Result<String, Error> {
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
    Ok(text)
}

/// A policy in a line, with its path. The package assigns each to a constant.
fn managed_policies(program: &Path) -> Result<String, Error> {
    let text = fs::read_to_string(program).map_err(Error::io(program))?;
    let mut names: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("AwsManagedPolicy.")?.split_once(" = '"))
        .filter_map(|(_, value)| value.strip_suffix("';"))
        .collect();
    names.sort_unstable();
    Ok(names.iter().map(|name| format!("{name}\n")).collect())
}
