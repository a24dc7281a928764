//! The executor, against a scripted CloudFormation in virtual time.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what the tests share may fail them as the tests do"
)]

mod cause;
mod failures;
mod lost_answers;
mod next_steps;
mod observe;
mod order;
mod other_callers;
mod prepare;
mod protection;
mod rate_limits;
mod reconcile;
mod recovery;
mod refusals;
mod stop;
mod support;
