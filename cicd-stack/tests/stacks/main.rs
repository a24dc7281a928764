//! What must hold of bootstrap and the pipelines, whatever the environments and applications.

#![cfg(test)]

mod bootstrap;
mod drift;
mod execution;
mod pipelines;
mod policies;
mod promotion;
mod roles;
mod self_update_check;
mod support;
