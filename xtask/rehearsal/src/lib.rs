//! Rehearsals: what a definition does, played on this machine from the synthesized templates.
//!
//! [`pipelines`] runs the very commands of the synthesized pipelines with their roles enforced;
//! [`disaster`] loses an environment and rebuilds it in virtual time; [`capacity`] drives the
//! synthesized scaling with a simulated cluster.

pub mod capacity;
pub mod disaster;
pub mod pipelines;
