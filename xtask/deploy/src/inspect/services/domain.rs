//! Route 53 and Certificate Manager.

use std::fmt;

use crate::timestamp::Timestamp;

/// A hosted zone.
/// <https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetHostedZone.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostedZone {
    /// Its id, without a path before it: `Z0123456789ABCDEFGHIJ`.
    pub id: String,
    /// Its name, without the dot at the end.
    pub name: String,
    /// Whether only networks of the account see it.
    pub is_private: bool,
    /// The name servers that answer for it, without dots at the end. A list of zones does not tell
    /// them.
    pub name_servers: Vec<String>,
}

/// A record of a hosted zone.
/// <https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its name, without the dot at the end; a wildcard begins with `*`.
    pub name: String,
    /// Its type: `A`, `CNAME`.
    pub kind: String,
}

/// A certificate.
/// <https://docs.aws.amazon.com/acm/latest/APIReference/API_CertificateDetail.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    pub arn: String,
    pub domain: String,
    pub status: CertificateStatus,
    /// Whether a load balancer, or something else, uses it.
    pub in_use: bool,
    /// Until when it is valid, once it is issued.
    pub expires: Option<Timestamp>,
    /// Why it could not be issued: `CAA_ERROR`.
    pub failure: Option<String>,
    /// How its renewal goes, while it is renewed.
    pub renewal: Option<Renewal>,
    /// What is checked to issue or renew it, by name.
    pub validations: Vec<Validation>,
}

/// How the renewal of a certificate goes.
/// <https://docs.aws.amazon.com/acm/latest/APIReference/API_RenewalSummary.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Renewal {
    Automatic,
    /// Its validation record does not resolve publicly.
    PendingValidation,
    Succeeded,
    Failed(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CertificateStatus {
    /// Its validation record does not resolve publicly yet.
    PendingValidation,
    Issued,
    /// Imported, and not usable yet.
    Inactive,
    Expired,
    /// The validation record was not found within 72 hours.
    ValidationTimedOut,
    Revoked,
    /// It could not be issued.
    Failed,
    /// A status that this version does not know.
    Unknown(String),
}

impl CertificateStatus {
    /// As Certificate Manager writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::PendingValidation => "PENDING_VALIDATION",
            Self::Issued => "ISSUED",
            Self::Inactive => "INACTIVE",
            Self::Expired => "EXPIRED",
            Self::ValidationTimedOut => "VALIDATION_TIMED_OUT",
            Self::Revoked => "REVOKED",
            Self::Failed => "FAILED",
            Self::Unknown(text) => text,
        }
    }
}

impl From<&str> for CertificateStatus {
    fn from(text: &str) -> Self {
        const KNOWN: [CertificateStatus; 7] = [
            CertificateStatus::PendingValidation,
            CertificateStatus::Issued,
            CertificateStatus::Inactive,
            CertificateStatus::Expired,
            CertificateStatus::ValidationTimedOut,
            CertificateStatus::Revoked,
            CertificateStatus::Failed,
        ];
        KNOWN
            .into_iter()
            .find(|known| known.as_str() == text)
            .unwrap_or_else(|| Self::Unknown(text.to_owned()))
    }
}

impl fmt::Display for CertificateStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// The check of one name of a certificate.
/// <https://docs.aws.amazon.com/acm/latest/APIReference/API_DomainValidation.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Validation {
    pub domain: String,
    pub succeeded: bool,
    /// The name of the record that is looked for, once it is known.
    pub record: Option<String>,
}

/// A certificate, as a list shows it.
/// <https://docs.aws.amazon.com/acm/latest/APIReference/API_CertificateSummary.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateSummary {
    pub arn: String,
    pub domain: String,
}
