//! What a change will do.
//!
//! A pure library over templates: no I/O, no clock, and no decision about a deployment. [`difference`] compares two
//! templates; [`consequences`](fn@consequences) says what follows from it, by [`meaning`], which is data. The planner,
//! the reports and the commands of `xtask/deploy` show and judge what it finds.

pub mod charges;
pub mod consequence;
mod consequences;
pub mod difference;
pub mod drawing;
mod environment;
pub mod inputs;
pub mod meaning;
pub mod network_rules;
pub mod permissions;
pub mod reach;
pub mod report;
mod wrap;

pub use consequence::{Applied, Consequence, Kind, Subject, Weight};
pub use consequences::consequences;
pub use environment::{Environment, Resource, Stack};
