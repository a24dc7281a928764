//! Carries pipelines out on this machine.
//!
//! [`ExecutionQueue`] says, as CodePipeline does, which run enters which stage next. A stage's actions are
//! done with the real commands, in clean copies of the source, as the role that they have: what the
//! services do for them and what they do themselves is asked of [`crate::pipelines::policy`] first, and a
//! missing permission fails the action. What a laptop doesn't have is stood in for, and named.
//!
//! The edge of the crate: files, processes and time are here and nowhere else.

mod action;
mod artifact;
mod backend;
mod build;
mod config;
mod error;
mod event;
mod execution_queue;
mod git_host;
pub mod local;
mod operator;
mod rehearsal;
mod runner;
mod service_actions;
mod service_state;
mod shell;
pub mod shim;
mod test_bed;

pub use artifact::Artifact;
pub use backend::{Backend, Synthesized};
pub use config::{CodeSource, RunConfig, TestBedConfig};
pub use error::RunError;
pub use event::{Event, Outcome, render};
pub use execution_queue::{Execution, ExecutionQueue, Position, Status};
pub use git_host::GitHost;
pub use local::OPERATOR_KEY;
pub use rehearsal::Rehearsal;
pub use runner::{PipelineRunner, Report, Trigger};
pub use service_state::{FinishedRun, Image, ServiceState, Session};
pub use test_bed::TestBed;
