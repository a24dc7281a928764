//! Drift: what somebody changed without CloudFormation.
//!
//! What lives here: asking CloudFormation to look ([`detect`]), and telling what it found in the
//! words of the definition ([`Report`]). What never comes in: a decision. Drift blocks nothing; a
//! plan can carry it as notes ([`note`]).

mod detect;
mod findings;
mod model;
mod report;

pub use detect::{Asked, detect};
pub use findings::note;
pub use model::Found;
pub use report::{DriftedProperty, DriftedResource, Report, StackReport};
