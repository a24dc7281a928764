//! The stack and the pipeline in it.

use common::environment::Environment;
use common::naming::StackKind;
use common::resources::codepipeline::pipeline::{PipelineExecutionMode, StageDeclaration};
use common::stack::{StackArtifact, StackBuilder, StackError};

use super::projects;
use crate::codepipeline::{self, COMMIT, SOURCE, SourceFormat, build_with};

/// What Build has made: every later stage runs that, and deploys it.
const RELEASE: &str = "Release";

/// Its digest, as Build has exported it. Not untrusted as what an application's build exports: whoever decides
/// what Build says has decided what it makes.
///
/// Source: <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeBuild.html>
const RELEASE_DIGEST: (&str, &str) = ("RELEASE_DIGEST", "#{Build.RELEASE_DIGEST}");

/// What Check has found, handed on to what deploys.
const FINDINGS: &str = "Findings";

/// Defines the stack. It exports nothing, and imports only from bootstrap: it can be made before
/// anything else is, and be there when everything else has to be made again.
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
    let started: Vec<String> = projects::LOOKING_PROJECTS
        .iter()
        .chain(&projects::DEPLOYING_PROJECTS)
        .chain([&projects::BUILDING_PROJECT])
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
    // A full clone checks out a commit and no branch. What asks for the branch compares this with
    // the head of the branch instead.
    let commit = [COMMIT];
    // The release is in a bucket, the digest in the pipeline: what may write the one can't change the other.
    let released = [COMMIT, RELEASE_DIGEST];
    // The environment may have moved since Check. What deploys plans again, and refuses what has to
    // be acknowledged and was not there to be seen.
    let checked = [SOURCE, RELEASE, FINDINGS];
    let built = [SOURCE, RELEASE];
    let stages = vec![
        stage(
            SOURCE,
            codepipeline::source(environment, repository, SourceFormat::Clone),
        ),
        stage(
            "Build",
            build_with("Build", &projects.build, &[SOURCE], &[RELEASE], &commit),
        ),
        stage(
            "Check",
            build_with("Check", &projects.check, &built, &[FINDINGS], &released),
        ),
        stage(
            "Self-update",
            build_with(
                "SelfUpdate",
                &projects.self_update,
                &checked,
                &[],
                &released,
            ),
        ),
        stage(
            "Deploy",
            build_with("Deploy", &projects.deploy, &checked, &[], &released),
        ),
        stage(
            "Verify",
            build_with("Verify", &projects.verify, &built, &[], &released),
        ),
    ];
    // Queued: every commit is deployed, in order. Restarted when Self-update changes the
    // pipeline: the rest of the run is then the new pipeline's.
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
    codepipeline::tell_failures(
        template,
        environment,
        codepipeline::rule_name(names, "cicd.definition"),
        &name,
        &codepipeline::DEFINITION_ENDS,
    );
    stack.finish(env!("CARGO_PKG_NAME"))
}
