//! What a change will do.
//!
//! A pure library over templates: no I/O, no clock, and no decision about a deployment. The planner, the
//! reports and the commands of `xtask/deploy` show and judge what it finds.

pub mod difference;
