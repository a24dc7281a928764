//! What the services behind CloudFormation refuse, as data.
//!
//! CloudFormation knows schemas; services know more: what has to be gone before something can be
//! deleted, what exists once, what is seen only minutes later. [`rows`] is that, a row a rule, each
//! with its sources. The local CloudFormation refuses by it, and the planner warns by it. Where AWS
//! turns out to behave otherwise, the table changes first.
//!
//! A rule is written in a form that a program can follow, or else in words. A row in words is not
//! modelled yet. No dependencies, no I/O, nothing of Lemonade's.

mod passing;
mod row;
mod table;

pub use passing::{At, Passing, all_passing, passing};
pub use row::{Block, Kind, Lag, Row, Rule, Source};
pub use table::{is_deleted_first, of, rows};
