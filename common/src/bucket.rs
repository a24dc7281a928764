//! S3 buckets: private, versioned, with lifecycle rules.

use crate::resources::s3::bucket::{
    AbortIncompleteMultipartUpload, BucketEncryption, LifecycleConfiguration, OwnershipControls,
    OwnershipControlsRule, OwnershipControlsRuleObjectOwnership, PublicAccessBlockConfiguration,
    Rule, RuleStatus, ServerSideEncryptionRule, VersioningConfiguration,
    VersioningConfigurationStatus,
};
use crate::resources::{Handle, s3};
use crate::template::policy::{Principal, Statement};
use crate::template::{Value, sub};

/// A bucket under a name of [`Names`](crate::naming::Names), without access from outside the
/// account. `expiry` is the lifecycle rule, see [`expiry`].
pub fn private(name: String, encryption: ServerSideEncryptionRule, expiry: Rule) -> s3::Bucket {
    let ownership = OwnershipControlsRule::new()
        .object_ownership(OwnershipControlsRuleObjectOwnership::BucketOwnerEnforced);
    s3::Bucket::new()
        .bucket_name(name)
        .bucket_encryption(BucketEncryption::new([encryption]))
        .lifecycle_configuration(LifecycleConfiguration::new([expiry]))
        .versioning_configuration(VersioningConfiguration::new(
            VersioningConfigurationStatus::Enabled,
        ))
        .ownership_controls(OwnershipControls::new([ownership]))
        .public_access_block_configuration(
            PublicAccessBlockConfiguration::new()
                .block_public_acls(true)
                .block_public_policy(true)
                .ignore_public_acls(true)
                .restrict_public_buckets(true),
        )
}

/// What every bucket's expiry begins with: uploads that were never finished go after a day.
pub fn expiry() -> Rule {
    Rule::new(RuleStatus::Enabled)
        .id("expire")
        .abort_incomplete_multipart_upload(AbortIncompleteMultipartUpload::new(1))
}

/// Everything in a bucket, as the resource of a statement.
#[must_use]
pub fn objects(bucket: &Handle<s3::Bucket>) -> Value<String> {
    sub(format!("${{{}.Arn}}/*", bucket.id())).into()
}

/// Denies requests without TLS, for a bucket's policy.
#[must_use]
pub fn encrypted_transport_only(bucket: &Handle<s3::Bucket>) -> Statement {
    Statement::deny(["s3:*"])
        .sid("EncryptedTransportOnly")
        .by(Principal::Everybody)
        .on(bucket.attr_arn())
        .on(objects(bucket))
        .when("Bool", "aws:SecureTransport", "false")
}
