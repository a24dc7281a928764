//! What the executor does with plans, on a tiny CloudFormation in virtual time.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what the tests share may fail them as the tests do"
)]

mod cause;

mod failures;
mod lost_answers;
mod observe;
mod order;
mod others;
mod pace;
mod prepare;
mod protection;
mod reconcile;
mod recovery;
mod refusals;
mod stop;
mod support;
