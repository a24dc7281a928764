//! CloudFormation's vocabulary.
//!
//! The client trait with its two implementations in mind (the AWS SDK in `xtask/aws`, the emulator in
//! `xtask/emulator`), and the values that calls take and answer: stacks, change sets, events, drift,
//! errors, rate limits. Planning, execution, emulator and adapter share these; nothing here knows any
//! of them.

#![warn(missing_docs)]

mod client;
mod deleted_stacks;
mod denial;
mod drift;
mod error;
mod rate_limits;
pub mod status;
mod views;

pub use client::{Answer, CloudFormation};
pub use deleted_stacks::{DeletedStackView, DeletedStacks};
pub use denial::Denial;
pub use drift::{
    DetectionState, DetectionView, DriftDetection, LastDetectionView, PropertyDriftView,
    ResourceDriftView,
};
pub use error::PortError;
pub use rate_limits::RateLimits;
pub use views::{
    ChangeAction, ChangeSetKind, ChangeSetRequest, ChangeSetStatus, ChangeSetView, ExecutionStatus,
    Identity, OutputView, Page, Parameter, ParameterValue, Replacement, ResourceChange,
    ResourceToImport, ResourceView, StackEvent, StackView, Tag,
};
