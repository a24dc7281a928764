//! Rehearsals of pipelines: the synthesized pipelines run on this machine.
//!
//! Everything works on the synthesized templates, as JSON. [`template`] resolves them, [`policy`]
//! decides what roles may do, [`handler_permissions`] lists the permissions that CloudFormation
//! needs to manage a resource, and [`pipeline`] reads stages and actions; all of these are pure.
//! [`run`] executes a pipeline: the commands of its buildspecs, in clean copies of the source, each
//! action with the permissions of its own role.

mod command;
pub mod handler_permissions;
pub mod permission_use;
pub mod pipeline;
pub mod policy;
pub mod run;
pub mod template;

pub use command::run as main;
