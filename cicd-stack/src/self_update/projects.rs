//! The projects of the stages.

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

/// The project that compiles what the others run. Its name is no application's: theirs hold one.
pub(crate) const BUILDING_PROJECT: &str = "build";

/// The projects that look at what is deployed and change nothing.
pub(crate) const LOOKING_PROJECTS: [&str; 2] = ["check", "verify"];

/// The projects that run as the deploy role of bootstrap.
pub(crate) const DEPLOYING_PROJECTS: [&str; 2] = ["self-update", "deploy"];

/// The projects of the pipeline.
#[derive(Debug)]
pub(super) struct Projects {
    pub(super) build: Handle<Project>,
    pub(super) check: Handle<Project>,
    pub(super) self_update: Handle<Project>,
    pub(super) deploy: Handle<Project>,
    pub(super) verify: Handle<Project>,
}

/// Adds the projects, and the roles of those that change nothing.
pub(super) fn add(template: &mut Template, environment: &Environment) -> Projects {
    let building = role_arn(&building_role(environment).add_to(template));
    let looking = role_arn(&looking_role(environment).add_to(template));
    let deploying = bootstrap::role_exports(environment).deploy_role.import();
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
            cache: (what == BUILDING_PROJECT)
                .then(|| format!("{}/{CACHE}", bucket_name(environment, ARTIFACTS))),
        }
        .add_to(template, environment)
    };
    Projects {
        build: project(
            "BuildProject",
            BUILDING_PROJECT,
            "Compiles what deploys the definition",
            &building,
            Size::Medium,
            60,
        ),
        check: project(
            "CheckProject",
            "check",
            "Checks the definition",
            &looking,
            Size::Medium,
            90,
        ),
        self_update: project(
            "SelfUpdateProject",
            "self-update",
            "Updates the pipelines",
            &deploying,
            Size::Small,
            60,
        ),
        // As long as the slowest deployment: rolling through all machines, one at a time.
        deploy: project(
            "DeployProject",
            "deploy",
            "Deploys everything else",
            &deploying,
            Size::Small,
            480,
        ),
        verify: project(
            "VerifyProject",
            "verify",
            "Compares what is deployed with the definition",
            &looking,
            Size::Small,
            30,
        ),
    }
}

/// Compiles, and hands on what it has compiled: it looks at no stack. Whatever is compiled runs as the deploy
/// role afterwards, so nothing else shares its cache.
fn building_role(environment: &Environment) -> RoleBuilder {
    let names = environment.names();
    let mut role = RoleBuilder::new(
        environment,
        "BuildRole",
        names.role(BUILDING_PROJECT),
        ServicePrincipal::CodeBuild,
        "Compiles what deploys the definition",
    )
    .for_this_account_only()
    .on_behalf_of(arn::project(environment, &names.shared(BUILDING_PROJECT)))
    .of_the_definition();
    let grants = Grants {
        environment,
        key: bootstrap::exports(environment).artifact_key.import(),
    };
    grants.logs(&mut role, &names.log_group("cicd", BUILDING_PROJECT));
    grants.artifacts(&mut role, &names.definition_pipeline());
    grants.cache(&mut role);
    grants.clones_repository(&mut role, environment.pipeline.repository.as_str());
    role
}

/// Looks at stacks and changes none.
fn looking_role(environment: &Environment) -> RoleBuilder {
    let names = environment.names();
    let mut role = RoleBuilder::new(
        environment,
        "CheckRole",
        names.role("check"),
        ServicePrincipal::CodeBuild,
        "Looks at the environment's stacks",
    )
    .for_this_account_only()
    .of_the_definition();
    let grants = Grants {
        environment,
        key: bootstrap::exports(environment).artifact_key.import(),
    };
    for project in LOOKING_PROJECTS {
        role = role.on_behalf_of(arn::project(environment, &names.shared(project)));
        grants.logs(&mut role, &names.log_group("cicd", project));
    }
    deployment::grant_look(&mut role, environment, Stacks::All);
    deployment::grant_machine_image(&mut role, environment);
    grants.artifacts(&mut role, &names.definition_pipeline());
    grants.clones_repository(&mut role, environment.pipeline.repository.as_str());
    role
}
