//! The buckets of the pipelines: one for artifacts, one for the releases of the definition, from which
//! applications are deployed.
//!
//! Two, since artifacts expire and the latest release doesn't, and since a pipeline's source must not be in its
//! artifact bucket.
//!
//! Source: <https://docs.aws.amazon.com/codepipeline/latest/userguide/welcome-introducing-artifacts.html>

use common::bucket;
use common::environment::Environment;
use common::resources::s3::bucket::{
    NoncurrentVersionExpiration, Rule, ServerSideEncryptionByDefault,
    ServerSideEncryptionByDefaultSseAlgorithm, ServerSideEncryptionRule,
};
use common::resources::{Handle, kms, s3};
use common::template::policy::{PolicyDocument, Principal, Statement};
use common::template::{Template, sub};

use super::exports::{ARTIFACTS, CACHE, RELEASES, bucket_name};
use crate::arn;

/// Days until artifacts are deleted. A pipeline's execution is over long before.
const ARTIFACT_DAYS: u32 = 30;

/// Days that an older release is kept for rollbacks.
const OLDER_RELEASES_DAYS: u32 = 365;

/// Adds the artifact bucket. Of the definition's roles, only that of Build reads or writes the cache: the
/// release that deploys everything is compiled with it.
pub(super) fn artifacts(
    template: &mut Template,
    environment: &Environment,
    key: &Handle<kms::Key>,
) -> Handle<s3::Bucket> {
    let expiry = bucket::expiry()
        .expiration_in_days(ARTIFACT_DAYS)
        .noncurrent_version_expiration(NoncurrentVersionExpiration::new(1));
    let name = bucket_name(environment, ARTIFACTS);
    let (bucket, policy) = add(template, "ArtifactBucket", name, key, expiry);
    let names = environment.names();
    let path = names.role_path();
    let builds = arn::global(
        environment,
        "iam",
        &format!("role{path}{}", names.role("build")),
    );
    let cache = Statement::deny(["s3:GetObject", "s3:PutObject"])
        .sid("OnlyBuildHasTheCache")
        .by(Principal::Everybody)
        .on(sub(format!("${{{}.Arn}}/{CACHE}/*", bucket.id())))
        .when("ArnLike", "aws:PrincipalArn", arn::definition_roles())
        .when("ArnNotEquals", "aws:PrincipalArn", builds);
    template.add(
        "ArtifactBucketPolicy",
        s3::BucketPolicy::new(bucket.reference(), policy.with(cache)),
    );
    bucket
}

/// Adds the release bucket. The newest release never expires. Of the definition's roles, only the deploy role
/// can publish: the engine that deploys applications is in here.
pub(super) fn releases(
    template: &mut Template,
    environment: &Environment,
    key: &Handle<kms::Key>,
) -> Handle<s3::Bucket> {
    let expiry = bucket::expiry()
        .noncurrent_version_expiration(NoncurrentVersionExpiration::new(OLDER_RELEASES_DAYS));
    let name = bucket_name(environment, RELEASES);
    let names = environment.names();
    let path = names.bootstrap_path();
    let deploys = arn::global(
        environment,
        "iam",
        &format!("role{path}{}", names.role("deploy")),
    );
    let (bucket, policy) = add(template, "ReleaseBucket", name, key, expiry);
    let publishing = Statement::deny(["s3:PutObject"])
        .sid("OnlyTheDefinitionPublishes")
        .by(Principal::Everybody)
        .on(bucket::objects(&bucket))
        .when("ArnLike", "aws:PrincipalArn", arn::definition_roles())
        .when("ArnNotEquals", "aws:PrincipalArn", deploys);
    template.add(
        "ReleaseBucketPolicy",
        s3::BucketPolicy::new(bucket.reference(), policy.with(publishing)),
    );
    bucket
}

/// Adds a bucket; returns the statements that every bucket's policy has.
fn add(
    template: &mut Template,
    id: &str,
    name: String,
    key: &Handle<kms::Key>,
    expiry: Rule,
) -> (Handle<s3::Bucket>, PolicyDocument) {
    let default =
        ServerSideEncryptionByDefault::new(ServerSideEncryptionByDefaultSseAlgorithm::AwsKms)
            .kms_master_key_id(key.attr_arn());
    let encryption = ServerSideEncryptionRule::new()
        .server_side_encryption_by_default(default)
        .bucket_key_enabled(true);
    let bucket = template.add(id, bucket::private(name, encryption, expiry));
    let unchanged = Statement::deny([
        "s3:DeleteBucket",
        "s3:DeleteBucketPolicy",
        "s3:DeleteObject",
        "s3:DeleteObjectVersion",
        "s3:PutBucketPolicy",
        "s3:PutBucketVersioning",
        "s3:PutEncryptionConfiguration",
        "s3:PutLifecycleConfiguration",
    ])
    .sid("BootstrapIsAPersons")
    .by(Principal::Everybody)
    .on(bucket.attr_arn())
    .on(bucket::objects(&bucket))
    .when("ArnLike", "aws:PrincipalArn", arn::definition_roles());
    let policy = PolicyDocument::new()
        .with(bucket::encrypted_transport_only(&bucket))
        .with(unchanged);
    (bucket, policy)
}
