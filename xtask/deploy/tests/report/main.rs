//! What people and programs see, at 80 and at 40 columns, with a clock that stands still.

mod differences;
mod drifts;
mod outcomes;
mod plans;
mod progress;
mod status;
mod support;
