//! Orders to the server itself, below `/_local/`, as JSON. No part of AWS.
//!
//! What a test or a demonstration needs to make happen and no client of CloudFormation can: let
//! time pass, let credentials expire, let something go wrong.

use serde::Deserialize;

use crate::world_order::WorldOrder;

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
