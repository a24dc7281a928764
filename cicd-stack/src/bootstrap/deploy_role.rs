//! The role of the projects that deploy the definition.
//!
//! It is here rather than in the pipeline's stack, because that stack is deployed with it: a
//! definition that removed the role could not be deployed again to restore it.

use common::environment::Environment;
use common::grant::RoleBuilder;
use common::resources::kinds::RoleArn;
use common::resources::{Handle, iam};
use common::template::policy::{ServicePrincipal, Statement};
use common::template::{Template, Value};

use super::exports::exports;
use crate::arn;
use crate::codebuild::Grants;
use crate::permissions::deployment::{self, Stacks};
use crate::self_update::DEPLOY_PROJECTS;

pub(super) fn add(
    template: &mut Template,
    environment: &Environment,
    execution: &Value<RoleArn>,
) -> Handle<iam::Role> {
    let names = environment.names();
    let mut role = RoleBuilder::new(
        environment,
        "DeployRole",
        names.role("deploy"),
        ServicePrincipal::CodeBuild,
        "Deploys every stack of the environment but bootstrap",
    )
    .for_this_account_only()
    .with_definition_boundary()
    .in_bootstrap();
    for project in DEPLOY_PROJECTS {
        role = role.on_behalf_of(arn::project(environment, &names.shared(project)));
    }
    deployment::grant_deploy(&mut role, environment, Stacks::All, execution);
    let grants = Grants {
        environment,
        key: exports(environment).artifact_key.import(),
    };
    grants.read_artifacts(&mut role, &names.definition_pipeline());
    grants.publish_release(&mut role);
    grant_pipeline_starts(&mut role, environment);
    for project in DEPLOY_PROJECTS {
        grants.logs(&mut role, &names.log_group("cicd", project));
    }
    grants.clone_repository(&mut role, environment.pipeline.repository.as_str());
    role.add_to(template)
}

/// Lets the role start pipelines of applications after a release was published (`buildspecs/start-pipelines.sh`).
/// By a pattern of their names, so that a person need not apply bootstrap for every application.
/// The definition's own pipeline matches the pattern too, and must not start itself in a loop.
///
/// Source: <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodepipeline.html>
fn grant_pipeline_starts(role: &mut RoleBuilder, environment: &Environment) {
    let names = environment.names();
    let pipeline = |name: &str| arn::regional(environment, "codepipeline", name);
    role.allow(
        Statement::allow([
            "codepipeline:ListPipelineExecutions",
            "codepipeline:StartPipelineExecution",
        ])
        .sid("PipelinesOfApplications")
        .on(pipeline(&names.pipelines())),
    );
    role.allow(
        Statement::deny(["codepipeline:StartPipelineExecution"])
            .sid("NotItself")
            .on(pipeline(&names.definition_pipeline())),
    );
}
