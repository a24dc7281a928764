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

pub use action::{Action, OnFailure, Target, TemplateInput};
pub use answer::{
    Answer, Change, ChangeSetDescription, ChangeSetSummary, Export, PropertyChange,
    TemplateParameter, TemplateSummary,
};
pub use error::ApiError;

use serde::{Deserialize, Serialize};

/// Milliseconds since the beginning of 1970, in UTC.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Time(pub u64);

/// Who calls, and where: accounts and regions know nothing of each other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Caller {
    /// The account, twelve digits.
    pub account: String,
    /// The region.
    pub region: String,
}
