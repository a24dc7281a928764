//! Secrets Manager. No call reads a value.
//!
//! <https://docs.aws.amazon.com/secretsmanager/latest/apireference/Welcome.html>

use std::collections::BTreeMap;

use cloudformation::Page;
use deploy::inspect::services::Secret;
use serde::Deserialize;
use serde_json::{Value, json};

use super::time::Seconds;
use crate::signed::{Call, JsonVersion, Response, Service, SignedError};

pub(super) const SECRETS_MANAGER: Service = Service::new("Secrets Manager", "secretsmanager");

pub(super) const NO_SECRET: &str = "ResourceNotFoundException";

/// The label of the version that is read unless another is asked for.
/// <https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html>
const CURRENT: &str = "AWSCURRENT";

fn call(target: &'static str, body: Value) -> Call {
    Call::Json {
        version: JsonVersion::V1_1,
        target,
        body,
    }
}

pub(super) fn secrets(prefix: &str, next: Option<String>) -> Call {
    let mut body = json!({
        "Filters": [{ "Key": "name", "Values": [prefix] }],
        "IncludePlannedDeletion": true,
        "MaxResults": 100,
    });
    if let Some(next) = next {
        body["NextToken"] = next.into();
    }
    call("secretsmanager.ListSecrets", body)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    #[serde(default)]
    secret_list: Vec<Entry>,
    next_token: Option<String>,
}

/// An entry of the list, and the description of one: they differ in a name.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    name: String,
    #[serde(alias = "VersionIdsToStages")]
    secret_versions_to_stages: Option<BTreeMap<String, Vec<String>>>,
    deleted_date: Option<Seconds>,
}

impl From<Entry> for Secret {
    fn from(entry: Entry) -> Self {
        let versions = entry.secret_versions_to_stages.unwrap_or_default();
        Self {
            name: entry.name,
            has_value: versions.values().flatten().any(|stage| stage == CURRENT),
            is_deleted: entry.deleted_date.is_some(),
        }
    }
}

pub(super) fn read_secrets(response: &Response) -> Result<Page<Secret>, SignedError> {
    let listed: Listed = response.json()?;
    Ok(Page {
        items: listed.secret_list.into_iter().map(Secret::from).collect(),
        next: listed.next_token,
    })
}

pub(super) fn secret(name: &str) -> Call {
    let body = json!({ "SecretId": name });
    call("secretsmanager.DescribeSecret", body)
}

pub(super) fn read_secret(response: &Response) -> Result<Secret, SignedError> {
    let entry: Entry = response.json()?;
    Ok(entry.into())
}
