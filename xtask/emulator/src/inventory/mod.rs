//! The physical resources of an account and region.
//!
//! A retained resource outlives its stack, and any resource can be changed outside of
//! CloudFormation. Every physical resource of a stack is here exactly once.

mod attribute;
mod names;
mod physical_id;
mod resources;
mod services;

pub(crate) use attribute::attribute;
pub(crate) use names::{identifying_name, unique_names};
pub(crate) use physical_id::{Naming, NewResource, physical_id};
pub(crate) use resources::{Inventory, Owner, PhysicalResource};
pub(crate) use services::handler_message;
pub use services::models;
