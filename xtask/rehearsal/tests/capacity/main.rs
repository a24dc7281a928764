//! Capacity, simulated: what holds of the definition, what doesn't, and that the simulation would
//! notice.

#![expect(
    clippy::unwrap_used,
    reason = "what the tests share may fail them as the tests do"
)]

mod admissible;
mod controls;
mod definition;
mod page;
mod plots;
mod reading;
mod support;
