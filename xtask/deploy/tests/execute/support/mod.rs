//! A scripted CloudFormation, and plans for it.

mod cloud;
mod faults;
mod plans;
mod port;
mod run;
mod timeline;

pub(crate) use cloud::{ChangeSet, Cloud};
pub(crate) use faults::{Fault, FaultKind};
pub(crate) use plans::*;
pub(crate) use run::{Run, lines};
pub(crate) use timeline::{FailureMode, StackOperation};
