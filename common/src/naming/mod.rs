//! What things are called in AWS, and how long each name may be.

mod derived;
pub mod limits;
mod names;
mod role;
mod stack;

pub use derived::DerivedName;
pub use names::Names;
pub use role::ApplicationRole;
pub use stack::{StackKind, StackName};
