//! The physical resources of an account and region.
//!
//! A retained resource outlives its stack, and any resource can be changed outside of
//! CloudFormation. Every physical resource of a stack is here exactly once.

mod attribute;
mod names;
mod parameter_store;
mod physical_id;
mod resources;
mod services;

pub(crate) use attribute::AttributeSource;
pub(crate) use names::{identifying_name, unique_names};
pub(crate) use parameter_store::ParameterStore;
pub(crate) use physical_id::{Naming, NewResource, physical_id};
pub(crate) use resources::{Inventory, Owner, PhysicalResource};
pub use services::models;
pub(crate) use services::{can_hold, handler_message};
