//! The bucket that the load balancer writes its access logs to.
//!
//! Elastic Load Balancing writes a test file the moment that logging is switched on, and a bucket
//! that isn't empty can't be deleted: in the load balancer's own stack the rollback of a failed
//! creation would fail on it (copilot-cli#4218).

use common::bucket;
use common::environment::Environment;
use common::resources::s3::bucket::{
    NoncurrentVersionExpiration, ServerSideEncryptionByDefault,
    ServerSideEncryptionByDefaultSseAlgorithm, ServerSideEncryptionRule,
};
use common::resources::{Handle, s3};
use common::template::policy::{PolicyDocument, Principal, ServicePrincipal, Statement};
use common::template::{Template, Value, sub};

/// Adds the bucket and its policy.
///
/// Encrypted with S3's own key: access logs can't be delivered to a bucket with another one.
///
/// Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html>
pub(crate) fn add(template: &mut Template, environment: &Environment) -> Handle<s3::Bucket> {
    let encryption = ServerSideEncryptionRule::new().server_side_encryption_by_default(
        ServerSideEncryptionByDefault::new(ServerSideEncryptionByDefaultSseAlgorithm::Aes256),
    );
    let expiry = bucket::expiry()
        .expiration_in_days(environment.retention.access_logs_days)
        .noncurrent_version_expiration(NoncurrentVersionExpiration::new(1));
    let name = environment
        .names()
        .bucket("access-logs", &environment.account, environment.region);
    let bucket = template.add("AccessLogBucket", bucket::private(name, encryption, expiry));

    let objects: Value<String> = sub("${AccessLogBucket.Arn}/AWSLogs/${AWS::AccountId}/*").into();
    template.add(
        "AccessLogBucketPolicy",
        s3::BucketPolicy::new(
            bucket.reference(),
            PolicyDocument::new()
                .with(
                    Statement::allow(["s3:PutObject"])
                        .sid("LoadBalancerDelivers")
                        .by(Principal::Service(ServicePrincipal::LoadBalancerLogs))
                        // The path contains the account; for application load balancers, AWS documents no
                        // condition keys of the delivery.
                        .on(objects),
                )
                .with(bucket::encrypted_transport_only(&bucket)),
        ),
    );
    bucket
}
