//! What the planner plans.

mod random;
mod scenarios;
mod support;
