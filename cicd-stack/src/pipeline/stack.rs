//! The stack, its stages and its pipeline.

use common::application::Application;
use common::environment::Environment;
use common::naming::{ApplicationRole, StackKind};
use common::resources::codepipeline::pipeline::{PipelineExecutionMode, StageDeclaration};
use common::stack::{StackArtifact, StackBuilder, StackError};

use super::{build, deploy, promote};
use crate::codepipeline::{self, COMMIT, SOURCE, SourceFormat, build_action};
use crate::permissions::PermissionError;

/// Defines the stack. It exports nothing.
///
/// # Errors
/// When the definition breaks a rule of CloudFormation or of this project.
pub fn stack(
    environment: &Environment,
    application: &Application,
) -> Result<StackArtifact, StackError> {
    let names = environment.names();
    let app = &application.name;
    let name = names.pipeline(app);
    let repository = application.repository.as_str();
    let stack_name = names.stack(&StackKind::Pipeline(app.clone()));
    let mut stack = StackBuilder::new(
        environment,
        stack_name.clone(),
        &format!("Builds and deploys releases of {app}"),
    )
    .for_application(app);
    let template = &mut stack.template;
    let build = build::add(template, environment, application);
    let engine = deploy::add(template, environment, application)
        .map_err(|errors| PermissionError::refuse(&stack_name, &errors))?;
    promote::add(template, environment, application);
    let started = ["build", "deploy", "verify"].map(|what| names.application_project(app, what));
    let role = codepipeline::role(
        environment,
        names.application_role(app, ApplicationRole::Pipeline),
        &name,
        repository,
        &started,
        true,
    )
    .add_to(template);

    let commit = [COMMIT];
    let stages = vec![
        StageDeclaration::new(
            SOURCE,
            [
                codepipeline::source(environment, repository, SourceFormat::Files),
                codepipeline::release(environment),
            ],
        ),
        StageDeclaration::new(
            "Build",
            [build_action("Build", &build, &[SOURCE], &[], &commit)],
        ),
        StageDeclaration::new(
            "Deploy",
            [build_action(
                "Deploy",
                &engine.deploy,
                &["Release"],
                &[],
                &commit,
            )],
        ),
        StageDeclaration::new(
            "Verify",
            [build_action(
                "Verify",
                &engine.verify,
                &["Release"],
                &[],
                &commit,
            )],
        ),
    ];
    // Superseded: of several waiting releases, only the newest is deployed.
    template.add(
        "Pipeline",
        codepipeline::pipeline(
            environment,
            &name,
            &role.attr_arn(),
            PipelineExecutionMode::Superseded,
            stages,
        ),
    );
    codepipeline::notify_on_failure(
        template,
        environment,
        codepipeline::rule_name(names, app.as_str()),
        &name,
        &codepipeline::APPLICATION_FAILURES,
    );
    stack.finish(env!("CARGO_PKG_NAME"))
}
