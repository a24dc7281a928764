//! The names of AWS resources, and AWS's limits on their length.

mod application_name;
pub mod limits;
mod names;
mod role;
mod stack;

pub use names::{DerivedName, Names};
pub use role::ApplicationRole;
pub use stack::{StackKind, StackName};
