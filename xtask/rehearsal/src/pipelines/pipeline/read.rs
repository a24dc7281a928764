//! Pipelines from templates.

use serde_json::{Map, Value};

use super::error::PipelineError;
use super::model::{Action, ActionKind, ExecutionMode, Pipeline, SourceFormat, Stage};
use super::project;
use crate::pipelines::template::{Resource, Stacks};

/// The properties of a pipeline that are honoured.
const PROPERTIES: [&str; 9] = [
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

/// The properties of an action that are honoured.
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
        .of_type("AWS::CodePipeline::Pipeline")
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
    let read = Reader {
        place: place.clone(),
    };
    read.only(&properties, &PROPERTIES)?;
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

/// The branches of all triggers. Patterns are kept as they are: the definition names its branch.
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
    let read = Reader {
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
    let of_configuration = Reader {
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
            // One that can't be rehearsed is refused with its pipeline, before anything runs.
            project::project(stacks, stack, name)?;
            ActionKind::Build {
                project: name.to_owned(),
                primary: configuration["PrimarySource"].as_str().map(str::to_owned),
                variables: project::of_action(&of_configuration, configuration)?,
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

fn repository(read: &Reader, configuration: &Value) -> Result<ActionKind, PipelineError> {
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

/// Reads properties, and says in errors whose they are.
pub(super) struct Reader {
    pub(super) place: String,
}

impl Reader {
    pub(super) fn unknown(&self, what: &str) -> PipelineError {
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

    /// Nothing but these.
    pub(super) fn only(&self, json: &Value, known: &[&str]) -> Result<(), PipelineError> {
        let names = json.as_object().into_iter().flat_map(Map::keys);
        match names
            .into_iter()
            .find(|name| !known.contains(&name.as_str()))
        {
            Some(name) => Err(self.unknown(&format!("`{name}`"))),
            None => Ok(()),
        }
    }

    pub(super) fn text<'a>(&self, json: &'a Value, name: &str) -> Result<&'a str, PipelineError> {
        json[name].as_str().ok_or_else(|| self.missing(name))
    }

    pub(super) fn list<'a>(
        &self,
        json: &'a Value,
        name: &str,
    ) -> Result<&'a Vec<Value>, PipelineError> {
        json[name].as_array().ok_or_else(|| self.missing(name))
    }

    pub(super) fn is(&self, json: &Value, name: &str, expected: &str) -> Result<(), PipelineError> {
        match self.text(json, name)? {
            found if found == expected => Ok(()),
            other => Err(self.unknown(&format!("{name} {other}"))),
        }
    }
}
