//! Orders to the server itself, below `/_local/`, as JSON. No part of AWS.
//!
//! What a test or a demonstration needs to make happen and no client of CloudFormation can: let
//! time pass, let credentials expire, let something go wrong.

use serde::{Deserialize, Serialize};

use crate::api::Caller;
use crate::{Cloud, Fault, Tamper};

/// An order.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Order {
    /// `GET /_local/status`: what time it is, and when something happens next.
    Status,
    /// `POST /_local/reset`: everything is gone.
    Reset,
    /// `POST /_local/advance`: time passes.
    Advance(Advance),
    /// `POST /_local/expire`: all credentials that were used until now are no longer accepted.
    Expire,
    /// `POST /_local/faults`: what calls meet from now on.
    Faults(String),
    /// An order to the world behind CloudFormation.
    World(WorldOrder),
}

/// How much time passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) enum Advance {
    /// So many seconds.
    Seconds(u64),
    /// Until the next thing happens by itself, so many times.
    Events(u32),
    /// Until nothing happens by itself any more.
    UntilIdle(bool),
}

/// An order to the world behind CloudFormation: it changes the model, and so is kept with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum WorldOrder {
    /// `POST /_local/fail`: something is to go wrong with resources.
    Fail(Fault),
    /// `POST /_local/heal`: nothing is to go wrong on purpose any more.
    Heal,
    /// `POST /_local/tamper`: somebody does something to a resource without CloudFormation.
    Tamper(Tampering),
}

/// What is done to which resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Tampering {
    account: String,
    region: String,
    stack: String,
    logical_id: String,
    tamper: Tamper,
}

/// Why an order is none.
#[derive(Debug, thiserror::Error)]
pub(super) enum OrderError {
    /// There is no such order.
    #[error(
        "there is no order `{0}`: there are GET status and POST reset, advance, expire, faults, fail, \
         heal and tamper"
    )]
    Unknown(String),
    /// What it takes is not what it takes.
    #[error("`{order}` does not take that: {source}")]
    Body {
        /// The order.
        order: &'static str,
        /// Why not.
        #[source]
        source: serde_json::Error,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultsBody {
    faults: String,
}

impl Order {
    /// Reads an order: the method, what follows `/_local/`, and the body.
    pub(super) fn read(method: &str, name: &str, body: &[u8]) -> Result<Self, OrderError> {
        Ok(match (method, name) {
            ("GET", "status") => Self::Status,
            ("POST", "reset") => Self::Reset,
            ("POST", "expire") => Self::Expire,
            ("POST", "advance") => Self::Advance(json("advance", body)?),
            ("POST", "faults") => Self::Faults(json::<FaultsBody>("faults", body)?.faults),
            ("POST", "fail") => Self::World(WorldOrder::Fail(json("fail", body)?)),
            ("POST", "heal") => Self::World(WorldOrder::Heal),
            ("POST", "tamper") => Self::World(WorldOrder::Tamper(json("tamper", body)?)),
            _ => return Err(OrderError::Unknown(format!("{method} {name}"))),
        })
    }
}

fn json<'a, T: Deserialize<'a>>(order: &'static str, body: &'a [u8]) -> Result<T, OrderError> {
    serde_json::from_slice(body).map_err(|source| OrderError::Body { order, source })
}

impl WorldOrder {
    /// Performs it.
    ///
    /// # Errors
    /// When there is nothing to do it to.
    pub(super) fn perform(&self, cloud: &mut Cloud) -> Result<(), String> {
        match self {
            Self::Fail(fault) => cloud.fail(fault.clone()),
            Self::Heal => cloud.clear_faults(),
            Self::Tamper(tampering) => {
                let caller = Caller {
                    account: tampering.account.clone(),
                    region: tampering.region.clone(),
                };
                let (stack, resource) = (&tampering.stack, &tampering.logical_id);
                cloud
                    .tamper(&caller, stack, resource, &tampering.tamper)
                    .map_err(|error| error.to_string())?;
            }
        }
        Ok(())
    }
}
