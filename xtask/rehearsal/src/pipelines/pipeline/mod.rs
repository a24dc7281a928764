//! Synthesized pipelines: stages, actions, artifacts and build projects.
//!
//! Unknown settings in templates and buildspecs are refused: skipping one would rehearse another
//! pipeline. Pure.

mod buildspec;
mod error;
mod model;
mod read;

pub use buildspec::{Artifacts, Buildspec, Phase, PhaseName};
pub use error::PipelineError;
pub use model::{
    Action, ActionKind, BuildspecSource, ExecutionMode, Namespace, Pipeline, Project, SourceFormat,
    Stage, Variables,
};
pub use read::{pipelines, project};
