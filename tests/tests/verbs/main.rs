//! Verbs on the emulator, called as people call them.

#![cfg(unix)]

mod bootstrap;
mod reach;
mod resume;
mod review;
mod support;
