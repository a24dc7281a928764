//! Stacks: what they are, and what operations do to them.
//!
//! An operation is a sequence of phases (forward, cleanup, rollback …); a phase is a set of tasks with
//! an order between them. Engine methods are spread over the files by phase.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html>

mod begin;
mod bring;
mod change;
mod cleanup;
mod create;
mod delete;
mod difference;
mod engine;
mod events;
mod finish;
mod import;
mod model;
mod operation;
mod rollback;
mod scope;
mod signal;
mod tasks;

pub(crate) use difference::{Difference, Recreation, differences};
pub(crate) use engine::Engine;
pub(crate) use import::importable;
pub(crate) use model::{Definition, Resource, Stack};
pub(crate) use operation::{Entry, Operation, OperationKind};
pub(crate) use scope::World as ScopeWorld;
