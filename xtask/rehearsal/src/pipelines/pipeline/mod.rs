//! Pipelines as they were synthesized: stages, actions, what they hand on, and what their projects
//! run.
//!
//! Reads templates and buildspecs, and refuses what it doesn't know: a setting that is skipped
//! would be one that the rehearsal doesn't honour. Pure; nothing here runs anything.

mod buildspec;
mod error;
mod model;
mod read;

pub use buildspec::{Artifacts, Buildspec, Phase, PhaseName};
pub use error::PipelineError;
pub use model::{
    Action, ActionKind, BuildspecSource, ExecutionMode, Pipeline, Project, SourceFormat, Stage,
    Variables,
};
pub use read::{pipelines, project};
