//! S3.

use crate::consequence::Kind;
use crate::meaning::row::{Effect, Meaning, TypeMeaning, Unset};

const BLOCK_ON: &str = "public access is blocked in another way, too";

const NEW_RULE: Effect = Effect::severe(
    Kind::Data,
    "a lifecycle rule begins to delete or move objects, those that are there included: {item}",
);

const NO_RULE: Effect = Effect::notable(
    Kind::Cost,
    "no longer applies a lifecycle rule: objects that it deleted or moved stay and are paid for: {item}",
);

pub(super) const ROWS: &[TypeMeaning] = &[
    TypeMeaning {
        resource_type: "AWS::S3::Bucket",
        noun: "bucket",
        added: None,
        removed: Some(Effect::severe(
            Kind::Data,
            "what writes to it or reads from it fails, and its name may be taken by another account",
        )),
        replaced: Some(Effect::severe(
            Kind::Data,
            "the new one is empty; objects stay in the old one, if that is kept",
        )),
        properties: &[
            (
                "BucketName",
                Meaning::severe(
                    Kind::Data,
                    "is another bucket, {to} instead of {from}, and empty",
                ),
            ),
            (
                "BucketEncryption",
                Meaning::notable(
                    Kind::Protection,
                    "new objects are encrypted in another way or with another key; what reads them needs the right to decrypt",
                ),
            ),
            (
                "BucketEncryption.ServerSideEncryptionConfiguration.ServerSideEncryptionByDefault.SSEAlgorithm",
                Meaning::notable(
                    Kind::Protection,
                    "new objects are encrypted by {to} instead of {from}: with AES256 a bucket's readers need no right to a key",
                ),
            ),
            (
                "BucketEncryption.ServerSideEncryptionConfiguration.ServerSideEncryptionByDefault.KMSMasterKeyID",
                Meaning::notable(
                    Kind::Protection,
                    "new objects are encrypted with another key; old ones stay readable only while the old key exists",
                ),
            ),
            (
                "BucketEncryption.ServerSideEncryptionConfiguration.BucketKeyEnabled",
                Meaning::off_unless_set(
                    Effect::minor(Kind::Cost, "asks KMS less often, which is cheaper"),
                    Effect::minor(Kind::Cost, "asks KMS for every object, which is paid for"),
                ),
            ),
            ("LifecycleConfiguration", Meaning::items(NEW_RULE, NO_RULE)),
            (
                "LifecycleConfiguration.Rules",
                Meaning::items(NEW_RULE, NO_RULE),
            ),
            (
                "LifecycleConfiguration.Rules.ExpirationInDays",
                Meaning::number(
                    Effect::severe(Kind::Data, "objects older than {to} days are deleted"),
                    Effect::minor(
                        Kind::Cost,
                        "objects are kept for {to} days instead of {from}, and paid for longer",
                    ),
                    Unset::Unlimited,
                ),
            ),
            (
                "LifecycleConfiguration.Rules.ExpirationDate",
                Meaning::severe(Kind::Data, "objects are deleted on {to}"),
            ),
            (
                "LifecycleConfiguration.Rules.NoncurrentVersionExpiration.NoncurrentDays",
                Meaning::number(
                    Effect::severe(
                        Kind::Data,
                        "an object that was overwritten or deleted can be brought back for {to} days only, instead of {from}; older versions are deleted",
                    ),
                    Effect::minor(
                        Kind::Cost,
                        "versions that were overwritten or deleted are kept for {to} days instead of {from}, and paid for",
                    ),
                    Unset::Unlimited,
                ),
            ),
            (
                "LifecycleConfiguration.Rules.NoncurrentVersionExpiration.NewerNoncurrentVersions",
                Meaning::number(
                    Effect::severe(
                        Kind::Data,
                        "only the newest {to} old versions of an object are kept",
                    ),
                    Effect::minor(
                        Kind::Cost,
                        "{to} old versions of an object are kept, and paid for",
                    ),
                    Unset::Unlimited,
                ),
            ),
            (
                "LifecycleConfiguration.Rules.NoncurrentVersionExpiration",
                Meaning::items(
                    Effect::severe(
                        Kind::Data,
                        "versions that were overwritten or deleted are deleted for good: {item}",
                    ),
                    Effect::notable(
                        Kind::Cost,
                        "versions that were overwritten or deleted are kept for ever, and paid for",
                    ),
                ),
            ),
            (
                "LifecycleConfiguration.Rules.AbortIncompleteMultipartUpload",
                Meaning::minor(
                    Kind::Cost,
                    "parts of uploads that never ended are deleted at another time",
                ),
            ),
            (
                "LifecycleConfiguration.Rules.Status",
                Meaning::off_unless_set(
                    Effect::severe(
                        Kind::Data,
                        "the rule is switched on: it deletes or moves what it is about, old objects included",
                    ),
                    Effect::notable(
                        Kind::Cost,
                        "the rule is switched off: what it deleted stays and is paid for",
                    ),
                ),
            ),
            (
                "LifecycleConfiguration.Rules.Transitions",
                Meaning::notable(
                    Kind::Cost,
                    "objects move to another storage class: cheaper to keep, dearer to read, and slower where they are archived",
                ),
            ),
            (
                "LifecycleConfiguration.Rules.Prefix",
                Meaning::severe(
                    Kind::Data,
                    "the rule is about other objects, {to} instead of {from}",
                ),
            ),
            ("LifecycleConfiguration.Rules.Id", Meaning::Label),
            (
                "VersioningConfiguration",
                Meaning::off_unless_set(
                    Effect::minor(
                        Kind::Data,
                        "overwritten and deleted objects can be brought back, and are paid for",
                    ),
                    Effect::severe(
                        Kind::Data,
                        "an object that is overwritten or deleted from then on is lost",
                    ),
                ),
            ),
            (
                "VersioningConfiguration.Status",
                Meaning::off_unless_set(
                    Effect::minor(
                        Kind::Data,
                        "overwritten and deleted objects can be brought back, and are paid for",
                    ),
                    Effect::severe(
                        Kind::Data,
                        "an object that is overwritten or deleted from then on is lost",
                    ),
                ),
            ),
            (
                "PublicAccessBlockConfiguration",
                Meaning::severe(
                    Kind::Exposure,
                    "what blocks public access changes as a whole: a policy or an object's list of grants may make it public",
                ),
            ),
            (
                "PublicAccessBlockConfiguration.BlockPublicAcls",
                Meaning::off_unless_set(
                    Effect::minor(Kind::Protection, BLOCK_ON),
                    Effect::severe(
                        Kind::Exposure,
                        "lists of grants that make an object public are accepted again",
                    ),
                ),
            ),
            (
                "PublicAccessBlockConfiguration.IgnorePublicAcls",
                Meaning::off_unless_set(
                    Effect::minor(Kind::Protection, BLOCK_ON),
                    Effect::severe(
                        Kind::Exposure,
                        "lists of grants that make an object public count again",
                    ),
                ),
            ),
            (
                "PublicAccessBlockConfiguration.BlockPublicPolicy",
                Meaning::off_unless_set(
                    Effect::minor(Kind::Protection, BLOCK_ON),
                    Effect::severe(
                        Kind::Exposure,
                        "a policy that makes the bucket public is accepted again",
                    ),
                ),
            ),
            (
                "PublicAccessBlockConfiguration.RestrictPublicBuckets",
                Meaning::off_unless_set(
                    Effect::minor(Kind::Protection, BLOCK_ON),
                    Effect::severe(
                        Kind::Exposure,
                        "a public policy lets other accounts and the internet in again",
                    ),
                ),
            ),
            (
                "OwnershipControls",
                Meaning::severe(
                    Kind::Exposure,
                    "objects may have owners and grants of their own ({to} instead of {from}): other accounts' objects can escape the bucket's policy",
                ),
            ),
            (
                "AccessControl",
                Meaning::severe(
                    Kind::Exposure,
                    "grants access by the list {to} instead of {from}: PublicRead and PublicReadWrite are the internet",
                ),
            ),
            (
                "ObjectLockEnabled",
                Meaning::notable(
                    Kind::Protection,
                    "can hold objects that can't be deleted for a time",
                ),
            ),
            (
                "ObjectLockConfiguration",
                Meaning::severe(
                    Kind::Protection,
                    "protects objects from deletion otherwise, or no longer",
                ),
            ),
            (
                "ReplicationConfiguration",
                Meaning::severe(
                    Kind::Data,
                    "is copied elsewhere otherwise, or no longer: the other bucket misses what is written from then on",
                ),
            ),
            (
                "LoggingConfiguration",
                Meaning::notable(
                    Kind::Monitoring,
                    "requests to it are recorded elsewhere, or no longer",
                ),
            ),
            (
                "NotificationConfiguration",
                Meaning::notable(
                    Kind::Delivery,
                    "tells other receivers of new objects: what waits for them may not begin",
                ),
            ),
            (
                "CorsConfiguration",
                Meaning::notable(
                    Kind::Exposure,
                    "web pages of other origins may read it, or no longer",
                ),
            ),
            (
                "WebsiteConfiguration",
                Meaning::severe(
                    Kind::Exposure,
                    "is served as a website otherwise, or no longer",
                ),
            ),
            (
                "AccelerateConfiguration",
                Meaning::notable(
                    Kind::Cost,
                    "transfers are accelerated, which is paid for by the gigabyte, or no longer",
                ),
            ),
            (
                "IntelligentTieringConfigurations",
                Meaning::minor(Kind::Cost, "archives what isn't read at other times"),
            ),
            (
                "InventoryConfigurations",
                Meaning::minor(Kind::Monitoring, "lists its objects otherwise"),
            ),
            (
                "MetricsConfigurations",
                Meaning::minor(Kind::Monitoring, "has other metrics of requests"),
            ),
            (
                "AnalyticsConfigurations",
                Meaning::minor(Kind::Monitoring, "analyses its storage classes otherwise"),
            ),
            ("Tags", Meaning::Label),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html",
            "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
            "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html",
            "https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::S3::BucketPolicy",
        noun: "bucket policy",
        added: None,
        removed: None,
        replaced: None,
        properties: &[
            ("PolicyDocument", Meaning::Analysed),
            (
                "Bucket",
                Meaning::Reference(Effect::severe(
                    Kind::Protection,
                    "is of another bucket: the old one has no policy any more",
                )),
            ),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucketpolicy.html",
        ],
    },
];
