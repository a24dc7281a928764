//! A small world to plan in: stacks written down in few words, and CloudFormation's rules about
//! exports, to try a plan on.

mod build;
mod cloud;
mod scenario;

pub(crate) use build::{assembly, stack_name};
pub(crate) use cloud::{Cloud, Deployed, planned};
pub(crate) use scenario::{Scenario, StackText};
