//! The programs that deploy: their build and start, and their assemblies.

pub(crate) mod drill;
pub(crate) mod handover;
pub(crate) mod older_commit;
pub(crate) mod program;
pub(crate) mod release;
pub(crate) mod verbs;
