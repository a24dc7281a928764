//! Claims about CloudFormation and its services, verified against an endpoint: the emulator, another one, or an AWS
//! account.
//!
//! There are two kinds of cases. Scenarios are the emulator's own tests, and use only the client trait. The others are
//! data, `cases.json`: stacks that are created, updated and deleted, and the outcome of each step. Everything that a
//! case creates is named after the run, has the tag `lemonade:conformance`, and is deleted afterwards, also on failure.
//! The maximum cost of a case is known before it starts.
//!
//! Lemonade's environments play no part here.

pub mod case;
pub mod cost;
pub mod program;
pub mod run;
mod scenarios;
mod scoped;

pub use scenarios::SCENARIOS;
