//! The deploy role: what the projects run as that deploy the definition.
//!
//! It is here, and not in the stack of the pipeline, because that stack is deployed with it: a
//! definition that took the role away would take away what could give it back.

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
use crate::self_update::DEPLOYING_PROJECTS;

/// Adds the role.
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
    .of_the_definition()
    .in_bootstrap();
    for project in DEPLOYING_PROJECTS {
        role = role.on_behalf_of(arn::project(environment, &names.shared(project)));
    }
    deployment::grant_deploy(&mut role, environment, Stacks::All, execution);
    let grants = Grants {
        environment,
        key: exports(environment).artifact_key.import(),
    };
    grants.takes_artifacts(&mut role, &names.definition_pipeline());
    grants.publish_release(&mut role);
    grant_starts(&mut role, environment);
    for project in DEPLOYING_PROJECTS {
        grants.logs(&mut role, &names.log_group("cicd", project));
    }
    grants.clones_repository(&mut role, environment.pipeline.repository.as_str());
    role.add_to(template)
}

/// Starts pipelines of applications after a release was published (`buildspecs/start-pipelines.sh`).
/// By a pattern of their names, so that a person need not apply bootstrap for every application.
/// The definition's own pipeline has a name of the pattern too, and could start itself for ever.
///
/// Source: <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodepipeline.html>
fn grant_starts(role: &mut RoleBuilder, environment: &Environment) {
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
