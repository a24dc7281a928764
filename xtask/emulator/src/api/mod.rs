//! What can be asked of it, and what it answers.
//!
//! One [`Action`] for each operation of the real API that clients of it use, one [`Answer`] for
//! each. Names are those of the API reference
//! (<https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html>).
//! Nothing here knows how either is written on the wire.

mod action;
mod answer;
mod error;
mod values;

pub use action::{Action, Capability, ChangeSetType, OnFailure, Parameter, Target, TemplateInput};
pub use answer::{
    Answer, Change, ChangeAction, ChangeSet, ChangeSetSummary, DriftDetection, Export, Identity,
    Output, Page, PropertyChange, Replacement, ResourceDrift, Stack, StackEvent, StackResource,
    StackSummary, TemplateParameter, TemplateSummary,
};
pub use error::ApiError;
pub use values::{Caller, Tag, Time};
