//! Generated permissions: the policies of an environment's execution role, and in `release` those of an
//! application's release role.
//!
//! They are generated from the resource types in the environment's templates. The schemas list the
//! actions that managing a type takes; the tables here add the calls that no schema lists, the
//! resources each service's actions apply to, and the actions that are denied. IAM and KMS, which could be used to
//! escalate to everything else, are written by hand. A pure function: equal templates give equal policies.

mod actions;
mod calls;
mod denied;
pub(crate) mod deployment;
mod drift;
mod iam;
mod kms;
mod policies;
mod release;
mod services;

pub use actions::{
    PermissionError, ServiceActions, actions, locate_action, normalize_action, only_reads, reads,
};
pub use calls::{Caller, Calls, TYPES_ELSEWHERE, caller_actions, calls};
pub use denied::{denial_reason, is_hand_written};
pub use policies::POLICIES_PER_ROLE;
pub use services::{Service, page, service, services};

pub(crate) use drift::drift;
pub(crate) use iam::{
    BootstrapResources, actions as iam_actions, boundary as iam_boundary,
    everywhere as iam_everywhere,
};
pub(crate) use kms::boundary as kms_actions;
pub(crate) use policies::policies;
pub(crate) use release::release;
