//! Certificate Manager.
//!
//! <https://docs.aws.amazon.com/acm/latest/APIReference/Welcome.html>

use cloudformation::Page;
use deploy::inspect::services::{
    Certificate, CertificateStatus, CertificateSummary, Renewal, Validation,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::time::{Seconds, timestamp};
use crate::signed::{Call, JsonVersion, Response, Service, SignedError};

pub(super) const ACM: Service = Service::new("Certificate Manager", "acm");

pub(super) const NO_CERTIFICATE: &str = "ResourceNotFoundException";

/// All kinds of keys: a list that does not ask for them has none but RSA keys of 1,024 and 2,048
/// bits. <https://docs.aws.amazon.com/acm/latest/APIReference/API_Filters.html>
const KEY_TYPES: [&str; 7] = [
    "RSA_1024",
    "RSA_2048",
    "RSA_3072",
    "RSA_4096",
    "EC_prime256v1",
    "EC_secp384r1",
    "EC_secp521r1",
];

fn call(target: &'static str, body: Value) -> Call {
    Call::Json {
        version: JsonVersion::V1_1,
        target,
        body,
    }
}

pub(super) fn certificates(next: Option<String>) -> Call {
    let mut body = json!({ "Includes": { "keyTypes": KEY_TYPES } });
    if let Some(next) = next {
        body["NextToken"] = next.into();
    }
    call("CertificateManager.ListCertificates", body)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    #[serde(default)]
    certificate_summary_list: Vec<Summary>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Summary {
    certificate_arn: String,
    domain_name: String,
}

pub(super) fn read_certificates(
    response: &Response,
) -> Result<Page<CertificateSummary>, SignedError> {
    let listed: Listed = response.json()?;
    let items = listed.certificate_summary_list.into_iter();
    Ok(Page {
        items: items
            .map(|one| CertificateSummary {
                arn: one.certificate_arn,
                domain: one.domain_name,
            })
            .collect(),
        next: listed.next_token,
    })
}

pub(super) fn certificate(arn: &str) -> Call {
    let body = json!({ "CertificateArn": arn });
    call("CertificateManager.DescribeCertificate", body)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Described {
    certificate: Detail,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Detail {
    certificate_arn: String,
    domain_name: String,
    status: String,
    #[serde(default)]
    in_use_by: Vec<String>,
    not_after: Option<Seconds>,
    failure_reason: Option<String>,
    renewal_summary: Option<RenewalSummary>,
    #[serde(default)]
    domain_validation_options: Vec<DomainValidation>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RenewalSummary {
    renewal_status: String,
    renewal_status_reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DomainValidation {
    domain_name: String,
    validation_status: Option<String>,
    resource_record: Option<Record>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Record {
    name: String,
}

pub(super) fn read_certificate(response: &Response) -> Result<Certificate, SignedError> {
    let Described { certificate } = response.json()?;
    let validations = certificate.domain_validation_options.into_iter();
    Ok(Certificate {
        arn: certificate.certificate_arn,
        domain: certificate.domain_name,
        status: CertificateStatus::from(certificate.status.as_str()),
        in_use: !certificate.in_use_by.is_empty(),
        expires: timestamp(certificate.not_after),
        failure: certificate.failure_reason,
        renewal: certificate.renewal_summary.map(renewal),
        validations: validations
            .map(|one| Validation {
                domain: one.domain_name,
                succeeded: one.validation_status.as_deref() == Some("SUCCESS"),
                record: one
                    .resource_record
                    .map(|record| record.name.trim_end_matches('.').to_owned()),
            })
            .collect(),
    })
}

fn renewal(summary: RenewalSummary) -> Renewal {
    match summary.renewal_status.as_str() {
        "PENDING_AUTO_RENEWAL" => Renewal::Automatic,
        "PENDING_VALIDATION" => Renewal::PendingValidation,
        "SUCCESS" => Renewal::Succeeded,
        status => Renewal::Failed(
            summary
                .renewal_status_reason
                .unwrap_or_else(|| status.to_owned()),
        ),
    }
}
