//! CodeConnections, and what it was called before.
//!
//! <https://docs.aws.amazon.com/codeconnections/latest/APIReference/Welcome.html>

use deploy::inspect::services::{Connection, ConnectionStatus};
use serde::Deserialize;
use serde_json::json;

use crate::signed::{Call, JsonVersion, Response, Service, SignedError};

pub(super) const NO_CONNECTION: &str = "ResourceNotFoundException";

/// A connection is asked for at the service that its ARN names: those that were made before the
/// service was renamed keep the old name in theirs.
/// <https://docs.aws.amazon.com/dtconsole/latest/userguide/rename.html>
pub(super) fn connection(arn: &str) -> (Service, Call) {
    let (service, target) = if arn.contains(":codestar-connections:") {
        (
            Service::new("CodeStar Connections", "codestar-connections"),
            "com.amazonaws.codestar.connections.CodeStar_connections_20191201.GetConnection",
        )
    } else {
        (
            Service::new("CodeConnections", "codeconnections"),
            "com.amazonaws.codeconnections.CodeConnections_20231201.GetConnection",
        )
    };
    let call = Call::Json {
        version: JsonVersion::V1_0,
        target,
        body: json!({ "ConnectionArn": arn }),
    };
    (service, call)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Got {
    connection: Detail,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Detail {
    connection_name: String,
    provider_type: Option<String>,
    connection_status: String,
}

pub(super) fn read_connection(response: &Response) -> Result<Connection, SignedError> {
    let Got { connection } = response.json()?;
    Ok(Connection {
        name: connection.connection_name,
        provider: connection.provider_type,
        status: ConnectionStatus::from(connection.connection_status.as_str()),
    })
}
