//! The build project: tests, image, digest.

use common::application::Application;
use common::environment::Environment;
use common::grant::{GrantRepository as _, RoleBuilder};
use common::naming::ApplicationRole;
use common::resources::Handle;
use common::resources::codebuild::report_group::{
    ReportExportConfig, ReportExportConfigType, ReportGroupType,
};
use common::resources::codebuild::{Project, ReportGroup};
use common::resources::kinds::RepositoryArn;
use common::template::policy::{ServicePrincipal, Statement};
use common::template::{Template, Value, sub};

use crate::codebuild::{Grants, PipelineProject, Size, role_arn};
use crate::{arn, bootstrap};

/// The build's commands, written into the template like those of every project with permissions.
const BUILDSPEC: &str = include_str!("../../../buildspecs/application-build.yml");

/// Adds the project, its role and the group that its test reports go to.
pub(super) fn add(
    template: &mut Template,
    environment: &Environment,
    application: &Application,
) -> Handle<Project> {
    let names = environment.names();
    let name = names.application_project(&application.name, "build");
    let log_group = names.pipeline_log_group(&application.name, "build");
    reports(template, "BuildReports", &name);
    let role = role(environment, application, &name, &log_group).add_to(template);

    let repository: Value<String> = ecs_stack::application::exports(environment, application)
        .repository
        .import()
        .into();
    let registry = || sub("${AWS::AccountId}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}");
    let cache = names.image_cache();
    // `:` is a command that succeeds.
    let image_test = application.build.image_test.as_ref();
    let image_test = image_test.map_or(":", |command| command.as_str());
    PipelineProject {
        id: "BuildProject",
        name,
        description: format!(
            "Tests and builds {} ({})",
            application.name, environment.name
        ),
        role: role_arn(&role),
        log_group,
        buildspec: BUILDSPEC.to_owned(),
        variables: vec![
            ("TEST_COMMAND", application.build.test.as_str().into()),
            ("DOCKERFILE", application.build.dockerfile.as_str().into()),
            ("IMAGE_TEST", image_test.into()),
            ("REGISTRY", registry().into()),
            ("REPOSITORY", repository),
            (
                "BASE_REGISTRY",
                sub(format!(
                    "${{AWS::AccountId}}.dkr.ecr.${{AWS::Region}}.${{AWS::URLSuffix}}/{cache}"
                ))
                .into(),
            ),
        ],
        size: Size::Medium,
        builds_images: true,
        minutes: 60,
        // No layers either: one that installs updates would stay as it is, and what CodeBuild keeps on a machine
        // (`LOCAL_DOCKER_LAYER_CACHE`) is gone with it some minutes after a build.
        // https://docs.aws.amazon.com/codebuild/latest/userguide/caching-local.html
        cache: None,
    }
    .add_to(template, environment)
}

/// Pushes to its application's repository and to no other, and reads copies of public images.
fn role(
    environment: &Environment,
    application: &Application,
    project: &str,
    log_group: &str,
) -> RoleBuilder {
    let names = environment.names();
    let mut role = RoleBuilder::new(
        environment,
        "BuildRole",
        names.application_role(&application.name, ApplicationRole::Build),
        ServicePrincipal::CodeBuild,
        &format!("Tests and builds {}", application.name),
    )
    .for_this_account_only()
    .on_behalf_of(arn::project(environment, project))
    .with_definition_boundary();
    let kept = ecs_stack::application::exports(environment, application);
    let repository: Value<RepositoryArn> =
        sub("arn:${AWS::Partition}:ecr:${AWS::Region}:${AWS::AccountId}:repository/${Name}")
            .with::<String>("Name", kept.repository.import())
            .value();
    repository.grant_push(&mut role);
    role.allow(
        // The first pull of an image makes its repository.
        // https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-iam.html
        Statement::allow([
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:BatchImportUpstreamImage",
            "ecr:CreateRepository",
            "ecr:GetDownloadUrlForLayer",
        ])
        .sid("BaseImages")
        .on(arn::regional(
            environment,
            "ecr",
            &format!("repository/{}/*", names.image_cache()),
        )),
    );
    let grants = Grants {
        environment,
        key: bootstrap::exports(environment).artifact_key.import(),
    };
    grants.logs(&mut role, log_group);
    grants.read_artifacts(&mut role, &names.pipeline(&application.name));
    grant_reports(&mut role, environment, project);
    role
}

/// Adds the group of a project's test reports. CodeBuild names a project's groups
/// `<project>-<group>`, so the one that is there is found.
fn reports(template: &mut Template, id: &str, project: &str) {
    template.add(
        id,
        ReportGroup::new(
            ReportExportConfig::new(ReportExportConfigType::NoExport),
            ReportGroupType::Test,
        )
        .name(format!("{project}-tests"))
        // Reports are no data, and a group that holds one is not deleted otherwise.
        // https://docs.aws.amazon.com/codebuild/latest/APIReference/API_DeleteReportGroup.html
        .delete_reports(true),
    );
}

/// Lets a project's role write its test reports.
///
/// Source: <https://docs.aws.amazon.com/codebuild/latest/userguide/test-permissions.html>
fn grant_reports(role: &mut RoleBuilder, environment: &Environment, project: &str) {
    role.allow(
        Statement::allow([
            "codebuild:BatchPutTestCases",
            "codebuild:CreateReport",
            // Asked for although the group is there (aws-cdk#7367).
            "codebuild:CreateReportGroup",
            "codebuild:UpdateReport",
        ])
        .sid("TestReports")
        .on(arn::regional(
            environment,
            "codebuild",
            &format!("report-group/{project}-tests"),
        )),
    );
}
