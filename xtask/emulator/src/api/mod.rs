//! The API: requests and answers.
//!
//! One [`Action`] for each operation of the real API that clients of it use, one [`Answer`] for
//! each. Stacks, resources, events and statuses are the dictionary's; only what no client here reads
//! has types of its own. Names are those of the API reference
//! (<https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html>).
//! Nothing here knows how either is written on the wire.

mod action;
mod answer;
mod error;
mod values;

pub use action::{Action, OnFailure, Target, TemplateInput};
pub use answer::{
    Answer, Change, ChangeSetDescription, ChangeSetSummary, Export, OperationEvent,
    OperationEventKind, PropertyChange, ResourceIdentifiers, TemplateParameter, TemplateSummary,
};
pub use error::ApiError;
pub use values::{Caller, Time};
