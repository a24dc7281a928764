//! Runs pipelines on this machine.
//!
//! [`ExecutionQueue`] decides, as CodePipeline does, which execution enters which stage next. The
//! actions of a stage run their real commands in clean copies of the source. Every call that an
//! action or a service on its behalf makes is authorized by [`crate::pipelines::policy`] with the
//! action's role, and a missing permission fails the action. Programs that a laptop doesn't have
//! are replaced by shims, each of which is reported.
//!
//! Files, processes and time are used here and nowhere else in the crate.

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
