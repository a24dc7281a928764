//! CodeBuild projects, and the grants that their roles share.

use common::environment::Environment;
use common::grant::{GrantKey as _, RoleBuilder};
use common::resources::codebuild::Project;
use common::resources::codebuild::project::{
    Artifacts, CloudWatchLogsConfig, Environment as Machine, EnvironmentVariable, LogsConfig,
    ProjectCache, ProjectRequired, Source,
};
use common::resources::kinds::{KeyArn, LogGroupName, RoleArn};
use common::resources::{Handle, iam, logs};
use common::template::policy::Statement;
use common::template::{Template, Value, sub};

use crate::arn;
use crate::bootstrap::{self, ARTIFACTS, CACHE, RELEASE, RELEASES, bucket_name};
use crate::permissions::{Caller, caller_actions};

#[derive(Debug)]
pub(crate) struct PipelineProject {
    /// Logical id; its log group's is `<id>LogGroup`.
    pub(crate) id: &'static str,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) role: Value<RoleArn>,
    pub(crate) log_group: String,
    /// A path in the source, or the text itself.
    pub(crate) buildspec: String,
    pub(crate) variables: Vec<(&'static str, Value<String>)>,
    pub(crate) size: Size,
    /// Whether it may run Docker, which takes root on the build machine.
    pub(crate) builds_images: bool,
    pub(crate) minutes: u32,
    /// Bucket and prefix of its cache, if it has one.
    pub(crate) cache: Option<String>,
}

/// The compute type of a build.
///
/// Source: <https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-compute-types.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Size {
    /// 2 vCPU, 4 GiB: runs the deploy engine.
    Small,
    /// 4 vCPU, 8 GiB: compiles it.
    Medium,
}

/// The build environment.
///
/// Source: <https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-available.html>
pub(crate) fn machine(environment: &Environment, size: Size, builds_images: bool) -> Machine {
    use common::capacity::Architecture;
    // Images are built on what they run on. Everything else stays where its toolchain is known to work,
    // whatever the cluster's machines are.
    let architecture = if builds_images {
        environment.cluster.machine.architecture()
    } else {
        Architecture::X86_64
    };
    let (image, kind) = match architecture {
        Architecture::X86_64 => ("amazonlinux-x86_64-standard:5.0", "LINUX_CONTAINER"),
        Architecture::Arm64 => ("amazonlinux-aarch64-standard:3.0", "ARM_CONTAINER"),
    };
    let size = match size {
        Size::Small => "BUILD_GENERAL1_SMALL",
        Size::Medium => "BUILD_GENERAL1_MEDIUM",
    };
    Machine::new(size, format!("aws/codebuild/{image}"), kind)
        .image_pull_credentials_type("CODEBUILD")
        .privileged_mode(builds_images)
}

/// A role of the same template, for a project. One of the validators (cloudformation-validate, E3050)
/// mistakes `Fn::GetAtt` for a `Ref` in this one place; the meaning is the same.
pub(crate) fn role_arn(role: &Handle<iam::Role>) -> Value<RoleArn> {
    sub(format!("${{{}.Arn}}", role.id())).value()
}

pub(crate) fn log_config(group: &Handle<logs::LogGroup>) -> LogsConfig {
    let name: Value<LogGroupName> = group.reference();
    LogsConfig::new().cloud_watch_logs(CloudWatchLogsConfig::new("ENABLED").group_name(name))
}

impl PipelineProject {
    /// Adds the project and its log group.
    pub(crate) fn add_to(
        self,
        template: &mut Template,
        environment: &Environment,
    ) -> Handle<Project> {
        let key = bootstrap::exports(environment).artifact_key.import();
        let group = template.add(
            format!("{}LogGroup", self.id),
            common::logs::group(environment, self.log_group, &key),
        );
        let variables: Vec<EnvironmentVariable> = self
            .variables
            .into_iter()
            .map(|(name, value)| EnvironmentVariable::new(name, value))
            .collect();
        let required = ProjectRequired {
            artifacts: Artifacts::new("CODEPIPELINE").into(),
            environment: machine(environment, self.size, self.builds_images)
                .environment_variables(variables)
                .into(),
            service_role: self.role,
            source: Source::new("CODEPIPELINE")
                .build_spec(self.buildspec)
                .into(),
        };
        let mut project = Project::new(required)
            .name(self.name)
            .description(self.description)
            .encryption_key(key)
            .logs_config(log_config(&group))
            .timeout_in_minutes(self.minutes)
            .queued_timeout_in_minutes(60);
        if let Some(location) = self.cache {
            project = project.cache(ProjectCache::new("S3").location(location));
        }
        template.add(self.id, project)
    }
}

/// Grants of bootstrap's resources to the roles of projects and pipelines. By name, since
/// bootstrap's own role is granted them too.
#[derive(Clone, Debug)]
pub(crate) struct Grants<'a> {
    pub(crate) environment: &'a Environment,
    pub(crate) key: Value<KeyArn>,
}

impl Grants<'_> {
    fn artifact_bucket(&self, objects: &str) -> String {
        let bucket = bucket_name(self.environment, ARTIFACTS);
        arn::unplaced("s3", &format!("{bucket}{objects}"))
    }

    fn release(&self) -> String {
        let bucket = bucket_name(self.environment, RELEASES);
        arn::unplaced("s3", &format!("{bucket}/{RELEASE}"))
    }

    /// Read and write the artifacts of one pipeline.
    ///
    /// Source: <https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html>
    pub(crate) fn artifacts(&self, role: &mut RoleBuilder, pipeline: &str) {
        self.allow_artifacts(role, pipeline, &["s3:PutObject"]);
    }

    /// The same for the pipeline itself, whose source actions upload their output.
    pub(crate) fn source_artifacts(&self, role: &mut RoleBuilder, pipeline: &str) {
        self.allow_artifacts(role, pipeline, caller_actions(Caller::SourceArtifact));
        role.allow(
            Statement::allow(["s3:GetBucketVersioning"])
                .sid("ArtifactVersions")
                .on(self.artifact_bucket("")),
        );
    }

    /// Read the artifacts of one pipeline. A build that runs an application's code writes none: it could
    /// replace the engine that the deployment runs. A deployment writes none either.
    pub(crate) fn read_artifacts(&self, role: &mut RoleBuilder, pipeline: &str) {
        self.allow_artifacts(role, pipeline, &[]);
    }

    fn allow_artifacts(&self, role: &mut RoleBuilder, pipeline: &str, more: &[&str]) {
        let prefix = self.environment.names().artifact_prefix(pipeline);
        let takes = ["s3:GetObject", "s3:GetObjectVersion"];
        role.allow(
            Statement::allow(takes.iter().chain(more).copied())
                .sid("Artifacts")
                .on(self.artifact_bucket(&format!("/{prefix}*"))),
        );
        role.allow(
            Statement::allow(["s3:GetBucketAcl", "s3:GetBucketLocation"])
                .sid("ArtifactBucket")
                .on(self.artifact_bucket("")),
        );
        if more.is_empty() {
            self.key.grant_decrypt(role, "s3");
        } else {
            self.key.grant_use(role, "s3");
        }
    }

    /// Read and write the cache of the definition's Build. Reading a cache that does not exist yet
    /// is denied, since the bucket's objects can't be listed; the build continues without.
    ///
    /// Sources: <https://docs.aws.amazon.com/codebuild/latest/userguide/caching-s3.html>,
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html>
    pub(crate) fn cache(&self, role: &mut RoleBuilder) {
        role.allow(
            Statement::allow(["s3:GetObject", "s3:PutObject"])
                .sid("Cache")
                .on(self.artifact_bucket(&format!("/{CACHE}/*"))),
        );
    }

    pub(crate) fn publish_release(&self, role: &mut RoleBuilder) {
        role.allow(
            Statement::allow(["s3:PutObject"])
                .sid("PublishRelease")
                .on(self.release()),
        );
        self.key.grant_encrypt(role, "s3");
    }

    /// Read the published release of the definition.
    ///
    /// Source: <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3.html>
    pub(crate) fn read_release(&self, role: &mut RoleBuilder) {
        role.allow(
            Statement::allow([
                "s3:GetBucketAcl",
                "s3:GetBucketLocation",
                "s3:GetBucketVersioning",
                "s3:ListBucket",
            ])
            .sid("ReleaseBucket")
            .on(arn::unplaced(
                "s3",
                &bucket_name(self.environment, RELEASES),
            )),
        );
        role.allow(
            Statement::allow([
                "s3:GetObject",
                "s3:GetObjectTagging",
                "s3:GetObjectVersion",
                "s3:GetObjectVersionTagging",
            ])
            .sid("Release")
            .on(self.release()),
        );
    }

    pub(crate) fn logs(&self, role: &mut RoleBuilder, group: &str) {
        role.allow(
            Statement::allow(["logs:CreateLogStream", "logs:PutLogEvents"])
                .sid("WriteLogs")
                .on(arn::log_streams(self.environment, group)),
        );
    }

    /// Read one repository through the connection to GitHub, for the pipeline.
    ///
    /// Source: <https://docs.aws.amazon.com/dtconsole/latest/userguide/security-iam.html>
    pub(crate) fn use_repository(&self, role: &mut RoleBuilder, repository: &str) {
        role.allow(self.connection(repository));
    }

    /// The same for a build that clones it, limited to read-only provider actions: third-party code runs in
    /// these builds.
    ///
    /// Source: <https://docs.aws.amazon.com/dtconsole/latest/userguide/security-iam.html#permissions-reference-connections-use>
    pub(crate) fn clone_repository(&self, role: &mut RoleBuilder, repository: &str) {
        let reads =
            CONNECTION_PREFIXES
                .iter()
                .fold(self.connection(repository), |statement, service| {
                    let key = format!("{service}:ProviderPermissionsRequired");
                    statement.when("ForAllValues:StringEquals", key, "read_only")
                });
        role.allow(reads);
    }

    /// Under both names of the service. The page on the rename says that the prefix of the action has to match
    /// that of the ARN; an AWS solution failed until both were allowed. `ForAllValues` holds for a key that is
    /// not in the request: a request has the keys of one prefix.
    ///
    /// Sources: <https://docs.aws.amazon.com/dtconsole/latest/userguide/rename.html>,
    /// <https://github.com/awslabs/landing-zone-accelerator-on-aws/issues/1083>
    fn connection(&self, repository: &str) -> Statement {
        let connection = &self.environment.pipeline.connection;
        let arns = CONNECTION_PREFIXES.map(|service| {
            let own = format!(":{}:", connection.service());
            connection
                .as_str()
                .replacen(&own, &format!(":{service}:"), 1)
        });
        let actions = CONNECTION_PREFIXES.map(|service| format!("{service}:UseConnection"));
        CONNECTION_PREFIXES.iter().fold(
            Statement::allow(actions).sid("Repository").on_each(arns),
            |statement, service| {
                let key = format!("{service}:FullRepositoryId");
                statement.when("ForAllValues:StringEquals", key, repository)
            },
        )
    }
}

/// The service prefixes of connections in actions, condition keys and ARNs.
const CONNECTION_PREFIXES: [&str; 2] = ["codeconnections", "codestar-connections"];
