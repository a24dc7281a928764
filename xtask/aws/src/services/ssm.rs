//! Systems Manager: parameters and documents.
//!
//! <https://docs.aws.amazon.com/systems-manager/latest/APIReference/Welcome.html>

use deploy::inspect::services::DocumentVersions;
use serde::Deserialize;
use serde_json::json;

use crate::signed::{Call, JsonVersion, Response, Service, SignedError};

pub(super) const SSM: Service = Service::new("Systems Manager", "ssm");

pub(super) const NO_PARAMETER: &str = "ParameterNotFound";

pub(super) const NO_DOCUMENT: &str = "InvalidDocument";

fn call(target: &'static str, name: &str) -> Call {
    Call::Json {
        version: JsonVersion::V1_1,
        target,
        body: json!({ "Name": name }),
    }
}

pub(super) fn parameter(name: &str) -> Call {
    call("AmazonSSM.GetParameter", name)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Got {
    parameter: Parameter,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Parameter {
    value: String,
}

pub(super) fn read_parameter(response: &Response) -> Result<String, SignedError> {
    let Got { parameter } = response.json()?;
    Ok(parameter.value)
}

pub(super) fn document(name: &str) -> Call {
    call("AmazonSSM.DescribeDocument", name)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Described {
    document: Document,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    default_version: String,
    latest_version: String,
}

pub(super) fn read_document(response: &Response) -> Result<DocumentVersions, SignedError> {
    let Described { document } = response.json()?;
    Ok(DocumentVersions {
        default: document.default_version,
        latest: document.latest_version,
    })
}
