//! Control requests to the server itself, below `/_local/`, in JSON. They are no part of AWS.
//!
//! Tests and demonstrations use them for what no client of CloudFormation can do: advance the time,
//! expire credentials, add faults.

use serde::Deserialize;

use crate::model_request::ModelRequest;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum ControlRequest {
    /// `GET /_local/status`: the time, and the time of the next event.
    Status,
    /// `POST /_local/reset`: deletes everything.
    Reset,
    /// `POST /_local/advance`: advances the time.
    Advance(Advance),
    /// `POST /_local/expire`: expires all credentials that were used before.
    Expire,
    /// `POST /_local/faults`: sets the request faults.
    Faults(String),
    Model(ModelRequest),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) enum Advance {
    Seconds(u64),
    /// To the next event, this many times.
    Events(u32),
    /// Until no event is scheduled.
    UntilIdle(bool),
}

#[derive(Debug, thiserror::Error)]
pub(super) enum ControlError {
    #[error(
        "unknown control request `{0}`: use GET status, or POST reset, advance, expire, faults, fail, \
         heal, tamper or parameter"
    )]
    Unknown(String),
    #[error("invalid body of `{request}`: {source}")]
    Body {
        request: &'static str,
        #[source]
        source: serde_json::Error,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultsBody {
    faults: String,
}

impl ControlRequest {
    /// Parses a control request: the method, the rest of the path after `/_local/`, and the body.
    pub(super) fn read(method: &str, name: &str, body: &[u8]) -> Result<Self, ControlError> {
        Ok(match (method, name) {
            ("GET", "status") => Self::Status,
            ("POST", "reset") => Self::Reset,
            ("POST", "expire") => Self::Expire,
            ("POST", "advance") => Self::Advance(json("advance", body)?),
            ("POST", "faults") => Self::Faults(json::<FaultsBody>("faults", body)?.faults),
            ("POST", "fail") => Self::Model(ModelRequest::Fail(json("fail", body)?)),
            ("POST", "heal") => Self::Model(ModelRequest::Heal),
            ("POST", "tamper") => Self::Model(ModelRequest::Tamper(json("tamper", body)?)),
            ("POST", "parameter") => Self::Model(ModelRequest::Parameter(json("parameter", body)?)),
            _ => return Err(ControlError::Unknown(format!("{method} {name}"))),
        })
    }
}

fn json<'a, T: Deserialize<'a>>(request: &'static str, body: &'a [u8]) -> Result<T, ControlError> {
    serde_json::from_slice(body).map_err(|source| ControlError::Body { request, source })
}
