//! What the services behind CloudFormation refuse, as data.
//!
//! CloudFormation knows schemas; services know more: what has to be gone before something can be
//! deleted, what exists once, what has to be there first, what is seen only minutes later. [`rows`] is
//! that, a row a rule, each with its sources. [`evaluate`] asks the rules about resources: the local
//! CloudFormation refuses by it, and the planner warns by it. Where AWS turns out to behave otherwise,
//! the table changes first.
//!
//! A rule is written in a form that a program can follow, or else in words, with the reason why it has
//! no form. No I/O, nothing of Lemonade's.

pub mod evaluate;
mod general;
mod passing;
mod row;
mod table;

pub use general::{GENERAL, General, is_write_only};
pub use passing::{At, Passing, all_passing, passing};
pub use row::{Block, Kind, Lag, Need, Other, Path, Row, Rule, Shared, Source, Words};
pub use table::{is_deleted_first, of, rows};
