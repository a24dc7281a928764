//! A cloud to deploy to, and runs of the engine against it.
//!
//! Every run has a runtime of its own whose time stands still but for what it waits for, so that a
//! deployment of twenty minutes takes milliseconds. A run that is killed is dropped in the middle,
//! as a process would be; the next one finds what the cloud has made of it by then.

mod compare;
mod course;
mod killer;
mod look;
mod plans;
mod run;
mod world;

pub(crate) use compare::{Difference, nothing_is_left_to_do};
pub(crate) use course::{Course, End};
pub(crate) use killer::Killer;
pub(crate) use plans::{Aim, everything, words};
pub(crate) use run::Run;
pub(crate) use world::{World, caller, prefix, runtime};
