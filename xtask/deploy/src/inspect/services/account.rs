//! IAM, Secrets Manager, SNS, Systems Manager, and the machine images of EC2.

use crate::timestamp::Timestamp;

/// How much of IAM's an account has, and how much it may have.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AccountSummary {
    pub roles: QuotaUsage,
    pub policies: QuotaUsage,
    pub instance_profiles: QuotaUsage,
}

/// What is there of something, and how much there may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QuotaUsage {
    pub used: usize,
    /// How much there may be.
    pub limit: usize,
}

/// A secret, without its value: that is never asked for.
/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_SecretListEntry.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    pub name: String,
    /// Whether it has a value: a version that is labelled `AWSCURRENT`.
    pub has_value: bool,
    /// Whether it is scheduled for deletion, and so can't be read.
    pub is_deleted: bool,
}

/// A subscription of a topic.
/// <https://docs.aws.amazon.com/sns/latest/api/API_Subscription.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Who gets what is published: a mail address.
    pub endpoint: String,
    /// Whether the receiver has confirmed it. Until then nothing is delivered.
    pub is_confirmed: bool,
}

/// A machine image.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Image.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MachineImage {
    /// Its id: `ami-0123456789abcdef0`.
    pub id: String,
    /// Its name, which has the release of Amazon Linux in it.
    pub name: String,
    /// The day on which it was made.
    pub created: Timestamp,
    /// The processors that it runs on: `x86_64`, `arm64`.
    pub architecture: String,
}

/// The versions of a document of Systems Manager.
/// <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DocumentDescription.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentVersions {
    /// The one that is used where none is asked for.
    pub default: String,
    pub latest: String,
}
