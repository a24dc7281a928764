//! The reader of pipelines and build projects in templates.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::error::PipelineError;
use super::model::{
    Action, ActionKind, BuildspecSource, ExecutionMode, Pipeline, Project, SourceFormat, Stage,
};
use crate::pipelines::template::{Resource, Stacks};

const PIPELINE: [&str; 9] = [
    "ArtifactStore",
    "ExecutionMode",
    "Name",
    "PipelineType",
    "RestartExecutionOnUpdate",
    "RoleArn",
    "Stages",
    "Tags",
    "Triggers",
];

const ACTION: [&str; 7] = [
    "ActionTypeId",
    "Configuration",
    "InputArtifacts",
    "Name",
    "Namespace",
    "OutputArtifacts",
    "RunOrder",
];

/// The pipelines of an environment's stacks, sorted by stack.
///
/// # Errors
/// When one of them can't be read, or has a setting that is not honoured here.
pub fn pipelines(stacks: &Stacks) -> Result<Vec<Pipeline>, PipelineError> {
    stacks
        .resources_of_type("AWS::CodePipeline::Pipeline")
        .map(|resource| {
            let pipeline = pipeline(stacks, &resource)?;
            pipeline.check_artifacts()?;
            Ok(pipeline)
        })
        .collect()
}

fn pipeline(stacks: &Stacks, resource: &Resource<'_>) -> Result<Pipeline, PipelineError> {
    let properties = stacks.properties(resource)?;
    let place = format!("{}/{}", resource.stack, resource.id);
    let read = PropertyReader {
        place: place.clone(),
    };
    read.only(&properties, &PIPELINE)?;
    read.is(&properties, "PipelineType", "V2")?;
    let mode = match read.text(&properties, "ExecutionMode")? {
        "QUEUED" => ExecutionMode::Queued,
        "SUPERSEDED" => ExecutionMode::Superseded,
        other => return Err(read.unknown(&format!("the execution mode {other}"))),
    };
    let stages = read
        .list(&properties, "Stages")?
        .iter()
        .map(|stage| {
            read.only(stage, &["Actions", "Name"])?;
            let name = read.text(stage, "Name")?.to_owned();
            let mut actions = read
                .list(stage, "Actions")?
                .iter()
                .map(|json| action(stacks, resource.stack, &format!("{place}/{name}"), json))
                .collect::<Result<Vec<_>, _>>()?;
            actions.sort_by_key(|action| action.order);
            Ok(Stage { name, actions })
        })
        .collect::<Result<_, PipelineError>>()?;
    Ok(Pipeline {
        name: read.text(&properties, "Name")?.to_owned(),
        stack: resource.stack.to_owned(),
        role: read.text(&properties, "RoleArn")?.to_owned(),
        mode,
        restarts_on_update: properties["RestartExecutionOnUpdate"] == true,
        artifact_bucket: read
            .text(&properties["ArtifactStore"], "Location")?
            .to_owned(),
        artifact_key: read
            .text(&properties["ArtifactStore"]["EncryptionKey"], "Id")?
            .to_owned(),
        branches: branches(&properties["Triggers"]),
        stages,
        properties,
    })
}

/// The branches of all triggers, as written: the definition uses no patterns.
fn branches(triggers: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for trigger in triggers.as_array().into_iter().flatten() {
        let pushes = trigger["GitConfiguration"]["Push"].as_array();
        for push in pushes.into_iter().flatten() {
            let included = push["Branches"]["Includes"].as_array();
            let names = included.into_iter().flatten().filter_map(Value::as_str);
            found.extend(names.map(str::to_owned));
        }
    }
    found
}

fn action(
    stacks: &Stacks,
    stack: &str,
    stage: &str,
    json: &Value,
) -> Result<Action, PipelineError> {
    let name = json["Name"].as_str().unwrap_or("?").to_owned();
    let read = PropertyReader {
        place: format!("{stage}/{name}"),
    };
    read.only(json, &ACTION)?;
    let names = |property: &str| {
        let all = json[property].as_array().into_iter().flatten();
        all.filter_map(|artifact| artifact["Name"].as_str())
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let type_id = &json["ActionTypeId"];
    let configuration = &json["Configuration"];
    let of_configuration = PropertyReader {
        place: format!("the configuration of {}", read.place),
    };
    let kind = match (type_id["Category"].as_str(), type_id["Provider"].as_str()) {
        (Some("Source"), Some("CodeStarSourceConnection")) => {
            repository(&of_configuration, configuration)?
        }
        (Some("Source"), Some("S3")) => {
            let known = ["PollForSourceChanges", "S3Bucket", "S3ObjectKey"];
            of_configuration.only(configuration, &known)?;
            ActionKind::Object {
                bucket: of_configuration.text(configuration, "S3Bucket")?.to_owned(),
                key: of_configuration
                    .text(configuration, "S3ObjectKey")?
                    .to_owned(),
            }
        }
        (Some("Build"), Some("CodeBuild")) => {
            let known = ["EnvironmentVariables", "PrimarySource", "ProjectName"];
            of_configuration.only(configuration, &known)?;
            let name = of_configuration.text(configuration, "ProjectName")?;
            // An unsupported project is refused with its pipeline, before anything runs.
            project(stacks, stack, name)?;
            ActionKind::Build {
                project: name.to_owned(),
                primary: configuration["PrimarySource"].as_str().map(str::to_owned),
                variables: action_variables(&of_configuration, configuration)?,
            }
        }
        (category, provider) => {
            let [category, provider] = [category, provider].map(|name| name.unwrap_or("?"));
            return Err(read.unknown(&format!("an action {category} by {provider}")));
        }
    };
    Ok(Action {
        name,
        order: json["RunOrder"].as_u64().unwrap_or(1),
        namespace: json["Namespace"].as_str().map(str::to_owned),
        kind,
        inputs: names("InputArtifacts"),
        outputs: names("OutputArtifacts"),
    })
}

fn repository(read: &PropertyReader, configuration: &Value) -> Result<ActionKind, PipelineError> {
    let known = [
        "BranchName",
        "ConnectionArn",
        "DetectChanges",
        "FullRepositoryId",
        "OutputArtifactFormat",
    ];
    read.only(configuration, &known)?;
    let format = match read.text(configuration, "OutputArtifactFormat")? {
        "CODEBUILD_CLONE_REF" => SourceFormat::Clone,
        "CODE_ZIP" => SourceFormat::Files,
        other => return Err(read.unknown(&format!("the format {other}"))),
    };
    Ok(ActionKind::Repository {
        repository: read.text(configuration, "FullRepositoryId")?.to_owned(),
        branch: read.text(configuration, "BranchName")?.to_owned(),
        connection: read.text(configuration, "ConnectionArn")?.to_owned(),
        format,
    })
}

/// The properties of a project that are supported or have no effect on its builds.
const PROJECT: [&str; 12] = [
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

/// Finds a project of a stack by name.
///
/// # Errors
/// When there is none, it can't be read, or it has a setting that is not honoured here.
pub fn project(stacks: &Stacks, stack: &str, name: &str) -> Result<Project, PipelineError> {
    for resource in stacks.resources_of_type("AWS::CodeBuild::Project") {
        let identity = stacks.identity(&resource)?;
        if resource.stack == stack && identity.name == name {
            let properties = stacks.properties(&resource)?;
            return read_project(&properties, identity.name, identity.arn.unwrap_or_default());
        }
    }
    Err(PipelineError::Missing {
        place: stack.to_owned(),
        what: format!("project `{name}`"),
    })
}

fn read_project(properties: &Value, name: String, arn: String) -> Result<Project, PipelineError> {
    let read = PropertyReader {
        place: format!("the project {name}"),
    };
    read.only(properties, &PROJECT)?;
    let source = &properties["Source"];
    read.only(source, &["BuildSpec", "Type"])?;
    let written = read.text(source, "BuildSpec")?;
    // A text with lines is an inline buildspec.
    let commands = if written.contains('\n') {
        BuildspecSource::Inline(written.to_owned())
    } else {
        BuildspecSource::File(written.to_owned())
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

/// The action's variables, which are JSON in a string.
///
/// Source: <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeBuild.html>
fn action_variables(
    read: &PropertyReader,
    configuration: &Value,
) -> Result<Vec<(String, String)>, PipelineError> {
    let Some(text) = configuration["EnvironmentVariables"].as_str() else {
        return Ok(Vec::new());
    };
    let list = serde_json::from_str(text).map_err(|error| PipelineError::Unknown {
        place: read.place.clone(),
        what: format!("variables that are not JSON ({error})"),
    })?;
    variables(read, &list, "name", "value")
}

fn variables(
    read: &PropertyReader,
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
                return Err(read.unknown(&format!("a variable of another type: {variable}")));
            }
            let read = |key: &str| read.text(variable, key).map(str::to_owned);
            Ok((read(name)?, read(value)?))
        })
        .collect()
}

/// Reads properties; errors name the place.
struct PropertyReader {
    place: String,
}

impl PropertyReader {
    fn unknown(&self, what: &str) -> PipelineError {
        PipelineError::Unknown {
            place: self.place.clone(),
            what: what.to_owned(),
        }
    }

    fn missing(&self, what: &str) -> PipelineError {
        PipelineError::Missing {
            place: self.place.clone(),
            what: what.to_owned(),
        }
    }

    fn only(&self, json: &Value, known: &[&str]) -> Result<(), PipelineError> {
        let names = json.as_object().into_iter().flat_map(Map::keys);
        match names
            .into_iter()
            .find(|name| !known.contains(&name.as_str()))
        {
            Some(name) => Err(self.unknown(&format!("`{name}`"))),
            None => Ok(()),
        }
    }

    fn text<'a>(&self, json: &'a Value, name: &str) -> Result<&'a str, PipelineError> {
        json[name].as_str().ok_or_else(|| self.missing(name))
    }

    fn list<'a>(&self, json: &'a Value, name: &str) -> Result<&'a Vec<Value>, PipelineError> {
        json[name].as_array().ok_or_else(|| self.missing(name))
    }

    fn is(&self, json: &Value, name: &str, expected: &str) -> Result<(), PipelineError> {
        match self.text(json, name)? {
            found if found == expected => Ok(()),
            other => Err(self.unknown(&format!("{name} {other}"))),
        }
    }
}
