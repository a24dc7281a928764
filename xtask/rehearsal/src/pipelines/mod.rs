//! Pipelines that really run.
//!
//! Everything here works on what was synthesized, as JSON: [`template`] resolves it, [`policy`]
//! says what roles may do, [`managing`] what managing a resource asks of one, [`pipeline`] says what the stages do. Those are pure. [`run`] carries a
//! pipeline out on this machine: the very commands, in clean copies of the source, each action with
//! the rights of its own role.

mod command;
pub mod handler_permissions;
pub mod permission_use;
pub mod pipeline;
pub mod policy;
pub mod run;
pub mod template;

pub use command::run as main;
