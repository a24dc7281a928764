//! CloudFormation's vocabulary.
//!
//! The client trait with its two implementations in mind (the AWS SDK in `xtask/aws`, the emulator in
//! `xtask/emulator`), and the values that calls take and answer: stacks, change sets, events, drift,
//! errors, rate limits. Beside them the one reader of what is deployed: [`template`] reads a template's
//! JSON, [`iam`] the policies in it. Planning, execution, emulator and adapter share these; nothing here
//! knows any of them.

#![warn(missing_docs)]

mod change_set;
mod client;
mod deleted_stacks;
mod denial;
mod drift;
pub mod equality;
mod error;
pub mod iam;
mod ids;
mod page;
mod rate_limits;
mod stack;
pub mod status;
pub mod template;
mod validation;
pub mod yaml;

pub use change_set::{
    ChangeAction, ChangeSet, ChangeSetOutcome, ChangeSetRequest, ChangeSetType, Parameter,
    ParameterValue, Replacement, ResourceChange, ResourceToImport, finds_existing,
    has_validation_events, is_empty,
};
pub use client::{CloudFormation, Identity};
pub use deleted_stacks::DeletedStacks;
pub use denial::Denial;
pub use drift::{
    DriftDetection, PropertyDifference, StackDrift, StackDriftDetection, StackResourceDrift,
};
pub use error::{ClientError, ClientResult, CommonError, ErrorAnswer, classify};
pub use ids::{
    ChangeSetId, ChangeSetName, ChangeSetNameOrId, ClientToken, ExportName, LogicalId, PhysicalId,
    StackId, StackName, StackNameOrId,
};
pub use page::Page;
pub use rate_limits::RateLimits;
pub use stack::{Output, Stack, StackEvent, StackOperation, StackResource, StackSummary, Tag};
pub use status::{
    Capability, ChangeSetStatus, DetectionStatus, ExecutionStatus, OperationType,
    ResourceDriftStatus, ResourceStatus, StackDriftStatus, StackStatus, ValidationFailureMode,
    ValidationStatus,
};
pub use validation::ValidationFinding;
