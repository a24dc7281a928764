//! What the tests share: a tiny CloudFormation, and plans for it.

mod cloud;
mod faults;
mod plans;
mod port;
mod run;
mod story;

pub(crate) use cloud::{ChangeSet, Cloud};
pub(crate) use faults::{Fault, Kind};
pub(crate) use plans::*;
pub(crate) use run::{Run, lines};
pub(crate) use story::{Doing, Fate};
