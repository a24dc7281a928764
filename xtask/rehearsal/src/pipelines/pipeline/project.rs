//! Build projects.

use std::collections::BTreeMap;

use serde_json::Value;

use super::error::PipelineError;
use super::model::{Commands, Project};
use super::read::Reader;
use crate::pipelines::template::Stacks;

/// The properties of a project that are honoured, or that change nothing of what it does.
const PROPERTIES: [&str; 12] = [
    "Artifacts",
    "Cache",
    "Description",
    "EncryptionKey",
    "Environment",
    "LogsConfig",
    "Name",
    "QueuedTimeoutInMinutes",
    "ServiceRole",
    "Source",
    "Tags",
    "TimeoutInMinutes",
];

/// The project of a stack that has this name.
///
/// # Errors
/// When there is none, it can't be read, or it has a setting that is not honoured here.
pub fn project(stacks: &Stacks, stack: &str, name: &str) -> Result<Project, PipelineError> {
    for resource in stacks.of_type("AWS::CodeBuild::Project") {
        let identity = stacks.identity_of(&resource)?;
        if resource.stack == stack && identity.name == name {
            let properties = stacks.properties(&resource)?;
            return read(&properties, identity.name, identity.arn.unwrap_or_default());
        }
    }
    Err(PipelineError::Missing {
        place: stack.to_owned(),
        what: format!("project `{name}`"),
    })
}

fn read(properties: &Value, name: String, arn: String) -> Result<Project, PipelineError> {
    let read = Reader {
        place: format!("the project {name}"),
    };
    read.only(properties, &PROPERTIES)?;
    let source = &properties["Source"];
    read.only(source, &["BuildSpec", "Type"])?;
    let written = read.text(source, "BuildSpec")?;
    // What has lines is the text itself.
    let commands = if written.contains('\n') {
        Commands::Written(written.to_owned())
    } else {
        Commands::InSource(written.to_owned())
    };
    let cache = match properties.get("Cache") {
        None => None,
        Some(cache) => {
            read.only(cache, &["Location", "Type"])?;
            read.is(cache, "Type", "S3")?;
            Some(read.text(cache, "Location")?.to_owned())
        }
    };
    let environment = &properties["Environment"];
    Ok(Project {
        commands,
        role: read.text(properties, "ServiceRole")?.to_owned(),
        variables: variables(&read, &environment["EnvironmentVariables"], "Name", "Value")?
            .into_iter()
            .collect::<BTreeMap<_, _>>(),
        log_group: read
            .text(&properties["LogsConfig"]["CloudWatchLogs"], "GroupName")?
            .to_owned(),
        builds_images: environment["PrivilegedMode"] == true,
        cache,
        minutes: properties["TimeoutInMinutes"].as_u64().unwrap_or(60),
        name,
        arn,
    })
}

/// The variables that an action adds: JSON in a text.
///
/// Source: <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeBuild.html>
pub(super) fn of_action(
    read: &Reader,
    configuration: &Value,
) -> Result<Vec<(String, String)>, PipelineError> {
    let Some(text) = configuration["EnvironmentVariables"].as_str() else {
        return Ok(Vec::new());
    };
    let list = serde_json::from_str(text).map_err(|error| PipelineError::Unknown {
        place: read.place.clone(),
        what: format!("variables that are no JSON ({error})"),
    })?;
    variables(read, &list, "name", "value")
}

fn variables(
    read: &Reader,
    list: &Value,
    name: &str,
    value: &str,
) -> Result<Vec<(String, String)>, PipelineError> {
    list.as_array()
        .into_iter()
        .flatten()
        .map(|variable| {
            let kind = variable.get("Type").or_else(|| variable.get("type"));
            if kind.is_some_and(|kind| kind != "PLAINTEXT") {
                return Err(read.unknown(&format!("a variable of another kind: {variable}")));
            }
            let read = |key: &str| read.text(variable, key).map(str::to_owned);
            Ok((read(name)?, read(value)?))
        })
        .collect()
}
