//! The stack, its stages and its pipeline.

use common::environment::Environment;
use common::naming::StackKind;
use common::resources::codepipeline::pipeline::{PipelineExecutionMode, StageDeclaration};
use common::stack::{StackArtifact, StackBuilder, StackError};

use super::projects;
use crate::codepipeline::{self, COMMIT, SOURCE, SourceFormat, build_action};

/// The output of Build, which every later stage runs and deploys.
const RELEASE: &str = "Release";

/// The release's digest, as exported by Build. Unlike the exports of an application's build it can be trusted:
/// control of Build's exports is control of the release itself.
///
/// Source: <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeBuild.html>
const RELEASE_DIGEST: (&str, &str) = ("RELEASE_DIGEST", "#{Build.RELEASE_DIGEST}");

/// The findings of Check, for the stages that deploy.
const FINDINGS: &str = "Findings";

/// Defines the stack. It exports nothing and imports only from bootstrap: it can be created before
/// everything else, and outlive everything else.
///
/// # Errors
/// When the definition breaks a rule of CloudFormation or of this project.
pub fn stack(environment: &Environment) -> Result<StackArtifact, StackError> {
    let names = environment.names();
    let name = names.definition_pipeline();
    let repository = environment.pipeline.repository.as_str();
    let mut stack = StackBuilder::new(
        environment,
        names.stack(&StackKind::Cicd),
        "Deploys this definition, and itself",
    );
    let template = &mut stack.template;
    let projects = projects::add(template, environment);
    let started: Vec<String> = projects::READ_ONLY_PROJECTS
        .iter()
        .chain(&projects::DEPLOY_PROJECTS)
        .chain([&projects::BUILD_PROJECT])
        .map(|project| names.shared(project))
        .collect();
    let role = codepipeline::role(
        environment,
        names.role("pipeline"),
        &name,
        repository,
        &started,
        false,
    )
    .add_to(template);

    let stage = |name: &str, action| StageDeclaration::new(name, [action]);
    // A full clone checks out a commit, not a branch. Commands that need the branch compare this with
    // the branch's head instead.
    let commit = [COMMIT];
    // The release is in a bucket, the digest in the pipeline: access to one doesn't allow changing the other.
    let released = [COMMIT, RELEASE_DIGEST];
    // The environment may have changed since Check. A deployment plans again, and refuses changes that need
    // acknowledgement and were not in Check's findings.
    let checked = [SOURCE, RELEASE, FINDINGS];
    let built = [SOURCE, RELEASE];
    let stages = vec![
        stage(
            SOURCE,
            codepipeline::source(environment, repository, SourceFormat::Clone),
        ),
        stage(
            "Build",
            build_action("Build", &projects.build, &[SOURCE], &[RELEASE], &commit),
        ),
        stage(
            "Check",
            build_action("Check", &projects.check, &built, &[FINDINGS], &released),
        ),
        stage(
            "Self-update",
            build_action(
                "SelfUpdate",
                &projects.self_update,
                &checked,
                &[],
                &released,
            ),
        ),
        stage(
            "Deploy",
            build_action("Deploy", &projects.deploy, &checked, &[], &released),
        ),
        stage(
            "Verify",
            build_action("Verify", &projects.verify, &built, &[], &released),
        ),
    ];
    // Queued: every commit is deployed, in order. Restarted when Self-update changes the
    // pipeline: the rest of the execution then runs the new stages.
    template.add(
        "Pipeline",
        codepipeline::pipeline(
            environment,
            &name,
            &role.attr_arn(),
            PipelineExecutionMode::Queued,
            stages,
        )
        .restart_execution_on_update(true),
    );
    codepipeline::notify_on_failure(
        template,
        environment,
        codepipeline::rule_name(names, "cicd.definition"),
        &name,
        &codepipeline::DEFINITION_FAILURES,
    );
    stack.finish(env!("CARGO_PKG_NAME"))
}
