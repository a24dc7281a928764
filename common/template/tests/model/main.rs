//! What the template model promises, shown from outside the crate.
//!
//! One binary, so that the tests link once. The resource types are made by hand in [`support`]:
//! the generated ones are tested where they are generated.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of a test fails the test"
)]

mod attributes;
mod errors;
mod intrinsics;
mod limits;
mod policies;
mod properties;
mod sections;
mod support;
