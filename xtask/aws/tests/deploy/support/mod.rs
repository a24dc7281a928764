//! What the tests share.

pub(crate) mod assembly;
pub(crate) mod microburst;
pub(crate) mod ministack;
pub(crate) mod replay;
pub(crate) mod scratch;
mod server;
pub(crate) mod stub;
