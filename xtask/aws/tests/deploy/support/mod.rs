//! Shared helpers.

#[path = "../../../../deploy/tests/preflight/support/assembly.rs"]
pub(crate) mod assembly;
pub(crate) mod microburst;
pub(crate) mod ministack;
pub(crate) mod replay;
#[path = "../../../../deploy/tests/preflight/support/scratch.rs"]
pub(crate) mod scratch;
mod server;
pub(crate) mod stub;
