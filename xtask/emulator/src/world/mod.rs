//! The things that resources are: what exists in an account and region, whoever knows of it.
//!
//! A thing outlives its stack where it is retained, and can be changed behind CloudFormation's back.
//! Every thing of a stack is here exactly once.

mod arn;
mod attribute;
mod identity;
mod names;
mod refusals;
mod things;

pub(crate) use attribute::attribute;
pub(crate) use identity::{Naming, Unnamed, physical_id};
pub(crate) use names::{identifying_name, unique_names};
pub(crate) use refusals::said;
pub(crate) use things::{Owner, Thing, World};
