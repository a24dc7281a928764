//! What the deploying programs need of this one: to be built and started, and assemblies.

pub(crate) mod drill;
pub(crate) mod handover;
pub(crate) mod older_commit;
pub(crate) mod program;
pub(crate) mod release;
pub(crate) mod verbs;
