//! What CloudFormation may do for an environment, the policies of its execution role; and for the releases
//! of an application, in `release`.
//!
//! Generated from the resource types that the environment's templates hold. Their schemas list
//! the actions that managing them takes; the tables here say which calls the schemas don't list, where
//! each service's actions apply, and what is withheld. IAM and KMS, through which everything else
//! could be had, are written by hand. A pure function: the same templates give the same policies.

mod actions;
mod calls;
pub(crate) mod deployment;
mod drift;
mod iam;
mod kms;
mod policies;
mod release;
mod services;
mod withheld;

pub use actions::{PermissionError, ServiceActions, actions, only_reads, placed, reads, spelt};
pub use calls::{Caller, Calls, TYPES_ELSEWHERE, calls, calls_of};
pub use policies::POLICIES_PER_ROLE;
pub use services::{Service, page, service, services};
pub use withheld::{is_hand_written, withheld};

pub(crate) use drift::drift;
pub(crate) use iam::{
    BootstrapThings, actions as iam_actions, boundary as iam_boundary, everywhere as iam_everywhere,
};
pub(crate) use kms::boundary as kms_actions;
pub(crate) use policies::policies;
pub(crate) use release::release;
