//! The stack contract: what a stack crate hands over, and the binary around it.

mod artifact;
mod binary;
mod builder;
mod guarded;
mod rules;
mod template_text;

pub use artifact::{ExportRecord, ResourceRecord, StackArtifact};
pub use binary::{Define, run};
pub use builder::{StackBuilder, StackError};
pub use guarded::is_guarded;
pub use template_text::TemplateText;
