//! The projects of the stages, and the roles of those that deploy nothing.

use common::environment::Environment;
use common::grant::RoleBuilder;
use common::resources::Handle;
use common::resources::codebuild::Project;
use common::resources::kinds::RoleArn;
use common::template::policy::ServicePrincipal;
use common::template::{Template, Value};

use crate::arn;
use crate::bootstrap::{self, ARTIFACTS, CACHE, RELEASE, RELEASES, bucket_name};
use crate::codebuild::{Grants, PipelineProject, Size, role_arn};
use crate::permissions::deployment::{self, Stacks};

/// The project that compiles the release. No application's project has this name: theirs contain the application's.
pub(crate) const BUILD_PROJECT: &str = "build";

/// The projects that only read what is deployed.
pub(crate) const READ_ONLY_PROJECTS: [&str; 2] = ["check", "verify"];

/// The projects that run as bootstrap's deploy role.
pub(crate) const DEPLOY_PROJECTS: [&str; 2] = ["self-update", "deploy"];

#[derive(Debug)]
pub(super) struct Projects {
    pub(super) build: Handle<Project>,
    pub(super) check: Handle<Project>,
    pub(super) self_update: Handle<Project>,
    pub(super) deploy: Handle<Project>,
    pub(super) verify: Handle<Project>,
}

/// Adds the projects, and the roles of those that deploy nothing.
pub(super) fn add(template: &mut Template, environment: &Environment) -> Projects {
    let build_role = role_arn(&self::build_role(environment).add_to(template));
    let check_role = role_arn(&self::check_role(environment).add_to(template));
    let deploy_role = bootstrap::role_exports(environment).deploy_role.import();
    let mut project = |id, what: &str, does: &str, role: &Value<RoleArn>, size, minutes| {
        let names = environment.names();
        PipelineProject {
            id,
            name: names.shared(what),
            description: format!("{does} ({})", environment.name),
            role: role.clone(),
            log_group: names.log_group("cicd", what),
            buildspec: format!("buildspecs/{what}.yml"),
            variables: vec![
                ("ENVIRONMENT", environment.name.as_str().into()),
                ("RELEASE_BUCKET", bucket_name(environment, RELEASES).into()),
                ("RELEASE_KEY", RELEASE.into()),
            ],
            size,
            builds_images: false,
            minutes,
            cache: (what == BUILD_PROJECT)
                .then(|| format!("{}/{CACHE}", bucket_name(environment, ARTIFACTS))),
        }
        .add_to(template, environment)
    };
    Projects {
        build: project(
            "BuildProject",
            BUILD_PROJECT,
            "Compiles what deploys the definition",
            &build_role,
            Size::Medium,
            60,
        ),
        check: project(
            "CheckProject",
            "check",
            "Checks the definition",
            &check_role,
            Size::Medium,
            90,
        ),
        self_update: project(
            "SelfUpdateProject",
            "self-update",
            "Updates the pipelines",
            &deploy_role,
            Size::Small,
            60,
        ),
        // As long as the slowest deployment: rolling through all machines, one at a time.
        deploy: project(
            "DeployProject",
            "deploy",
            "Deploys everything else",
            &deploy_role,
            Size::Small,
            480,
        ),
        verify: project(
            "VerifyProject",
            "verify",
            "Compares what is deployed with the definition",
            &check_role,
            Size::Small,
            30,
        ),
    }
}

/// Compiles the release and reads no stack. What it compiles runs as the deploy role later, so nothing else
/// shares its cache.
fn build_role(environment: &Environment) -> RoleBuilder {
    let names = environment.names();
    let mut role = RoleBuilder::new(
        environment,
        "BuildRole",
        names.role(BUILD_PROJECT),
        ServicePrincipal::CodeBuild,
        "Compiles what deploys the definition",
    )
    .for_this_account_only()
    .on_behalf_of(arn::project(environment, &names.shared(BUILD_PROJECT)))
    .with_definition_boundary();
    let grants = Grants {
        environment,
        key: bootstrap::exports(environment).artifact_key.import(),
    };
    grants.logs(&mut role, &names.log_group("cicd", BUILD_PROJECT));
    grants.artifacts(&mut role, &names.definition_pipeline());
    grants.cache(&mut role);
    grants.clone_repository(&mut role, environment.pipeline.repository.as_str());
    role
}

/// Reads stacks and changes none.
fn check_role(environment: &Environment) -> RoleBuilder {
    let names = environment.names();
    let mut role = RoleBuilder::new(
        environment,
        "CheckRole",
        names.role("check"),
        ServicePrincipal::CodeBuild,
        "Looks at the environment's stacks",
    )
    .for_this_account_only()
    .with_definition_boundary();
    let grants = Grants {
        environment,
        key: bootstrap::exports(environment).artifact_key.import(),
    };
    for project in READ_ONLY_PROJECTS {
        role = role.on_behalf_of(arn::project(environment, &names.shared(project)));
        grants.logs(&mut role, &names.log_group("cicd", project));
    }
    deployment::grant_read(&mut role, environment, Stacks::All);
    deployment::grant_machine_image(&mut role, environment);
    grants.artifacts(&mut role, &names.definition_pipeline());
    grants.clone_repository(&mut role, environment.pipeline.repository.as_str());
    role
}
