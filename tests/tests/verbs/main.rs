//! Verbs as people call them, on this machine.

#![cfg(unix)]

mod bootstrap;
mod resume;
mod support;
