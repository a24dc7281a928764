//! Service Quotas.
//!
//! <https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/Welcome.html>

use serde::Deserialize;
use serde_json::json;

use crate::signed::{Call, JsonVersion, Response, Service, SignedError};

pub(super) const SERVICE_QUOTAS: Service = Service::new("Service Quotas", "servicequotas");

/// No quota of this code, or nothing was ever agreed on for it.
pub(super) const NO_QUOTA: &str = "NoSuchResourceException";

pub(super) fn quota(service: &str, code: &str) -> Call {
    Call::Json {
        version: JsonVersion::V1_1,
        target: "ServiceQuotasV20190624.GetServiceQuota",
        body: json!({ "ServiceCode": service, "QuotaCode": code }),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Got {
    quota: Quota,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Quota {
    value: f64,
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "quotas of things are whole and not negative, and a cast saturates"
)]
pub(super) fn read_quota(response: &Response) -> Result<usize, SignedError> {
    let Got { quota } = response.json()?;
    Ok(quota.value as usize)
}
