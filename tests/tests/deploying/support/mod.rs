//! An emulated account to deploy to, and runs of the engine against it.
//!
//! Every run has a runtime of its own whose time advances only when the run waits, so that a deployment
//! of twenty minutes takes milliseconds. A run that crashes is dropped in the middle, as a process
//! would be; the next one finds what CloudFormation has done by then.

mod sandbox;
mod state;

pub(crate) use sandbox::{
    CrashHook, EngineRun, Goal, Run, RunResult, Sandbox, caller, prefix, runtime,
};
pub(crate) use state::{Difference, acknowledgements, assert_nothing_to_do, full_request};
