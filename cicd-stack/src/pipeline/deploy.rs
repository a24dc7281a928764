//! The projects that deploy and verify: the deploy engine, for one stack, with the digest of the commit's image.
//!
//! Engine and assembly are those that the definition's pipeline published after its last
//! successful deployment, so a release never uses exports that are not deployed yet.

use common::application::Application;
use common::environment::Environment;
use common::grant::RoleBuilder;
use common::naming::ApplicationRole;
use common::resources::Handle;
use common::resources::codebuild::Project;
use common::resources::kinds::RoleArn;
use common::template::policy::{ServicePrincipal, Statement};
use common::template::{Template, Value};

use crate::arn;
use crate::bootstrap;
use crate::codebuild::{Grants, PipelineProject, Size, role_arn};
use crate::permissions::deployment::{self, Stacks};
use crate::permissions::{self, PermissionError};

const DEPLOY: &str = include_str!("../../../buildspecs/application-deploy.yml");
const VERIFY: &str = include_str!("../../../buildspecs/application-verify.yml");

pub(super) struct Projects {
    pub(super) deploy: Handle<Project>,
    pub(super) verify: Handle<Project>,
}

/// Adds the projects, each with a role of its own: one can change one stack, the other can only read.
///
/// # Errors
/// When the permissions that deploying the service takes are unknown.
pub(super) fn add(
    template: &mut Template,
    environment: &Environment,
    application: &Application,
) -> Result<Projects, Vec<PermissionError>> {
    let release_role_arn = role_arn(&release_role(environment, application)?.add_to(template));
    let deploy_role = deploy_role(environment, application, &release_role_arn);
    let deploy_role = role_arn(&deploy_role.add_to(template));
    let verify_role = role_arn(&verify_role(environment, application).add_to(template));
    let names = environment.names();
    let name = &application.name;
    let mut project = |id, role, what: &str, does: &str, buildspec: &str, minutes| {
        PipelineProject {
            id,
            name: names.application_project(name, what),
            description: format!("{does} {name} ({})", environment.name),
            role,
            log_group: names.pipeline_log_group(name, what),
            buildspec: buildspec.to_owned(),
            variables: vec![
                ("ENVIRONMENT", environment.name.as_str().into()),
                ("APPLICATION", name.as_str().into()),
                ("REPOSITORY", names.repository(name).into()),
                ("RELEASE_ROLE", release_role_arn.clone().into()),
            ],
            size: Size::Small,
            builds_images: false,
            minutes,
            cache: None,
        }
        .add_to(template, environment)
    };
    Ok(Projects {
        deploy: project(
            "DeployProject",
            deploy_role,
            "deploy",
            "Deploys",
            DEPLOY,
            120,
        ),
        verify: project(
            "VerifyProject",
            verify_role,
            "verify",
            "Verifies",
            VERIFY,
            30,
        ),
    })
}

/// The role that CloudFormation acts as for a release. The definition's deployments of the same stack use the
/// environment's execution role.
fn release_role(
    environment: &Environment,
    application: &Application,
) -> Result<RoleBuilder, Vec<PermissionError>> {
    let name = &application.name;
    let mut role = RoleBuilder::new(
        environment,
        "ReleaseRole",
        environment
            .names()
            .application_role(name, ApplicationRole::Release),
        ServicePrincipal::CloudFormation,
        &format!("What CloudFormation does for releases of {name}"),
    )
    .with_definition_boundary();
    for statement in permissions::release(environment, application)? {
        role.allow(statement);
    }
    Ok(role)
}

fn deploy_role(
    environment: &Environment,
    application: &Application,
    release_role_arn: &Value<RoleArn>,
) -> RoleBuilder {
    let name = &application.name;
    let mut role = role(
        environment,
        application,
        "DeployRole",
        (ApplicationRole::Deploy, "deploy"),
        &format!("Deploys releases of {name}"),
    );
    deployment::grant_deploy(
        &mut role,
        environment,
        Stacks::ServiceOf(name),
        release_role_arn,
    );
    role
}

fn verify_role(environment: &Environment, application: &Application) -> RoleBuilder {
    let mut role = role(
        environment,
        application,
        "VerifyRole",
        (ApplicationRole::Verify, "verify"),
        &format!("Looks at releases of {}", application.name),
    );
    let service = Stacks::ServiceOf(&application.name);
    deployment::grant_read(&mut role, environment, service);
    role
}

/// A role with what both need: the definition's release, the image's digest, and a log.
fn role(
    environment: &Environment,
    application: &Application,
    id: &str,
    (role, project): (ApplicationRole, &str),
    description: &str,
) -> RoleBuilder {
    let names = environment.names();
    let name = &application.name;
    let mut role = RoleBuilder::new(
        environment,
        id,
        names.application_role(name, role),
        ServicePrincipal::CodeBuild,
        description,
    )
    .for_this_account_only()
    .on_behalf_of(arn::project(
        environment,
        &names.application_project(name, project),
    ))
    .with_definition_boundary();
    role.allow(
        Statement::allow(["ecr:DescribeImages"])
            .sid("Digest")
            .on(arn::regional(
                environment,
                "ecr",
                &format!("repository/{}", names.repository(name)),
            )),
    );
    let grants = Grants {
        environment,
        key: bootstrap::exports(environment).artifact_key.import(),
    };
    grants.read_artifacts(&mut role, &names.pipeline(name));
    grants.logs(&mut role, &names.pipeline_log_group(name, project));
    role
}
