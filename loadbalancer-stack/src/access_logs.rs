//! The bucket that the load balancer writes its access logs to.

use common::environment::Environment;
use common::resources::s3::bucket::{
    AbortIncompleteMultipartUpload, BucketEncryption, LifecycleConfiguration,
    NoncurrentVersionExpiration, OwnershipControls, OwnershipControlsRule,
    OwnershipControlsRuleObjectOwnership, PublicAccessBlockConfiguration, Rule, RuleStatus,
    ServerSideEncryptionByDefault, ServerSideEncryptionByDefaultSseAlgorithm,
    ServerSideEncryptionRule, VersioningConfiguration, VersioningConfigurationStatus,
};
use common::resources::{Handle, s3};
use common::template::policy::{PolicyDocument, Principal, ServicePrincipal, Statement};
use common::template::{Template, Value, sub};

/// Where the logs are, for the load balancer's attributes.
pub(crate) struct AccessLogs {
    pub(crate) bucket: Handle<s3::Bucket>,
    pub(crate) policy: Handle<s3::BucketPolicy>,
}

/// Adds the bucket and its policy.
///
/// Encrypted with S3's own key: access logs can't be delivered to a bucket with another one.
///
/// Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html>
pub(crate) fn add(template: &mut Template, environment: &Environment) -> AccessLogs {
    let encryption = ServerSideEncryptionRule::new().server_side_encryption_by_default(
        ServerSideEncryptionByDefault::new(ServerSideEncryptionByDefaultSseAlgorithm::Aes256),
    );
    let expiry = Rule::new(RuleStatus::Enabled)
        .id("expire")
        .expiration_in_days(environment.retention.access_logs_days)
        .noncurrent_version_expiration(NoncurrentVersionExpiration::new(1))
        .abort_incomplete_multipart_upload(AbortIncompleteMultipartUpload::new(1));
    let bucket = template.add(
        "AccessLogBucket",
        s3::Bucket::new()
            .bucket_name(environment.names().bucket(
                "access-logs",
                &environment.account,
                environment.region,
            ))
            .bucket_encryption(BucketEncryption::new([encryption]))
            .lifecycle_configuration(LifecycleConfiguration::new([expiry]))
            .versioning_configuration(VersioningConfiguration::new(
                VersioningConfigurationStatus::Enabled,
            ))
            .ownership_controls(OwnershipControls::new([OwnershipControlsRule::new()
                .object_ownership(
                    OwnershipControlsRuleObjectOwnership::BucketOwnerEnforced,
                )]))
            .public_access_block_configuration(
                PublicAccessBlockConfiguration::new()
                    .block_public_acls(true)
                    .block_public_policy(true)
                    .ignore_public_acls(true)
                    .restrict_public_buckets(true),
            ),
    );

    let objects: Value<String> = sub("${AccessLogBucket.Arn}/AWSLogs/${AWS::AccountId}/*").into();
    let everything: Value<String> = sub("${AccessLogBucket.Arn}/*").into();
    let policy = template.add(
        "AccessLogBucketPolicy",
        s3::BucketPolicy::new(
            bucket.reference(),
            PolicyDocument::new()
                .with(
                    Statement::allow(["s3:PutObject"])
                        .sid("LoadBalancerDelivers")
                        .by(Principal::Service(ServicePrincipal::LoadBalancerLogs))
                        // The path holds the account; what conditions the delivery meets is not
                        // documented for application load balancers.
                        .on(objects),
                )
                .with(
                    Statement::deny(["s3:*"])
                        .sid("EncryptedTransportOnly")
                        .by(Principal::Everybody)
                        .on(bucket.attr_arn())
                        .on(everything)
                        .when("Bool", "aws:SecureTransport", "false"),
                ),
        ),
    );
    AccessLogs { bucket, policy }
}
