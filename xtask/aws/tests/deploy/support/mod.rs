//! Shared helpers.

pub(crate) mod microburst;
pub(crate) mod ministack;
pub(crate) mod replay;
mod server;
pub(crate) mod stub;
