//! What deploys, as programs of their own: what they need is never compiled for a synthesis.

pub(crate) mod base;
pub(crate) mod deployer;
pub(crate) mod drill;
mod handover;
pub(crate) mod release;
pub(crate) mod rollback;
