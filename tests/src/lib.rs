//! Shared code of the workspace tests: both environments, synthesized in this process, and a way to
//! ask questions about their templates.
//!
//! The tests are in `tests/`, one file a theme. They read templates as plain JSON, so that what
//! they hold is held against what is deployed, not against the types that made it.

pub mod binaries;
pub mod chance;
pub mod edits;
pub mod family;
pub mod growth;
pub mod guide;
pub mod sample;
pub mod small;
pub mod synthesis;
pub mod template;

pub use sample::sample;
pub use synthesis::{Synthesis, synthesize, synthesized};
pub use template::{Place, Resource};
pub use test_support::{generated, git};

use std::path::Path;

/// The root of the workspace.
#[must_use]
pub fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}
