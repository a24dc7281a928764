//! What is claimed of CloudFormation and of the services behind it, held against an endpoint: the
//! local CloudFormation, another one, or an account of AWS's.
//!
//! Two kinds of cases. The scenarios are those that the local CloudFormation is held to in its own
//! tests; they know nothing but the engine's port. The others are data, `cases.json`: stacks that are
//! created, updated and deleted, and how each step ends. Whatever a case makes is named after the run,
//! has the tag `lemonade:conformance`, and is deleted afterwards, also where the case fails; what a
//! case may cost is known before it is begun.
//!
//! Nothing of Lemonade's environments comes in here.

pub mod case;
pub mod cost;
pub mod program;
pub mod run;
mod scenarios;
mod scoped;

pub use scenarios::SCENARIOS;
