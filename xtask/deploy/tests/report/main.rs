//! Output for people and programs, at 80 and at 40 columns, with a fixed clock.

mod differences;
mod drifts;
mod outcomes;
mod plans;
mod progress;
mod status;
mod support;
