//! The code that all stacks share.
//!
//! Environments and applications as people write them down, the names derived from them, typed
//! exports between stacks, and the contract by which a stack crate joins the assembly. Pure: no
//! network, no clock, no source of randomness; files are read in one place, [`Definition::load`].

#![warn(missing_docs)]

pub mod alarm;
pub mod alarm_topic;
pub mod application;
pub mod assembly;
pub mod bucket;
pub mod capacity;
pub mod environment;
pub mod error_chain;
pub mod export;
pub mod function;
pub mod grant;
pub mod input;
pub mod key;
pub mod logs;
pub mod naming;
pub mod quota;
pub mod random;
pub mod stack;
pub mod tags;
pub mod terminal_text;
mod text;

/// The typed AWS resources, generated from the CloudFormation schemas.
pub use common_resources as resources;
/// The typed CloudFormation template model.
pub use common_template as template;
pub use common_template::hexadecimal;

pub use input::Definition;
