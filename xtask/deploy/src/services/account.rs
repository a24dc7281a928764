//! What IAM, Service Quotas and Secrets Manager say of the account.

/// How much of IAM's an account has, and how much it may have.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AccountSummary {
    /// Its roles.
    pub roles: Taken,
    /// Its own managed policies.
    pub policies: Taken,
    /// Its instance profiles.
    pub instance_profiles: Taken,
}

/// What is there of something, and how much there may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// What is there.
    pub used: usize,
    /// How much there may be.
    pub limit: usize,
}

/// A secret, without its value: that is never asked for.
/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_SecretListEntry.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// Its name.
    pub name: String,
    /// Whether it has a value: a version that is labelled `AWSCURRENT`.
    pub has_value: bool,
    /// Whether it is to be deleted, and can't be read until then.
    pub is_deleted: bool,
}
