//! Actions, triggers, role and failure notification of every pipeline.

use common::environment::Environment;
use common::grant::RoleBuilder;
use common::naming::Names;
use common::resources::Handle;
use common::resources::codebuild::Project;
use common::resources::codepipeline::Pipeline;
use common::resources::codepipeline::pipeline::{
    ActionDeclaration, ActionTypeId, ActionTypeIdCategory, ActionTypeIdRequired, ArtifactStore,
    ArtifactStoreType, EncryptionKey, GitBranchFilterCriteria, GitConfiguration, GitPushFilter,
    InputArtifact, OutputArtifact, PipelineExecutionMode, PipelineTriggerDeclaration,
    PipelineTriggerDeclarationProviderType, PipelineType, StageDeclaration,
};
use common::resources::events::Rule;
use common::resources::events::rule::{InputTransformer, RuleState, Target};
use common::resources::kinds::RoleArn;
use common::template::policy::{ServicePrincipal, Statement};
use common::template::{Node, Properties, Template, Value};
use serde_json::json;

use crate::arn;
use crate::bootstrap::{self, RELEASE};
use crate::codebuild::Grants;
use crate::permissions::{Caller, caller_actions};

/// The source action, its namespace and its artifact.
pub(crate) const SOURCE: &str = "Source";

/// The commit of a run, as an environment variable of a build. The only variable of a run that an
/// application's actions are given: a build's exports can be set by its tests, and CodePipeline puts
/// them into the next action's configuration unescaped (aws-cdk#8458).
///
/// The text is the same for every commit.
///
/// Source: <https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-variables.html>
pub(crate) const COMMIT: (&str, &str) = ("COMMIT", "#{Source.CommitId}");

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SourceFormat {
    /// A reference that the build clones, with history.
    Clone,
    Files,
}

fn type_id(category: ActionTypeIdCategory, provider: &str) -> ActionTypeId {
    ActionTypeId::new(ActionTypeIdRequired {
        category: category.into(),
        owner: "AWS".into(),
        provider: provider.into(),
        version: "1".into(),
    })
}

/// Fetches a repository's branch from GitHub. The pipeline's trigger starts it; the action itself
/// doesn't detect changes, or every push would start two executions.
///
/// Source: <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodestarConnectionSource.html>
pub(crate) fn source(
    environment: &Environment,
    repository: &str,
    format: SourceFormat,
) -> ActionDeclaration {
    let format = match format {
        SourceFormat::Clone => "CODEBUILD_CLONE_REF",
        SourceFormat::Files => "CODE_ZIP",
    };
    ActionDeclaration::new(
        SOURCE,
        type_id(ActionTypeIdCategory::Source, "CodeStarSourceConnection"),
    )
    .configuration(json!({
        "ConnectionArn": environment.pipeline.connection.as_str(),
        "FullRepositoryId": repository,
        "BranchName": environment.branch.as_str(),
        "OutputArtifactFormat": format,
        "DetectChanges": "false",
    }))
    .namespace(SOURCE)
    .output_artifacts([OutputArtifact::new(SOURCE)])
}

/// Fetches the published release of the definition; a new release doesn't start the pipeline.
///
/// Source: <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3.html>
pub(crate) fn release(environment: &Environment) -> ActionDeclaration {
    let bucket = bootstrap::exports(environment).release_bucket.import();
    let configuration = Properties::default()
        .with("S3Bucket", bucket)
        .with("S3ObjectKey", RELEASE)
        .with("PollForSourceChanges", "false");
    ActionDeclaration::new("Release", type_id(ActionTypeIdCategory::Source, "S3"))
        .configuration(configuration)
        .output_artifacts([OutputArtifact::new("Release")])
}

/// Runs a project with variables of the execution. The first input is the primary source, in whose folder the
/// build starts.
pub(crate) fn build_action(
    name: &str,
    project: &Handle<Project>,
    inputs: &[&str],
    outputs: &[&str],
    variables: &[(&str, &str)],
) -> ActionDeclaration {
    let mut configuration = Properties::default().with("ProjectName", project.reference());
    if let (Some(primary), true) = (inputs.first(), inputs.len() > 1) {
        configuration.set("PrimarySource", *primary);
    }
    if !variables.is_empty() {
        let variables: Vec<_> = variables
            .iter()
            .map(|(name, value)| json!({ "name": name, "value": value, "type": "PLAINTEXT" }))
            .collect();
        let variables = Node::from(serde_json::Value::from(variables)).to_json();
        configuration.set("EnvironmentVariables", variables);
    }
    let inputs: Vec<_> = inputs
        .iter()
        .map(|&name| InputArtifact::new(name))
        .collect();
    let outputs: Vec<_> = outputs
        .iter()
        .map(|&name| OutputArtifact::new(name))
        .collect();
    let action = ActionDeclaration::new(name, type_id(ActionTypeIdCategory::Build, "CodeBuild"))
        .configuration(configuration)
        .namespace(name)
        .input_artifacts(inputs);
    if outputs.is_empty() {
        action
    } else {
        action.output_artifacts(outputs)
    }
}

/// A pipeline of type V2, started by pushes to the environment's branch.
pub(crate) fn pipeline(
    environment: &Environment,
    name: &str,
    role: &Value<RoleArn>,
    mode: PipelineExecutionMode,
    stages: Vec<StageDeclaration>,
) -> Pipeline {
    let bootstrap = bootstrap::exports(environment);
    let push = GitPushFilter::new()
        .branches(GitBranchFilterCriteria::new().includes([environment.branch.as_str()]));
    let trigger = PipelineTriggerDeclaration::new(
        PipelineTriggerDeclarationProviderType::CodeStarSourceConnection,
    )
    .git_configuration(GitConfiguration::new(SOURCE).push([push]));
    let store = ArtifactStore::new(bootstrap.artifact_bucket.import(), ArtifactStoreType::S3)
        .encryption_key(EncryptionKey::new(bootstrap.artifact_key.import(), "KMS"));
    Pipeline::new(role, stages)
        .name(name)
        .pipeline_type(PipelineType::V2)
        .execution_mode(mode)
        .artifact_store(store)
        .triggers([trigger])
}

/// The service role of a pipeline: it fetches sources, stores artifacts and starts its own projects.
///
/// Source: <https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html>
pub(crate) fn role(
    environment: &Environment,
    role_name: String,
    pipeline: &str,
    repository: &str,
    projects: &[String],
    reads_release: bool,
) -> RoleBuilder {
    let mut role = RoleBuilder::new(
        environment,
        "PipelineRole",
        role_name,
        ServicePrincipal::CodePipeline,
        "Takes sources and starts builds",
    )
    .for_this_account_only()
    .with_definition_boundary();
    let grants = Grants {
        environment,
        key: bootstrap::exports(environment).artifact_key.import(),
    };
    grants.source_artifacts(&mut role, pipeline);
    grants.use_repository(&mut role, repository);
    if reads_release {
        grants.read_release(&mut role);
    }
    let builds = ["codebuild:BatchGetBuilds", "codebuild:StartBuild"];
    let stops = caller_actions(Caller::StoppedExecution);
    role.allow(
        Statement::allow(builds.iter().chain(stops).copied())
            .sid("Builds")
            .on_each(
                projects
                    .iter()
                    .map(|project| arn::project(environment, project)),
            ),
    );
    role
}

/// Final states of an execution that leave its commit undeployed. `buildspecs/start-pipelines.sh` starts an
/// execution again that an update of its pipeline has cancelled.
pub(crate) const APPLICATION_FAILURES: [&str; 3] = ["CANCELED", "FAILED", "STOPPED"];

/// The same for the definition's pipeline, whose update of itself cancels and restarts the execution.
pub(crate) const DEFINITION_FAILURES: [&str; 2] = ["FAILED", "STOPPED"];

/// Notifies the alarm topic when an execution has ended without deploying its commit.
///
/// Source: <https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html>
pub(crate) fn notify_on_failure(
    template: &mut Template,
    environment: &Environment,
    rule: String,
    pipeline: &str,
    ends: &[&str],
) {
    let topic: Value<String> = bootstrap::exports(environment).alarm_topic.import().into();
    let message = format!(
        "\"A run of the pipeline {pipeline} has ended: <state>. It shows why: \
         https://{region}.console.aws.amazon.com/codesuite/codepipeline/pipelines/{pipeline}/\
         executions/<execution>/timeline?region={region}\"",
        region = environment.region
    );
    let target = Target::new(topic, "AlarmTopic").input_transformer(
        InputTransformer::new(message).input_paths_map([
            ("execution", "$.detail.execution-id"),
            ("state", "$.detail.state"),
        ]),
    );
    template.add(
        "Failures",
        Rule::new()
            .name(rule)
            .description(format!("Runs of {pipeline} that deployed nothing"))
            .event_pattern(json!({
                "source": ["aws.codepipeline"],
                "detail-type": ["CodePipeline Pipeline Execution State Change"],
                "detail": { "pipeline": [pipeline], "state": ends },
            }))
            .state(RuleState::Enabled)
            .targets([target]),
    );
}

/// The name of a pipeline's rule, which begins with the environment.
pub(crate) fn rule_name(names: Names, what: &str) -> String {
    names.shared(&format!("{what}-failures"))
}
