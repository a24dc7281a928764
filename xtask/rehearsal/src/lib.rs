//! Rehearsals of a definition on this machine, from its synthesized templates.
//!
//! [`pipelines`] runs the very commands of the synthesized pipelines with their roles enforced;
//! [`disaster`] loses an environment and rebuilds it in virtual time; [`capacity`] drives the
//! synthesized scaling with a simulated cluster.

pub mod capacity;
pub mod disaster;
pub mod pipelines;
