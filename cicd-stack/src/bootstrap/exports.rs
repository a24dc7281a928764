//! The exports of bootstrap's two stacks, and the names of its buckets.

use common::environment::Environment;
use common::naming::{StackKind, StackName};
use common::resources::kinds::{BucketName, KeyArn, ManagedPolicyArn, RoleArn, TopicArn};

common::exports! {
    /// The exports of bootstrap, for the stacks of the pipelines. Other stacks refer to the boundary by its
    /// name, so that none of them depends on this crate.
    pub struct Exports, filled by Outputs {
        /// The most that any role of the definition may do
        workload_boundary: ManagedPolicyArn = "WorkloadBoundary",
        /// The most that any role may do which deploys
        definition_boundary: ManagedPolicyArn = "DefinitionBoundary",
        /// Where pipelines keep what they hand on
        artifact_bucket: BucketName = "ArtifactBucket",
        /// Where the published releases of the definition are
        release_bucket: BucketName = "ReleaseBucket",
        /// Encrypts what pipelines keep
        artifact_key: KeyArn = "ArtifactKey",
        /// Where it is told that a pipeline has failed
        alarm_topic: TopicArn = "AlarmTopic",
    }
}

/// What pipelines and roles import from `bootstrap`.
#[must_use]
pub fn exports(environment: &Environment) -> Exports {
    Exports::of(&stack_name(environment))
}

pub(super) fn stack_name(environment: &Environment) -> StackName {
    environment.names().stack(&StackKind::Bootstrap)
}

common::exports! {
    pub struct RoleExports, filled by RoleOutputs {
        /// Deploys the definition
        deploy_role: RoleArn = "DeployRole",
        /// What CloudFormation acts as
        execution_role: RoleArn = "ExecutionRole",
    }
}

/// What the definition's pipeline imports from `bootstrap-roles`.
#[must_use]
pub fn role_exports(environment: &Environment) -> RoleExports {
    RoleExports::of(&roles_stack_name(environment))
}

pub(super) fn roles_stack_name(environment: &Environment) -> StackName {
    environment.names().stack(&StackKind::BootstrapRoles)
}

/// The short name of the artifact bucket.
pub(crate) const ARTIFACTS: &str = "artifacts";

/// The prefix of the definition's build cache in the artifact bucket. No pipeline's folder is called so:
/// theirs begin with the name of an application, which has no dot, or with `cicd.definition`.
pub(crate) const CACHE: &str = "cache.definition";

/// The short name of the release bucket.
pub(crate) const RELEASES: &str = "releases";

/// The key of the release in its bucket: one object, of many versions.
pub(crate) const RELEASE: &str = "release.zip";

/// The full name of a bucket of bootstrap.
pub(crate) fn bucket_name(environment: &Environment, what: &str) -> String {
    environment
        .names()
        .bucket(what, &environment.account, environment.region)
}
